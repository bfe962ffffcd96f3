"""The `paper` recipe: whole pictures, resized, ResNet50 in two stages or the CNN. Read `fit` top-down.

In: folders of real and fake pictures. Out: a run folder with `model.keras` (the best epoch), `model.json`,
history, metrics, scores and plots of the held-out part, and `report.html`.
"""

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from backend.contract import (
    Calibration,
    Metric,
    ModelInput,
    ModelJson,
    ResizedWhole,
    Thresholds,
    TrainingSummary,
)
from training import networks, paper_report, pipeline, run_folder, stages
from training.errors import ResumeRefused
from training.gather import Gathered, Sample, gather
from training.metrics import CUT, Metrics, Share, as_json, measure
from training.recipes import Paper
from training.run_folder import RunFolder
from training.split import Split, split

GAP = 1e-3  # the paper knows no `unsure`: thresholds.real lies just below thresholds.fake
ANOTHER_DRAW = 1_000  # a run that goes on shuffles and augments with other draws than its beginning


@dataclass(frozen=True, slots=True)
class Scored:
    """The held-out part, judged by the best epoch."""

    samples: tuple[Sample, ...]
    probabilities: NDArray[np.float64]  # [n], of fake, 0..1
    metrics: Metrics


def fit(
    recipe: Paper, data: Sequence[Path], out: Path, seed: int, resume: bool, test: Sequence[Path] = ()
) -> Path:
    """Runs the recipe and returns the run folder. `test` folders are measured once, with the best epoch,
    and decide nothing. Raises TrainingError."""
    run = RunFolder(out)
    earlier = _earlier(run, resume)
    keras.utils.set_random_seed(seed)
    keras.mixed_precision.set_global_policy(precision())
    network = networks.build(recipe, with_weights=earlier is None)
    found = gather(data, check=pipeline.unreadable)
    tested = gather(test, check=pipeline.unreadable) if test else None
    parts = split(found.samples, recipe.held_out, seed, recipe.split_by_source)
    state = stages.State(asked=_asked(recipe, seed, parts))
    if earlier is not None:
        stages.require_same(earlier, state.asked, out)
        state = earlier
    _say(recipe, network, found, parts, state)

    reader = pipeline.Reader(recipe.size)
    held_out = pipeline.held_out(parts.held_out, reader, recipe.batch)
    state = stages.train(
        network,
        recipe,
        lambda epoch: pipeline.training(
            parts.train, reader, recipe.batch, seed + ANOTHER_DRAW * epoch, recipe.augmentation
        ),
        held_out,
        run,
        state,
    )
    scored = score(network, held_out, parts.held_out)
    on_test = _test(network, tested, reader, recipe.batch)
    _write(run, network, recipe, data, seed, found, parts, state, scored, on_test)
    paper_report.write(
        run, recipe, found, parts, state.history, scored.probabilities, scored.metrics,
        None if on_test is None else on_test.metrics,
    )  # fmt: skip
    _say_result("held out", scored.metrics)
    if on_test is not None:
        _say_result("test", on_test.metrics)
    print(run.report)
    return out


def precision() -> str:
    """Half precision where a GPU has units for it: bfloat16 needs no scaled loss, older ones know float16."""
    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "float32"
    major, _ = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability", (0, 0))
    return "mixed_bfloat16" if major >= 8 else "mixed_float16" if major >= 7 else "float32"


def score(network: keras.Model, held_out: Any, samples: Sequence[Sample]) -> Scored:
    """Probabilities and figures of the held-out part."""
    logits = network.predict(held_out, verbose=0)[:, 0].astype(np.float64)
    probabilities = 0.5 * (1.0 + np.tanh(0.5 * logits))  # the sigmoid, without overflow
    labels = np.array([sample.label for sample in samples], np.intp)
    categories = np.array([sample.category for sample in samples], np.str_)
    return Scored(tuple(samples), probabilities, measure(labels, probabilities, categories))


def _test(
    network: keras.Model, tested: Gathered | None, reader: pipeline.Reader, batch: int
) -> Scored | None:
    if tested is None:
        return None
    return score(network, pipeline.held_out(tested.samples, reader, batch), tested.samples)


def _earlier(run: RunFolder, resume: bool) -> stages.State | None:
    """The state to go on from. An earlier run is neither overwritten nor mixed with another."""
    if resume:
        earlier = stages.read(run.state)
        if earlier is None:
            print(f"{run.path} holds no finished epoch: starting from the beginning")
        return earlier
    if run.state.exists() or run.model.exists():
        raise ResumeRefused(
            f"{run.path} holds an earlier run. Go on with it (--resume) or choose another --out."
        )
    return None


def _asked(recipe: Paper, seed: int, parts: Split) -> dict[str, Any]:
    """What a resumed run must share with its beginning, down to the pictures of each part."""
    names = "\n".join(str(sample.path.resolve()) for part in (parts.train, parts.held_out) for sample in part)
    digest = hashlib.sha256(names.encode()).hexdigest()[:16]
    return {**dataclasses.asdict(recipe), "seed": seed, "pictures": f"#{digest}"}


def _say(recipe: Paper, network: keras.Model, found: Gathered, parts: Split, state: stages.State) -> None:
    print(
        f"{found.count(0)} real and {found.count(1)} fake pictures of {found.sources} sources; "
        f"{len(parts.train)} to learn from, {len(parts.held_out)} held out; "
        f"{len(found.skipped)} files left out"
    )
    print(f"{recipe.model}, {network.count_params():,} numbers, {keras.mixed_precision.global_policy().name}")
    if recipe.model == "resnet50" and recipe.weights == networks.NOTHING:
        print("--weights none: a frozen base of random weights teaches nothing, so all layers learn at once")
    if state.epoch:
        print(f"going on after epoch {state.epoch}")


def _say_result(part: str, metrics: Metrics) -> None:
    area = "" if metrics.roc_auc is None else f", ROC AUC {_with_interval(metrics.roc_auc)}"
    print(f"{part}: accuracy {_with_interval(metrics.accuracy)}{area}")


def _with_interval(value: Share) -> str:
    return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


def _write(
    run: RunFolder,
    network: keras.Model,
    recipe: Paper,
    data: Sequence[Path],
    seed: int,
    found: Gathered,
    parts: Split,
    state: stages.State,
    scored: Scored,
    on_test: Scored | None,
) -> None:
    """Everything but the report."""
    run_folder.write(run.model, stages.without_optimiser(network).save)
    _write_scores(run.scores, scored)
    measured = _metrics(found, parts, state, scored.metrics)
    if on_test is not None:
        _write_scores(run.test_scores, on_test)
        measured["test"] = as_json(on_test.metrics)
    run_folder.write_json(run.metrics, measured)
    run_folder.write_model_json(run.model_json, _model_json(run, recipe, data, seed, found, state, scored))


def _write_scores(path: Path, scored: Scored) -> None:
    run_folder.write_csv(
        path,
        ["path", "label", "source", "category", "probability"],
        [
            [sample.path, sample.label, sample.source, sample.category, f"{probability:.6f}"]
            for sample, probability in zip(scored.samples, scored.probabilities, strict=True)
        ],
    )


def _metrics(found: Gathered, parts: Split, state: stages.State, measured: Metrics) -> dict[str, Any]:
    return {
        "held_out": as_json(measured),
        "counts": {
            name: {"real": sum(s.label == 0 for s in part), "fake": sum(s.label == 1 for s in part)}
            for name, part in (("training", parts.train), ("held_out", parts.held_out))
        },
        "epochs": state.epoch,
        "best_epoch": stages.best_epoch(state),
        "skipped": [{"path": str(file.path), "reason": file.reason} for file in found.skipped],
    }


def _model_json(
    run: RunFolder,
    recipe: Paper,
    data: Sequence[Path],
    seed: int,
    found: Gathered,
    state: stages.State,
    scored: Scored,
) -> ModelJson:
    measured = scored.metrics
    called_fake = scored.probabilities >= CUT
    called_real = scored.probabilities <= CUT - GAP
    labels = np.array([sample.label for sample in scored.samples])
    chosen_on = (
        f"not chosen: the paper's cut of one half; rates are of the {measured.pictures} held-out pictures, "
        f"on which the best epoch was chosen too"
    )
    return ModelJson(
        name=f"candid-paper-{recipe.model}",
        version="0",
        files=[run_folder.weight_file(run.model)],
        input=ModelInput(height=recipe.size, width=recipe.size),
        views=ResizedWhole(),
        calibration=[Calibration(regime="clean", temperature=1)],
        thresholds=Thresholds(
            fake=CUT,
            real=CUT - GAP,
            chosen_on=chosen_on,
            false_alarm_rate=float(called_fake[labels == 0].mean()),
            missed_fake_rate=float(called_real[labels == 1].mean()),
        ),
        training=TrainingSummary(
            recipe="paper",
            backbone=recipe.model,
            real_pictures=found.count(0),
            fake_pictures=found.count(1),
            sources=found.sources,
            epochs=state.epoch,
            seed=seed,
            notes=f"{measured.pictures} of these pictures were held out; only the others were learned from.",
            options={
                **dataclasses.asdict(recipe),
                "data": [str(folder) for folder in data],
            },
        ),
        metrics=list(_contract_metrics(measured)),
    )


def _contract_metrics(measured: Metrics) -> Sequence[Metric]:
    shares = {"accuracy": measured.accuracy, "roc_auc": measured.roc_auc}
    return [
        Metric(
            name=name,
            value=share.value,
            low=share.low,
            high=share.high,
            pictures=share.pictures,
            measured_on="the held-out part, on which the best epoch was chosen",
            runtime="keras",
        )
        for name, share in shares.items()
        if share is not None
    ]
