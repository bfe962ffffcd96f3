"""Pictures drawn by the tests."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def pixels(width: int = 200, height: int = 150, seed: int = 0, level: int | None = None) -> NDArray[np.uint8]:
    """Smooth shapes with some grain; `level` gives a flat picture of that brightness instead."""
    if level is not None:
        return np.full((height, width, 3), level, np.uint8)
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / rng.uniform(8, 40) + y / rng.uniform(8, 40)) for _ in range(3)]
    return np.clip(128 + 60 * np.stack(waves, -1) + rng.normal(0, 6, (height, width, 3)), 0, 255).astype(
        np.uint8
    )


def encoded(picture: NDArray[np.uint8] | Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def animated(kind: str) -> bytes:
    """Three frames."""
    first, *others = (Image.fromarray(pixels(120, 90, seed=seed)) for seed in range(3))
    return encoded(first, kind, save_all=True, append_images=others, duration=100)
