"""PNG texts and profiles of megabytes: the picture is decoded, the bomb is not."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from backend.lean_png import LONGEST, MOST, SIGNATURE, lean_png
from backend.picture import decode
from tests.pictures import encoded, pixels

PLAIN = encoded(pixels(), "PNG")
HEADER = len(SIGNATURE) + 12 + 13  # and IHDR
BIG = zlib.compress(bytes(2 * LONGEST))
SMALL = zlib.compress(b"small")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def international(text: bytes, packed: bool = True) -> bytes:
    return chunk(b"iTXt", b"Comment\0" + bytes([packed, 0]) + b"en\0Kommentar\0" + text)


def with_chunks(*chunks: bytes, behind: bool = False) -> bytes:
    place = len(PLAIN) - 12 if behind else HEADER
    return PLAIN[:place] + b"".join(chunks) + PLAIN[place:]


LARGE = {
    "zTXt": chunk(b"zTXt", b"Comment\0\0" + BIG),
    "iTXt": international(BIG),
    "iCCP": chunk(b"iCCP", b"profile\0\0" + BIG),
}


@pytest.mark.parametrize("behind", [False, True], ids=["before the pixels", "behind the pixels"])
@pytest.mark.parametrize("kind", LARGE)
def test_a_large_text_does_not_keep_a_picture_from_being_decoded(kind: str, behind: bool) -> None:
    data = with_chunks(LARGE[kind], behind=behind)
    if not behind or kind != "iCCP":
        with pytest.raises(ValueError, match="MAX_TEXT_CHUNK"):
            Image.open(io.BytesIO(data)).load()  # else this module could go
    assert np.array_equal(decode(data).pixels, pixels())
    assert lean_png(data) == PLAIN


def test_what_pillow_can_read_stays_as_it_is() -> None:
    small = [
        chunk(b"zTXt", b"Comment\0\0" + SMALL),
        international(SMALL),
        international(bytes(LONGEST), False),
    ]
    data = with_chunks(*small, chunk(b"zTXt", b"Damaged\0\0nothing"), chunk(b"zTXt", b""))
    assert lean_png(data) is data
    jpeg = encoded(pixels())
    assert lean_png(jpeg) is jpeg
    for end in range(HEADER, len(data), 997):
        assert lean_png(data[:end]) == data[:end]  # cut off anywhere


def test_the_way_up_is_read_from_texts_beside_a_large_one() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    turned = encoded(pixels(), "PNG", exif=exif.tobytes())
    data = turned[:HEADER] + LARGE["zTXt"] + turned[HEADER:]
    assert (decode(data).width, decode(data).height) == (150, 200)


def test_many_texts_are_no_bomb_either() -> None:
    one = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(LONGEST)))
    data = with_chunks(*[one] * 2000)
    tracemalloc.start()
    assert np.array_equal(decode(data).pixels, pixels())
    assert tracemalloc.get_traced_memory()[1] < 3 * MOST + 10 * len(data)
    tracemalloc.stop()
    assert len(lean_png(data)) <= len(PLAIN) + 16 * len(one)
    assert PngImagePlugin.MAX_TEXT_CHUNK == LONGEST and PngImagePlugin.MAX_TEXT_MEMORY > 2 * MOST
