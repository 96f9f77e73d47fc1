"""What people ask of a run, as its process hears it: the file `control.json`, the file `stop`, a signal."""

from __future__ import annotations

import os
import signal
from types import FrameType

from pydantic import ValidationError

from studio.compute.folder import RunFolder
from studio.core.control import RunControl


class ControlFile:
    """Called, it returns what people ask of the run by now.

    It is asked between any two pieces of work, so it reads the file only when that is another one than before.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._path = str(folder.control)
        self._stop = str(folder.stop)
        self._signalled = False
        self._version: tuple[int, int] | None = None
        self._control = RunControl()

    def __call__(self) -> RunControl:
        """Return the wishes, the newest of each. SIGTERM, Ctrl+C and the file `stop` ask for an end like `stop`."""
        self._read()
        if not self._control.stop and (self._signalled or os.path.exists(self._stop)):
            return self._control.model_copy(update={"stop": True})
        return self._control

    def listen(self) -> None:
        """Take SIGTERM and Ctrl+C as a request to stop."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def _read(self) -> None:
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return
        version = found.st_ino, found.st_mtime_ns
        if version == self._version:
            return
        try:
            with open(self._path, "rb") as file:
                self._control = RunControl.model_validate_json(file.read())
        except (FileNotFoundError, ValidationError):
            return  # damaged by a power cut: the worker writes it anew when it comes
        self._version = version

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signalled = True
