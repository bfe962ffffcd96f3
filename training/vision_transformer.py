"""DINOv2's ViT-S/14 as a backbone: pictures to maps of patch tokens, block by block.

In: pictures [batch, side, side, 3], RGB, normalised. Out: a map [batch, side/14, side/14, 384].
Architecture: "An Image is Worth 16x16 Words" (arXiv:2010.11929) with the LayerScale of arXiv:2103.17239;
weights learned without labels (DINOv2, arXiv:2304.07193). Attention is written out with Dense, matmul
and softmax, which every converter knows; einsum is what they stumble over.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from training.errors import WeightsUnreadable

WIDTH, DEPTH, HEADS, PATCH = 384, 12, 6, 14
EPSILON = 1e-6  # of the norms
CUBIC = -0.75  # coefficient of torch's bicubic interpolation, which learned places were resized with

Tensors = Mapping[str, NDArray[np.float32]]


@keras.saving.register_keras_serializable(package="candid")
class Places(layers.Layer):  # type: ignore[misc]
    """Puts the class token before the patches and adds what was learned for each place.

    [batch, patches, c] -> [batch, 1 + patches, c]
    """

    def build(self, shape: Any) -> None:
        _, patches, width = shape
        self.token = self.add_weight(shape=(1, 1, width), initializer="zeros", name="token")
        drawn = keras.initializers.TruncatedNormal(stddev=0.02)
        self.places = self.add_weight(shape=(1, 1 + patches, width), initializer=drawn, name="places")

    def call(self, patches: Any) -> Any:
        token = ops.broadcast_to(self.token, (ops.shape(patches)[0], 1, patches.shape[-1]))
        return ops.concatenate([ops.cast(token, patches.dtype), patches], axis=1) + self.places

    def compute_output_shape(self, shape: Any) -> Any:
        return (shape[0], shape[1] + 1, shape[2])


@keras.saving.register_keras_serializable(package="candid")
class LayerScale(layers.Layer):  # type: ignore[misc]
    """One learned factor per channel on a block's branch."""

    def build(self, shape: Any) -> None:
        self.factor = self.add_weight(shape=(shape[-1],), initializer="ones", name="factor")

    def call(self, x: Any) -> Any:
        return x * self.factor

    def compute_output_shape(self, shape: Any) -> Any:
        return shape


@keras.saving.register_keras_serializable(package="candid")
class Attend(layers.Layer):  # type: ignore[misc]
    """softmax(q k / sqrt(width of a head)) v, in heads: queries, keys, values [b, n, c] -> [b, n, c]."""

    def __init__(self, heads: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads = heads

    def call(self, parts: Any) -> Any:
        queries, keys, values = (self._split(part) for part in parts)  # b, heads, n, c / heads
        weights = ops.matmul(queries * queries.shape[-1] ** -0.5, ops.transpose(keys, (0, 1, 3, 2)))
        found = ops.matmul(ops.softmax(weights, axis=-1), values)
        return ops.reshape(ops.transpose(found, (0, 2, 1, 3)), (-1, *parts[0].shape[1:]))

    def _split(self, part: Any) -> Any:
        _, count, width = part.shape
        return ops.transpose(ops.reshape(part, (-1, count, self.heads, width // self.heads)), (0, 2, 1, 3))

    def compute_output_shape(self, shapes: Any) -> Any:
        return shapes[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "heads": self.heads}


def vits14(pictures: Any, normalised: Any, depth: int = DEPTH) -> keras.Model:
    """The first `depth` blocks; the trunk's output is the last one's map, `block_N_add2` are the tokens of
    all. The side must be a multiple of 14."""
    maps = layers.Conv2D(WIDTH, PATCH, PATCH, name="patches")(normalised)  # b, h, w, c
    _, height, width, _ = maps.shape
    tokens = layers.Reshape((height * width, WIDTH), name="tokens")(maps)
    tokens = Places(name="places")(tokens)  # b, 1 + h * w, c
    for number in range(depth):
        tokens = _block(tokens, f"block_{number}_")
    return keras.Model(pictures, as_map(tokens, height, "map"), name="dinov2_vits14")


def as_map(tokens: Any, height: int, name: str | None = None) -> Any:
    """Tokens [b, 1 + h * w, c] -> [b, h, w, c], without the class token."""
    patches = layers.Cropping1D((1, 0))(tokens)
    return layers.Reshape((height, patches.shape[1] // height, WIDTH), name=name)(patches)


def _block(x: Any, name: str) -> Any:
    """[b, n, c] -> [b, n, c]; norms before the branches."""
    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}norm1")(x)
    parts = [layers.Dense(WIDTH, name=f"{name}{part}")(y) for part in ("query", "key", "value")]
    y = layers.Dense(WIDTH, name=f"{name}joined")(Attend(HEADS, name=f"{name}attend")(parts))
    x = layers.Add(name=f"{name}add1")([x, LayerScale(name=f"{name}scale1")(y)])
    y = layers.LayerNormalization(epsilon=EPSILON, name=f"{name}norm2")(x)
    y = layers.Dense(4 * WIDTH, activation="gelu", name=f"{name}fc1")(y)
    y = layers.Dense(WIDTH, name=f"{name}fc2")(y)
    return layers.Add(name=f"{name}add2")([x, LayerScale(name=f"{name}scale2")(y)])


def assign(trunk: keras.Model, tensors: Tensors) -> None:
    """Sets DINOv2's weights under the names of its Hugging Face port (Dinov2Model), matrices as
    [inputs, outputs]; places are resized to the trunk's grid. Raises WeightsUnreadable."""
    try:
        for layer in trunk.layers:
            if layer.weights:
                layer.set_weights(_weights_of(layer, tensors))
    except (KeyError, ValueError) as error:
        raise WeightsUnreadable(f"The file's tensors are not those of DINOv2's ViT-S/14: {error}") from error


def _weights_of(layer: keras.layers.Layer, tensors: Tensors) -> list[NDArray[np.float32]]:
    if layer.name == "patches":
        name = "embeddings.patch_embeddings.projection"
        kernel = tensors[f"{name}.weight"].transpose(2, 3, 1, 0)  # o,i,h,w -> h,w,i,o
        return [kernel, tensors[f"{name}.bias"]]
    if layer.name == "places":
        grid = round((layer.places.shape[1] - 1) ** 0.5)
        places = tensors["embeddings.position_embeddings"]  # 1, 1 + 37 * 37, c
        return [tensors["embeddings.cls_token"], resized_places(places, grid)]
    _, number, part = layer.name.split("_")
    stem = f"encoder.layer.{number}."
    if part.startswith("scale"):
        return [tensors[f"{stem}layer_scale{part[-1]}.lambda1"]]
    inner = {
        "joined": "attention.output.dense",
        "fc1": "mlp.fc1",
        "fc2": "mlp.fc2",
        "norm1": "norm1",
        "norm2": "norm2",
    }.get(part, f"attention.attention.{part}")
    return [tensors[f"{stem}{inner}.weight"], tensors[f"{stem}{inner}.bias"]]


def resized_places(places: NDArray[np.float32], grid: int) -> NDArray[np.float32]:
    """Learned places [1, 1 + g * g, c] for another grid, [1, 1 + grid * grid, c]: bicubic, as torch does
    without antialiasing; the class token's place stays."""
    side = round((places.shape[1] - 1) ** 0.5)
    matrix = _bicubic(side, grid)
    maps = places[0, 1:].reshape(side, side, -1)
    resized = np.einsum("ia,jb,abc->ijc", matrix, matrix, maps).reshape(1, grid * grid, -1)
    return np.concatenate([places[:, :1], resized], axis=1).astype(np.float32)


def _bicubic(old: int, new: int) -> NDArray[np.float64]:
    """Weights [new, old] of the old values in each new one; edges are repeated."""
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    first = np.floor(centres).astype(int)
    weights = np.zeros((new, old))
    for offset in range(-1, 3):
        distance = np.abs(centres - first - offset)
        near = (CUBIC + 2) * distance**3 - (CUBIC + 3) * distance**2 + 1
        far = CUBIC * (distance**3 - 5 * distance**2 + 8 * distance - 4)
        np.add.at(
            weights,
            (np.arange(new), np.clip(first + offset, 0, old - 1)),
            np.where(distance <= 1, near, np.where(distance < 2, far, 0)),
        )
    return weights
