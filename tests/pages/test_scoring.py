"""Scoring many samples on the Deploy page: the form queues a run, and its result is shown."""

from __future__ import annotations

from pathlib import Path

from studio.workspace import Workspace
from tests.compute.conftest import carry_out
from tests.pages.conftest import OpenPage
from tests.trained import register, register_texts


def score(workspace: Workspace, name: str) -> None:
    """Carry a queued run out, as a worker does."""
    run = workspace.claim_run("test", 60)
    assert run is not None
    assert run.name == name
    assert workspace.record_events(run, carry_out(workspace, name))
    assert workspace.run(name).status == "completed", workspace.run(name).failure


def test_a_dataset_is_scored_into_a_table_and_a_dataset(
    workspace: Workspace, open_page: OpenPage
) -> None:
    register(workspace, "toys", alias="champion")
    app = open_page("deploy", view="score")
    assert app.selectbox(key="score_model").options == ["toys@champion", "toys:1"]
    app.toggle(key="score_into").set_value(True).run()
    app.slider(key="score_above").set_value(34).run()
    app.button(key="score_start").click().run()
    assert not app.exception
    (run,) = workspace.runs(kind="scoring")
    assert run.name == "score-toys-1-by-toys-1"
    score(workspace, run.name)
    app = open_page("deploy", view="score", scored=run.name)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Samples"] == "30"
    assert "Accuracy" in shown
    table = app.dataframe[0].value
    assert list(table.columns) == ["Picture", "Sample", "Label", "Class", "Sure"]
    assert table["Picture"][0].startswith("data:image/png;base64,")
    assert workspace.scoring_report(run.name).into == "toys-scored:1"
    name, file = workspace.exported_file(run.name)
    assert (name, file.size) == (f"{run.name}.csv", workspace.scored_file(run.name).stat().st_size)


def test_texts_are_shown_as_texts(
    workspace: Workspace, open_page: OpenPage, tmp_path: Path
) -> None:
    register_texts(workspace, "films", tmp_path)
    run = workspace.request_scoring("films", dataset="films", author="ann")
    score(workspace, run.name)
    app = open_page("deploy", view="score")
    table = app.dataframe[0].value
    assert list(table.columns) == ["Sample", "Text", "Label", "Class", "Sure"]
