"""Figures against values counted by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from training import rates
from training.rates import Scores

WORDS = {"f": "fake", "r": "real", "u": "unsure"}


def scores(labels: str, words: str, probabilities: list[float], sources: str = "") -> Scores:
    """`labels` of 0 and 1, `words` of f, r and u, one letter a picture."""
    return Scores(
        np.array([int(label) for label in labels]),
        np.array(probabilities),
        np.array([WORDS[word] for word in words]),
        np.array(list(sources or "a" * len(labels))),
    )


EXAMPLE = scores("000111", "rufffu", [0.1, 0.5, 0.9, 0.8, 0.95, 0.4])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (rates.false_alarm_rate, 1 / 3),
        (rates.recall, 2 / 3),
        (rates.missed_rate, 0.0),
        (rates.decided_share, 4 / 6),
        (rates.decided_accuracy, 3 / 4),
        (rates.auc, 6 / 9),
        (rates.average_precision, (1 + 2 / 3 + 3 / 5) / 3),  # fakes are first, third and fifth
        (rates.balanced_accuracy, (1 / 3 + 2 / 3) / 2),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_measures_are_those_counted_by_hand(measure, expected: float) -> None:  # type: ignore[no-untyped-def]
    assert measure(EXAMPLE) == pytest.approx(expected)


def test_average_precision_is_sklearns() -> None:
    rng = np.random.default_rng(0)
    labels, probabilities = rng.integers(0, 2, 40), rng.random(40).round(1)  # with ties
    sample = scores("".join(map(str, labels)), "u" * 40, list(probabilities))
    assert rates.average_precision(sample) == pytest.approx(average_precision_score(labels, probabilities))


def test_a_figure_without_its_class_is_none_not_zero() -> None:
    only_real = EXAMPLE.pick(EXAMPLE.labels == 0)
    assert rates.auc(only_real) is None
    assert rates.recall(only_real) is None
    assert rates.figures(only_real, draws=5)["auc"].value is None


def test_calibration_error_is_zero_where_probabilities_come_true() -> None:
    right = scores("0" * 8 + "1" * 2 + "1" * 8 + "0" * 2, "u" * 20, [0.2] * 10 + [0.8] * 10)
    assert rates.calibration_error(right) == pytest.approx(0, abs=1e-9)
    wrong = scores("1" * 10, "u" * 10, [0.2] * 10)
    assert rates.calibration_error(wrong) == pytest.approx(0.8)


def test_worst_source_passes_over_sources_that_are_too_small() -> None:
    sample = scores("0" * 23, "f" + "r" * 19 + "fff", [0.5] * 23, "a" * 20 + "b" * 3)
    assert rates.worst_source(sample, 0, "fake") == ("a", 1 / 20)
    assert rates.worst_source(sample, 1, "real") is None


def test_intervals_draw_sources_so_that_one_bad_source_widens_them() -> None:
    words = "r" * 90 + "f" * 10
    spread = scores("0" * 100, "".join(np.random.default_rng(0).permutation(list(words))), [0.5] * 100,
                    "".join(chr(97 + n % 10) for n in range(100)))  # fmt: skip
    clumped = scores("0" * 100, words, [0.5] * 100, "".join(chr(97 + n // 10) for n in range(100)))
    of_spread = rates.figures(spread)["false_alarm_rate"]
    of_clumped = rates.figures(clumped)["false_alarm_rate"]
    assert of_spread.value == of_clumped.value == pytest.approx(0.1)
    assert of_clumped.low == 0.0
    assert of_clumped.high is not None and of_spread.high is not None
    assert of_clumped.high > of_spread.high
