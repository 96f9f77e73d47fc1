from __future__ import annotations

import math
from typing import Any

import pytest

from studio.core.dataset import DatasetVersion
from studio.core.events import ObservationEvent
from studio.core.presets import PRESETS
from studio.core.run import Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.client import TestClient
from tests.frontend.runs import Runs


@pytest.fixture
def run(workspace: Workspace, digits: DatasetVersion) -> Run:
    pipeline = training_pipeline("digits", PRESETS["dense-baseline"], TrainingConfig())
    workspace.submit(pipeline, name="first")
    claimed = workspace.claim_run("worker", 60.0)
    assert claimed is not None
    return claimed


def see(workspace: Workspace, run: Run, *seen: tuple[str, int, dict[str, Any]], first: int = 1):
    events = [
        ObservationEvent.model_validate(
            {"seq": seq, "time": 0, "kind": kind, "step": step, "body": body}
        )
        for seq, (kind, step, body) in enumerate(seen, first)
    ]
    assert workspace.record_events(run, events)


def test_what_was_seen_comes_once_and_by_kind(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    see(workspace, run, ("engine", 0, {"cores": 2}), ("predictions", 10, {"epoch": 1}))
    first = client.get("/runs/first/observations").json()
    assert first == {
        "cursor": 2,
        "observations": [
            {"kind": "engine", "step": 0, "body": {"cores": 2}},
            {"kind": "predictions", "step": 10, "body": {"epoch": 1}},
        ],
    }
    see(workspace, run, ("histograms", 20, {"epoch": 2}), ("engine", 0, {"cores": 3}), first=3)
    later = client.get("/runs/first/observations?since=2&kinds=engine,predictions").json()
    assert later["observations"] == [{"kind": "engine", "step": 0, "body": {"cores": 3}}]


def test_a_long_history_is_sent_in_part_and_ends_with_the_last(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    see(workspace, run, *(("predictions", step, {"epoch": step}) for step in range(1, 1_002)))
    found = client.get("/runs/first/observations?kinds=predictions").json()
    steps = [seen["step"] for seen in found["observations"]]
    assert len(steps) <= 200
    assert steps[-1] == 1_001
    assert steps == sorted(steps)
    assert found["cursor"] == 1_001


def test_what_is_not_finite_becomes_null(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    see(workspace, run, ("finder", 1, {"losses": [1.0, math.inf], "suggested": math.nan}))
    (seen,) = client.get("/runs/first/observations").json()["observations"]
    assert seen["body"] == {"losses": [1.0, None], "suggested": None}


def test_samples_are_named_by_their_pictures_or_their_texts(
    client: TestClient, workspace: Workspace, run: Run, digits: DatasetVersion
) -> None:
    found = client.get("/runs/first/samples?ids=1,2").json()
    assert found["samples_digest"] == digits.samples
    assert found["class_names"] == list(digits.class_names)
    assert found["texts"] is None


def test_histograms_are_asked_for_while_a_run_goes_on(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    assert client.post("/runs/first/histograms", json={"on": True}).json() == {"on": True}
    assert workspace.run("first").control.histograms is True
    workspace.cancel_run("first")
    runs = Runs(workspace)
    runs.start("ended")
    runs.end("ended")
    refused = client.post("/runs/ended/histograms", json={"on": True})
    assert refused.status_code == 409
    assert set(refused.json()["error"]) == {"what", "why", "fix"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/nobody/observations", 404),
        ("/runs/first/observations?kinds=dreams", 400),
        ("/runs/first/observations?since=-1", 400),
        ("/runs/nobody/samples?ids=1", 404),
        ("/runs/first/samples", 400),
    ],
)
def test_bad_questions_say_why(client: TestClient, run: Run, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"what", "why", "fix"}
