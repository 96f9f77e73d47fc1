"""Processes that are not trusted: they see little of the environment, are watched, and do not outlive who waits."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LOG = "log"
POLL_SECONDS = 0.05
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""What such a process gets of the environment: nothing that could be a password."""


def run_watched(
    command: Sequence[str],
    home: Path,
    *,
    at: Path,
    variables: Mapping[str, str],
    seconds: float,
    heed: Callable[[], None],
) -> int:
    """Start a process, wait for its end, and return its status; it is killed when this call ends before it does.

    Args:
        command: The program and its arguments.
        home: Its home and its place for temporary files; what it prints goes to `log` there.
        at: The folder it begins in.
        variables: What it gets of an environment besides.
        seconds: After so many it is killed.
        heed: Called all the while; what it raises ends the process.
    """
    environment = {
        **{name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        "HOME": str(home),
        "TMPDIR": str(home),
        "MALLOC_ARENA_MAX": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    with open(home / LOG, "wb") as log:
        process = subprocess.Popen(
            command,
            cwd=at,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + seconds
    try:
        while not _ended(process.pid) and time.monotonic() < deadline:
            heed()
            time.sleep(POLL_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started ends with it
        process.wait()
    return process.returncode


def _ended(pid: int) -> bool:
    """Tell whether a child ended. It is not taken leave of, so that its number stays that of its group."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def printed(home: Path, limit: int) -> bytes:
    """Return the first bytes that such a process printed, none where it put something else in the place of the file."""
    with contextlib.suppress(OSError):
        file = os.open(
            home / LOG, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        )  # a pipe would be waited for
        try:
            if stat.S_ISREG(os.fstat(file).st_mode):
                return os.read(file, limit)
        finally:
            os.close(file)
    return b""
