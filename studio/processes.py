"""Starting, finding and ending the studio's own processes: `python -m studio worker | serve | execute`.

A process is alive while it holds its lock file: the kernel lets go of the lock whatever way the process
ends, so nothing is guessed from numbers or ages. Who starts a process takes its lock first and hands it
over, so that two starts at once make one process. This module knows the standard library and `core` only.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.core.errors import Conflict, StudioError

Process = subprocess.Popen[bytes]
StillAlive = subprocess.TimeoutExpired
ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
SERVE_PORT = 8502
PORTS_TRIED = 50
LOG_LIMIT_BYTES = 5_000_000
START_SECONDS = 60.0
FORMER_PORT_SECONDS = 3.0
"""So long the port that was answered before is waited for, should its last processes not have ended yet."""
SERVE_ADDRESS = "serve.json"
"""Where the endpoints answer; its file is there until they end as they were asked to."""
SERVE_STATE = "serve-state.json"
"""What they serve, since when, what was refused and why."""
STOP_SECONDS = 10.0
_HANDED_OVER = "STUDIO_LOCK"
_PROBE_SECONDS = 0.5
"""Somebody who only looks holds a lock for microseconds; a start tries again for this long."""


class Lock:
    """A file that one living process holds; it names that process.

    Args:
        path: The file; made when missing, never removed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock, or keep the one that the starting process handed over.

        Returns:
            False when another process holds it.
        """
        if self._file is not None or self._adopt() or self._take():
            self.note(os.getpid())
            return True
        return False

    def release(self) -> None:
        """Let go, if it is held here."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @property
    def held(self) -> bool:
        """Whether a living process holds it, this one included."""
        if self._file is not None:
            return True
        try:
            file = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    @property
    def intact(self) -> bool:
        """Whether the file is still the one that is held here, and not removed or replaced."""
        try:
            return self._file is not None and os.path.samestat(
                os.fstat(self._file), os.stat(self.path)
            )
        except FileNotFoundError:
            return False

    @property
    def pid(self) -> int | None:
        """Who holds it, None when nobody does or the holder is only just starting."""
        if not self.held:
            return None
        number = self.path.read_text()
        return int(number) if number.isdecimal() else None

    def note(self, pid: int | None) -> None:
        """Write down who holds it."""
        assert self._file is not None
        os.ftruncate(self._file, 0)
        if pid is not None:
            os.pwrite(self._file, str(pid).encode(), 0)

    def _take(self) -> bool:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _PROBE_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(file)
                    return False
                time.sleep(0.005)
            else:
                self._file = file
                return True

    def _adopt(self) -> bool:
        """Keep the lock that came with the start of this process, if it is this one."""
        number = os.environ.get(_HANDED_OVER, "")
        if not number.isdecimal():
            return False
        try:
            if not os.path.samestat(os.fstat(int(number)), os.stat(self.path)):
                return False
        except OSError:
            return False
        del os.environ[_HANDED_OVER]
        self._file = int(number)
        os.set_inheritable(self._file, False)
        return True

    def hand_over(self) -> tuple[dict[str, str], tuple[int, ...]]:
        """Return the environment and the file numbers by which a new process gets this held lock."""
        assert self._file is not None
        return {_HANDED_OVER: str(self._file)}, (self._file,)


def worker_lock(home: Path) -> Lock:
    """Return the lock that the worker of a workspace holds while it lives."""
    return Lock(home / "worker.lock")


def serve_lock(home: Path) -> Lock:
    """Return the lock that the endpoint process of a workspace holds while it lives."""
    return Lock(home / "serve.lock")


def start(home: Path, *args: str, log: Path | None = None, lock: Lock | None = None) -> int:
    """Start `python -m studio ARGS --workspace HOME` as a process of its own, in a session of its own.

    Args:
        home: The workspace.
        args: The command and its arguments, such as ``"serve", "--port", "8502"``.
        log: Where its output is appended. Default: `<home>/logs/<command>.log`.
        lock: Held here; belongs to the new process from its first moment on.

    Returns:
        The number of the process. It is collected when it ends and never stays as a zombie.
    """
    home = home.resolve()
    log = log or home / "logs" / f"{args[0]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    trim_log(log)
    handed, files = lock.hand_over() if lock else ({}, ())
    environment = {
        **{name: value for name, value in os.environ.items() if name != _HANDED_OVER},
        "STUDIO_HOME": str(home),
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        **handed,
    }
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "studio", *args, "--workspace", str(home)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=files,
        )
    if lock is not None:
        lock.note(process.pid)
        lock.release()
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return process.pid


def worker_alive(home: Path) -> bool:
    """Return whether the workspace has a worker."""
    return worker_lock(home).held


def ensure_worker(home: Path) -> None:
    """Start a worker unless one lives. Costs microseconds when it does."""
    lock = worker_lock(home)
    if lock.held or not lock.acquire():
        return
    try:
        start(home, "worker", lock=lock)
    finally:
        lock.release()


def stop_worker(home: Path) -> None:
    """End the worker, if there is one. Runs go on; the next worker takes them up again."""
    _stop(worker_lock(home))


def spawn(home: Path, *args: str, files: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start `python -m studio ARGS --workspace HOME` for the process that calls: its output goes where that one's goes.

    Args:
        files: Numbers of open files that it gets.

    Raises:
        OSError: The system has no room for it.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "studio", *args, "--workspace", str(home)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=files,
    )


def start_program(*command: str) -> Process:
    """Start a Python program by its path. Who calls talks to it over pipes; it ends when these are closed."""
    pipe, python = subprocess.PIPE, (sys.executable, "-s", "-P")
    return subprocess.Popen([*python, *command], stdin=pipe, stdout=pipe, start_new_session=True)


def serve_address(home: Path) -> tuple[str, int] | None:
    """Return (host, port) of the endpoint process, None when there is none or it is only just starting."""
    lock = serve_lock(home)
    if not lock.held:
        return None
    written = _read(home / SERVE_ADDRESS)
    with contextlib.suppress(KeyError, TypeError, ValueError):
        if written["pid"] == lock.pid:
            return str(written["host"]), int(written["port"])
    return None


def serve_state(home: Path) -> dict[str, Any]:
    """Return how the endpoints stand, as was written down last; empty where it never was.

    Returns:
        "processes": {"wanted", "alive", "pids"}, "restarts", and "endpoints": name -> {"serving": `name:version` or
        None, "since": Unix seconds, "challenger", "pending", "refused": [{"title", "what", "why", "fix"}]}.
    """
    return _read(home / SERVE_STATE)


def ensure_serve(home: Path, port: int | None = None) -> tuple[str, int]:
    """Start the endpoint process unless it lives, wait until it answers, and return its (host, port).

    Args:
        home: The workspace.
        port: Where it shall listen. Default: 8502, or the next port that is free. One that lives stays where it is.

    Raises:
        Conflict: `port` is taken. StudioError: The process ended, or did not answer within a minute.
    """
    lock = serve_lock(home)
    if not lock.held and lock.acquire():
        try:
            _start_serve(home, port, lock)
        finally:
            lock.release()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        address = serve_address(home)
        if address is not None:
            return address
        if not lock.held:
            break
        time.sleep(0.05)
    raise StudioError(
        "The endpoint process did not start.",
        _last_words(home / "logs" / "serve.log") or "It ended without a word.",
        f"Look at {home / 'logs' / 'serve.log'}, then try again.",
    )


def revive_serve(home: Path) -> bool:
    """Start the endpoint process again if it died without being asked to. Returns whether it was started."""
    lock = serve_lock(home)
    if not _read(home / SERVE_ADDRESS) or lock.held or not lock.acquire():
        return False
    try:
        _start_serve(home, None, lock)
    finally:
        lock.release()
    return True


def stop_serve(home: Path) -> None:
    """End the endpoint process, if there is one."""
    (home / SERVE_ADDRESS).unlink(missing_ok=True)  # nobody starts it again, whatever way it ends
    _stop(serve_lock(home))
    (home / SERVE_ADDRESS).unlink(missing_ok=True)


def trim_log(log: Path) -> None:
    """Keep a log that grew beyond its limit as `<name>.1` and empty it, whoever is writing to it."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


def trim_logs(home: Path) -> None:
    """Trim every log of the workspace. The worker calls it each minute."""
    for log in (home / "logs").glob("*.log"):
        trim_log(log)


def _stop(lock: Lock) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + STOP_SECONDS
        told = False
        while lock.held and time.monotonic() < deadline:
            pid = lock.pid
            if pid is not None and not told:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                told = True
            time.sleep(0.01)


def _start_serve(home: Path, port: int | None, lock: Lock) -> None:
    """Start the endpoint process: where it was before, if it died there, else at the port or the next free one."""
    former = _read(home / SERVE_ADDRESS)
    host, tries = HOST, 1
    options: list[str] = []
    if port is None:
        port, tries = SERVE_PORT, PORTS_TRIED
        with contextlib.suppress(KeyError, TypeError, ValueError):
            host, port = str(former["listen"]), int(former["port"])
            options = ["--host", host, "--processes", str(int(former["processes"]))]
            deadline = time.monotonic() + FORMER_PORT_SECONDS
            while not _is_free(host, port) and time.monotonic() < deadline:
                time.sleep(0.05)
    else:
        _check_free(port)
    start(home, "serve", "--port", str(port), "--tries", str(tries), *options, lock=lock)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _check_free(port: int) -> None:
    if not _is_free(HOST, port):
        raise Conflict(
            f"Port {port} of {HOST} cannot be had.",
            "Another program listens there, or the system does not allow it.",
            "Choose another port.",
        )


def _read(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file; empty where there is none, or it is only just being written."""
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _last_words(log: Path) -> str:
    """Return the last three lines of a log: what happened, why, and how to fix it."""
    if not log.exists():
        return ""
    lines = log.read_bytes()[-10_000:].decode(errors="replace").split("\n")
    return " ".join([line.strip() for line in lines if line.strip()][-3:])[-1000:]
