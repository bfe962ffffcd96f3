"""The report of a `paper` run: its plots as PNG files and one page that shows them all.

In: what was gathered, split, learned and measured. Out: plots/*.png and report.html in the run folder.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Drawing
from numpy.typing import NDArray
from PIL import Image

from training import pipeline, plots, report, run_folder
from training.gather import Gathered, Sample, Skipped
from training.metrics import NAMES, Metrics, Share, roc
from training.recipes import Augmentation, Paper
from training.report import Cell, Facts, Figure, Section, Table, Text
from training.run_folder import RunFolder
from training.split import Split

SHOWN = 16  # pictures of a grid
LISTED = 200  # unreadable files in the report; metrics.json has them all

Row = dict[str, Any]


def write(
    run: RunFolder,
    recipe: Paper,
    found: Gathered,
    parts: Split,
    history: Sequence[Row],
    probabilities: NDArray[np.float64],
    measured: Metrics,
    on_test: Metrics | None = None,
) -> None:
    """Draws everything once, into files and into the page. probabilities [held-out pictures]."""
    drawings = {
        **_of_pictures(recipe, found, parts),
        **_of_training(history),
        **_of_scores(parts.held_out, probabilities, measured),
    }
    images = {name: report.png(drawing) for name, drawing in drawings.items()}
    for name, image in images.items():
        run_folder.write_bytes(run.plots / f"{name}.png", image)
    sections = [
        Section("Result", (_facts(history, measured), *_figures(images, RESULT)), _explained(parts)),
        *_tested(on_test),
        Section("Report per class", (_per_class(measured), Text(measured.classification_report, True))),
        Section("Training", (*_figures(images, TRAINING), _history(history))),
        Section("Pictures", _figures(images, PICTURES), _counted(found, parts)),
        Section("Files left out", _left_out(found.skipped)),
        Section("Settings", (_settings(recipe),)),
    ]
    start = Path(recipe.weights).name
    lead = f"{recipe.model} at {recipe.size} pixels, {len(history)} epochs, starting weights: {start}."
    report.write(run.report, f"Candid: paper recipe, {run.path.name}", sections, lead)


# Name of the file, title and caption of each figure, by section.
RESULT = {
    "confusion_matrix": ("Confusion matrix", "Rows are the truth; the shares of a row add up to one."),
    "roc": ("ROC", ""),
    "accuracy_per_class": ("Accuracy per class", ""),
    "scores": ("Probabilities", "The dotted line is the cut: from there on a picture is called fake."),
}
TRAINING = {
    "loss": ("Loss", "Training losses are of augmented pictures and with dropout."),
    "accuracy": ("Accuracy", ""),
}
PICTURES = {
    "class_distribution": ("Class distribution", ""),
    "image_sizes": ("Image sizes", "Both classes should spread alike; else size gives the answer away."),
    "samples": ("Samples", "Training pictures as the network sees them."),
    "augmented": ("Augmented samples", "One training picture a row: first as it is, then as it is learned."),
}
WHOLE_WIDTH = ("samples", "augmented")


def _of_pictures(recipe: Paper, found: Gathered, parts: Split) -> dict[str, Drawing]:
    labels = np.array([sample.label for sample in found.samples])
    shown = _some(parts.train, SHOWN)
    squares = [pipeline.square(sample.path, recipe.size) for sample in shown]
    titles = [_title(sample) for sample in shown]
    return {
        "class_distribution": plots.class_distribution(
            {"training": _counts(parts.train), "held out": _counts(parts.held_out)}
        ),
        "image_sizes": plots.image_sizes(_sizes(found.samples), labels),
        "samples": plots.picture_grid(squares, titles),
        "augmented": _augmented(squares, titles, recipe.augmentation),
    }


def _augmented(
    squares: Sequence[NDArray[np.uint8]], titles: Sequence[str], augmentation: Augmentation, rows: int = 3
) -> Drawing:
    change = pipeline.CHANGES[augmentation]
    pictures, names = [], []
    for row in range(0, len(squares), max(1, len(squares) // rows))[:rows]:  # real and fake ones
        changed = [change(squares[row].astype(np.float32), [row, draw]).numpy() for draw in range(7)]
        pictures += [squares[row], *(picture.astype(np.uint8) for picture in changed)]
        names += [titles[row], *[""] * len(changed)]
    return plots.picture_grid(pictures, names)


def _of_training(history: Sequence[Row]) -> dict[str, Drawing]:
    epochs = [row["epoch"] for row in history]
    starts = [
        (row["epoch"] - 0.5, row["stage"])
        for before, row in zip([None, *history], history, strict=False)
        if before is None or before["stage"] != row["stage"]
    ]
    return {
        name: plots.curves(
            epochs,
            {
                "training": [row[name] for row in history],
                "held out": [row[f"val_{name}"] for row in history],
            },
            name,
            starts,
        )
        for name in ("loss", "accuracy")
    }


def _of_scores(
    samples: Sequence[Sample], probabilities: NDArray[np.float64], measured: Metrics
) -> dict[str, Drawing]:
    labels = np.array([sample.label for sample in samples], np.intp)
    area = None if measured.roc_auc is None else measured.roc_auc.value
    return {
        "confusion_matrix": plots.confusion_matrix(measured.confusion_matrix, NAMES),
        "roc": plots.roc(roc(labels, probabilities), area),
        "accuracy_per_class": plots.accuracy_per_class(
            {name: (share.value, share.low, share.high) for name, share in _shares(measured).items()}
        ),
        "scores": plots.scores(probabilities, labels, [0.5]),
    }


def _figures(images: dict[str, bytes], titles: dict[str, tuple[str, str]]) -> tuple[Figure, ...]:
    return tuple(
        Figure(images[name], title, caption, name in WHOLE_WIDTH) for name, (title, caption) in titles.items()
    )


def _facts(history: Sequence[Row], measured: Metrics) -> Facts:
    best = min(history, key=lambda row: row["val_loss"])["epoch"] if history else None
    return Facts(
        (
            *_figures_of(measured),
            ("MSE", measured.mse),
            ("RMSE", measured.rmse),
            ("Best epoch", best),
        )
    )


def _tested(measured: Metrics | None) -> tuple[Section, ...]:
    if measured is None:
        return ()
    told = (
        f"{measured.pictures:,} pictures of --test, measured once with the best epoch. Accuracy "
        f"{measured.accuracy.low:.4f} to {measured.accuracy.high:.4f} with 95% confidence."
    )
    facts = Facts(_figures_of(measured))
    return (Section("Test", (facts, Text(measured.classification_report, True)), told),)


def _figures_of(measured: Metrics) -> tuple[tuple[str, Cell], ...]:
    """Of any part that was measured."""
    return (
        ("Accuracy", measured.accuracy.value),
        ("ROC AUC", None if measured.roc_auc is None else measured.roc_auc.value),
        ("Precision", measured.precision),
        ("Recall", measured.recall),
        ("F1", measured.f1),
    )


def _explained(parts: Split) -> str:
    seen = {sample.source for sample in parts.train}
    known = sum(sample.source in seen for sample in parts.held_out)
    where = (
        "Sources of the held-out part were not learned from."
        if known == 0
        else f"{known} of the {len(parts.held_out)} held-out pictures are of sources that were learned from: "
        f"pictures from elsewhere are harder."
    )
    return (
        f"Measured on {len(parts.held_out)} held-out pictures, on which the best epoch was chosen too, so "
        f"the figures flatter a little. {where} Precision, recall and F1 are of the class fake."
    )


def _per_class(measured: Metrics) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, share.pictures, share.value, share.low, share.high)
        for name, share in _shares(measured).items()
    ]
    return Table(("class", "pictures", "accuracy", "95% from", "to"), tuple(rows))


def _shares(measured: Metrics) -> dict[str, Share]:
    return measured.accuracy_per_class | measured.accuracy_per_category


def _history(history: Sequence[Row]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            row["epoch"], row["stage"], row["loss"], row["val_loss"], row["accuracy"], row["val_accuracy"],
            row["val_auc"], f"{row['learning_rate']:.1e}", round(row["seconds"]),
        )
        for row in history
    ]  # fmt: skip
    header = (
        "epoch", "stage", "loss", "held-out loss", "accuracy", "held-out accuracy", "held-out AUC", "rate",
        "seconds",
    )  # fmt: skip
    return Table(header, tuple(rows))


def _counted(found: Gathered, parts: Split) -> str:
    categories = {sample.category for sample in found.samples}
    classes = f" in {len(categories)} class folders" if len(categories) > 1 else ""
    return (
        f"{found.count(0):,} real and {found.count(1):,} fake pictures of {found.sources} sources{classes}; "
        f"{len(parts.train):,} to learn from, {len(parts.held_out):,} held out."
    )


def _left_out(skipped: Sequence[Skipped]) -> tuple[report.Part, ...]:
    if not skipped:
        return (Text("Every file could be read."),)
    rows = tuple((str(file.path), file.reason) for file in skipped[:LISTED])
    more = f" The first {LISTED} are listed; metrics.json has them all." if len(skipped) > LISTED else ""
    return (Table(("file", "reason"), rows, f"{len(skipped)} files could not be read.{more}"),)


def _settings(recipe: Paper) -> Table:
    names = [name for name in recipe.__dataclass_fields__ if hasattr(recipe, name)]
    rows = tuple((name, _setting(getattr(recipe, name))) for name in names if name != "name")
    return Table(("setting", "value"), rows)


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _some(samples: Sequence[Sample], count: int) -> list[Sample]:
    """Half real, half fake, spread over the whole list."""
    chosen: list[Sample] = []
    for label in range(len(NAMES)):
        of_class = [sample for sample in samples if sample.label == label]
        places = np.linspace(0, len(of_class) - 1, min(count // 2, len(of_class))).astype(int)
        chosen += [of_class[place] for place in places]
    return chosen


def _title(sample: Sample) -> str:
    name = NAMES[sample.label]
    return name if sample.category == "all" else f"{name} · {sample.category[-16:]}"


def _counts(samples: Sequence[Sample]) -> dict[str, int]:
    return dict(Counter(NAMES[sample.label] for sample in samples))


def _sizes(samples: Sequence[Sample]) -> NDArray[np.intp]:
    """[n, 2]: width and height of each file, px, from its header."""
    sizes = np.empty((len(samples), 2), np.intp)
    for place, sample in enumerate(samples):
        with Image.open(sample.path) as picture:
            sizes[place] = picture.size
    return sizes
