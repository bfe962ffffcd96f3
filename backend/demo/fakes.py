"""Pictures that no camera took, painted by code and scaled up the way image generators do it.

In: a name and a size. Out: uint8 [height, width, 3], RGB, the same for every run.
A scene is painted at a quarter of its size (as a generator's latent is), then two transposed
convolutions with random kernels bring it to full size. They leave what such layers leave: a grid of
slightly unlike gains. The colours and shapes come from fractal noise.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # height, width, 3, RGB
Plane = NDArray[np.float32]  # height, width, 0..1
Colours = NDArray[np.float32]  # height, width, 3, 0..1
Rng = np.random.Generator

SHRINK = 4  # a scene is painted at 1/4, two layers of stride 2 undo it


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture that code paints."""

    name: str
    title: str
    paint: Callable[[int, int, Rng], Colours]
    width: int = 960
    height: int = 720

    def pixels(self) -> Pixels:
        rng = _rng(self.name)
        small = self.paint(self.height // SHRINK, self.width // SHRINK, rng)
        large = generate(small, rng)
        # Detail that the last layers of a generator make up.
        detail = fractal(self.height, self.width, rng, scale=6, octaves=3)[..., None] - 0.5
        return _to_pixels(large * (1 + 0.16 * detail))


def resynthesise(pixels: Pixels, name: str) -> Pixels:
    """A photograph pressed to half its size and made anew from that, as by a decoder's last layer."""
    height, width = (side - side % 2 for side in pixels.shape[:2])
    blocks = pixels[:height, :width].astype(np.float32).reshape(height // 2, 2, width // 2, 2, 3)
    large = _transposed(blocks.mean(axis=(1, 3)) / 255, _rng(name))
    return _to_pixels(large + 0.8 * (large - _blurred(large)))


def generate(small: Colours, rng: Rng) -> Colours:
    """Two transposed convolutions of stride 2: four times as high and wide."""
    return _transposed(_transposed(small, rng), rng)


def _transposed(small: Colours, rng: Rng) -> Colours:
    """Stride 2, kernel 4x4: bilinear with noise on it, so that the four phases differ slightly."""
    line = np.array([0.25, 0.75, 0.75, 0.25])
    kernel = np.outer(line, line) * (1 + rng.normal(0, 0.035, (4, 4)))
    kernel *= 4 / kernel.sum()
    rows, columns = small.shape[:2]
    around = np.pad(small, ((1, 1), (1, 1), (0, 0)), "edge")
    out = np.zeros((2 * rows + 8, 2 * columns + 8, 3), np.float32)
    for y in range(4):
        for x in range(4):
            out[y : y + 2 * rows + 4 : 2, x : x + 2 * columns + 4 : 2] += np.float32(kernel[y, x]) * around
    return out[3 : 3 + 2 * rows, 3 : 3 + 2 * columns]


def fractal(
    height: int, width: int, rng: Rng, scale: float = 64, octaves: int = 5, stretch: float = 1
) -> Plane:
    """Fractal noise in 0..1: smooth noise at `scale` px, and finer, weaker ones upon it."""
    total, strength = np.zeros((height, width), np.float32), 1.0
    for octave in range(octaves):
        size = max(2.0, scale / 2**octave)
        rows, columns = int(height / size) + 3, int(width / (size * stretch)) + 3
        total += strength * _smooth(rng.random((rows, columns), np.float32), height, width)
        strength /= 2
    low, high = total.min(), total.max()
    return np.asarray((total - low) / (high - low), np.float32)


def _smooth(values: Plane, height: int, width: int) -> Plane:
    """Values at grid points, joined smoothly (no creases along the grid)."""
    y, row = _steps(height, values.shape[0])
    x, column = _steps(width, values.shape[1])
    upper = values[y][:, x] * (1 - column) + values[y][:, x + 1] * column
    lower = values[y + 1][:, x] * (1 - column) + values[y + 1][:, x + 1] * column
    return np.asarray(upper * (1 - row[:, None]) + lower * row[:, None], np.float32)


def _steps(size: int, points: int) -> tuple[NDArray[np.intp], Plane]:
    at = np.linspace(0, points - 1.001, size, dtype=np.float32)
    index = at.astype(np.intp)
    part = at - index
    return index, part * part * (3 - 2 * part)


def mountains(height: int, width: int, rng: Rng) -> Colours:
    """Ridges behind ridges, paler with distance."""
    sky = _ramp(height, width, (0.36, 0.50, 0.74), (0.99, 0.80, 0.62))
    sky += 0.10 * (fractal(height, width, rng, 50, stretch=3)[..., None] - 0.5)
    far, near = np.array([0.66, 0.62, 0.70]), np.array([0.07, 0.12, 0.15])
    picture = sky
    for layer in range(6):
        depth = layer / 5
        line = height * (0.34 + 0.11 * layer) - height * 0.24 * _ridge(width, rng, 18 + 10 * layer)
        below = np.arange(height)[:, None] > line[None, :]
        grain = 0.07 * (fractal(height, width, rng, 16)[..., None] - 0.5)
        mist = np.clip((np.arange(height)[:, None] - line[None, :]) / height, 0, 1)[..., None] * (1 - depth)
        colour = (far * (1 - depth) + near * depth) + grain + 0.5 * mist
        picture = np.where(below[..., None], colour, picture)
    return np.asarray(picture, np.float32)


def sea(height: int, width: int, rng: Rng) -> Colours:
    """A low sun above waves."""
    horizon = int(height * 0.46)
    picture = _ramp(height, width, (0.16, 0.20, 0.42), (0.98, 0.56, 0.30))
    picture[:horizon] = _ramp(horizon, width, (0.16, 0.20, 0.42), (1.0, 0.60, 0.32))
    clouds = fractal(horizon, width, rng, 40, stretch=4) ** 2
    picture[:horizon] += clouds[..., None] * np.array([0.42, 0.20, 0.20], np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    sun = np.hypot(x - width * 0.62, y - height * 0.37)
    picture += np.exp(-sun / (0.10 * width))[..., None] * np.array([0.55, 0.42, 0.22], np.float32)
    picture = np.where((sun < 0.045 * width)[..., None], np.array([1, 0.95, 0.78]), picture)
    rows = height - horizon
    depth = np.linspace(0.02, 1, rows)[:, None]
    waves = 0.5 + 0.5 * np.sin(60 / (depth + 0.08) + 9 * fractal(rows, width, rng, 26, stretch=5))
    water = np.array([0.10, 0.17, 0.32]) * (1 - depth[..., None]) + np.array([0.03, 0.08, 0.17])
    path = np.exp(-(((x[horizon:] - width * 0.62) / (width * (0.05 + 0.22 * depth))) ** 2))
    picture[horizon:] = water + 0.12 * waves[..., None] + (path * waves**2)[..., None] * [1.0, 0.62, 0.34]
    return np.asarray(picture, np.float32)


def nebula(height: int, width: int, rng: Rng) -> Colours:
    """Gas, lit from inside, and stars."""
    warp = fractal(height, width, rng, 60)
    clouds = [_warped(fractal(height, width, rng, 70, 6), warp, 40 + 20 * index) for index in range(3)]
    tints = np.array([[0.75, 0.22, 0.42], [0.16, 0.34, 0.78], [0.95, 0.62, 0.30]])
    glow = np.zeros((height, width, 3))
    for cloud, power, tint in zip(clouds, (3, 3.4, 6), tints, strict=True):
        glow += cloud[..., None] ** power * tint
    dust = 0.25 + 0.75 * fractal(height, width, rng, 34, 5)[..., None]
    return np.asarray(0.02 + 1.5 * glow * dust + _stars(height, width, rng, 260), np.float32)


def planet(height: int, width: int, rng: Rng) -> Colours:
    """A banded planet, lit from the left."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    radius = 0.38 * height
    across, down = (x - width * 0.52) / radius, (y - height * 0.5) / radius
    inside = across**2 + down**2
    front = np.sqrt(np.clip(1 - inside, 0, 1))
    bands = fractal(height, width, rng, 22, 5, stretch=7)
    stripe = 0.5 + 0.5 * np.sin(16 * down + 5 * bands)
    surface = _mix((0.78, 0.56, 0.36), (0.95, 0.88, 0.74), stripe) * (0.72 + 0.4 * bands[..., None])
    light = np.clip(-0.72 * across - 0.25 * down + 0.62 * front, 0.015, 1)
    space = 0.01 + _stars(height, width, rng, 320)
    halo = np.exp(-np.abs(np.sqrt(inside) - 1) * 16) * np.clip(-across, 0, 1)
    space += halo[..., None] * np.array([0.30, 0.36, 0.48])
    return np.asarray(np.where((inside < 1)[..., None], surface * light[..., None], space), np.float32)


def dunes(height: int, width: int, rng: Rng) -> Colours:
    """Sand with ripples, one slope in the light, the other in shadow."""
    picture = _ramp(height, width, (0.42, 0.62, 0.86), (0.94, 0.90, 0.82))
    y = np.arange(height, dtype=np.float32)[:, None]
    for layer in range(4):
        crest = height * (0.42 + 0.16 * layer) - height * 0.20 * _ridge(width, rng, 70, 2)
        slope = np.gradient(crest)
        lit = 0.5 + 0.5 * np.tanh(5 * slope)[None, :] * np.exp(-(y - crest) / (0.22 * height))
        ripples = np.sin((y - crest) * 0.9 + 12 * fractal(height, width, rng, 40, 3, stretch=3))
        sand = _mix((0.52, 0.29, 0.16), (0.96, 0.75, 0.48), np.clip(lit + 0.06 * ripples, 0, 1))
        picture = np.where((y > crest)[..., None], sand, picture)
    return np.asarray(picture, np.float32)


def city(height: int, width: int, rng: Rng) -> Colours:
    """Towers at night above water that doubles them."""
    shore = int(height * 0.66)
    picture = _ramp(height, width, (0.03, 0.04, 0.12), (0.34, 0.18, 0.30))
    picture[:shore] += 0.15 * fractal(shore, width, rng, 50, stretch=3)[..., None]
    for depth in (0.0, 0.5, 1.0):
        left = 0
        while left < width:
            wide = int(rng.integers(8, 22))
            top = int(shore - height * rng.uniform(0.12, 0.30 + 0.26 * (1 - depth)))
            tower = np.full((shore - top, min(wide, width - left), 3), 0.10 * (1 - depth) + 0.02, np.float32)
            if depth > 0:
                lit = rng.random((tower.shape[0] // 3 + 1, tower.shape[1] // 2 + 1)) < 0.34
                windows = lit.repeat(3, 0)[: tower.shape[0]].repeat(2, 1)[:, : tower.shape[1]].copy()
                windows[::3] = False
                tower[windows] = np.array([0.98, 0.80, 0.48]) * rng.uniform(0.6, 1)
            picture[top:shore, left : left + wide] = tower
            left += wide + int(rng.integers(0, 5))
    below = picture[:shore][::-1][: height - shore]
    shift = (2.5 * np.sin(np.arange(height - shore) * 1.3)).astype(int)
    mirrored = np.stack([np.roll(row, step, 0) for row, step in zip(below, shift, strict=True)])
    picture[shore:] = 0.45 * mirrored + np.array([0.02, 0.04, 0.09])
    return np.asarray(picture, np.float32)


def flower(height: int, width: int, rng: Rng) -> Colours:
    """A flower before soft green."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    across, down = (x - width / 2) / height, (y - height / 2) / height
    distance, angle = np.hypot(across, down), np.arctan2(down, across)
    picture = _mix((0.05, 0.16, 0.08), (0.52, 0.68, 0.30), fractal(height, width, rng, 60, 3))
    for ring, petals in ((1.0, 11), (0.72, 9), (0.46, 7)):
        turn = rng.uniform(0, 6.3)
        edge = 0.40 * ring * (0.72 + 0.28 * np.abs(np.cos(petals * (angle + turn) / 2)) ** 0.6)
        veins = 0.5 + 0.5 * np.sin(petals * 9 * (angle + turn)) * fractal(height, width, rng, 20, 2)
        tone = np.clip(distance / (0.42 * ring), 0, 1)
        petal = _mix((0.72, 0.10, 0.30), (0.99, 0.72, 0.78), tone) * (0.86 + 0.16 * veins[..., None])
        shade = np.clip((edge - distance) * 14, 0.35, 1)[..., None]
        picture = np.where((distance < edge)[..., None], petal * shade, picture)
    heart = 0.085 * (0.9 + 0.2 * fractal(height, width, rng, 6, 2))
    gold = _mix((0.55, 0.30, 0.05), (0.99, 0.84, 0.32), fractal(height, width, rng, 4, 2))
    return np.asarray(np.where((distance < heart)[..., None], gold, picture), np.float32)


def marble(height: int, width: int, rng: Rng) -> Colours:
    """Ink in water."""
    warp = fractal(height, width, rng, 90, 4)
    twice = _warped(fractal(height, width, rng, 80, 6), warp, 90)
    vein = 0.5 + 0.5 * np.sin(26 * twice + 8 * warp)
    picture = _mix((0.04, 0.14, 0.26), (0.92, 0.93, 0.88), vein**1.4)
    gold = np.exp(-(((twice - 0.52) / 0.012) ** 2))[..., None]
    return np.asarray(picture * (1 - gold) + gold * np.array([0.86, 0.65, 0.26]), np.float32)


SCENES = (
    Scene("sea", "Nobody else on the beach tonight.", sea),
    Scene("planet", "Through the telescope, just now.", planet, 800, 800),
    Scene("nebula", "Eleven hours of exposure. Worth it?", nebula, 960, 960),
    Scene("towers", "Blue hour from the bridge.", city, 720, 960),
    Scene("flower", "Found behind the greenhouse.", flower, 800, 800),
    Scene("dunes", "Two days without a road.", dunes),
    Scene("mountains", "First light over the ridges.", mountains),
    Scene("marble", "Kitchen counter, new and finally in place.", marble, 800, 960),
)


def _rng(name: str) -> Rng:
    return np.random.default_rng(zlib.crc32(name.encode()))


def _ridge(width: int, rng: Rng, scale: float, octaves: int = 5) -> NDArray[np.float32]:
    return np.asarray(fractal(2, width, rng, scale, octaves)[0])


def _ramp(height: int, width: int, top: tuple[float, ...], bottom: tuple[float, ...]) -> Colours:
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    return np.repeat(_mix(top, bottom, down), width, axis=1)


def _mix(none: tuple[float, ...], full: tuple[float, ...], share: Plane) -> Colours:
    part = share[..., None]
    return np.asarray(np.array(none) * (1 - part) + np.array(full) * part, np.float32)


def _warped(plane: Plane, by: Plane, strength: float) -> Plane:
    height, width = plane.shape
    y, x = np.mgrid[:height, :width]
    rows = np.clip(y + strength * (by - 0.5), 0, height - 1).astype(np.intp)
    columns = np.clip(x + strength * (by[::-1] - 0.5), 0, width - 1).astype(np.intp)
    return np.asarray(plane[rows, columns])


def _stars(height: int, width: int, rng: Rng, number: int) -> Colours:
    sky = np.zeros((height, width, 3), np.float32)
    rows, columns = rng.integers(0, height, number), rng.integers(0, width, number)
    sky[rows, columns] = rng.random((number, 1)) ** 3 * rng.uniform(0.75, 1, (number, 3))
    return sky


def _blurred(picture: Colours) -> Colours:
    around = np.pad(picture, ((2, 2), (2, 2), (0, 0)), "edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, (5, 5), axis=(0, 1))
    return np.asarray(windows.mean(axis=(-2, -1)), np.float32)


def _to_pixels(picture: Colours) -> Pixels:
    return np.asarray(np.clip(np.rint(255 * picture), 0, 255), np.uint8)
