"""Fixtures of the command line: call it in this process, and see whether the workspace changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.cli import main
from studio.processes import worker_lock
from studio.store.database import Database
from tests.workspace.conftest import make_dataset, trained_run  # noqa: F401  fixtures


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, which must be one JSON object and nothing else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        assert self.out.count("\n") == 1
        return found

    @property
    def refusal(self) -> dict[str, str]:
        """Why it was refused, from stderr; nothing may be on stdout."""
        assert self.out == ""
        assert "Traceback" not in self.err
        what, why, fix = self.err.rstrip("\n").split("\n")[-3:]
        assert why.startswith("Why: ")
        assert fix.startswith("Fix: ")
        return {"what": what, "why": why[5:], "fix": fix[5:]}


Studio = Callable[..., Result]


@pytest.fixture
def studio(capsys: pytest.CaptureFixture[str]) -> Studio:
    """Run a command in this process."""

    def run(*words: object) -> Result:
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


@pytest.fixture
def no_worker(home: Path) -> Iterator[None]:
    """Be the worker of the workspace, so that none is started: what is submitted waits."""
    lock = worker_lock(home)
    assert lock.acquire()
    yield
    lock.release()


@pytest.fixture
def dump(home: Path) -> Callable[[], str]:
    """Return everything that studio.db holds, as text."""

    def all_rows() -> str:
        if not (home / "studio.db").exists():
            return ""
        database = Database(home / "studio.db", synchronous="FULL")
        tables = database.query("SELECT name, sql FROM sqlite_master ORDER BY name")
        rows = [
            [table, database.query(f'SELECT * FROM "{table["name"]}"')]
            for table in tables
            if table["sql"] and table["sql"].startswith("CREATE TABLE")
        ]
        database.close()
        return repr(rows)

    return all_rows
