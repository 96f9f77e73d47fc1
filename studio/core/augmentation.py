"""Augmentation in NumPy: pictures changed at random, as training changes them, for looking at.

`studio.ml.augment` does the same in TensorFlow; a test holds the two together. What chance decides is drawn first
(`draw`), what is done with it (`changed`) depends on nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.training import Flip, TrainingConfig

Floats = NDArray[np.float32]
NODE_PIXELS = 6
"""A wobble has its own direction about every so many pixels, and goes over from one to the next between."""
SETTINGS = ("shift", "rotate", "scale", "flip", "stroke_jitter", "mixup")
MIRRORED: dict[Flip, tuple[bool, bool]] = {
    "none": (False, False),
    "horizontal": (True, False),
    "vertical": (False, True),
    "both": (True, True),
}
"""Setting -> whether pictures may be mirrored left to right, and top to bottom."""


@dataclass(frozen=True, eq=False)
class Draws:
    """What chance decided for each of some pictures.

    Args:
        angle: float32 (n,), turn in radians.
        zoom: float32 (n,), what sizes are multiplied with.
        shift: float32 (n, 2), way to the right and down in pixels.
        mirror: float32 (n, 2), -1 where mirrored left to right, and top to bottom; else 1.
        wobble: float32 (n, rows, columns, 2), way right and down in pixels at the nodes of a coarse grid; None
            without stroke jitter.
    """

    angle: Floats
    zoom: Floats
    shift: Floats
    mirror: Floats
    wobble: Floats | None = None


def fitting(training: TrainingConfig, kind: str) -> tuple[TrainingConfig, str]:
    """Return settings without the augmentation that a kind of input cannot have, and what a log says of that.

    Args:
        training: The settings.
        kind: What the model reads: "images" can be augmented, "text" and "strokes" cannot.

    Example:
        >>> fitting(TrainingConfig(mixup=0.2), "text")[1]
        'Samples are not pictures, so these settings do nothing: mixup.'
    """
    defaults = {name: TrainingConfig.model_fields[name].default for name in SETTINGS}
    changed = [name for name in SETTINGS if getattr(training, name) != defaults[name]]
    if kind == "images" or not changed:
        return training, ""
    named = ", ".join(name.replace("_", " ") for name in changed)
    return (
        training.model_copy(update=defaults),
        f"Samples are not pictures, so these settings do nothing: {named}.",
    )


def moves(training: TrainingConfig) -> bool:
    """Return whether pictures are moved, turned, resized or mirrored."""
    return bool(training.shift or training.rotate or training.scale) or training.flip != "none"


def nodes(pixels: int) -> int:
    """Return how many nodes of the wobble's grid lie along a side of so many pixels."""
    return max(2, round(pixels / NODE_PIXELS) + 1)


def spread(pixels: int) -> Floats:
    """Return float32 (pixels, nodes): how much each node counts at each pixel of a side.

    It goes over smoothly from node to node, and the squares of a row sum to 1: independent wobbles of the nodes wobble
    every pixel alike.
    """
    count = nodes(pixels)
    at = np.linspace(0, count - 1, pixels)
    near = np.clip(1 - np.abs(at[:, None] - np.arange(count)), 0, 1)
    smooth = (1 - np.cos(np.pi * near)) / 2
    rows: Floats = (smooth / np.linalg.norm(smooth, axis=1, keepdims=True)).astype(np.float32)
    return rows


def draw(
    training: TrainingConfig, count: int, height: int, width: int, rng: np.random.Generator
) -> Draws:
    """Let chance decide how each of some pictures is changed.

    Args:
        training: How much at most.
        count: Number of pictures.
        height, width: Of each, in pixels.
        rng: The chance.
    """
    most = np.radians(training.rotate)
    may = np.array(MIRRORED[training.flip])
    reach = training.shift * np.array((width, height))
    wobble = None
    if training.stroke_jitter:
        normal = rng.standard_normal((count, nodes(height), nodes(width), 2), np.float32)
        wobble = np.clip(normal, -2, 2) * np.float32(training.stroke_jitter)
    return Draws(
        angle=rng.uniform(-most, most, count).astype(np.float32),
        zoom=rng.uniform(1 - training.scale, 1 + training.scale, count).astype(np.float32),
        shift=rng.uniform(-reach, reach, (count, 2)).astype(np.float32),
        mirror=np.where(may & (rng.random((count, 2)) < 0.5), -1, 1).astype(np.float32),
        wobble=wobble,
    )


def changed(images: Floats, draws: Draws) -> Floats:
    """Return pictures changed as drawn; what comes in from outside has the colour of the picture's corners.

    Args:
        images: float32 (n, height, width, channels), 0 to 255.
        draws: n of each.

    Returns:
        float32, same shape.
    """
    _, height, width, _ = images.shape
    middle = np.array(((width - 1) / 2, (height - 1) / 2), np.float32)
    y, x = np.indices((height, width), np.float32)
    u = x - middle[0] - draws.shift[:, 0, None, None]
    v = y - middle[1] - draws.shift[:, 1, None, None]
    cos = (np.cos(draws.angle) / draws.zoom)[:, None, None]
    sin = (np.sin(draws.angle) / draws.zoom)[:, None, None]
    from_x = draws.mirror[:, 0, None, None] * (cos * u + sin * v) + middle[0]
    from_y = draws.mirror[:, 1, None, None] * (cos * v - sin * u) + middle[1]
    if draws.wobble is not None:
        way = np.einsum("yi,nijk,xj->nyxk", spread(height), draws.wobble, spread(width))
        from_x, from_y = from_x + way[..., 0], from_y + way[..., 1]
    paper = corner_colour(images)
    return _sampled(images - paper, from_x, from_y) + paper


def corner_colour(images: Floats) -> Floats:
    """Return the colour of the paper, float32 (n, 1, 1, channels): the median of a picture's four corners."""
    corners = np.sort(images[:, [0, 0, -1, -1], [0, -1, 0, -1]], axis=1)
    middle: Floats = corners[:, 1:3].mean(axis=1, dtype=np.float32)[:, None, None]
    return middle


def mixed(images: Floats, weight: Floats) -> Floats:
    """Return each picture blended with the one before it in the batch.

    Args:
        images: float32 (n, height, width, channels).
        weight: float32 (n,), how much of each stays.
    """
    own = weight[:, None, None, None]
    return own * images + (1 - own) * np.roll(images, 1, axis=0)


def draw_mixup(training: TrainingConfig, count: int, rng: np.random.Generator) -> Floats:
    """Let chance decide how much of each picture stays, float32 (count,), at least a half."""
    share = rng.beta(training.mixup, training.mixup, count)
    return np.maximum(share, 1 - share).astype(np.float32)


def augmented(images: NDArray[np.uint8], training: TrainingConfig, seed: int) -> NDArray[np.uint8]:
    """Return pictures as training might see them.

    Args:
        images: uint8 (n, height, width, channels).
        training: What is changed, and how much.
        seed: Of the chance; the same one changes them alike.

    Raises:
        InvalidInput: These are no pictures.
    """
    if images.ndim != 4:
        raise InvalidInput(
            f"Samples of {images.ndim - 1} dimensions cannot be augmented.",
            "Augmentation changes pictures: height, width and channels.",
            "Choose a dataset of pictures.",
        )
    count, height, width, _ = images.shape
    rng = np.random.default_rng(seed)
    pictures = images.astype(np.float32)
    if moves(training) or training.stroke_jitter:
        pictures = changed(pictures, draw(training, count, height, width, rng))
    if training.mixup:
        pictures = mixed(pictures, draw_mixup(training, count, rng))
    return np.clip(np.rint(pictures), 0, 255).astype(np.uint8)


def _sampled(images: Floats, x: Floats, y: Floats) -> Floats:
    """Return pictures read at (x, y), float32 (n, height, width) each, between pixels in proportion, 0 outside."""
    count, height, width, _ = images.shape
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2), (0, 0)))
    x, y = np.clip(x, -1, width) + 1, np.clip(y, -1, height) + 1
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    right, below = (x - left)[..., None], (y - top)[..., None]
    n = np.arange(count)[:, None, None]
    upper = padded[n, top, left] * (1 - right) + padded[n, top, left + 1] * right
    lower = padded[n, top + 1, left] * (1 - right) + padded[n, top + 1, left + 1] * right
    read: Floats = (upper * (1 - below) + lower * below).astype(np.float32)
    return read
