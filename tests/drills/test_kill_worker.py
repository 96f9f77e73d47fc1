"""Workers and runs killed at random moments: every run comes to its end, nothing is lost, nothing is doubled."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import processes
from studio.compute.events import EventReader
from studio.compute.folder import RunFolder
from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.events import Event, LogEvent
from studio.core.layers import Dense
from studio.core.run import MAX_ATTEMPTS
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.core.training import TrainingConfig
from studio.processes import Lock
from studio.workspace import Workspace

pytestmark = pytest.mark.drill

EPOCHS, STEPS = 800, 5
IMPORTS = 4
KILLS = int(os.environ.get("STUDIO_DRILL_KILLS", "10"))
GIVE_UP_SECONDS = 240.0


@pytest.fixture(autouse=True)
def ended_processes(home: Path) -> Iterator[None]:
    yield
    processes.stop_worker(home)
    for path in (home / "runs").glob("*"):
        while kill(RunFolder(path).lock()):
            time.sleep(0.01)


def kill(lock: Lock) -> bool:
    """Kill who holds a lock. Returns whether there was anybody."""
    pid = lock.pid
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return pid is not None


def said(workspace: Workspace, name: str) -> list[Event]:
    reader, found = EventReader(workspace.run_folder(name) / "events.jsonl"), list[Event]()
    while events := reader.read(found[-1].seq if found else 0):
        found += events
    return found


def test_runs_survive_kills_of_workers_and_children(workspace: Workspace, home: Path) -> None:
    random_moment = random.Random(20)
    workspace.add_dataset("digits", DigitsSource())
    settings = TrainingConfig(epochs=EPOCHS, keep="last")
    model = ModelConfig(layers=(Dense(units=16),))
    workspace.submit(training_pipeline("digits", model, settings), name="train")
    for number in range(IMPORTS):
        pipeline = import_pipeline(
            f"imported-{number}", DigitsSource(seed=number), split=SplitConfig(), author="ann"
        )
        workspace.submit(pipeline, name=f"import-{number}")
    names = ["train", *(f"import-{number}" for number in range(IMPORTS))]

    kills = {"worker": 0, "child": 0}
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while not all(workspace.run(name).is_terminal for name in names):
        assert time.monotonic() < deadline, [workspace.run(name) for name in names]
        processes.ensure_worker(home)
        time.sleep(random_moment.uniform(0.05, 1.0))
        if sum(kills.values()) >= KILLS:
            continue
        if kills["worker"] < KILLS // 2 and random_moment.random() < 0.6:
            kills["worker"] += kill(processes.worker_lock(home))
            continue
        for name in names:
            run = workspace.run(name)
            # A run may die so often; a training needs its time between two deaths to come any further.
            far = name != "train" or list(RunFolder.of(home, name).checkpoints.glob("*/step-*"))
            if not run.is_terminal and run.attempt < MAX_ATTEMPTS - 1 and far:
                kills["child"] += kill(RunFolder.of(home, name).lock())

    assert kills["worker"] >= 3
    assert kills["child"] >= 3
    for name in names:
        run = workspace.run(name)
        assert run.status == "completed", (name, run.failure)
        assert run.attempt <= MAX_ATTEMPTS
        events = said(workspace, name)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert [event.type for event in events].count("end") == 1
        lines = [event.text for event in events if isinstance(event, LogEvent)]
        assert workspace.run_log(name)[1] == lines
    for number in range(IMPORTS):
        assert len(workspace.dataset_versions(f"imported-{number}")) == 1
    assert len(workspace.datasets()) == IMPORTS + 1

    curves = workspace.curves("train")[1]
    for metric in ("epoch_loss", "epoch_accuracy"):
        steps = [step for step, _ in curves[metric]]
        assert steps == [STEPS * epoch for epoch in range(1, EPOCHS + 1)], metric
    for metric, points in curves.items():
        steps = [step for step, _ in points]
        assert steps == sorted(set(steps)), metric
    assert workspace.register_model("train", "digits").version == 1
    assert len(workspace.models()[0].versions) == 1
