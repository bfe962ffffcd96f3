"""Folders of pictures to samples: which file is real, which is fake, where it came from.

In: folders that hold `real/` and `fake/`, at the top or inside class folders (`airplane/real`). Below
them, a sub-folder names the source (`real/SOURCE/0001.jpg`). Out: `Gathered`. A file that does not
decode is listed with its reason and skipped, never a crash; links are followed, loops once.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from backend.picture import ENDINGS
from training.errors import DataError

LABELS = {"real": 0, "fake": 1}
LAYOUT = """Candid learns from a folder like this (class folders and sources are optional):
    DIR/real/a.jpg              DIR/airplane/real/a.jpg
    DIR/real/SOURCE/b.jpg       DIR/airplane/fake/b.jpg
    DIR/fake/c.jpg"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture to learn from."""

    path: Path
    label: int  # 0 real, 1 fake
    source: str  # where it came from: the folder below real/ or fake/, else the folder above
    category: str  # the class folder, "all" where there is none


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a run learns from, in a stable order."""

    samples: tuple[Sample, ...]
    skipped: tuple[Skipped, ...]

    def count(self, label: int) -> int:
        return sum(sample.label == label for sample in self.samples)

    @property
    def sources(self) -> int:
        return len({(sample.label, sample.source) for sample in self.samples})


def unreadable(path: Path) -> str | None:
    """Why a file does not decode; None where it does. Decoding here once saves a crash in hour two."""
    try:
        with Image.open(path) as picture:
            picture.load()
    except Exception as error:  # Pillow's decoders raise many kinds on damaged files
        return f"{type(error).__name__}: {error}"
    return None


def gather(
    folders: Sequence[Path], threads: int = 4, check: Callable[[Path], str | None] = unreadable
) -> Gathered:
    """Every picture below `folders`; `check` says why a file is left out, None keeps it.

    Raises DataError where nothing can be learned from them.
    """
    found = listed(folders)
    with ThreadPoolExecutor(threads) as pool:
        reasons = list(pool.map(check, [sample.path for sample in found]))
    pairs = list(zip(found, reasons, strict=True))
    samples = tuple(sample for sample, reason in pairs if reason is None)
    skipped = tuple(Skipped(sample.path, reason) for sample, reason in pairs if reason is not None)
    _require_both_classes(folders, samples, skipped)
    return Gathered(samples, skipped)


def listed(folders: Sequence[Path]) -> list[Sample]:
    """Every file below `folders` that has a label and a picture's ending, by path; none is opened."""
    found: dict[Path, Sample] = {}  # a file that several folders or links lead to counts once
    for folder in folders:
        if not folder.is_dir():
            raise DataError(f"{folder} is no folder.\n{LAYOUT}")
        for path in _files(folder):
            sample = _sample(folder, path)
            if sample is not None:
                found.setdefault(path.resolve(), sample)
    return sorted(found.values(), key=lambda sample: sample.path)


def _files(folder: Path) -> Iterator[Path]:
    """Files with a picture's ending, links followed; a folder that was seen is not entered again."""
    seen: set[Path] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real_place = Path(place).resolve()
        if real_place in seen:
            folders.clear()
            continue
        seen.add(real_place)
        folders.sort()  # of several links to a file, the same one counts each time
        yield from (Path(place) / name for name in sorted(names) if Path(name).suffix.lower() in ENDINGS)


def _sample(folder: Path, path: Path) -> Sample | None:
    """The label is the last folder named real or fake on the way to the file; None without one."""
    parts = path.relative_to(folder).parts[:-1]
    marks = [place for place, name in enumerate(parts) if name.lower() in LABELS]
    if not marks:
        return None
    mark = marks[-1]
    category = "/".join(parts[:mark]) or "all"
    source = parts[mark + 1] if mark + 1 < len(parts) else f"{folder.name}/{category}"
    return Sample(path, LABELS[parts[mark].lower()], source, category)


def _require_both_classes(
    folders: Sequence[Path], samples: Sequence[Sample], skipped: Sequence[Skipped]
) -> None:
    counts = Counter(sample.label for sample in samples)
    where = ", ".join(str(folder) for folder in folders)
    if not samples:
        unread = f" {len(skipped)} files do not decode, first {skipped[0].path}." if skipped else ""
        raise DataError(f"No pictures under real/ or fake/ in {where}.{unread}\n{LAYOUT}")
    for name, label in LABELS.items():
        if counts[label] == 0:
            raise DataError(
                f"All {len(samples)} pictures in {where} are {'fake' if name == 'real' else 'real'}; "
                f"there are none under {name}/. A detector is learned from both.\n{LAYOUT}"
            )
