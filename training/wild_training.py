"""How a `wild` network learns: a linear head on frozen features first, then everything, in parts.

In: a network, draws, pictures not trained on. Out: the best weights in the run folder. The state after
each part lies in the run folder too, so that a killed run goes on.
"""

import json
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from backend.contract import ModelInput, NativeCrops
from backend.errors import PictureError
from backend.picture import Picture, decode
from backend.views import overviews, views
from training import crops, optimizer_state, run_folder
from training.errors import BadOption, DataError
from training.gather import Sample
from training.launder import launder
from training.linear_head import Earlier, in_units, learn, standardise
from training.run_folder import RunFolder
from training.wild_network import freeze_norms

CHOOSING_VIEWS = 2  # crops of a picture: choosing takes half the time, and its order is that of four views
HEAD_PARTS = 32  # of the head's pass, each kept: a killed run loses a minute of half an hour
HEAD_DRAWS = 10_000_000  # the head learns from other draws than the fine-tuning
BEST_FILE, LAST_FILE, HEAD_FILE, OPTIMIZER_FILE, STATE_FILE = (
    "best.weights.h5", "last.weights.h5", "head.weights.h5", "optimizer.npz", "state.json",
)  # fmt: skip
HEAD_FEATURES = "head_features"  # a folder
MIXES = (0.25, 0.5, 0.75)  # shares of the fine-tuned weights that are tried
HISTORY = ("step", "loss", "auc", "auc_hard", "seconds")

State = dict[str, Any]  # step, history (a row a part), mixes (a row a share), best


@dataclass(frozen=True, slots=True)
class Tuning:
    """What the fine-tuning does."""

    crops: int
    batch: int
    rate: float  # highest learning rate
    frozen: str  # layers up to this one keep their weights; "" for none
    parts: int = 6  # after each, the network is scored and its state kept


@dataclass(frozen=True, slots=True)
class KeptFeatures:
    """What the head's pass has computed, so that a killed run goes on there. Other options than `of`'s would
    have given other features: theirs are not read."""

    folder: Path
    of: str

    def read(self, first: int, x: NDArray[np.float32], y: NDArray[np.float32]) -> bool:
        """Fills x and y with the part that begins with batch `first`; False where it is not there."""
        file = self._file(first)
        if not file.exists():
            return False
        with np.load(file) as found:
            if str(found["of"]) != self.of or found["x"].shape != x.shape:
                return False
            x[:], y[:] = found["x"], found["y"]
        return True

    def write(self, first: int, x: NDArray[np.float32], y: NDArray[np.float32]) -> None:
        run_folder.write(self._file(first), lambda part: np.savez(part, x=x, y=y, of=np.array(self.of)))

    def _file(self, first: int) -> Path:
        return self.folder / f"{first}.npz"

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Validation:
    """Views of pictures not trained on, as they are and in the `hard` regime."""

    pixels: NDArray[np.uint8]  # [views, side, side, 3]
    picture: NDArray[np.intp]  # [views]: index of the picture
    weight: NDArray[np.float64]  # [views]: of its logit in the picture's
    labels: NDArray[np.intp]  # [pictures]
    hard: NDArray[np.bool_]  # [pictures]


def validation_views(samples: Sequence[Sample], side: int, policy: NativeCrops) -> Validation:
    """The overviews and first crops that inference would take, of each picture as it is and laundered
    `hard`. Pictures that the service would refuse (too small) are left out."""
    size = ModelInput(height=side, width=side)
    pixels: list[NDArray[np.uint8]] = []
    owner: list[int] = []
    weights: list[float] = []
    labels: list[int] = []
    hard: list[bool] = []
    for number, sample in enumerate(samples):
        for laundered, picture in _both(sample, number):
            every = views(picture.pixels, policy, size)
            above = overviews(every)
            seen = every[: above + min(CHOOSING_VIEWS, policy.first)]
            for view in seen:
                pixels.append(view.pixels)
                owner.append(len(labels))
            weights += _weights(policy, above, len(seen) - above)
            labels.append(sample.label)
            hard.append(laundered)
    if len(set(labels)) < 2:
        raise DataError("The pictures to choose on need both classes, with sides of 64 pixels or more.")
    return Validation(np.stack(pixels), np.array(owner), np.array(weights), np.array(labels), np.array(hard))


def _weights(policy: NativeCrops, above: int, crops: int) -> list[float]:
    """Of the overviews' and the crops' logits in the picture's, all crops counted."""
    if above == 0:
        return [1 / crops] * crops
    share = policy.overview_weight
    return [share / above] * above + [(1 - share) / crops] * crops


def _both(sample: Sample, seed: int) -> list[tuple[bool, Picture]]:
    try:
        original = decode(sample.path.read_bytes())
        return [(False, original), (True, decode(launder(original.pixels, "hard", seed).data))]
    except PictureError:
        return []


def fit_head(
    network: keras.Model,
    drawn: crops.Crops,
    count: int,
    batch: int,
    earlier: Earlier | None = None,
    kept: KeptFeatures | None = None,
) -> int:
    """Logistic regression on the frozen evidence becomes the head: the logit of a crop is the mean of
    its cells, so a linear classifier on the mean evidence is the same classifier per cell. Returns how many
    crops the head has seen, with those that `earlier` (in units of the evidence) learned from."""
    x, y = _evidence(network, drawn, max(1, count // batch), batch, kept)
    norm = network.get_layer("evidence_norm")
    mean, variance = standardise(x, norm.epsilon)  # exactly what the norm will do
    if earlier is not None:
        deviation = np.sqrt(variance + norm.epsilon)
        earlier = Earlier(in_units(earlier.head, mean, deviation), earlier.crops)
    head = learn(x, y, earlier)
    norm.set_weights([np.ones_like(mean), np.zeros_like(mean), mean, variance])
    network.get_layer("cell_logits").set_weights([head.kernel.reshape(1, 1, -1, 1), np.array([head.bias])])
    return len(x) + (earlier.crops if earlier else 0)


def _evidence(
    network: keras.Model, drawn: crops.Crops, steps: int, batch: int, kept: KeptFeatures | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean evidence [crops, features] and labels [crops], in parts: what is kept is not computed again."""
    features = keras.Model(network.inputs[0], ops.mean(network.get_layer("evidence").output, axis=(1, 2)))
    x = np.empty((steps * batch, features.outputs[0].shape[-1]), np.float32)  # filled and scaled in place:
    y = np.empty(len(x), np.float32)  # of 64,000 crops it takes two GiB
    part = -(-steps // HEAD_PARTS)
    with tqdm(None, "linear head", steps, unit="batch", disable=None) as progress:
        for first in range(0, steps, part):
            count = min(part, steps - first)
            place = slice(first * batch, (first + count) * batch)
            if kept is not None and kept.read(first, x[place], y[place]):
                progress.update(count)
                continue
            batches = crops.dataset(drawn, batch, HEAD_DRAWS + first * batch, count)
            for step, (pixels, label) in enumerate(batches, first):
                rows = slice(step * batch, (step + 1) * batch)
                x[rows] = ops.convert_to_numpy(features(pixels, training=False))
                y[rows] = np.asarray(label)[:, 0]
                progress.update()
            if kept is not None:
                kept.write(first, x[place], y[place])
    return x, y


def fine_tune(
    network: keras.Model,
    served: keras.Model,
    drawn: crops.Crops,
    validation: Validation,
    tuning: Tuning,
    run: RunFolder,
    state: State,
) -> None:
    """AdamW with a cosine, in parts; after each part the network is scored on val and kept if better."""
    steps = tuning.crops // tuning.batch
    freeze(network, tuning.frozen)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=tuning.rate, warmup_steps=max(1, steps // 20)
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=1.0)
    loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.05)
    trained = keras.Model(network.inputs[0], network.output["logit"])
    trained.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    optimizer.build(trained.trainable_variables)
    if state["step"]:
        optimizer_state.read(run.state / OPTIMIZER_FILE, optimizer)
    started, part = time.monotonic(), max(1, -(-steps // tuning.parts))
    while state["step"] < steps:
        count = min(part, steps - state["step"])
        batches = crops.dataset(drawn, tuning.batch, state["step"] * tuning.batch, count)
        seen = trained.fit(batches, verbose=1 if sys.stdout.isatty() else 0)
        state["step"] += count
        row = validate(network, served, validation, state["step"], tuning.batch)
        row["loss"] = round(float(seen.history["loss"][0]), 4)
        row["seconds"] = round(time.monotonic() - started)
        state["history"].append(row)
        keep_best(served, run, state, row)
        _write_state(run, state, network, optimizer)
        print(f"{state['step']}/{steps}: {row}", flush=True)


def try_mixes(
    network: keras.Model,
    served: keras.Model,
    validation: Validation,
    batch: int,
    run: RunFolder,
    state: State,
) -> None:
    """Weights between those of the linear head on the frozen backbone and the last ones; kept if better.

    Fine-tuning learns the sources at hand and forgets some of what served all others; on the way between
    the two often lies a network that is better on unseen sources than both (Wortsman et al., Robust
    fine-tuning of zero-shot models, arXiv:2109.01903).
    """
    ends = []
    for file in (HEAD_FILE, LAST_FILE):
        network.load_weights(run.state / file)
        ends.append(network.get_weights())
    state["mixes"] = []
    for share in MIXES:
        network.set_weights([(1 - share) * first + share * last for first, last in zip(*ends, strict=True)])
        row = validate(network, served, validation, state["step"], batch) | {"share": share}
        state["mixes"].append(row)
        keep_best(served, run, state, row)
        print(f"{share:.0%} of the way from the head's weights to the last: {row}", flush=True)


def freeze(network: keras.Model, last: str) -> None:
    """Layers up to and with `last` keep their weights; all norms of the backbone their statistics."""
    freeze_norms(network)
    if not last:
        return
    names = [layer.name for layer in network.layers]
    if last not in names:
        raise BadOption(f"--frozen {last}: the network has no such layer; for example {names[30]}.")
    for layer in network.layers[: names.index(last) + 1]:
        layer.trainable = False


def validate(
    network: keras.Model, served: keras.Model, validation: Validation, step: int, batch: int
) -> dict[str, Any]:
    served.set_weights(network.get_weights())
    found = served.predict(validation.pixels, batch_size=batch, verbose=0)["logit"][:, 0]
    logits = np.bincount(validation.picture, validation.weight * found)
    plain, hard = ~validation.hard, validation.hard
    return {
        "step": step,
        "auc": round(float(roc_auc_score(validation.labels[plain], logits[plain])), 4),
        "auc_hard": round(float(roc_auc_score(validation.labels[hard], logits[hard])), 4),
    }


def keep_best(served: keras.Model, run: RunFolder, state: State, row: dict[str, Any]) -> None:
    value = (row["auc"] + row["auc_hard"]) / 2
    if value > state["best"]:
        state["best"] = value
        run_folder.write(run.state / BEST_FILE, served.save_weights)


def _write_state(run: RunFolder, state: State, network: keras.Model, optimizer: Any) -> None:
    """state.json last: what it tells of is whole by then."""
    run_folder.write(run.state / LAST_FILE, network.save_weights)
    optimizer_state.write(run.state / OPTIMIZER_FILE, optimizer)
    rows = [[row.get(name, "") for name in HISTORY] for row in state["history"]]
    run_folder.write_csv(run.history, HISTORY, rows)
    run_folder.write_json(run.state / STATE_FILE, state)


def resume(network: keras.Model, run: RunFolder) -> State | None:
    """Loads what a run that was cut off had learned; None where it had not come that far."""
    path = run.state / STATE_FILE
    if not path.exists():
        return None
    network.load_weights(run.state / LAST_FILE)
    return cast(State, json.loads(path.read_text(encoding="utf-8")))
