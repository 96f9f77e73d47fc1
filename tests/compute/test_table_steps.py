"""Pipelines of tables, carried out in this process without TensorFlow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from studio.compute import node_process, node_room
from studio.compute.frames import open_table
from studio.core.dataset import TEST, TRAIN
from studio.core.events import ArtifactEvent, EndEvent, Event, LogEvent, ObservationEvent
from studio.core.pipeline import Pipeline
from studio.core.port_values import DatasetValue, TableValue, parse_value
from studio.core.sources import SeabirdsSource
from studio.tables import records_of, values_of, words_in
from studio.workspace import Workspace
from tests.compute.conftest import carry_out, of

SHORT = "name,size,kind\nann,1,a\nben,,b\ncid,3,a\ndan,4,\n"


@pytest.fixture
def birds(workspace: Workspace) -> Workspace:
    """A workspace with the starter table."""
    workspace.add_dataset("birds", SeabirdsSource())
    return workspace


def ran(workspace: Workspace, pipeline: Pipeline, name: str = "one") -> list[Event]:
    """Carry a pipeline out as the canvas has it: with the states and the outputs of its nodes."""
    from studio.core.draft import Draft

    run = workspace.submit_pipeline(Draft(pipeline=pipeline), name=name, author="ann")
    return carry_out(workspace, run.name)


def outputs(events: list[Event]) -> dict[str, dict[str, Any]]:
    """Return node -> output port -> value."""
    found: dict[str, dict[str, Any]] = {}
    for event in of(events, ObservationEvent):
        if event.kind == "node" and event.body.get("outputs"):
            given = event.body["outputs"]
            found[event.body["node"]] = {port: parse_value(value) for port, value in given.items()}
    return found


def failure(events: list[Event]) -> str:
    end = events[-1]
    assert isinstance(end, EndEvent)
    assert end.failure is not None
    return end.failure.what


def chain(*steps: tuple[str, dict[str, Any]], first: str = "") -> Pipeline:
    """Return components one behind the other, each taking and giving a table."""
    pipeline = Pipeline()
    before = ""
    for number, (component, params) in enumerate(steps):
        node = f"{component}-{number}"
        pipeline = pipeline.add(node, component, **params)
        if before:
            port = "first" if component == "sql" else "table"
            pipeline = pipeline.connect(before, "table", node, port)
        before = node
    return pipeline


def test_a_table_becomes_a_dataset_with_what_was_learned_from_its_training_rows(
    birds: Workspace,
) -> None:
    pipeline = chain(
        ("table", {"name": "birds"}),
        ("select_columns", {"columns": ["ringed", "observed"], "keep": False}),
        ("split_table", {"test_share": 0.25, "stratified": True, "target": "species"}),
        ("clean_missing", {"columns": ["bill_length_mm", "sex"]}),
        ("scale", {}),
        ("encode", {"columns": ["island", "sex"]}),
        ("sql", {"query": "SELECT * FROM first WHERE body_mass_g IS NOT NULL"}),
        ("choose_target", {"target": "species"}),
    )
    found = outputs(ran(birds, pipeline))
    table: TableValue = found["sql-6"]["table"]
    assert [column.name for column in table.columns][:3] == [
        "species", "island=Torl", "island=Ebbe",
    ]  # fmt: skip
    data: DatasetValue = found["choose_target-7"]["dataset"]
    manifest = data.manifest
    assert (manifest.task, manifest.target, manifest.count) == ("table", "species", 587)
    assert manifest.class_names == ("auk", "gull", "tern")
    assert manifest.split_counts[TEST] == pytest.approx(147, abs=6)
    frame, codes = open_table(birds.artifacts, found["scale-4"]["table"])
    assert codes is not None
    bills = values_of(frame, ["bill_length_mm"])["bill_length_mm"]
    assert np.mean(bills[codes == TRAIN]) == pytest.approx(0, abs=1e-9)
    assert abs(np.mean(bills)) > 1e-4
    learned = found["scale-4"]["transform"].fitted["columns"]
    assert set(learned) == {
        "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g",
    }  # fmt: skip


def test_steps_for_all_columns_leave_the_target_as_it_is(workspace: Workspace) -> None:
    pipeline = chain(
        ("enter_data", {"csv": SHORT}),
        ("clean_missing", {"method": "most_frequent"}),
        ("encode", {"method": "ordinal"}),
        ("scale", {}),
        ("choose_target", {"target": "kind"}),
    )
    found = outputs(ran(workspace, pipeline))
    manifest = found["choose_target-4"]["dataset"].manifest
    assert manifest.class_names == ("a", "b")
    assert manifest.labelled == 3, "what has no class gets none"
    other = outputs(ran(workspace, pipeline.set_params("choose_target-4", target="size"), "two"))
    assert set(other["clean_missing-1"]["transform"].fitted["fill"]) == {"name", "kind"}
    named = pipeline.set_params("encode-2", columns=["kind"])
    made = outputs(ran(workspace, named, "three"))["choose_target-4"]["dataset"].manifest
    assert set(made.class_names) >= {"1", "2"}, "who names it wants it"


def test_a_transform_is_applied_to_another_table_and_rows_leave_as_a_file(
    workspace: Workspace,
) -> None:
    pipeline = (
        Pipeline()
        .add("typed", "enter_data", csv=SHORT)
        .add("drop", "clean_missing", method="drop", columns=["size"])
        .connect("typed", "table", "drop", "table")
        .add("more", "enter_data", csv="size,extra\n5,x\n,y\n")
        .add("again", "apply_transform")
        .connect("drop", "transform", "again", "transform")
        .connect("more", "table", "again", "table")
        .add("both", "join_tables", how="append")
        .connect("drop", "table", "both", "first")
        .connect("again", "table", "both", "second")
        .add("file", "export_table")
        .connect("both", "table", "file", "table")
    )
    events = ran(workspace, pipeline)
    frame, codes = open_table(workspace.artifacts, outputs(events)["both"]["table"])
    assert codes is None
    assert words_in(frame, "size") == ["1", "3", "4", "5"]
    assert words_in(frame, "extra") == [None, None, None, "x"]
    (file,) = of(events, ArtifactEvent)
    assert file.artifact.name == "table.csv"
    written = workspace.artifacts.read(file.artifact.digest).decode()
    assert written.splitlines()[:2] == ['"name","size","kind","extra"', '"ann",1,"a",']
    logged = [event.text for event in of(events, LogEvent)]
    assert "1 of 4 rows have a missing value and are left out." in logged


def test_a_split_that_cannot_be_followed_is_said_to_be_lost(workspace: Workspace) -> None:
    pipeline = chain(
        ("enter_data", {"csv": SHORT}),
        ("split_table", {"test_share": 0.5}),
        ("sql", {"query": "SELECT kind, count(*) AS n FROM first GROUP BY kind ORDER BY kind"}),
    )
    events = ran(workspace, pipeline)
    found = outputs(events)
    assert found["split_table-1"]["table"].codes
    table = found["sql-2"]["table"]
    frame, codes = open_table(workspace.artifacts, table)
    assert codes is None
    assert records_of(frame)[0] == {"kind": "a", "n": 2}
    assert any("not divided any more" in event.text for event in of(events, LogEvent))


def test_what_cannot_be_is_said(workspace: Workspace) -> None:
    numbers = "n\n" + "\n".join(str(number / 7) for number in range(150))
    cases = [
        ([("choose_target", {"target": "n"})], numbers, '"n" has 150 different numbers'),
        ([("choose_target", {"target": "kin"})], SHORT, 'no column called "kin"'),
        ([("sql", {"query": "SELECT * FROM first WHERE size > 9"})], SHORT, "gives no row"),
        ([("split_table", {"stratified": True})], SHORT, "needs to know the target column"),
        ([], " ", "No rows are typed"),
    ]
    for number, (steps, csv, said) in enumerate(cases):
        events = ran(workspace, chain(("enter_data", {"csv": csv}), *steps), f"run-{number}")
        assert said in failure(events)


def test_a_large_table_is_changed_in_a_process_of_its_own(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_room, "MANY_ROWS", 4)
    places: list[str] = []
    begin = node_process.carry_out
    monkeypatch.setattr(
        node_process, "carry_out", lambda c, n, *more: places.append(n.id) or begin(c, n, *more)
    )
    typed = ("enter_data", {"csv": SHORT})
    events = ran(workspace, chain(typed, ("select_columns", {"columns": ["name"]})))
    assert places == ["select_columns-1"]
    made = outputs(events)["select_columns-1"]["table"]
    assert [column.name for column in made.columns] == ["name"]
