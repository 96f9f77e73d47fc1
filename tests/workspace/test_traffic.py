from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import Conflict, NotFound
from studio.core.traffic import FOLD_AFTER, ROWS_LIMIT, LoggedRequest, TrafficSums
from studio.sources.pictures import encode
from studio.store import endpoint_traffic as rows
from studio.workspace import Workspace
from tests.trained import register, register_texts


@pytest.fixture
def endpoint(workspace: Workspace) -> int:
    """The id of the endpoint `fruit`, over a model of pictures of 8x8, grey."""
    register(workspace, "drawings", alias="champion")
    return workspace.deploy("drawings@champion", "fruit")[0].id


def picture(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (8, 8, 1), np.uint8)


def logged(endpoint: int, seed: int, sure: float = 0.5, **facts: object) -> LoggedRequest:
    values = {
        "endpoint": endpoint,
        "time": 1000.0 + seed,
        "model": "drawings:1",
        "role": "champion",
        "dialect": "tfserving",
        "status": 200,
        "milliseconds": 1.0,
        "class_name": ("apple", "fish")[seed % 2],
        "confidence": sure,
        "kind": "png",
        "sample": encode(picture(seed)),
        **facts,
    }
    return LoggedRequest(**values)


# --- numbers ---


def test_two_processes_add_up_and_the_same_place_is_replaced(
    workspace: Workspace, endpoint: int
) -> None:
    now = int(time.time()) // 5 * 5
    for process, requests in ((0, 3), (1, 4), (0, 5)):
        place = (endpoint, now, process, "drawings:1", "champion")
        workspace.record_traffic({place: TrafficSums(requests=requests)})
    assert workspace.traffic_summary("fruit", now - 5).requests == 9
    assert workspace.traffic_at((endpoint, now, 0, "drawings:1", "champion")).requests == 5
    assert workspace.traffic_summary("fruit", now + 5).requests == 0
    with pytest.raises(NotFound):
        workspace.traffic_summary("vegetables", now)


def test_old_sums_are_folded_and_lose_nothing(workspace: Workspace, endpoint: int) -> None:
    now = int(time.time()) // 300 * 300
    old = now - int(FOLD_AFTER) - 1200
    sums = {
        (endpoint, second, process, "drawings:1", "champion"): TrafficSums(
            requests=1, statuses={200: 1}, classes={"apple": 1}
        )
        for second in (*range(old, old + 600, 5), now)
        for process in (0, 1)
    }
    workspace.record_traffic(sums)
    before = workspace.traffic_summary("fruit", 0)
    assert workspace.fold_traffic() > 200
    assert workspace.fold_traffic() == 0
    after = workspace.traffic_summary("fruit", 0)
    assert after.sums == before.sums
    assert len(rows.since(workspace._metrics, endpoint, 0)) < 8


def test_drift_is_told_against_the_training_data(workspace: Workspace, endpoint: int) -> None:
    """Its training data are noise; so is the first half of what is asked, the second is black."""
    version = workspace.resolve_model("drawings")
    reference, _ = workspace.drift_reference(version) or (None, None)
    assert reference is not None
    assert reference.samples == 30
    second = int(time.time()) // 5 * 5
    place = (endpoint, second, 0, "drawings:1", "champion")
    noise = TrafficSums(
        requests=600, features=reference.features, classes=dict.fromkeys(version.class_names, 200)
    )
    for counts in noise.features.values():
        for value in counts:
            counts[value] *= 20
    workspace.record_traffic({place: noise})
    report = workspace.endpoint_drift("fruit", second)
    assert (report.dataset, report.model) == ("drawings:1", "drawings:1")
    assert {row.name: row.verdict for row in report.rows} == dict.fromkeys(
        ("brightness", "ink", "width", "height", "classes"), "like"
    )
    black = TrafficSums(requests=600, features={"ink": {0: 600}}, classes={"fish": 600})
    workspace.record_traffic({place: black})
    verdicts = {r.name: r.verdict for r in workspace.endpoint_drift("fruit", second).rows}
    assert verdicts["ink"] == verdicts["classes"] == "different"
    assert verdicts["width"] == "too few"
    restored = version.model_copy(update={"dataset": "elsewhere:1", "version": 9})
    assert workspace.drift_reference(restored) is None


# --- the log ---


def test_the_log_is_paged_and_the_oldest_go(
    workspace: Workspace, endpoint: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "ROWS_LIMIT", 30)
    assert ROWS_LIMIT == 50_000
    workspace.record_traffic({}, [logged(endpoint, n, 0.3 + 0.01 * n) for n in range(40)])
    newest = workspace.requests_logged("fruit", limit=10)
    assert [one.time for one in newest] == [1039.0 - n for n in range(10)]
    rest = workspace.requests_logged("fruit", before_id=newest[-1].id, limit=100)
    assert len(rest) == 20
    unsure = workspace.requests_logged("fruit", below=0.6, limit=100)
    assert max(one.confidence or 0 for one in unsure) < 0.6
    assert workspace.request_counts("fruit") == {"logged": 30, "kept": 30, "unsure": len(unsure)}
    assert workspace.clear_requests("fruit") == 30
    assert workspace.request_counts("fruit")["logged"] == 0


def test_samples_take_only_so_much_room(workspace: Workspace, endpoint: int) -> None:
    sent = [logged(endpoint, n, sample=bytes(1000), kind="text") for n in range(5)]
    other = logged(endpoint + 1, 9, sample=bytes(1000), kind="text")
    workspace.record_traffic({}, [*sent, logged(endpoint, 5, sample=None, kind=""), other])
    rows.trim(workspace._metrics, 2500)
    assert [one.time - sent[0].time for one in workspace.requests_logged("fruit")] == [5, 4, 3]
    assert len(rows.requests(workspace._metrics, endpoint + 1)) == 1


def test_what_is_deleted_is_not_in_the_files_any_more(workspace: Workspace, endpoint: int) -> None:
    secret = b"nobody must read this again" * 400
    facts = {"sample": secret, "kind": "text"}

    def found() -> bool:
        files = workspace.home.glob("metrics.db*")
        return any(secret[:27] in file.read_bytes() for file in files)

    workspace.record_traffic({}, [logged(endpoint, 1, **facts)])
    assert found()
    workspace.clear_requests("fruit")
    assert not found()
    workspace.record_traffic({}, [logged(endpoint, 1, **facts)])
    workspace.retire_endpoint("fruit")
    assert not found()
    workspace.record_traffic({}, [logged(endpoint, 1, **facts)])  # came late
    workspace.fold_traffic()
    assert rows.requests(workspace._metrics, endpoint) == []


# --- the flywheel ---


def test_unsure_requests_become_a_session_once(workspace: Workspace, endpoint: int) -> None:
    found = [
        logged(endpoint, 1, 0.4),
        logged(endpoint, 2, 0.5),
        logged(endpoint, 1, 0.4),  # sent twice
        logged(endpoint, 3, 0.9),  # sure
        logged(endpoint, 4, 0.5, sample=None, kind=""),  # not kept
        logged(endpoint, 5, 0.5, kind="text", sample=b"of a model that it served before"),
        logged(endpoint, 6, 0.5, sample=b"damaged"),
    ]
    workspace.record_traffic({}, found)
    session = workspace.label_requests("fruit", author="ann")
    made = workspace.dataset("fruit-requests")
    assert (made.version, made.count, made.labelled) == (1, 2, 0)
    assert made.class_names == workspace.resolve_model("drawings").class_names
    assert session.total == 2
    for row, seed in enumerate((1, 2)):
        assert np.array_equal(workspace.pictures(made)[row], picture(seed))
    items = workspace.next_items(session.name, "eve", count=5, have=[]).items
    said = {item.item: item.suggestion for item in items}
    assert {n: s.value.classes for n, s in said.items() if s} == {0: ("fish",), 1: ("apple",)}
    assert {round(s.score, 2) for s in said.values() if s} == {0.4, 0.5}
    with pytest.raises(Conflict, match="no sample that waits"):
        workspace.label_requests("fruit")
    workspace.record_traffic({}, [logged(endpoint, 7, 0.2)])
    later = workspace.label_requests("fruit")
    assert (later.total, later.dataset_version) == (1, 2)
    assert later.name != session.name
    assert workspace.dataset("fruit-requests").count == 3


def test_texts_and_strokes_become_samples_of_their_kind(
    workspace: Workspace, tmp_path: Path
) -> None:
    register_texts(workspace, "films", tmp_path, alias="champion")
    critic = workspace.deploy("films@champion", "critic")[0].id
    facts = {"model": "films:1", "class_name": "good", "kind": "text"}
    workspace.record_traffic({}, [logged(critic, 1, sample="so lala … grün".encode(), **facts)])
    workspace.label_requests("critic")
    made = workspace.dataset("critic-requests")
    assert list(workspace.samples(made)) == ["so lala … grün"]
    register(workspace, "sketches", shape=(28, 28, 1), alias="champion")
    artist = workspace.deploy("sketches@champion", "artist")[0].id
    strokes = b"[[[0,255],[0,0]],[[255],[128]]]"
    request = logged(artist, 1, sample=strokes, kind="strokes", model="sketches:1")
    workspace.record_traffic({}, [request])
    assert (workspace.request_picture(request) or b"").startswith(b"\x89PNG")
    workspace.label_requests("artist")
    drawn = workspace.dataset("artist-requests")
    assert workspace.pictures(drawn)[0].max() > 200
    assert workspace.artifacts.open_samples(drawn.strokes)[0] == strokes.decode()
