"""The `wild` recipe: pictures as feeds deliver them. Read `fit` top-down.

In: folders of real and fake pictures, a start for the backbone. Out: a run folder with `model.keras`,
`model.json`, `history.csv` and `metrics.json`. The backbone first serves as it is: a logistic
regression on its frozen features becomes the head (and the baseline that fine-tuning must beat).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from backend.contract import (
    Calibration,
    ModelInput,
    ModelJson,
    ModelOutput,
    NativeCrops,
    RegimeRule,
    Thresholds,
    TrainingSummary,
)
from training import aligned, crops, earlier_model, leak_probe, run_folder, wild_report, wild_start
from training.errors import DataError
from training.gather import Gathered, Sample, gather
from training.run_folder import RunFolder
from training.wild_network import CUTS, TAPS, Shape, Stem, build
from training.wild_training import (
    BEST_FILE,
    HEAD_FEATURES,
    HEAD_FILE,
    KeptFeatures,
    Tuning,
    fine_tune,
    fit_head,
    keep_best,
    resume,
    try_mixes,
    validate,
    validation_views,
)

SERVED_SIDE = 224  # px of the exported network; training may use smaller crops, the network is the same
VIEWS = NativeCrops(first=2, more=2, uncertain=(0.2, 0.9), overviews=[1.0, 0.75, 0.5], overview_weight=0.36)
OVERVIEWS = 0.4  # of the crops that the network learns from
TUNED = 16_000  # crops, unless a head goes on from an earlier one's
REGIMES = [
    RegimeRule(regime="thumbnail", max_long_side=256),
    RegimeRule(regime="hard", max_jpeg_quality=62),
    RegimeRule(regime="web", max_jpeg_quality=92),
    RegimeRule(regime="clean"),
]
PROBED = 1500  # draws that the leak probe looks at


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this recipe alone."""
    group = parser.add_argument_group("wild recipe")
    group.add_argument("--val", type=Path, help="pictures to choose on; default: a fifth of the sources")
    group.add_argument("--backbone", choices=list(TAPS), default="efficientnet-lite2")
    group.add_argument("--cut", choices=list(CUTS), default="conv5", help="last stage of ResNet50 kept")
    group.add_argument("--stem-stride", type=int, choices=[1, 2], default=2)
    group.add_argument("--no-stem-pooling", action="store_true")
    group.add_argument(
        "--crops",
        type=int,
        help=f"crops to fine-tune on; 0: the linear head alone; default: {TUNED}, 0 with --update",
    )
    group.add_argument("--head-crops", type=int, default=64_000, help="crops for the linear head")
    group.add_argument(
        "--update",
        type=Path,
        metavar="MODEL_FOLDER",
        help="go on from the head of this exported model, whose pictures are not needed",
    )
    group.add_argument("--rate", type=float, default=3e-5, help="highest learning rate")
    group.add_argument("--frozen", default="", help="layers up to this one keep their weights")
    group.add_argument("--aligned", type=Path, metavar="DIR", help="fakes of `python -m training.aligned`")
    group.add_argument("--aligned-share", type=float, default=0.2, help="of the crops; default: 0.2")
    group.add_argument("--parts", type=int, default=6, help="times it is scored and kept while it learns")
    group.add_argument("--mixed", action="store_true", help="half precision (16-bit floats)")


def fit(options: argparse.Namespace) -> Path:
    """Runs the recipe and returns the run folder. Raises TrainingError."""
    keras.utils.set_random_seed(options.seed)
    if options.mixed:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    run = RunFolder(Path(options.out))
    if options.crops is None:
        options.crops = 0 if options.update else TUNED
    earlier, before = earlier_model.read(options.update, options.backbone) if options.update else (None, None)
    train, val = _pictures(options)
    print(f"train: {_say(train.samples)}; val: {_say(val)}", flush=True)
    print(f"{len(train.skipped)} files do not decode; the report lists them", flush=True)
    drawn, pairs = draws(options, train)
    probes = probe(train, drawn, options.seed)

    shape = network_shape(options)
    network = build(shape)
    served = build(Shape(shape.backbone, SERVED_SIDE, shape.stem, shape.cut))
    validation = validation_views(val, SERVED_SIDE, VIEWS)

    # Where the weights are random, they are those of the seed.
    head_options = (
        shape, options.weights, options.seed, options.batch, len(drawn.samples), pairs,
        options.aligned_share,
    )  # fmt: skip
    kept = KeptFeatures(run.state / HEAD_FEATURES, repr(head_options))
    if not options.resume:
        kept.remove()
    state = resume(network, run) if options.resume else None
    if state is None:
        wild_start.load(network, shape, options.weights)
        seen = fit_head(network, drawn, options.head_crops, options.batch, earlier, kept)
        row = validate(network, served, validation, 0, options.batch)
        state = {"step": 0, "history": [row], "best": -1.0, earlier_model.SEEN: seen}
        keep_best(served, run, state, row)
        run_folder.write(run.state / HEAD_FILE, network.save_weights)
        print(f"linear head on frozen features: {row}", flush=True)
    tuning = Tuning(options.crops, options.batch, options.rate, options.frozen, options.parts)
    if options.crops:
        fine_tune(network, served, drawn, validation, tuning, run, state)
        try_mixes(network, served, validation, options.batch, run, state)

    served.load_weights(run.state / BEST_FILE)
    run_folder.write(run.model, served.save)
    _write_model_json(run, options, train, before, state.get(earlier_model.SEEN))
    mixes = state.get("mixes", [])
    measured = {
        "val": state["history"],
        "mixes": mixes,
        "leak_probe": {name: probe.auc for name, probe in probes.items()},
    }
    run_folder.write_json(run.metrics, measured)
    kept.remove()
    wild_report.write(
        run, f"Candid: wild recipe, {run.path.name}", train, drawn, state["history"], mixes, probes
    )
    return run.path


def probe(train: Gathered, drawn: crops.Crops, seed: int) -> dict[str, leak_probe.LeakProbe]:
    """Whether size, format and compression tell the label: in the folder, and in what is trained on."""
    probes = {
        wild_report.AS_IN_FOLDER: leak_probe.probe_folder(train.samples, seed),
        wild_report.AS_SHOWN: leak_probe.probe_pipeline(drawn, PROBED, seed),
    }
    if (text := leak_probe.warning(probes[wild_report.AS_SHOWN])) is not None:
        print(f"warning: {text}", flush=True)
    return probes


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


def draws(options: argparse.Namespace, train: Gathered) -> tuple[crops.Crops, int]:
    """What the network learns from, and how many aligned pairs are among it."""
    pairs = aligned.pairs(options.aligned, options.data) if options.aligned else []
    drawn = crops.Crops(
        train.samples, options.size, options.seed,
        pairs=pairs, paired=options.aligned_share, overviews=OVERVIEWS,
    )  # fmt: skip
    return drawn, len(pairs)


def network_shape(options: argparse.Namespace) -> Shape:
    stem = Stem(options.stem_stride, not options.no_stem_pooling)
    return Shape(options.backbone, options.size, stem, options.cut)


def _write_model_json(
    run: RunFolder, options: argparse.Namespace, train: Gathered, before: ModelJson | None, seen: int | None
) -> None:
    """Uncalibrated: `python -m training.calibrate` sets temperature and thresholds on val. `before` is the
    model that it went on from, `seen` the crops of both."""
    chosen = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    chosen |= {"data": [str(folder) for folder in options.data], earlier_model.SEEN: seen}
    learned = before.training if before else None
    model = ModelJson(
        name=f"candid-wild-{options.backbone}",
        version="0",
        files=[run_folder.weight_file(run.model)],
        input=ModelInput(height=SERVED_SIDE, width=SERVED_SIDE),
        output=ModelOutput(cells="cells"),
        views=VIEWS,
        regimes=REGIMES,
        calibration=[Calibration(regime=rule.regime, temperature=1) for rule in REGIMES],
        thresholds=Thresholds(
            fake=0.9, real=0.1, chosen_on="not calibrated", false_alarm_rate=0, missed_fake_rate=0
        ),
        training=TrainingSummary(
            recipe="wild",
            backbone=options.backbone,
            real_pictures=train.count(0) + (learned.real_pictures if learned else 0),
            fake_pictures=train.count(1) + (learned.fake_pictures if learned else 0),
            sources=train.sources + (learned.sources if learned else 0),
            epochs=options.crops / len(train.samples),
            seed=options.seed,
            notes=f"goes on from {before.name} {before.version}; figures of both" if before else "",
            options=chosen,
        ),
    )
    run_folder.write_model_json(run.model_json, model)
