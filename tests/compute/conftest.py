"""Workspaces with digits in them, short trainings, and no process left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from studio import processes
from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.catalog import SplitParams
from studio.core.configs import ModelConfig
from studio.core.curves import CURVES
from studio.core.dataset import SplitConfig
from studio.core.events import Event
from studio.core.layers import Dense
from studio.core.pipeline import Pipeline
from studio.core.predictions import IDS, LABELS, PROBABILITIES
from studio.core.run import Run
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace

Kind = TypeVar("Kind", bound=Event)
MODEL = ModelConfig(layers=(Dense(units=16),))
EVALUATION_FILES = {"evaluation.json", CURVES, IDS, LABELS, PROBABILITIES}


@pytest.fixture(autouse=True)
def ended_processes(home: Path) -> Iterator[None]:
    """End the worker and the children of a test."""
    yield
    processes.stop_worker(home)
    for path in (home / "runs").glob("*"):
        kill(RunFolder(path))


@pytest.fixture
def digits(workspace: Workspace) -> Workspace:
    """A workspace with the dataset `digits`."""
    workspace.add_dataset("digits", DigitsSource())
    return workspace


def kill(folder: RunFolder) -> None:
    """Kill a run's process, if it lives, and wait until it is gone. The next one that a worker starts may live."""
    lock, killed = folder.lock(), None
    while lock.held:
        pid = lock.pid
        if killed not in (None, pid):
            return
        # While a worker starts the process the lock is its own, and it is not to be killed for that.
        if pid is not None and _executes(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            killed = pid
        time.sleep(0.01)


def _executes(pid: int) -> bool:
    try:
        return b"\0execute\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], object], seconds: float = 300.0) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def training(*, split: SplitParams | None = None, **settings: object) -> Pipeline:
    """Return a short training on digits."""
    config = TrainingConfig.model_validate({"epochs": 1, **settings})
    return training_pipeline("digits", MODEL, config, split=split)


def digits_import(name: str = "imported") -> Pipeline:
    """Return an import that needs no TensorFlow."""
    return import_pipeline(name, DigitsSource(), split=SplitConfig(), author="ann")


def ended(workspace: Workspace, name: str, seconds: float = 300.0) -> Run:
    """Wait for the end of a run."""
    until(lambda: workspace.run(name).is_terminal, seconds)
    return workspace.run(name)


def carry_out(workspace: Workspace, name: str, attempt: int = 1) -> list[Event]:
    """Execute a submitted run in this process, and return everything it said."""
    folder = RunFolder.of(workspace.home, name)
    run = workspace.run(name).model_copy(update={"attempt": attempt})
    folder.write_spec(prepare(workspace, run))
    execute(folder, ControlFile(folder))
    return EventReader(folder.events).read(0)


def of(events: list[Event], kind: type[Kind]) -> list[Kind]:
    """Return the events of one kind."""
    return [event for event in events if isinstance(event, kind)]
