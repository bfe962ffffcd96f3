"""The XMP packet of a picture: the few properties that say how it was made. Pure.

Only properties with their whole namespace count, directly in an rdf:Description: a caption that contains
the same words does not. defusedxml refuses entities and document types (billion laughs, external files).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from backend.evidence.digital_source import SourceType, source_type

RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
IPTC: Final = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
EXIF: Final = "{http://ns.adobe.com/exif/1.0/}"
LARGEST: Final = 4 * 1024 * 1024  # bytes; ten times what Photoshop writes


@dataclass(frozen=True, slots=True)
class Xmp:
    """`ai_system`: IPTC's AISystemUsed (2025.1), the engine or model that generated the picture."""

    source: SourceType | None
    ai_system: str | None
    creator_tool: str | None
    user_comment: str | None


def parse(packet: bytes) -> Xmp:
    """Raises what defusedxml raises on hostile or broken XML, ValueError on too large a packet."""
    if len(packet) > LARGEST:
        raise ValueError(f"the XMP packet has more than {LARGEST:,} bytes")
    root = fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    found = dict(reversed(list(_properties(root))))  # the first of its name counts
    return Xmp(
        source=source_type(found.get(f"{IPTC}DigitalSourceType")),
        ai_system=found.get(f"{IPTC}AISystemUsed"),
        creator_tool=found.get(f"{XMP}CreatorTool"),
        user_comment=found.get(f"{EXIF}UserComment"),
    )


def _properties(root: Element) -> Iterator[tuple[str, str]]:
    """Simple properties, written as attribute, as element, or as rdf:resource."""
    packet = root if root.tag == f"{RDF}RDF" else root.find(f"{RDF}RDF")
    for description in packet.findall(f"{RDF}Description") if packet is not None else ():
        yield from description.attrib.items()
        for entry in description:
            # A language alternative has its text a level deeper: rdf:Alt / rdf:li.
            inner = next((each.text for each in entry.iter(f"{RDF}li")), None)
            value = entry.get(f"{RDF}resource") or inner or entry.text or ""
            if value.strip():
                yield entry.tag, value.strip()
