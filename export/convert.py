"""The steps of an export, in order: fold, write each format, prove that it says what Keras says.

In: a run and views of real pictures. Out: files in a folder, and how far each is from Keras. Where a
format can be made smaller or faster at the cost of exactness, the cheapest way that holds is taken. From a
folder that was exported before come the formats that are made of its float32 ONNX file, held to that file.
"""

import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.contract import ModelJson, Runtime
from export import half, parity, quantise, to_onnx, to_tfjs
from export.graph import as_float32, folded, scoring
from export.package import Exported, Run, Written
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
class Float32:
    """A float32 ONNX file, and what the network that it comes from says about views."""

    file: Path
    model: ModelJson
    scores: Callable[[Views], Scores]


@dataclass(frozen=True, slots=True)
class Reference:
    """Views, and what the network says about them."""

    views: Views
    scores: Scores


def convert(
    run: Run, folder: Path, real: Views | None, runtimes: Collection[Runtime], say: Callable[[str], None]
) -> list[Converted]:
    """Writes `runtimes` into `folder`. `real` may be None where int8 is not wanted."""
    model, trained = run.model, as_float32(run.network)
    say("folding BatchNorm")
    network = folded(run.network)
    score = scoring(network, model)
    done = []
    with tempfile.TemporaryDirectory() as work:
        say("ONNX, float32")
        file = Path(work) / ONNX
        to_onnx.write_onnx(score, model, file)
        float32 = Float32(file, model, lambda views: parity.keras_scores(trained, views, model))
        exact = _exact(float32, real)
        if "onnx" in runtimes:
            done.append(_onnx(float32, folder, exact))
        done += _smaller(float32, folder, real, exact, runtimes, say)
        if "tfjs" in runtimes:
            say("TF.js")
            graph = to_tfjs.write_float32(score, network, Path(work))
            done.append(_first_that_holds(_tfjs_attempts(run, graph, folder, exact)))
    return done


def convert_exported(
    exported: Exported,
    folder: Path,
    real: Views | None,
    runtimes: Collection[Runtime],
    say: Callable[[str], None],
) -> list[Converted]:
    """The same for `onnx-fp16` and `onnx-int8`, of the float32 file of an exported folder."""
    model, file = exported.model, exported.onnx
    float32 = Float32(file, model, lambda views: parity.onnx_scores(file, views, model))
    return _smaller(float32, folder, real, _exact(float32, real), runtimes, say)


def _exact(float32: Float32, real: Views | None) -> Reference:
    size = float32.model.input
    golden = golden_views(size.height, size.width)
    views = golden if real is None else np.concatenate([golden, real[:REAL_VIEWS_FOR_EXACT]])
    return Reference(views, float32.scores(views))


def _smaller(
    float32: Float32,
    folder: Path,
    real: Views | None,
    exact: Reference,
    runtimes: Collection[Runtime],
    say: Callable[[str], None],
) -> list[Converted]:
    """The formats that are made of the float32 file."""
    done = []
    if "onnx-fp16" in runtimes:
        say("ONNX, float16")
        done.append(_fp16(float32, folder, exact))
    if "onnx-int8" in runtimes and real is not None:
        say("ONNX, int8")
        done.append(_first_that_holds(_int8_attempts(float32, folder, real)))
    return done


def _onnx(float32: Float32, folder: Path, exact: Reference) -> Converted:
    path = folder / ONNX
    path.write_bytes(float32.file.read_bytes())
    return Converted((Written("onnx", path),), "float32", _compared("onnx", path, float32.model, exact))


def _fp16(float32: Float32, folder: Path, exact: Reference) -> Converted:
    path = folder / FP16
    half.write_fp16(float32.file, path)
    comparison = _compared("onnx-fp16", path, float32.model, exact)
    return Converted((Written("onnx-fp16", path),), "float16", comparison)


def _int8_attempts(float32: Float32, folder: Path, real: Views) -> Iterator[Converted]:
    """Ranges come from three quarters of the views; the others judge."""
    judging = np.arange(len(real)) % 4 == 3
    reference, path = Reference(real[judging], float32.scores(real[judging])), folder / INT8
    for plan in quantise.PLANS:
        quantise.write_int8(float32.file, real[~judging], path, plan)
        comparison = _compared("onnx-int8", path, float32.model, reference)
        yield Converted((Written("onnx-int8", path),), str(plan), comparison)


def _compared(runtime: Runtime, path: Path, model: ModelJson, reference: Reference) -> Comparison:
    found = parity.onnx_scores(path, reference.views, model)
    return parity.compare(runtime, reference.scores, found, model)


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
