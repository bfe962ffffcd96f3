"""Stages: which layers learn when, and runs that go on as if they had never been killed."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from training import networks, stages
from training.errors import Diverged, ResumeRefused
from training.recipes import Paper
from training.run_folder import RunFolder

RECIPE = Paper(
    size=8, epochs=6, head_rate=1e-2, fine_rate=1e-3, unfrozen_from=3, patience=10, plateau_patience=1
)
ASKED = dataclasses.asdict(RECIPE)


def small_network() -> keras.Model:
    """A base with a norm on either side of layer 3, and a head, wired as `networks.resnet50` does."""
    keras.utils.set_random_seed(1)
    inner = x = keras.Input((8, 8, 3))
    for number in (1, 2):
        x = keras.layers.Conv2D(4, 3, name=f"conv{number}")(x)
        x = keras.layers.BatchNormalization(name=f"norm{number}")(x)
    base = keras.Model(inner, x, name=networks.BASE)
    pictures = keras.Input((8, 8, 3))
    x = keras.layers.GlobalAveragePooling2D()(base(pictures, training=False))
    return keras.Model(pictures, keras.layers.Dense(1, name="logit")(x))


def batches(count: int = 32, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    labels = np.arange(count)[:, None] % 2
    pictures = rng.normal(labels[:, :, None, None] * 0.5, 1, (count, 8, 8, 3))
    return tf.data.Dataset.from_tensor_slices((pictures.astype("f4"), labels.astype("f4"))).batch(8)


def run(folder: Path, state: stages.State | None = None, data: Any = None) -> tuple[Any, stages.State]:
    network = small_network()
    train = batches() if data is None else data
    state = state or stages.State(asked=ASKED)
    held_out = batches(seed=1)
    return network, stages.train(network, RECIPE, lambda epoch: train, held_out, RunFolder(folder), state)


def watched_batches(folder: Path) -> Any:
    """Batches that copy the state at the beginning of each epoch, as a kill in it would leave it."""
    begun: list[int] = []

    def rows() -> Iterator[Any]:
        if begun:
            shutil.copytree(folder / "state", folder / f"after{len(begun)}" / "state")
        begun.append(1)
        yield from batches().as_numpy_iterator()

    types = (tf.TensorSpec((None, 8, 8, 3)), tf.TensorSpec((None, 1)))
    found = tf.data.Dataset.from_generator(rows, output_signature=types)
    # Of unknown length, Keras 3.15 takes one empty step more an epoch, which moves the optimiser.
    return found.apply(tf.data.experimental.assert_cardinality(4))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, stages.State]:
    """A run that was not killed, and the folders after1 to after5 as kills would have left them."""
    folder = tmp_path_factory.mktemp("whole")
    return (folder, *run(folder, data=watched_batches(folder)))


def without_time(rows: tuple[stages.Row, ...]) -> list[stages.Row]:
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


@pytest.mark.parametrize("epoch", [2, 3, 5])  # in a stage, between two, in the last epoch
def test_a_run_killed_after_any_epoch_ends_as_if_it_had_not_been(
    whole: tuple[Path, Any, stages.State], epoch: int
) -> None:
    folder, network, expected = whole[0] / f"after{epoch}", *whole[1:]
    (folder / "state" / f"last-{epoch + 1:04d}.weights.h5").write_bytes(b"half of a fi")
    state = stages.read(folder / "state")
    assert state is not None
    assert state.epoch == epoch
    resumed, found = run(folder, state)
    assert without_time(found.history) == without_time(expected.history)
    assert [row["stage"] for row in found.history] == ["head"] * 3 + ["top"] * 3
    for one, other in zip(resumed.get_weights(), network.get_weights(), strict=True):
        assert np.array_equal(one, other)
    lines = (folder / "history.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch", "1", "2", "3", "4", "5", "6"]


def test_a_finished_run_is_not_trained_again(whole: tuple[Path, Any, stages.State]) -> None:
    folder, network, state = whole
    again, found = run(folder, stages.read(folder / "state"))
    assert found == state
    for one, other in zip(again.get_weights(), network.get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_only_the_best_weights_are_kept(whole: tuple[Path, Any, stages.State]) -> None:
    folder, _, state = whole
    assert {path.name for path in (folder / "state").iterdir()} == {"state.json", state.best_file}
    losses = [row["val_loss"] for row in state.history]
    assert stages.best_epoch(state) == 1 + int(np.argmin(losses))


def test_a_stage_ends_early_and_the_next_begins_from_its_best(tmp_path: Path) -> None:
    recipe = dataclasses.replace(RECIPE, epochs=20, patience=1, head_rate=3.0)  # overshoots at once
    network = small_network()
    train, held_out = batches(), batches(seed=1)
    state = stages.train(
        network, recipe, lambda epoch: train, held_out, RunFolder(tmp_path), stages.State(asked={})
    )
    names = [row["stage"] for row in state.history]
    assert names.count("head") < 10
    assert names.count("top") >= 1
    assert [row["epoch"] for row in state.history] == list(range(1, len(names) + 1))


@pytest.mark.parametrize(
    ("stage", "changed"),
    [
        pytest.param(stages.Stage("head", 1, 1e-2, None), {"logit"}, id="head"),
        pytest.param(stages.Stage("top", 1, 1e-2, 3), {"conv2", "logit"}, id="top"),
        pytest.param(
            stages.Stage("whole", 1, 1e-2, 0, norms_learn=True),
            {"conv1", "norm1", "conv2", "norm2", "logit"},
            id="whole",
        ),
    ],
)
def test_a_stage_changes_its_own_layers_alone(stage: stages.Stage, changed: set[str]) -> None:
    network = small_network()
    base = network.get_layer(networks.BASE)
    layers = [*base.layers, network.get_layer("logit")]
    before = {layer.name: layer.get_weights() for layer in layers}
    stages.freeze(network, stage)
    network.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    network.fit(batches(), verbose=0)
    differing = {
        layer.name
        for layer in layers
        if any(not np.array_equal(a, b) for a, b in zip(layer.get_weights(), before[layer.name], strict=True))
    }
    assert differing == changed  # a norm's moving statistics are among its weights


def test_the_paper_unfreezes_the_top_of_conv5() -> None:
    network = networks.resnet50(32, 0.5, pretrained=True)
    head, top = stages.plan(Paper())
    assert (head.epochs, top.epochs) == (10, 10)
    assert top.rate < head.rate
    stages.freeze(network, head)
    assert {weight.path.split("/")[0] for weight in network.trainable_weights} == {"hidden", "logit"}
    stages.freeze(network, top)
    base = network.get_layer(networks.BASE)
    learning = [layer.name for layer in base.layers if layer.trainable and layer.weights]
    assert all(name.startswith("conv5_") for name in learning)
    assert next(index for index, layer in enumerate(base.layers) if layer.trainable) == 150
    assert not any(name.endswith("_bn") for name in learning)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"weights": "none"}, [("whole", 20)], id="nothing to keep frozen"),
        pytest.param({"epochs": 1}, [("head", 1)], id="one epoch"),
        pytest.param({"epochs": 3}, [("head", 2), ("top", 1)], id="odd"),
    ],
)
def test_the_epochs_are_shared_out(changes: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    found = stages.plan(dataclasses.replace(Paper(), **changes))
    assert [(stage.name, stage.epochs) for stage in found] == expected


def test_a_loss_that_is_no_number_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    poisoned = batches().map(lambda pictures, labels: (pictures * float("nan"), labels))
    with pytest.raises(Diverged, match="epoch 1"):
        run(tmp_path, data=poisoned)


def test_another_run_is_not_gone_on_with(tmp_path: Path) -> None:
    state = stages.State(asked={"size": 64, "seed": 0})
    stages.require_same(state, {"size": 64, "seed": 0}, tmp_path)
    with pytest.raises(ResumeRefused, match="started with size 64, not 128"):
        stages.require_same(state, {"size": 128, "seed": 0}, tmp_path)
    (tmp_path / "state.json").write_text('{"step": 3}')  # as the wild recipe's
    with pytest.raises(ResumeRefused, match="no state of this recipe"):
        stages.read(tmp_path)
