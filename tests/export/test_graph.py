"""Folding: fewer layers, the same function."""

import keras
import numpy as np
import pytest
from keras import layers

from export.errors import ConversionFailed
from export.graph import _prove_equal, as_float32, folded
from tests.export.run_folders import tiny_network, unlike_norms

FLOAT32 = 1e-4  # 50 convolutions in another order of rounding; a wrong epsilon alone moves logits by 1e-2


def outputs(network: keras.Model) -> list[np.ndarray]:
    pictures = np.random.default_rng(0).uniform(0, 255, (2, *network.input_shape[1:])).astype(np.float32)
    return [np.asarray(value) for value in keras.tree.flatten(network(pictures, training=False))]


def norms(network: keras.Model) -> list[str]:
    return [x.name for x in network._flatten_layers() if isinstance(x, layers.BatchNormalization)]


def assert_same(left: keras.Model, right: keras.Model) -> None:
    for expected, found in zip(outputs(left), outputs(right), strict=True):
        np.testing.assert_allclose(found, expected, atol=FLOAT32, rtol=FLOAT32)


def residual() -> keras.Model:
    """A convolution with a bias, a nested model, a norm before a padded and one before a 1x1 kernel."""
    pictures = keras.Input((16, 16, 3))
    scaled = layers.Rescaling(1 / 255)(pictures)
    x = layers.Conv2D(8, 3, padding="same", bias_initializer="ones")(scaled)
    shortcut = layers.BatchNormalization(name="after_convolution")(x)
    inner = keras.Sequential(
        [keras.Input((16, 16, 8)), layers.DepthwiseConv2D(3, padding="same", depth_multiplier=2)]
    )
    x = layers.BatchNormalization(name="after_nested", scale=False)(inner(layers.ReLU()(shortcut)))
    x = layers.Conv2D(8, 3, padding="same")(x)
    x = layers.Add()([x, shortcut])
    x = layers.BatchNormalization(name="before_head")(layers.Concatenate()([x, scaled]))
    x = layers.Conv2D(1, 1)(layers.Dropout(0.5)(x))
    return unlike_norms(keras.Model(pictures, layers.GlobalAveragePooling2D()(x)))


def test_folding_mobilenet_keeps_its_function_and_leaves_no_norm() -> None:
    network = tiny_network()
    changed = folded(network)
    assert norms(changed) == []
    assert_same(network, changed)


def test_folding_leaves_norms_that_no_convolution_can_take_over() -> None:
    network = residual()
    changed = folded(network)
    assert norms(changed) == ["after_nested"]  # a nested model before it, zero padding after it
    assert_same(network, changed)


def test_folding_leaves_a_convolution_that_something_else_reads() -> None:
    pictures = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3)(pictures)
    both = layers.Add()([layers.BatchNormalization(name="norm")(x), x])
    network = unlike_norms(keras.Model(pictures, layers.GlobalAveragePooling2D()(both)))
    changed = folded(network)
    assert norms(changed) == ["norm"]
    assert_same(network, changed)


def test_sequential_network_folds() -> None:
    network = unlike_norms(
        keras.Sequential(
            [
                keras.Input((8, 8, 3)),
                layers.Conv2D(4, 3, use_bias=False),
                layers.BatchNormalization(),
                layers.Flatten(),
                layers.Dense(1),
            ]
        )
    )
    changed = folded(network)
    assert norms(changed) == []
    assert_same(network, changed)


def test_half_precision_network_is_exported_in_float32() -> None:
    pictures = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, dtype="mixed_bfloat16")(pictures)
    network = keras.Model(pictures, layers.GlobalAveragePooling2D(dtype="mixed_bfloat16")(x))
    for made in (as_float32(network), folded(network)):
        assert {layer.compute_dtype for layer in made.layers} == {"float32"}


def test_network_that_changed_is_refused() -> None:
    network, other = residual(), residual()
    other.get_layer("before_head").set_weights(
        [w + 1e-3 for w in network.get_layer("before_head").get_weights()]
    )
    with pytest.raises(ConversionFailed, match="changed the network"):
        _prove_equal(network, other)
