from __future__ import annotations

import math

import numpy as np
import pytest

from studio.core.catalog import SplitParams
from studio.core.dataset import DatasetVersion, SplitConfig
from studio.core.events import EndEvent, LogEvent, MetricsEvent, ProgressEvent
from studio.core.presets import PRESETS
from studio.core.run import Progress, Run
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.core.training import TrainingConfig
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
        "smoothed": {},
        "thinned": [],
        "verdict": None,
        "waits_for": "",
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


def test_a_range_of_steps_comes_in_all_detail(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    points = [(name, step, 1 / step) for step in range(1, 9_001) for name in ("loss", "accuracy")]
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=points)])
    whole = client.get("/metrics?run=first").json()
    assert sorted(whole["thinned"]) == ["accuracy", "loss"]
    part = client.get("/metrics?run=first&from=4000&to=5500&names=loss").json()
    assert part["points"] == {"loss": [[step, 1 / step] for step in range(4_000, 5_501)]}
    assert part["thinned"] == []
    assert client.get("/metrics?run=first&from=1&to=9000").json()["thinned"] != []
    assert client.get("/metrics?run=first&from=9001").json()["points"] == {
        "accuracy": [],
        "loss": [],
    }


def test_smoothing_is_the_same_whole_in_part_and_thinned(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    values = np.random.default_rng(0).random(5_000)
    points = [("loss", step, float(value)) for step, value in enumerate(values)]
    points += [("val_loss", 4_999, 1.0), ("learning_rate", 1, 0.1)]
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=points)])
    expected = values[0]
    for value in values[1:]:
        expected = 0.9 * expected + 0.1 * value
    whole = client.get("/metrics?run=first&smooth=0.9").json()
    assert list(whole["smoothed"]) == ["loss"], "only what has a point every few steps is smoothed"
    assert whole["smoothed"]["loss"][-1] == [4_999, pytest.approx(expected)]
    part = client.get("/metrics?run=first&smooth=0.9&from=4990&to=4999").json()
    assert part["smoothed"]["loss"][-1] == [4_999, pytest.approx(expected)]


def test_a_resumed_run_overwrites_what_it_does_again(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    points = [("loss", step, 1.0) for step in range(1, 101)]
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=points)])
    cursor = client.get("/metrics?run=first").json()["cursor"]
    again = [("loss", step, 2.0) for step in range(91, 111)]
    workspace.record_events(run, [MetricsEvent(seq=2, time=0, points=again)])
    new = client.get(f"/metrics?run=first&since={cursor}").json()["points"]["loss"]
    assert new == [[step, 2.0] for step in range(91, 111)]
    whole = client.get("/metrics?run=first").json()["points"]["loss"]
    assert whole == [[step, 1.0 if step < 91 else 2.0] for step in range(1, 111)]


def test_two_browsers_at_different_cursors_miss_nothing(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    for number in range(1, 4):
        point = [("loss", number, 1.0)]
        workspace.record_events(run, [MetricsEvent(seq=number, time=0, points=point)])
    assert client.get("/metrics?run=first&since=2").json()["points"] == {"loss": [[3, 1.0]]}
    assert client.get("/metrics?run=first&since=1").json()["points"]["loss"] == [[2, 1.0], [3, 1.0]]
    assert client.get("/metrics?run=first&since=3").json()["points"] == {}


def test_the_verdict_comes_with_the_points_and_speaks_of_the_past_afterwards(
    client: TestClient, workspace: Workspace, run: Run
) -> None:
    points = [("loss", step, 2.3 * 0.99**step) for step in range(1, 200)]
    workspace.record_events(run, [MetricsEvent(seq=1, time=0, points=points)])
    found = client.get("/metrics?run=first").json()["verdict"]
    assert found["kind"] == "converging"
    assert "let it train" in found["sentence"]
    assert "The training loss fell by" in found["evidence"]
    workspace.record_events(run, [EndEvent(seq=2, time=0, status="completed")])
    assert "more epochs" in client.get("/metrics?run=first&since=1").json()["verdict"]["sentence"]


def test_a_group_has_its_runs_their_mean_and_their_spread(
    client: TestClient, workspace: Workspace, digits: DatasetVersion
) -> None:
    pipeline = training_pipeline("digits", PRESETS["dense-baseline"], TrainingConfig())
    workspace.submit_repeats(pipeline, name="seeds", seeds=2)
    for number in (1, 2):
        claimed = workspace.claim_run("worker", 60.0)
        assert claimed is not None
        points = [("loss", step, float(number)) for step in range(1, 4 + number)]
        workspace.record_events(claimed, [MetricsEvent(seq=1, time=0, points=points)])
    found = client.get("/groups/seeds/metrics").json()
    assert [run["name"] for run in found["runs"]] == ["seeds-1", "seeds-2"]
    assert not found["terminal"]
    loss = found["metrics"]["loss"]
    assert loss["runs"]["seeds-1"] == [[step, 1.0] for step in range(1, 5)]
    assert loss["spread"]["steps"] == [1, 2, 3, 4]
    assert loss["spread"]["mean"] == [1.5] * 4
    assert loss["spread"]["deviation"] == pytest.approx([0.5**0.5] * 4)
    assert client.get(f"/groups/seeds/metrics?since={found['cursor']}").json()["metrics"] is None


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
        ("/groups/nobody/metrics", 404),
        ("/metrics?run=first&smooth=1", 400),
        ("/metrics?run=first&from=-1", 400),
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
