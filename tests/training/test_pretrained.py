"""Weight files of torch: read without torch, and without running what is in them."""

import contextlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import onnx
import pytest
from keras import layers

from tests.torch_files import hostile_file, legacy_file
from training import pretrained, vision_transformer
from training.errors import WeightsUnreadable

RNG = np.random.default_rng(0)
TENSORS = {
    "kernel": RNG.normal(size=(4, 3, 3, 3)).astype(np.float32),
    "bias": RNG.normal(size=4).astype(np.float32),
    "num_batches_tracked": np.array(7, np.int64),
}


def write(folder: Path, data: bytes, name: str = "weights.pt") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def test_a_legacy_file_gives_its_tensors_in_their_order(tmp_path: Path) -> None:
    found = pretrained.read_torch_pickle(write(tmp_path, legacy_file(TENSORS)))
    assert list(found) == list(TENSORS)
    for name, tensor in TENSORS.items():
        assert np.array_equal(found[name], tensor)


def test_a_tensor_is_read_through_its_strides_and_offset(tmp_path: Path) -> None:
    stored = np.arange(10, dtype=np.float32)
    file = write(tmp_path, legacy_file({"t": stored}, size=(2, 3), stride=(1, 2), offset=2))
    assert pretrained.read_torch_pickle(file)["t"].tolist() == [[2, 4, 6], [3, 5, 7]]


@pytest.mark.parametrize("function", [os.system, subprocess.check_output, eval], ids=lambda f: f.__name__)
def test_a_file_that_would_run_code_is_refused_and_runs_nothing(
    function: Callable[..., Any], tmp_path: Path
) -> None:
    trace = tmp_path / "ran"
    order = f"__import__('pathlib').Path({str(trace)!r}).touch()" if function is eval else f"touch {trace}"
    file = write(tmp_path, hostile_file(function, order))
    with pytest.raises(WeightsUnreadable, match=r"which no weight file needs.*Give the file"):
        pretrained.read_torch_pickle(file)
    assert not trace.exists()


@pytest.mark.parametrize(
    "header",
    [
        {"size": (5,), "stride": (1,)},
        {"size": (2,), "stride": (100,)},
        {"size": (1,), "stride": (1,), "offset": 4},
        {"size": (1,), "stride": (1,), "offset": -1},
        {"size": (4,), "stride": (-1,)},
        {"size": (10**12,), "stride": (0,)},
        {"size": (2, 2), "stride": (1,)},
    ],
    ids=str,
)
def test_a_header_that_points_outside_its_storage_is_refused(header: dict[str, Any], tmp_path: Path) -> None:
    file = write(tmp_path, legacy_file({"t": np.zeros(4, np.float32)}, **header))
    with pytest.raises(WeightsUnreadable):
        pretrained.read_torch_pickle(file)


def test_damaged_files_never_raise_anything_but_weights_unreadable(tmp_path: Path) -> None:
    good = legacy_file(TENSORS)
    damaged = [good[:length] for length in range(0, len(good), 7)]
    # One bit of each byte, but not of the numbers at the end: that damage cannot show.
    for place in range(len(good) - 500):
        damaged.append(good[:place] + bytes([good[place] ^ 0x80]) + good[place + 1 :])
    read = 0
    for data in damaged:
        with contextlib.suppress(WeightsUnreadable):
            pretrained.read_torch_pickle(write(tmp_path, data))
            read += 1
    assert read < len(damaged) / 4


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pt", None), ("a.pt", b""), ("a.pt", b"PK\x03\x04 the newer format"), ("a.whl", b"no archive")],
    ids=["missing", "empty", "newer format", "no wheel"],
)
def test_a_file_of_another_kind_is_refused_in_words(name: str, data: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / name if data is None else write(tmp_path, data, name)
    with pytest.raises(WeightsUnreadable, match=str(file)):
        pretrained.read_torch_pickle(file)


def network() -> keras.Model:
    pictures = keras.Input((8, 8, 3))
    maps = layers.Conv2D(4, 3, use_bias=False)(pictures)
    maps = layers.BatchNormalization()(maps)
    return keras.Model(pictures, layers.DepthwiseConv2D(3, use_bias=False)(maps))


def tensors_of_network() -> dict[str, Any]:
    shapes = {"a": (4, 3, 3, 3), "b": (4,), "c": (4,), "d": (4,), "e": (4,), "f": (4, 1, 3, 3)}
    return {name: RNG.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def test_weights_are_assigned_in_order_with_their_axes_turned() -> None:
    model, tensors = network(), tensors_of_network()
    pretrained.assign_in_order(model, {**tensors, "x.num_batches_tracked": np.zeros((), np.float32)})
    convolution, norm, depthwise = [layer.get_weights() for layer in model.layers if layer.weights]
    assert convolution[0][2, 1, 0, 3] == tensors["a"][3, 0, 2, 1]  # h,w,i,o from o,i,h,w
    assert [part.tolist() for part in norm] == [tensors[name].tolist() for name in "bcde"]
    assert depthwise[0][2, 1, 3, 0] == tensors["f"][3, 0, 2, 1]  # h,w,c,1 from c,1,h,w


@pytest.mark.parametrize(
    "change",
    [{"g": np.zeros(1, np.float32)}, {"a": np.zeros((4, 3, 5, 5), np.float32)}, {"a": np.zeros(4)}],
    ids=["one too many", "other kernel", "no kernel"],
)
def test_weights_of_another_network_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WeightsUnreadable):
        pretrained.assign_in_order(network(), {**tensors_of_network(), **change})


def graph(path: Path, tensors: dict[str, Any], places: int = 37 * 37) -> Path:
    """An ONNX graph that names its tensors as torch's exporter does: matrices by number."""
    nodes, constants = [], []
    for name, value in tensors.items():
        if name.endswith(".weight") and value.ndim == 2:
            constants.append(onnx.numpy_helper.from_array(value, f"onnx::MatMul_{len(constants)}"))
            node = "/backbone/" + name.removesuffix(".weight").replace(".", "/") + "/MatMul"
            nodes.append(onnx.helper.make_node("MatMul", ["x", constants[-1].name], [node], name=node))
        elif name == "embeddings.position_embeddings":
            constants.append(onnx.numpy_helper.from_array(value[:, :1], "onnx::Concat_7"))
            constants.append(onnx.numpy_helper.from_array(value[:, 1 : 1 + places], "onnx::Reshape_9"))
        else:
            constants.append(onnx.numpy_helper.from_array(value, f"backbone.{name}"))
    made = onnx.helper.make_graph(nodes, "g", [], [], constants)
    path.write_bytes(onnx.helper.make_model(made).SerializeToString())
    return path


def dinov2_tensors(depth: int) -> dict[str, Any]:
    width = vision_transformer.WIDTH
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.cls_token": (1, 1, width),
        "embeddings.position_embeddings": (1, 1 + 37 * 37, width),
        "embeddings.patch_embeddings.projection.weight": (width, 3, 14, 14),
        "embeddings.patch_embeddings.projection.bias": (width,),
    }
    for number in range(depth):
        stem = f"encoder.layer.{number}."
        for part in ("attention.attention.query", "attention.attention.key", "attention.attention.value",
                     "attention.output.dense", "mlp.fc1", "mlp.fc2"):  # fmt: skip
            into, out = {"mlp.fc1": (1, 4), "mlp.fc2": (4, 1)}.get(part, (1, 1))
            shapes[f"{stem}{part}.weight"] = (into * width, out * width)
            shapes[f"{stem}{part}.bias"] = (out * width,)
        for part in ("norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias", "layer_scale1.lambda1",
                     "layer_scale2.lambda1"):  # fmt: skip
            shapes[stem + part] = (width,)
    return {name: RNG.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def trunk(depth: int, side: int = 56) -> keras.Model:
    pictures = keras.Input((side, side, 3))
    return vision_transformer.vits14(pictures, pictures, depth)


def test_dinov2_is_read_from_a_graph_and_assigned_by_name(tmp_path: Path) -> None:
    tensors, network = dinov2_tensors(2), trunk(2)
    vision_transformer.assign(network, pretrained.read_dinov2(graph(tmp_path / "d.onnx", tensors)))
    weights = {layer.name: layer.get_weights() for layer in network.layers if layer.weights}
    assert np.array_equal(weights["block_1_fc1"][0], tensors["encoder.layer.1.mlp.fc1.weight"])
    assert np.array_equal(weights["block_0_scale2"][0], tensors["encoder.layer.0.layer_scale2.lambda1"])
    value = tensors["encoder.layer.1.attention.attention.value.weight"]
    assert np.array_equal(weights["block_1_value"][0], value)
    patches = tensors["embeddings.patch_embeddings.projection.weight"]
    assert weights["patches"][0][3, 5, 1, 7] == patches[7, 1, 3, 5]
    assert weights["places"][1].shape == (1, 1 + 16, vision_transformer.WIDTH)
    assert np.array_equal(weights["places"][1][:, 0], tensors["embeddings.position_embeddings"][:, 0])


@pytest.mark.parametrize("depth", [1, 3], ids=["shallower file", "a tensor of another shape"])
def test_another_transformer_is_refused(depth: int, tmp_path: Path) -> None:
    tensors = dinov2_tensors(depth)
    if depth == 3:
        tensors["encoder.layer.0.norm1.bias"] = np.zeros(5, np.float32)
    with pytest.raises(WeightsUnreadable, match=r"ViT-S/14"):
        vision_transformer.assign(trunk(2), pretrained.read_dinov2(graph(tmp_path / "d.onnx", tensors)))


@pytest.mark.parametrize("data", [b"no graph", b""], ids=["noise", "empty"])
def test_a_file_that_is_no_graph_of_dinov2_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnreadable):
        pretrained.read_dinov2(write(tmp_path, data, "d.onnx"))
