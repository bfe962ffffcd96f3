"""Pictures of the sizes that feeds deliver, each different, for timing alone. Pure.

Smooth shapes with grain, so that JPEGs are as large as photographs' (0.15 bytes a pixel and more).
"""

import io
from collections.abc import Iterator

import numpy as np
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
        out = io.BytesIO()
        Image.fromarray(picture).save(out, "JPEG", quality=QUALITY)
        yield out.getvalue()
