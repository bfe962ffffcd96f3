"""The pictures that export looks at: golden ones made here, and views of real ones for int8.

Golden pictures are the same on every machine: grain, gradients, edges, flat black and white, what a
broken normalisation, channel order or padding would show on.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.contract import ModelJson
from backend.errors import PictureError
from backend.picture import ENDINGS, decode
from backend.views import views
from export.errors import CalibrationMissing

Views = NDArray[np.uint8]  # [n, height, width, 3], RGB

CALIBRATION_VIEWS = 128  # 192 instead of 64 moved int8's mean difference by nothing: ranges are means
FEWEST_VIEWS = 8


def golden_views(height: int, width: int) -> Views:
    """Nine pictures of that size, the same everywhere."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:height, 0:width]
    colours = np.array([0.2, 0.5, 0.9])
    gradient = (x / width + y / height)[..., np.newaxis] * 127 * colours
    waves = 128 + 80 * np.stack([np.sin(x / 5), np.cos(y / 9), np.sin((x + y) / 23)], -1)
    board = np.repeat(((x // 8 + y // 8) % 2 * 255)[..., np.newaxis], 3, -1)
    flat = [np.full((height, width, 3), colour) for colour in ((0, 0, 0), (255, 255, 255), (220, 40, 90))]
    grain = rng.integers(0, 256, (height, width, 3))
    made = [gradient, waves, board, *flat, grain, waves + rng.normal(0, 12, waves.shape), gradient[::-1]]
    return np.stack([np.clip(picture, 0, 255).astype(np.uint8) for picture in made])


def real_views(folders: Sequence[Path], model: ModelJson, count: int = CALIBRATION_VIEWS) -> Views:
    """One view of each of `count` pictures below `folders`, drawn by a fixed seed, cut as the model's
    view policy cuts. Raises CalibrationMissing where there are too few."""
    paths = sorted(path for folder in folders for path in _files(folder))
    found: list[NDArray[np.uint8]] = []
    rng = np.random.default_rng(0)
    for index in rng.permutation(len(paths)):
        if len(found) == count:
            break
        try:
            picture = decode(paths[index].read_bytes())
        except (PictureError, OSError):
            continue  # training lists unreadable files; here others take their place
        cut = views(picture.pixels, model.views, model.input)
        found.append(cut[int(rng.integers(len(cut)))].pixels)  # crops and overviews alike
    if len(found) < FEWEST_VIEWS:
        places = ", ".join(str(folder) for folder in folders) or "no folder at all"
        raise CalibrationMissing(
            f"int8 needs at least {FEWEST_VIEWS} pictures like those the model was trained on, found "
            f"{len(found)} in {places}. Give a folder of pictures with --calibration DIR, or leave int8 "
            f"out with --runtimes onnx tfjs."
        )
    return np.stack(found)


def _files(folder: Path) -> Iterator[Path]:
    """Files with a picture's ending, links followed, no folder entered twice."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        seen.add(os.path.realpath(place))
        folders[:] = [name for name in folders if os.path.realpath(Path(place, name)) not in seen]
        yield from (Path(place, name) for name in names if Path(name).suffix.lower() in ENDINGS)
