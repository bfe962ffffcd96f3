"""Bytes to all that judging needs of a picture: its facts, its views, what the upper rungs found.

Everything here reads bytes that an attacker may have made. The service runs it in worker processes
(workers.py), evaluation and command line where they are; the code is the same, so the scores are. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.contract import JudgedPicture, ModelInput, ViewPolicy
from backend.evidence.hints import Hints
from backend.evidence.ladder import Climb, Rung, climb
from backend.likeness import likeness
from backend.picture import decode
from backend.views import View, views


@dataclass(frozen=True, slots=True)
class Prepared:
    """Without the whole picture's pixels: small enough to go from process to process."""

    picture: JudgedPicture
    jpeg_quality: int | None  # 1..100; None where not a JPEG
    views: tuple[View, ...]
    found: Climb
    likeness: int  # 64 bits, nearly the same for a thumbnail of the picture

    @property
    def long_side(self) -> int:
        return max(self.picture.width, self.picture.height)


def prepare(
    data: bytes, hints: Hints, rungs: Sequence[Rung], policy: ViewPolicy, size: ModelInput
) -> Prepared:
    """Raises a PictureError where the picture cannot be judged."""
    picture = decode(data)
    facts = JudgedPicture(
        sha256=picture.sha256, width=picture.width, height=picture.height, format=picture.format
    )
    cut = tuple(views(picture.pixels, policy, size))
    return Prepared(facts, picture.jpeg_quality, cut, climb(rungs, data, hints), likeness(picture.pixels))
