"""The report of a `wild` run: what it learned from, whether the files tell the label, how it went.

In: draws, history, leak probes. Out: plots/*.png and report.html in the run folder.
"""

from collections.abc import Sequence
from typing import Any

from training import crops, plots, report, run_folder
from training.gather import Gathered
from training.leak_probe import LeakProbe, warning
from training.report import Facts, Figure, Section, Table, Text
from training.run_folder import RunFolder

SHOWN = 32  # crops of the grid
LISTED = 200  # unreadable files in the report
AS_IN_FOLDER, AS_SHOWN = "as they lie in the folder", "as the network is shown them"  # what is probed

Row = dict[str, Any]


def write(
    run: RunFolder,
    title: str,
    found: Gathered,
    drawn: crops.Crops,
    history: Sequence[Row],
    mixes: Sequence[Row],
    probes: dict[str, LeakProbe],
) -> None:
    """Draws everything once, into files and into the page. `mixes` are networks between the head's
    weights and the last ones."""
    examples = list(crops.in_order(drawn, SHOWN))
    drawings = {
        "auc": (_curves(history), "AUC on pictures not trained on", "as they are, and laundered `hard`"),
        "crops": (
            plots.picture_grid(
                [crop.pixels for crop in examples], ["fake" if crop.label else "real" for crop in examples]
            ),
            "What the network is shown", "native crops, both classes laundered alike",
        ),
    }  # fmt: skip
    figures = {}
    for name, (drawing, heading, caption) in drawings.items():
        png = report.png(drawing)
        run_folder.write_bytes(run.plots / f"{name}.png", png)
        figures[name] = Figure(png, heading, caption, wide=name == "crops")
    best = max([*history, *mixes], key=lambda row: row["auc"] + row["auc_hard"])
    facts = Facts(
        (
            ("AUC", best["auc"]), ("AUC, hard", best["auc_hard"]), ("real pictures", found.count(0)),
            ("fake pictures", found.count(1)), ("sources", found.sources),
        )
    )  # fmt: skip
    columns = ("step", "loss", "auc", "auc_hard", "seconds")
    rows = tuple(tuple(row.get(name) for name in columns) for row in history)
    sections = [
        Section("Result", (facts, figures["auc"])),
        Section("Do the files tell the label?", (_probes(probes), *_warnings(probes))),
        Section(
            "Training",
            (figures["crops"], Table(columns, rows, "step 0 is the linear head"), *_mixed(mixes)),
        ),
        Section("Sources", (_sources(found),)),
        Section("Files left out", (_skipped(found),)),
    ]
    lead = "The kept network is the best one on pictures of sources that were not trained on."
    report.write(run.report, title, sections, lead)


def _mixed(mixes: Sequence[Row]) -> tuple[Table, ...]:
    if not mixes:
        return ()
    rows = tuple((f"{row['share']:.0%}", row["auc"], row["auc_hard"]) for row in mixes)
    return (Table(("fine-tuned share", "auc", "auc_hard"), rows, "weights between step 0 and the last"),)


def _curves(history: Sequence[Row]) -> Any:
    steps = [row["step"] for row in history]
    lines = {"as is": [row["auc"] for row in history], "hard": [row["auc_hard"] for row in history]}
    return plots.curves(steps, lines, "AUC", along="step")


def _probes(probes: dict[str, LeakProbe]) -> Table:
    rows = tuple(
        (name, probe.n, probe.auc, f"{probe.low:.3f} to {probe.high:.3f}") for name, probe in probes.items()
    )
    return Table(
        ("files", "n", "AUC", "95% interval"),
        rows,
        "a classifier that sees file properties only; 0.5 is chance",
    )


def _warnings(probes: dict[str, LeakProbe]) -> tuple[Text, ...]:
    """Of what the network is shown: a folder whose files differ is what the laundering is there for."""
    text = warning(probes[AS_SHOWN])
    return (Text(text),) if text else ()


def _sources(found: Gathered) -> Table:
    counts: dict[tuple[str, int], int] = {}
    for sample in found.samples:
        counts[sample.source, sample.label] = counts.get((sample.source, sample.label), 0) + 1
    rows = tuple(
        (name, "fake" if label else "real", number) for (name, label), number in sorted(counts.items())
    )
    return Table(("source", "class", "pictures"), rows)


def _skipped(found: Gathered) -> Table | Text:
    if not found.skipped:
        return Text("None.")
    rows = tuple((str(entry.path), entry.reason) for entry in found.skipped[:LISTED])
    return Table(("path", "reason"), rows)
