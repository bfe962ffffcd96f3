"""The split: stratified, repeatable, or by source."""

import pytest

from tests.training.folders import made_up
from training.errors import DataError
from training.split import split


def test_labels_and_class_folders_have_the_same_shares_on_both_sides() -> None:
    samples = made_up({(0, "a", "cat"): 60, (1, "a", "cat"): 40, (0, "a", "dog"): 30, (1, "a", "dog"): 20})
    parts = split(samples, 0.2, seed=1)
    held_out = [(sample.label, sample.category) for sample in parts.held_out]
    assert {group: held_out.count(group) for group in sorted(set(held_out))} == {
        (0, "cat"): 12, (0, "dog"): 6, (1, "cat"): 8, (1, "dog"): 4,
    }  # fmt: skip
    assert len(parts.train) == 120
    assert not set(parts.train) & set(parts.held_out)


def test_a_rare_class_folder_does_not_prevent_the_split() -> None:
    parts = split(made_up({(0, "a", "cat"): 20, (1, "a", "cat"): 19, (1, "a", "rare"): 1}), 0.2, seed=1)
    assert [sum(sample.label == label for sample in parts.held_out) for label in (0, 1)] == [4, 4]


def test_the_seed_decides() -> None:
    samples = made_up({(0, "a", "all"): 50, (1, "a", "all"): 50})
    assert split(samples, 0.2, seed=1) == split(samples, 0.2, seed=1)
    assert split(samples, 0.2, seed=1) != split(samples, 0.2, seed=2)


@pytest.mark.parametrize("seed", range(4))
def test_a_source_lies_wholly_on_one_side(seed: int) -> None:
    counts = {(label, f"source{number}", "all"): 4 + number for number in range(10) for label in (0, 1)}
    parts = split(made_up(counts), 0.2, seed, by_source=True)
    assert not {sample.source for sample in parts.train} & {sample.source for sample in parts.held_out}
    assert {sample.label for sample in parts.held_out} == {0, 1}
    assert 0.1 < len(parts.held_out) / sum(counts.values()) < 0.3  # sources are of unlike size


@pytest.mark.parametrize(
    ("counts", "by_source", "says"),
    [
        pytest.param({(0, "a", "all"): 9, (1, "a", "all"): 3}, False, "only 3 fake pictures", id="few"),
        pytest.param({(0, "a", "all"): 9, (1, "a", "all"): 9}, True, "of the source a", id="one source"),
        pytest.param({(0, "a", "all"): 9, (1, "b", "all"): 9}, True, "cannot be split", id="a source each"),
    ],
)
def test_too_little_is_refused(counts: dict[tuple[int, str, str], int], by_source: bool, says: str) -> None:
    with pytest.raises(DataError, match=says):
        split(made_up(counts), 0.2, 0, by_source)
