"""The trained network as a graph that every converter takes: BatchNorm folded, uint8 pictures in.

In: a run's Keras network (Functional or Sequential, nested models allowed). Out: the same function in
float32 without the norms that follow or precede a convolution, and a tf.function around it. Folding is
done in float64 and proved on random pictures each time, since a wrong fold shifts every verdict.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

from backend.contract import ModelJson
from export.errors import ConversionFailed, RunFolderError

Float64 = NDArray[np.float64]

# Largest difference of an output, relative to the outputs' own size, that float64 arithmetic explains:
# 1e-12 was measured through 52 folded norms; a wrong epsilon alone gives 1e-5.
FOLDING_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Affine:
    """What a BatchNorm does at inference: x * scale + shift."""

    scale: Float64  # channels
    shift: Float64  # channels

    @classmethod
    def of(cls, norm: layers.BatchNormalization) -> "Affine":
        mean, variance = _float64(norm.moving_mean), _float64(norm.moving_variance)
        gamma = _float64(norm.gamma) if norm.scale else np.ones_like(mean)
        beta = _float64(norm.beta) if norm.center else np.zeros_like(mean)
        scale = gamma / np.sqrt(variance + norm.epsilon)
        return cls(scale, beta - mean * scale)


@dataclass(frozen=True, slots=True)
class Fold:
    """A norm and the convolution that takes it over: it comes `after` the convolution or `before` it."""

    norm: layers.BatchNormalization
    convolution: Any  # Conv2D or DepthwiseConv2D
    side: Literal["after", "before"]


class _Nothing(layers.Layer):  # type: ignore[misc]
    """Stands where a norm was; takes the arguments that one is called with, as Identity does not."""

    def call(self, maps: Any, training: bool | None = None, mask: Any = None) -> Any:
        return maps


def as_float32(network: keras.Model) -> keras.Model:
    """The network as it is, computing in float32 whatever precision it was trained in."""
    if all(layer.compute_dtype == "float32" for layer in network._flatten_layers()):
        return network
    return _clone(network, "float32", [])


def folded(network: keras.Model) -> keras.Model:
    """The network in float32 without the norms that a convolution can take over.

    Raises ConversionFailed if the folded network is not the original.
    """
    functional = _functional(network)
    folds = list(_folds(functional))
    in_float64 = _clone(functional, "float64", folds)
    _prove_equal(_clone(functional, "float64", []), in_float64)
    return _clone(in_float64, "float32", [])


def scoring(network: keras.Model, model: ModelJson) -> Callable[..., Any]:
    """A tf.function: pictures uint8 [batch, side, side, 3] -> {"logit": [batch, 1], "cells": ...}, named
    as model.json says."""
    size = model.input
    signature = tf.TensorSpec([None, size.height, size.width, size.channels], tf.uint8, name=size.name)

    @tf.function(input_signature=[signature])  # type: ignore[untyped-decorator]
    def score(pictures: Any) -> dict[str, Any]:
        found = named_outputs(network(tf.cast(pictures, tf.float32), training=False), model)
        return {name: tf.identity(value, name=name) for name, value in found.items()}

    return score  # type: ignore[no-any-return]


def named_outputs(outputs: Any, model: ModelJson) -> dict[str, Any]:
    """A network's outputs under the names of model.json. A single output is the logit."""
    found = outputs if isinstance(outputs, dict) else {model.output.logit: outputs}
    wanted = [name for name in (model.output.logit, model.output.cells) if name is not None]
    missing = [name for name in wanted if name not in found]
    if missing:
        raise RunFolderError(
            f"model.json names the outputs {wanted}, model.keras has {sorted(found)}: "
            f"they are not of the same run. Train again, or restore the run folder."
        )
    return {name: found[name] for name in wanted}


def _functional(network: keras.Model) -> keras.Model:
    if isinstance(network, keras.Sequential):
        return keras.Model(network.inputs[0], network.outputs[0], name=network.name)
    return network


def _folds(network: keras.Model) -> Iterator[Fold]:
    """Every norm next to a convolution, with nothing else reading what lies between them."""
    parents, children = _wiring(network)
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _folds(_functional(layer))
        if not isinstance(layer, layers.BatchNormalization):
            continue
        before = _only(parents, layer)
        if _takes_norm_after(before) and _only(children, before) is layer:
            yield Fold(layer, before, "after")
            continue
        after = _only(children, layer)
        while isinstance(after, layers.Dropout):
            after = _only(children, after)
        if _takes_norm_before(after):
            yield Fold(layer, after, "before")


def _wiring(network: keras.Model) -> tuple[dict[int, list[Any]], dict[int, list[Any]]]:
    """Which layers a layer reads from, and which read it (None for the network's output), by id."""
    parents: dict[int, list[Any]] = {}
    children: dict[int, list[Any]] = {}
    for nodes in network._nodes_by_depth.values():  # Keras has no public way to walk a graph
        for node in nodes:
            for parent in node.parent_nodes:
                parents.setdefault(id(node.operation), []).append(parent.operation)
                children.setdefault(id(parent.operation), []).append(node.operation)
    for output in network.outputs:
        children.setdefault(id(output._keras_history.operation), []).append(None)
    return parents, children


def _only(neighbours: dict[int, list[Any]], layer: Any) -> Any:
    found = neighbours.get(id(layer), [])
    return found[0] if len(found) == 1 else None


def _takes_norm_after(layer: Any) -> bool:
    convolves = isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D)
    return convolves and layer.activation is keras.activations.linear


def _takes_norm_before(layer: Any) -> bool:
    """Only a 1x1 convolution: a larger one pads with zeros, which the norm would have shifted."""
    return isinstance(layer, layers.Conv2D) and layer.kernel_size == (1, 1) and layer.groups == 1


def _clone(network: keras.Model, dtype: str, folds: list[Fold]) -> keras.Model:
    """A copy in `dtype`, the norms of `folds` replaced by nothing and their convolutions changed."""
    gone = {id(fold.norm) for fold in folds}
    changed = {id(fold.convolution) for fold in folds}
    pairs: list[tuple[Any, Any]] = []

    def copy(layer: Any) -> Any:
        config = layer.get_config()
        if id(layer) in gone:
            return _Nothing(name=layer.name, dtype=dtype)
        if id(layer) in changed:
            config["use_bias"] = True
        if isinstance(layer, layers.Layer):
            config["dtype"] = dtype
        twin = type(layer).from_config(config)
        if getattr(layer, "weights", None):
            pairs.append((layer, twin))
        return twin

    clone = keras.models.clone_model(_functional(network), clone_function=copy, recursive=True)
    for layer, twin in pairs:
        if id(layer) in changed:
            _set_folded(layer, twin, [fold for fold in folds if fold.convolution is layer])
        else:
            twin.set_weights(layer.get_weights())
    return clone


def _set_folded(convolution: Any, twin: Any, folds: list[Fold]) -> None:
    kernel = _float64(convolution.kernel)
    bias = _float64(convolution.bias) if convolution.use_bias else 0.0
    for fold in folds:
        affine = Affine.of(fold.norm)
        if fold.side == "after":
            # A depthwise kernel is [h, w, channels, multiplier], others [h, w, inputs, outputs].
            depthwise = isinstance(convolution, layers.DepthwiseConv2D)
            kernel = kernel * (affine.scale.reshape(kernel.shape[2:]) if depthwise else affine.scale)
            bias = bias * affine.scale + affine.shift
        else:
            bias = bias + affine.shift @ kernel[0, 0]
            kernel = kernel * affine.scale[:, np.newaxis]
    twin.set_weights([kernel, bias])


def _prove_equal(original: keras.Model, changed: keras.Model) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, *original.input_shape[1:]), dtype=np.uint8)
    for expected, found in zip(
        _flat_outputs(original, pictures), _flat_outputs(changed, pictures), strict=True
    ):
        difference = np.abs(expected - found).max() / (1 + np.abs(expected).max())
        if not difference <= FOLDING_TOLERANCE:
            raise ConversionFailed(
                f"Folding BatchNorm changed the network by {difference:.1e} (allowed "
                f"{FOLDING_TOLERANCE:.0e}): a layer between norm and convolution is not understood. "
                f"Please report the network."
            )


def _flat_outputs(network: keras.Model, pictures: NDArray[np.uint8]) -> list[Float64]:
    outputs = network(pictures.astype(np.float32), training=False)
    return [np.asarray(value, np.float64) for value in keras.tree.flatten(outputs)]


def _float64(variable: Any) -> Float64:
    return np.asarray(keras.ops.convert_to_numpy(variable), np.float64)
