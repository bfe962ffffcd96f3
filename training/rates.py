"""Figures of a detector from its scores: AUC, error rates, what was decided, each with its interval. Pure.

In: `Scores`, arrays of n pictures. Out: plain numbers, None where a class is missing.
Intervals are 95% bootstraps over *sources*: pictures of one source rise and fall together, so that
drawing single pictures would promise more than is known.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

DRAWS = 300
FEWEST_OF_A_SOURCE = 20  # pictures: below, a single error is over 5%
BINS = 10  # of the calibration error


@dataclass(frozen=True, slots=True)
class Scores:
    """What a detector said of n pictures."""

    labels: NDArray[np.intp]  # [n], 0 real, 1 fake
    probabilities: NDArray[np.float64]  # [n], of fake, 0..1
    verdicts: NDArray[np.str_]  # [n]: fake, real, unsure
    sources: NDArray[np.str_]  # [n]

    def __len__(self) -> int:
        return len(self.labels)

    def pick(self, rows: NDArray[Any]) -> "Scores":
        """The rows of an index or mask."""
        return Scores(self.labels[rows], self.probabilities[rows], self.verdicts[rows], self.sources[rows])


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95% interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


def auc(s: Scores) -> float | None:
    """Area under the ROC curve."""
    return float(roc_auc_score(s.labels, s.probabilities)) if _both(s) else None


def average_precision(s: Scores) -> float | None:
    return float(average_precision_score(s.labels, s.probabilities)) if _both(s) else None


def false_alarm_rate(s: Scores) -> float | None:
    """Share of reals that were called fake."""
    return _share(s.verdicts[s.labels == 0] == "fake")


def recall(s: Scores) -> float | None:
    """Share of fakes that were called fake."""
    return _share(s.verdicts[s.labels == 1] == "fake")


def missed_rate(s: Scores) -> float | None:
    """Share of fakes that were called real."""
    return _share(s.verdicts[s.labels == 1] == "real")


def decided_share(s: Scores) -> float | None:
    """Share of pictures that are not `unsure`."""
    return _share(s.verdicts != "unsure")


def decided_accuracy(s: Scores) -> float | None:
    """Share of right words among those that are not `unsure`."""
    decided = s.pick(s.verdicts != "unsure")
    return _share((decided.verdicts == "fake") == (decided.labels == 1))


def balanced_accuracy(s: Scores) -> float | None:
    """Mean of both classes' accuracies at a probability of one half, without `unsure`."""
    if not _both(s):
        return None
    right = (s.probabilities >= 0.5) == (s.labels == 1)
    return float(np.mean([right[s.labels == label].mean() for label in (0, 1)]))


def calibration_error(s: Scores) -> float | None:
    """Expected calibration error: |mean probability - share of fakes| over ten bins, weighted."""
    if not len(s):
        return None
    bins = np.minimum((s.probabilities * BINS).astype(int), BINS - 1)
    gaps = [
        (bins == number).mean()
        * abs(s.probabilities[bins == number].mean() - s.labels[bins == number].mean())
        for number in np.unique(bins)
    ]
    return float(np.sum(gaps))


MEASURES: dict[str, Callable[[Scores], float | None]] = {
    "auc": auc,
    "average_precision": average_precision,
    "balanced_accuracy": balanced_accuracy,
    "false_alarm_rate": false_alarm_rate,
    "recall": recall,
    "missed_rate": missed_rate,
    "decided_share": decided_share,
    "decided_accuracy": decided_accuracy,
    "calibration_error": calibration_error,
}


def figures(
    s: Scores, seed: int = 0, draws: int = DRAWS, names: Iterable[str] = tuple(MEASURES)
) -> dict[str, Figure]:
    """The measures named, each with its interval."""
    drawn = [s.pick(rows) for rows in _resamples(s, seed, draws)]
    found = {}
    for name in names:
        measure = MEASURES[name]
        values = [value for sample in drawn if (value := measure(sample)) is not None]
        low, high = np.quantile(values, [0.025, 0.975]) if values else (None, None)
        found[name] = Figure(
            measure(s), None if low is None else float(low), None if high is None else float(high)
        )
    return found


def worst_source(
    s: Scores, label: int, word: str, fewest: int = FEWEST_OF_A_SOURCE
) -> tuple[str, float] | None:
    """The source of a class with the highest share of `word`, among those with enough pictures."""
    shares = {
        str(name): float((s.verdicts[rows] == word).mean())
        for name in np.unique(s.sources[s.labels == label])
        if (rows := (s.sources == name) & (s.labels == label)).sum() >= fewest
    }
    return max(shares.items(), key=lambda item: item[1]) if shares else None


def _resamples(s: Scores, seed: int, draws: int) -> list[NDArray[np.intp]]:
    """Rows of bootstrap samples: sources are drawn with replacement within each class."""
    rng = np.random.default_rng(seed)
    groups = [
        [
            np.flatnonzero((s.sources == name) & (s.labels == label))
            for name in np.unique(s.sources[s.labels == label])
        ]
        for label in (0, 1)
    ]
    return (
        [
            np.concatenate(
                [
                    group[place]
                    for group in groups
                    if group
                    for place in rng.integers(len(group), size=len(group))
                ]
            )
            for _ in range(draws)
        ]
        if len(s)
        else []
    )


def _both(s: Scores) -> bool:
    return bool((s.labels == 0).any() and (s.labels == 1).any())


def _share(hits: NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if len(hits) else None
