from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.worker import Worker
from studio.core.events import EndEvent, Event, ProgressEvent, QueueEvent
from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.core.ranking import OWN_SOURCE, PrelabelSource
from studio.sources.addresses import HOSTS_VARIABLE
from studio.workspace import Workspace
from tests.compute.conftest import carry_out, of, until
from tests.trained import register

DIGITS = tuple(LabelClass(name=name) for name in "0123456789")


def begin(workspace: Workspace, **settings: Any) -> LabelSession:
    values = {
        "name": "by_hand",
        "dataset": "digits",
        "classes": DIGITS,
        "wanted": "all",
        "limit": 500,
    }
    return workspace.create_session(SessionConfig(**(values | settings)), author="ann")


def answer(workspace: Workspace, count: int, session: str = "by_hand") -> None:
    """Have bob answer as the dataset's own labels say."""
    labels = workspace.artifacts.open_array(workspace.dataset("digits").labels)
    given = workspace.next_items(session, "bob", count).items
    ops = [
        SessionAnswerInput(
            op_id=f"bob-{item.item}",
            item=item.item,
            value=LabelValue(classes=(str(labels[item.item]),)),
        )
        for item in given
    ]
    workspace.answer_session(session, "bob", ops)


def take_in(workspace: Workspace, name: str) -> list[Event]:
    """Carry a run out as worker and child do, and take in what it says."""
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    assert run.name == name
    events = carry_out(workspace, name)
    assert workspace.record_events(run, events)
    end = events[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "completed", end.failure
    return events


def test_a_ranking_orders_suggests_and_draws_the_curve(digits: Workspace) -> None:
    begin(digits, strategy="margin")
    answer(digits, 120)
    run = digits.rank_session("by_hand", author="ann")
    assert (run.kind, run.author) == ("ranking", "ann")
    events = take_in(digits, run.name)
    assert of(events, ProgressEvent)
    session = digits.session("by_hand")
    assert session.queue_source == "Close calls first, learned from 120 answered samples."
    assert session.queue_answers == 120
    assert session.groups == ""
    queue = digits.artifacts.open_array(session.queue)
    assert len(queue) == len(np.unique(queue)) == 380
    assert [point.answers for point in session.curve][-1] == 96
    assert session.prelabels is not None
    assert (session.prelabels.source, session.prelabels.count) == (OWN_SOURCE, 380)
    first = digits.next_items("by_hand", "eve", 3).items
    assert [item.item for item in first] == queue[:3].tolist()
    assert all(item.suggestion for item in first)
    assert not RunFolder.of(digits.home, run.name).session.exists()
    assert not digits.run_artifacts(run.name)


def test_clusters_are_there_soon_after_the_beginning(digits: Workspace) -> None:
    begin(digits, strategy="clusters")
    (run,) = digits.runs(kind="ranking")
    take_in(digits, run.name)
    session = digits.session("by_hand")
    assert session.queue_source == "Similar together, before any answer."
    groups = digits.artifacts.open_array(session.groups)
    page = digits.next_items("by_hand", "bob", 400, together=True).items
    assert len(page) == np.count_nonzero(groups == 0)
    assert {item.group for item in page} == {0}
    assert session.prelabels is None


def test_a_ranking_started_again_comes_to_the_same_end(digits: Workspace) -> None:
    begin(digits, strategy="diversity")
    (run,) = digits.runs(kind="ranking")
    ends = []
    for attempt in (1, 2):
        folder = RunFolder.of(digits.home, run.name)
        folder.path.mkdir(parents=True, exist_ok=True)
        folder.events.unlink(missing_ok=True)
        events = carry_out(digits, run.name, attempt)
        ends.append(of(events, QueueEvent)[0].model_dump(exclude={"seq", "time"}))
    assert ends[0] == ends[1]


def test_a_ranking_can_be_cancelled(digits: Workspace) -> None:
    begin(digits, strategy="clusters")
    (run,) = digits.runs(kind="ranking")
    folder = RunFolder.of(digits.home, run.name)
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.stop.touch()
    events = carry_out(digits, run.name)
    end = events[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "stopped"
    assert not of(events, QueueEvent)


def test_a_worker_ranks_without_tensorflow_beside_other_runs(digits: Workspace) -> None:
    begin(digits, strategy="clusters")
    (run,) = digits.runs(kind="ranking")
    worker = Worker(digits, LocalCompute(digits.home))

    def ended() -> bool:
        worker.tick()
        return digits.run(run.name).is_terminal

    until(ended)
    assert digits.run(run.name).status == "completed", digits.run(run.name).failure
    assert digits.session("by_hand").groups
    log = RunFolder.of(digits.home, run.name).log
    assert not log.exists() or "tensorflow" not in log.read_text().lower()


def test_a_ranking_imports_no_tensorflow() -> None:
    code = (
        "import sys, studio.compute.executor, studio.quality.ranking; "
        "print([m for m in ('tensorflow', 'keras', 'ai_edge_litert') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_registered_model_suggests_what_it_knows(digits: Workspace) -> None:
    register(digits, "numbers", class_names=("3", "7", "ten"), alias="champion")
    session = begin(digits)
    source = PrelabelSource(model="numbers@champion")
    run = digits.prelabel_session("by_hand", source, author="ann")
    assert run.kind == "prelabel"
    take_in(digits, run.name)
    found = digits.session("by_hand").prelabels
    assert found is not None
    assert found.source == "model numbers:1"
    items = digits.artifacts.open_array(found.items)
    assert set(items) <= set(digits.artifacts.open_array(session.queue))
    values = {str(value) for value in digits.artifacts.open_samples(found.values)}
    assert values <= {LabelValue(classes=(name,)).as_json() for name in "37"}
    scores = digits.artifacts.open_array(found.scores)
    assert scores.min(initial=1) > 1 / 3 - 1e-3
    assert digits.session("by_hand").queue == session.queue


def test_a_ranking_leaves_a_models_suggestions_alone(digits: Workspace) -> None:
    begin(digits, strategy="margin")
    kept = digits.suggest("by_hand", [(0, LabelValue(classes=("1",)), 0.5)], "file a.csv").prelabels
    answer(digits, 40)
    take_in(digits, digits.rank_session("by_hand").name)
    session = digits.session("by_hand")
    assert session.queue_answers == 40
    assert session.prelabels == kept


class Backend(BaseHTTPRequestHandler):
    """Says 4 about every picture."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert all("data:image/png" in str(task["data"]) for task in body.get("tasks", []))
        choice = {
            "type": "choices",
            "from_name": "class",
            "to_name": "image",
            "value": {"choices": ["4"]},
        }
        results = [{"result": [choice], "score": 0.75} for _ in body.get("tasks", [])]
        content = json.dumps({"results": results, "model_version": "1"}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


def test_a_backend_is_asked(digits: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        begin(digits, limit=70)
        run = digits.prelabel_session("by_hand", PrelabelSource(kind="backend", url=url))
        events = take_in(digits, run.name)
        server.shutdown()
        thread.join()
    assert of(events, ProgressEvent)[-1].progress.total == 70
    found = digits.session("by_hand").prelabels
    assert found is not None
    assert (found.count, found.source) == (70, f"the backend at {url}")
    assert digits.artifacts.open_array(found.scores).tolist() == [0.75] * 70
