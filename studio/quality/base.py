"""What every part of the check reads and reports through."""

from __future__ import annotations

import time
from typing import Any, Protocol

import numpy as np

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


def is_numbers(samples: Any) -> bool:
    """Return whether the samples are rows of numbers, neither pictures nor texts."""
    return isinstance(samples, np.ndarray) and samples.ndim == 2
