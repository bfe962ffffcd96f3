"""Run folders as training leaves them, small enough for tests."""

import hashlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from backend.contract import ModelJson
from export.pictures import golden_views
from tests.pictures import encoded, pixels
from training.wild_network import Shape, Standardise, build

SIDE = 64


def unlike_norms(network: keras.Model) -> keras.Model:
    """Norms as after training: a fresh network's do nothing, so a wrong fold would not show."""
    rng = np.random.default_rng(5)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            ranges = {"gamma": (0.6, 1.4), "moving_variance": (0.5, 1.5)}
            for weight in layer.weights:
                weight.assign(rng.uniform(*ranges.get(weight.name, (-0.3, 0.3)), weight.shape))
    return network


def tiny_network() -> keras.Model:
    """Random, but with features that are alive in every layer and logits of about -1 to 1: where all
    pictures get the same logit, parity proves nothing; a random head over thousands of features adds up
    the errors of 8 bits, which a trained one is regularised not to."""
    keras.utils.set_random_seed(3)
    network = unlike_norms(build(Shape("mobilenetv2", SIDE)))
    views = golden_views(SIDE, SIDE).astype(np.float32)
    norms = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.momentum = 0.0  # the next pass sets the statistics to those of these views
    network(views, training=True)
    for norm in norms:
        norm.momentum = 0.99
    head = network.get_layer("cell_logits")
    logits = np.asarray(network(views, training=False)["logit"])
    kernel, _ = head.get_weights()
    scale = 2 * logits.std()
    head.set_weights([kernel / scale, np.array([0.1 - logits.mean() / scale])])
    return network


@keras.saving.register_keras_serializable(package="tests")
class OtherWhenTraced(keras.layers.Layer):  # type: ignore[misc]
    """A bug that only shows in the exported graph: the kind that parity is there for."""

    def call(self, x: Any) -> Any:
        return x if tf.executing_eagerly() else x + 0.1


def paper_network(*, broken: bool = False) -> keras.Model:
    """One output, as the paper recipe's: the logit."""
    keras.utils.set_random_seed(3)
    pictures = keras.Input((SIDE, SIDE, 3), name="pictures")
    x = Standardise([128.0] * 3, [64.0] * 3)(pictures)
    x = keras.layers.Conv2D(4, 5, strides=4, activation="relu")(x)
    x = keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(x))
    return keras.Model(pictures, OtherWhenTraced()(x) if broken else x)


def write_run_folder(folder: Path, network: keras.Model, pictures: Path, **changes: Any) -> Path:
    """model.keras and model.json; `changes` replace values of model.json."""
    folder.mkdir(parents=True)
    network.save(folder / "model.keras")
    data = (folder / "model.keras").read_bytes()
    file = {"runtime": "keras", "path": "model.keras", "bytes": len(data)}
    values: dict[str, Any] = {
        "name": "tiny",
        "version": "1",
        "files": [{**file, "sha256": hashlib.sha256(data).hexdigest()}],
        "input": {"height": SIDE, "width": SIDE},
        "output": {"logit": "logit", "cells": "cells"},
        "views": {"kind": "native_crops", "first": 3},
        "calibration": [{"regime": "clean", "temperature": 1.0}],
        "thresholds": {
            "fake": 0.9, "real": 0.1, "chosen_on": "nothing", "false_alarm_rate": 0, "missed_fake_rate": 0,
        },
        "training": {
            "recipe": "wild", "backbone": "mobilenetv2", "real_pictures": 1, "fake_pictures": 1, "sources": 1,
            "epochs": 1, "seed": 0, "options": {"data": [str(pictures)], "batch": 32},
        },
    }  # fmt: skip
    model = ModelJson.model_validate({**values, **changes})
    (folder / "model.json").write_text(model.model_dump_json())
    return folder


def write_pictures(folder: Path, count: int = 12) -> Path:
    folder.mkdir(parents=True)
    for seed in range(count):
        (folder / f"{seed}.jpg").write_bytes(encoded(pixels(150, 110, seed)))
    (folder / "broken.jpg").write_bytes(b"no picture")
    return folder
