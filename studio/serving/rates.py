"""How often a key may ask: one moment a key, in memory that all serving processes of a workspace share."""

from __future__ import annotations

import logging
import mmap
import os
import time
from collections.abc import Callable
from pathlib import Path

from studio.core.errors import TooMany

_log = logging.getLogger("studio.serving")
RATES = "serve-rates"
"""File of the workspace that its serving processes share."""
SLOTS = 1 << 16
BURST_SECONDS = 10.0
"""What a limit allows in this time may come at once."""


class Rates:
    """A token bucket a key, kept as the moment at which the bucket is full again.

    Two processes that count the same key in the same microsecond may let one request more through; nothing waits for
    a lock.

    Args:
        path: A file that all serving processes open. Default: memory of this process alone.
        clock: Seconds that go on steadily, the same for all processes.
    """

    def __init__(
        self, path: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._memory = mmap.mmap(-1, SLOTS * 8) if path is None else _shared(path)
        self._full_at = memoryview(self._memory).cast("d")

    def take(self, number: int, per_minute: int, name: str) -> None:
        """Count one request.

        Args:
            number: Of the key; that of an endpoint, negative, for callers without one.
            per_minute: What is allowed; 0: any number.
            name: Who asks, for the error.

        Raises:
            TooMany: More than are allowed.
        """
        if not per_minute:
            return
        apart = 60.0 / per_minute
        room = max(apart, BURST_SECONDS)
        now = self._clock()
        slot = number % SLOTS
        full_at = self._full_at[slot]
        if not now <= full_at <= now + 60.0 + room:  # full, or left by a machine that was up longer
            full_at = now
        wait = full_at + apart - now - room
        if wait > 1e-9:
            raise TooMany(
                f"{name} asks too often.",
                f"{per_minute:,} requests a minute are allowed.",
                "Wait as long as Retry-After says, or ask about several samples in one request.",
                seconds=wait,
            )
        self._full_at[slot] = full_at + apart

    def close(self) -> None:
        """Let go of the memory."""
        self._full_at.release()
        self._memory.close()


def _shared(path: Path) -> mmap.mmap:
    """Return memory that all processes share; this one's own where the disk has no room.

    The file's blocks are taken at once: writing to memory for which the disk has no room would end the process.
    """
    size = SLOTS * 8
    try:
        with path.open("a+b") as file:
            os.posix_fallocate(file.fileno(), 0, size)
            return mmap.mmap(file.fileno(), size)
    except OSError as error:
        _log.warning("Rates are counted for each process by itself: %s.", error.strerror)
        return mmap.mmap(-1, size)
