"""Logits to honest probabilities and words, on pictures not trained on.

    python -m training.calibrate MODEL_FOLDER --data DIR [DIR ...]

In: an exported model folder and pictures to choose on (never those of the last measurement). Scores
them through the backend in the four regimes, then writes into the folder's model.json: the share of
views that counts, temperature and bias per compression regime, and the two thresholds with the error
rates they were chosen for; beside them where `fake` begins for cautious and for eager readers.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from backend.calibration import probability
from backend.contract import Calibration, FakeThreshold, ModelJson, NativeCrops, Regime, Runtime, Thresholds
from backend.judge import Judge
from backend.model_folder import MODEL_JSON
from training import run_folder
from training.errors import exit_status
from training.gather import gather
from training.launder import REGIMES
from training.scoring import Failed, Scored, score

FEWEST = 60  # pictures of each class: below, a regime borrows the calibration of all
FEWEST_OF_A_SOURCE = 20  # different pictures: below, a single one is over 5%, and chance decides
FEWEST_TO_REPORT = 10
TOP_SHARES = (1.0, 0.67, 0.34)
WORTH_A_CHANGE = 0.005  # AUC: a share other than 1 must be better by this much
GAP = 1e-3  # thresholds.real stays below thresholds.fake by at least this


@dataclass(frozen=True, slots=True)
class Limits:
    """Error rates that the thresholds hold on the pictures they are chosen on."""

    false_alarms: float = 0.02  # share of reals called fake
    worst_false_alarms: float = 0.05  # the same, of the worst source of FEWEST_OF_A_SOURCE pictures
    missed: float = 0.05  # share of fakes called real
    worst_missed: float = 1.0  # the same, of the worst source of FEWEST_OF_A_SOURCE pictures; 1 binds nothing


# Where `fake` begins for a reader who fears false alarms more, or missed fakes: the other limits stay.
CAUTIOUS = Limits(false_alarms=0.005, worst_false_alarms=0.05)
EAGER = Limits(false_alarms=0.05, worst_false_alarms=1.0)


def calibrated(model: ModelJson, scored: Sequence[Scored], limits: Limits, chosen_on: str) -> ModelJson:
    """model.json with view share, calibration and thresholds chosen on `scored`. Pure."""
    views = model.views
    if isinstance(views, NativeCrops):
        views = views.model_copy(update={"top_share": best_top_share(views, scored)})
    logits = np.array([row.aggregated(views) for row in scored])
    labels = np.array([row.label for row in scored])
    regimes = np.array([row.judged_regime for row in scored])
    calibration = [_of_regime(rule.regime, logits, labels, regimes) for rule in model.regimes]
    model = model.model_copy(update={"views": views, "calibration": calibration})
    probabilities = np.array(
        [probability(logit, row.judged_regime, model) for logit, row in zip(logits, scored, strict=True)]
    )
    sources = np.array([row.source for row in scored])
    paths = np.array([row.path for row in scored])
    thresholds = choose_thresholds(probabilities, labels, sources, paths, limits, chosen_on)
    return ModelJson.model_validate(model.model_copy(update={"thresholds": thresholds}).model_dump())


def best_top_share(policy: NativeCrops, scored: Sequence[Scored]) -> float:
    """The share of views, highest first, whose mean separates best; all of them unless another is
    clearly better."""
    labels = np.array([row.label for row in scored])

    def separation(share: float) -> float:
        changed = policy.model_copy(update={"top_share": share})
        logits = [row.aggregated(changed) for row in scored]
        return float(roc_auc_score(labels, logits))

    found = {share: separation(share) for share in TOP_SHARES}
    best = max(found, key=lambda share: found[share])
    return best if found[best] > found[1.0] + WORTH_A_CHANGE else 1.0


def _of_regime(
    regime: Regime, logits: NDArray[np.float64], labels: NDArray[np.intp], regimes: NDArray[np.str_]
) -> Calibration:
    rows = regimes == regime
    few = min((rows & (labels == 0)).sum(), (rows & (labels == 1)).sum()) < FEWEST
    if few:
        rows = np.ones(len(logits), bool)
    slope, bias = _platt(logits[rows], labels[rows])
    if slope <= 0:  # the logits tell nothing here: stay at what the classes' share says
        slope, bias = 1e-3, 0.0
    return Calibration(regime=regime, temperature=1 / slope, bias=bias)


def _platt(logits: NDArray[np.float64], labels: NDArray[np.intp]) -> tuple[float, float]:
    """Slope and bias of a logistic regression, classes weighted alike (Platt, 1999)."""
    fitted = LogisticRegression(C=1e3, class_weight="balanced").fit(logits[:, None], labels)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def choose_thresholds(
    probabilities: NDArray[np.float64],
    labels: NDArray[np.intp],
    sources: NDArray[np.str_],
    paths: NDArray[np.str_],
    limits: Limits,
    chosen_on: str,
) -> Thresholds:
    """The lowest `fake` and the highest `real` threshold that hold the limits, and the lowest `fake` that
    holds CAUTIOUS and EAGER, as far as they are on their side of it. Pure.

    All arrays [n]; a picture that was judged in several regimes has as many rows, all with its path.
    """
    reals, fakes = probabilities[labels == 0], probabilities[labels == 1]

    def of_sources(label: int, fewest: int) -> list[NDArray[np.float64]]:
        rows = [(sources == name) & (labels == label) for name in np.unique(sources[labels == label])]
        return [probabilities[row] for row in rows if len(np.unique(paths[row])) >= fewest]

    real_sources = of_sources(0, FEWEST_OF_A_SOURCE)

    def lowest(limits: Limits) -> float:
        bounds = [_upper(reals, limits.false_alarms)]
        bounds += [_upper(values, limits.worst_false_alarms) for values in real_sources]
        return min(1.0, max(bounds))

    fake = lowest(limits)
    fake_sources = of_sources(1, FEWEST_OF_A_SOURCE)
    ceilings = [fake - GAP, -_upper(-fakes, limits.missed)]
    if limits.worst_missed < 1:
        ceilings += [-_upper(-values, limits.worst_missed) for values in fake_sources]
    real = max(0.0, min(ceilings))
    worst_missed = [float((values <= real).mean()) for values in fake_sources]
    reported = of_sources(0, FEWEST_TO_REPORT)

    def rates(fake: float) -> FakeThreshold:
        worst = [float((values >= fake).mean()) for values in reported]
        return FakeThreshold(
            fake=fake,
            false_alarm_rate=float((reals >= fake).mean()),
            worst_source_false_alarm_rate=max(worst, default=None),
            recall=float((fakes >= fake).mean()),
        )

    return Thresholds(
        **rates(fake).model_dump(),
        real=real,
        chosen_on=chosen_on,
        missed_fake_rate=float((fakes <= real).mean()),
        worst_source_missed_rate=max(worst_missed, default=None),
        cautious=rates(max(fake, lowest(CAUTIOUS))),
        eager=rates(min(fake, max(real + GAP, lowest(EAGER)))),
    )


def _upper(values: NDArray[np.float64], share: float) -> float:
    """The lowest bound that at most `share` of the values reach."""
    ordered = np.sort(values)[::-1]
    allowed = int(np.floor(share * len(ordered)))
    return float(np.nextafter(ordered[allowed], np.inf)) if allowed < len(ordered) else float(ordered[-1])


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="python -m training.calibrate",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    add = found.add_argument
    add("model", type=Path, help="an exported model folder")
    add("--data", type=Path, nargs="+", action="extend", required=True, help="pictures to choose on")
    add("--runtime", choices=["onnx", "onnx-int8"], help="default: the one that is served")
    few = f"sources of {FEWEST_OF_A_SOURCE} pictures or more"
    for name, meaning in (
        ("--false-alarms", "share of real pictures called fake"),
        ("--worst-false-alarms", f"the same, in each of the {few}"),
        ("--missed", "share of fakes called real"),
        ("--worst-missed", f"the same, in each of the {few}; 1: not bound"),
    ):
        default = getattr(Limits(), name.removeprefix("--").replace("-", "_"))
        add(name, type=float, default=default, metavar="SHARE", help=f"{meaning}; default: {default:g}")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    runtime: Runtime | None = options.runtime
    judge = Judge.from_folder(options.model, runtime)
    scored, failed, chosen_on = _score(judge, options.data)
    limits = Limits(options.false_alarms, options.worst_false_alarms, options.missed, options.worst_missed)
    model = calibrated(judge.folder.model, scored, limits, chosen_on)
    path = options.model / MODEL_JSON
    run_folder.write_model_json(path, model)
    kept = model.thresholds
    print(
        f"{path}: fake from {kept.fake:.3f} (false alarms {kept.false_alarm_rate:.1%}, worst source "
        f"{kept.worst_source_false_alarm_rate or 0:.1%}), real up to {kept.real:.3f} (missed fakes "
        f"{kept.missed_fake_rate:.1%}, worst source {kept.worst_source_missed_rate or 0:.1%}); "
        f"{len(failed)} pictures failed"
    )
    for name, other in (("cautious", kept.cautious), ("eager", kept.eager)):
        if other:
            print(
                f"{name}: fake from {other.fake:.3f} (false alarms {other.false_alarm_rate:.1%}, "
                f"fakes found {other.recall:.1%})"
            )
    return 0


def _score(judge: Judge, folders: Sequence[Path]) -> tuple[list[Scored], list[Failed], str]:
    """Everything in every regime, and what it was in words."""
    scored: list[Scored] = []
    failed: list[Failed] = []
    parts = []
    for number, folder in enumerate(folders):
        samples = gather([folder]).samples
        judged, lost = score(judge, folder, samples, list(REGIMES))
        # a path of one folder must not pass for the same picture's in another
        scored += [replace(row, path=f"{number}/{row.path}") for row in judged]
        failed += lost
        parts.append(f"{folder.name}: {len(samples)} pictures")
    return scored, failed, f"{', '.join(parts)} as-is, web, hard and thumbnail"


if __name__ == "__main__":
    sys.exit(main())
