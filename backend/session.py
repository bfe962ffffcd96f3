"""onnxruntime, and nothing else of it elsewhere: a weight file in, logits out.

Providers by preference: CUDA, then the CPU. onnxruntime-gpu lists CUDA even where there is none and
falls back on its own; only the session itself tells what it really got.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from backend.contract import ModelJson
from backend.dynamic_batching import SIZES, DynamicBatching, Outputs
from backend.errors import ModelFolderError

CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
PREFERRED = (CUDA, CPU)
FATAL_ONLY = 4  # onnxruntime's severity: a machine without CUDA is no error worth two red lines


def cores() -> int:
    """Of this machine that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class CpuPlan:
    """How views are laid onto the cores of a CPU. tuning.py measures which is fastest on a machine."""

    threads: int = 1  # cores for one run of onnxruntime
    batch: int = 1  # views in one run

    @property
    def at_once(self) -> int:
        """Runs."""
        return max(1, cores() // self.threads)

    @property
    def words(self) -> str:
        return f"{self.at_once} runs at once, cores each: {self.threads}, views each: {self.batch}"


# Measured with MobileNetV2 (model version 1) on 2 cores, for 4 views: 27 ms, against 49 ms as one batch
# on both cores, whose threads wait for each other and spin meanwhile; and 230 MB instead of 600, since the
# arenas hold one view each.
VIEW_A_CORE = CpuPlan()


def _options(plan: CpuPlan) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = plan.threads  # a GPU does not mind
    # Processors with AVX2 or AVX-512 but without VNNI add products of uint8 and int8 in 16 bits, which
    # overflow; onnxruntime then takes a slower way that does not. Without effect where VNNI is there.
    options.add_session_config_entry("session.x64quantprecision", "1")
    return options


class Session:
    """A loaded model. `run` may be called from several threads; the bits do not depend on it.

    On a CPU the views are run as the plan says, several runs at once. A GPU takes one batch at a time, of all
    the views that wait, from a buffer in its own memory.
    """

    def __init__(self, weights: Path, model: ModelJson, plan: CpuPlan = VIEW_A_CORE) -> None:
        """Raises ModelFolderError when onnxruntime cannot load the file or its input is another."""
        ort.set_default_logger_severity(FATAL_ONLY)
        available = [name for name in PREFERRED if name in ort.get_available_providers()]
        try:
            self._session = ort.InferenceSession(str(weights), _options(plan), providers=available)
        except Exception as error:  # onnxruntime raises classes of its own for each kind of broken file
            raise ModelFolderError(
                f"onnxruntime cannot load {weights}: {error}. Export the model again, or install another."
            ) from error
        self._model, self._weights = model, weights
        self._check_input(weights)
        outputs = [output.name for output in self._session.get_outputs()]
        self._outputs = [name for name in (model.output.logit, model.output.cells) if name in outputs]
        self._buffers: dict[int, ort.OrtValue] = {}  # of a GPU, by the number of views
        self._batching = DynamicBatching(self.run_bound)
        self.plan = plan
        self._runs = ThreadPoolExecutor(plan.at_once, "views")

    @property
    def provider(self) -> str:
        """What really runs the model."""
        return str(self._session.get_providers()[0])

    @property
    def device(self) -> str:
        """The same in words."""
        if self.provider == CUDA:
            return "NVIDIA GPU (CUDA)"
        return "CPU"

    def run(self, views: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Views uint8 [n, side, side, 3] -> logits [n] and, where the model has them, cells [n, h, w]."""
        if self.provider == CPU:
            pieces = np.split(views, range(self.plan.batch, len(views), self.plan.batch))
            found: Outputs = [
                np.concatenate(parts) for parts in zip(*self._runs.map(self._run, pieces), strict=True)
            ]
        else:
            found = self._batching(views)
        cells = found[1].astype(np.float32) if len(found) > 1 else None
        return found[0].reshape(len(views)).astype(np.float32), cells

    def _run(self, views: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        return list(self._session.run(self._outputs, {self._model.input.name: views}))

    def run_bound(self, views: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        """With IO binding: a batch's buffer on the device is made once for each size and filled again."""
        device = "cuda" if self.provider == CUDA else "cpu"
        buffer = self._buffers.get(len(views))
        if buffer is None:
            buffer = self._buffers[len(views)] = ort.OrtValue.ortvalue_from_numpy(views, device, 0)
        else:
            buffer.update_inplace(views)
        binding = self._session.io_binding()
        binding.bind_ortvalue_input(self._model.input.name, buffer)
        for name in self._outputs:
            binding.bind_output(name)
        self._session.run_with_iobinding(binding)
        return list(binding.copy_outputs_to_cpu())

    def warm(self) -> None:
        """The first run allocates and compiles: do it before the first reader waits for it.

        Raises ModelFolderError where the model does not run, or gives no numbers.
        """
        size = self._model.input
        counts = [cores()] if self.provider == CPU else SIZES
        try:
            for count in counts:
                logits, _ = self.run(np.zeros((count, size.height, size.width, 3), np.uint8))
        except Exception as error:  # onnxruntime's own, or of shapes that do not fit
            raise ModelFolderError(
                f"{self._weights} does not run: {error}. Export the model again."
            ) from error
        if not np.isfinite(logits).all():
            raise ModelFolderError(f"{self._weights} gives no numbers. Export the model again.")

    def _check_input(self, weights: Path) -> None:
        inputs = [(entry.name, entry.type) for entry in self._session.get_inputs()]
        if inputs != [(self._model.input.name, "tensor(uint8)")]:
            raise ModelFolderError(
                f"{weights} wants the inputs {inputs}, model.json says one uint8 input named "
                f"'{self._model.input.name}'. Export the model again with this version of Candid."
            )
