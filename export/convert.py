"""The steps of an export, in order: fold, write each format, prove that it says what Keras says.

In: a run and views of real pictures. Out: files in a folder, and how far each is from Keras. Where a
format can be made smaller or faster at the cost of exactness, the cheapest way that holds is taken.
"""

import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.contract import Runtime
from export import half, parity, quantise, to_onnx, to_tfjs
from export.graph import as_float32, folded, scoring
from export.package import Run, Written
from export.parity import Comparison, Scores
from export.pictures import Views, golden_views

ONNX, FP16, INT8, TFJS = "model.onnx", "model.fp16.onnx", "model.int8.onnx", "tfjs"
REAL_VIEWS_FOR_EXACT = 8  # beside the golden ones; TF.js takes up to 300 ms each


@dataclass(frozen=True, slots=True)
class Converted:
    """One format: its files, how it was made, how far it is from Keras."""

    files: tuple[Written, ...]
    made: str
    comparison: Comparison

    @property
    def bytes(self) -> int:
        return sum(file.path.stat().st_size for file in self.files)


@dataclass(frozen=True, slots=True)
class Reference:
    """Views, and what Keras says about them."""

    views: Views
    scores: Scores


def convert(
    run: Run, folder: Path, real: Views | None, runtimes: Collection[Runtime], say: Callable[[str], None]
) -> list[Converted]:
    """Writes `runtimes` into `folder`. `real` may be None where int8 is not wanted."""
    model, size = run.model, run.model.input
    trained = as_float32(run.network)
    golden = golden_views(size.height, size.width)
    views = golden if real is None else np.concatenate([golden, real[:REAL_VIEWS_FOR_EXACT]])
    exact = Reference(views, parity.keras_scores(trained, views, model))
    say("folding BatchNorm")
    network = folded(run.network)
    score = scoring(network, model)
    done = []
    with tempfile.TemporaryDirectory() as work:
        say("ONNX, float32")
        float32 = Path(work) / ONNX
        to_onnx.write_onnx(score, model, float32)
        if "onnx" in runtimes:
            done.append(_onnx(run, float32, folder, exact))
        if "onnx-fp16" in runtimes:
            say("ONNX, float16")
            done.append(_fp16(run, float32, folder, exact))
        if "onnx-int8" in runtimes and real is not None:
            say("ONNX, int8")
            check = real[3::4]
            reference = Reference(check, parity.keras_scores(trained, check, model))
            done.append(_first_that_holds(_int8_attempts(run, float32, folder, real, reference)))
        if "tfjs" in runtimes:
            say("TF.js")
            graph = to_tfjs.write_float32(score, network, Path(work))
            done.append(_first_that_holds(_tfjs_attempts(run, graph, folder, exact)))
    return done


def _onnx(run: Run, float32: Path, folder: Path, exact: Reference) -> Converted:
    path = folder / ONNX
    path.write_bytes(float32.read_bytes())
    found = parity.onnx_scores(path, exact.views, run.model)
    comparison = parity.compare("onnx", exact.scores, found, run.model)
    return Converted((Written("onnx", path),), "float32", comparison)


def _fp16(run: Run, float32: Path, folder: Path, exact: Reference) -> Converted:
    path = folder / FP16
    half.write_fp16(float32, path)
    found = parity.onnx_scores(path, exact.views, run.model)
    comparison = parity.compare("onnx-fp16", exact.scores, found, run.model)
    return Converted((Written("onnx-fp16", path),), "float16", comparison)


def _int8_attempts(
    run: Run, float32: Path, folder: Path, real: Views, reference: Reference
) -> Iterator[Converted]:
    """Ranges come from three quarters of the views; the others judge."""
    ranges, path = real[np.arange(len(real)) % 4 != 3], folder / INT8
    for plan in quantise.PLANS:
        quantise.write_int8(float32, ranges, path, plan)
        found = parity.onnx_scores(path, reference.views, run.model)
        comparison = parity.compare("onnx-int8", reference.scores, found, run.model)
        yield Converted((Written("onnx-int8", path),), str(plan), comparison)


def _tfjs_attempts(run: Run, graph: Path, folder: Path, exact: Reference) -> Iterator[Converted]:
    for storage in to_tfjs.STORAGES:
        files = to_tfjs.store(graph, folder / TFJS, storage)
        found = parity.tfjs_scores(folder / TFJS, exact.views, run.model)
        comparison = parity.compare("tfjs", exact.scores, found, run.model)
        yield Converted(tuple(Written("tfjs", path) for path in files), f"kernels in {storage}", comparison)


def _first_that_holds(attempts: Iterator[Converted]) -> Converted:
    """Attempts are made one by one, cheapest first. The last one stands if none holds: the caller sees
    its comparison and refuses."""
    attempt = next(attempts)
    while not attempt.comparison.holds:
        following = next(attempts, None)
        if following is None:
            break
        attempt = following
    return attempt
