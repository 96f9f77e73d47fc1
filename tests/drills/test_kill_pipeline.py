"""Pipeline runs killed at random moments, worker and process at once: each ends right, and nothing happens twice."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import studio.exports  # noqa: F401  so that who is forked has it
from studio.compute import worker as worker_module
from studio.compute.base import RunSpec
from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader, last_is_end
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.worker import Worker
from studio.core.draft import Draft
from studio.core.pipeline import Pipeline
from studio.core.port_values import PortValue
from studio.workspace import Workspace
from tests.compute.drawn import add_letters, carry_out
from tests.drills.killing import drill, kill_often

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("STUDIO_DRILL_KILLS", "16"))
LIFE_SECONDS = (0.05, 0.6)
LIMIT_SECONDS = 300


# --- what is killed ---


class InProcess(LocalCompute):
    """Runs carried out by the worker's own process: one kill takes both at any moment."""

    def submit(self, run: str, spec: RunSpec) -> None:
        folder = RunFolder.of(self._home, run)
        lock = folder.lock()
        if not lock.acquire():
            return
        try:
            if not last_is_end(folder.events):
                folder.write_spec(spec)
                execute(folder, ControlFile(folder))
        finally:
            lock.release()


def drawn(number: int) -> Draft:
    """Return a pipeline with two branches, of which one saves a dataset; every third is like one before."""
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="letters", version=1)
        .add("split", "split", stored=False, seed=number % 3)
        .add("some", "sample", share=0.5, seed=number % 3)
        .add("kept", "save_dataset", name=f"kept-{number}")
        .add("file", "export", format="folder")
        .connect("data", "dataset", "split", "dataset")
        .connect("split", "dataset", "some", "dataset")
        .connect("some", "dataset", "kept", "dataset")
        .connect("kept", "dataset", "file", "dataset")
    )
    return Draft(pipeline=pipeline)


def work_for_ever(home: Path, number: int, pipe: int) -> None:
    """Submit a pipeline whenever none waits, and carry out what is there."""
    # On a busy machine many die before they could do anything.
    worker_module.MAX_ATTEMPTS = 10**6  # type: ignore[attr-defined]
    workspace = Workspace.open(home)
    workspace.release_runs()  # whoever had them was killed
    worker = Worker(workspace, InProcess(home))
    for run in workspace.runs(limit=10_000):
        ended = last_is_end(RunFolder.of(home, run.name).events)  # only to be taken note of
        if run.attempt and not run.is_terminal and not ended:
            os.write(pipe, f"{run.name} {run.attempt}\n".encode())  # killed in its midst
    while True:
        runs = workspace.runs(limit=10_000)
        if all(run.is_terminal for run in runs):
            workspace.submit_pipeline(drawn(len(runs)), name=f"run-{len(runs)}")
        worker.tick()


# --- the test ---


def test_killed_pipeline_runs_end_right_and_do_nothing_twice(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    add_letters(Workspace.open(home)).close()
    killed_in_midst = drill("tests.drills.test_kill_pipeline", home, KILLS, LIMIT_SECONDS)
    workspace = Workspace.open(home)
    workspace.release_runs()
    worker = Worker(workspace, InProcess(home))
    while not all(run.is_terminal for run in workspace.runs(limit=10_000)):
        worker.tick()

    runs = workspace.runs(limit=10_000)
    # How many kills meet a run in its midst depends on the machine.
    again = sum(run.attempt - 1 for run in runs)
    assert again >= len(set(killed_in_midst)) >= KILLS // 12
    fresh = add_letters(Workspace.open(tmp_path_factory.mktemp("fresh")))
    for number, run in enumerate(reversed(runs)):
        assert run.status == "completed", (run.name, run.failure)
        events = EventReader(RunFolder.of(home, run.name).events).read(0)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert [event.type for event in events].count("end") == 1
        assert [event.type for event in events].count("dataset") == 1
        assert len(workspace.dataset_versions(f"kept-{number}")) == 1
        assert run.result["datasets_made"] == {"kept": f"kept-{number}:1"}
        assert (run.result["nodes"], set(workspace.run_artifacts(run.name))) == (
            5,
            {"split.npy", "export"},
        )
        if number < 3:
            fresh.submit_pipeline(drawn(number), name=run.name)
            carry_out(fresh, run.name)
        like = fresh.node_states(f"run-{number % 3}")
        for node, state in workspace.node_states(run.name).items():
            assert state.done, (run.name, node)
            assert _digests(state.outputs) == _digests(like[node].outputs), (run.name, node)


def _digests(outputs: Mapping[str, PortValue]) -> dict[str, str]:
    """Return what came out by its content; a zip holds the time at which it was written."""
    return {port: value.digest for port, value in outputs.items() if port != "file"}


if __name__ == "__main__":
    kills = int(sys.argv[2])
    told = kill_often(
        work_for_ever, Path(sys.argv[1]), kills, at_once=1, life=LIFE_SECONDS, lines=kills // 12
    )
    print(json.dumps(told))
