from __future__ import annotations

import math

import numpy as np
import pytest

from studio.core.catalog import SplitParams
from studio.core.configs import PRESETS, TrainingConfig
from studio.core.dataset import DatasetVersion, SplitConfig
from studio.core.events import EndEvent, LogEvent, MetricsEvent, ProgressEvent
from studio.core.run import Progress, Run
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.workspace import Workspace
from tests.client import TestClient


@pytest.fixture
def run(workspace: Workspace, digits: DatasetVersion) -> Run:
    pipeline = training_pipeline(
        "digits", PRESETS["dense-baseline"], TrainingConfig(batch_size=100)
    )
    workspace.submit(pipeline, name="first")
    claimed = workspace.claim_run("worker", 60.0)
    assert claimed is not None
    return claimed


def test_a_waiting_run_has_nothing_yet(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    pipeline = training_pipeline(
        "digits", PRESETS["dense-baseline"], TrainingConfig(steps_per_epoch=5)
    )
    workspace.submit(pipeline, name="waits")
    assert client.get("/metrics?run=waits").json() == {
        "cursor": 0,
        "points": {},
        "status": "queued",
        "terminal": False,
        "progress": None,
        "steps_per_epoch": 5,
    }


def test_points_arrive_once_each(client: TestClient, workspace: Workspace, run: Run) -> None:
    progress = Progress(done=3, total=50, unit="steps", message="epoch 1 of 5", seconds_left=12.5)
    workspace.record_events(
        run,
        [
            MetricsEvent(seq=1, time=0, points=[("loss", 1, 2.5), ("accuracy", 1, 0.5)]),
            ProgressEvent(seq=2, time=0, progress=progress),
        ],
    )
    first = client.get("/metrics?run=first&since=0").json()
    assert first["points"] == {"accuracy": [[1, 0.5]], "loss": [[1, 2.5]]}
    assert first["progress"] == progress.model_dump()
    assert (first["status"], first["terminal"]) == ("running", False)
    workspace.record_events(run, [MetricsEvent(seq=3, time=0, points=[("loss", 2, 1.5)])])
    second = client.get("/metrics", params={"run": "first", "since": first["cursor"]}).json()
    assert second["points"] == {"loss": [[2, 1.5]]}
    workspace.record_events(run, [EndEvent(seq=4, time=0, status="completed")])
    last = client.get("/metrics", params={"run": "first", "since": second["cursor"]}).json()
    assert last["points"] == {}
    assert last["cursor"] == second["cursor"]
    assert (last["status"], last["terminal"]) == ("completed", True)


def test_a_long_history_is_thinned_and_keeps_its_peaks(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    values = np.sin(np.arange(20_000) / 300)
    values[12_345] = 50.0
    points = [("loss", step, float(value)) for step, value in enumerate(values)]
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=[*points, ("top_k", 1, 1.0)])])
    answer = client.get("/metrics?run=first").json()
    loss = answer["points"]["loss"]
    assert 1_000 <= len(loss) <= 2_000
    assert [12_345, 50.0] in loss
    assert loss[0][0] == 0
    assert loss[-1][0] == 19_999
    assert loss == sorted(loss)
    assert answer["points"]["top_k"] == [[1, 1.0]]


def test_increments_are_not_thinned(client: TestClient, workspace: Workspace, run: Run) -> None:
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=[("loss", 0, 1.0)])])
    points = [("loss", step, 1.0) for step in range(1, 3_000)]
    workspace.record_events(run, [MetricsEvent(seq=2, time=0, points=points)])
    assert len(client.get("/metrics?run=first&since=1").json()["points"]["loss"]) == 2_999


def test_what_is_not_finite_becomes_a_gap(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    points = [("loss", 1, 2.0), ("loss", 2, math.inf)]
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=points)])
    response = client.get("/metrics?run=first")
    assert response.json()["points"] == {"loss": [[1, 2.0], [2, None]]}


def test_steps_per_epoch_counts_the_labelled_training_samples(
    client: TestClient, workspace: Workspace, run: Run, digits: DatasetVersion
) -> None:
    labels, split = np.array(workspace.labels(digits)), np.array(workspace.split(digits))
    count = int(((labels >= 0) & (split == 0)).sum())
    assert client.get("/metrics?run=first").json()["steps_per_epoch"] == math.ceil(count / 100)


def test_steps_per_epoch_follows_a_split_of_the_runs_own(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    pipeline = training_pipeline(
        "digits",
        PRESETS["dense-baseline"],
        TrainingConfig(batch_size=1),
        split=SplitParams(stored=False, test_share=0.5, validation_share=0.25),
    )
    workspace.submit(pipeline, name="own")
    kept = digits.labelled - round(digits.labelled * 0.5) - round(digits.labelled * 0.25)
    assert client.get("/metrics?run=own").json()["steps_per_epoch"] == kept


def test_an_import_has_no_epochs(client: TestClient, workspace: Workspace) -> None:
    pipeline = import_pipeline("d", DigitsSource(), split=SplitConfig(), author="ann")
    workspace.submit(pipeline, name="import-d")
    assert client.get("/metrics?run=import-d").json()["steps_per_epoch"] is None


def test_the_log_continues_after_the_cursor(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    workspace.record_events(run, [LogEvent(seq=1, time=0, text="<b>one</b>")])
    first = client.get("/runs/first/log").json()
    assert first == {"cursor": 1, "lines": ["<b>one</b>"]}
    workspace.record_events(run, [LogEvent(seq=2, time=0, text="two")])
    assert client.get("/runs/first/log?since=1").json() == {"cursor": 2, "lines": ["two"]}
    assert client.get("/runs/first/log?since=2").json() == {"cursor": 2, "lines": []}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/metrics?run=nobody", 404),
        ("/runs/nobody/log", 404),
        ("/metrics", 400),
        ("/metrics?run=first&since=-1", 400),
        ("/metrics?run=first&since=soon", 400),
        (f"/metrics?run=first&since={10**30}", 400),
    ],
)
def test_bad_questions_say_why(client: TestClient, run: Run, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"what", "why", "fix"}
