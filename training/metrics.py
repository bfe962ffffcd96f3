"""The figures of the paper's report: accuracy, precision, recall, F1, errors, ROC, per class. Pure.

In: labels and probabilities of fake, arrays of n pictures. Out: `Metrics`. Intervals are 95%: Wilson's for
a share (Wilson, 1927), Hanley's and McNeil's for the area under the curve (Radiology 143, 1982).
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    classification_report,
    confusion_matrix,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)

from training.errors import DataError

NAMES = ("real", "fake")  # by label
CUT = 0.5  # the paper's: a probability from here on is called fake
Z = 1.959964  # of a two-sided 95% interval


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `pictures`, with its interval."""

    value: float
    low: float
    high: float
    pictures: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """How well n pictures were told apart at `CUT`."""

    pictures: int
    accuracy: Share
    precision: float  # of fake
    recall: float  # of fake
    f1: float  # of fake
    mse: float  # of the probability against the label
    rmse: float
    roc_auc: Share | None  # None where one class is missing
    confusion_matrix: list[list[int]]  # [[real as real, real as fake], [fake as real, fake as fake]]
    accuracy_per_class: dict[str, Share]  # real, fake
    accuracy_per_category: dict[str, Share]  # by class folder: airplane, ...; empty for a single one
    classification_report: str  # scikit-learn's text


def measure(
    labels: NDArray[np.intp], probabilities: NDArray[np.float64], categories: NDArray[np.str_] | None = None
) -> Metrics:
    """Labels [n] (0 real, 1 fake), probabilities [n] of fake, class folders [n]."""
    if len(labels) == 0:
        raise DataError("No picture was held out, so nothing can be measured.")
    called = (probabilities >= CUT).astype(np.intp)
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, called, average="binary", zero_division=0
    )
    squared = float(np.mean((probabilities - labels) ** 2))
    return Metrics(
        pictures=len(labels),
        accuracy=share(called == labels),
        precision=float(precision),
        recall=float(recall),
        f1=float(f1),
        mse=squared,
        rmse=float(np.sqrt(squared)),
        roc_auc=roc_auc(labels, probabilities),
        confusion_matrix=confusion_matrix(labels, called, labels=[0, 1]).tolist(),
        accuracy_per_class=_by(called == labels, np.array(NAMES)[labels]),
        accuracy_per_category=_by(called == labels, categories) if _several(categories) else {},
        classification_report=classification_report(
            labels, called, labels=[0, 1], target_names=NAMES, digits=3, zero_division=0
        ),
    )


def share(hits: NDArray[np.bool_]) -> Share:
    """Part of `hits` [n] that is true, with Wilson's interval."""
    count = len(hits)
    value = float(np.mean(hits))
    middle = (value + Z**2 / (2 * count)) / (1 + Z**2 / count)
    reach = Z / (1 + Z**2 / count) * float(np.sqrt(value * (1 - value) / count + Z**2 / (4 * count**2)))
    return Share(value, max(0.0, middle - reach), min(1.0, middle + reach), count)


def roc_auc(labels: NDArray[np.intp], probabilities: NDArray[np.float64]) -> Share | None:
    """Area under the ROC curve with Hanley's and McNeil's interval; None where a class is missing."""
    fakes = int(labels.sum())
    reals = len(labels) - fakes
    if not fakes or not reals:
        return None
    area = float(roc_auc_score(labels, probabilities))
    variance = (
        area * (1 - area)
        + (fakes - 1) * (area / (2 - area) - area**2)
        + (reals - 1) * (2 * area**2 / (1 + area) - area**2)
    ) / (fakes * reals)
    reach = Z * float(np.sqrt(max(0.0, variance)))
    return Share(area, max(0.0, area - reach), min(1.0, area + reach), len(labels))


def roc(
    labels: NDArray[np.intp], probabilities: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False alarm rates and recalls [points] of the ROC curve."""
    false_alarms, recalls, _ = roc_curve(labels, probabilities)
    return false_alarms, recalls


def as_json(metrics: Metrics) -> dict[str, Any]:
    """For metrics.json; numbers of shares stand beside their intervals."""
    return _rounded(dataclasses.asdict(metrics))  # type: ignore[no-any-return]


def _by(hits: NDArray[np.bool_], groups: NDArray[np.str_] | None) -> dict[str, Share]:
    if groups is None:
        return {}
    return {str(name): share(hits[groups == name]) for name in sorted(set(groups.tolist()), key=_order)}


def _order(name: str) -> tuple[int, str]:
    """real before fake, others by name."""
    return (NAMES.index(name), name) if name in NAMES else (len(NAMES), name)


def _several(categories: NDArray[np.str_] | None) -> bool:
    return categories is not None and len(set(categories.tolist())) > 1


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_rounded(entry) for entry in value]
    return round(value, 6) if isinstance(value, float) else value
