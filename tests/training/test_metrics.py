"""Figures against values worked out by hand, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, mean_squared_error, roc_auc_score

from training.errors import DataError
from training.metrics import as_json, measure, roc_auc, share

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1], np.intp)
PROBABILITIES = np.array([0.1, 0.2, 0.4, 0.6, 0.3, 0.5, 0.8, 0.9])
CATEGORIES = np.array(["cat", "dog"] * 4)


def test_figures_are_those_worked_out_by_hand() -> None:
    found = measure(LABELS, PROBABILITIES, CATEGORIES)
    assert found.confusion_matrix == [[3, 1], [1, 3]]  # 0.5 is called fake
    assert (found.accuracy.value, found.precision, found.recall, found.f1) == (0.75, 0.75, 0.75, 0.75)
    # squares: .01 .04 .16 .36 .49 .25 .04 .01
    assert found.mse == pytest.approx(0.17)
    assert found.rmse == pytest.approx(0.17**0.5)
    # of 16 pairs the fake is higher in all but (.3, .4), (.3, .6), (.5, .6)
    assert found.roc_auc is not None
    assert found.roc_auc.value == 13 / 16
    assert {name: value.value for name, value in found.accuracy_per_class.items()} == {
        "real": 0.75, "fake": 0.75,
    }  # fmt: skip
    assert {name: value.value for name, value in found.accuracy_per_category.items()} == {
        "cat": 0.75, "dog": 0.75,
    }  # fmt: skip


def test_figures_agree_with_scikit_learn_on_many_pictures() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 500)
    probabilities = np.clip(labels * 0.2 + rng.random(500) * 0.8, 0, 1)
    found = measure(labels, probabilities)
    assert found.mse == pytest.approx(mean_squared_error(labels, probabilities))
    assert found.f1 == pytest.approx(f1_score(labels, probabilities >= 0.5))
    assert found.roc_auc is not None
    assert found.roc_auc.value == pytest.approx(roc_auc_score(labels, probabilities))
    assert "macro avg" in found.classification_report
    assert found.accuracy_per_category == {}


def test_intervals_are_those_of_the_papers() -> None:
    # Wilson's for 8 of 10, as tables have it.
    found = share(np.array([True] * 8 + [False] * 2))
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    # Hanley and McNeil: A = .8125, Q1 = A / (2 - A) = .68421, Q2 = 2 A^2 / (1 + A) = .72845, so that
    # (A (1 - A) + 3 (Q1 - A^2) + 3 (Q2 - A^2)) / 16 = .026836, the square of .16382.
    area = roc_auc(LABELS, PROBABILITIES)
    assert area is not None
    assert area.low == pytest.approx(13 / 16 - 1.96 * 0.16382, abs=1e-4)
    assert area.high == 1.0


def test_one_class_alone_has_no_area() -> None:
    found = measure(np.ones(4, np.intp), np.full(4, 0.9))
    assert found.roc_auc is None
    assert as_json(found)["roc_auc"] is None
    assert found.confusion_matrix == [[0, 0], [0, 4]]


def test_nothing_held_out_is_refused() -> None:
    with pytest.raises(DataError):
        measure(np.array([], np.intp), np.array([]))
