"""The graph to TF.js: a graph model whose large kernels are stored in few bits.

In: the scoring function and the network that it runs. Out: `model.json` and shards of at most 4 MiB.
Stored kernels have one scale for all their values. 8 bits hold ResNet50's probability within 1e-3; after
folding, MobileNetV2's pointwise kernels differ so much from channel to channel that 8 bits moved it by
0.04 at best (0.95 with all kernels), 16 bits by 0.0002 at half of float32's size. Small kernels (first,
depthwise, head) weigh little and stay in float32.
"""

import importlib
import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, Literal

import keras
import tensorflow as tf

from export.errors import ToolMissing

Storage = Literal["uint8", "uint16", "float32"]
STORAGES: tuple[Storage, ...] = ("uint8", "uint16", "float32")  # smallest first

LARGE_KERNEL = 10_000  # weights
SHARD_BYTES = 4 * 1024 * 1024  # browsers cache files up to this size
GRAPH = "model.json"


def write_float32(score: Callable[..., Any], network: keras.Model, work: Path) -> Path:
    """The graph model with all weights in float32, in a folder of `work`, to store in fewer bits."""
    saved, folder = work / "saved_model", work / "tfjs-float32"
    holder = tf.Module()
    holder.kept = [variable.value for variable in network.variables]  # a SavedModel saves what it holds
    tf.saved_model.save(holder, str(saved), signatures=score.get_concrete_function())  # type: ignore[attr-defined]
    converter = _module("converters.tf_saved_model_conversion_v2")
    converter.convert_tf_saved_model(str(saved), str(folder), weight_shard_size_bytes=SHARD_BYTES)
    return folder


def store(float32: Path, folder: Path, storage: Storage) -> list[Path]:
    """The same graph model with its large kernels in `storage`; returns its files, the graph first."""
    graph = json.loads((float32 / GRAPH).read_text())
    manifest = graph["weightsManifest"]
    (weights,) = _module("read_weights").read_weights(manifest, str(float32))
    for weight in weights:
        if weight["name"] in _biases(graph):
            weight["data"] = weight["data"].reshape(-1)
    large = [w["name"] for w in weights if w["data"].ndim == 4 and w["data"].size >= LARGE_KERNEL]
    shutil.rmtree(folder, ignore_errors=True)  # another storage's shards have other names
    folder.mkdir(parents=True)
    graph["weightsManifest"] = _module("write_weights").write_weights(
        [weights],
        str(folder),
        shard_size_bytes=SHARD_BYTES,
        write_manifest=False,
        quantization_dtype_map={} if storage == "float32" else {storage: large},
    )
    (folder / GRAPH).write_text(json.dumps(graph))
    shards = [folder / name for group in graph["weightsManifest"] for name in group["paths"]]
    return [folder / GRAPH, *shards]


def _biases(graph: dict[str, Any]) -> set[str]:
    """Biases of fused convolutions. A single-channel one comes out as [1, 1, 1, 1], and TF.js' wasm
    backend takes rank 1 only."""
    fused = ("_FusedConv2D", "FusedDepthwiseConv2dNative")
    return {node["input"][2] for node in graph["modelTopology"]["node"] if node["op"] in fused}


def _module(name: str) -> Any:
    """A module of tensorflowjs without its package's __init__, which imports frameworks that we do not
    have and that pin an old TensorFlow."""
    _stand_in_for_packages()
    return importlib.import_module(f"tensorflowjs.{name}")


@cache
def _stand_in_for_packages() -> None:
    found = importlib.util.find_spec("tensorflowjs")
    if found is None or not found.submodule_search_locations:
        raise ToolMissing("The package tensorflowjs is missing: install Candid with its `export` extra.")
    (root, *_) = found.submodule_search_locations
    _stand_in("tensorflowjs", root)
    _stand_in("tensorflowjs.converters", str(Path(root) / "converters"))
    for absent in ("tensorflow_decision_forests", "tensorflow_hub"):  # for models of other kinds
        if importlib.util.find_spec(absent) is None:
            _stand_in(absent)


def _stand_in(name: str, *path: str) -> None:
    spec = ModuleSpec(name, None, is_package=True)
    spec.submodule_search_locations = list(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)
