"""The paper's networks, read top-down: ResNet50 with a small head, and the paper's own CNN.

In: `pictures` [batch, side, side, 3], RGB, 0 to 255; the normalisation is inside. Out: one logit of fake
[batch, 1]. `resnet50` starts from ImageNet weights, a file of weights, or nothing.
"""

from pathlib import Path
from typing import Any

import keras
from keras import layers

from training.errors import BadOption, WeightsUnreadable
from training.recipes import Paper
from training.wild_network import CAFFE_MEAN, Shape, Standardise, build_trunk

BASE = "resnet50"  # name of the base among the network's layers
NOTHING, IMAGENET = "none", "imagenet"
SMALLEST_SIDE = {"resnet50": 32, "cnn": 16}  # px: below, the last map has no cell left
CNN_CHANNELS = (32, 64, 128, 256)  # of the blocks; each halves the side


def build(recipe: Paper, with_weights: bool = True) -> keras.Model:
    """The network of a recipe and, unless a resumed run brings its own, its starting weights.

    Raises BadOption, WeightsUnreadable.
    """
    smallest = SMALLEST_SIDE[recipe.model]
    if recipe.size < smallest:
        raise BadOption(f"--size {recipe.size}: {recipe.model} needs at least {smallest} pixels.")
    if recipe.model == "cnn":
        if recipe.weights != NOTHING:
            raise BadOption(f"--weights {recipe.weights}: the CNN starts from nothing; leave --weights out.")
        return cnn(recipe.size, recipe.dropout)
    network = resnet50(recipe.size, recipe.dropout, pretrained=recipe.weights != NOTHING)
    if with_weights:
        load_base(network.get_layer(BASE), recipe.weights)
    return network


def resnet50(side: int, dropout: float, pretrained: bool) -> keras.Model:
    """keras.applications.ResNet50, pooled, and a head of 128 units; random weights until `load_base`.

    A pretrained base is called with training=False, so that its norms keep ImageNet's statistics even
    while its layers are tuned, as Keras' transfer-learning guide has it. (Keras 3.15 does not: `fit` hands
    training=True down over it. `stages.freeze` freezes these norms too, which Keras does honour.) From
    random weights the norms must learn their statistics, so the base follows the mode of the run.
    """
    pictures = keras.Input((side, side, 3), name="pictures")  # [b, side, side, 3]
    x = Standardise(CAFFE_MEAN, [1.0, 1.0, 1.0], bgr=True, name="standardise")(pictures)
    base = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(side, side, 3), name=BASE
    )
    x = base(x, training=False) if pretrained else base(x)  # [b, side / 32, side / 32, 2048]
    x = layers.GlobalAveragePooling2D(name="pool")(x)  # [b, 2048]
    x = layers.Dense(128, activation="relu", name="hidden")(x)  # [b, 128]
    x = layers.Dropout(dropout, name="dropout")(x)
    logit = layers.Dense(1, dtype="float32", name="logit")(x)  # [b, 1]
    return keras.Model(pictures, logit, name="candid_paper_resnet50")


def cnn(side: int, dropout: float) -> keras.Model:
    """Blocks of convolution and max-pooling, a dense layer, dropout."""
    pictures = keras.Input((side, side, 3), name="pictures")  # [b, side, side, 3]
    x = layers.Rescaling(1 / 255, name="rescale")(pictures)
    for number, channels in enumerate(CNN_CHANNELS, 1):
        x = layers.Conv2D(channels, 3, padding="same", activation="relu", name=f"conv{number}")(x)
        x = layers.MaxPooling2D(name=f"pool{number}")(x)  # [b, side / 2^number, ..., channels]
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(128, activation="relu", name="hidden")(x)  # [b, 128]
    x = layers.Dropout(dropout, name="dropout")(x)
    logit = layers.Dense(1, dtype="float32", name="logit")(x)  # [b, 1]
    return keras.Model(pictures, logit, name="candid_paper_cnn")


def load_base(base: keras.Model, weights: str) -> None:
    """Starting weights of ResNet50's convolutions: `imagenet`, `none` or a file."""
    if weights == NOTHING:
        return
    if weights == IMAGENET:
        base.set_weights(_imagenet().get_weights())
        return
    path = Path(weights)
    if not path.is_file():
        raise WeightsUnreadable(f"--weights {weights}: there is no such file. {_ways_out()}")
    try:
        _load_file(base, path)
    except Exception as error:  # h5py, zipfile and Keras raise many kinds on a file of another network
        raise WeightsUnreadable(
            f"--weights {weights} holds no weights of ResNet50 that Keras can read ({_short(error)}). "
            f"Wanted: the .h5 file of keras.applications (notop), what training.distil writes, or the "
            f"model.keras of a run of this recipe."
        ) from error


def _imagenet() -> keras.Model:
    try:
        return keras.applications.ResNet50(include_top=False, weights="imagenet")
    except Exception as error:  # keras.utils.get_file raises a bare Exception for every failed download
        raise WeightsUnreadable(
            f"The ImageNet weights of ResNet50 could not be downloaded ({_short(error)}). {_ways_out()}"
        ) from error


def _load_file(base: keras.Model, path: Path) -> None:
    """A whole network of this recipe, the base's own weights, or the trunk that training.distil writes."""
    if path.suffix == ".keras":
        base.set_weights(keras.models.load_model(path, compile=False).get_layer(BASE).get_weights())
        return
    try:
        base.load_weights(path)
    except (ValueError, KeyError):
        _load_trunk(base, path)


def _load_trunk(base: keras.Model, path: Path) -> None:
    trunk = build_trunk(Shape("resnet50", base.input_shape[1]))
    trunk.load_weights(path)
    for layer in trunk.layers:
        if layer.weights:
            base.get_layer(layer.name).set_weights(layer.get_weights())


def _ways_out() -> str:
    return "Either give a weight file as --weights FILE, or train from nothing with --weights none."


def _short(error: Exception) -> str:
    """The first line of a message, cut to a sentence's length."""
    lines: list[Any] = str(error).strip().splitlines() or [type(error).__name__]
    return str(lines[0])[:200]
