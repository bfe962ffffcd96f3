"""Decoding: formats, modes, orientation, limits, damage."""

import numpy as np
import pytest
from PIL import Image

from backend import picture as module
from backend.errors import (
    EmptyBody,
    NotAPicture,
    PictureError,
    TooManyPixels,
    TooSmall,
    Truncated,
    UnsupportedFormat,
)
from backend.picture import decode
from tests.pictures import encoded, pixels

LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}, "BMP": {}}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP"])
def test_decode_reads_every_format_of_the_contract(kind: str) -> None:
    decoded = decode(encoded(pixels(), kind))
    assert (decoded.format, decoded.width, decoded.height) == (kind, 200, 150)
    # Lossy codecs and GIF's palette move single pixels, never the picture as a whole.
    assert abs(decoded.pixels.mean() - pixels().mean()) < 6


@pytest.mark.parametrize("kind", LOSSLESS)
def test_decode_gives_lossless_pixels_unchanged(kind: str) -> None:
    assert np.array_equal(decode(encoded(pixels(), kind, **LOSSLESS[kind])).pixels, pixels())


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("L", "PNG", 100),
        ("LA", "PNG", 100),
        ("P", "PNG", 100),
        ("CMYK", "JPEG", 100),
        ("1", "PNG", 255),
    ],
)
def test_decode_converts_every_mode_to_rgb(mode: str, kind: str, expected: int) -> None:
    grey = Image.new("L", (100, 100), expected)
    image = grey.convert("RGB").convert(mode, palette=Image.Palette.ADAPTIVE)
    decoded = decode(encoded(image, kind))
    assert decoded.pixels.shape == (100, 100, 3)
    assert np.abs(decoded.pixels.astype(int) - expected).max() <= 3  # CMYK and JPEG round


def test_decode_scales_sixteen_bit_grey_to_eight() -> None:
    deep = Image.fromarray(np.full((80, 80), 32768, np.uint16))
    assert abs(int(decode(encoded(deep, "PNG")).pixels[0, 0, 0]) - 128) <= 1


def test_decode_puts_transparent_pictures_on_white() -> None:
    clear = Image.new("RGBA", (80, 80), (255, 0, 0, 0))
    assert (decode(encoded(clear, "PNG")).pixels == 255).all()


def test_decode_takes_the_first_frame_of_a_gif() -> None:
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("black", "white")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert decode(data).pixels.max() == 0


def test_decode_applies_exif_orientation() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    decoded = decode(encoded(pixels(200, 100), "JPEG", exif=exif))
    assert (decoded.width, decoded.height) == (100, 200)


@pytest.mark.parametrize("quality", [30, 60, 75, 90, 95])
def test_jpeg_quality_is_read_from_the_quantisation_table(quality: int) -> None:
    found = decode(encoded(pixels(), "JPEG", quality=quality)).jpeg_quality
    assert found is not None
    assert abs(found - quality) <= 1


def test_jpeg_quality_is_none_where_there_is_no_jpeg() -> None:
    assert decode(encoded(pixels(), "PNG")).jpeg_quality is None


BAD = [
    (b"", EmptyBody),
    (b"hello, no picture here", NotAPicture),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedFormat),
    (encoded(pixels(), "TIFF"), UnsupportedFormat),
    (encoded(pixels(), "JPEG")[:600], Truncated),
    (encoded(pixels(), "PNG")[:3000], Truncated),
    (encoded(pixels(), "WEBP")[:900], Truncated),
    (b"\xff\xd8\xff\xe0", Truncated),
    (encoded(pixels(63, 400), "PNG"), TooSmall),
]


@pytest.mark.parametrize(("data", "error"), BAD, ids=lambda value: getattr(value, "__name__", None))
def test_decode_refuses_what_cannot_be_judged(data: bytes, error: type[PictureError]) -> None:
    with pytest.raises(error):
        decode(data)


def test_decode_refuses_more_pixels_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PIXELS", 200 * 150)
    decode(encoded(pixels(200, 150)))
    with pytest.raises(TooManyPixels, match="200 x 151"):
        decode(encoded(pixels(200, 151)))


def test_decode_refuses_a_decompression_bomb_without_decoding_it() -> None:
    bomb = encoded(Image.new("1", (30_000, 30_000)), "PNG")
    with pytest.raises(TooManyPixels):
        decode(bomb)
