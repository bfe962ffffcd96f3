"""Measures a model folder on pictures it has not learned from, through the backend's own code.

    python -m training.evaluate MODEL_FOLDER --data DIR --out EVAL

Out: EVAL/metrics.json (per regime, source, generator and kind of file, with 95% intervals), groups.csv (its
sources and generators), scores.csv, plots and one self-contained report.html. `--compare NAME=scores.csv`
(columns path, score; fake from .5 on) puts other detectors beside it; `--write-laundered DIR` writes the
pictures of each regime as they were judged, so that others can be run on exactly these. A picture that fails
is counted and listed, never dropped.
"""

import argparse
import csv
import dataclasses
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.judge import Judge
from training import evaluation_report, run_folder
from training.errors import DataError, exit_status
from training.gather import Gathered, gather
from training.launder import REGIMES
from training.rates import MEASURES, Scores, decided_accuracy, figures, worst_source
from training.scoring import (
    AS_IS,
    Failed,
    Scored,
    Scorer,
    check_regimes,
    laundered_files,
    relative,
    score,
    write_scores,
)

MANIFEST = "manifest.csv"
AGAINST = ("auc", "average_precision", "balanced_accuracy", "false_alarm_rate", "recall")
COMPARED = ("auc", "average_precision", "balanced_accuracy")  # what a score without words allows
KINDS = ("piece", "preview")  # of the column `made`: what its name begins with


@dataclass(frozen=True, slots=True)
class Origin:
    """What a manifest says of a picture."""

    generator: str
    made: str


def measure(scored: Sequence[Scored], failed: Sequence[Failed], origins: dict[str, Origin]) -> dict[str, Any]:
    """The whole of metrics.json. Pure."""
    regimes = list(dict.fromkeys(row.regime for row in scored))
    return {"regimes": {name: _regime(name, scored, failed, origins) for name in regimes}}


def _regime(
    name: str, scored: Sequence[Scored], failed: Sequence[Failed], origins: dict[str, Origin]
) -> dict[str, Any]:
    rows = [row for row in scored if row.regime == name]
    all_scores = _scores(rows)
    others = [[row for row in rows if row.label != label] for label in (0, 1)]
    worst = worst_source(all_scores, 0, "fake")
    missed = worst_source(all_scores, 1, "real")
    return {
        "pictures": len(rows),
        "failed": [dataclasses.asdict(row) for row in failed if row.regime == name],
        **_flat(figures(all_scores)),
        "worst_real_source": {"source": worst[0], "false_alarm_rate": worst[1]} if worst else None,
        "worst_fake_source": {"source": missed[0], "missed_rate": missed[1]} if missed else None,
        "sources": _groups(rows, lambda row: f"{'fake' if row.label else 'real'}/{row.source}", others),
        "generators": _groups(
            [row for row in rows if row.label == 1],
            lambda row: origins[row.path].generator if row.path in origins else row.source,
            others,
        ),
        "kinds": _kinds(rows, origins),
    }


def _groups(
    rows: Sequence[Scored], key: Callable[[Scored], str], others: Sequence[Sequence[Scored]]
) -> dict[str, dict[str, Any]]:
    """Group by group: the shares of each word, the mean probability, how many of its decided pictures are
    right, and what AGAINST names. That takes both classes: a group stands against all pictures of the class
    that it is not of (`others`, by the group's label)."""
    groups: dict[str, list[Scored]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found = {}
    for name, group in sorted(groups.items()):
        own, both = _scores(group), _scores([*group, *others[group[0].label]])
        found[name] = {
            "pictures": len(group),
            **{word: round((own.verdicts == word).mean().item(), 4) for word in ("fake", "real", "unsure")},
            "probability": round(float(own.probabilities.mean()), 4),
            "decided_accuracy": _rounded(decided_accuracy(own)),
            **{name: _rounded(MEASURES[name](both)) for name in AGAINST},
        }
    return found


def _kinds(rows: Sequence[Scored], origins: dict[str, Origin]) -> dict[str, dict[str, Any]]:
    """Pieces at native resolution and previews apart: the second have lost most traces."""
    found = {}
    for kind in KINDS:
        part = [row for row in rows if row.path in origins and origins[row.path].made.startswith(kind)]
        if part:
            found[kind] = {"pictures": len(part), **_flat(figures(_scores(part)))}
    return found


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    """`auc` and `auc_interval`, rounded, as the readers of metrics.json want them."""
    flat: dict[str, Any] = {}
    for name, figure in found.items():
        flat[name] = _rounded(figure.value)
        flat[f"{name}_interval"] = [_rounded(figure.low), _rounded(figure.high)]
    return flat


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _scores(rows: Sequence[Scored]) -> Scores:
    return Scores(
        np.array([row.label for row in rows], np.intp),
        np.array([row.probability for row in rows], np.float64),
        np.array([row.verdict for row in rows], np.str_),
        np.array([row.source for row in rows], np.str_),
    )


def compare(scored: Sequence[Scored], others: dict[str, dict[str, float]]) -> dict[str, dict[str, Any]]:
    """COMPARED of other detectors beside ours, as-is, on the pictures that both have scored; both are called
    fake from one half on."""
    ours = [row for row in scored if row.regime == AS_IS]
    table = {}
    for name, theirs in others.items():
        both = [row for row in ours if row.path in theirs]
        if not both:
            raise DataError(
                f"--compare {name}: none of its paths is among the pictures; paths are relative to --data, "
                f"as {ours[0].path if ours else 'real/SOURCE/a.jpg'}."
            )
        mine = _scores(both)
        other = dataclasses.replace(mine, probabilities=np.array([theirs[row.path] for row in both]))
        candid = {f"candid_{key}": value for key, value in _flat(figures(mine, names=COMPARED)).items()}
        table[name] = {"pictures": len(both), **_flat(figures(other, names=COMPARED)), **candid}
    return table


def write_groups(path: Path, regimes: dict[str, Any]) -> None:
    """A row a regime and source or generator."""
    rows = [
        (regime, kind, name, group)
        for regime, found in regimes.items()
        for kind, groups in (("source", "sources"), ("generator", "generators"))
        for name, group in found[groups].items()
    ]
    columns = list(rows[0][-1]) if rows else []
    lines = [[*row[:-1], *(row[-1][column] for column in columns)] for row in rows]
    run_folder.write_csv(path, ["regime", "kind", "name", *columns], lines)


def read_other(text: str, folder: Path) -> tuple[str, dict[str, float]]:
    """`NAME=scores.csv` -> name and path -> score. Paths may be relative to the data folder or above it
    (`test/real/...` for a data folder named test)."""
    name, _, file = text.partition("=")
    try:
        with Path(file).open(newline="", encoding="utf-8") as stream:
            rows = {row["path"]: float(row["score"]) for row in csv.DictReader(stream)}
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"--compare {text}: wanted NAME=FILE with the columns path and score ({error})."
        ) from error
    prefix = f"{folder.name}/"
    return name, {path.removeprefix(prefix): value for path, value in rows.items()}


def read_origins(folder: Path, given: Path | None) -> dict[str, Origin]:
    """Generator and making of each picture, where a manifest.csv lies in the data folder or beside it."""
    for path in [given] if given else [folder / MANIFEST, folder.parent / MANIFEST]:
        if path.is_file():
            with path.open(newline="", encoding="utf-8") as stream:
                return {
                    row["path"].removeprefix(f"{folder.name}/"): Origin(
                        row.get("generator", ""), row.get("made", "")
                    )
                    for row in csv.DictReader(stream)
                }
        if given:
            raise DataError(f"--manifest {given} is no file.")
    return {}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Those that do not depend on what runs the network."""
    parser.add_argument("model", type=Path, help="an exported model folder")
    parser.add_argument("--data", type=Path, required=True, help="folder with real/ and fake/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--regimes", nargs="+", default=list(REGIMES), metavar="REGIME")
    parser.add_argument("--manifest", type=Path, help="CSV with path, generator, made")
    parser.add_argument("--compare", nargs="+", action="extend", default=[], metavar="NAME=CSV")
    parser.add_argument("--write-laundered", type=Path, metavar="DIR")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="python -m training.evaluate",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    add_options(found)
    found.add_argument(
        "--runtime",
        choices=["onnx", "onnx-int8"],
        help="default: the one that is served; for TF.js: python -m export.evaluate_tfjs",
    )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    return exit_status(lambda: run(Judge.from_folder(options.model, options.runtime), options))


def run(judge: Scorer, options: argparse.Namespace) -> int:
    """The whole evaluation with `judge`. Raises TrainingError."""
    check_regimes(options.regimes)
    found = gather([options.data])
    origins = read_origins(options.data, options.manifest)
    others = dict(read_other(text, options.data) for text in options.compare)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.write_laundered:
        _write_laundered(options.write_laundered, options.data, found, options.regimes)

    scored, failed = score(judge, options.data, found.samples, options.regimes)
    unreadable = [
        {"path": relative(skipped.path, options.data), "reason": skipped.reason} for skipped in found.skipped
    ]
    metrics = {
        "model": judge.folder.judged_model.model_dump(),
        "runtime": judge.folder.weights.runtime,
        "data": options.data.name,
        "unreadable": unreadable,
        **measure(scored, failed, origins),
        "compared": compare(scored, others),
    }
    run_folder.write_json(options.out / "metrics.json", metrics)
    write_groups(options.out / "groups.csv", metrics["regimes"])
    write_scores(options.out / "scores.csv", scored)
    evaluation_report.write(options.out, options.data, metrics, scored)
    _show(metrics, options.out)
    return 0


def _write_laundered(out: Path, data: Path, found: Gathered, regimes: Sequence[str]) -> None:
    for regime in regimes:
        for path, content in laundered_files(data, found.samples, regime):
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _show(metrics: dict[str, Any], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("regime", "n", "AUC", "false alarms", "worst real source", "recall", "decided", "right")
    for name, row in metrics["regimes"].items():
        worst = row["worst_real_source"]
        table.add_row(
            name, str(row["pictures"]), f"{row['auc']:.3f}" if row["auc"] is not None else "-",
            _percent(row["false_alarm_rate"]),
            f"{_percent(worst['false_alarm_rate'])} {worst['source']}" if worst else "-",
            _percent(row["recall"]), _percent(row["decided_share"]), _percent(row["decided_accuracy"]),
        )  # fmt: skip
    console = Console()
    console.print(table)
    failed = sum(len(row["failed"]) for row in metrics["regimes"].values())
    console.print(
        f"{failed} pictures failed, {len(metrics['unreadable'])} files do not decode. {out}/report.html"
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


if __name__ == "__main__":
    sys.exit(main())
