"""Logits to probabilities to words, by the numbers of model.json. Pure."""

import math
from typing import Protocol

from backend.contract import ModelJson, Regime, Verdict

LOSSLESS_QUALITY = 100


class Compressed(Protocol):
    """What the regime of a picture depends on."""

    @property
    def long_side(self) -> int: ...  # px

    @property
    def jpeg_quality(self) -> int | None: ...  # 1..100; None where not a JPEG


def regime(picture: Compressed, model: ModelJson) -> Regime:
    """The compression regime of a picture: the first rule of model.json that holds."""
    quality = LOSSLESS_QUALITY if picture.jpeg_quality is None else picture.jpeg_quality
    for rule in model.regimes:
        small_enough = rule.max_long_side is None or picture.long_side <= rule.max_long_side
        poor_enough = rule.max_jpeg_quality is None or quality <= rule.max_jpeg_quality
        if small_enough and poor_enough:
            return rule.regime
    raise AssertionError("model.json was checked: its last rule has no condition")


def probability(logit: float, of: Regime, model: ModelJson) -> float:
    """Calibrated probability of fake, 0 to 1."""
    values = next(entry for entry in model.calibration if entry.regime == of)
    return sigmoid(logit / values.temperature + values.bias)


def word(probability_of_fake: float, model: ModelJson) -> Verdict:
    """`fake` and `real` only where the thresholds hold their error rates; between them `unsure`."""
    if probability_of_fake >= model.thresholds.fake:
        return "fake"
    if probability_of_fake <= model.thresholds.real:
        return "real"
    return "unsure"


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
