"""Augmentation within the compiled loop: pictures changed at random from a seed and the step, by built-in operations.

`studio.core.augmentation` is the same in NumPy, for looking at; a test holds the two together.
"""

from __future__ import annotations

import math
from typing import Any

from studio.core.augmentation import MIRRORED, Draws, moves, nodes, spread
from studio.core.training import TrainingConfig
from studio.ml.backend import tf

MOVES_KEY, MIXUP_KEY = 0x5EED, 0x313
"""What keeps the chance of one purpose apart from that of another with the same seed."""


def augment(images: Any, training: TrainingConfig, seed: int, step: Any) -> Any:
    """Return pictures moved, turned, resized, mirrored and wobbled, each its own way.

    The same seed and step change them alike, whichever machine and whatever came before.

    Args:
        images: float32 (b, height, width, channels), 0 to 255.
        training: What is changed, and how much.
        seed: Start of the chance.
        step: int32 scalar, number of the batch.

    Returns:
        float32, same shape, 0 to 255; `images` itself where nothing is to be changed.
    """
    if not moves(training) and not training.stroke_jitter:
        return images
    _, height, width, _ = images.shape
    return changed(images, draw(training, tf.shape(images)[0], height, width, seed, step))


def mixup(
    images: Any, one_hot: Any, training: TrainingConfig, seed: int, step: Any
) -> tuple[Any, Any]:
    """Return pictures blended with their neighbours in the batch, and the shares of classes that they then have.

    Args:
        images: float32 (b, height, width, channels).
        one_hot: float32 (b, classes).
        training, seed, step: As in `augment`.
    """
    if not training.mixup:
        return images, one_hot
    first, second = tf.unstack(tf.random.split(_key(seed, MIXUP_KEY, step), 2))
    count = tf.shape(images)[0]
    one = tf.random.stateless_gamma([count], first, alpha=training.mixup)
    other = tf.random.stateless_gamma([count], second, alpha=training.mixup)
    both = one + other
    share = tf.where(both > 0, one / tf.where(both > 0, both, 1.0), 1.0)
    own = tf.maximum(share, 1 - share)
    return _blended(images, own[:, None, None, None]), _blended(one_hot, own[:, None])


def draw(
    training: TrainingConfig, count: Any, height: int, width: int, seed: int, step: Any
) -> Draws:
    """Let chance decide how each picture of a batch is changed: `Draws` of tensors."""
    keys = tf.unstack(tf.random.split(_key(seed, MOVES_KEY, step), 5))

    def uniform(number: int, shape: list[Any], low: Any, high: Any) -> Any:
        return low + (high - low) * tf.random.stateless_uniform(shape, keys[number])

    most = math.radians(training.rotate)
    reach = tf.constant((training.shift * width, training.shift * height), tf.float32)
    half = tf.constant([0.5 if may else 0.0 for may in MIRRORED[training.flip]])
    wobble = None
    if training.stroke_jitter:
        grid = [count, nodes(height), nodes(width), 2]
        normal = tf.random.stateless_normal(grid, keys[4])
        wobble = tf.clip_by_value(normal, -2.0, 2.0) * training.stroke_jitter
    return Draws(
        angle=uniform(0, [count], -most, most),
        zoom=uniform(1, [count], 1 - training.scale, 1 + training.scale),
        shift=uniform(2, [count, 2], -reach, reach),
        mirror=tf.where(uniform(3, [count, 2], 0.0, 1.0) < half, -1.0, 1.0),
        wobble=wobble,
    )


def changed(images: Any, draws: Draws) -> Any:
    """Return pictures changed as drawn. Args as `studio.core.augmentation.changed`, in tensors."""
    _, height, width, channels = images.shape
    corners = tf.stack(
        [images[:, 0, 0], images[:, 0, -1], images[:, -1, 0], images[:, -1, -1]], axis=1
    )
    paper = tf.reduce_mean(tf.sort(corners, axis=1)[:, 1:3], axis=1)[:, None, None, :]
    drawn = images - paper
    rows = _affine(draws, height, width)
    if draws.wobble is None:
        drawn = tf.raw_ops.ImageProjectiveTransformV3(
            images=drawn,
            transforms=tf.concat([rows, tf.zeros_like(rows[:, :2])], axis=1),
            output_shape=[height, width],
            fill_value=0.0,
            interpolation="BILINEAR",
            fill_mode="CONSTANT",
        )
        return drawn + paper
    x = tf.range(width, dtype=tf.float32)[None, None, :]
    y = tf.range(height, dtype=tf.float32)[None, :, None]
    terms = tf.unstack(rows[:, :, None, None], axis=1)
    way = tf.einsum("yi,nijk,xj->nyxk", spread(height), draws.wobble, spread(width))
    from_x = terms[0] * x + terms[1] * y + terms[2] + way[..., 0]
    from_y = terms[3] * x + terms[4] * y + terms[5] + way[..., 1]
    return _sampled(drawn, from_x, from_y, height, width, channels) + paper


def _key(seed: int, purpose: int, step: Any) -> Any:
    return tf.random.fold_in(tf.constant([seed, purpose], tf.int32), step)


def _blended(values: Any, own: Any) -> Any:
    return own * values + (1 - own) * tf.roll(values, 1, axis=0)


def _affine(draws: Draws, height: int, width: int) -> Any:
    """Return float32 (b, 6): a0 a1 a2 b0 b1 b2, by which pixel (x, y) is read at a0 x + a1 y + a2, b0 x + b1 y + b2."""
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    cos, sin = tf.cos(draws.angle) / draws.zoom, tf.sin(draws.angle) / draws.zoom
    mirror_x, mirror_y = draws.mirror[:, 0], draws.mirror[:, 1]
    to_x, to_y = middle_x + draws.shift[:, 0], middle_y + draws.shift[:, 1]
    a0, a1, b0, b1 = mirror_x * cos, mirror_x * sin, -mirror_y * sin, mirror_y * cos
    return tf.stack(
        [a0, a1, middle_x - a0 * to_x - a1 * to_y, b0, b1, middle_y - b0 * to_x - b1 * to_y], axis=1
    )


def _sampled(images: Any, x: Any, y: Any, height: int, width: int, channels: int) -> Any:
    """Return pictures read at (x, y), float32 (b, height, width) each, between pixels in proportion, 0 outside.

    Each pixel and its three neighbours to the right and below lie side by side, so that one read finds them all.
    """
    padded = tf.pad(images, ((0, 0), (1, 2), (1, 2), (0, 0)))
    four = tf.concat(
        [padded[:, :-1, :-1], padded[:, :-1, 1:], padded[:, 1:, :-1], padded[:, 1:, 1:]], axis=-1
    )
    x = tf.clip_by_value(x, -1.0, float(width)) + 1
    y = tf.clip_by_value(y, -1.0, float(height)) + 1
    left, top = tf.floor(x), tf.floor(y)
    across = width + 2
    first = tf.range(tf.shape(images)[0])[:, None, None] * ((height + 2) * across)
    place = first + tf.cast(top, tf.int32) * across + tf.cast(left, tf.int32)
    found = tf.gather(tf.reshape(four, (-1, 4 * channels)), place)
    upper_left, upper_right, lower_left, lower_right = tf.split(found, 4, axis=-1)
    right, below = (x - left)[..., None], (y - top)[..., None]
    upper = upper_left + (upper_right - upper_left) * right
    lower = lower_left + (lower_right - lower_left) * right
    return upper + (lower - upper) * below
