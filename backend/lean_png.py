"""A PNG without what would keep Pillow from decoding it: texts and profiles that unpack to megabytes. Pure.

Pillow refuses the whole picture for one such chunk, and to raise its limit would open a door for bombs. None
of them is a part of the pixels; the rung of metadata reads the texts of the file as it came, within limits of
its own (evidence/png_text.py).
"""

import struct
import zlib
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
PACKED: Final = frozenset({b"zTXt", b"iTXt", b"iCCP"})
LONGEST: Final = 1024 * 1024  # bytes, unpacked; Pillow's MAX_TEXT_CHUNK
MOST: Final = 16 * LONGEST  # of all that is unpacked here; Pillow stops at 64, what is not packed included


def lean_png(data: bytes) -> bytes:
    """`data` itself where nothing has to go, and where it is no PNG."""
    if not data.startswith(SIGNATURE):
        return data
    kept: list[bytes] = []
    begun, place, total = 0, len(SIGNATURE), 0
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        packed = _packed(kind, data[place + 8 : end - 4]) if kind in PACKED else None
        if packed is not None:
            size = _unpacked(packed) if total <= MOST else 0  # enough was unpacked: the others go unseen
            total += size
            if size > LONGEST or total > MOST:
                kept.append(data[begun:place])
                begun = end
        if kind == b"IEND":
            break
        place = end
    return b"".join([*kept, data[begun:]]) if kept else data


def _packed(kind: bytes, body: bytes) -> bytes | None:
    """The compressed part of a chunk; None where it has none."""
    _, _, rest = body.partition(b"\0")  # keyword, or name of the profile
    if kind != b"iTXt":
        return rest[1:]  # compression method
    if rest[:1] != b"\1":
        return None
    return rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # language, translated keyword


def _unpacked(packed: bytes) -> int:
    """Its length, at most one byte more than LONGEST; damaged ones are left to Pillow."""
    try:
        return len(zlib.decompressobj().decompress(packed, LONGEST + 1))
    except zlib.error:
        return 0
