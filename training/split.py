"""Samples to a training and a held-out part. Pure.

By default a stratified draw of pictures, as the paper does; `by_source` keeps every source wholly on one
side, which measures what happens with pictures from elsewhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, train_test_split

from training.errors import DataError
from training.gather import LABELS, Sample

FEWEST = 5  # pictures of a class: below, a fifth of them is less than one


@dataclass(frozen=True, slots=True)
class Split:
    """What is learned from, and what is measured on."""

    train: tuple[Sample, ...]
    held_out: tuple[Sample, ...]


def split(samples: Sequence[Sample], share: float, seed: int, by_source: bool = False) -> Split:
    """`share` of the samples is held out. The same for the same seed. Raises DataError."""
    _require_enough(samples)
    held_out = _sources_held_out(samples, share, seed) if by_source else _drawn(samples, share, seed)
    chosen = set(held_out.tolist())
    return Split(
        tuple(sample for index, sample in enumerate(samples) if index not in chosen),
        tuple(sample for index, sample in enumerate(samples) if index in chosen),
    )


def _drawn(samples: Sequence[Sample], share: float, seed: int) -> NDArray[np.intp]:
    """Indices held out; label and class folder have the same shares on both sides."""
    groups = [(sample.label, sample.category) for sample in samples]
    counts = Counter(groups)
    held_out_count = share * len(samples)
    # scikit-learn wants two of each group and room for each on both sides.
    fine = min(counts.values()) >= FEWEST and held_out_count >= len(counts)
    strata = [str(group) for group in groups] if fine else [str(sample.label) for sample in samples]
    _, held_out = train_test_split(
        np.arange(len(samples)), test_size=share, random_state=seed, stratify=strata
    )
    return np.asarray(held_out, np.intp)


def _sources_held_out(samples: Sequence[Sample], share: float, seed: int) -> NDArray[np.intp]:
    """Indices held out: of the folds that leave both classes on both sides, the one nearest to `share`."""
    labels = np.array([sample.label for sample in samples])
    # By name alone: real and fake pictures of one source often show the same things.
    sources = np.array([sample.source for sample in samples])
    folds = min(round(1 / share), len(set(sources.tolist())))
    if folds < 2:
        raise DataError(
            f"--split-by-source: all {len(samples)} pictures are of the source {sources[0]}. Sort them into "
            f"real/SOURCE/ and fake/SOURCE/, or leave the option out."
        )
    folder = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    found = [held_out for _, held_out in folder.split(labels, labels, sources)]
    usable = [held_out for held_out in found if _both_sides(labels, held_out)]
    if not usable:
        raise DataError(
            f"--split-by-source: {len(set(sources.tolist()))} sources cannot be split so that both sides "
            f"have real and fake pictures. Add sources, or leave the option out."
        )
    return min(usable, key=lambda held_out: abs(len(held_out) - share * len(samples)))


def _both_sides(labels: NDArray[np.intp], held_out: NDArray[np.intp]) -> bool:
    rest = np.delete(labels, held_out)
    return len(set(labels[held_out].tolist())) == 2 and len(set(rest.tolist())) == 2


def _require_enough(samples: Sequence[Sample]) -> None:
    counts = Counter(sample.label for sample in samples)
    for name, label in LABELS.items():
        if counts[label] < FEWEST:
            raise DataError(
                f"There are only {counts[label]} {name} pictures; at least {FEWEST} of each class are "
                f"needed, so that some can be held out."
            )
