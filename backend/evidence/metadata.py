"""The third rung: what the file's own metadata says of its making. Unsigned: it may say `fake`, never `real`.

Nobody labels a photograph as AI by accident, but anyone can write "taken with a camera" into a fake.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags

from backend.contract import Evidence, MetadataDetails, Origin
from backend.evidence import containers, parameters, xmp
from backend.evidence.containers import Metadata
from backend.evidence.generators import generator_in
from backend.evidence.hints import Hints
from backend.evidence.plain import plain

# Where ComfyUI keeps its graphs in WebP: tags of a camera's maker, as "prompt:{...}", "workflow:{...}".
COMFY_EXIF: Final = {"prompt:": parameters.comfy_prompt, "workflow:": parameters.comfy_workflow}
COMFY_TAGS: Final = (ExifTags.Base.Model, ExifTags.Base.Make, 0x010E)
SOFTWARE_TAGS: Final = (ExifTags.Base.Software, ExifTags.Base.ProcessingSoftware)


@dataclass(frozen=True, slots=True)
class Finding:
    """One trace: what it says, and where it stands."""

    origin: Origin
    place: str
    generator: str | None = None
    source_type: str | None = None
    words: str = ""


def read_metadata(data: bytes, _: Hints) -> Evidence | None:
    """None where nothing speaks of the making. Raises where a part is broken and no other part says AI."""
    found, failure = _findings(containers.read(data))
    telling = [entry for entry in found if entry.origin in ("ai", "ai_edited")]
    if not telling and failure is not None:
        raise failure
    if not found:
        return None
    said = telling or found
    named = next((entry.generator for entry in said if entry.generator), None)
    typed = next((entry for entry in said if entry.source_type), None)
    details = MetadataDetails(
        generator=plain(named) if named else None,
        origin=said[0].origin,
        source_type=typed.source_type if typed else None,
        found_in=list(dict.fromkeys(entry.place for entry in said)),
    )
    return Evidence(
        kind="metadata",
        says="fake" if telling else "unsure",
        strength="strong" if telling else "weak",
        summary=_summary(details, typed),
        details=details.model_dump(),
    )


def _findings(metadata: Metadata) -> tuple[list[Finding], Exception | None]:
    """All traces; a source that cannot be read does not hide those of the others."""
    sources: tuple[Callable[[Metadata], Iterator[Finding]], ...] = (_from_texts, _from_exif, _from_xmp)
    found: list[Finding] = []
    failure: Exception | None = None
    for source in sources:
        try:
            found.extend(source(metadata))
        except Exception as error:  # hostile XML: whatever its parser raised
            failure = error
    return found, failure


def _from_texts(metadata: Metadata) -> Iterator[Finding]:
    texts = dict(reversed(metadata.texts))  # the first of a keyword counts
    if found := parameters.in_png_texts(texts):
        yield Finding("ai", found[1], found[0])
    if name := generator_in(texts.get("Software", "")):
        yield Finding("ai", "PNG text “Software”", name)


def _from_exif(metadata: Metadata) -> Iterator[Finding]:
    comment = metadata.exif.get(ExifTags.Base.UserComment, "")
    if name := parameters.in_parameters(comment):
        yield Finding("ai", "EXIF UserComment", name)
    for tag in COMFY_TAGS:
        value = metadata.exif.get(tag, "")
        for start, read in COMFY_EXIF.items():
            if value.startswith(start) and (name := read(value.removeprefix(start))):
                yield Finding("ai", f"EXIF {ExifTags.Base(tag).name}", name)
    for tag in SOFTWARE_TAGS:
        if name := generator_in(metadata.exif.get(tag, "")):
            yield Finding("ai", f"EXIF {ExifTags.Base(tag).name}", name)


def _from_xmp(metadata: Metadata) -> Iterator[Finding]:
    if metadata.xmp is None:
        return
    packet = xmp.parse(metadata.xmp)
    if packet.ai_system:
        yield Finding("ai", "XMP AISystemUsed", packet.ai_system)
    if name := generator_in(packet.creator_tool or ""):
        yield Finding("ai", "XMP CreatorTool", name)
    if name := parameters.in_parameters(packet.user_comment or ""):
        yield Finding("ai", "XMP UserComment", name)
    if kind := packet.source:
        yield Finding(kind.origin, "XMP DigitalSourceType", None, kind.term, kind.words)


def _summary(details: MetadataDetails, typed: Finding | None) -> str:
    places = " and ".join(details.found_in)
    if details.origin in ("ai", "ai_edited"):
        tool = f" with {details.generator}" if details.generator else ""
        done = "changed" if details.origin == "ai_edited" else "made"
        return f"The file itself says that it was {done} by generative AI{tool} ({places})."
    words = typed.words if typed else "made otherwise"
    return f"The file says that it was {words} ({places}); unsigned, so anyone may have written it."
