"""A picture and the model's view policy to views: what the network gets to see.

The traces of a generator lie in the pixels as they came, so most views for the wild are crops at the
picture's own resolution; overviews show what does not fit a crop. Pure; evaluation, backend and calibration
share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.contract import ModelInput, NativeCrops, ResizedWhole, ViewPolicy

MAX_OVERLAP = 0.5  # of a side: two crops that share more say the same thing twice


@dataclass(frozen=True, slots=True)
class View:
    """A square for the network, and where it lies in the picture."""

    pixels: NDArray[np.uint8]  # side, side, 3; RGB
    left: int  # px in the picture
    top: int
    width: int  # px of the picture that it shows
    height: int
    overview: bool = False  # resized, beside the native crops


def views(pixels: NDArray[np.uint8], policy: ViewPolicy, size: ModelInput) -> list[View]:
    """All views the policy allows for a picture (uint8 [h, w, 3]): overviews, then the most telling crops."""
    picture = Image.fromarray(pixels)
    if isinstance(policy, ResizedWhole):
        return [_resized_middle(picture, 1.0, size)]
    regions = [_resized_middle(picture, share, size) for share in policy.overviews]
    overviews = [
        replace(view, overview=True) for view in regions if max(view.width, view.height) > size.height
    ]
    return [*overviews, *_native_crops(pixels, policy, size.height)]


def overviews(cut: Sequence[View]) -> int:
    """How many of the views, the first ones, are overviews."""
    return sum(view.overview for view in cut)


def _resized_middle(picture: Image.Image, share: float, size: ModelInput) -> View:
    width, height = (max(1, round(side * share)) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    middle = picture.crop((left, top, left + width, top + height))
    return View(np.asarray(resized(middle, size.width, size.height)), left, top, width, height)


def resized(part: Image.Image, width: int, height: int) -> Image.Image:
    """The mean of blocks of as many whole pixels as fit, then bilinear, antialiased: what large parts show
    hardly differs from bilinear alone, which takes twice as long."""
    return part.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=1.0)


def _native_crops(pixels: NDArray[np.uint8], policy: NativeCrops, side: int) -> list[View]:
    height, width = pixels.shape[:2]
    places = [(top, left) for top in _spread(height, side) for left in _spread(width, side)]
    texture = [_texture(pixels[top : top + side, left : left + side]) for top, left in places]
    # Stable sort: equally flat crops keep their reading order, so the same picture gives the same views.
    order = sorted(range(len(places)), key=lambda place: -texture[place])
    chosen = _apart([places[place] for place in order], side, policy.first + policy.more)
    return [_crop(pixels, top, left, side) for top, left in chosen]


def _spread(length: int, side: int) -> list[int]:
    """Starts of as many crops as fit side by side, spread from edge to edge, overlapping at most half."""
    if length <= side:
        return [0]
    count = max(1, int((length - side) / (side * MAX_OVERLAP)) + 1) if length < 2 * side else length // side
    if count == 1:
        return [(length - side) // 2]
    return [round(place) for place in np.linspace(0, length - side, count)]


def _apart(places: list[tuple[int, int]], side: int, count: int) -> list[tuple[int, int]]:
    """The first `count` places; those that touch an earlier one wait until all others are taken."""
    first: list[tuple[int, int]] = []
    later: list[tuple[int, int]] = []
    for place in places:
        near = any(abs(place[0] - top) <= side and abs(place[1] - left) <= side for top, left in first)
        (later if near else first).append(place)
    return (first + later)[:count]


def _texture(crop: NDArray[np.uint8]) -> float:
    """Mean absolute difference of neighbouring luma values, 0 to 255."""
    red, green, blue = np.moveaxis(crop[::2, ::2], -1, 0)  # every second pixel is enough
    luma = red * np.float32(0.299) + green * np.float32(0.587) + blue * np.float32(0.114)
    return float(sum(np.abs(np.diff(luma, axis=axis)).mean() for axis in (0, 1) if luma.shape[axis] > 1))


def _crop(pixels: NDArray[np.uint8], top: int, left: int, side: int) -> View:
    piece = pixels[top : top + side, left : left + side]
    height, width = piece.shape[:2]
    if (height, width) != (side, side):
        piece = np.pad(piece, ((0, side - height), (0, side - width), (0, 0)), "symmetric")
    return View(np.ascontiguousarray(piece), left, top, width, height)


def aggregate(logits: NDArray[np.float32], policy: ViewPolicy, overviews: int = 0) -> float:
    """Logits of the views [n], the overviews' first -> the picture's logit: the mean of the highest
    `top_share` of the crops', and the mean of the overviews'."""
    if isinstance(policy, ResizedWhole):
        return float(logits[0])
    crops = logits[overviews:]
    kept = max(1, int(np.ceil(len(crops) * policy.top_share)))
    found = float(np.sort(crops)[::-1][:kept].mean())
    if not overviews:
        return found
    weight = policy.overview_weight
    return (1 - weight) * found + weight * float(logits[:overviews].mean())


def overlap(a: View, b: View) -> float:
    """Shared area against the smaller view: 0 to 1."""
    width = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    height = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return max(0, width) * max(0, height) / min(a.width * a.height, b.width * b.height)
