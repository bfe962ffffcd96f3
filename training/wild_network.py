"""Networks for pictures in the wild: backbone, taps, and a head whose logit is the mean of its cells.

In: `pictures` [batch, side, side, 3], RGB, 0 to 255. Out: {"logit": [batch, 1], "cells": [batch, h, w]}.
Read top-down: `build` joins a backbone (MobileNetV2, EfficientNet-Lite, ResNet50 or DINOv2's ViT-S/14) to
the head. Everything is Keras 3 layers and ops, so that TensorFlow, torch and JAX train the same network.
"""

from dataclasses import dataclass
from typing import Any, Literal

import keras
from keras import layers, ops

from training import efficientnet_lite, vision_transformer

Backbone = Literal["resnet50", "mobilenetv2", "efficientnet-lite0", "efficientnet-lite2", "dinov2-vits14"]


@dataclass(frozen=True, slots=True)
class Stem:
    """How early ResNet50 halves its maps. The traces of a generator live in the finest scales, and
    early down-sampling destroys them (AlignedForensics, arXiv:2410.11835, trains without it)."""

    stride: int = 2
    pooling: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """What is built. `cut` names the last stage of ResNet50 that is kept."""

    backbone: Backbone = "efficientnet-lite2"
    side: int = 224  # px, a multiple of 32; of 28 for dinov2-vits14
    stem: Stem = Stem()
    cut: Literal["conv3", "conv4", "conv5"] = "conv5"
    dropout: float = 0.3


@keras.saving.register_keras_serializable(package="candid")
class Standardise(layers.Layer):  # type: ignore[misc]
    """(x - mean) / deviation per channel, x in 0 to 255; `bgr` flips the channels first."""

    def __init__(self, mean: list[float], deviation: list[float], bgr: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.mean, self.deviation, self.bgr = list(mean), list(deviation), bgr

    def call(self, pictures: Any) -> Any:
        if self.bgr:
            pictures = pictures[..., ::-1]
        mean = ops.convert_to_tensor(self.mean, dtype=self.compute_dtype)
        deviation = ops.convert_to_tensor(self.deviation, dtype=self.compute_dtype)
        return (ops.cast(pictures, self.compute_dtype) - mean) / deviation

    def compute_output_shape(self, shape: Any) -> Any:
        return shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mean": self.mean, "deviation": self.deviation, "bgr": self.bgr}


@keras.saving.register_keras_serializable(package="candid")
class CellDeviation(layers.Layer):  # type: ignore[misc]
    """Standard deviation of each channel inside each cell: the texture that a mean does not see.

    [batch, h * size, w * size, c] -> [batch, h, w, c]. `window` (default: the cell) may reach beyond
    the cell, for maps that have one value per cell.
    """

    def __init__(self, size: int, window: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.size, self.window = size, window or size

    def call(self, maps: Any) -> Any:
        mean = self._mean(maps)
        return ops.sqrt(ops.maximum(self._mean(ops.square(maps)) - ops.square(mean), 0.0) + 1e-4)

    def _mean(self, maps: Any) -> Any:
        padding = "valid" if self.window == self.size else "same"
        return ops.average_pool(maps, self.window, self.size, padding)

    def compute_output_shape(self, shape: Any) -> Any:
        batch, height, width, channels = shape
        return (batch, height and height // self.size, width and width // self.size, channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size, "window": self.window}


IMAGENET_MEAN = [123.675, 116.28, 103.53]  # RGB, of 0..255 (torchvision)
IMAGENET_DEVIATION = [58.395, 57.12, 57.375]
CAFFE_MEAN = [103.939, 116.779, 123.68]  # BGR (keras.applications.resnet50.preprocess_input)

# Layers whose means and deviations per cell join the evidence: traces of all scales, coarse to fine.
TAPS = {
    "mobilenetv2": [f"block_{block}_expand_relu" for block in (1, 3, 6, 10, 13, 16)],
    "resnet50": ["conv2_block3_out", "conv3_block4_out", "conv4_block6_out"],
    **dict.fromkeys(efficientnet_lite.SCALES, efficientnet_lite.TAPS),
    "dinov2-vits14": [f"block_{block}_add2" for block in (1, 2, 4, 6)],
}
VIT_BLOCKS = 9  # of 12: a linear head on all twelve was no better (AUC .797 against .795 on val)
TOKENS = 2  # a cell of the transformer is so many tokens wide: 28 px
# Deviations of cells of one or two values would say little: their windows reach into the neighbours.
WINDOWS = {**{name: {1: 3} for name in TAPS}, "dinov2-vits14": {TOKENS: 2 * TOKENS}}
CUTS = {"conv3": "conv3_block4_out", "conv4": "conv4_block6_out", "conv5": "conv5_block3_out"}


def build(shape: Shape) -> keras.Model:
    """Backbone and head. The picture's logit is the mean of its cells' logits: the evidence map comes
    from the same forward pass and adds up to the verdict, so it explains it exactly."""
    trunk = build_trunk(shape)
    maps = trunk.outputs[0]  # [b, h, w, c]
    tapped = [trunk.get_layer(name).output for name in TAPS[shape.backbone] if _has(trunk, name)]
    count = maps.shape[1]  # cells in a row
    if shape.backbone == "dinov2-vits14":
        tapped, count = [vision_transformer.as_map(tap, maps.shape[1]) for tap in tapped], count // TOKENS
    windows = WINDOWS[shape.backbone]
    statistics = [part for tap in [*tapped, maps] for part in _statistics(tap, count, windows)]
    evidence = layers.Concatenate(name="evidence")(statistics)  # [b, h, w, all channels twice]
    evidence = layers.BatchNormalization(name="evidence_norm")(evidence)
    evidence = layers.Dropout(shape.dropout, name="dropout")(evidence)
    cells = layers.Conv2D(1, 1, dtype="float32", name="cell_logits")(evidence)  # [b, h, w, 1]
    logit = layers.GlobalAveragePooling2D(dtype="float32", name="logit")(cells)  # [b, 1]
    cells = layers.Reshape((count, count), dtype="float32", name="cells")(cells)  # [b, h, w]
    name = f"candid_{shape.backbone.replace('-', '_')}"
    return keras.Model(trunk.inputs[0], {"logit": logit, "cells": cells}, name=name)


def _statistics(tap: Any, cells: int, windows: dict[int, int]) -> list[Any]:
    """Mean and deviation of a map in each of `cells` x `cells` cells."""
    size = max(1, tap.shape[1] // cells)
    mean = layers.AveragePooling2D(size)(tap) if size > 1 else tap
    return [mean, CellDeviation(size, windows.get(size))(tap)]


def _has(trunk: keras.Model, name: str) -> bool:
    """Whether a layer is there and below the last: a cut trunk ends earlier."""
    return name != trunk.layers[-1].name and any(layer.name == name for layer in trunk.layers)


def build_trunk(shape: Shape) -> keras.Model:
    """Normalisation and backbone: pictures [b, side, side, 3] -> maps [b, h, w, c]."""
    pictures = keras.Input((shape.side, shape.side, 3), name="pictures")
    if shape.backbone == "mobilenetv2":
        return mobilenetv2(pictures)
    if shape.backbone in efficientnet_lite.SCALES:
        mean, deviation = efficientnet_lite.PICTURE_MEAN, efficientnet_lite.PICTURE_DEVIATION
        normalised = Standardise(mean, deviation, name="standardise")(pictures)
        return efficientnet_lite.efficientnet_lite(
            pictures, normalised, efficientnet_lite.SCALES[shape.backbone]
        )
    if shape.backbone == "dinov2-vits14":
        normalised = Standardise(IMAGENET_MEAN, IMAGENET_DEVIATION, name="standardise")(pictures)
        return vision_transformer.vits14(pictures, normalised, VIT_BLOCKS)
    return resnet50(pictures, shape)


def resnet50(pictures: Any, shape: Shape) -> keras.Model:
    """keras.applications.ResNet50 with the stem and the cut of `shape`; random weights."""
    normalised = Standardise(CAFFE_MEAN, [1.0, 1.0, 1.0], bgr=True, name="standardise")(pictures)
    base = keras.applications.ResNet50(include_top=False, weights=None, input_tensor=normalised)
    trunk = keras.Model(pictures, base.get_layer(CUTS[shape.cut]).output, name="resnet50")
    if shape.stem == Stem():
        return trunk

    def with_stem(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if layer.name == "conv1_conv":
            config["strides"] = (shape.stem.stride,) * 2
        if layer.name == "pool1_pool" and not shape.stem.pooling:
            config["strides"], config["padding"] = (1, 1), "valid"  # pool1_pad keeps the size
        return type(layer).from_config(config)

    return keras.models.clone_model(trunk, clone_function=with_stem)


# Inverted residual blocks of MobileNetV2 (arXiv:1801.04381, table 2): expansion, channels, count, stride.
MOBILENETV2_BLOCKS = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
]  # fmt: skip


def mobilenetv2(pictures: Any) -> keras.Model:
    """MobileNetV2 (width 1) as torchvision computes it, with keras.applications' layer names.

    The ImageNet weights at hand were learned by torch, which pads stride-2 convolutions on all sides
    (Keras: at the bottom and right) and has an epsilon of 1e-5 in its norms; with keras.applications'
    own network they would give other features.
    """
    x = Standardise(IMAGENET_MEAN, IMAGENET_DEVIATION, name="standardise")(pictures)
    x = _norm_relu(_convolution(x, 32, 3, 2, "Conv1"), "bn_Conv1", "Conv1_relu")
    index = 0
    for expansion, channels, count, first_stride in MOBILENETV2_BLOCKS:
        for repeat in range(count):
            x = _inverted_residual(x, expansion, channels, first_stride if repeat == 0 else 1, index)
            index += 1
    x = _norm_relu(_convolution(x, 1280, 1, 1, "Conv_1"), "Conv_1_bn", "out_relu")
    return keras.Model(pictures, x, name="mobilenetv2")


def _inverted_residual(x: Any, expansion: int, channels: int, stride: int, index: int) -> Any:
    name = f"block_{index}_" if index else "expanded_conv_"
    shortcut, width = x, x.shape[-1]
    if expansion > 1:
        x = _convolution(x, expansion * width, 1, 1, f"{name}expand")
        x = _norm_relu(x, f"{name}expand_BN", f"{name}expand_relu")
    x = layers.ZeroPadding2D(1, name=f"{name}pad")(x)
    x = layers.DepthwiseConv2D(3, stride, use_bias=False, name=f"{name}depthwise")(x)
    x = _norm_relu(x, f"{name}depthwise_BN", f"{name}depthwise_relu")
    x = _convolution(x, channels, 1, 1, f"{name}project")
    x = layers.BatchNormalization(epsilon=1e-5, name=f"{name}project_BN")(x)
    return layers.Add(name=f"{name}add")([shortcut, x]) if stride == 1 and width == channels else x


def _convolution(x: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
    if kernel > 1:
        x = layers.ZeroPadding2D(kernel // 2, name=f"{name}_pad")(x)
    return layers.Conv2D(channels, kernel, stride, use_bias=False, name=name)(x)


def _norm_relu(x: Any, norm: str, relu: str) -> Any:
    x = layers.BatchNormalization(epsilon=1e-5, name=norm)(x)
    return layers.ReLU(6.0, name=relu)(x)


def freeze_norms(network: keras.Model) -> None:
    """The backbone's norms keep their statistics and stay in inference mode: batches of a fine-tuning
    are too small and too unlike ImageNet to replace them (Keras' transfer-learning guide)."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and layer.name != "evidence_norm":
            layer.trainable = False
