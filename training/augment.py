"""Changes of a training picture that keep its label: flips, rotation, shift, light and colour.

In: a picture float32 [h, w, 3], RGB, 0 to 255, and a seed of two whole numbers. Out: the same kind of
picture; the same seed gives the same one. Runs inside tf.data.
"""

import math
from typing import Any

import tensorflow as tf

ROTATION = 0.1 * math.pi  # rad to both sides (18 degrees)
SHIFT = 0.1  # of a side, to both sides
BRIGHTNESS = 0.2  # of the whole range, added
CONTRAST = (0.8, 1.2)
SATURATION = (0.8, 1.2)
HUE = 0.1  # of the colour circle: the paper's largest


def flip(picture: Any, seed: Any) -> Any:
    """The changes that move pixels and leave each as it was: what a generator left in them stays."""
    seeds = tf.unstack(tf.random.split(tf.cast(seed, tf.int64), 2))
    picture = tf.image.stateless_random_flip_left_right(picture, seeds[0])
    return tf.image.stateless_random_flip_up_down(picture, seeds[1])


def augment(picture: Any, seed: Any) -> Any:
    """All changes, each drawn by itself."""
    seeds = tf.unstack(tf.random.split(tf.cast(seed, tf.int64), 7))
    picture = tf.image.stateless_random_flip_left_right(picture, seeds[0])
    picture = tf.image.stateless_random_flip_up_down(picture, seeds[1])
    picture = turn_and_shift(picture, seeds[2])
    picture = picture / 255.0
    picture = tf.image.stateless_random_brightness(picture, BRIGHTNESS, seeds[3])
    picture = tf.image.stateless_random_contrast(picture, *CONTRAST, seeds[4])
    picture = tf.clip_by_value(picture, 0.0, 1.0)  # hue and saturation are defined in this range alone
    picture = tf.image.stateless_random_hue(picture, HUE, seeds[5])
    picture = tf.image.stateless_random_saturation(picture, *SATURATION, seeds[6])
    return tf.clip_by_value(picture, 0.0, 1.0) * 255.0


def turn_and_shift(picture: Any, seed: Any) -> Any:
    """A rotation about the middle and a shift in one resampling; the border is continued by mirroring."""
    drawn = tf.random.stateless_uniform([3], seed, -1.0, 1.0)
    size = tf.cast(tf.shape(picture)[:2], tf.float32)
    middle = (size - 1.0) / 2.0  # y, x
    shift = drawn[1:] * SHIFT * size  # y, x
    cos, sin = tf.cos(drawn[0] * ROTATION), tf.sin(drawn[0] * ROTATION)
    # Output (x, y) to input (cos x - sin y + left, sin x + cos y + top).
    left = middle[1] - cos * middle[1] + sin * middle[0] + shift[1]
    top = middle[0] - sin * middle[1] - cos * middle[0] + shift[0]
    turned = tf.raw_ops.ImageProjectiveTransformV3(
        images=picture[tf.newaxis],
        transforms=tf.stack([cos, -sin, left, sin, cos, top, 0.0, 0.0])[tf.newaxis],
        output_shape=tf.shape(picture)[:2],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    return tf.ensure_shape(turned[0], picture.shape)
