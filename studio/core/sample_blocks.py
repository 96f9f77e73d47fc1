"""Reading many samples, a block at a time, so that memory stays bounded whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.samples import Images, JoinedTexts, Texts, Words, let_go

BLOCK, BLOCK_BYTES = 4096, 16 * 2**20
"""Samples, and bytes of them, that are read at a time."""
SCATTERED = 256
"""Samples from all over a mapped file that are read at a time: around each, the system maps a good deal more."""


def is_text(samples: Images | Words) -> bool:
    """Return whether the samples are texts, not pictures."""
    return isinstance(samples, Texts | JoinedTexts)


def block_length(samples: Images | Words) -> int:
    """Return how many samples are read at a time."""
    if isinstance(samples, Texts | JoinedTexts):
        return fitting_length(_bytes(samples) // max(1, len(samples)))
    return fitting_length(int(np.prod(samples.shape[1:])))


def fitting_length(size: int) -> int:
    """Return how many samples of so many bytes are read at a time."""
    return max(1, min(BLOCK, BLOCK_BYTES // max(1, size)))


def _bytes(texts: Words) -> int:
    if isinstance(texts, JoinedTexts):
        return sum(map(_bytes, texts.parts))
    return int(texts.offsets[-1] - texts.offsets[0])


def walk(
    samples: Images | Words,
    rows: NDArray[np.int64],
    say: Callable[[int], None] = lambda done: None,
    length: int = 0,
) -> Iterator[tuple[slice, Any]]:
    """Read some samples, a block at a time.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        rows: int64 (n,), the samples that are read, in the order wanted; one may be there several times.
        say: Told how many were read, after each block.
        length: Samples of a block; 0: as many as are easily in memory.

    Yields:
        The places in `rows`, and the block: uint8 (k, H, W, C), or k texts.
    """
    length = length or block_length(samples)
    for start in range(0, len(rows), length):
        wanted = rows[start : start + length]
        place = slice(start, start + len(wanted))
        if (np.diff(wanted) == 1).all():
            yield place, samples[int(wanted[0]) : int(wanted[-1]) + 1]
        else:
            yield place, take(samples, wanted)
        let_go(samples)
        say(place.stop)


def take(samples: Images | Words, rows: NDArray[np.int64]) -> Any:
    """Return samples from anywhere, in the order asked for, without holding on to what lies around them.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        rows: int64 (k,), at least one.

    Returns:
        uint8 (k, H, W, C), or k texts.
    """
    parts = []
    for start in range(0, len(rows), SCATTERED):
        parts.append(samples[rows[start : start + SCATTERED]])
        let_go(samples)
    if is_text(samples):
        return [text for part in parts for text in part]
    return np.concatenate(parts)
