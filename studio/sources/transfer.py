"""What downloads have in common: their progress, their thread, their lock, and going on where one broke off."""

from __future__ import annotations

import asyncio
import fcntl
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from studio import __version__
from studio.core.errors import Cancelled
from studio.sources.base import TICK, Progress, Result
from studio.sources.partial import Partial

HEADERS = {"user-agent": f"studio/{__version__}", "accept-encoding": "identity"}
RETRY_STATUS = {408, 425, 429, 500, 502, 503, 504}
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")


class Interrupted(Exception):
    """A try ended early; another may get further."""


@dataclass
class Tally:
    """Sums up the bytes of all files, so that the progress of many is one.

    Args:
        progress: Told the sum.
        goals: Bytes that each file shall have, as far as known; none: unknown.
    """

    progress: Progress
    goals: dict[str, int] = field(default_factory=dict)
    have: dict[str, int] = field(default_factory=dict)
    current: str = ""
    shown: int = 0
    left: bool = False

    def report(self, done: int, goal: int) -> None:
        """Note the bytes that the current file has, and shall have; 0 when unknown."""
        self.have[self.current], self.goals[self.current] = done, goal
        self.tick()

    def tick(self) -> None:
        """Report; a file begun anew does not count backwards.

        Raises:
            Cancelled: Whoever waited for the download has left.
        """
        if self.left:
            raise Cancelled("The download was interrupted.", "", "Start it again to resume it.")
        self.shown = max(self.shown, sum(self.have.values()))
        known = sum(self.goals.values())
        total = max(self.shown, known) if known else 0
        self.progress(self.shown, total, "bytes", f"downloading {self.current}")


def run_aside(work: Coroutine[Any, Any, Result], tally: Tally) -> Result:
    """Run `work` in a thread of its own: the caller's may have a running loop, as notebooks do.

    The tally ticks four times a second meanwhile, so that a stalled host can be given up.
    """
    with ThreadPoolExecutor(1, "download") as pool:
        try:
            return pool.submit(asyncio.run, _ticking(work, tally.tick)).result()
        except BaseException:
            tally.left = True
            raise


async def _ticking(work: Coroutine[Any, Any, Result], tick: Callable[[], None]) -> Result:
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=TICK)
            tick()
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """Let one process at a time write what the lock file stands for."""
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(0.05)
        yield


def strong_etag(answer: httpx.Response) -> str:
    """Return the answer's strong validator, empty when it has none."""
    etag = answer.headers.get("etag", "")
    return "" if etag.startswith("W/") else etag


def accept_range(answer: httpx.Response, part: Partial) -> bool:
    """Make the partial file ready for the body of a 206: continue it, or begin it.

    Returns:
        False when the answer does not say which bytes it holds.

    Raises:
        Interrupted: They are not those that were asked for; the part is thrown away.
    """
    found = CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
    if not found:
        return False
    first, total = int(found[1]), int(found[3])
    if first == 0 and not part.have:
        part.begin(total, strong_etag(answer))
    elif first != part.have or total != part.size or strong_etag(answer) not in ("", part.etag):
        part.discard()
        raise Interrupted("the file on the host changed meanwhile")
    return True
