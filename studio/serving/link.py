"""How the serving processes of a workspace talk to the one that supervises them: lines of JSON over a socket pair.

The end of either side is noticed by the other at once, whatever way it came.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

from studio.core.errors import StudioError

Message = dict[str, Any]
CHUNK_BYTES = 65536
TRY_SECONDS = 30
"""A version that does not answer within this when it is tried is refused."""


class Link:
    """One end of the pair."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._heard = b""
        self._lock = threading.Lock()

    @classmethod
    def of(cls, number: int) -> Link:
        """Return the end that came with the start of this process."""
        return cls(socket.socket(fileno=number))

    def fileno(self) -> int:
        """Return the number by which the system knows it."""
        return self._end.fileno()

    def send(self, **message: Any) -> None:
        """Say something; in vain when nobody listens any more."""
        line = json.dumps(message).encode() + b"\n"
        with contextlib.suppress(OSError), self._lock:
            self._end.sendall(line)

    def receive(self) -> list[Message] | None:
        """Return what was said since, waiting until there is something; None at the end."""
        try:
            heard = self._end.recv(CHUNK_BYTES)
        except OSError:
            return None
        if not heard:
            return None
        *lines, self._heard = (self._heard + heard).split(b"\n")
        return [json.loads(line) for line in lines]

    def messages(self) -> Iterator[Message]:
        """Yield what is said until the other end is gone."""
        while (messages := self.receive()) is not None:
            yield from messages

    def close(self) -> None:
        """Let the other side know that nothing follows."""
        self._end.close()


def as_error(said: dict[str, str]) -> StudioError:
    """Return an error that crossed the link as `StudioError.as_dict`."""
    return StudioError(said["what"], said["why"], said["fix"])
