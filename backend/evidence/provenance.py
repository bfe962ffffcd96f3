"""What Content Credentials tell of a picture's history: c2pa's report (JSON) in, `Provenance` out. Pure.

A file carries one active manifest and those of the pictures it was made from (ingredients). The active one
is verified against the file. An ingredient's was verified by whoever signed the active one; it counts only
where no check of it failed, and for a camera only where its own signer is trusted, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from backend.contract import Origin
from backend.evidence.credentials_words import action_words
from backend.evidence.digital_source import SourceType, source_type
from backend.evidence.plain import plain

DEEPEST: Final = 32  # manifests followed; a hostile file may name thousands
MOST_ACTIONS: Final = 40
UNTRUSTED: Final = "signingCredential.untrusted"
TRUSTED: Final = "signingCredential.trusted"
# Edits that do not change what a picture shows. Everything else, unknown actions included, does.
HARMLESS: Final = frozenset({
    "c2pa.created", "c2pa.opened", "c2pa.converted", "c2pa.transcoded", "c2pa.repackaged", "c2pa.published",
    "c2pa.resized", "c2pa.resized.proportional", "c2pa.cropped", "c2pa.orientation", "c2pa.trimmed",
    "c2pa.color_adjustments", "c2pa.adjustedColor", "c2pa.edited.metadata", "c2pa.watermarked",
    "c2pa.watermarked.bound", "c2pa.watermarked.unbound",
})  # fmt: skip
# Ingredients that are part of the picture; `inputTo` (a prompt, a model) is not.
PARTS: Final = ("parentOf", "componentOf")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who signed, what made the picture, what was done to it. Texts are fit to be shown."""

    signer: str | None
    signed_at: str | None  # ISO 8601
    generator: str | None
    origin: Origin | None
    source_type: str | None
    unedited: bool  # whole path from the creation on is trusted and shows what was created
    actions: tuple[str, ...]  # oldest first


@dataclass(frozen=True, slots=True)
class _Step:
    """One manifest on the way from the active one down to its origins."""

    manifest: dict[str, Any]
    actions: tuple[dict[str, Any], ...]
    main_line: bool  # reached over parents alone
    trusted: bool  # the active one: as the report's state says; others: by their own signer


def provenance(report: dict[str, Any]) -> Provenance:
    steps = list(_steps(report))
    active = steps[0].manifest if steps else {}
    signature = active.get("signature_info") or {}
    typed = [(step, action, kind) for step in steps for action in step.actions if (kind := _kind(action))]
    made = _most_telling([kind for _, _, kind in typed])
    creator = next(((step, action) for step, action, kind in typed if kind is made), None)
    actions = [action for step in reversed(steps) for action in step.actions]
    words = tuple(dict.fromkeys(action_words(plain(action.get("action", ""))) for action in actions))
    return Provenance(
        signer=_text(signature.get("issuer")) or _text(signature.get("common_name")),
        signed_at=_text(signature.get("time")),
        generator=_generator(*creator) if creator else _claim_generator(active),
        origin=made.origin if made else None,
        source_type=made.term if made else None,
        unedited=_unedited(report, steps),
        actions=words[:MOST_ACTIONS],
    )


def _most_telling(kinds: list[SourceType]) -> SourceType | None:
    order: tuple[Origin, ...] = ("ai", "ai_edited", "camera", "other")
    return min(kinds, key=lambda kind: order.index(kind.origin), default=None)


def _unedited(report: dict[str, Any], steps: list[_Step]) -> bool:
    """One line of trusted manifests from a creation by camera, no other picture joined, harmless edits."""
    if report.get("validation_state") != "Trusted" or not all(
        step.main_line and step.trusted for step in steps
    ):
        return False
    actions = [action for step in steps for action in step.actions]
    created = [_kind(action) for action in actions if action.get("action") == "c2pa.created"]
    camera = len(created) == 1 and created[0] is not None and created[0].origin == "camera"
    only_camera = all(kind.origin == "camera" for action in actions if (kind := _kind(action)))
    return camera and only_camera and all(action.get("action") in HARMLESS for action in actions)


def _steps(report: dict[str, Any]) -> Iterator[_Step]:
    """The active manifest, then those of its ingredients, nearest first."""
    manifests = report.get("manifests") or {}
    waiting = [(report.get("active_manifest"), True, True)]
    seen: set[str] = set()
    while waiting and len(seen) < DEEPEST:
        label, main_line, trusted = waiting.pop(0)
        manifest = manifests.get(label) if isinstance(label, str) and label not in seen else None
        if not isinstance(manifest, dict):
            continue
        seen.add(str(label))
        yield _Step(manifest, tuple(_actions(manifest)), main_line, trusted)
        for ingredient in manifest.get("ingredients") or []:
            relation, inner = ingredient.get("relationship"), ingredient.get("active_manifest")
            if relation not in PARTS:
                continue
            if not isinstance(inner, str):
                # A picture without credentials: whatever it shows, nobody vouches for it.
                yield _Step({}, (), main_line=False, trusted=False)
                continue
            failures, signer_trusted = _checks(report, ingredient, inner)
            if not failures:
                line = main_line and relation == "parentOf"
                waiting.append((inner, line, trusted and signer_trusted))
            else:
                yield _Step({}, (), main_line=False, trusted=False)


def _checks(report: dict[str, Any], ingredient: dict[str, Any], label: str) -> tuple[set[str], bool]:
    """What failed of an ingredient's manifest, and whether its signer is trusted here and now.

    The signer of the picture recorded the checks it made; c2pa adds where its own come out otherwise.
    """
    recorded = (ingredient.get("validation_results") or {}).get("activeManifest") or {}
    deltas = (report.get("validation_results") or {}).get("ingredientDeltas") or []
    about = [delta.get("validationDeltas") or {} for delta in deltas]
    failed = {
        str(entry.get("code")) for part in (recorded, *about) for entry in _about(part, "failure", label)
    }
    passed = {
        str(entry.get("code")) for part in (recorded, *about) for entry in _about(part, "success", label)
    }
    now = {str(entry.get("code")) for part in about for entry in _about(part, "failure", label)}
    return failed - {UNTRUSTED}, TRUSTED in passed and UNTRUSTED not in now


def _about(part: dict[str, Any], outcome: str, label: str) -> list[dict[str, Any]]:
    return [entry for entry in part.get(outcome) or [] if label in str(entry.get("url", ""))]


def _actions(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for assertion in manifest.get("assertions") or []:
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            data = assertion.get("data") or {}
            yield from (action for action in data.get("actions") or [] if isinstance(action, dict))


def _kind(action: dict[str, Any]) -> SourceType | None:
    return source_type(action.get("digitalSourceType"))


def _generator(step: _Step, action: dict[str, Any]) -> str | None:
    agent = action.get("softwareAgent")
    name = agent.get("name") if isinstance(agent, dict) else agent
    return _text(name) or _claim_generator(step.manifest)


def _claim_generator(manifest: dict[str, Any]) -> str | None:
    """ "Name version" of the program that wrote the claim; older claims have one string."""
    first: dict[str, Any] = next(iter(manifest.get("claim_generator_info") or []), {})
    named = " ".join(str(first[key]) for key in ("name", "version") if first.get(key))
    return _text(named) or _text(manifest.get("claim_generator"))


def _text(value: object) -> str | None:
    return plain(value) or None if isinstance(value, str) else None
