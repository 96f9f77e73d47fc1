"""The command line that keeps order among runs and puts them side by side."""

from __future__ import annotations

import pytest

from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import MakeDataset, TrainedRun


@pytest.fixture(autouse=True)
def _runs(make_dataset: MakeDataset, trained_run: TrainedRun) -> None:
    """Two completed trainings on pets."""
    make_dataset()
    trained_run("one")
    trained_run("two")


def test_runs_are_tagged_noted_archived_deleted_and_back(
    studio: Studio, workspace: Workspace
) -> None:
    tagged = studio("runs", "tag", "one", "two", "--add", "base line", "--json").json
    assert [run["tags"] for run in tagged["runs"]] == [["base line"]] * 2
    assert "no tags" in studio("runs", "tag", "one", "--remove", "base line").out
    assert studio("runs", "note", "one", "kept for later").out == "kept for later\n"
    assert studio("runs", "archive", "one").code == 0
    assert [run["name"] for run in studio("runs", "list", "--json").json["runs"]] == ["two"]
    assert studio("runs", "archive", "one", "--undo").code == 0
    assert "for a week" in studio("runs", "delete", "one").out
    assert workspace.run("one").deleted is not None
    deleted = studio("runs", "compare", "--deleted", "--json").json
    assert [run["name"] for run in deleted["runs"]] == ["one"]
    assert studio("runs", "delete", "one", "--undo").code == 0
    assert "onne" in studio("runs", "delete", "onne").refusal["what"]


def test_runs_are_compared_filtered_and_sorted(studio: Studio) -> None:
    found = studio("runs", "compare", "--where", "accuracy > 70 %", "--sort", "name", "--json").json
    assert [run["name"] for run in found["runs"]] == ["two", "one"]
    assert found["total"] == 2
    assert [run["name"] for run in studio("runs", "compare", "one", "--json").json["runs"]] == [
        "one"
    ]
    assert "No run is like that" in studio("runs", "compare", "--where", "accuracy < 0.1").out
    assert "Did you mean" in studio("runs", "compare", "--where", "acuracy < 1").refusal["fix"]
    assert "accuracy" in studio("runs", "compare", "--seeds").out


def test_a_model_is_not_compared_without_its_answers(studio: Studio) -> None:
    assert studio("runs", "paired", "one", "two").refusal["fix"]
