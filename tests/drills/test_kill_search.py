"""A search whose process is killed: no trial lost, none run twice, the half-done one goes on; the best is judged."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import processes
from studio.compute.events import EventReader
from studio.compute.folder import RunFolder
from studio.core.choices import Choice
from studio.core.configs import ModelConfig
from studio.core.events import LogEvent, ObservationEvent
from studio.core.layers import Dense
from studio.core.search import SearchParams, settings_of_trial
from studio.core.sources import DigitsSource
from studio.core.standard import search_pipeline
from studio.core.training import TrainingConfig
from studio.core.trials import Trial, best_trial, trials_of
from studio.workspace import Workspace

pytestmark = pytest.mark.drill

PARAMS = SearchParams(
    models={"small": ModelConfig(layers=(Dense(units=8),))},
    training=TrainingConfig(epochs=150, batch_size=64, learning_rate=0.003, precision="float32"),
    space=(
        Choice(field="optimizer", values=("sgd", "adam")),
        Choice(field="layers.0.units", values=(2, 32)),
    ),
    sampler="grid",
)
KILLED_IN = (2, 3)
GIVE_UP_SECONDS = 240.0


@pytest.fixture(autouse=True)
def ended_processes(home: Path) -> Iterator[None]:
    yield
    processes.stop_worker(home)
    kill(home)


def kill(home: Path) -> bool:
    """Kill the search's process. Returns whether there was any."""
    pid = RunFolder.of(home, "search").lock().pid
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return pid is not None


def trials(workspace: Workspace) -> list[Trial]:
    return trials_of(workspace.observations("search", kinds=("trial",))[1])


@pytest.mark.long
def test_killed_search_goes_on_where_it_was(workspace: Workspace, home: Path) -> None:
    workspace.add_dataset("digits", DigitsSource())
    run = workspace.submit(search_pipeline("digits", PARAMS), name="search")
    assert workspace.estimated_memory(run) > 500_000_000
    to_come = list(KILLED_IN)
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while not workspace.run("search").is_terminal:
        assert time.monotonic() < deadline, workspace.run("search")
        processes.ensure_worker(home)
        time.sleep(0.05)
        newest = trials(workspace)[-1:]
        if to_come and newest and newest[0].number >= to_come[0] and kill(home):
            to_come.pop(0)

    run = workspace.run("search")
    assert run.status == "completed", run.failure
    assert run.attempt == 1 + len(KILLED_IN)
    seen = trials(workspace)
    tried = [tuple(trial.params.values()) for trial in seen]
    assert sorted(tried, key=str) == [("adam", 2), ("adam", 32), ("sgd", 2), ("sgd", 32)]
    assert [trial.number for trial in seen] == [1, 2, 3, 4]
    assert {trial.state for trial in seen} <= {"completed", "pruned"}
    for trial in seen:
        assert [epoch for epoch, _ in trial.curve] == list(range(1, trial.epochs + 1))

    events = EventReader(RunFolder.of(home, "search").events).read(0)
    lines = [event.text for event in events if isinstance(event, LogEvent)]
    assert len([line for line in lines if line.startswith("Trial ")]) == 4
    over: set[int] = set()
    for event in events:
        if isinstance(event, ObservationEvent) and event.kind == "trial":
            running = event.body["state"] == "running"
            assert not (running and event.step in over), "a trial that had ended was begun again"
            over |= set() if running else {event.step}

    best = best_trial(seen, lower_is_better=False)
    assert best is not None
    found = run.result["search"]
    assert isinstance(found, dict)
    assert found["best_trial"] == best.number
    model, _ = settings_of_trial(PARAMS, best.params)
    assert ModelConfig.model_validate(found["model"]) == model
    assert workspace.evaluation("search").accuracy > 0.8
    version = workspace.register_model("search", "digits")
    assert ModelConfig.model_validate(version.facts["config"]) == model
    assert not RunFolder.of(home, "search").checkpoints.exists()
