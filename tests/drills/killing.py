"""Processes that work until they are killed, and what each of them had acknowledged by then.

A drill runs a script of its own: the warm parent has imported everything and opened nothing, forks workers, kills
them at random moments with SIGKILL and keeps what they told it.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Work = Callable[[Path, int, int], None]
"""Called in each process with the workspace's folder, the process's number and the pipe to tell the parent by."""


@dataclass
class Worker:
    """One process that works until it is killed."""

    process: int
    pipe: int
    dies: float
    heard: bytearray = field(default_factory=bytearray)


def start(work: Work, home: Path, number: int, life: float) -> Worker:
    """Fork a process that lives for `life` seconds."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.close(reading)
            work(home, number, writing)
        finally:
            os._exit(status)
    os.close(writing)
    return Worker(process, reading, time.monotonic() + life)


def kill_often(
    work: Work, home: Path, kills: int, *, at_once: int, life: tuple[float, float], lines: int
) -> dict[str, int]:
    """Kill that many workers. What they acknowledged goes to `acknowledged.txt`.

    On a busy machine many die before they could do anything: while fewer than `lines` different lines are there, more
    are killed, one by one, each of which lives longer.
    """
    chance = random.Random(7)
    selector = selectors.DefaultSelector()
    alive: list[Worker] = []
    killed = started = ended_alone = 0
    acknowledged = bytearray()
    while killed < kills or len(set(bytes(acknowledged).splitlines())) < lines:
        while not alive or (len(alive) < at_once and killed + len(alive) < kills):
            worker = start(work, home, started, chance.uniform(*life) * max(1.0, started / kills))
            started += 1
            alive.append(worker)
            selector.register(worker.pipe, selectors.EVENT_READ, worker)
        for key, _ in selector.select(0.005):
            key.data.heard += os.read(key.fd, 65536)
        for worker in [w for w in alive if w.dies <= time.monotonic()]:
            os.kill(worker.process, signal.SIGKILL)
            _, status = os.waitpid(worker.process, 0)
            ended_alone += os.waitstatus_to_exitcode(status) != -signal.SIGKILL
            while rest := os.read(worker.pipe, 65536):
                worker.heard += rest
            selector.unregister(worker.pipe)
            os.close(worker.pipe)
            alive.remove(worker)
            acknowledged += worker.heard
            killed += 1
    (home / "acknowledged.txt").write_bytes(acknowledged)
    return {"kills": killed, "ended_alone": ended_alone}


def drill(module: str, home: Path, kills: int, limit_seconds: float) -> list[str]:
    """Run a drill's script and return the lines that its workers acknowledged."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(home), str(kills)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=limit_seconds,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["kills"] >= kills
    assert told["ended_alone"] == 0
    return (home / "acknowledged.txt").read_text().splitlines()
