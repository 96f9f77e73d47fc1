"""Drawn pipelines that need no TensorFlow, carried out in this process."""

from __future__ import annotations

import numpy as np

from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.draft import Draft
from studio.core.events import Event
from studio.core.node_state import NodeState
from studio.core.pipeline import Pipeline
from studio.core.sources import DrawingsSource
from studio.workspace import Workspace


def add_letters(workspace: Workspace) -> Workspace:
    """Add the dataset `letters`: 20 small drawings of two classes."""
    for number in range(20):
        pixels = np.full((28, 28), 5 * number + 1, np.uint8)
        workspace.add_drawing("pad", "ab"[number % 2], pixels, "[]", op_id=str(number))
    workspace.add_dataset("letters", DrawingsSource(collection="pad"))
    return workspace


def branches(**split: object) -> Draft:
    """Return dataset -> split -> export, with another split beside it."""
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="letters")
        .add("split", "split", stored=False, **{"seed": 7, **split})
        .add("check", "split", stored=False, seed=3)
        .add("file", "export", format="folder")
        .connect("data", "dataset", "split", "dataset")
        .connect("data", "dataset", "check", "dataset")
        .connect("split", "dataset", "file", "dataset")
    )
    return Draft(pipeline=pipeline)


def submit(workspace: Workspace, draft: Draft, name: str) -> None:
    """Queue a drawn pipeline."""
    workspace.submit_pipeline(draft, name=name, draft_name="drawn")


def carry_out(workspace: Workspace, name: str, attempt: int = 1) -> list[Event]:
    """Execute a submitted run in this process, have its events recorded, and return them."""
    folder = RunFolder.of(workspace.home, name)
    run = workspace.claim_run("worker", 60) if attempt == 1 else workspace.run(name)
    assert run is not None
    assert run.name == name
    folder.write_spec(prepare(workspace, run.model_copy(update={"attempt": attempt})))
    execute(folder, ControlFile(folder))
    events = EventReader(folder.events).read(0)
    assert workspace.record_events(run, events)
    return events


def states(workspace: Workspace, name: str) -> dict[str, str]:
    """Return node -> its state."""
    return {node: state.state for node, state in workspace.node_states(name).items()}


def node(workspace: Workspace, name: str, node_id: str) -> NodeState:
    """Return how a node is."""
    return workspace.node_states(name)[node_id]
