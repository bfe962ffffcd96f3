"""Text chunks of a PNG file: tEXt, zTXt and iTXt before IEND, each with its checksum verified. Pure.

Pillow does not verify the checksum of chunks behind the pixels and fails on large compressed ones, so the
chunks are walked here (PNG specification, third edition, 5.3 and 11.3.3).
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
LONGEST: Final = 4 * 1024 * 1024  # bytes of one text, unpacked: a zip bomb stops here
MOST: Final = 16 * 1024 * 1024  # bytes of all of them


class DamagedChunk(ValueError):
    """The chunks cannot be believed: a wrong checksum, or a text that unpacks to more than the limit."""


def texts(data: bytes) -> list[tuple[str, str]]:
    """(keyword, text) in the order of the file. Raises DamagedChunk; bytes behind IEND are never read."""
    found: list[tuple[str, str]] = []
    total = 0
    for kind, body in chunks(data):
        entry = _READERS[kind](body) if kind in _READERS else None
        if entry is not None:
            total += len(entry[1])
            if total > MOST:
                raise DamagedChunk(f"the texts of the PNG unpack to more than {MOST:,} bytes")
            found.append(entry)
    return found


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, body) up to IEND; only text chunks have their checksum computed, pixels are Pillow's."""
    place = len(SIGNATURE)
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 8 + length
        if end + 4 > len(data) or kind == b"IEND":
            return
        if kind in _READERS:
            body = data[place + 8 : end]
            if zlib.crc32(kind + body) != struct.unpack_from(">I", data, end)[0]:
                raise DamagedChunk(f"a {kind.decode()} chunk of the PNG has a wrong checksum")
            yield kind, body
        place = end + 4


def _plain(body: bytes) -> tuple[str, str] | None:
    keyword, found, text = body.partition(b"\0")
    # The standard says Latin-1; programs write UTF-8, too, and what they write is ASCII where it matters.
    return (keyword.decode("latin-1"), text.decode("latin-1")) if found else None


def _packed(body: bytes) -> tuple[str, str] | None:
    keyword, found, rest = body.partition(b"\0")
    return (keyword.decode("latin-1"), _unpack(rest[1:]).decode("latin-1")) if found else None


def _international(body: bytes) -> tuple[str, str] | None:
    keyword, found, rest = body.partition(b"\0")
    if not found or len(rest) < 2:
        return None
    _, _, rest_of_text = rest[2:].partition(b"\0")  # language
    _, _, text = rest_of_text.partition(b"\0")  # translated keyword
    return keyword.decode("latin-1"), (_unpack(text) if rest[0] else text).decode("utf-8", "replace")


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, LONGEST)
    except zlib.error as error:
        raise DamagedChunk("a compressed text of the PNG is damaged") from error
    if unpacker.unconsumed_tail:
        raise DamagedChunk(f"a compressed text of the PNG unpacks to more than {LONGEST:,} bytes")
    return text


_READERS: Final = {b"tEXt": _plain, b"zTXt": _packed, b"iTXt": _international}
