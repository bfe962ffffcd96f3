"""Bytes to a decoded picture, within limits. In: what a feed delivered. Out: `Picture`, RGB as shown.

Formats: JPEG, PNG, WebP, GIF (first frame), AVIF, BMP; no other decoder of Pillow is ever tried.
"""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from backend.errors import (
    EmptyBody,
    NotAPicture,
    PictureError,
    TooManyBytes,
    TooManyPixels,
    TooSmall,
    Truncated,
    UnsupportedFormat,
)
from backend.lean_png import lean_png

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".bmp"})  # of their files
MAX_BYTES: Final = 32 * 1024 * 1024  # a 100-megapixel JPEG fits; an endless body does not
MAX_PIXELS: Final = 100_000_000  # decompression bombs: 300 MB decoded
MIN_SIDE: Final = 64  # px; below, two JPEG rows of blocks decide and nothing can be said

# Luminance table of the JPEG standard (ITU-T T.81, K.1), whose scaling most encoders call "quality".
STANDARD_LUMINANCE_SUM: Final = 3688
# What Pillow's decoders raise on damaged files.
DAMAGED: Final = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture as it is shown: oriented, alpha on white, 8 bits."""

    pixels: NDArray[np.uint8]  # height, width, 3; RGB
    sha256: str  # of the bytes
    format: str  # one of FORMATS
    bytes: int
    jpeg_quality: int | None  # 1..100, estimated from the quantisation table; None where not a JPEG

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def long_side(self) -> int:
        return max(self.width, self.height)


def decode(data: bytes) -> Picture:
    """Raises a PictureError whose message says what to do."""
    if not data:
        raise EmptyBody("The request has no body. Send the picture's bytes as they are.")
    if len(data) > MAX_BYTES:
        raise TooManyBytes(f"The picture has {len(data):,} bytes; at most {MAX_BYTES:,} are read.")
    image = _open(data)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise TooManyPixels(f"The picture has {width} x {height} pixels; at most {MAX_PIXELS:,} are decoded.")
    if min(width, height) < MIN_SIDE:
        raise TooSmall(
            f"The picture has {width} x {height} pixels; its shorter side must have at least {MIN_SIDE}. "
            f"Check the full picture instead of its thumbnail."
        )
    quality = _jpeg_quality(image)
    container = str(image.format)
    try:
        ImageOps.exif_transpose(image, in_place=True)  # else it copies a picture that lies right
        pixels = np.asarray(_as_rgb(image))
    except DAMAGED as error:
        raise Truncated(f"The {container} picture ends too early or is damaged: {error}.") from error
    except (MemoryError, Image.DecompressionBombError) as error:
        raise TooManyPixels(f"The {container} picture does not fit into memory: {error}.") from error
    return Picture(pixels, hashlib.sha256(data).hexdigest(), container, len(data), quality)


def _open(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Our own limit on pixels stands above; Pillow's warning would only repeat it.
        warnings.simplefilter("ignore")
        try:
            return Image.open(io.BytesIO(lean_png(data)), formats=FORMATS)
        except UnidentifiedImageError as error:
            raise _unidentified(data) from error
        except Image.DecompressionBombError as error:
            raise TooManyPixels(f"At most {MAX_PIXELS:,} pixels are decoded: {error}.") from error
        except (*DAMAGED, MemoryError) as error:
            raise Truncated(f"The picture's header is damaged: {error}.") from error


# First bytes of formats that feeds and people send and that we do not judge.
OTHER_FORMATS: Final = {
    b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"8BPS": "Photoshop", b"%PDF": "PDF", b"<svg": "SVG",
    b"<?xml": "SVG or XML", b"\x00\x00\x01\x00": "ICO", b"\x76\x2f\x31\x01": "OpenEXR",
    b"\xff\x0a": "JPEG XL", b"\x00\x00\x00\x0cJXL ": "JPEG XL",
}  # fmt: skip
HEIF_BRANDS: Final = (b"heic", b"heix", b"mif1", b"hevc")


def _unidentified(data: bytes) -> PictureError:
    known = ", ".join(FORMATS)
    name = next((name for start, name in OTHER_FORMATS.items() if data.startswith(start)), None)
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        name = "HEIF"
    if name is not None:
        return UnsupportedFormat(f"{name} is not judged. Convert the picture to one of {known}.")
    if any(data.startswith(start) for start in (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"BM")):
        return Truncated("The picture's header is damaged or ends too early.")
    return NotAPicture(f"These bytes are no picture. Send one of {known}.")


def _as_rgb(image: Image.Image) -> Image.Image:
    image.load()
    if image.mode.startswith("I") or image.mode == "F":
        return _sixteen_to_eight(image).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return _on_white(image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _sixteen_to_eight(image: Image.Image) -> Image.Image:
    """Pillow clips 16-bit grey when it converts to 8; the upper byte is what is meant."""
    values = np.asarray(image, np.float64)
    top = 65535.0 if image.mode.startswith("I") and values.max(initial=0) > 255 else 255.0
    return Image.fromarray(np.clip(values * (255.0 / top), 0, 255).round().astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    """Feeds show transparent pictures on a page; white is the most common one."""
    page = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(page, image).convert("RGB")


def _jpeg_quality(image: Image.Image) -> int | None:
    """The libjpeg quality whose luminance table has the same sum: exact for libjpeg, near for others."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or not image.quantization:
        return None
    percent = 100 * sum(image.quantization[min(image.quantization)]) / STANDARD_LUMINANCE_SUM
    quality = (200 - percent) / 2 if percent <= 100 else 5000 / percent
    return round(min(100, max(1, quality)))
