"""Writes weight files as torch did before 1.6, without torch: the format that MobileNetV2's come in."""

import collections
import io
import pickle
import struct
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


class _Global:
    """Pickled by its name in torch, which this machine need not have."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __call__(self, *_: Any) -> None:
        raise NotImplementedError


class _Storage:
    def __init__(self, kind: str, key: str, count: int) -> None:
        self.pid = ("storage", _Global("torch", kind), key, "cpu", count, None)


class _Header:
    """What torch pickles of a tensor: the function that builds it again, and where its numbers lie."""

    def __init__(
        self, storage: _Storage, size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0
    ) -> None:
        self.arguments = (storage, offset, size, stride, False, collections.OrderedDict())


class _Pickler(pickle._Pickler):  # type: ignore[name-defined]  # the one in Python lets a global be faked
    dispatch: ClassVar[Any] = dict(pickle._Pickler.dispatch)  # type: ignore[attr-defined]

    def persistent_id(self, thing: Any) -> Any:
        return thing.pid if isinstance(thing, _Storage) else None

    def save_global_name(self, thing: _Global) -> None:
        self.write(pickle.GLOBAL + f"{thing.module}\n{thing.name}\n".encode())

    def save_header(self, thing: _Header) -> None:
        self.save_reduce(_Global("torch._utils", "_rebuild_tensor_v2"), thing.arguments, obj=thing)

    dispatch[_Global] = save_global_name
    dispatch[_Header] = save_header


def legacy_file(tensors: Mapping[str, NDArray[Any]], **damage: Any) -> bytes:
    """The bytes of a state dict. `damage` overrides a header's `size`, `stride` or `offset`."""
    headers: collections.OrderedDict[str, _Header] = collections.OrderedDict()
    storages: dict[str, NDArray[Any]] = {}
    for number, (name, tensor) in enumerate(tensors.items()):
        kind = "LongStorage" if tensor.dtype == np.int64 else "FloatStorage"
        key = str(1000 + number)
        storages[key] = tensor
        stride = tuple(step // tensor.itemsize for step in np.ascontiguousarray(tensor).strides)
        place = {"size": tensor.shape, "stride": stride[: tensor.ndim], **damage}
        headers[name] = _Header(_Storage(kind, key, tensor.size), **place)
    system = {"protocol_version": PROTOCOL, "little_endian": True, "type_sizes": {"int": 4}}
    out = io.BytesIO()
    for part in (MAGIC, PROTOCOL, system, headers, list(storages)):
        _Pickler(out, protocol=2).dump(part)
    for tensor in storages.values():
        out.write(struct.pack("<q", tensor.size))
        out.write(np.ascontiguousarray(tensor).astype(tensor.dtype.newbyteorder("<")).tobytes())
    return out.getvalue()


def torch_tensors(network: Any) -> dict[str, NDArray[np.float32]]:
    """A Keras network's weights as torch would hold them: in order, kernels with their axes turned."""
    found: dict[str, NDArray[np.float32]] = {}
    for layer in network.layers:
        for weight, value in zip(layer.weights, layer.get_weights(), strict=True):
            if value.ndim == 4:
                axes = (2, 3, 0, 1) if "depthwise" in type(layer).__name__.lower() else (3, 2, 0, 1)
                value = np.ascontiguousarray(value.transpose(axes))
            found[weight.path] = value
    return found


class _Call:
    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> Any:
        return self.function, self.arguments


def hostile_file(function: Callable[..., Any], *arguments: Any) -> bytes:
    """A legacy file that pickle.load would make call `function(*arguments)`."""
    parts = (MAGIC, PROTOCOL, {}, _Call(function, arguments), [])
    return b"".join(pickle.dumps(part, protocol=2) for part in parts)
