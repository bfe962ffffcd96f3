"""The linear head: against sklearn's where it is learned anew, and what an earlier one holds."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.linear_head import SHRINKAGE, Earlier, Head, in_units, learn, standardise

FEATURES = 12
Data = tuple[NDArray[np.float32], NDArray[np.float32]]


def drawn(seed: int, count: int, kernel: NDArray[np.float64]) -> Data:
    """Standardised features, and labels that follow `kernel`."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(count, FEATURES)).astype(np.float32)
    y = (rng.random(count) < 1 / (1 + np.exp(-x @ kernel))).astype(np.float32)
    return x, y


def logits(head: Head, x: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(x @ head.kernel + head.bias)


KERNEL = np.linspace(-1, 1, FEATURES)


def test_learned_anew_it_is_sklearns_logistic_regression() -> None:
    x, y = drawn(0, 4000, KERNEL)
    wanted = LogisticRegression(C=1 / SHRINKAGE, max_iter=500, tol=1e-8).fit(x, y)
    head = learn(x, y)
    assert head.kernel == pytest.approx(wanted.coef_[0], abs=2e-3)
    assert head.bias == pytest.approx(wanted.intercept_[0], abs=2e-3)


def test_going_on_comes_close_to_learning_from_all_at_once() -> None:
    """Two halves whose features differ in their use: the second alone would forget the first."""
    first, second = drawn(1, 20_000, KERNEL), drawn(2, 20_000, KERNEL + 0.3)
    at_once = learn(np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]]))
    gone_on = learn(*second, Earlier(learn(*first), len(first[0])))
    alone = learn(*second)
    off, forgot = (np.abs(head.kernel - at_once.kernel).mean() for head in (gone_on, alone))
    assert off < forgot / 4


def test_a_few_corrections_move_what_they_speak_of_and_little_else() -> None:
    """Twenty pictures that stand out in feature 0 alone, all of them called wrongly so far."""
    x, y = drawn(3, 20_000, KERNEL)
    earlier = Earlier(learn(x, y), len(x))
    wrong = np.tile(np.eye(1, FEATURES, dtype=np.float32) * 6, (20, 1))
    labels = (logits(earlier.head, wrong) < 0).astype(np.float32)
    head = learn(wrong, labels, earlier)
    assert (abs(logits(head, wrong)) < abs(logits(earlier.head, wrong))).all()
    assert head.kernel[1:] == pytest.approx(earlier.head.kernel[1:], abs=1e-3)


def test_a_head_is_the_same_in_standardised_units() -> None:
    x, _ = drawn(4, 50, KERNEL)
    x = x * 7 + 3
    head, raw = Head(KERNEL, 0.25), logits(Head(KERNEL, 0.25), x)
    mean, variance = standardise(x, 1e-3)
    assert x.mean(0) == pytest.approx(np.zeros(FEATURES), abs=1e-5)
    moved = in_units(head, mean, np.sqrt(variance + np.float32(1e-3)))
    assert logits(moved, x) == pytest.approx(raw, abs=1e-4)
