from __future__ import annotations

import pytest

from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.trained import register
from tests.workspace.asking import noise_dataset
from tests.workspace.conftest import TrainedRun, carried_through


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.processes.ensure_worker", lambda home: None)


def test_a_session_is_made_of_samples_and_gets_more(workspace: Workspace, studio: Studio) -> None:
    noise_dataset(workspace, labels=[0, 1, 2, 0])
    made = studio(
        "sessions", "create", "again", "--dataset", "pets", "--classes", "cat,dog",
        "--samples", "0,2", "--json",
    ).json  # fmt: skip
    assert made["total"] == 2
    assert studio("sessions", "add", "again", "3", "--json").json["total"] == 3


def test_a_model_is_trained_again(
    workspace: Workspace, studio: Studio, trained_run: TrainedRun
) -> None:
    trained_run()
    found = studio("train-again", "run/first", "--weights", "model", "--json").json
    assert (found["name"], found["status"]) == ("first-again", "queued")
    assert "no model" in studio("train-again", "nothing").refusal["what"]


def test_an_explanation_is_read_once_it_is_there(workspace: Workspace, studio: Studio) -> None:
    register(workspace, "fruit")
    started = studio("explain", "fruit", "2,5", "--json").json
    assert (started["kind"], started["status"]) == ("explain", "queued")
    carried_through(workspace, started["name"])
    found = studio("explain", "fruit", "5,2", "--json").json
    assert (found["model"], [e["sample"] for e in found["explanations"]]) == ("fruit:1", [5, 2])
    assert len(found["explanations"][0]["neighbours"]) == 8
    text = studio("explain", "fruit", "5,2").out
    assert "SmoothGrad" in text
    assert "nearest in fruit:1" in text
