"""Climbs the rungs, strongest first; the first that says `fake` or `real` decides. Pure.

A rung that fails is reported as failed and the next one decides: an error is never a verdict.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.contract import Evidence, EvidenceKind
from backend.evidence.hints import Hints
from backend.evidence.plain import plain

log = logging.getLogger(__name__)

Read = Callable[[bytes, Hints], Evidence | None]


@dataclass(frozen=True, slots=True)
class Rung:
    """One kind of evidence. `proves_real` is false for what anyone could have written."""

    kind: EvidenceKind
    read: Read
    proves_real: bool = False


@dataclass(frozen=True, slots=True)
class Climb:
    """What was found above the model, and what decided, if anything did."""

    evidence: tuple[Evidence, ...]
    decided: Evidence | None


def climb(rungs: Sequence[Rung], data: bytes, hints: Hints) -> Climb:
    """All rungs are read, so that the reader sees everything; the strongest decides."""
    found = [evidence for rung in rungs if (evidence := _read(rung, data, hints)) is not None]
    return Climb(tuple(found), next((entry for entry in found if entry.says in ("fake", "real")), None))


def _read(rung: Rung, data: bytes, hints: Hints) -> Evidence | None:
    try:
        evidence = rung.read(data, hints)
    except Exception as error:  # a parser met hostile bytes: whatever it raised, the next rung decides
        log.warning("the rung %s failed: %s", rung.kind, type(error).__name__)
        summary = f"This evidence could not be read: {plain(error, 160)}"
        return Evidence(kind=rung.kind, says="failed", strength="weak", summary=summary)
    if evidence is not None and evidence.says == "real" and not rung.proves_real:
        return evidence.model_copy(update={"says": "unsure"})
    return evidence
