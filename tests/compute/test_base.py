"""The contract of every Compute: what a worker may rely on, wherever runs are executed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.compute.base import Compute, RunSpec
from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.prepare import prepare
from studio.core.control import RunControl
from studio.core.events import DatasetEvent, EndEvent, Event
from studio.core.run import Run
from studio.workspace import Workspace
from tests.compute.conftest import digits_import, training, until

Make = Callable[[], Compute]


@pytest.fixture(params=[LocalCompute])
def make(request: pytest.FixtureRequest, home: Path) -> Make:
    """Makes a Compute as a new worker would."""
    return lambda: request.param(home)


def submitted(workspace: Workspace, compute: Compute, run: Run) -> RunSpec:
    spec = prepare(workspace, run.model_copy(update={"attempt": 1}))
    compute.submit(run.name, spec)
    return spec


def all_events(compute: Compute, run: str) -> list[Event]:
    found: list[Event] = []
    while events := compute.events(run, found[-1].seq if found else 0):
        found += events
    return found


def test_a_run_is_unknown_then_runs_then_has_ended(workspace: Workspace, make: Make) -> None:
    compute = make()
    run = workspace.submit(digits_import(), name="one")
    assert compute.status("one") == "unknown"
    assert compute.events("one", 0) == []
    submitted(workspace, compute, run)
    assert compute.status("one") == "running"
    until(lambda: compute.status("one") != "running")
    assert compute.status("one") == "ended"
    events = all_events(compute, "one")
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "completed"


def test_submitting_twice_runs_once(workspace: Workspace, make: Make) -> None:
    compute = make()
    run = workspace.submit(digits_import(), name="one")
    spec = submitted(workspace, compute, run)
    make().submit("one", spec)
    until(lambda: compute.status("one") == "ended")
    before = all_events(compute, "one")
    compute.submit("one", spec)
    assert compute.status("one") == "ended"
    assert all_events(make(), "one") == before
    assert sum(isinstance(event, DatasetEvent) for event in before) == 1


def test_another_compute_takes_up_where_one_was(workspace: Workspace, make: Make) -> None:
    compute = make()
    submitted(workspace, compute, workspace.submit(digits_import(), name="one"))
    until(lambda: compute.events("one", 0))
    first = compute.events("one", 0)
    other = make()
    until(lambda: other.status("one") == "ended")
    assert all_events(other, "one")[: len(first)] == first


def test_stop_ends_a_run_soon(digits: Workspace, make: Make) -> None:
    compute = make()
    run = digits.submit(training(epochs=10_000), name="one")
    compute.stop("one")
    compute.stop("one")
    submitted(digits, compute, run)
    until(lambda: compute.status("one") == "ended")
    last = all_events(compute, "one")[-1]
    assert isinstance(last, EndEvent)
    assert last.status == "stopped"


def test_a_process_hears_what_was_asked_before_it_started(workspace: Workspace, make: Make) -> None:
    compute = make()
    run = workspace.submit(digits_import(), name="one")
    compute.control("one", RunControl(pause=True))
    compute.control("one", RunControl(cancel=True))
    submitted(workspace, compute, run)
    until(lambda: compute.status("one") == "ended")
    last = all_events(compute, "one")[-1]
    assert isinstance(last, EndEvent)
    assert last.status == "cancelled"
    assert not any(isinstance(event, DatasetEvent) for event in all_events(compute, "one"))


def test_checkpoints_are_told_apart_once_they_are_whole(home: Path, make: Make) -> None:
    checkpoints = RunFolder.of(home, "one").checkpoints
    seen = [make().checkpoint("one")]
    for name in ("2/step-1", "2/step-2", "3/step-1"):
        (checkpoints / name).mkdir(parents=True)
        seen.append(make().checkpoint("one"))
    assert len(set(seen)) == 4
    assert seen[0] == ""
    (checkpoints / "2" / ".writing-7").mkdir()
    assert make().checkpoint("one") == seen[-1]
