"""EfficientNet-Lite as a backbone: MobileNetV2's blocks, scaled, without squeeze and excitation.

Tan and Le, arXiv:1905.11946, in the Lite variant of its authors (ReLU6, stem and head unscaled), which keeps
to what runs well as whole numbers and in a browser. Layers have the names of keras.applications'
EfficientNet; convolutions pad as TensorFlow's, which the ImageNet weights were learned with.
"""

import math
from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

PICTURE_MEAN, PICTURE_DEVIATION = [127.0] * 3, [128.0] * 3  # of the authors' preprocessing, of 0..255
STEM, HEAD = 32, 1280  # channels
# Stages (arXiv:1905.11946, table 1): expansion, channels, blocks, stride, kernel.
STAGES = [
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5), (6, 320, 1, 1, 3),
]  # fmt: skip
TAPS = [f"block{stage}a_expand_activation" for stage in range(2, len(STAGES) + 1)]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much wider and deeper than Lite0 it is."""

    width: float = 1.0
    depth: float = 1.0


SCALES = {"efficientnet-lite0": Scale(), "efficientnet-lite2": Scale(1.1, 1.2)}


def efficientnet_lite(pictures: Any, normalised: Any, scale: Scale) -> keras.Model:
    """pictures [b, side, side, 3] -> maps [b, side / 32, side / 32, 1280]. `normalised` is the pictures
    less PICTURE_MEAN, by PICTURE_DEVIATION."""
    x = _norm_relu(_convolution(normalised, STEM, 3, 2, "stem_conv"), "stem_bn", "stem_activation")
    for number, (expansion, channels, blocks, stride, kernel) in enumerate(STAGES, 1):
        first_or_last = number in (1, len(STAGES))
        count = blocks if first_or_last else math.ceil(blocks * scale.depth)
        for repeat in range(count):
            name = f"block{number}{chr(ord('a') + repeat)}_"
            width = _rounded(channels * scale.width)
            x = _block(x, expansion, width, stride if repeat == 0 else 1, kernel, name)
    x = _norm_relu(_convolution(x, HEAD, 1, 1, "top_conv"), "top_bn", "top_activation")
    return keras.Model(pictures, x, name="efficientnet_lite")


def _rounded(channels: float) -> int:
    """To a multiple of eight that is not more than a tenth below."""
    eights = max(8, int(channels + 4) // 8 * 8)
    return eights if eights >= 0.9 * channels else eights + 8


def _block(x: Any, expansion: int, channels: int, stride: int, kernel: int, name: str) -> Any:
    shortcut = x
    if expansion > 1:
        x = _convolution(x, expansion * x.shape[-1], 1, 1, f"{name}expand_conv")
        x = _norm_relu(x, f"{name}expand_bn", f"{name}expand_activation")
    x = layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{name}dwconv")(x)
    x = _norm_relu(x, f"{name}bn", f"{name}activation")
    x = _convolution(x, channels, 1, 1, f"{name}project_conv")
    x = layers.BatchNormalization(epsilon=1e-3, name=f"{name}project_bn")(x)
    same = stride == 1 and shortcut.shape[-1] == channels
    return layers.Add(name=f"{name}add")([shortcut, x]) if same else x


def _convolution(x: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
    return layers.Conv2D(channels, kernel, stride, "same", use_bias=False, name=name)(x)


def _norm_relu(x: Any, norm: str, relu: str) -> Any:
    return layers.ReLU(6.0, name=relu)(layers.BatchNormalization(epsilon=1e-3, name=norm)(x))
