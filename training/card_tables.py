"""What a model was measured at, into what people read: the tables of the model card and the README, and
model.json.

    python -m training.card_tables EVAL --model MODEL_FOLDER --measured-on TEXT docs/model-card.md README.md

In: the folder that `python -m training.evaluate` wrote. Out: in each document, every table that is known by
its head is written anew, everything else stays; the figures stand in model.json as `metrics`. No figure is
copied by hand.
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend.contract import Metric, ModelJson
from backend.model_folder import read_model_json
from training import run_folder
from training.errors import DataError, exit_status
from training.scoring import AS_IS

FIGURES: Final = ("auc", "false_alarm_rate", "recall", "decided_share", "decided_accuracy")
FEWEST: Final = 5  # pictures of a generator or source that gets a row
LEAST_SURE: Final = 8  # real sources shown
SENSITIVITIES: Final = "sensitivities"
RATES: Final = (0.005, 0.01, 0.02, 0.05)  # of false alarms, for the recall at other thresholds

Json = dict[str, Any]
Rows = list[list[str]]


def regimes(metrics: Json, scores: Path) -> Rows:
    return [[name, *_shares(row)] for name, row in metrics["regimes"].items()]


def _shares(row: Json) -> list[str]:
    worst = row["worst_real_source"]
    rate = "-"
    if worst:
        rate = f"{worst['false_alarm_rate']:.1%}"
        rate += f" ({worst['source']})" if worst["false_alarm_rate"] else ""
    return [
        _auc(row), _share(row, "false_alarm_rate"), rate, _share(row, "recall"),
        f"{row['decided_share']:.1%}", _share(row, "decided_accuracy"),
    ]  # fmt: skip


def kinds(metrics: Json, scores: Path) -> Rows:
    return [
        [name, str(row["pictures"]), _auc(row), *(f"{row[figure]:.1%}" for figure in FIGURES[1:])]
        for name, row in metrics["regimes"][AS_IS]["kinds"].items()
    ]


def generators(metrics: Json, scores: Path) -> Rows:
    found = metrics["regimes"][AS_IS]["generators"]
    return _words(sorted(found.items(), key=lambda item: (-item[1]["fake"], item[0])))


def real_sources(metrics: Json, scores: Path) -> Rows:
    found = metrics["regimes"][AS_IS]["sources"]
    real = [(name.partition("/")[2], row) for name, row in found.items() if name.startswith("real/")]
    return _words(sorted(real, key=lambda item: -item[1]["probability"]))[:LEAST_SURE]


def _words(groups: Sequence[tuple[str, Json]]) -> Rows:
    return [
        [name, str(row["pictures"]), *(f"{row[word]:.1%}" for word in ("fake", "unsure", "real"))]
        for name, row in groups
        if row["pictures"] >= FEWEST
    ]


def others(metrics: Json, scores: Path) -> Rows:
    found = sorted(metrics["compared"].items(), key=lambda item: -item[1]["auc"])
    return [[name, f"{row['auc']:.3f}", f"{row['candid_auc']:.3f}"] for name, row in found]


def other_thresholds(metrics: Json, scores: Path) -> Rows:
    real, fake = _probabilities(scores)
    return [["recall", *(f"{np.mean(fake > np.quantile(real, 1 - rate)):.1%}" for rate in RATES)]]


def sensitivities(metrics: Json, scores: Path) -> Rows:
    """Where the reader lets `fake` begin; none where the model was not given."""
    both = _probabilities(scores)
    return [
        [name, f"{limit:.3f}", *(f"{np.mean(each >= limit):.1%}" for each in both)]
        for name, limit in metrics.get(SENSITIVITIES, {}).items()
    ]


def _probabilities(scores: Path) -> list[NDArray[np.float64]]:
    """Of the pictures as they are: of the real ones, of the fakes."""
    rows = [row for row in csv.DictReader(scores.open(encoding="utf-8")) if row["regime"] == AS_IS]
    return [np.array([float(row["probability"]) for row in rows if row["label"] == label]) for label in "01"]


# Tables by their head, as the documents have them.
TABLES: Final[dict[str, Callable[[Json, Path], Rows]]] = {
    "| regime | AUC | false alarms | worst real source | recall | decided | right of decided |": regimes,
    "| as-is, kind of file | pictures | AUC | false alarms | recall | decided | right of decided |": kinds,
    "| detector | AUC | Candid |": others,
    "| generator | pictures | called fake | unsure | called real |": generators,
    "| real source | pictures | called fake | unsure | called real |": real_sources,
    "| real pictures called fake | 0.5% | 1% | 2% | 5% |": other_thresholds,
    "| sensitivity, as-is | fake from | false alarms | recall |": sensitivities,
}


def with_tables(text: str, metrics: Json, scores: Path) -> str:
    """The document with the rows of every known table replaced. A table without rows stays as it is."""
    lines, out = iter(text.splitlines()), []
    for line in lines:
        out.append(line)
        rows = TABLES[line](metrics, scores) if line in TABLES else []
        if not rows:
            continue
        out.append(next(lines))  # the rule below the head
        out += [f"| {' | '.join(row)} |" for row in rows]
        for after in lines:
            if not after.startswith("|"):
                out.append(after)
                break
    return "\n".join(out) + "\n"


def with_metrics(model: ModelJson, metrics: Json, measured_on: str) -> ModelJson:
    """model.json with what was measured."""
    found = [
        Metric(
            name=f"{regime}.{figure}",
            value=row[figure],
            low=row[f"{figure}_interval"][0],
            high=row[f"{figure}_interval"][1],
            pictures=row["pictures"],
            measured_on=measured_on,
            runtime=metrics["runtime"],
        )
        for regime, row in metrics["regimes"].items()
        for figure in FIGURES
    ]
    return model.model_copy(update={"metrics": found})


def where_fake_begins(model: ModelJson) -> dict[str, float]:
    """By the names that the extension's options have."""
    limits = model.thresholds
    found = {"fewer false alarms": limits.cautious, "balanced": limits, "more fakes found": limits.eager}
    return {name: chosen.fake for name, chosen in found.items() if chosen}


def contradictions(scores: Path) -> tuple[int, int]:
    """Pairs of a picture as it is and laundered that are called fake and real; and all pairs."""
    rows = list(csv.DictReader(scores.open(encoding="utf-8")))
    first = {row["path"]: row["verdict"] for row in rows if row["regime"] == AS_IS}
    pairs = [{first[row["path"]], row["verdict"]} for row in rows if row["regime"] != AS_IS]
    return pairs.count({"fake", "real"}), len(pairs)


def _auc(row: Json) -> str:
    low, high = row["auc_interval"]
    return f"{row['auc']:.3f} ({low:.3f} to {high:.3f})"


def _share(row: Json, name: str) -> str:
    low, high = row[f"{name}_interval"]
    return f"{row[name]:.1%} ({low:.1%} to {high:.1%})"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument("evaluated", type=Path, help="what `python -m training.evaluate` wrote")
    found.add_argument("documents", type=Path, nargs="*", metavar="FILE.md")
    found.add_argument("--model", type=Path, help="model folder whose model.json gets the figures")
    found.add_argument("--measured-on", default="", metavar="TEXT", help="what the pictures were")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_intermixed_args(arguments)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    scores = options.evaluated / "scores.csv"
    try:
        metrics = json.loads((options.evaluated / "metrics.json").read_bytes())
        texts = {path: path.read_text(encoding="utf-8") for path in options.documents}
    except (OSError, ValueError) as error:
        raise DataError(f"{error}. Give a folder that `python -m training.evaluate` wrote.") from error
    if options.model:
        model = with_metrics(read_model_json(options.model), metrics, options.measured_on)
        run_folder.write_model_json(options.model / "model.json", model)
        metrics[SENSITIVITIES] = where_fake_begins(model)
    for path, text in texts.items():
        path.write_text(with_tables(text, metrics, scores), encoding="utf-8")
    print("{} of {} pairs contradict each other".format(*contradictions(scores)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
