"""Progress on stderr, and Ctrl+C as a wish to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from studio.core.errors import Cancelled

CLEAR = "\r\x1b[K"


class Line:
    """One line on stderr that is rewritten in a terminal; elsewhere a line for every new message.

    Args:
        quiet: Print nothing.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._rewritten = sys.stderr.isatty()
        self._last = ""

    def show(self, message: str, detail: str = "") -> None:
        """Show a message, with a detail that changes often."""
        if self._quiet:
            return
        if self._rewritten:
            print(f"{CLEAR}{message} {detail}"[:110], end="", file=sys.stderr, flush=True)
        elif message != self._last:
            print(message, file=sys.stderr, flush=True)
        self._last = message

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._rewritten and self._last:
            print(CLEAR, end="", file=sys.stderr, flush=True)
        self._last = ""


class Cancellable:
    """Told how far an import is; raises Cancelled once Ctrl+C was pressed."""

    def __init__(self, line: Line) -> None:
        self.wanted = False
        self._line = line

    def __call__(self, done: int, total: int, unit: str, message: str) -> None:
        """Show progress.

        Raises:
            Cancelled: Ctrl+C was pressed.
        """
        if self.wanted:
            raise Cancelled(
                "The import was cancelled.",
                "Ctrl+C was pressed, and nothing of it was kept in the workspace.",
                "Run the command again; downloads go on where they stopped.",
            )
        self._line.show(message, f"{done:,} of {total:,} {unit}" if total else f"{done:,} {unit}")


@contextmanager
def cancellable(*, quiet: bool) -> Iterator[Cancellable]:
    """Yield a progress for the duration of which the first Ctrl+C asks to stop; a second one insists."""
    line = Line(quiet=quiet)
    progress = Cancellable(line)

    def ask(number: int, frame: FrameType | None) -> None:
        progress.wanted = True
        signal.signal(signal.SIGINT, before)

    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread:
        signal.signal(signal.SIGINT, ask)
    try:
        yield progress
    finally:
        if in_main_thread:
            signal.signal(signal.SIGINT, before)
        line.clear()
