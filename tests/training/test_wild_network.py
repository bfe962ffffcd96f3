"""The networks for the wild: the evidence map adds up, options build, MobileNetV2 computes as torch does."""

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.torch_files import legacy_file, torch_tensors
from training import fit, wild_start
from training.wild import network_shape
from training.wild_network import (
    CAFFE_MEAN,
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    Backbone,
    CellDeviation,
    Shape,
    Standardise,
    Stem,
    build,
    build_trunk,
    freeze_norms,
)

Maps = NDArray[np.float32]  # [b, h, w, c]
EPSILON = 1e-5  # of torch's norms; Keras' own default is 1e-3


def pictures(side: int, count: int = 2) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def mobilenet() -> keras.Model:
    """With norms that are not at their start, as if trained."""
    keras.utils.set_random_seed(1)
    network = build(Shape("mobilenetv2", side=64))
    rng = np.random.default_rng(2)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            drawn = [
                rng.uniform(low, high, w.shape) for w, (low, high) in zip(layer.weights, NORM, strict=True)
            ]
            layer.set_weights(drawn)
    return network


NORM = [(0.5, 1.5), (-0.5, 0.5), (-0.5, 0.5), (1e-5, 2e-3)]  # gamma, beta, mean, variance: epsilon matters


def test_the_mean_of_the_evidence_map_is_the_logit(mobilenet: keras.Model) -> None:
    found = {name: np.asarray(value) for name, value in mobilenet(pictures(64)).items()}
    assert found["cells"].shape == (2, 2, 2)
    assert found["logit"].shape == (2, 1)
    assert np.ptp(found["cells"]) > 0
    assert np.allclose(found["cells"].mean(axis=(1, 2)), found["logit"][:, 0], atol=1e-5)  # float32 sums


def test_the_same_network_of_another_side_takes_the_same_weights(mobilenet: keras.Model) -> None:
    larger = build(Shape("mobilenetv2", side=96))
    larger.set_weights(mobilenet.get_weights())
    assert larger(pictures(96))["cells"].shape == (2, 3, 3)


def test_a_saved_network_gives_the_same_logits(mobilenet: keras.Model, tmp_path: Path) -> None:
    mobilenet.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(again(pictures(64))["logit"], mobilenet(pictures(64))["logit"])


@pytest.mark.parametrize(
    ("shape", "maps"),
    [
        (Shape("resnet50", 32), (1, 1, 2048)),
        (Shape("resnet50", 32, Stem(stride=1), "conv4"), (4, 4, 1024)),
        (Shape("resnet50", 32, Stem(pooling=False), "conv3"), (8, 8, 512)),
    ],
    ids=["whole", "stride 1 up to conv4", "no pooling up to conv3"],
)
def test_stem_and_cut_set_the_size_of_the_maps(shape: Shape, maps: tuple[int, ...]) -> None:
    assert build_trunk(shape).output_shape == (None, *maps)


def test_the_command_lines_stem_and_cut_reach_the_network() -> None:
    command = ["--data", "pictures", "--backbone", "resnet50", "--size", "32"]
    chosen = ["--cut", "conv4", "--stem-stride", "1", "--no-stem-pooling"]

    def maps(*given: str) -> tuple[int | None, ...]:
        options = fit.parser([]).parse_args([*command, *given])
        found: tuple[int | None, ...] = build_trunk(network_shape(options)).output_shape
        return found

    assert maps() == (None, 1, 1, 2048)
    assert maps(*chosen) == (None, 8, 8, 1024)


def test_another_stem_keeps_the_weights_and_refines_the_evidence_map() -> None:
    plain = build(Shape("resnet50", 32, cut="conv3"))
    early = build(Shape("resnet50", 32, Stem(stride=1, pooling=False), "conv3"))
    assert [(w.path, w.shape) for w in early.weights] == [(w.path, w.shape) for w in plain.weights]
    early.set_weights(plain.get_weights())  # what was learned with one stem starts another
    assert plain.output["cells"].shape == (None, 4, 4)
    found = early(pictures(32, 1))
    assert found["cells"].shape == (1, 16, 16)
    assert np.asarray(found["cells"]).mean() == pytest.approx(float(found["logit"][0, 0]), abs=1e-5)


def test_frozen_norms_keep_their_statistics_in_training(mobilenet: keras.Model) -> None:
    network = keras.models.clone_model(mobilenet)
    network.set_weights(mobilenet.get_weights())
    freeze_norms(network)
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = {layer.name: layer.get_weights() for layer in norms}
    network(pictures(64), training=True)
    changed = {
        layer.name
        for layer in norms
        if any(not np.array_equal(a, b) for a, b in zip(before[layer.name], layer.get_weights(), strict=True))
    }
    assert len(norms) > 50
    assert changed == {"evidence_norm"}
    assert [layer.name for layer in norms if layer.trainable] == ["evidence_norm"]


# MobileNetV2 against torch's arithmetic, written out in numpy.


def layers_up_to(network: keras.Model, name: str, source: str) -> keras.Model:
    return keras.Model(network.get_layer(source).output, network.get_layer(name).output)


def torch_convolution(maps: Maps, kernel: Maps, stride: int, depthwise: bool) -> Maps:
    """A 3x3 convolution that pads one row on all sides, as torch with padding=1."""
    padded = np.pad(maps.astype(np.float64), ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::stride, ::stride]
    order = "bhwcyx,yxc->bhwc" if depthwise else "bhwcyx,yxco->bhwo"
    result: Maps = np.einsum(order, windows, kernel[..., 0] if depthwise else kernel)
    return result


def torch_norm(maps: Maps, weights: list[Any]) -> Maps:
    gamma, beta, mean, variance = (part.astype(np.float64) for part in weights)
    result: Maps = (maps - mean) / np.sqrt(variance + EPSILON) * gamma + beta
    return result


def test_mobilenets_first_convolution_pads_and_norms_as_torch(mobilenet: keras.Model) -> None:
    given = pictures(64).astype(np.float32)
    normalised = (given - np.array(IMAGENET_MEAN)) / np.array(IMAGENET_DEVIATION)
    kernel = mobilenet.get_layer("Conv1").get_weights()[0]
    expected = torch_norm(
        torch_convolution(normalised, kernel, 2, depthwise=False),
        mobilenet.get_layer("bn_Conv1").get_weights(),
    )
    found = keras.Model(mobilenet.inputs[0], mobilenet.get_layer("Conv1_relu").output)(given)
    # float32 against float64 after a division by deviations of down to 0.004
    assert np.allclose(found, np.clip(expected, 0, 6), atol=1e-3)


def test_mobilenets_strided_depthwise_convolution_pads_as_torch(mobilenet: keras.Model) -> None:
    maps = np.random.default_rng(3).normal(size=(1, 32, 32, 96)).astype(np.float32)
    kernel = mobilenet.get_layer("block_1_depthwise").get_weights()[0]
    found = layers_up_to(mobilenet, "block_1_depthwise", "block_1_expand_relu")(maps)
    assert np.allclose(found, torch_convolution(maps, kernel, 2, depthwise=True), atol=1e-5)


def test_every_norm_of_mobilenet_has_torchs_epsilon() -> None:
    trunk = build_trunk(Shape("mobilenetv2", side=32))
    norms = [layer for layer in trunk.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(norms) == 52
    assert {norm.epsilon for norm in norms} == {EPSILON}


@pytest.mark.parametrize(
    ("backbone", "published"), [("efficientnet-lite0", 4_652_008), ("efficientnet-lite2", 6_092_072)]
)
def test_efficientnet_lite_is_as_large_as_its_authors(backbone: Backbone, published: int) -> None:
    """Parameters of the released networks, whose classifier of 1,000 classes is not built here."""
    trunk = build_trunk(Shape(backbone, side=64))
    learned = sum(math.prod(weight.shape) for weight in trunk.trainable_weights)
    assert learned + (1280 + 1) * 1000 == published
    assert trunk.output_shape == (None, 2, 2, 1280)


def test_efficientnet_lite_takes_torchs_weights_and_serves_with_an_evidence_map(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    shape = Shape("efficientnet-lite0", side=64)
    trunk = build_trunk(shape)
    tensors = torch_tensors(trunk)
    (tmp_path / "weights.pth").write_bytes(
        legacy_file({**tensors, "_fc.weight": np.zeros((2, 1280), np.float32)})
    )
    network = build(shape)
    wild_start.load(network, shape, str(tmp_path / "weights.pth"))
    maps = keras.Model(network.inputs[0], network.get_layer("top_activation").output)
    assert np.allclose(maps(pictures(64)), trunk(pictures(64)), atol=1e-5)
    assert network(pictures(64))["cells"].shape == (2, 2, 2)


def test_standardise_flips_the_channels_where_the_weights_want_bgr() -> None:
    given = np.array([[[[10, 20, 30]]]], np.uint8)
    plain = Standardise(IMAGENET_MEAN, IMAGENET_DEVIATION)(given)
    flipped = Standardise(CAFFE_MEAN, [1.0, 1.0, 1.0], bgr=True)(given)
    assert np.allclose(plain, (np.array([10, 20, 30]) - IMAGENET_MEAN) / IMAGENET_DEVIATION)
    assert np.allclose(flipped, np.array([30, 20, 10]) - CAFFE_MEAN)


def test_cell_deviation_is_the_deviation_inside_each_cell() -> None:
    maps = np.random.default_rng(4).normal(size=(2, 8, 8, 3)).astype(np.float32)
    cells = maps.reshape(2, 2, 4, 2, 4, 3)
    # 0.01 is what the layer gives on flat cells, so that its gradient stays finite there.
    expected = np.sqrt(cells.var(axis=(2, 4)) + 0.01**2)
    assert np.allclose(CellDeviation(4)(maps), expected, atol=1e-5)
    assert np.allclose(CellDeviation(4)(np.full((1, 4, 4, 1), 3, np.float32)), 0.01, atol=1e-3)
