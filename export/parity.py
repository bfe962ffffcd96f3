"""Does every format say what Keras says? Each runs for real, on the same pictures.

In: the trained network, a written file, views (uint8 [n, h, w, 3]). Out: a `Comparison`. Probabilities
are compared as verdicts use them: through model.json's calibration, in its strictest regime.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from backend import calibration
from backend.contract import ModelJson, Runtime
from backend.session import Session
from export.graph import named_outputs
from export.pictures import Views
from export.tfjs_node import TfjsNode

Logits = NDArray[np.float32]  # [n]

BATCH = 8

# float32 through three libraries differs by 1e-5; a wrong channel order, padding or epsilon by 1e-2.
EXACT = 1e-3
# 8 bits: mean over real views. A picture has three views, whose errors partly cancel, and the unsure
# zone between the thresholds is several times as wide. What int8 did to EfficientNet-Lite2: 0.008, with its
# first 22 convolutions in float; 0.03, allowed before, left all but one in 8 bits and was no faster.
INT8_MEAN = 0.012
# 16 bits: mean over the golden and some real views. What they did to the shipped MobileNetV2: 0.003 (0.013 in
# logits, whether its head stays in float or not); to one with random weights: 0.013.
FP16_MEAN = 0.02
BOUNDS: dict[Runtime, float] = {"onnx-int8": INT8_MEAN, "onnx-fp16": FP16_MEAN}
# One cell is a fiftieth of a logit, and its colour in the evidence map is no verdict.
CELLS = 1e-2


@dataclass(frozen=True, slots=True)
class Scores:
    """What a format says about the views."""

    logits: Logits  # n
    cells: NDArray[np.float32] | None  # n, h * w


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a format's probabilities are from Keras', and what is allowed."""

    runtime: Runtime
    views: int
    mean: float
    largest: float
    correlation: float  # of the logits
    cells: float  # largest difference of a cell's probability, 0 without cells
    bound: float

    @property
    def judged(self) -> float:
        """The number that is held against the bound."""
        return self.mean if self.is_rounded else self.largest

    @property
    def is_rounded(self) -> bool:
        """A format that trades exactness for speed."""
        return self.runtime in BOUNDS

    @property
    def holds(self) -> bool:
        cells_hold = self.is_rounded or self.cells <= CELLS
        return self.judged <= self.bound and cells_hold  # False for NaN


def keras_scores(network: keras.Model, views: Views, model: ModelJson) -> Scores:
    """The reference: the network as it was trained, in float32."""
    found = [
        named_outputs(network(views[start : start + BATCH].astype(np.float32), training=False), model)
        for start in range(0, len(views), BATCH)
    ]
    joined = {name: np.concatenate([np.asarray(batch[name]) for batch in found]) for name in found[0]}
    return _scores(joined, len(views), model)


def onnx_scores(file: Path, views: Views, model: ModelJson) -> Scores:
    """Through the backend's own session, in batches of another size than the last one's."""
    session = Session(file, model)
    batches = [session.run(views[start : start + BATCH]) for start in range(0, len(views), BATCH)]
    cells = [found.reshape(len(found), -1) for _, found in batches if found is not None]
    return Scores(np.concatenate([logits for logits, _ in batches]), np.concatenate(cells) if cells else None)


def tfjs_scores(folder: Path, views: Views, model: ModelJson) -> Scores:
    """In node with the wasm backend. Raises ToolMissing without node or the extension's packages."""
    with TfjsNode(folder, model) as node:
        return _scores(node.run(views), len(views), model)


def compare(runtime: Runtime, expected: Scores, found: Scores, model: ModelJson) -> Comparison:
    """Differences of the probability of fake, over all views, in the regime where they are largest."""
    differences = np.max(
        [
            np.abs(_probabilities(expected.logits, index, model) - _probabilities(found.logits, index, model))
            for index in range(len(model.calibration))
        ],
        axis=0,
    )
    return Comparison(
        runtime=runtime,
        views=len(expected.logits),
        mean=float(differences.mean()),
        largest=float(differences.max()),
        correlation=float(np.corrcoef(expected.logits, found.logits)[0, 1]),
        cells=_cells_difference(expected, found),
        bound=BOUNDS.get(runtime, EXACT),
    )


def _scores(outputs: dict[str, NDArray[np.float32]], count: int, model: ModelJson) -> Scores:
    cells = outputs[model.output.cells].reshape(count, -1) if model.output.cells else None
    return Scores(outputs[model.output.logit].reshape(count), cells)


def _cells_difference(expected: Scores, found: Scores) -> float:
    if expected.cells is None or found.cells is None:
        return 0.0 if expected.cells is found.cells else math.inf
    return float(np.abs(_sigmoid(expected.cells) - _sigmoid(found.cells)).max())


def _sigmoid(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return 0.5 * (1 + np.tanh(0.5 * values.astype(np.float64)))


def _probabilities(logits: Logits, index: int, model: ModelJson) -> NDArray[np.float64]:
    regime = model.calibration[index].regime
    return np.array([calibration.probability(float(logit), regime, model) for logit in logits])
