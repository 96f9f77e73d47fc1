"""Walking a pipeline costs little beside what its nodes do, and running it again costs almost nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from studio import processes
from studio.core.draft import Draft
from studio.core.pipeline import Pipeline
from studio.workspace import Workspace
from tests.compute.drawn import add_letters, carry_out

NODES, AGAIN, ROUNDS = 50, 20, 5
NODE_MILLISECONDS = 50.0
"""Of a node that does next to nothing, carried out for the first time: key, files, states and all."""
AGAIN_SECONDS = 1.0
"""From the submission of a pipeline that ran before to its end, with a worker at work."""


@pytest.fixture
def letters(workspace: Workspace, home: Path) -> Iterator[Workspace]:
    yield add_letters(workspace)
    processes.stop_worker(home)


def chain(nodes: int, seed: int) -> Draft:
    """Return a pipeline of so many nodes, one behind the other, that only divide 20 samples."""
    pipeline, before = Pipeline().add("data", "dataset", name="letters"), "data"
    for number in range(nodes - 1):
        node = f"split-{number}"
        pipeline = pipeline.add(node, "split", stored=False, seed=1000 * seed + number)
        pipeline = pipeline.connect(before, "dataset", node, "dataset")
        before = node
    return Draft(pipeline=pipeline)


def test_a_node_costs_less_than_50_milliseconds(letters: Workspace) -> None:
    spent = []
    for number in range(ROUNDS):
        letters.submit_pipeline(chain(NODES, number), name=f"run-{number}")
        begun = time.perf_counter()
        carry_out(letters, f"run-{number}")
        spent.append(1e3 * (time.perf_counter() - begun) / NODES)
    assert letters.run("run-0").result["reused"] == 0
    print(f"\na node, carried out: {median(spent):.1f} ms")
    assert median(spent) < NODE_MILLISECONDS


def test_a_pipeline_that_ran_before_ends_within_a_second(letters: Workspace, home: Path) -> None:
    processes.ensure_worker(home)
    letters.submit_pipeline(chain(AGAIN, 0), name="first")
    while not letters.run("first").is_terminal:
        time.sleep(0.05)
    spent = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        letters.submit_pipeline(chain(AGAIN, 0), name=f"again-{number}")
        while not (run := letters.run(f"again-{number}")).is_terminal:
            time.sleep(0.005)
        spent.append(time.perf_counter() - begun)
        assert (run.status, run.result["reused"]) == ("completed", AGAIN)
    print(f"\n{AGAIN} nodes, reused: {median(spent):.2f} s from submission to end")
    assert median(spent) < AGAIN_SECONDS
