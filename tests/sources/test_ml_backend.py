from __future__ import annotations

import base64
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import Cancelled, Forbidden, InvalidInput, StudioError, TooLarge
from studio.core.label_answer import LabelValue, Span
from studio.core.label_session import AnswerKind, LabelClass, SessionConfig
from studio.core.labelstudio_page import read_config
from studio.sources import ml_backend
from studio.sources.addresses import HOSTS_VARIABLE
from studio.sources.ml_backend import backend_suggestions
from tests.sources.conftest import picture_bytes, quiet

Answer = Callable[[dict[str, Any]], Any]


@dataclass
class Backend:
    """An ML backend that answers as the test says.

    Args:
        predict: From the body of a request to the answer; bytes are sent as they are.
        status: Of the next answers, first come first served; then 200.
        asked: Path, authorization and body of each request.
        busy: Waited for before an answer to /predict.
    """

    predict: Answer = lambda body: {"results": [choice("cat") for _ in body["tasks"]]}
    url: str = ""
    status: deque[int] = field(default_factory=deque)
    asked: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)
    busy: threading.Event | None = None

    @property
    def sizes(self) -> list[int]:
        """Tasks in each request to /predict."""
        return [len(body["tasks"]) for path, _, body in self.asked if path.endswith("/predict")]


def choice(*names: str, score: Any = 0.75) -> dict[str, Any]:
    value = {"choices": list(names)}
    result = [{"from_name": "class", "to_name": "image", "type": "choices", "value": value}]
    return {"result": result, "score": score, "model_version": "1"}


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    found = Backend()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found.asked.append((self.path, self.headers.get("authorization"), body))
            status = found.status.popleft() if found.status else 200
            answer: Any = {"model_version": "1"}
            if self.path.endswith("/predict"):
                if found.busy is not None:
                    found.busy.wait(30)
                answer = found.predict(body)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            if status == 302:
                self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write(content)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/sub/"
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")
    monkeypatch.setattr(ml_backend, "PAUSES", (0.01, 0.01, 0.01))
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def config(answer: AnswerKind = "single", *, spans: bool = False) -> SessionConfig:
    classes = tuple(LabelClass(name=name) for name in ("cat", "dog"))
    return SessionConfig(name="pets", dataset="d", classes=classes, answer=answer, spans=spans)


def pictures(count: int) -> Iterator[ml_backend.Item]:
    return ((10 * number, picture_bytes(number % 256), (8, 8)) for number in range(count))


def ask(
    backend: Backend, count: int = 3, answer: AnswerKind = "single"
) -> list[tuple[int, LabelValue, float]]:
    items = pictures(count)
    return list(backend_suggestions(backend.url, config(answer), items, progress=quiet))


def test_pictures_are_asked_about_in_batches(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def progress(done: int, total: int, unit: str, message: str) -> None:
        assert (total, unit, message) == (0, "samples", "asking 127.0.0.1")
        seen.append(done)

    found = list(backend_suggestions(backend.url, config(), pictures(70), progress=progress))
    assert found == [(10 * i, LabelValue(classes=("cat",)), 0.75) for i in range(70)]
    assert backend.sizes == [32, 32, 6]
    assert sorted(set(seen)) == [0, 32, 64, 70]
    assert seen == sorted(seen)
    path, login, told = backend.asked[0]
    assert (path, login) == ("/sub/setup", None)
    assert read_config(told["schema"]).choices == ("cat", "dog")
    path, _, body = backend.asked[1]
    assert path == "/sub/predict"
    assert body["label_config"] == told["schema"]
    assert body["project"] == told["project"]
    task = body["tasks"][1]
    kind, _, content = task["data"]["image"].partition(",")
    assert (task["id"], kind) == (10, "data:image/png;base64")
    assert base64.b64decode(content) == picture_bytes(1)
    monkeypatch.setattr(ml_backend, "BATCH_BYTES", 1)
    backend.asked.clear()
    assert len(ask(backend)) == 3
    assert backend.sizes == [1, 1, 1]


def test_texts_and_their_spans(backend: Backend) -> None:
    texts = ["A cat.", "🐈 purrs", "nothing"]

    def predict(body: dict[str, Any]) -> Any:
        results = []
        for task in body["tasks"]:
            text, result = task["data"]["text"], choice("cat")["result"]
            for name, start, end in (("dog", 2, 5), ("mouse", 0, 1), ("cat", 0, 10_000)):
                value = {"start": start, "end": end, "labels": [name]}
                result.append({"type": "labels", "value": value})
            results.append({"result": result if text != "nothing" else []})
        return {"results": results}

    backend.predict = predict
    items = iter([(i, text, (0, 0)) for i, text in enumerate(texts)])
    found = list(backend_suggestions(backend.url, config(spans=True), items, progress=quiet))
    span = Span(start=2, end=5, class_name="dog")
    expected = LabelValue(classes=("cat",), spans=(span,))
    assert found == [(0, expected, 0.0), (1, expected, 0.0)]
    assert '<Labels name="span"' in backend.asked[0][2]["schema"]


def test_boxes_are_shares_of_the_picture(backend: Backend) -> None:
    def box(name: str, x: float) -> dict[str, Any]:
        place = {"x": x, "y": 25, "width": 50, "height": 50, "rotation": 0}
        value = {**place, "rectanglelabels": [name]}
        return {"type": "rectanglelabels", "value": value, "score": 0.5 + x / 100}

    results = [{"result": [box("dog", 10), box("cat", 25), box("mouse", 0)]}]
    results += [{"result": [box("dog", 90)], "score": 1}, choice("cat")]  # outside; another kind
    backend.predict = lambda _: {"results": results}
    ((item, value, score),) = ask(backend, 3, "boxes")
    assert (item, score) == (0, 0.5)
    places = [(b.class_name, b.left, b.top, b.width, b.height) for b in value.boxes]
    assert places == [("dog", 0.1, 0.25, 0.5, 0.5), ("cat", 0.25, 0.25, 0.5, 0.5)]


def test_what_the_session_does_not_ask_for_is_left_out(backend: Backend) -> None:
    several = [choice("cat", "dog"), choice("cat", "mouse", score=7), choice("mouse"), []]
    surest = [[choice("cat", score=0.2), choice("dog", score=0.4)], choice("dog", score=-1)]
    backend.predict = lambda _: {"results": several + surest}
    cat, dog = LabelValue(classes=("cat",)), LabelValue(classes=("dog",))
    assert ask(backend, 6) == [(10, cat, 1.0), (40, dog, 0.4), (50, dog, 0.0)]
    both = LabelValue(classes=("cat", "dog"))
    assert ask(backend, 6, "multi")[0] == (0, both, 0.75)


def test_a_backend_that_takes_one_task_at_a_time_is_asked_so(backend: Backend) -> None:
    backend.predict = lambda body: {"results": [choice("cat", score=body["tasks"][0]["id"] / 1000)]}
    assert [found[2] for found in ask(backend, 40)] == [i / 100 for i in range(40)]
    assert backend.sizes == [32] + [1] * 40


def test_nothing_usable_is_said(backend: Backend) -> None:
    backend.predict = lambda body: {"results": [choice("mouse") for _ in body["tasks"]]}
    with pytest.raises(StudioError, match="It speaks of: mouse"):
        ask(backend)
    backend.predict = lambda body: {"results": [{"result": []} for _ in body["tasks"]]}
    with pytest.raises(StudioError, match="empty, or of another kind"):
        ask(backend)
    backend.predict = lambda body: {"results": [{"result": [7]} for _ in body["tasks"]]}
    with pytest.raises(StudioError, match="cannot be used"):
        ask(backend)
    backend.asked.clear()
    assert ask(backend, 0) == []
    assert backend.asked == []


HOSTILE = [
    b"",
    b"<html>",
    b"[]",
    b"7",
    b"[" * 200_000,
    b'{"results": ' + b"[" * 200_000,
    b"{}",
    b'{"results": null}',
    b'{"results": []}',
    b'{"results": [{}, {}]}',
    b'{"results": [1, 2, 3]}',
    b'{"results": [[{}], [], []]}',
    b'{"results": [{"result": {}}, {"result": []}, {"result": []}]}',
    b'{"results": [], "model_version": NaN}',
    b"\xff\xfe\x00",
    *(
        json.dumps({"results": [choice("cat", score=score)] * 3}).encode()
        for score in (float("nan"), float("inf"), 10**400, "0.5", [1], True, {})
    ),
    b'{"results": ' + json.dumps([choice("cat", score=0)] * 3).encode().replace(b": 0", b": 1e999") + b"}",
    b'{"results": ' + json.dumps([choice("cat", score=0)] * 3).encode().replace(b": 0", b": " + b"9" * 9000) + b"}",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_answers_are_refused(backend: Backend, number: int) -> None:
    backend.predict = lambda _: HOSTILE[number]
    with pytest.raises(StudioError) as caught:
        ask(backend)
    assert caught.value.what.startswith("The ML backend at http://127.0.0.1:")
    assert caught.value.why
    assert caught.value.fix
    assert len(str(caught.value)) < 600


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["result", "score", "value", "choices", "labels", "start", "end",
                             "rectanglelabels", "x", "y", "width", "height", "type"]),
            inner, max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60)
@given(result=JSON)
def test_whatever_is_said_of_a_task_is_understood_or_refused(result: Any) -> None:
    backend = ml_backend._Backend(
        ml_backend.backend_address("http://h:9090"), config("multi"), quiet
    )
    task = ml_backend.Task(1, None, {})
    try:
        found = backend._read(task, backend._best(result))
    except StudioError:
        return
    assert found is None or (found[0].names <= {"cat", "dog"} and 0 <= found[1] <= 1)


def test_too_much_is_not_read(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ml_backend, "ANSWER_BYTES", 10_000)
    backend.predict = lambda _: b" " * 10_001
    with pytest.raises(TooLarge, match="too large"):
        ask(backend)


def test_a_busy_backend_is_asked_again(backend: Backend) -> None:
    backend.status.extend([200, 503, 429])
    assert len(ask(backend)) == 3
    assert backend.sizes == [3, 3, 3]
    backend.status.extend([503] * 4)
    with pytest.raises(StudioError, match=r"tried 4 times: it answered with status 503"):
        ask(backend)
    backend.asked.clear()
    backend.status.extend([200, 500])
    backend.predict = lambda _: {"detail": "ValueError: no\nweights \x1b[31m", "result": {}}
    with pytest.raises(StudioError, match=r"status 500\. It says: ValueError: no weights"):
        ask(backend)
    assert backend.sizes == [3]
    backend.status.append(302)
    with pytest.raises(StudioError, match="status 302"):
        ask(backend)
    assert "/elsewhere" not in {path for path, _, _ in backend.asked}


def test_a_backend_that_is_not_there(backend: Backend) -> None:
    with pytest.raises(StudioError, match="cannot be reached"):
        list(backend_suggestions("http://127.0.0.1:1024", config(), pictures(1), progress=quiet))


def test_a_slow_backend_is_given_up(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    backend.busy = threading.Event()
    monkeypatch.setattr(ml_backend, "TIMEOUT", ml_backend.httpx.Timeout(0.2))
    with pytest.raises(StudioError, match="takes too long"):
        ask(backend)
    assert backend.sizes == [3]  # asking again would make it slower
    backend.busy.set()


def test_cancelling_while_it_is_at_work(backend: Backend) -> None:
    backend.busy = threading.Event()

    def progress(done: int, total: int, unit: str, message: str) -> None:
        if backend.sizes:
            raise Cancelled("Enough.", "", "")

    with pytest.raises(Cancelled):
        list(backend_suggestions(backend.url, config(), pictures(3), progress=progress))
    backend.busy.set()


def test_only_hosts_that_the_administrator_named_lead_inside(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "")
    with pytest.raises(Forbidden, match=rf"{HOSTS_VARIABLE}=127\.0\.0\.1"):
        ask(backend)
    for address in ("http://169.254.169.254", "http://10.1.2.3:9090", "http://[::1]:9090"):
        with pytest.raises(Forbidden):
            list(backend_suggestions(address, config(), pictures(1), progress=quiet))
    assert backend.asked == []
    for address in ("ftp://h", "h:9090", "http://me:secret@h:9090", "http://h:22", ""):
        with pytest.raises(InvalidInput, match="not the address of an ML backend") as caught:
            backend_suggestions(address, config(), pictures(1), progress=quiet)
        assert "secret" not in str(caught.value)


def test_the_login_goes_to_named_hosts_only(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ml_backend.LOGIN_VARIABLE, "me:s3cret")
    ask(backend)
    expected = "Basic " + base64.b64encode(b"me:s3cret").decode()
    assert {login for _, login, _ in backend.asked} == {expected}
    public = ml_backend._Backend(ml_backend.backend_address("https://h.example"), config(), quiet)
    assert public._login() == {}
    backend.status.append(401)
    with pytest.raises(Forbidden, match=ml_backend.LOGIN_VARIABLE):
        ask(backend)
