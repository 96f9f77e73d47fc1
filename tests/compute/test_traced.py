"""Samples that came out of a pipeline, found again in its source. Nothing is trained: TensorFlow is not loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.compute.context import Context
from studio.compute.control_file import ControlFile
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.compute.frames import open_table
from studio.compute.prepare import prepare
from studio.compute.traced import LOST, Outputs, held_out, traced
from studio.compute.values import view
from studio.core.conversion import path_to
from studio.core.draft import Draft
from studio.core.errors import Conflict
from studio.core.pipeline import Pipeline
from studio.core.port_values import DatasetValue, TableValue
from studio.core.sources import DigitsSource
from studio.tables import records_of, take
from studio.workspace import Artifacts, Workspace
from tests.workspace.conftest import carried_through

CSV = "id,age,pet\n" + "\n".join(f"{i},{'' if i % 4 == 0 else i},{'cdr'[i % 3]}" for i in range(40))


def done(workspace: Workspace, pipeline: Pipeline) -> tuple[Context, Outputs]:
    """Carry a pipeline out; return a context like that of its process, and what went through its wires."""
    workspace.submit_pipeline(Draft(pipeline=pipeline), name="made")
    ended = carried_through(workspace, "made")
    assert ended.status == "completed", ended.failure
    folder = RunFolder.of(workspace.home, "made")
    spec = prepare(workspace, ended)
    emit = EventWriter(folder.events, 10_000)
    context = Context(spec, folder, Artifacts(Path(spec.artifacts)), emit, ControlFile(folder))
    return context, {n: dict(s.outputs) for n, s in workspace.node_states("made").items()}


def test_pictures_are_found_behind_steps_that_choose_copy_and_change(workspace: Workspace) -> None:
    workspace.add_dataset("digits", DigitsSource())
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="digits")
        .add("other", "enter_data", csv=CSV)
        .add("few", "sample", share=0.1)
        .add("more", "augment", copies=1)
        .add("both", "join_datasets")
        .add("seconds", "sample", share=0.05, seed=9)
        .add("upside", "normalise", method="invert")
        .add("small", "resize", height=5, width=6)
        .remove("other")
        .connect("data", "dataset", "few", "dataset")
        .connect("few", "dataset", "more", "dataset")
        .connect("data", "dataset", "seconds", "dataset")
        .connect("seconds", "dataset", "upside", "dataset")
        .connect("more", "dataset", "both", "first")
        .connect("upside", "dataset", "both", "second")
        .connect("both", "dataset", "small", "dataset")
    )
    context, outputs = done(workspace, pipeline)
    end = outputs["small"]["dataset"]
    assert isinstance(end, DatasetValue)
    rows = np.arange(end.manifest.count)
    places = traced(context, pipeline, path_to(pipeline, "small"), outputs, rows)
    first = outputs["few"]["dataset"]
    assert isinstance(first, DatasetValue)
    count = first.manifest.count
    assert (places != LOST).sum() == count, "copies and the second source come from nowhere"
    source, chosen = (
        context.artifacts.open_samples(outputs[n]["dataset"].manifest.samples)  # type: ignore[union-attr]
        for n in ("data", "few")
    )
    found = np.sort(source[places[places != LOST]].reshape(count, -1), axis=0)
    np.testing.assert_array_equal(found, np.sort(chosen[:].reshape(count, -1), axis=0))
    some = held_out(context, view(end, context.artifacts), 7)
    assert len(some) == 7
    assert (np.diff(some) > 0).all()


def test_rows_are_found_where_some_were_left_out(workspace: Workspace) -> None:
    pipeline = (
        Pipeline()
        .add("typed", "enter_data", csv=CSV)
        .add("whole", "clean_missing", method="drop")
        .add("scaled", "scale", columns=["age"])
        .connect("typed", "table", "whole", "table")
        .connect("whole", "table", "scaled", "table")
    )
    context, outputs = done(workspace, pipeline)
    path = path_to(pipeline, "scaled")
    places = traced(context, pipeline, path, outputs, np.array([0, 2, 29]))
    typed = outputs["typed"]["table"]
    assert isinstance(typed, TableValue)
    rows = records_of(take(open_table(context.artifacts, typed)[0], places))
    assert [row["id"] for row in rows] == [1, 3, 39]


def test_rows_that_a_query_made_of_others_cannot_be_found(workspace: Workspace) -> None:
    pipeline = (
        Pipeline()
        .add("typed", "enter_data", csv=CSV)
        .add("asked", "sql", query="SELECT pet, count(*) AS n FROM first GROUP BY pet")
        .connect("typed", "table", "asked", "first")
    )
    context, outputs = done(workspace, pipeline)
    with pytest.raises(Conflict, match="cannot be traced back"):
        traced(context, pipeline, path_to(pipeline, "asked"), outputs, np.arange(3))
