"""`python -m export RUN_FOLDER --out DIR`: a trained run to a model folder, with parity proved.

Of a model folder that was exported before, the smaller ONNX formats: `python -m export MODEL_FOLDER --out DIR
--runtimes onnx-int8 --calibration PICTURES`.
Exit status 2 and one sentence where it cannot be done; the folder then stays as it was.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from export.errors import CalibrationMissing, ExportError, ParityError, RunFolderError

if TYPE_CHECKING:
    from export.convert import Converted
    from export.package import Exported, Run
    from export.pictures import Views

RUNTIMES = ("onnx", "onnx-fp16", "onnx-int8", "tfjs")
DEFAULT = ("onnx", "tfjs")  # these agree to a thousandth


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(prog="python -m export", description=__doc__)
    found.add_argument(
        "run", type=Path, metavar="FOLDER",
        help="the run that training wrote; for onnx-int8 and onnx-fp16, a model folder with model.onnx, too",
    )  # fmt: skip
    found.add_argument("--out", type=Path, required=True, help="the model folder to write or replace")
    found.add_argument(
        "--calibration", type=Path, nargs="+", metavar="DIR",
        help="pictures to calibrate int8 on; default: those the run was trained on",
    )  # fmt: skip
    found.add_argument(
        "--runtimes",
        nargs="+",
        choices=RUNTIMES,
        default=DEFAULT,
        help="what to keep; default: onnx and tfjs. onnx-int8 is a third as large and on some processors "
        "faster, and .01 off; served where there is no onnx. onnx-fp16 is for GPUs",
    )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    console = Console()
    _choose_tensorflow()
    try:
        _export(options, console)
    except ExportError as error:
        Console(stderr=True).print(
            f"[bold red]Not exported.[/] {escape(str(error))}", highlight=False, soft_wrap=True
        )
        return 2
    return 0


def _choose_tensorflow() -> None:
    """The converters read TensorFlow graphs, also of networks trained on torch. On the CPU: a GPU's
    shortened float32 (TF32) alone would move the reference by more than parity allows."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.set_visible_devices([], "GPU")


def _export(options: argparse.Namespace, console: Console) -> None:
    from export import package
    from export.convert import convert, convert_exported
    from export.golden import write_golden

    run = package.read(options.run)
    if isinstance(run, package.Exported):
        _refuse_exact_formats(options)
    with package.new_folder(options.out, options.run) as folder:
        views = _real_views(options, run)
        with console.status("") as status:
            if isinstance(run, package.Exported):
                done = convert_exported(run, folder, views, options.runtimes, status.update)
            else:
                done = convert(run, folder, views, options.runtimes, status.update)
        _report(done, "Keras" if isinstance(run, package.Run) else run.onnx.name, console)
        _require_parity(done)
        package.write_model_json(run.model, folder, [file for each in done for file in each.files])
        if "tfjs" in options.runtimes:
            write_golden(folder)
    console.print(f"Wrote {options.out}. Serve it with: python -m backend --model {options.out}")


def _refuse_exact_formats(options: argparse.Namespace) -> None:
    exact = sorted({"onnx", "tfjs"} & set(options.runtimes))
    if exact:
        raise RunFolderError(
            f"{options.run} is a model folder that was exported before: only onnx-int8 and onnx-fp16 can be "
            f"made of it, say --runtimes onnx-int8. For {' and '.join(exact)} give the run folder that "
            f"training wrote."
        )


def _real_views(options: argparse.Namespace, run: "Run | Exported") -> "Views | None":
    from export.package import calibration_folders
    from export.pictures import real_views

    folders = options.calibration or calibration_folders(run.model)
    try:
        return real_views(folders, run.model)
    except CalibrationMissing:
        if "onnx-int8" in options.runtimes:
            raise
        return None


def _require_parity(done: "Sequence[Converted]") -> None:
    broken = [each.comparison for each in done if not each.comparison.holds]
    if broken:
        names = ", ".join(comparison.runtime for comparison in broken)
        raise ParityError(
            f"{names}: other probabilities than Keras, see the table. The old folder is as it was. "
            f"Leave that format out with --runtimes, or report the network."
        )


def _report(done: "Sequence[Converted]", reference: str, console: Console) -> None:
    """How far each format is from the reference, on how many views, and how it was made."""
    table = Table("format", "MB", "mean", "largest", "allowed", "", title=f"Differences from {reference}")
    for each in done:
        found = each.comparison
        table.add_row(
            found.runtime,
            f"{each.bytes / 1e6:.2f}",
            f"{found.mean:.5f}",
            f"{found.largest:.5f}",
            f"{found.bound:g} {'mean' if found.is_rounded else ''}".strip(),
            "[green]holds[/]" if found.holds else "[bold red]does not hold[/]",
        )
    console.print(table)
    for each in done:
        found = each.comparison
        console.print(
            f"{found.runtime}: {each.made}; {found.views} views, logits correlate at {found.correlation:.4f}",
            highlight=False,
        )


if __name__ == "__main__":
    sys.exit(main())
