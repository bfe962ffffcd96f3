"""Can the label be told from the files alone, without looking at the pictures?

    python -m training.leak_probe --data DIR

In: encoded pictures with labels and sources. Out: the cross-validated AUC of a classifier that sees only
size, shape, bytes per pixel, format, quantisation tables and chroma subsampling. Near 0.5 the files are
alike; above `TELLING` a network may learn the history of the files instead of what makes a picture fake.
`probe_folder` asks this of the pictures as they are, `probe_pipeline` of what training makes of them.
"""

import argparse
import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from training.crops import Crops, Sample
from training.errors import DataError, TrainingError
from training.gather import gather

TELLING = 0.6  # AUC
FOLDS = 5
ROUNDS = 3  # of cross-validation, each with other folds: single ones differ by several hundredths
TREES = 100
DRAWS = 400  # of the bootstrap
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP")


@dataclass(frozen=True, slots=True)
class LeakProbe:
    """How well file properties tell the label; the interval is a 95% bootstrap over sources."""

    auc: float
    low: float
    high: float
    n: int  # files


def probe_folder(samples: Sequence[Sample], seed: int) -> LeakProbe:
    """The files as they lie in the folder."""
    files = [sample.path.read_bytes() for sample in samples]
    return probe(files, np.array([s.label for s in samples]), [s.source for s in samples], seed)


def probe_pipeline(crops: Crops, count: int, seed: int) -> LeakProbe:
    """The files of the first `count` draws, as far as the crops show their size."""
    drawn = [crops.encoded(number) for number in range(count)]
    sources = [crops.samples[file.index].source for file in drawn]
    labels = np.array([file.label for file in drawn])
    return probe([file.data for file in drawn], labels, sources, seed, side=crops.side)


def probe(
    files: Sequence[bytes],
    labels: NDArray[np.intp],
    sources: Sequence[str],
    seed: int,
    side: int | None = None,
) -> LeakProbe:
    """Cross-validated so that no source is both learned from and scored; by picture where a class has
    one source only. `side` is that of the crops, where the network sees no more of a file's size.

    Raises DataError where a class has fewer than two files.
    """
    real, fake = np.bincount(labels, minlength=2)
    if min(real, fake) < 2:
        raise DataError(f"The leak probe needs two pictures of each class, got {real} real and {fake} fake.")
    rows = np.stack([properties(data, side) for data in files])
    groups = np.unique(np.array(sources), return_inverse=True)[1]
    scores = _out_of_fold(rows, labels, groups, seed)
    low, high = _interval(labels, scores, groups, seed)
    return LeakProbe(float(roc_auc_score(labels, scores)), low, high, len(files))


def warning(found: LeakProbe) -> str | None:
    """What to tell the user; None where there is nothing to warn of."""
    if found.auc <= TELLING:
        return None
    return (
        f"The labels can be told from file properties alone: size, format and compression give them away "
        f"with an AUC of {found.auc:.2f} ({found.low:.2f} to {found.high:.2f}; 0.5 is chance). The model may "
        f"learn these instead of what makes a picture fake, and fail on other pictures. Give real and fake "
        f"pictures of the same formats, sizes and qualities, from more sources of each."
    )


def properties(data: bytes, side: int | None = None) -> NDArray[np.float64]:
    """What a file tells without its pixels being decoded: one row for the classifier."""
    image = Image.open(io.BytesIO(data))
    width, height = image.width, image.height
    seen = (width, height) if side is None else (min(width, side), min(height, side))
    is_format = [float(image.format == name) for name in FORMATS]
    return np.array(
        [*seen, seen[0] / seen[1], len(data) / (width * height), *is_format, *_compression(image)], np.float64
    )


def _compression(image: Image.Image) -> list[float]:
    """Luma and chroma table: mean, first, last entry; then Pillow's code of the chroma subsampling."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return [0.0] * 6 + [-2.0]
    tables = [image.quantization[key] for key in sorted(image.quantization)]
    summary = [value for table in (tables[0], tables[-1]) for value in (np.mean(table), table[0], table[-1])]
    return [float(value) for value in (*summary, JpegImagePlugin.get_sampling(image))]


def _out_of_fold(
    rows: NDArray[np.float64], labels: NDArray[np.intp], groups: NDArray[np.intp], seed: int
) -> NDArray[np.float64]:
    """Each file's score by classifiers that saw nothing of its source, mean of the rounds."""
    scores = np.zeros(len(labels))
    sources = _fewest_sources(labels, groups)
    for turn in range(ROUNDS):
        if sources > 1:
            grouped = StratifiedGroupKFold(min(FOLDS, sources), shuffle=True, random_state=seed + turn)
            parts = grouped.split(rows, labels, groups)
        else:
            single = StratifiedKFold(min(FOLDS, *np.bincount(labels)), shuffle=True, random_state=seed + turn)
            parts = single.split(rows, labels)
        for learned, scored in parts:
            forest = RandomForestClassifier(
                TREES, min_samples_leaf=5, class_weight="balanced", random_state=seed + turn
            )
            forest.fit(rows[learned], labels[learned])
            scores[scored] += _fake(forest, rows[scored]) / ROUNDS
    return scores


def _fake(forest: RandomForestClassifier, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of fake; a fold whose sources leave one class only has nothing to say."""
    if len(forest.classes_) < 2:
        return np.full(len(rows), 0.5)
    return np.asarray(forest.predict_proba(rows)[:, 1])


def _interval(
    labels: NDArray[np.intp], scores: NDArray[np.float64], groups: NDArray[np.intp], seed: int
) -> tuple[float, float]:
    """Whole sources are drawn within each class: files of one source rise and fall together."""
    units = groups if _fewest_sources(labels, groups) > 1 else np.arange(len(labels))
    members = [
        [np.flatnonzero((units == unit) & (labels == label)) for unit in np.unique(units[labels == label])]
        for label in (0, 1)
    ]
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(DRAWS):
        drawn = np.concatenate(
            [
                of_class[place]
                for of_class in members
                for place in rng.integers(len(of_class), size=len(of_class))
            ]
        )
        found.append(roc_auc_score(labels[drawn], scores[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _fewest_sources(labels: NDArray[np.intp], groups: NDArray[np.intp]) -> int:
    return min(len(np.unique(groups[labels == label])) for label in (0, 1))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    found.add_argument(
        "--data", type=Path, nargs="+", required=True, help="folders that hold real/ and fake/"
    )
    found.add_argument("--draws", type=int, default=4000, help="crops of the pipeline to probe")
    found.add_argument("--side", type=int, default=128, help="of the crops, px")
    found.add_argument("--seed", type=int, default=1)
    return found


def main(arguments: Iterable[str] | None = None) -> int:
    chosen = parser().parse_args(None if arguments is None else list(arguments))
    try:
        samples = gather(chosen.data).samples
        crops = Crops(samples, chosen.side, chosen.seed)
        plain = probe_folder(samples, chosen.seed)
        print(_line("as they are", plain), flush=True)
        laundered = probe_pipeline(crops, chosen.draws, chosen.seed)
        print(_line("as training sees them", laundered))
    except TrainingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if (text := warning(laundered)) is not None:
        print(f"warning: {text}")
    return 0


def _line(what: str, found: LeakProbe) -> str:
    return f"{what}: AUC {found.auc:.3f} ({found.low:.3f} to {found.high:.3f}) from {found.n} files"


if __name__ == "__main__":
    sys.exit(main())
