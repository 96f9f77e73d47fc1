"""Pictures as the check looks at them: grey, and not larger than it needs."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

SIDE = 32
"""Pixels a side that are enough to tell pictures apart."""
EXACT = 2**24
"""Whole numbers below it are exact in float32."""

Grey = NDArray[np.uint8]


def small_grey(pictures: NDArray[np.uint8], side: int = SIDE) -> Grey:
    """Return the brightness of pictures, the mean of blocks where they are large.

    Args:
        pictures: uint8 (n, H, W, C). Of three channels or more the first are red, green and blue; of fewer, the
            first is the brightness.
        side: Larger pictures are reduced to about so many pixels a side.

    Returns:
        uint8 (n, h, w), h and w less than one and a half times `side`.
    """
    count, height, width, channels = pictures.shape
    # Rows first, and a row's pixels as one: that is read fastest.
    rows = _reduced(pictures.reshape(count, height, -1), side)
    pictures = rows.reshape(count, -1, width, channels)
    if channels < 3:
        grey = pictures[..., 0]
    else:
        red, green, blue = (pictures[..., channel].astype(np.uint16) for channel in range(3))
        grey = ((77 * red + 150 * green + 29 * blue + 128) >> 8).astype(np.uint8)
    return _reduced(grey.swapaxes(1, 2), side).swapaxes(1, 2)


def _reduced(lines: Grey, side: int) -> Grey:
    """Return the means of so many neighbours along the second axis that about `side` are left."""
    length = lines.shape[1]
    step = round(length / side)
    if step <= 1:
        return lines
    sums = np.zeros((lines.shape[0], -(-length // step), lines.shape[2]), np.uint32)
    for start in range(step):
        some = lines[:, start::step]
        sums[:, : some.shape[1]] += some
    widths = np.diff(np.arange(0, length, step), append=length).astype(np.uint32)[:, None]
    return ((sums + widths // 2) // widths).astype(np.uint8)


@cache
def frequencies(height: int, width: int) -> NDArray[np.float32]:
    """Return the patterns whose amounts in a picture its perceptual hash is made of.

    They are the 64 slowest patterns of the two-dimensional cosine transform, without the constant one. Their values
    are rounded to whole numbers so small that all sums of a picture are exact in float32: the hash of a picture is
    the same in every order of addition, so on every machine. Each pattern sums to 0: brightness makes no difference.

    Returns:
        float32 (height * width, at most 64).
    """
    rows, columns = (
        np.cos(np.pi * (np.arange(size) + 0.5) * np.arange(size)[:, None] / size)
        for size in (height, width)
    )
    slowest = sorted((u + v, u, v) for u in range(height) for v in range(width) if u + v > 0)[:64]
    patterns = [_whole(np.outer(rows[u], columns[v]).ravel()) for _, u, v in slowest]
    return np.array(patterns, np.float32).reshape(-1, height * width).T.copy()


def _whole(pattern: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round a pattern, scaled so that 255 times the sum of its amounts stays below EXACT, to the sum 0."""
    scaled = pattern * (0.95 * EXACT / 255 / np.abs(pattern).sum())
    whole: NDArray[np.float64] = np.rint(scaled)
    surplus = int(whole.sum())
    worst = np.argsort(scaled - whole, kind="stable")  # rounded up most, first
    if surplus > 0:
        whole[worst[:surplus]] -= 1
    elif surplus < 0:
        whole[worst[surplus:]] += 1
    return whole


def blank(pictures: NDArray[np.uint8], grey: Grey) -> NDArray[np.bool_]:
    """Return whether all pixels of each picture are equal.

    Args:
        pictures: uint8 (n, H, W, C).
        grey: What `small_grey` made of them; only where it is even, all pixels are looked at.
    """
    flat = grey.reshape(len(grey), -1)
    found: NDArray[np.bool_] = (flat == flat[:, :1]).all(axis=1)
    for picture in np.flatnonzero(found).tolist():
        found[picture] = np.all(pictures[picture] == pictures[picture, 0, 0])
    return found


def tiny(grey: Grey, ink: int = 32, side: float = 0.15, share: float = 0.005) -> NDArray[np.bool_]:
    """Return whether there is hardly anything on each picture.

    Args:
        grey: uint8 (n, h, w).
        ink: A pixel is ink when it differs by more than this from the background, which is the most common value
            of the border.
        side: What is smaller than this share of both sides is tiny.
        share: So is what covers less than this share of the pixels.
    """
    count, height, width = grey.shape
    border = np.concatenate(
        [grey[:, 0], grey[:, -1], grey[:, 1:-1, 0], grey[:, 1:-1, -1]], axis=1
    ).astype(np.intp)
    border += 256 * np.arange(count)[:, None]
    seen = np.bincount(border.ravel(), minlength=256 * count).reshape(count, 256)
    background = seen.argmax(axis=1)[:, None]
    darkest = np.maximum(background - ink, 0).astype(np.uint8)
    brightest = np.minimum(background + ink, 255).astype(np.uint8)
    flat = grey.reshape(count, -1)
    inked = (flat < darkest) | (flat > brightest)
    pixels = np.array([np.count_nonzero(picture) for picture in inked])
    found: NDArray[np.bool_] = pixels < share * height * width
    # Only so few pixels can lie in so small a box.
    for picture in np.flatnonzero(~found & (pixels < side**2 * height * width)).tolist():
        drawn = inked[picture].reshape(height, width)
        down, across = (_extent(drawn.any(axis=axis)) for axis in (1, 0))
        found[picture] = down < side * height and across < side * width
    return found


def _extent(inked: NDArray[np.bool_]) -> int:
    """Return the distance from the first True to the last, both included."""
    places = np.flatnonzero(inked)
    return int(places[-1] - places[0] + 1)
