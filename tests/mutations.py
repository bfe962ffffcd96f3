"""Pictures of every format, broken in the ways that files break and attackers break them."""

import struct
import zlib
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.pictures import encoded, pixels

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
WHOLE = {kind: encoded(pixels(120, 90), kind) for kind in KINDS}
# Sizes and counts that parsers trust: zero, one, all bits, sign bits.
NUMBERS = [bytes(4), b"\x00\x00\x00\x01", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff"]


@dataclass(frozen=True)
class Mutated:
    """Shown by hypothesis as how it was made, not as bytes."""

    kind: str
    steps: tuple[tuple[str, int, bytes], ...]

    @property
    def data(self) -> bytes:
        data = WHOLE[self.kind]
        for name, at, what in self.steps:
            data = apply(data, name, at, what)
        return mended(data) if self.kind == "PNG" and len(self.steps) % 2 else data


def apply(data: bytes, name: str, at: int, what: bytes) -> bytes:
    place = at % max(1, len(data))
    match name:
        case "overwrite":
            return data[:place] + what + data[place + len(what) :]
        case "insert":
            return data[:place] + what + data[place:]
        case "cut":
            return data[:place]
        case "drop":
            return data[:place] + data[place + max(1, len(what)) * 7 :]
        case "repeat":
            return data[:place] + data[place : place + 64] * 20 + data[place:]
    raise AssertionError(name)


def mended(data: bytes) -> bytes:
    """A PNG whose checksums hold again: the damage gets past the first check."""
    out, at = data[:8], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if at + 12 + length > len(data):
            break
        body = data[at + 4 : at + 8 + length]
        out += data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return out + data[at:]


steps = st.tuples(
    st.sampled_from(["overwrite", "overwrite", "insert", "cut", "drop", "repeat"]),
    st.one_of(st.integers(0, 200), st.integers(0, 20_000)),  # headers are where parsers believe
    st.one_of(st.sampled_from(NUMBERS), st.binary(min_size=1, max_size=8)),
)
mutated = st.builds(Mutated, st.sampled_from(KINDS), st.lists(steps, min_size=1, max_size=4).map(tuple))
