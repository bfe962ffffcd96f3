"""Pictures of every format, with all that the rungs read, broken as files break and attackers break them."""

import struct
import zlib
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.backend.test_metadata import A1111, COMFY_PROMPT, comment, png, source, with_exif, xmp
from tests.credentials import created, new_signer, signed
from tests.pictures import animated, encoded, pixels

KINDS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP")
PLAIN = {kind: encoded(pixels(120, 90), kind) for kind in KINDS}
AI = "trainedAlgorithmicMedia"
SIGNER = new_signer("Test Generator")
TELLING = {  # the rung that reads them says `fake`
    **{
        f"{kind} signed": signed(PLAIN[kind], SIGNER, [created(AI)], kind) for kind in ("JPEG", "PNG", "WEBP")
    },
    **{f"{kind} with EXIF": with_exif(kind, comment(A1111)) for kind in ("JPEG", "WEBP", "AVIF")},
    **{f"{kind} with XMP": encoded(pixels(120, 90), kind, xmp=xmp(source(AI))) for kind in ("JPEG", "WEBP")},
    "PNG with texts": png(("parameters", A1111), ("prompt", COMFY_PROMPT)),
    "PNG with packed XMP": png(
        ("XML:com.adobe.xmp", xmp(source(AI)).decode()), packed=True, international=True
    ),
}
ANIMATED = {f"{kind} animated": animated(kind) for kind in ("GIF", "WEBP", "PNG", "AVIF")}
WHOLE = {**PLAIN, **TELLING, **ANIMATED}
# Sizes and counts that parsers trust: zero, one, all bits, sign bits.
NUMBERS = [bytes(4), b"\x00\x00\x00\x01", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff"]


@dataclass(frozen=True)
class Mutated:
    """Shown by hypothesis as how it was made, not as bytes."""

    kind: str  # of WHOLE
    steps: tuple[tuple[str, int, bytes], ...]

    @property
    def data(self) -> bytes:
        data = WHOLE[self.kind]
        for name, at, what in self.steps:
            data = apply(data, name, at, what)
        return mended(data) if self.kind.startswith("PNG") and len(self.steps) % 2 else data


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
    st.one_of(st.integers(0, 200), st.integers(0, 100_000)),  # headers are where parsers believe
    st.one_of(st.sampled_from(NUMBERS), st.binary(min_size=1, max_size=8)),
)
mutated = st.builds(
    Mutated, st.sampled_from(sorted(WHOLE)), st.lists(steps, min_size=1, max_size=4).map(tuple)
)
