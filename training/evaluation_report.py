"""The page and plots of an evaluation.

In: what `training.evaluate` measured (metrics.json as a dictionary) and the scored pictures. Out:
plots/*.png and report.html in the folder of the evaluation.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Drawing
from PIL import Image
from sklearn.metrics import roc_curve

from training import plots, report, run_folder
from training.report import Cell, Figure, Section, Table, Text
from training.scoring import AS_IS, Scored

WORST = 24  # pictures on the sheet of mistakes
TILE = 200  # px
BINS = 10  # of the reliability diagram


def write(out: Path, data: Path, metrics: dict[str, Any], scored: Sequence[Scored]) -> None:
    """Draws everything once, into files and into the page."""
    drawings = _drawings(data, metrics, scored)
    figures = []
    for name, (drawing, title, caption) in drawings.items():
        png = report.png(drawing)
        run_folder.write_bytes(out / "plots" / f"{name}.png", png)
        figures.append(Figure(png, title, caption, wide=name in ("sources", "mistakes")))
    regimes = metrics["regimes"]
    model = metrics["model"]
    sections = [
        Section("Figures by regime", (*_regimes(regimes), *_compared(metrics["compared"]))),
        Section("Plots", tuple(figures)),
        *[Section(f"Sources, {name}", (_groups(row["sources"]),)) for name, row in regimes.items()],
        *[Section(f"Generators, {name}", (_groups(row["generators"]),)) for name, row in regimes.items()],
        *[
            Section(f"Kinds of files, {name}", (_kinds(row["kinds"]),))
            for name, row in regimes.items()
            if row["kinds"]
        ],
        Section("Pictures that failed", (_failed(metrics),)),
    ]  # fmt: skip
    lead = (
        f"{model['name']} {model['version']} ({metrics['runtime']}) on {metrics['data']}. Intervals are 95% "
        f"bootstraps over sources. Measured through the code that the service runs."
    )
    report.write(out / "report.html", f"Candid: evaluation on {metrics['data']}", sections, lead)


def _drawings(
    data: Path, metrics: dict[str, Any], scored: Sequence[Scored]
) -> dict[str, tuple[Drawing, str, str]]:
    regimes = list(metrics["regimes"])
    shown = AS_IS if AS_IS in regimes else regimes[0]
    first = [row for row in scored if row.regime == shown]
    labels = np.array([row.label for row in first])
    probabilities = np.array([row.probability for row in first])
    drawings = {
        "reliability": (_reliability(labels, probabilities), "Reliability", f"{shown}: sure as right?"),
        "scores": (plots.scores(probabilities, labels), "Scores", f"{shown}: probability of fake by class"),
        "sources": (_per_source(metrics["regimes"][shown]["sources"]), "Mean probability per source", shown),
        "mistakes": (_mistakes(data, first), "Worst mistakes", "the truth, and the probability of fake"),
    }  # fmt: skip
    if len(set(labels)) == 2:
        curve = roc_curve(labels, probabilities)[:2]
        drawings = {"roc": (plots.roc(curve, metrics["regimes"][shown]["auc"]), "ROC", shown), **drawings}
    return drawings


def _reliability(labels: Any, probabilities: Any) -> Drawing:
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    used = [number for number in range(BINS) if (bins == number).any()]
    drawing = Drawing(figsize=(4.6, 4.2), layout="constrained")
    axes = drawing.subplots()
    axes.plot([0, 1], [0, 1], color="#999", linewidth=1, linestyle="--")
    axes.plot(
        [probabilities[bins == number].mean() for number in used],
        [labels[bins == number].mean() for number in used],
        marker="o", color="#2563eb",
    )  # fmt: skip
    axes.set(xlabel="probability of fake", ylabel="share of fakes", xlim=(0, 1), ylim=(0, 1))
    return drawing


def _per_source(sources: dict[str, dict[str, Any]]) -> Drawing:
    names = sorted(sources, key=lambda name: (name.split("/")[0], sources[name]["probability"]))
    drawing = Drawing(figsize=(9, 0.6 + 0.19 * max(1, len(names))), layout="constrained")
    axes = drawing.subplots()
    colours = ["#c0392b" if name.startswith("fake/") else "#2563eb" for name in names]
    axes.barh(range(len(names)), [sources[name]["probability"] for name in names], color=colours)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set(xlim=(0, 1), ylim=(-0.6, len(names) - 0.4), xlabel="mean probability of fake")
    return drawing


def _mistakes(data: Path, rows: Sequence[Scored]) -> Drawing:
    """Reals with the highest and fakes with the lowest probabilities, half each."""
    reals = sorted((row for row in rows if row.label == 0), key=lambda row: -row.probability)
    fakes = sorted((row for row in rows if row.label == 1), key=lambda row: row.probability)
    chosen = [*reals[: WORST // 2], *fakes[: WORST // 2]]
    pictures, titles = [], []
    for row in chosen:
        with Image.open(io.BytesIO((data / row.path).read_bytes())) as picture:
            pictures.append(np.asarray(_tile(picture)))
        titles.append(f"{'fake' if row.label else 'real'} {row.probability:.2f}\n{row.source}")
    return plots.picture_grid(pictures, titles)


def _tile(picture: Image.Image) -> Image.Image:
    small = picture.convert("RGB")
    small.thumbnail((TILE, TILE))
    square = Image.new("RGB", (TILE, TILE), "white")
    square.paste(small, ((TILE - small.width) // 2, (TILE - small.height) // 2))
    return square


FIRST = {
    "AUC": "auc", "false alarms": "false_alarm_rate", "recall": "recall", "decided": "decided_share",
    "right of decided": "decided_accuracy",
}  # fmt: skip
SECOND = {
    "average precision": "average_precision", "balanced accuracy": "balanced_accuracy",
    "calibration error": "calibration_error",
}  # fmt: skip


def _regimes(regimes: dict[str, Any]) -> tuple[Table, ...]:
    """Two tables: eleven columns are too many for a page."""
    first = tuple((*_cells(name, row, FIRST), _worst(row)) for name, row in regimes.items())
    second = tuple(_cells(name, row, SECOND) for name, row in regimes.items())
    return (
        Table(("regime", "pictures", *FIRST, "worst real source"), first),
        Table(("regime", "pictures", *SECOND), second),
    )


def _cells(name: str, row: dict[str, Any], columns: dict[str, str]) -> tuple[Cell, ...]:
    return (name, row["pictures"], *[_with_interval(row, key) for key in columns.values()])


def _with_interval(row: dict[str, Any], key: str) -> str:
    low, high = row[f"{key}_interval"]
    if row[key] is None:
        return "–"
    return f"{row[key]:.3f} ({low:.3f} to {high:.3f})"


def _worst(row: dict[str, Any]) -> str:
    worst = row["worst_real_source"]
    return f"{worst['false_alarm_rate']:.1%} {worst['source']}" if worst else "–"


COMPARED = {
    "AUC": "auc", "average precision": "average_precision", "balanced accuracy at .5": "balanced_accuracy",
}  # fmt: skip


def _compared(compared: dict[str, dict[str, Any]]) -> tuple[Table, ...]:
    """A row a detector, and one for Candid on each set of pictures that another has scored."""
    if not compared:
        return ()
    others = [_cells(name, row, COMPARED) for name, row in compared.items()]
    own = {label: f"candid_{key}" for label, key in COMPARED.items()}
    candid = dict.fromkeys(_cells("Candid", row, own) for row in compared.values())
    caption = "the same pictures, as they are; scores of one half or more count as fake"
    return (Table(("detector", "pictures", *COMPARED), (*candid, *others), caption),)


GROUPS = {
    "called fake": "fake", "unsure": "unsure", "called real": "real", "right of decided": "decided_accuracy",
    "AUC": "auc", "average precision": "average_precision", "balanced accuracy": "balanced_accuracy",
    "mean probability": "probability",
}  # fmt: skip


def _groups(groups: dict[str, dict[str, Any]]) -> Table:
    """`called fake` is a fake group's recall and a real one's false alarm rate."""
    rows = tuple(
        (name, row["pictures"], *(row[key] for key in GROUPS.values())) for name, row in groups.items()
    )
    caption = "AUC, precision and balanced accuracy: against all pictures of the other class"
    return Table(("name", "pictures", *GROUPS), rows, caption)


def _kinds(kinds: dict[str, dict[str, Any]]) -> Table:
    rows = tuple(_cells(name, row, FIRST) for name, row in kinds.items())
    return Table(("kind", "pictures", *FIRST), rows)


def _failed(metrics: dict[str, Any]) -> Table | Text:
    rows = [
        (row["regime"], row["path"], row["reason"])
        for of in metrics["regimes"].values()
        for row in of["failed"]
    ]
    rows += [("all", row["path"], row["reason"]) for row in metrics["unreadable"]]
    return Table(("regime", "path", "reason"), tuple(rows)) if rows else Text("None.")
