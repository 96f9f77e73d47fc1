from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from studio.core.drift import DRIFT_WORDS
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.serving import create_app
from studio.serving.exchange import Exchange
from studio.serving.prometheus import Now
from studio.serving.taking_down import drawn, kept
from studio.serving.watch import WAITING_BYTES, Watch
from studio.sources.pictures import decode
from studio.workspace import Workspace
from tests.client import TestClient
from tests.trained import register, register_texts

LABELS = ("endpoint", "model", "role", "dialect", "status", "agreed", "le")
Note = Callable[..., None]


@pytest.fixture
def watch(workspace: Workspace) -> Iterator[Watch]:
    """What watches the endpoint `fruit`, without a thread: tests say when it writes."""
    register(workspace, "drawings", alias="champion")
    workspace.deploy("drawings@champion", "fruit")
    watch = Watch(workspace, seconds=0)
    yield watch
    watch.close()


@pytest.fixture
def note(watch: Watch, workspace: Workspace) -> Note:
    """Return a function that notes a request to `fruit` that was answered."""
    endpoint = workspace.endpoint("fruit")
    noise = np.random.default_rng(0)

    def note_one(likeliest: int = 0, sure: float = 0.9, count: int = 1, **facts: object) -> None:
        probabilities = np.full((count, 3), (1 - sure) / 2, np.float32)
        probabilities[:, likeliest] = sure
        values = {
            "endpoint": endpoint.id,
            "name": "fruit",
            "time": time.time(),
            "model": "drawings:1",
            "role": "champion",
            "dialect": "tfserving",
            "status": 200,
            "seconds": 0.002,
            "samples": noise.integers(0, 256, (count, 8, 8, 1), np.uint8),
            "probabilities": probabilities,
            **facts,
        }
        watch.note(Exchange(**values))

    return note_one


def metrics(watch: Watch) -> dict[str, dict[tuple[str, ...], float]]:
    """Return name -> the values of its labels -> value, as Prometheus reads them."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(watch.metrics().decode()):
        for sample in family.samples:
            labels = tuple(sample.labels[name] for name in LABELS if name in sample.labels)
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_what_was_asked_is_summed_up_and_written_down(
    watch: Watch, note: Note, workspace: Workspace
) -> None:
    since = time.time() - 60
    for _ in range(9):
        note(batch=4)
    note(1, 0.5, count=3, seconds=0.1)
    note(status=400, model="drawings:1", probabilities=None, samples=None)
    note(status=401, model="", probabilities=None, samples=None)
    watch.flush()
    found = workspace.traffic_summary("fruit", since)
    assert (found.requests, found.errors) == (12, 2)
    assert found.sums.statuses == {200: 10, 400: 1, 401: 1}
    assert found.sums.classes == {"apple": 9, "fish": 3}
    assert found.confidence == pytest.approx((9 * 0.9 + 3 * 0.5) / 12)
    assert found.sums.batches == {2: 9}
    assert found.p50 is not None
    assert 1.6 <= found.p50 <= 2.1
    assert found.p99 is not None
    assert found.p99 > 50
    assert sum(found.sums.features["ink"].values()) == 12
    note()
    watch.flush()
    watch.flush()
    assert workspace.traffic_summary("fruit", since).requests == 13
    series = workspace.traffic_series("fruit", since)
    assert round(sum(series.requests) * series.width) == 13


def test_a_process_that_starts_again_goes_on_where_it_was(
    watch: Watch, note: Note, workspace: Workspace
) -> None:
    since, moment = time.time() - 60, time.time()
    note(time=moment)
    watch.flush()
    again = Watch(workspace, seconds=0, gauges=lambda: Now({"fruit": 2}, models=1, swaps=1))
    again.note(
        Exchange(
            workspace.endpoint("fruit").id,
            "fruit",
            moment,
            "drawings:1",
            "champion",
            "oip",
            200,
            0.1,
        )
    )
    again.flush()
    assert workspace.traffic_summary("fruit", since).requests == 2
    counted = metrics(again)
    assert sum(counted["studio_requests_total"].values()) == 2
    assert counted["studio_waiting_requests"] == {("fruit",): 2}
    assert counted["studio_swaps_total"] == {(): 1}
    again.close()


def test_prometheus_gets_the_numbers_of_all_processes(
    watch: Watch, note: Note, workspace: Workspace
) -> None:
    other = Watch(workspace, 1, seconds=0, gauges=lambda: Now(models=2, refused={"fruit": 1}))
    for _ in range(3):
        note()
    note(role="shadow", model="drawings:2", answered=np.eye(3, dtype=np.float32)[:1])
    note(2, role="shadow", model="drawings:2", answered=np.eye(3, dtype=np.float32)[:1])
    watch.flush()
    other.flush()
    counted = metrics(other)
    asked = ("fruit", "drawings:1", "champion", "tfserving", "200")
    assert counted["studio_requests_total"][asked] == 3
    place = ("fruit", "drawings:1", "champion")
    assert counted["studio_request_seconds_bucket"][*place, "0.0025"] == 3
    assert counted["studio_request_seconds_bucket"][*place, "0.001"] == 0
    assert counted["studio_request_seconds_count"][place] == 3
    assert counted["studio_confidence_sum"][place] == pytest.approx(2.7)
    assert counted["studio_shadow_samples_total"] == {
        ("fruit", "drawings:2", "yes"): 1,
        ("fruit", "drawings:2", "no"): 1,
    }
    assert counted["studio_loaded_models"] == {(): 2}
    assert counted["studio_refused_versions"] == {("fruit",): 1}
    assert b"fruit" in other.metrics("fruit")
    assert b"fruit" not in other.metrics("vegetables")
    saved = json.loads((workspace.home / "serve-metrics" / "1.json").read_bytes())
    saved["time"] -= 60
    (workspace.home / "serve-metrics" / "1.json").write_text(json.dumps(saved))
    assert metrics(watch)["studio_loaded_models"] == {(): 0}
    other.close()


def test_a_request_is_counted_and_numbers_need_a_key_that_opens_them(
    watch: Watch, workspace: Workspace
) -> None:
    _, predict = workspace.add_key("fruit", "program", ("predict",))
    _, read = workspace.add_key("fruit", "prometheus", ("watch",))
    app = create_app(workspace, hosts=("testserver",), fresh_seconds=0.0, observer=watch)
    body = {"instances": [np.zeros((8, 8), int).tolist()] * 2}
    with TestClient(app, raise_server_exceptions=False) as client:

        def status(method: str, path: str, key: str, **more: Any) -> int:
            headers = {"authorization": f"Bearer {key}"}
            return client.request(method, path, headers=headers, **more).status_code

        assert status("POST", "/v1/models/fruit:predict", predict, json=body) == 200
        assert status("POST", "/v1/models/fruit:predict", predict, json={"instances": [3]}) == 400
        assert status("POST", "/v1/models/fruit:predict", "wrong", json=body) == 401
        watch.flush()
        assert client.get("/metrics").status_code == 401
        assert status("GET", "/metrics", predict) in (401, 403)
        assert status("GET", "/metrics", read) == 200
    found = workspace.traffic_summary("fruit", time.time() - 60)
    assert found.sums.statuses == {200: 1, 400: 1, 401: 1}
    assert found.sums.answered == 2
    asked = ("fruit", "drawings:1", "champion", "tfserving")
    assert metrics(watch)["studio_requests_total"][*asked, "200"] == 1


def test_requests_are_logged_only_where_somebody_asked_for_it(
    watch: Watch, note: Note, workspace: Workspace
) -> None:
    note()
    watch.flush()
    assert workspace.requests_logged("fruit") == []
    workspace.set_endpoint("fruit", log_share=100.0)
    watch.flush()
    note(1, 0.55)
    note(status=503, probabilities=None, samples=None)
    note(status=401, model="", probabilities=None, samples=None)
    note(role="shadow", model="drawings:1")
    watch.flush()
    refused, answered = workspace.requests_logged("fruit")
    assert (refused.status, refused.class_name, refused.sample) == (503, "", None)
    assert (answered.class_name, round(answered.confidence or 0, 2)) == ("fish", 0.55)
    assert (answered.kind, answered.sample) == ("", None)
    workspace.set_endpoint("fruit", keep_samples=True)
    watch.flush()
    sent = np.arange(64, dtype=np.uint8).reshape(1, 8, 8, 1)
    note(samples=sent)
    watch.flush()
    newest = workspace.requests_logged("fruit", limit=1)[0]
    assert newest.kind == "png"
    assert newest.sample is not None
    assert np.array_equal(decode(newest.sample, size=8, colour="grey", invert=False), sent[0])
    assert [one.id for one in workspace.requests_logged("fruit", before_id=newest.id)] == [2, 1]
    assert len(workspace.requests_logged("fruit", below=0.6)) == 1
    workspace.set_endpoint("fruit", log_share=30.0)
    watch.flush()
    for _ in range(400):
        note()
    watch.flush()
    assert 80 < workspace.request_counts("fruit")["logged"] - 3 < 160
    assert workspace.clear_requests("fruit") > 80
    assert workspace.requests_logged("fruit") == []


def test_samples_are_kept_as_people_can_look_at_them() -> None:
    assert kept("grün") == ("text", "grün".encode())
    strokes = "[[[0,255],[0,0]],[[255],[128]]]"
    encoded = encode_strokes([strokes], StrokeSettings(points=8))[0]
    assert drawn(encoded) == strokes
    assert kept(encoded) == ("strokes", strokes.encode())
    assert kept(np.zeros((8, 3), np.float32)) == ("", None)
    assert kept(np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)) == ("", None)


def test_texts_have_a_share_of_unknown_words(workspace: Workspace, tmp_path: Path) -> None:
    register_texts(workspace, "films", tmp_path, alias="champion")
    workspace.deploy("films@champion", "critic")
    watch = Watch(workspace, seconds=0)
    for text in ("a good film", "utterly unheard nonsense"):
        watch.note(
            Exchange(
                endpoint=workspace.endpoint("critic").id,
                name="critic",
                time=time.time(),
                model="films:1",
                role="champion",
                dialect="mlflow",
                status=200,
                seconds=0.01,
                samples=[text],
                probabilities=np.array([[0.7, 0.3]], np.float32),
            )
        )
    watch.close()
    features = workspace.traffic_summary("critic", 0).sums.features
    assert features["words"] == {3: 2}
    assert features["unknown"] == {0: 1, 99: 1}
    report = workspace.endpoint_drift("critic", 0)
    assert {row.name for row in report.rows} == {"words", "letters", "unknown", "classes"}
    assert {row.words for row in report.rows} == {DRIFT_WORDS["too few"]}


def test_a_full_disk_costs_numbers_and_no_answer(
    watch: Watch, note: Note, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be written waits in memory, and is there once it can be."""
    workspace._metrics.connection().conn.execute("PRAGMA max_page_count = 1")
    blob = np.random.default_rng(0).integers(0, 256, (1, 200, 200, 1), np.uint8)
    workspace.set_endpoint("fruit", log_share=100.0, keep_samples=True)
    watch.flush()
    for _ in range(5):
        note(samples=blob)
    watch.flush()
    assert "not written down" in caplog.text
    workspace._metrics.connection().conn.execute("PRAGMA max_page_count = 4294967294")
    note()
    watch.flush()
    assert workspace.traffic_summary("fruit", 0).requests == 6
    assert len(workspace.requests_logged("fruit")) == 6


def test_nothing_grows_without_end(
    watch: Watch, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.serving.watch.WAITING_LIMIT", 30)
    big = np.zeros((1, 4000, 4000, 1), np.uint8)
    for _ in range(6):
        note(samples=big)
    held = sum(e.samples.nbytes for e, _ in watch._noted if isinstance(e.samples, np.ndarray))
    assert held <= WAITING_BYTES
    for _ in range(60):
        note()
    watch.flush()
    assert watch._bytes_in == watch._bytes_out
    counted = metrics(watch)
    assert counted["studio_dropped_notes_total"] == {(): 36}
    assert sum(counted["studio_requests_total"].values()) == 30


def test_its_thread_outlives_a_workspace_that_is_gone(workspace: Workspace) -> None:
    register(workspace, "drawings", alias="champion")
    watch = Watch(workspace, seconds=0.01)
    workspace.home.rename(workspace.home.with_name("gone"))
    watch.note(Exchange(0, "", time.time(), "", "champion", "oip", 404, 0.001))
    time.sleep(0.1)
    assert watch._thread is not None
    assert watch._thread.is_alive()
    watch.close()
    assert not watch._thread.is_alive()
