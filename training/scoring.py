"""Scores folders of pictures through the backend's own code, as they are and as feeds deliver them.

In: an opened model, samples, names of regimes. Out: a `Scored` or a `Failed` for every picture and
regime; none is ever dropped. Decoding, views, network, aggregation and calibration are `backend.judge`'s,
so that what is measured is what ships.
"""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from tqdm import tqdm

from backend.contract import Regime, Verdict, ViewPolicy
from backend.errors import PictureError
from backend.judge import ModelScore
from backend.model_folder import ModelFolder
from backend.picture import Picture, decode
from backend.views import aggregate, overviews
from training import run_folder
from training.errors import DataError
from training.gather import Sample
from training.launder import REGIMES, launder

AS_IS = "as-is"
SUFFIX = {"JPEG": ".jpg", "WEBP": ".webp", "AVIF": ".avif"}


class Scorer(Protocol):
    """`backend.judge.Judge`, or another runtime of a model folder. Safe to call from several threads."""

    @property
    def folder(self) -> ModelFolder: ...
    def score(self, picture: Picture) -> ModelScore: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """One picture in one regime of the evaluation, judged."""

    path: str  # relative to the data folder, forward slashes
    label: int  # 0 real, 1 fake
    source: str
    regime: str  # of the evaluation: as-is, web, hard, thumbnail
    judged_regime: Regime  # what the backend took it for
    logit: float
    view_logits: tuple[float, ...]  # the overviews' first
    probability: float  # of fake, calibrated
    verdict: Verdict
    overviews: int = 0

    def aggregated(self, policy: ViewPolicy, crops: int | None = None, overviews: bool = True) -> float:
        """The logit that `policy` makes of these views, of the first `crops`, or without overviews."""
        logits = np.array(self.view_logits, np.float32)
        above, below = logits[: self.overviews], logits[self.overviews :][:crops]
        if not overviews:
            return aggregate(below, policy)
        return aggregate(np.concatenate([above, below]), policy, self.overviews)


@dataclass(frozen=True, slots=True)
class Failed:
    """One picture in one regime that could not be judged."""

    path: str
    label: int
    source: str
    regime: str
    reason: str


def score(
    judge: Scorer, folder: Path, samples: Sequence[Sample], regimes: Sequence[str], threads: int = 2
) -> tuple[list[Scored], list[Failed]]:
    """Every sample in every regime, in the order given, with a progress bar."""
    check_regimes(regimes)
    work = [(sample, regime) for regime in regimes for sample in samples]
    scored: list[Scored] = []
    failed: list[Failed] = []
    with ThreadPoolExecutor(threads) as pool:
        found = pool.map(lambda item: _score(judge, folder, *item), work)
        for result in tqdm(found, total=len(work), unit="picture", disable=None):
            if isinstance(result, Scored):
                scored.append(result)
            else:
                failed.append(result)
    return scored, failed


def check_regimes(regimes: Sequence[str]) -> None:
    """Raises DataError for a name that launder does not know."""
    unknown = [name for name in regimes if name not in REGIMES]
    if unknown:
        raise DataError(f"There is no regime {unknown[0]}. Known: {', '.join(REGIMES)}.")


def as_delivered(path: Path, name: str, regime: str) -> tuple[bytes, str]:
    """The bytes a reader would get in a regime and their file ending; the seed is the picture's name."""
    data = path.read_bytes()
    if regime == AS_IS:
        return data, path.suffix
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    laundered = launder(decode(data).pixels, regime, seed)
    return laundered.data, SUFFIX[laundered.format]


def relative(path: Path, folder: Path) -> str:
    """The name of a picture in tables and score files."""
    return path.relative_to(folder).as_posix()


def _score(judge: Scorer, folder: Path, sample: Sample, regime: str) -> Scored | Failed:
    name = relative(sample.path, folder)
    try:
        data, _ = as_delivered(sample.path, name, regime)
        found = judge.score(decode(data))
    except (PictureError, OSError) as error:
        return Failed(name, sample.label, sample.source, regime, f"{type(error).__name__}: {error}")
    return Scored(
        path=name,
        label=sample.label,
        source=sample.source,
        regime=regime,
        judged_regime=found.regime,
        logit=found.logit,
        view_logits=tuple(float(value) for value in found.view_logits),
        overviews=overviews(found.views),
        probability=found.probability,
        verdict=found.verdict,
    )


def write_scores(path: Path, scored: Sequence[Scored]) -> None:
    """A row a picture and regime."""
    header = ["path", "label", "source", "regime", "judged_regime", "logit", "probability", "verdict"]
    rows = [
        [row.path, row.label, row.source, row.regime, row.judged_regime,
         f"{row.logit:.5f}", f"{row.probability:.6f}", row.verdict]
        for row in scored
    ]  # fmt: skip
    run_folder.write_csv(path, header, rows)


def laundered_files(folder: Path, samples: Sequence[Sample], regime: str) -> Iterator[tuple[Path, bytes]]:
    """What `--write-laundered` writes: a path relative to the out folder, and the bytes. The laundered file's
    ending follows the picture's own: a.png and a.jpg of one folder stay two. A picture that cannot be
    laundered has none; `score` tells why."""
    for sample in samples:
        name = relative(sample.path, folder)
        try:
            data, suffix = as_delivered(sample.path, name, regime)
        except (PictureError, OSError):
            continue
        yield Path(regime) / (name if regime == AS_IS else f"{name}{suffix}"), data
