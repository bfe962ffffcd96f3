"""Samples to batches for Keras, with tf.data.

In: samples and a `Reader`. Out: datasets of (pictures float32 [batch, side, side, 3], RGB, 0 to 255;
labels float32 [batch, 1]). Decoding and resizing are the backend's own code, so that a picture looks to
the trained network as it will look to the served one.
"""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from PIL import Image, ImageOps

from backend.contract import ModelInput, ResizedWhole
from backend.errors import TooSmall
from backend.picture import decode
from backend.views import views
from training.augment import augment, flip
from training.gather import Sample
from training.recipes import Augmentation

MOST_REMEMBERED = 3 * 2**30  # bytes; decoding a picture again each epoch costs 10 to 40 ms

Pixels = NDArray[np.uint8]


class Reader:
    """Files to squares of `side` pixels; those read once stay in memory as far as it goes."""

    def __init__(self, side: int, most_bytes: int = MOST_REMEMBERED) -> None:
        self.side = side
        self._room = most_bytes // (side * side * 3)
        self._squares: dict[bytes, Pixels] = {}

    def read(self, path: bytes) -> Pixels:
        """uint8 [side, side, 3], RGB. tf.data calls it from several threads; at worst both read."""
        found = self._squares.get(path)
        if found is None:
            found = square(Path(path.decode()), self.side)
            if len(self._squares) < self._room:
                self._squares[path] = found
        return found


CHANGES: dict[Augmentation, Callable[[Any, Any], Any]] = {"all": augment, "flips": flip}


def training(
    samples: Sequence[Sample], reader: Reader, batch: int, seed: int, augmentation: Augmentation = "all"
) -> Any:
    """Shuffled anew each epoch, then augmented."""
    change = CHANGES[augmentation]
    order = _paths(samples).shuffle(len(samples), seed=seed, reshuffle_each_iteration=True)
    draws = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).batch(2, drop_remainder=True)

    def example(row: Any, draw: Any) -> Any:
        path, label = row
        return change(_read(reader, path), draw), label

    pairs = tf.data.Dataset.zip((order, draws))
    return pairs.map(example, num_parallel_calls=tf.data.AUTOTUNE).batch(batch).prefetch(tf.data.AUTOTUNE)


def held_out(samples: Sequence[Sample], reader: Reader, batch: int) -> Any:
    """In the order given, as the pictures are."""

    def example(path: Any, label: Any) -> Any:
        return _read(reader, path), label

    rows = _paths(samples).map(example, num_parallel_calls=tf.data.AUTOTUNE)
    return rows.batch(batch).prefetch(tf.data.AUTOTUNE)


def square(path: Path, side: int) -> Pixels:
    """A file as the network sees it: uint8 [side, side, 3], RGB."""
    return views(pixels(path), ResizedWhole(), ModelInput(height=side, width=side))[0].pixels


def pixels(path: Path) -> Pixels:
    """A file's pixels, uint8 [h, w, 3], RGB, upright, alpha on white. Raises backend.errors.PictureError."""
    data = path.read_bytes()
    try:
        return decode(data).pixels
    except TooSmall:
        # The backend judges no thumbnails; sets of 32 pixels (CIFAKE) can be learned from all the same.
        return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))


def unreadable(path: Path) -> str | None:
    """Why a file cannot be learned from; None where it can."""
    try:
        pixels(path)
    except Exception as error:  # decoders raise many kinds on damaged files
        return f"{type(error).__name__}: {error}"
    return None


def _paths(samples: Sequence[Sample]) -> Any:
    """(path, label float32 [1]) one by one."""
    paths = [str(sample.path) for sample in samples]
    labels = np.array([[sample.label] for sample in samples], np.float32)
    return tf.data.Dataset.from_tensor_slices((paths, labels))


def _read(reader: Reader, path: Any) -> Any:
    """float32 [side, side, 3]."""
    picture = tf.ensure_shape(tf.numpy_function(reader.read, [path], tf.uint8), (reader.side,) * 2 + (3,))
    return tf.cast(picture, tf.float32)
