"""Work that several threads do, with its results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from studio.sources.base import wait_for

WORKERS = min(4, os.cpu_count() or 1)
WAITING_BYTES = 64 * 2**20
"""Bytes that may wait to be worked on."""

Job = TypeVar("Job")
Result = TypeVar("Result")


def in_order(
    jobs: Iterator[tuple[Job, int]],
    work: Callable[[Job], Result],
    tick: Callable[[], None],
    waiting_bytes: int = WAITING_BYTES,
) -> Iterator[Result]:
    """Yield the result of every job, in the order of the jobs, and leave no thread behind.

    Args:
        jobs: What to work on, and how many bytes it keeps in memory; drawn from this thread, as late as possible.
        work: Called in other threads.
        tick: Called often from this thread; what it raises ends the work.
        waiting_bytes: Of the jobs that are begun, or wait, at a time. Default 64 MiB.
    """
    waiting: deque[tuple[Future[Result], int]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for job, size in jobs:
                waiting.append((pool.submit(work, job), size))
                while len(waiting) > 2 * WORKERS or (
                    len(waiting) > 1 and sum(size for _, size in waiting) > waiting_bytes
                ):
                    yield wait_for(waiting.popleft()[0], tick)
                tick()
            while waiting:
                yield wait_for(waiting.popleft()[0], tick)
        finally:
            for future, _ in waiting:
                future.cancel()
