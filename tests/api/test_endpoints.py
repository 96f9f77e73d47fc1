"""The try-it pad asks the real endpoint process."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.processes import ensure_serve, serve_lock, stop_serve
from studio.workspace import Workspace
from tests.client import TestClient
from tests.trained import register, register_texts

CLASSES = ("apple", "banana", "cat", "dog", "eye", "fish")


@pytest.fixture
def deployed(workspace: Workspace) -> Workspace:
    register(workspace, "drawings", class_names=CLASSES, alias="champion")
    workspace.deploy("drawings@champion", "fruit")
    return workspace


@pytest.fixture
def mood(workspace: Workspace, tmp_path: Path) -> None:
    """An endpoint of a model of texts."""
    register_texts(workspace, "mood", tmp_path)
    workspace.deploy("mood:1", "mood")


@pytest.fixture
def served(deployed: Workspace) -> Iterator[Workspace]:
    ensure_serve(deployed.home)
    yield deployed
    stop_serve(deployed.home)


def test_the_endpoint_process_answers(
    client: TestClient, mood: None, served: Workspace, png: Callable[..., str]
) -> None:
    response = client.post("/endpoints/fruit/predict", json={"image": png()})
    assert response.status_code == 200, response.text
    answer = response.json()
    shares = [row["probability"] for row in answer["top"]]
    assert len(shares) == 5
    assert shares == sorted(shares, reverse=True)
    assert {row["class_name"] for row in answer["top"]} < set(CLASSES)
    assert 0 < answer["milliseconds"] < 15_000

    blank = png(np.zeros((2, 3), np.uint8))
    assert client.post("/endpoints/fruit/predict", json={"image": blank}).status_code == 200
    page = base64.b64encode(b"<!doctype html>").decode()
    for image in (page, "", "%%%"):
        refused = client.post("/endpoints/fruit/predict", json={"image": image})
        assert refused.status_code == 400, refused.text
        assert all(refused.json()["error"][part] for part in ("what", "why", "fix"))

    response = client.post("/endpoints/mood/predict", json={"text": "a good film"})
    assert response.status_code == 200, response.text
    assert {row["class_name"] for row in response.json()["top"]} == {"bad", "good"}
    for name, body in (("mood", {"image": png()}), ("fruit", {"text": "a fish"})):
        refused = client.post(f"/endpoints/{name}/predict", json=body)
        assert refused.status_code == 400, refused.text

    assert answer["model"] == "drawings:1"
    for body in ({"sample": 3}, {"strokes": [[[0, 255], [0, 255]], [[255], [0]]]}):
        response = client.post("/endpoints/fruit/predict", json=body)
        assert response.status_code == 200, response.text
    response = client.post("/endpoints/mood/predict", json={"sample": 3})
    assert response.status_code == 200, response.text
    assert client.post("/endpoints/mood/predict", json={"sample": 99}).status_code == 404

    stop_serve(served.home)
    gone = client.post("/endpoints/fruit/predict", json={"image": png()})
    assert gone.status_code == 503


def test_a_process_that_does_not_run_is_told(
    client: TestClient, deployed: Workspace, png: Callable[..., str]
) -> None:
    response = client.post("/endpoints/fruit/predict", json={"image": png()})
    assert response.status_code == 503
    assert "starts" in response.json()["error"]["fix"]


def test_a_process_that_is_stuck_is_told(
    client: TestClient, deployed: Workspace, png: Callable[..., str]
) -> None:
    """The lock is held and the address written, but nothing listens there."""
    lock = serve_lock(deployed.home)
    assert lock.acquire()
    pid = lock.pid
    (deployed.home / "serve.json").write_text(f'{{"pid": {pid}, "host": "127.0.0.1", "port": 9}}')
    (deployed.home / "internal.key").write_text("key")
    response = client.post("/endpoints/fruit/predict", json={"image": png()})
    lock.release()
    assert response.status_code == 503
    assert response.json()["error"]["what"]


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("fruits", {"image": ""}, 404),
        ("fruit", {}, 400),
        ("fruit", {"image": None}, 400),
        ("fruit", {"image": "", "text": ""}, 400),
        ("fruit", {"strokes": [[[0, 1]]]}, 400),
        ("fruit", {"sample": -1}, 400),
        ("fruit", {"image": "x" * 2_000_000}, 413),
        ("fruit", {"image": "", "more": 1}, 400),
    ],
)
def test_bad_questions_say_why(
    client: TestClient, deployed: Workspace, name: str, body: dict[str, str], status: int
) -> None:
    response = client.post(f"/endpoints/{name}/predict", json=body)
    assert response.status_code == status, response.text
    assert all(response.json()["error"][part] for part in ("what", "why", "fix"))
