"""IPTC's digital source types: how a picture came to be, in the words of a controlled vocabulary.

Content Credentials and XMP both use them (https://cv.iptc.org/newscodes/digitalsourcetype/). Pure.
"""

import re
from dataclasses import dataclass
from typing import Final

from backend.contract import Origin

PREFIX: Final = re.compile(r"^https?://cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]+)/?$")


@dataclass(frozen=True, slots=True)
class SourceType:
    """One term: what it means for the verdict, and in words ("This picture was ...")."""

    term: str
    origin: Origin
    words: str


# Terms of the vocabulary that say nothing about AI or a camera are `other`: drawn, composed, scanned.
TERMS: Final = {
    entry.term: entry
    for entry in (
        SourceType("trainedAlgorithmicMedia", "ai", "made by generative AI"),
        SourceType("compositeWithTrainedAlgorithmicMedia", "ai_edited", "changed by generative AI"),
        SourceType("digitalCapture", "camera", "taken with a camera"),
        # By its definition without generative AI: several frames of one scene, as telephones do it.
        SourceType("computationalCapture", "camera", "taken with a camera from several frames"),
        SourceType("negativeFilm", "other", "scanned from a negative"),
        SourceType("positiveFilm", "other", "scanned from a slide"),
        SourceType("print", "other", "scanned from a print"),
        SourceType("humanEdits", "other", "edited by a person"),
        SourceType("minorHumanEdits", "other", "slightly edited by a person"),
        SourceType("compositeCapture", "other", "composed of several camera pictures"),
        SourceType("composite", "other", "composed of several pictures"),
        SourceType("compositeSynthetic", "other", "composed with synthetic parts"),
        SourceType("algorithmicallyEnhanced", "other", "enhanced by an algorithm"),
        SourceType("algorithmicMedia", "other", "made by an algorithm without learned material"),
        SourceType("dataDrivenMedia", "other", "drawn from data"),
        SourceType("digitalArt", "other", "drawn on a computer"),
        SourceType("digitalCreation", "other", "made by a person on a computer"),
        SourceType("screenCapture", "other", "a picture of a screen"),
        SourceType("virtualRecording", "other", "recorded in a virtual world"),
    )
}


def source_type(address: object) -> SourceType | None:
    """The term of a whole address; None for anything else, a sentence that contains one included."""
    found = PREFIX.match(address.strip()) if isinstance(address, str) else None
    return TERMS.get(found.group(1)) if found else None
