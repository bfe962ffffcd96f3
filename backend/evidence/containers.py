"""What a picture file holds beside its pixels, read from its container alone. Pure.

Bytes appended behind the end, and words in captions, are never looked at: only EXIF tags, the XMP packet
and the text chunks of a PNG, each where its format says that it stands.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import ExifTags, Image

from backend.evidence import png_text
from backend.lean_png import lean_png
from backend.picture import FORMATS

XMP_IN_PNG: Final = "XML:com.adobe.xmp"
UNICODE, ASCII = b"UNICODE\0", b"ASCII\0\0\0"  # EXIF 2.32, 4.6.5: character code of UserComment


@dataclass(frozen=True, slots=True)
class Metadata:
    """EXIF texts by tag, the XMP packet, the texts of a PNG."""

    exif: dict[int, str]
    xmp: bytes | None
    texts: tuple[tuple[str, str], ...]


def mime_type(data: bytes) -> str | None:
    """Of the containers that can carry Content Credentials; None for others."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(png_text.SIGNATURE):
        return "image/png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/avif" if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis") else None


def read(data: bytes) -> Metadata:
    """Raises what Pillow raises, or DamagedChunk, on a damaged file."""
    texts = tuple(png_text.texts(data)) if data.startswith(png_text.SIGNATURE) else ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of what it leaves out; that is no concern here
        with Image.open(io.BytesIO(lean_png(data)), formats=FORMATS) as image:  # the header alone, no pixels
            exif, xmp = image.info.get("exif"), image.info.get("xmp")
    if texts:
        xmp = next((text.encode() for keyword, text in texts if keyword == XMP_IN_PNG), None)
    return Metadata(_exif(exif), xmp.encode() if isinstance(xmp, str) else xmp, texts)


def _exif(packet: bytes | None) -> dict[int, str]:
    """Texts of the main directory and the EXIF directory."""
    if not packet:
        return {}
    tags = Image.Exif()
    tags.load(packet)
    both = {**dict(tags), **tags.get_ifd(ExifTags.IFD.Exif)}
    return {tag: text for tag, value in both.items() if (text := _text(tag, value)) is not None}


def _text(tag: int, value: object) -> str | None:
    if tag == ExifTags.Base.UserComment and isinstance(value, bytes):
        return _comment(value)
    return value.strip("\0 ") if isinstance(value, str) else None


def _comment(value: bytes) -> str:
    """Programs do not agree on the byte order of UNICODE: the one with more ASCII in it is meant."""
    code, text = value[:8], value[8:]
    if code == UNICODE:
        read = [text.decode(name, "ignore") for name in ("utf-16-be", "utf-16-le")]
        return max(read, key=lambda each: sum(letter.isascii() for letter in each)).strip("\0\ufeff")
    return (text if code in (ASCII, bytes(8)) else value).decode("utf-8", "replace").strip("\0 ")
