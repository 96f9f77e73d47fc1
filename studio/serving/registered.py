"""Versions of models that callers name by their numbers: looked up without loading anything, and rarely."""

from __future__ import annotations

import threading
import time

from studio.core.errors import unknown
from studio.core.model import Endpoint, ModelVersion
from studio.workspace import Workspace

DIGITS = 9
"""A version's number has no more."""


class Registered:
    """The versions of endpoints' models. Anybody may ask for any number: the workspace is read for the newest one, and
    for those up to it, once in a while.

    Args:
        workspace: Where they are registered.
        seconds: How long what was read is good for.
    """

    def __init__(self, workspace: Workspace, seconds: float) -> None:
        self._workspace, self._seconds = workspace, seconds
        self._known: dict[tuple[str, int | None], tuple[float, ModelVersion | None]] = {}
        self._lock = threading.Lock()

    def find(self, endpoint: Endpoint, number: str) -> ModelVersion:
        """Return a version of an endpoint's model.

        Raises:
            NotFound: There is none of that number.
        """
        if number.isascii() and number.isdecimal() and len(number) <= DIGITS:
            with self._lock:
                newest = self._read(endpoint.model, None)
                if newest is not None and int(number) <= newest.version:
                    found = self._read(endpoint.model, int(number))
                    if found is not None:
                        return found
        raise unknown(f"version of {endpoint.name}", number[:40], [])

    def _read(self, model: str, number: int | None) -> ModelVersion | None:
        now = time.monotonic()
        until, version = self._known.get((model, number), (now, None))
        if until <= now:
            version = self._workspace.numbered_version(model, number)
            self._known[model, number] = now + self._seconds, version
        return version
