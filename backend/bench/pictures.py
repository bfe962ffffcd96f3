"""Pictures of the sizes that feeds deliver, each different, for timing alone. Pure.

Smooth shapes with grain, so that JPEGs are as large as photographs' (0.15 bytes a pixel and more).
"""

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZES = ((1080, 1350), (1080, 1080), (1200, 675), (640, 640), (736, 1104), (1080, 608))  # px, as feeds have
QUALITY = 82


def feed_like(count: int, seed: int = 0) -> Iterator[bytes]:
    """JPEG bytes; other seeds give other pictures."""
    for number in range(count):
        width, height = SIZES[number % len(SIZES)]
        rng = np.random.default_rng((seed, number))
        small = Image.fromarray(rng.integers(0, 256, (height // 24, width // 24, 3), np.uint8))
        shapes = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32)
        grain = rng.normal(0, 9, (height, width, 1)).astype(np.float32)
        picture = np.clip(shapes * 0.7 + 40 + grain, 0, 255).astype(np.uint8)
        yield _jpeg(picture, QUALITY)


def cuts(count: int, seed: int = 0) -> Iterator[bytes]:
    """Different ones, too, made five times as fast: cut from one large picture, for thousands."""
    rng = np.random.default_rng(seed)
    side = 2 * max(max(size) for size in SIZES)
    shapes = Image.fromarray(rng.integers(0, 256, (side // 24, side // 24, 3), np.uint8))
    large = np.asarray(shapes.resize((side, side), Image.Resampling.BICUBIC))
    grain = rng.integers(0, 32, (side, side, 1), np.uint8)
    large = large // 2 + grain
    for number in range(count):
        width, height = SIZES[number % len(SIZES)]
        left, top = rng.integers(0, side - width), rng.integers(0, side - height)
        yield _jpeg(large[top : top + height, left : left + width], int(rng.integers(60, 96)))


def _jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()
