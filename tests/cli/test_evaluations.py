"""Models are judged and calibrated from a terminal as on the page: as runs."""

from __future__ import annotations

import pytest

from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import MakeDataset, TrainedRun


@pytest.mark.usefixtures("no_worker")
def test_judging_starts_a_run_of_its_own(
    studio: Studio, workspace: Workspace, trained_run: TrainedRun, make_dataset: MakeDataset
) -> None:
    trained_run("first")
    make_dataset("others", class_names=("dog", "hen"))
    studio("models", "register", "first", "--name", "pets", "--alias", "champion")
    started = studio("evaluate", "pets@champion", "--dataset", "others", "--split", "all")
    assert started.code == 0
    assert "python -m studio evaluate pets-1-on-others-1" in started.out
    run = workspace.run("pets-1-on-others-1")
    assert run.pipeline.node("model").params["reference"] == "pets:1"
    assert run.pipeline.node("dataset").params == {"name": "others", "version": 1}
    assert run.pipeline.node("evaluate").params == {"split": "all", "top_k": 5}
    found = studio("evaluate", "first", "--top-k", 2, "--name", "again", "--json").json
    assert (found["name"], found["kind"]) == ("again", "evaluation")
    assert workspace.run("again").pipeline.node("model").params["reference"] == "run/first"
    assert studio("evaluate", "pets").code == 0, "a model that is no run is judged"
    assert "no evaluation" in studio("evaluate", "again").refusal["what"]
    assert "nobody" in studio("evaluate", "nobody").refusal["what"]

    found = studio("calibrate", "pets", "--split", "test", "--json").json
    assert (found["name"], found["kind"]) == ("pets-1-calibrated", "calibration")


@pytest.mark.usefixtures("no_worker")
def test_evaluations_are_listed(studio: Studio, trained_run: TrainedRun) -> None:
    assert "No evaluations yet" in studio("evaluations").out
    trained_run("first")
    (found,) = studio("evaluations", "--json").json["evaluations"]
    assert (found["run"], found["model"], found["split"]) == ("first", "run/first", "test")
    assert found["headline"]["accuracy"] == 0.75
    assert "first" in studio("evaluations", "--limit", 1).out
    assert "No evaluations yet" in studio("evaluations", "--dataset", "others").out
    assert studio("evaluations", "--model", "nobody").code == 1
