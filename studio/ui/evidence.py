"""Maps of evidence as pictures, and weighed words as text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.explanation import Word
from studio.ui.feedback import plain

SHOWN_SIDE = 224
"""A picture is magnified to at least so many pixels, by whole factors, so that each of its own stays a square."""
DIMMED = 0.45
FOR, AGAINST, REGION = (255, 150, 30), (70, 150, 255), (255, 90, 30)
STRONG, WEAK = 0.5, 0.12
"""Shares of the weightiest word from which on a word is marked, and marked boldly."""


def magnified(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture, uint8 (height, width, channels), as RGB with its pixels as large squares.

    Example:
        >>> magnified(np.zeros((28, 28, 1), np.uint8)).shape
        (224, 224, 3)
    """
    factor = max(1, -(-SHOWN_SIDE // max(picture.shape[:2])))
    colours = picture[..., :3] if picture.shape[2] >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    return np.repeat(np.repeat(colours, factor, axis=0), factor, axis=1)


def with_evidence(picture: NDArray[np.uint8], evidence: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the dimmed picture with what speaks for a class in orange and what speaks against it in blue.

    Args:
        picture: uint8 (height, width, channels).
        evidence: float32 (height, width), -1 to 1.
    """
    colour = np.where(evidence[..., None] > 0, _ink(FOR), _ink(AGAINST))
    return _blended(picture, colour, np.abs(evidence))


def with_regions(picture: NDArray[np.uint8], regions: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the dimmed picture with regions, float32 (height, width), 0 to 1, lit up."""
    colour = np.broadcast_to(_ink(REGION), (*regions.shape, 3))
    return _blended(picture, colour, 0.8 * regions)


def _ink(colour: tuple[int, int, int]) -> NDArray[np.float32]:
    return np.array(colour, np.float32)


def _blended(
    picture: NDArray[np.uint8], colour: NDArray[np.float32], share: NDArray[np.float32]
) -> NDArray[np.uint8]:
    large = magnified(picture).astype(np.float32) * DIMMED
    factor = large.shape[0] // picture.shape[0]
    amount = np.clip(np.repeat(np.repeat(share, factor, 0), factor, 1), 0, 1)[..., None]
    paint = np.repeat(np.repeat(colour, factor, 0), factor, 1)
    return np.rint(large * (1 - amount) + paint * amount).astype(np.uint8)


def marked_text(text: str, words: Sequence[Word], place: int) -> str:
    """Return a text as Markdown in which words that speak for a class are orange, those against it blue.

    Args:
        text: As it is stored; it is shown as it is, whatever it holds.
        words: Its words with their weights.
        place: Which of the classes.

    Example:
        >>> marked_text("so bad!", [Word(0, 2, (0.0,)), Word(3, 6, (0.9,))], 0)
        'so :orange-background[**bad**]\\\\!'
    """
    largest = max((abs(word.weights[place]) for word in words), default=0.0)
    shown, at = [], 0
    for word in words:
        shown.append(_plain(text[at : word.start]))
        share = word.weights[place] / largest if largest else 0.0
        inside = _plain(text[word.start : word.end])
        if abs(share) >= STRONG:
            inside = f"**{inside}**"
        if abs(share) >= WEAK:
            inside = f":{'orange' if share > 0 else 'blue'}-background[{inside}]"
        shown.append(inside)
        at = word.end
    shown.append(_plain(text[at:]))
    return "".join(shown)


def _plain(text: str) -> str:
    return plain(" ".join(text.split("\n")))
