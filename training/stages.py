"""The paper's training in stages, resumable after a kill at the end of any epoch.

    head   the pretrained base is frozen, the new head learns
    top    the base's layers from `unfrozen_from` on are tuned with a smaller rate
    whole  everything learns from the start (without pretrained weights there is nothing to keep frozen)

In: a network, a recipe, two datasets, the run folder. Out: `State`, and the best weights in the
network. Each epoch writes its weights under a new name and then state.json, which names them, in one
move: whatever a kill leaves half-written is named by nothing.
"""

import dataclasses
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from training import run_folder
from training.errors import Diverged, ResumeRefused
from training.networks import BASE, NOTHING
from training.recipes import Paper
from training.run_folder import RunFolder

STATE_FILE = "state.json"
MONITORED = "val_loss"
MEASURED = ("loss", "accuracy", "auc", "val_loss", "val_accuracy", "val_auc", "learning_rate")
COLUMNS = ("epoch", "stage", *MEASURED, "seconds")  # of history.csv

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of epochs in which the same layers learn."""

    name: str
    epochs: int
    rate: float
    trained_from: int | None  # index of the base's first layer that learns; None: the base is frozen
    norms_learn: bool = False  # those of a pretrained base stay in inference mode


@dataclass(frozen=True, slots=True)
class State:
    """A run at the end of an epoch: all that `--resume` needs."""

    asked: Row  # what the run was started with; a resumed one must be the same
    stage: int = 0
    stage_start: int = 0  # epochs finished before this stage
    stage_over: bool = False  # ended early
    history: tuple[Row, ...] = ()  # a row of COLUMNS an epoch, of all stages
    callbacks: Row = dataclasses.field(default_factory=dict)  # what they count, by WATCHED
    best: float | None = None  # lowest held-out loss
    best_file: str | None = None
    last_file: str | None = None

    @property
    def epoch(self) -> int:
        """Epochs finished, of all stages."""
        return len(self.history)


def plan(recipe: Paper) -> tuple[Stage, ...]:
    """The stages of a recipe. Pure."""
    if recipe.weights == NOTHING:
        return (Stage("whole", recipe.epochs, recipe.whole_rate, 0, norms_learn=True),)
    head = max(1, round(recipe.epochs * recipe.head_share))
    stages = (
        Stage("head", head, recipe.head_rate, None),
        Stage("top", recipe.epochs - head, recipe.fine_rate, recipe.unfrozen_from),
    )
    return tuple(stage for stage in stages if stage.epochs)


def freeze(network: keras.Model, stage: Stage) -> None:
    """Sets which layers learn in a stage; those outside the base always do. A norm that does not learn
    runs in inference mode: that is what `trainable` means for a BatchNormalization."""
    if BASE not in [layer.name for layer in network.layers]:
        return
    base = network.get_layer(BASE)
    base.trainable = stage.trained_from is not None
    if stage.trained_from is not None:
        for index, layer in enumerate(base.layers):
            is_norm = isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = index >= stage.trained_from and (stage.norms_learn or not is_norm)


def train(
    network: keras.Model,
    recipe: Paper,
    batches: Callable[[int], Any],
    held_out: Any,
    run: RunFolder,
    state: State,
) -> State:
    """Runs what is left of the stages; the network ends with the best weights. `batches(epoch)` gives the
    training part for a run that goes on after `epoch` epochs, so that its draws are new ones."""
    stages = plan(recipe)
    for number in range(state.stage, len(stages)):
        if number > state.stage:
            state = dataclasses.replace(
                state, stage=number, stage_start=state.epoch, stage_over=False, callbacks={}
            )
            load_best(network, run.state, state)
        state = _run_stage(network, recipe, stages[number], batches, held_out, run, state)
    load_best(network, run.state, state)
    state = dataclasses.replace(state, last_file=None)  # with the optimiser's, 180 MB of a ResNet50
    write(run, state)
    return state


def _run_stage(
    network: keras.Model,
    recipe: Paper,
    stage: Stage,
    batches: Callable[[int], Any],
    held_out: Any,
    run: RunFolder,
    state: State,
) -> State:
    last_epoch = state.stage_start + stage.epochs
    if state.stage_over or state.epoch >= last_epoch:
        return state
    freeze(network, stage)
    _compile(network, stage)  # again for each stage: Keras settles what learns when it compiles
    if state.last_file is not None and state.epoch > state.stage_start:
        network.load_weights(run.state / state.last_file)
    keeper = _Keeper(run, state, stage, recipe)
    print(f"stage {stage.name}: epochs {state.epoch + 1} to {last_epoch}, rate {stage.rate:g}", flush=True)
    network.fit(
        batches(state.epoch),
        validation_data=held_out,
        initial_epoch=state.epoch,
        epochs=last_epoch,
        callbacks=[*keeper.watched.values(), keeper],
        shuffle=False,  # tf.data does it
        verbose=1 if sys.stdout.isatty() else 2,  # a bar, or a line an epoch in a log file
    )
    return keeper.state


def _compile(network: keras.Model, stage: Stage) -> None:
    network.compile(
        optimizer=keras.optimizers.Adam(stage.rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[
            keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0),  # of a logit
            keras.metrics.AUC(name="auc", from_logits=True),
        ],
        jit_compile="auto" if _on_gpu() else False,  # XLA makes ResNet50 slower on a CPU
    )
    network.optimizer.build(network.trainable_variables)  # so that a saved state can be loaded into it


def _on_gpu() -> bool:
    return bool(keras.distribution.list_devices("gpu"))


# What each callback counts from epoch to epoch; Keras starts them anew with every fit.
WATCHED = {
    "stopping": ("wait", "best", "best_epoch"),
    "plateau": ("wait", "best", "cooldown_counter"),
    "checkpoint": ("best",),
}


class _Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps the state after each epoch. Comes last, so that it sees what the other callbacks decided."""

    def __init__(self, run: RunFolder, state: State, stage: Stage, recipe: Paper) -> None:
        super().__init__()
        self.run, self.state, self.stage = run, state, stage
        self.watched = _callbacks(run.state, recipe)
        self._started = 0.0

    def on_train_begin(self, logs: Row | None = None) -> None:
        for name, values in self.state.callbacks.items():
            for key, value in values.items():
                setattr(self.watched[name], key, value)
        self.watched["checkpoint"].best = self.state.best  # the best of all stages

    def on_epoch_begin(self, epoch: int, logs: Row | None = None) -> None:
        self._started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: Row | None = None) -> None:
        row = self._row(epoch, logs or {})
        best = self.watched["checkpoint"].best
        improved = best != self.state.best
        self.state = dataclasses.replace(
            self.state,
            stage_over=bool(self.model.stop_training),
            history=(*self.state.history, row),
            callbacks={
                name: {key: _plain(getattr(self.watched[name], key)) for key in keys}
                for name, keys in WATCHED.items()
            },
            best=_plain(best),
            best_file=_best_name(epoch + 1) if improved else self.state.best_file,
            last_file=f"last-{epoch + 1:04d}.weights.h5",
        )
        self.model.save_weights(self.run.state / str(self.state.last_file))
        write(self.run, self.state)

    def _row(self, epoch: int, logs: Row) -> Row:
        for name in ("loss", MONITORED):
            if not math.isfinite(logs[name]):
                raise Diverged(
                    f"The {name} of epoch {epoch + 1} is {logs[name]}: training diverged at a learning rate "
                    f"of {self.stage.rate:g}. Another --seed or a larger --batch may help."
                )
        measured = {name: round(float(logs[name]), 8) for name in MEASURED}
        seconds = round(time.monotonic() - self._started, 1)
        return {"epoch": epoch + 1, "stage": self.stage.name, **measured, "seconds": seconds}


def _callbacks(folder: Path, recipe: Paper) -> dict[str, Any]:
    return {
        "checkpoint": keras.callbacks.ModelCheckpoint(
            folder / "best-{epoch:04d}.weights.h5",
            monitor=MONITORED,
            mode="min",
            save_best_only=True,
            save_weights_only=True,
        ),
        "stopping": keras.callbacks.EarlyStopping(MONITORED, mode="min", patience=recipe.patience),
        "plateau": keras.callbacks.ReduceLROnPlateau(
            MONITORED,
            mode="min",
            factor=recipe.plateau_factor,
            patience=recipe.plateau_patience,
            min_lr=recipe.smallest_rate,
        ),
    }


def _best_name(epoch: int) -> str:
    return f"best-{epoch:04d}.weights.h5"


def _plain(value: Any) -> Any:
    """A number of NumPy or Keras as one that JSON knows."""
    return value if value is None or isinstance(value, int) else float(value)


def load_best(network: keras.Model, folder: Path, state: State) -> None:
    """Puts the weights of the best epoch so far into the network."""
    if state.best_file is not None:
        # Without an optimiser: the best epoch may be of a stage in which other layers learned.
        without_optimiser(network).load_weights(folder / state.best_file)


def without_optimiser(network: keras.Model) -> keras.Model:
    """The same layers and weights as a model that was never compiled."""
    return keras.Model(network.inputs[0], network.outputs[0], name=network.name)


def best_epoch(state: State) -> int | None:
    """The epoch whose weights are kept, from 1."""
    return None if state.best_file is None else int(state.best_file.split("-")[1].split(".")[0])


def write(run: RunFolder, state: State) -> None:
    """state.json in one move, then history.csv; the weights that the state no longer names go."""
    run_folder.write_json(run.state / STATE_FILE, dataclasses.asdict(state))
    rows = [[row[name] for name in COLUMNS] for row in state.history]
    run_folder.write_csv(run.history, COLUMNS, rows)
    kept = {state.best_file, state.last_file}
    for path in run.state.glob("*.weights.h5"):
        if path.name not in kept:
            path.unlink()


def read(folder: Path) -> State | None:
    """The state of an earlier run; None where there is none."""
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return State(**{**values, "history": tuple(values["history"])})
    except (ValueError, TypeError, KeyError) as error:
        raise ResumeRefused(
            f"{path} is no state of this recipe ({error}). Start anew with another --out."
        ) from error


def require_same(state: State, asked: Row, folder: Path) -> None:
    """Raises ResumeRefused where a run was started with other options or pictures than these."""
    for name in asked:
        if state.asked.get(name) != asked[name]:
            raise ResumeRefused(
                f"The run in {folder} was started with {name} {state.asked.get(name)}, not {asked[name]}. "
                f"Repeat its options and pictures to go on with it, or start anew with another --out."
            )
