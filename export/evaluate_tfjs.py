"""Measures a model folder's TF.js model: `python -m training.evaluate` with node in onnxruntime's place.

    python -m export.evaluate_tfjs MODEL_FOLDER --data DIR --out EVAL

Decoding, views, aggregation and calibration are the service's: what differs from its figures is TF.js' doing
alone. (How browsers decode is for the browser tests.) Needs node and the extension's packages.
"""

import argparse
import sys
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Self

import numpy as np
from numpy.typing import NDArray

from backend.judge import ModelScore, score_picture
from backend.model_folder import ModelFolder, check_file, open_model_folder
from backend.picture import Picture
from backend.session import cores
from export.errors import ExportError
from export.tfjs_node import TfjsNode
from training import evaluate
from training.errors import exit_status


class TfjsJudge:
    """Judges pictures as `backend.judge.Judge` does, in a node process a core. To be used in a `with`."""

    def __init__(self, folder: ModelFolder) -> None:
        """Raises ModelFolderError, ToolMissing."""
        self.folder = folder
        for entry in folder.model.files:
            if entry.runtime == "tfjs":
                check_file(folder.path, entry)
        self._all = [TfjsNode(folder.weights_path.parent, folder.model) for _ in range(cores())]
        self._free: SimpleQueue[TfjsNode] = SimpleQueue()
        for node in self._all:
            self._free.put(node)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for node in self._all:
            node.close()

    def score(self, picture: Picture) -> ModelScore:
        """Raises ConversionFailed where TF.js cannot run the model."""
        return score_picture(self.folder.model, self._run, picture)

    def _run(self, views: NDArray[np.uint8]) -> tuple[NDArray[np.float32], None]:
        """Without the cells: no figure needs them."""
        node = self._free.get()
        try:
            return node.run(views)[self.folder.model.output.logit], None
        finally:
            self._free.put(node)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="python -m export.evaluate_tfjs",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    evaluate.add_options(found)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        return exit_status(lambda: _run(options))
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _run(options: argparse.Namespace) -> int:
    with TfjsJudge(open_model_folder(options.model, "tfjs")) as judge:
        return evaluate.run(judge, options)


if __name__ == "__main__":
    sys.exit(main())
