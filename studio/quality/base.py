"""What every part of the check reads and reports through."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.samples import Images, JoinedTexts, Texts, Words, let_go

BLOCK, BLOCK_BYTES = 4096, 16 * 2**20
"""Samples, and bytes of pictures, that are read at a time."""
SCATTERED = 256
"""Samples from all over a mapped file that are read at a time: around each, the system maps a good deal more."""
PACE = 0.1
"""Seconds between two reports of progress."""


class Progress(Protocol):
    """Told how far the work is, as in `studio.sources`; raises `Cancelled` to stop it."""

    def __call__(self, done: int, total: int, unit: str, message: str) -> None: ...


class Paced:
    """Passes on the first count, the last one, and at most ten a second.

    Args:
        progress: Told how far the work is.
        total: Samples in all.
        message: What is being done, such as "looking for copies".
    """

    def __init__(self, progress: Progress, total: int, message: str) -> None:
        self.done = 0
        self._progress, self._total, self._message = progress, total, message
        self._when = 0.0

    def __call__(self, done: int | None = None) -> None:
        """So many samples are done; without a number, only say that work goes on."""
        self.done = self.done if done is None else done
        now = time.monotonic()
        if now - self._when >= PACE or (done is not None and done >= self._total):
            self._when = now
            self._progress(self.done, self._total, "samples", self._message)


def is_text(samples: Images | Words) -> bool:
    """Return whether the samples are texts, not pictures."""
    return isinstance(samples, Texts | JoinedTexts)


def block_length(samples: Images | Words) -> int:
    """Return how many samples are read at a time."""
    if isinstance(samples, Texts | JoinedTexts):
        size = _bytes(samples) // max(1, len(samples))
    else:
        size = int(np.prod(samples.shape[1:]))
    return max(1, min(BLOCK, BLOCK_BYTES // max(1, size)))


def _bytes(texts: Words) -> int:
    if isinstance(texts, JoinedTexts):
        return sum(map(_bytes, texts.parts))
    return int(texts.offsets[-1] - texts.offsets[0])


def walk(
    samples: Images | Words, rows: NDArray[np.int64], paced: Paced
) -> Iterator[tuple[slice, Any]]:
    """Read some samples, a block at a time, so that memory stays bounded whatever their number.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        rows: int64 (n,), the samples that are read, ascending.
        paced: Told how many were read, after each block.

    Yields:
        The positions in `rows`, and the block: uint8 (k, H, W, C), or k texts.
    """
    length = block_length(samples)
    for start in range(0, len(rows), length):
        wanted = rows[start : start + length]
        first, last = int(wanted[0]), int(wanted[-1])
        if last - first + 1 == len(wanted):
            yield slice(start, start + len(wanted)), samples[first : last + 1]
        else:
            yield slice(start, start + len(wanted)), take(samples, wanted)
        let_go(samples)
        paced(start + len(wanted))


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
    if isinstance(samples, Texts | JoinedTexts):
        return [text for part in parts for text in part]
    return np.concatenate(parts)
