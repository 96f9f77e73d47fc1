"""Fixtures of the store: an empty migrated database, and processes that work on it at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.store.database import Database
from studio.store.migrations import METRICS, STUDIO

ROOT = Path(__file__).resolve().parents[2]

# Forks from a fresh process of one thread, whatever pytest has loaded; nobody works before all are there.
FORKS = """
import json, os, sys, traceback
from pathlib import Path
from studio.workspace import Workspace

home, count = Path(sys.argv[1]), int(sys.argv[2])

{work}

waiting, start = os.pipe()
children = []
for number in range(count):
    child = os.fork()
    if child == 0:
        os.close(start)
        os.read(waiting, 1)
        try:
            work(number)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    children.append(child)
os.close(start)
print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]))
"""

Forked = Callable[[str, Path, int], list[int]]


@pytest.fixture
def forked() -> Forked:
    """Run the source of a function `work(number)` in many processes at once; returns their exit codes."""

    def run(work: str, home: Path, count: int) -> list[int]:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                FORKS.format(work=textwrap.dedent(work)),
                str(home),
                str(count),
            ],
            cwd=ROOT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.stderr == ""
        codes: list[int] = json.loads(done.stdout)
        return codes

    return run


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """studio.db, migrated."""
    database = Database(tmp_path / "studio.db", synchronous="FULL")
    database.migrate(STUDIO)
    return database


@pytest.fixture
def metrics_db(tmp_path: Path) -> Database:
    """metrics.db, migrated."""
    database = Database(tmp_path / "metrics.db", synchronous="NORMAL")
    database.migrate(METRICS)
    return database
