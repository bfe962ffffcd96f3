"""Training crops for the wild: balanced draws, laundered alike, cut at native resolution.

In: samples (path, label, source). Out: batches of pixels (uint8 [batch, side, side, 3], RGB) and labels.
The label never meets the laundering: steps, crop and flip are drawn before the class is looked at, so
that neither size, format nor quality can tell real from fake. Aligned pairs (training.aligned) come as
two draws in a row with one plan: the same place, the same laundering, and only the traces differ.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageOps

from backend.views import resized
from training.aligned import Pair
from training.errors import DataError
from training.launder import Pixels, Step, carry_out, laundered_pixels, plan_piece

PAIRED = 1  # keeps the numbers drawn for pairs apart from all others


class Sample(Protocol):
    """One picture to learn from; label 0 is real, 1 is fake."""

    @property
    def path(self) -> Path: ...
    @property
    def label(self) -> int: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Crop:
    """One example for the network."""

    pixels: Pixels  # side, side, 3
    label: int
    index: int  # of the sample


@dataclass(frozen=True, slots=True)
class Encoded:
    """The file of a draw before it is decoded and cut."""

    data: bytes
    label: int
    index: int  # of the sample


@dataclass(frozen=True, slots=True)
class _Plan:
    """What happens to a draw; all but `index` is settled before the class is drawn."""

    steps: tuple[Step, ...]
    x: float  # place of the crop, 0..1
    y: float
    flip: bool
    relight: bool
    extent: float | None  # of an overview, 0..1: from what fits the crop to the whole; None for a crop
    index: int
    rng: np.random.Generator  # for the relighting


class Crops:
    """Draws crops: first a class, then a source (a source with four times the pictures is drawn twice
    as often), then a picture. Draw `n` of `seed` is always the same crop. `pairs` make up `paired` of
    the draws: of draws 2k and 2k + 1 the even one is the real half, the odd one its fake. `overviews` is
    the share of the draws that are a larger part of the picture, resized.

    The encoded files are kept in memory (a hundred thousand small pictures fit a few GiB).
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        side: int,
        seed: int,
        launder: bool = True,
        pairs: Sequence[Pair] = (),
        paired: float = 0.0,
        overviews: float = 0.0,
    ) -> None:
        self.samples, self.side, self.seed, self.launder = list(samples), side, seed, launder
        self._overviews = overviews
        self._by_class = [_Sources(self.samples, label) for label in (0, 1)]
        self._first_half, self._pairs, self._paired = len(self.samples), len(pairs), paired if pairs else 0.0
        self.samples += [half for pair in pairs for half in (pair.real, pair.fake)]
        self._files: dict[int, bytes] = {}

    def draw(self, number: int) -> Crop:
        """Crop `number` of the endless sequence."""
        plan = self._plan(number)
        pixels = laundered_pixels(self._pixels(plan.index), plan.steps)
        if plan.extent is None or max(pixels.shape[:2]) <= self.side:
            pixels = cut(pixels, self.side, plan.x, plan.y)
        else:
            pixels = overview(pixels, self.side, plan.x, plan.y, plan.extent)
        if plan.flip:
            pixels = pixels[:, ::-1]
        if plan.relight:
            pixels = _relight(pixels, plan.rng)
        return Crop(np.ascontiguousarray(pixels), self.samples[plan.index].label, plan.index)

    def encoded(self, number: int) -> Encoded:
        """The file that crop `number` is cut from: laundered, or the picture's own where it is left as
        it is. What this file gives away without its pixels, `training.leak_probe` measures."""
        plan = self._plan(number)
        data = carry_out(self._pixels(plan.index), plan.steps).data if plan.steps else self._file(plan.index)
        return Encoded(data, self.samples[plan.index].label, plan.index)

    def _plan(self, number: int) -> _Plan:
        rng, paired = self._rng(number)
        steps = plan_piece(rng) if self.launder else ()
        while paired and self.launder and not steps:
            # The real half has often been compressed before, its fake has not: without laundering, the older
            # compression would tell them apart.
            steps = plan_piece(rng)
        place, flip, light = rng.random(2), rng.random() < 0.5, rng.random()
        extent = self._extent(rng) if self._overviews else None
        index = self._half(number % 2, rng) if paired else self._by_class[int(rng.random() < 0.5)].draw(rng)
        return _Plan(steps, float(place[0]), float(place[1]), flip, light < 0.3, extent, index, rng)

    def _extent(self, rng: np.random.Generator) -> float | None:
        """Half of the overviews are of the whole picture: training pictures are often pieces of one."""
        kind, extent = rng.random(2)
        if kind >= self._overviews:
            return None
        return 1.0 if kind < self._overviews / 2 else float(extent)

    def _rng(self, number: int) -> tuple[np.random.Generator, bool]:
        """Of a draw, and whether it is half of a pair: both halves are planned with the same numbers."""
        both = np.random.default_rng([self.seed, number // 2, PAIRED])
        if both.random() < self._paired:
            return both, True
        return np.random.default_rng([self.seed, number]), False

    def _half(self, label: int, rng: np.random.Generator) -> int:
        return self._first_half + 2 * int(rng.integers(self._pairs)) + label

    def _file(self, index: int) -> bytes:
        if index not in self._files:
            self._files[index] = self.samples[index].path.read_bytes()
        return self._files[index]

    def _pixels(self, index: int) -> Pixels:
        picture = Image.open(io.BytesIO(self._file(index)))
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))  # upright, as inference sees it


class _Sources:
    """The samples of one class by source, drawn in proportion to the square root of their number."""

    def __init__(self, samples: Sequence[Sample], label: int) -> None:
        members: dict[str, list[int]] = {}
        for index, sample in enumerate(samples):
            if sample.label == label:
                members.setdefault(sample.source, []).append(index)
        if not members:
            raise DataError(
                f"none of the {len(samples)} pictures is {('real', 'fake')[label]}; crops need both"
            )
        self._members = list(members.values())
        weight = np.sqrt([len(group) for group in self._members])
        self._upto = np.cumsum(weight / weight.sum())

    def draw(self, rng: np.random.Generator) -> int:
        group = self._members[min(int(np.searchsorted(self._upto, rng.random())), len(self._members) - 1)]
        return group[int(rng.integers(len(group)))]


def cut(pixels: Pixels, side: int, x: float, y: float) -> Pixels:
    """The square of `side` at the relative place (x, y in 0..1); a shorter side is continued by
    mirroring, as the views of inference do."""
    height, width = pixels.shape[:2]
    if height < side or width < side:
        missing = (max(0, side - height), max(0, side - width))
        pixels = np.pad(pixels, ((0, missing[0]), (0, missing[1]), (0, 0)), "symmetric")
        height, width = pixels.shape[:2]
    top, left = round(y * (height - side)), round(x * (width - side))
    return pixels[top : top + side, left : left + side]


def overview(pixels: Pixels, side: int, x: float, y: float, extent: float) -> Pixels:
    """A part of the picture, at the relative place (x, y in 0..1), resized to the square of `side`. `extent`
    0 is a part whose shorter side is no longer than that, 1 the whole."""
    height, width = pixels.shape[:2]
    least = min(1.0, side / min(height, width))
    share = least + (1 - least) * extent
    high, wide = max(1, round(height * share)), max(1, round(width * share))
    top, left = round(y * (height - high)), round(x * (width - wide))
    part = Image.fromarray(pixels[top : top + high, left : left + wide])
    return np.asarray(resized(part, side, side))


def _relight(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Brightness, contrast and colour, each by up to a fifth: editing that makes nothing fake."""
    picture = Image.fromarray(pixels)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        picture = enhance(picture).enhance(float(rng.uniform(0.8, 1.2)))
    return np.asarray(picture)


def dataset(crops: Crops, batch: int, first: int, steps: int) -> Any:
    """`steps` batches of ({pixels}, {labels}) from draw `first` on: tf.data under TensorFlow, the same
    crops as a keras PyDataset under torch and JAX."""
    if keras.config.backend() != "tensorflow":
        return _Batches(crops, batch, first, steps)
    import tensorflow as tf

    def load(number: Any) -> Any:
        def draw(n: Any) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
            crop = crops.draw(int(n))
            return crop.pixels, np.array([crop.label], np.float32)

        pixels, label = tf.numpy_function(draw, [number], (tf.uint8, tf.float32))
        return tf.ensure_shape(pixels, (crops.side, crops.side, 3)), tf.ensure_shape(label, (1,))

    numbers = tf.data.Dataset.range(first, first + steps * batch)
    return numbers.map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(batch).prefetch(tf.data.AUTOTUNE)


class _Batches(keras.utils.PyDataset):  # type: ignore[misc]
    def __init__(self, crops: Crops, batch: int, first: int, steps: int) -> None:
        super().__init__(workers=2, max_queue_size=8)
        self._crops, self._batch, self._first, self._steps = crops, batch, first, steps

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, step: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        start = self._first + step * self._batch
        drawn = [self._crops.draw(start + place) for place in range(self._batch)]
        return stack(drawn)


def stack(drawn: Sequence[Crop]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Crops -> pixels [n, side, side, 3] and labels [n, 1]."""
    pixels = np.stack([crop.pixels for crop in drawn])
    return pixels, np.array([[crop.label] for crop in drawn], np.float32)


def in_order(crops: Crops, count: int) -> Iterator[Crop]:
    """The first `count` draws, one by one: for probes and sample sheets."""
    return (crops.draw(number) for number in range(count))
