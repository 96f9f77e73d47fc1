from __future__ import annotations

import asyncio
import base64
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import create_server
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import InvalidInput
from studio.core.labelstudio import Controls
from studio.ml.predict import Predictor
from studio.serving import task_pictures
from studio.serving.body import BODY_LIMIT_BYTES
from studio.serving.labelstudio import offered
from studio.sources.addresses import HOSTS_VARIABLE
from tests.client import TestClient
from tests.serving.conftest import Deployment
from tests.trained import model_files

BASE = "/labelstudio/fruit"
NAMES = ["apple", "fish", "the Eiffel Tower"]
PAGE = """<View>
  <Header value="What is this?"/>
  <Image name="pic" value="$photo"/>
  <Choices name="kind" toName="pic" choice="single">
    {choices}
  </Choices>
</View>"""


def page(*names: str) -> str:
    return PAGE.format(choices="".join(f'<Choice value="{name}"/>' for name in names))


def picture(seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).integers(0, 256, (8, 8), np.uint8)


def png(seed: int = 0) -> bytes:
    content = io.BytesIO()
    Image.fromarray(picture(seed)).save(content, "PNG")
    return content.getvalue()


def b64(seed: int = 0) -> str:
    return base64.b64encode(png(seed)).decode()


def likely(*seeds: int) -> Any:
    samples = np.stack([picture(seed)[:, :, None] for seed in seeds])
    return Predictor(model_files((8, 8, 1), 3, 0)["model.tflite"]).predict(samples)


def task(value: object, number: int = 1) -> dict[str, Any]:
    return {"id": number, "data": {"photo": value}, "annotations": []}


def ask(deployment: Deployment, *values: object, names: tuple[str, ...] = tuple(NAMES)) -> Any:
    tasks = [task(value, 10 + place) for place, value in enumerate(values)]
    body = {"tasks": tasks, "label_config": page(*names), "project": "3.1700000000"}
    status, answer = deployment.ask(body, f"{BASE}/predict")
    assert status == 200, answer
    return answer


def test_predictions_are_the_models_in_the_pages_words(deployment: Deployment) -> None:
    answer = ask(deployment, f"data:image/png;base64,{b64(0)}", b64(1))
    assert answer["errors"] == []
    assert answer["model_version"] == "drawings:1"
    for result, expected in zip(answer["results"], likely(0, 1), strict=True):
        assert result["score"] == pytest.approx(expected.max(), abs=1e-5)
        assert result["model_version"] == "drawings:1"
        (region,) = result["result"]
        assert (region["from_name"], region["to_name"], region["type"]) == (
            "kind",
            "pic",
            "choices",
        )
        assert region["value"] == {"choices": [NAMES[int(expected.argmax())]]}


def test_classes_that_the_page_does_not_offer_are_left_out(deployment: Deployment) -> None:
    best = int(likely(0)[0].argmax())
    others = [place for place in range(3) if place != best]
    names = (*(NAMES[place].upper() for place in others), "dog")
    (result,) = ask(deployment, b64(), names=names)["results"]
    second = max(others, key=lambda place: likely(0)[0][place])
    assert result["result"][0]["value"] == {"choices": [NAMES[second].upper()]}
    assert result["score"] == pytest.approx(likely(0)[0][second], abs=1e-5)


def test_a_page_with_choices_from_the_task_offers_all() -> None:
    assert offered(Controls("image", "image", "class"), NAMES).names == tuple(NAMES)
    with pytest.raises(InvalidInput, match="It knows: apple, fish"):
        offered(Controls("image", "image", "class", choices=("dog",)), NAMES)


def test_unreadable_pictures_do_not_harm_the_others(deployment: Deployment) -> None:
    broken = base64.b64encode(png()[:40]).decode()
    strange = ["", None, 7, "no picture!", broken, "data:text/plain,hello", "s3://bucket/a.png"]
    answer = ask(deployment, *strange, b64())
    assert [bool(r["result"]) for r in answer["results"]] == [False] * len(strange) + [True]
    assert all(r["score"] == 0.0 for r in answer["results"][:-1])
    assert [(e["task"], e["place"]) for e in answer["errors"]] == [
        (10 + place, place) for place in range(len(strange))
    ]
    assert all({"what", "why", "fix"} <= set(error) for error in answer["errors"])
    assert "tasks[0] is missing" in answer["errors"][0]["what"]
    assert "storage" in answer["errors"][-1]["what"]
    for odd in ({}, {"data": []}, "task", None):
        body = {"tasks": [odd], "label_config": page("apple")}
        status, said = deployment.ask(body, f"{BASE}/predict")
        assert (status, said["results"][0]["result"]) == (200, [])


def test_the_key_comes_as_password_or_bearer(deployment: Deployment) -> None:
    body = {"schema": page(*NAMES), "project": "1", "hostname": "http://x", "access_token": "t"}
    anybody = TestClient(deployment.client.app, raise_server_exceptions=False)

    def status(authorization: str, path: str = f"{BASE}/setup") -> int:
        headers = {"authorization": authorization} if authorization else {}
        return anybody.post(path, json=body, headers=headers).status_code

    def basic(login: str) -> str:
        return "Basic " + base64.b64encode(login.encode()).decode()

    assert status(basic(f"anybody:{deployment.key}")) == 200
    assert status(f"Bearer {deployment.key}") == 200
    wrong = ["", basic("anybody:wrong"), basic(deployment.key), "Basic !", "Bearer wrong"]
    assert [status(authorization) for authorization in wrong] == [401] * len(wrong)
    for path in ("predict", "webhook", "train", "versions"):
        assert status("", f"{BASE}/{path}") == 401
    # A browser sends such logins along by itself: the other dialect does not take them.
    predict = "/v1/models/fruit:predict"
    assert status(basic(f"anybody:{deployment.key}"), predict) == 401
    refusal = anybody.post(f"{BASE}/setup", json=body).json()["error"]
    assert "basic authentication" in refusal


def test_health_setup_and_versions(deployment: Deployment) -> None:
    client = TestClient(deployment.client.app)
    assert client.get(f"{BASE}/health").json() == {"status": "UP", "model_version": "drawings:1"}
    assert client.get("/labelstudio/nobody/health").status_code == 404
    status, answer = deployment.ask({"schema": page("fish", "dog")}, f"{BASE}/setup")
    assert (status, answer) == (200, {"model_version": "drawings:1"})
    assert deployment.client.get(f"{BASE}/versions").json() == {"versions": ["drawings:1"]}
    assert deployment.ask({}, f"{BASE}/versions")[1] == {"versions": ["drawings:1"]}
    assert deployment.ask({"action": "TASKS_CREATED"}, f"{BASE}/webhook")[0] == 200
    assert deployment.ask({"action": "START_TRAINING"}, f"{BASE}/webhook")[0] == 409
    assert deployment.ask({}, f"{BASE}/train")[0] == 409


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ("", 'no "schema"'),
        (page("dog", "cat"), "none of the choices"),
        ("<View", "cannot be read"),
        ('<!DOCTYPE v [<!ENTITY a "b">]><View/>', "document type"),
        (
            '<View><Image name="i" value="$i"/><RectangleLabels name="b" toName="i"/></View>',
            "no choices",
        ),
    ],
)
def test_pages_that_cannot_be_answered_are_refused(
    deployment: Deployment, schema: str, says: str
) -> None:
    status, answer = deployment.ask({"schema": schema}, f"{BASE}/setup")
    assert status == 400
    assert says in answer["error"]
    status, _ = deployment.ask({"tasks": [], "label_config": schema}, f"{BASE}/predict")
    assert status == 400


def test_bodies_that_are_none_are_refused(deployment: Deployment) -> None:
    for body in ([], {"label_config": page("apple")}, {"tasks": {}, "label_config": page("apple")}):
        assert deployment.ask(body, f"{BASE}/predict")[0] == 400
    large = deployment.client.post(f"{BASE}/predict", content=b" " * (BODY_LIMIT_BYTES + 1))
    assert large.status_code == 413
    assert ask(deployment)["results"] == []


def test_of_too_many_tasks_the_first_is_answered(deployment: Deployment) -> None:
    """One result for several tasks makes Label Studio ask for one at a time."""
    answer = ask(deployment, *[b64()] * 257)
    assert len(answer["results"]) == 1
    assert "257 tasks only the first" in answer["errors"][0]["what"]
    assert len(ask(deployment, *[b64()] * 256)["results"]) == 256


@dataclass
class Elsewhere:
    """A host with pictures: what it was asked, and where it leads on to."""

    port: int = 0
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    leads: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    found = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            found.asked.append((self.path, self.headers.get("authorization")))
            body = found.bodies.get(self.path)
            leads = found.leads.get(self.path)
            self.send_response(302 if leads else 200 if body is not None else 404)
            if leads:
                self.send_header("location", leads)
            self.end_headers()
            self.wfile.write(body or b"")

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.port = server.server_address[1]
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_addresses_within_the_private_network_are_not_asked(
    deployment: Deployment, elsewhere: Elsewhere
) -> None:
    elsewhere.bodies["/a.png"] = png()
    values = [
        elsewhere.url("/a.png"),
        elsewhere.url("/a.png", "localhost"),
        elsewhere.url("/a.png", "[::ffff:127.0.0.1]"),
        elsewhere.url("/a.png", "2130706433"),
        elsewhere.url("/a.png", "me:secret@127.0.0.1"),
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/a.png",
        "http://127.0.0.1:22/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/a.png",
        "//127.0.0.1/a.png",
        "/data/upload/1/a.png",
        "/etc/passwd",
        "http://[/a.png",
    ]
    answer = ask(deployment, *values, b64())
    assert [bool(r["result"]) for r in answer["results"]] == [False] * len(values) + [True]
    assert elsewhere.asked == []
    assert HOSTS_VARIABLE in answer["errors"][0]["fix"]
    assert task_pictures.ADDRESS_VARIABLE in answer["errors"][11]["fix"]


def test_hosts_that_the_administrator_named_are_asked(
    deployment: Deployment, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")
    elsewhere.bodies = {"/a.png": png(), "/page": b"<html>", "/large": bytes(1)}
    monkeypatch.setattr(task_pictures, "PICTURE_BYTES", len(png()))
    elsewhere.bodies["/large"] = png() + b"."
    elsewhere.leads = {
        "/on": "/a.png",
        "/in": "http://169.254.169.254/",
        "/local": elsewhere.url("/a.png", "localhost"),
        "/round": "/round",
    }
    paths = ["/a.png", "/on", "/page", "/large", "/none", "/in", "/local", "/round"]
    answer = ask(deployment, *map(elsewhere.url, paths))
    assert [bool(r["result"]) for r in answer["results"]] == [True, True] + [False] * 6
    assert answer["results"][0]["score"] == pytest.approx(likely(0)[0].max(), abs=1e-5)
    says = ["web page", "too large", "404", "public internet", "public internet", "leads on and on"]
    for error, words in zip(answer["errors"], says, strict=True):
        assert words in " ".join(map(str, error.values()))


def test_uploads_are_read_from_the_configured_label_studio_with_its_token(
    deployment: Deployment, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1,localhost")
    monkeypatch.setenv(task_pictures.ADDRESS_VARIABLE, elsewhere.url("/sub/"))
    monkeypatch.setenv(task_pictures.ACCESS_VARIABLE, "s3cret")
    other = elsewhere.url("/elsewhere.png", "localhost")
    served = {"/sub/data/upload/1/a%20b.png", "/sub/tasks/1/resolve/?fileuri=eA=="}
    elsewhere.bodies = {path: png() for path in (*served, "/elsewhere.png", "/sub/api/users")}
    elsewhere.leads = {"/sub/data/upload/1/away.png": other}
    answer = ask(
        deployment,
        "/data/upload/1/a%20b.png",
        elsewhere.url("/sub/tasks/1/resolve/?fileuri=eA=="),
        "/data/upload/1/away.png",
        elsewhere.url("/sub/api/users"),
        other,
        "/data/%2e%2e/api/users",
    )
    assert [bool(r["result"]) for r in answer["results"]] == [True] * 5 + [False]
    with_token = {path for path, login in elsewhere.asked if login == "Token s3cret"}
    assert with_token == served | {"/sub/data/upload/1/away.png"}
    without = [path for path, login in elsewhere.asked if login is None]
    assert sorted(without) == ["/elsewhere.png", "/elsewhere.png", "/sub/api/users"]


def test_a_slow_host_takes_no_longer_than_allowed(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOSTS_VARIABLE, "127.0.0.1")
    with create_server(("127.0.0.1", 0)) as silent:
        pictures = task_pictures.TaskPictures(seconds=0.2)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.png"

        async def read() -> list[task_pictures.Found]:
            return await pictures.read([url, b64(), url], (8, 8, 1))

        with ThreadPoolExecutor(1) as pool:  # other tests leave a running loop in this thread
            found = pool.submit(asyncio.run, read()).result()
    assert "in time" in str(found[0])
    assert np.array_equal(np.asarray(found[1])[:, :, 0], picture())
    assert "in time" in str(found[2])
