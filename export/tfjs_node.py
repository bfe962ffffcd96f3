"""A TF.js model in node with the wasm backend, as the extension runs it: views in, outputs out.

The process loads the model once and takes batch after batch; tfjs_logits.mjs is what it runs.
"""

import json
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from backend.contract import ModelJson
from export.errors import ConversionFailed, ToolMissing

REPOSITORY = Path(__file__).parent.parent
SCRIPT = Path(__file__).parent / "tfjs_logits.mjs"
LIMIT = 600  # s for one batch of views; 300 ms a view were measured for ResNet50


class TfjsNode:
    """For one thread. To be used in a `with`, which ends the process."""

    def __init__(self, folder: Path, model: ModelJson) -> None:
        """`folder` holds the graph and its shards. Raises ToolMissing without node or its packages."""
        node, packages = shutil.which("node"), REPOSITORY / "extension" / "package.json"
        if node is None or not (packages.parent / "node_modules" / "@tensorflow").is_dir():
            raise ToolMissing(
                "Running the TF.js model needs node and the extension's packages: install node 20 or later "
                "and run `npm --prefix extension ci`; `python -m export --runtimes onnx` leaves TF.js out."
            )
        self._folder = folder
        self._views = tempfile.NamedTemporaryFile(suffix=".rgb")  # noqa: SIM115  close() ends both
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        names = [name for name in (model.output.logit, model.output.cells) if name is not None]
        size = [str(model.input.height), str(model.input.width)]
        self._process = subprocess.Popen(
            [node, str(SCRIPT), str(packages), str(folder), *size, model.input.name, *names],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, views: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Views [n, side, side, 3] -> each output's values, flat. Raises ConversionFailed."""
        self._views.seek(0)
        self._views.truncate()
        self._views.write(views.tobytes())
        self._views.flush()
        outputs = json.loads(self._answer())["outputs"]
        return {name: np.array(values, np.float32) for name, values in outputs.items()}

    def _answer(self) -> str:
        assert self._process.stdin is not None and self._process.stdout is not None
        slow = Timer(LIMIT, self._process.kill)
        slow.start()
        try:
            self._process.stdin.write(f"{self._views.name}\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            slow.cancel()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            said = self._errors.read().strip()[-1500:]
            raise ConversionFailed(f"TF.js cannot run the model in {self._folder.name}/:\n{said}")
        return line

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._views, self._errors):
            if stream is not None:
                with suppress(BrokenPipeError):  # what was written to a process that is gone
                    stream.close()
