"""The paper's networks and their starting weights."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from training import networks
from training.errors import BadOption, WeightsUnreadable
from training.recipes import Paper, PaperCnn
from training.wild_network import Shape, build_trunk

NOTHING = replace(Paper(), size=32, weights="none")


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(2)
    return networks.build(NOTHING)


def test_resnet50_is_the_paper_s(network: keras.Model) -> None:
    assert [layer.name for layer in network.layers] == [
        "pictures", "standardise", "resnet50", "pool", "hidden", "dropout", "logit",
    ]  # fmt: skip
    assert network.output_shape == (None, 1)
    assert network.get_layer("hidden").units == 128


def test_the_normalisation_is_that_of_keras_applications(network: keras.Model) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype(np.float32)
    expected = keras.applications.resnet50.preprocess_input(pictures.copy())
    found = network.get_layer("standardise")(pictures)
    # float32 at 150: the mean is subtracted in another order
    assert np.allclose(np.asarray(found), expected, atol=2e-5)


def test_the_cnn_takes_small_and_large_pictures() -> None:
    for size in (16, 32, 224):
        assert networks.build(replace(PaperCnn(), size=size)).output_shape == (None, 1)


@pytest.mark.parametrize("kind", ["notop.weights.h5", "notop.h5", "trunk.weights.h5", "model.keras"])
def test_weights_come_from_a_file(network: keras.Model, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    base = network.get_layer(networks.BASE)
    if kind == "model.keras":
        network.save(path)
    elif kind.startswith("trunk"):  # what training.distil writes
        trunk = build_trunk(Shape("resnet50", 32))
        for layer in base.layers:
            if layer.weights:
                trunk.get_layer(layer.name).set_weights(layer.get_weights())
        trunk.save_weights(path)
    else:
        base.save_weights(path) if kind.endswith(".weights.h5") else base.save(path)
    loaded = networks.build(replace(NOTHING, weights=str(path))).get_layer(networks.BASE)
    for one, other in zip(loaded.get_weights(), base.get_weights(), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("recipe", "error", "says"),
    [
        pytest.param(replace(NOTHING, size=31), BadOption, "at least 32", id="small"),
        pytest.param(replace(PaperCnn(), weights="imagenet"), BadOption, "leave --weights out", id="cnn"),
        pytest.param(
            replace(NOTHING, weights="not-there.h5"), WeightsUnreadable, "no such file", id="missing"
        ),
    ],
)
def test_what_cannot_be_built_is_refused(recipe: Paper, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        networks.build(recipe)


@pytest.mark.parametrize("name", ["a.h5", "a.weights.h5", "a.keras"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no weights")
    with pytest.raises(WeightsUnreadable, match="holds no weights of ResNet50"):
        networks.build(replace(NOTHING, weights=str(tmp_path / name)))


def test_a_failed_download_names_the_two_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise Exception("URL fetch failure on ...: None -- Name or service not known")  # as Keras does

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", offline)
    with pytest.raises(WeightsUnreadable, match=r"--weights FILE.*--weights none"):
        networks.build(replace(NOTHING, weights="imagenet"))
