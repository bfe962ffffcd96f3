"""Where the model sees traces: its evidence map as a picture to lay over the judged one. Pure.

In: the views, and for each the probability of fake of its cells. Out: a PNG with the aspect of the picture.
Blue is below even, orange above: this pair keeps its order in every common colour blindness. Where the
model did not look, the PNG is transparent.
"""

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.views import View

LONGEST: Final = 512  # px; the cells are coarser than that on every picture
# Okabe and Ito's blue and orange.
COOL, WARM = np.array([0, 114, 178], np.float32), np.array([230, 159, 0], np.float32)
FAINT, FULL = 30.0, 150.0  # alpha of "even" and of "sure"; the picture stays visible below both


def draw(width: int, height: int, views: Sequence[View], cells: NDArray[np.float32]) -> bytes:
    """PNG, RGBA, at most LONGEST on its long side; `cells` [views, h, w], 0 to 1, for a picture in pixels."""
    scale = min(1.0, LONGEST / max(width, height))
    shape = max(1, round(height * scale)), max(1, round(width * scale))
    total, weight = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for view, map_of_view in zip(views, cells, strict=True):
        place = _place(view, scale, shape)
        fade = _fade(total[place].shape)
        total[place] += fade * _stretched(map_of_view, fade.shape)
        weight[place] += fade
    seen = weight > 0
    mean = (total / np.where(seen, weight, 1)).astype(np.float32)
    out = io.BytesIO()
    Image.fromarray(_coloured(mean, seen)).save(out, "PNG")
    return out.getvalue()


def _place(view: View, scale: float, shape: tuple[int, int]) -> tuple[slice, slice]:
    def span(start: int, length: int, limit: int) -> slice:
        first = min(round(start * scale), limit - 1)
        return slice(first, min(max(round((start + length) * scale), first + 1), limit))

    return span(view.top, view.height, shape[0]), span(view.left, view.width, shape[1])


def _fade(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Weights of a view, from its middle to its edges: overlapping ones pass into each other."""
    rows, columns = (
        1.01 - np.abs(np.linspace(-1, 1, length)) if length > 1 else np.ones(1) for length in shape
    )
    return np.outer(rows, columns).astype(np.float32)


def _stretched(cells: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """[h, w] -> `shape`, smoothly: the edges of cells are no edges in the picture."""
    size = (shape[1], shape[0])
    return np.asarray(Image.fromarray(cells.astype(np.float32)).resize(size, Image.Resampling.BICUBIC))


def _coloured(probability: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """[h, w], 0 to 1 -> uint8 [h, w, 4]."""
    sure = np.clip(2 * probability - 1, -1, 1)  # -1 real, 0 even, 1 fake
    colour = np.where(sure[..., None] > 0, WARM, COOL)
    alpha = np.where(seen, FAINT + (FULL - FAINT) * np.abs(sure), 0)
    return np.dstack([colour, alpha]).round().astype(np.uint8)
