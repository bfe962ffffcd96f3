"""A perceptual hash: 64 bits that stay nearly the same when a picture is scaled or recompressed. Pure.

The difference hash (dHash): the picture as 9 x 8 grey values, and whether each is darker than its right
neighbour.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 8, 8
ENOUGH = 256  # px of the long side; more do not change 72 grey values
FEATURELESS = 8  # bits; below (or above 64 less this), flat pictures and plain gradients all look alike
BANDS = 4  # of 16 bits: two hashes that differ in at most 3 bits share one of them


def likeness(pixels: NDArray[np.uint8]) -> int:
    """uint8 [h, w, 3], RGB -> 64 bits."""
    step = max(1, max(pixels.shape[:2]) // ENOUGH)
    few = Image.fromarray(np.ascontiguousarray(pixels[::step, ::step]))
    grey = np.asarray(few.convert("L").resize((WIDTH + 1, HEIGHT), Image.Resampling.BOX), np.int16)
    darker = grey[:, :-1] < grey[:, 1:]
    return int.from_bytes(np.packbits(darker).tobytes(), "big")


def distance(a: int, b: int) -> int:
    """Bits that differ: 0 to 64."""
    return (a ^ b).bit_count()


def bands(value: int) -> tuple[int, ...]:
    return tuple((value >> (16 * band)) & 0xFFFF for band in range(BANDS))


def is_featureless(value: int) -> bool:
    return not FEATURELESS <= value.bit_count() <= 64 - FEATURELESS
