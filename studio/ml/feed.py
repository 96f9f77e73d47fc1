"""Samples on their way into the compiled loop: some batches a call, the next ones read meanwhile."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from studio.ml.arrays import Split, Window


class Feed:
    """Gives the shuffled batches of a split, as many at a time as are asked for.

    What does not fit into memory is read from the disk by a thread, one window ahead.

    Args:
        split: The samples.
        batch_size: Samples a batch has at most.
        seed: Start of the order's randomness.
        start: Batches to skip.
    """

    def __init__(self, split: Split, batch_size: int, *, seed: int, start: int) -> None:
        self._windows = split.windows(batch_size, seed=seed, start=start)
        self._reader = None if split.in_memory else ThreadPoolExecutor(1, "samples")
        self._next: Future[Window] | None = None
        self._window: Window | None = None
        self._done = 0

    def take(self, steps: int) -> Window:
        """Return the next batches: `steps` of them, or fewer where a window ends."""
        if self._window is None or self._done == self._window.steps:
            self._window, self._done = self._advance(), 0
        part = self._window.part(self._done, steps)
        self._done += part.steps
        return part

    def close(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            self._reader.shutdown(cancel_futures=True)

    def _advance(self) -> Window:
        if self._reader is None:
            return next(self._windows)
        window = self._next.result() if self._next is not None else next(self._windows)
        self._next = self._reader.submit(next, self._windows)
        return window
