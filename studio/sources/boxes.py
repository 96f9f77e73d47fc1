"""Boxes of strangers become shares of the upright picture, and of the square it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED
from studio.sources.pictures import Fit, Picture, placed
from studio.sources.tree import Skipped

CLOSE = 1e-6
"""Share of a picture by which a box may leave it through rounding."""
SMALLEST = 1e-9
"""Share of a picture below which a box has no width or height."""


class Frame(NamedTuple):
    """In which lengths boxes are given.

    Args:
        width, height: Of the picture in these lengths; 0: they are the pixels of the picture itself.
        pixels: They are pixels, so that they tell whether the boxes were drawn before a picture was turned.
    """

    width: float
    height: float
    pixels: bool = False


SHARES = Frame(1, 1)
PERCENT = Frame(100, 100)


@dataclass
class Boxes:
    """What became of boxes.

    Args:
        count: Those that were taken.
        clipped: How many of these had to be cut to the picture.
        dropped: Those that were not taken, and why.
    """

    count: int = 0
    clipped: int = 0
    dropped: Skipped = field(default_factory=Skipped)

    def add(self, other: Boxes) -> None:
        """Count others too."""
        self.count += other.count
        self.clipped += other.clipped
        self.dropped.merge(other.dropped)

    def as_dict(self) -> dict[str, Any]:
        """Return ``{"count", "clipped", "dropped": {"count", "files"}}``."""
        return {"count": self.count, "clipped": self.clipped, "dropped": self.dropped.as_dict()}

    @classmethod
    def of(cls, value: dict[str, Any]) -> Boxes:
        """Return what `as_dict` made."""
        return cls(value["count"], value["clipped"], Skipped(**value["dropped"]).copy())


def upright(
    given: NDArray[np.float64], frame: Frame, picture: Picture, name: str, first: int
) -> tuple[NDArray[np.float64], NDArray[np.int64], Boxes]:
    """Return boxes as shares of the upright picture, cut to it.

    Boxes in pixels of a picture that lies on its side are turned with it, where its declared width and height say that
    they were drawn before it was turned.

    Args:
        given: float64 (m, 5): class, left, top, width, height.
        frame: In which lengths.
        picture: Loaded.
        name: Of the picture, for what is dropped.
        first: Number of the first of these boxes among those of the picture.

    Returns:
        float64 (k, 5) of the good ones, their numbers among the given, and what became of all.
    """
    seen = Boxes()
    width, height = (frame.width, frame.height) if frame.width else picture.upright
    shares = given[:, 1:] / (width, height, width, height)
    before = frame.pixels and (width, height) == picture.stored != picture.upright
    if before:
        shares = turned(shares, picture.orientation)
    finite = np.isfinite(shares).all(axis=1)
    ends = shares[:, :2] + shares[:, 2:]
    low, high = shares[:, :2].clip(0, 1), ends.clip(0, 1)
    good: NDArray[np.bool_] = finite & np.all(high - low > SMALLEST, axis=1)
    outside = (np.abs(low - shares[:, :2]) > CLOSE) | (np.abs(high - ends) > CLOSE)
    for number in np.flatnonzero(~good).tolist():
        if not np.isfinite(shares[number]).all():
            reason = "a number in it is not finite"
        elif (shares[number, 2:] <= SMALLEST).any():
            reason = "it has no width or no height"
        else:
            reason = "it lies outside the picture"
        seen.dropped.add(f"{name}#{first + number}", reason)
    seen.count = int(np.count_nonzero(good))
    seen.clipped = int(np.count_nonzero(good & outside.any(axis=1)))
    kept = np.flatnonzero(good)
    return np.column_stack([given[kept, :1], low[kept], (high - low)[kept]]), kept, seen


def turned(shares: NDArray[np.float64], orientation: int) -> NDArray[np.float64]:
    """Turn boxes as the EXIF orientation says that their picture is to be turned.

    Args:
        shares: float64 (m, 4): left, top, width, height in the stored picture.
        orientation: 1 to 8.

    Example:
        >>> turned(np.array([[0.0, 0.5, 0.25, 0.125]]), 6).tolist()
        [[0.375, 0.0, 0.125, 0.25]]
    """
    left, top, width, height = shares.T
    right, bottom = 1 - left - width, 1 - top - height
    places = {
        1: (left, top),
        2: (right, top),
        3: (right, bottom),
        4: (left, bottom),
        5: (top, left),
        6: (bottom, left),
        7: (bottom, right),
        8: (top, right),
    }
    sizes = (height, width) if orientation >= 5 else (width, height)
    return np.stack([*places[orientation], *sizes], axis=1)


def in_square(
    boxes: NDArray[np.float64], picture: tuple[int, int], size: int, fit: Fit
) -> NDArray[np.float64]:
    """Return boxes as shares of the square that the picture becomes.

    Args:
        boxes: float64 (m, 5): class, left, top, width, height as shares of the picture.
        picture: Its width and height in pixels.
        size: Of the square.
        fit: How the picture is fitted into it.

    Example:
        >>> in_square(np.array([[0, 0.5, 0.5, 0.5, 0.5]]), (40, 20), 8, "keep").tolist()
        [[0.0, 0.5, 0.5, 0.5, 0.25]]
    """
    left, top, width, height = placed(*picture, size, fit)
    found = boxes.copy()
    found[:, 1:] *= np.array([width, height, width, height]) / size
    found[:, 1:3] += np.array([left, top]) / size
    return found


def shared_class(boxes: NDArray[np.float64]) -> int:
    """Return the class that all boxes have, -1 where they differ or there are none."""
    classes = set(boxes[:, 0].tolist())
    return int(classes.pop()) if len(classes) == 1 else UNLABELLED
