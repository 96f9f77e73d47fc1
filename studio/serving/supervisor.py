"""Owns the endpoints' address and keeps the processes alive that answer there: `python -m studio serve`.

It loads no model, so that none can take it down. A process that dies is started again; should this one die, the others
notice and end, and the studio's worker starts it again at the same address.
"""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from studio.core.errors import StudioError
from studio.processes import (
    SERVE_ADDRESS,
    SERVE_STATE,
    Process,
    StillAlive,
    serve_state,
    spawn,
)
from studio.serving.link import TRY_SECONDS, Link, Message, as_error
from studio.serving.listening import in_address, reachable

TICK_SECONDS = 0.2
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0
"""A process that dies is started again after this, and after twice as long each time that it dies soon again."""
STEADY_SECONDS = 10.0
"""A process that lived this long did not die soon."""
START_TRIES = 3
"""So many processes in a row may die before the first one ever answered."""
KNOWN_LIMIT = 256
"""Versions that passed their trial are not tried again when the processes start again; so many are remembered."""
HANG_SECONDS = 60.0
"""A process that gives no sign of life for this long is ended."""
UNWRITTEN_SECONDS = 5.0
"""What could not be written down is written after this, should the disk have room again."""
GOODBYE_SECONDS = 7.0
"""Those that answer get this long when they are asked to end."""
_log = logging.getLogger("studio.serving")


@dataclass
class Child:
    """A process that answers."""

    number: int
    process: Process
    link: Link
    heard: float
    started: float
    ready: bool = False
    endpoints: dict[str, Any] = field(default_factory=dict)


@dataclass
class Prober:
    """The process in which versions are tried, and the one that is tried now: its key, and since when."""

    process: Process
    link: Link
    since: float
    key: str | None = None


class Supervisor:
    """Keeps so many processes answering on one socket.

    Args:
        home: The workspace.
        host: As it was asked for.
        listening: Where connections come to.
        processes: That answer.
    """

    def __init__(self, home: Path, host: str, listening: socket.socket, processes: int = 1) -> None:
        self._home, self._host, self._listening = home, host, listening
        self._wanted = processes
        self._children: dict[int, Child] = {}
        self._deaths = [0] * processes
        self._next_start = [0.0] * processes
        self._prober: Prober | None = None
        self._trials: dict[str, Message] = {}
        state = serve_state(home)
        self._known = dict.fromkeys(map(str, state.get("known", ())))
        self._selector = selectors.DefaultSelector()
        self._former = {str(k): str(v) for k, v in dict(state.get("former", {})).items()}
        self._answered = self._found = False
        self._ending = False
        self._written: object = None
        self._write_at = 0.0
        self.restarts = 0

    def run(self) -> None:
        """Supervise until SIGTERM or Ctrl+C.

        Raises:
            StudioError: No process that answers can be started.
        """
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        try:
            while not self._ending:
                self._tend()
                for key, _ in self._selector.select(TICK_SECONDS):
                    self._hear(key.data)
                self._note()
        finally:
            self._end()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def _tend(self) -> None:
        """Start what is missing, end what hangs."""
        now = time.monotonic()
        for number in range(self._wanted):
            child = self._children.get(number)
            if child is None:
                if now >= self._next_start[number]:
                    self._try_to_start(number, now)
            elif now - child.heard > HANG_SECONDS:
                _log.warning("Process %d gives no sign of life; it is ended.", child.process.pid)
                child.process.kill()
                child.heard = now
        self._try_next(now)

    def _try_to_start(self, number: int, now: float) -> None:
        """Start a process; where the system has no room for it, the others go on and it is tried again.

        Raises:
            StudioError: None ever answered.
        """
        try:
            self._children[number] = self._start(number)
        except StudioError as error:
            if not self._answered:
                raise
            _log.error("%s", error)
            self._next_start[number] = now + LONGEST_PAUSE_SECONDS

    def _start(self, number: int) -> Child:
        process, link = self._spawn(
            "serve-process", str(number), "--host", self._host, "--socket", self._listening
        )
        link.send(former=self._former, known=list(self._known))
        now = time.monotonic()
        child = Child(number, process, link, now, now)
        self._selector.register(link, selectors.EVENT_READ, child)
        return child

    def _spawn(self, *args: str | socket.socket) -> tuple[Process, Link]:
        ours, theirs = socket.socketpair()
        files = [theirs.fileno(), *(a.fileno() for a in args if isinstance(a, socket.socket))]
        words = [str(a.fileno()) if isinstance(a, socket.socket) else a for a in args]
        try:
            process = spawn(self._home, *words, "--link", str(theirs.fileno()), files=files)
        except OSError as error:
            ours.close()
            raise StudioError(
                "A process that answers the endpoints cannot be started.",
                f"The system says: {error.strerror or error}.",
                "Make room in memory, then try again.",
            ) from error
        finally:
            theirs.close()
        return process, Link(ours)

    def _hear(self, told: Child | Prober) -> None:
        messages = told.link.receive()
        if messages is None:
            self._bury(told)
            return
        for message in messages:
            if isinstance(told, Prober):
                self._judge(told, message)
            else:
                self._take(told, message)

    def _take(self, child: Child, message: Message) -> None:
        child.heard = time.monotonic()
        if message.get("ready"):
            child.ready = True
            if not self._answered:
                self._answered = True
                _log.info("Endpoints answer on http://%s:%s", in_address(self._host), self._port)
        elif "failed" in message:
            if not self._answered:
                raise as_error(message["failed"])
            _log.error("%s", as_error(message["failed"]))
        elif "endpoints" in message:
            child.endpoints = message["endpoints"]
            for name, fact in child.endpoints.items():
                if fact["serving"] is not None:
                    self._former[name] = fact["serving"]
        elif "key" in message:
            if message["key"] in self._known:
                child.link.send(key=message["key"], error=None)
            else:
                self._trials.setdefault(message["key"], message)

    def _start_prober(self) -> None:
        try:
            process, link = self._spawn("serve-prober")
        except StudioError as error:
            for key in list(self._trials):
                self._tell(key, error.as_dict())
            return
        self._prober = Prober(process, link, time.monotonic())
        self._selector.register(link, selectors.EVENT_READ, self._prober)

    def _try_next(self, now: float) -> None:
        """Give the prober what waits; end it when it hangs."""
        prober = self._prober
        if prober is not None and prober.key is not None:
            if now - prober.since > TRY_SECONDS:
                prober.process.kill()
            return
        key = next(iter(self._trials), None)
        if key is None:
            return
        if prober is None:
            self._start_prober()
        elif prober.since < 0:  # it said that it is ready
            message = self._trials[key]
            prober.link.send(**message)
            prober.key, prober.since = key, now
        elif now - prober.since > TRY_SECONDS:
            prober.process.kill()

    def _judge(self, prober: Prober, message: Message) -> None:
        if message.get("ready"):
            prober.since = -1.0
        else:
            prober.key, prober.since = None, -1.0
            self._tell(message["key"], message["error"])
        self._try_next(time.monotonic())

    def _tell(self, key: str, error: dict[str, str] | None) -> None:
        """Let all processes know whether a version works."""
        self._trials.pop(key, None)
        if error is None:
            self._known[key] = None
            while len(self._known) > KNOWN_LIMIT:
                del self._known[next(iter(self._known))]
        for child in self._children.values():
            child.link.send(key=key, error=error)

    def _bury(self, told: Child | Prober) -> None:
        """Take leave of a process that ended or is about to."""
        self._selector.unregister(told.link)
        told.link.close()
        with suppress(StillAlive):
            told.process.wait(1.0)
        told.process.kill()
        status = told.process.wait()
        if isinstance(told, Prober):
            self._prober = None
            key = told.key or next(iter(self._trials), None)
            if key is not None:
                self._tell(key, _ended(self._trials[key], told, status))
            return
        del self._children[told.number]
        if self._ending:
            return
        now = time.monotonic()
        soon = now - told.started < STEADY_SECONDS
        self._deaths[told.number] = self._deaths[told.number] + 1 if soon else 0
        if not self._answered and self._deaths[told.number] >= START_TRIES:
            raise StudioError(
                "The endpoints cannot be answered.",
                f"Every process that should do it ended at once, the last one with status {status}.",
                f"Look at {self._home / 'logs' / 'serve.log'}.",
            )
        pause = min(FIRST_PAUSE_SECONDS * 2 ** self._deaths[told.number], LONGEST_PAUSE_SECONDS)
        self._next_start[told.number] = now + (pause if soon else 0.0)
        self.restarts += 1
        _log.warning("Process %d ended (%d); it is started again.", told.process.pid, status)

    @property
    def _port(self) -> int:
        number: int = self._listening.getsockname()[1]
        return number

    def _address(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "host": reachable(self._host),
            "port": self._port,
            "started": time.time(),
            "listen": self._host,
            "processes": self._wanted,
        }

    def _note(self) -> None:
        """Write down how things stand, if they changed."""
        alive = [
            child
            for child in sorted(self._children.values(), key=lambda c: c.number)
            if child.ready
        ]
        endpoints: dict[str, Any] = {}
        for child in reversed(alive):
            endpoints.update(child.endpoints)
        state = {
            "pid": os.getpid(),
            "processes": {
                "wanted": self._wanted,
                "alive": len(alive),
                "pids": [c.process.pid for c in alive],
            },
            "prober": self._prober.process.pid if self._prober else None,
            "restarts": self.restarts,
            "endpoints": endpoints,
            "former": self._former,
            "known": list(self._known),
        }
        now = time.monotonic()
        if (state == self._written and self._found == self._answered) or now < self._write_at:
            return
        try:
            if self._answered and not self._found:
                _write(self._home / SERVE_ADDRESS, self._address())
                self._found = True
            _write(self._home / SERVE_STATE, state)
            self._written = json.loads(json.dumps(state))
        except OSError as error:
            _log.warning("How the endpoints stand cannot be written: %s.", error.strerror)
            self._write_at = now + UNWRITTEN_SECONDS

    def _end(self) -> None:
        """Let those that answer finish, then end everything."""
        self._ending = True
        self._listening.close()
        for child in self._children.values():
            child.process.terminate()
        deadline = time.monotonic() + GOODBYE_SECONDS
        for child in self._children.values():
            with suppress(StillAlive):
                child.process.wait(max(0.0, deadline - time.monotonic()))
        processes = [child.process for child in self._children.values()]
        for process in (*processes, *([self._prober.process] if self._prober else ())):
            process.kill()
            process.wait()


def _ended(message: Message, prober: Prober, status: int) -> dict[str, str]:
    title = f"{message['model']}:{message['version']}"
    how = f"signal {-status}" if status < 0 else f"status {status}"
    return {
        "what": f"{title} cannot be tried.",
        "why": f"The process that tried it ended with {how}, or did not answer for {TRY_SECONDS} seconds."
        if prober.key
        else f"The process that tries versions ended with {how} before it began.",
        "fix": "Point the endpoint at another version; logs/serve.log may say more.",
    }


def _write(path: Path, fact: Mapping[str, Any]) -> None:
    """Write a file that appears whole."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(fact, indent=1))
    os.replace(draft, path)
