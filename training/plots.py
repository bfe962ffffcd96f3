"""Drawings for reports: arrays in, a matplotlib Figure out. No pyplot, no global state, no files.

`report.Figure.of(drawing)` puts one on a page; `report.png(drawing)` gives its bytes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from numpy.typing import NDArray

REAL, FAKE = "#3b76a8", "#d1603d"  # apart for colour-blind readers too
SOFT, INK, LINE = "#8a939b", "#1d2126", "#dfe1e3"
COLOURS = {"real": REAL, "fake": FAKE}
NARROW, WIDE = (5.6, 3.8), (11.2, 4.2)  # inches: half of the page, all of it
BAR_INCHES, FEWEST_BARS = 0.32, 4  # height of a bar in a list of bars; room for at least so many

Pixels = NDArray[np.uint8]


def class_distribution(counts: Mapping[str, Mapping[str, int]]) -> Figure:
    """Pictures per part and class: {"training": {"real": 80, "fake": 80}, "held out": {...}}."""
    drawing, axes = _axes(NARROW)
    parts = list(counts)
    for place, name in enumerate(COLOURS):
        values = [counts[part].get(name, 0) for part in parts]
        places = np.arange(len(parts)) + (place - 0.5) * 0.38
        bars = axes.bar(places, values, 0.36, color=COLOURS[name], label=name)
        axes.bar_label(bars, [f"{value:,}" for value in values], padding=2, fontsize=9)
    axes.set_xticks(range(len(parts)), parts)
    axes.set_ylabel("pictures")
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="x", visible=False)
    axes.margins(y=0.14)
    _legend(axes)
    return drawing


def image_sizes(sizes: NDArray[np.intp], labels: NDArray[np.intp]) -> Figure:
    """Width against height, px; the area of a dot grows with the number of pictures of that size.

    sizes [n, 2] (width, height), labels [n].
    """
    drawing, axes = _axes(NARROW)
    for label, (name, colour) in enumerate(COLOURS.items()):
        different, counts = np.unique(sizes[labels == label], axis=0, return_counts=True)
        area = 12 + 500 * counts / max(1, len(sizes))
        axes.scatter(different[:, 0], different[:, 1], s=area, color=colour, alpha=0.5, linewidths=0)
        axes.scatter([], [], s=30, color=colour, alpha=0.5, linewidths=0, label=name)
    if len(sizes):
        axes.set_xscale("log")
        axes.set_yscale("log")
        low, high = sizes.min() / 1.5, sizes.max() * 1.5  # room, too, where all have one size
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        ticks = [tick for tick in (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192) if low <= tick <= high]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.set_yticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
    axes.set_xlabel("width, px")
    axes.set_ylabel("height, px")
    _legend(axes)
    return drawing


def picture_grid(pictures: Sequence[Pixels], titles: Sequence[str], columns: int = 8) -> Figure:
    """Pictures [h, w, 3] (uint8, RGB) side by side; titles that begin with real or fake take its colour."""
    columns = min(columns, max(1, len(pictures)))
    rows = max(1, -(-len(pictures) // columns))
    side = WIDE[0] / columns
    drawing = Figure((WIDE[0], rows * (side + 0.26)), layout="constrained")
    for place in range(rows * columns):
        axes = drawing.add_subplot(rows, columns, place + 1)
        axes.set_axis_off()
        if place < len(pictures):
            axes.imshow(pictures[place], interpolation="lanczos")
            colour = COLOURS.get(titles[place].split(" ")[0], INK)
            axes.set_title(titles[place], fontsize=9, color=colour, pad=3)
    return drawing


def curves(
    epochs: Sequence[int],
    lines: Mapping[str, Sequence[float]],
    what: str,
    stages: Sequence[tuple[float, str]] = (),
    along: str = "epoch",
) -> Figure:
    """A value over the epochs (or what `along` names), one line each. `stages`: where a stage begins (an
    epoch) and its name."""
    drawing, axes = _axes(NARROW)
    colours = [SOFT, FAKE, REAL, INK]
    for (name, values), colour in zip(lines.items(), colours, strict=False):
        axes.plot(epochs, values, color=colour, label=name, linewidth=2, marker="o", markersize=4)
    if epochs:
        axes.set_xlim(min(epochs) - 0.5, max(epochs) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.15)
    for start, name in stages:
        _mark_stage(axes, start, name)
    axes.set_xlabel(along)
    axes.set_ylabel(what)
    _legend(axes)
    return drawing


def confusion_matrix(counts: Sequence[Sequence[int]], names: Sequence[str] = ("real", "fake")) -> Figure:
    """counts[truth][called], with the share of each truth below the count."""
    drawing, axes = _axes(NARROW)
    table = np.array(counts, float)
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.15, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        colour = "white" if shares[row, column] > 0.6 else INK
        text = f"{int(value):,}\n{shares[row, column]:.1%}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=12)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("called")
    axes.set_ylabel("truth")
    axes.grid(False)
    axes.tick_params(length=0)
    return drawing


def accuracy_per_class(shares: Mapping[str, tuple[float, float, float]]) -> Figure:
    """Accuracy of each class as bars with intervals: {"real": (value, low, high), "airplane": ...}."""
    height = max(NARROW[1], 1.2 + BAR_INCHES * len(shares))
    drawing, axes = _axes((NARROW[0], height))
    names = list(shares)
    values = np.array([shares[name] for name in names]).reshape(-1, 3)
    middle, low, high = values.T
    reach = np.clip(np.stack([middle - low, high - middle]), 0, None)
    colours = [COLOURS.get(name, SOFT) for name in names]
    places = np.arange(len(names))[::-1]
    axes.barh(places, middle, 0.62, color=colours)
    axes.errorbar(middle, places, xerr=reach, fmt="none", ecolor=INK, elinewidth=1, capsize=3)
    for place, value in zip(places, middle, strict=True):
        axes.text(1.16, place, f"{value:.1%}", va="center", ha="right", color=INK, fontsize=9)
    axes.set_yticks(places, names)
    room = max(0.0, FEWEST_BARS - len(names)) / 2  # a few bars are not drawn as thick blocks
    axes.set_ylim(-0.6 - room, len(names) - 0.4 + room)
    axes.set_xlim(0, 1.17)
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_xlabel("share called rightly, with its 95% interval")
    axes.grid(axis="y", visible=False)
    return drawing


def roc(curve: tuple[NDArray[np.float64], NDArray[np.float64]], area: float | None) -> Figure:
    """ROC from (false alarm rates [n], recalls [n])."""
    drawing, axes = _axes(NARROW)
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle="--", label="guessing")
    name = "ROC" if area is None else f"AUC {area:.3f}"
    axes.plot(*curve, color=FAKE, linewidth=2, label=name)
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)
    axes.set_xlabel("false alarms: share of reals called fake")
    axes.set_ylabel("recall: share of fakes found")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    return drawing


def scores(
    probabilities: NDArray[np.float64], labels: NDArray[np.intp], cuts: Sequence[float] = ()
) -> Figure:
    """Histogram of the probabilities [n] of each class, with the thresholds as lines."""
    drawing, axes = _axes(NARROW)
    bins = np.linspace(0, 1, 31).tolist()
    for label, (name, colour) in enumerate(COLOURS.items()):
        axes.hist(probabilities[labels == label], bins, color=colour, alpha=0.6, label=name)
    for cut in cuts:
        axes.axvline(cut, color=INK, linewidth=1, linestyle=":")
    axes.set_xlim(0, 1)
    axes.set_xlabel("probability of fake")
    axes.set_ylabel("pictures")
    _legend(axes)
    return drawing


def _axes(size: tuple[float, float]) -> tuple[Figure, Axes]:
    """A figure with one quiet set of axes."""
    drawing = Figure(size, layout="constrained")
    axes = drawing.add_subplot()
    axes.set_axisbelow(True)
    axes.grid(color=LINE, linewidth=0.8)
    axes.spines[:].set_visible(False)
    axes.tick_params(colors=INK, labelsize=9, length=0)
    return drawing, axes


def _legend(axes: Any) -> None:
    axes.legend(frameon=False, fontsize=9, loc="best")


def _mark_stage(axes: Axes, start: float, name: str) -> None:
    axes.axvline(start, color=SOFT, linewidth=1, linestyle=":")
    axes.annotate(
        name, (start, 1), xycoords=("data", "axes fraction"), xytext=(4, -10), textcoords="offset points",
        fontsize=8, color=SOFT,
    )  # fmt: skip
