from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from studio.api import create_api
from studio.api.guard import Guard
from studio.workspace import Workspace
from tests.client import TestClient


def refusal(response: object) -> dict[str, str]:
    error: dict[str, str] = response.json()["error"]  # type: ignore[attr-defined]
    assert all(error[part].strip() for part in ("what", "why", "fix")), error
    return error


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", ""]
)
def test_foreign_host_names_are_refused(client: TestClient, host: str) -> None:
    response = client.get("/health", headers={"host": host})
    assert response.status_code == 403
    refusal(response)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8501", "LOCALHOST:1", "[::1]:8501"])
def test_this_machine_is_answered(workspace: Workspace, host: str) -> None:
    response = TestClient(create_api(workspace)).get("/health", headers={"host": host})
    assert response.json() == {"status": "ok"}


def test_the_environment_allows_more_hosts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_ALLOWED_HOSTS", "studio.example, Other.example")
    client = TestClient(create_api(workspace))
    for host in ("studio.example:80", "other.example", "127.0.0.1"):
        assert client.get("/health", headers={"host": host}).status_code == 200
    assert client.get("/health", headers={"host": "third.example"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-xsrftoken": "mine"},
        {"cookie": "_streamlit_xsrf=mine"},
        {"x-xsrftoken": "other", "cookie": "_streamlit_xsrf=mine"},
        {"x-xsrftoken": "", "cookie": "_streamlit_xsrf="},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/labels"),
        ("POST", "/drawings"),
        ("DELETE", "/drawings/x"),
        ("POST", "/uploads"),
        ("PUT", "/uploads/x/files?name=a"),
        ("POST", "/uploads/x/batch"),
        ("DELETE", "/uploads/x/files?name=a"),
        ("POST", "/endpoints/x/predict"),
    ],
)
def test_changes_need_the_xsrf_token(
    workspace: Workspace, headers: dict[str, str], method: str, path: str
) -> None:
    client = TestClient(create_api(workspace, hosts=["testserver"]))
    response = client.request(method, path, headers=headers)
    assert response.status_code == 403
    refusal(response)
    assert not (workspace.home / "uploads").exists()


def test_large_bodies_are_refused(client: TestClient) -> None:
    announced = client.post("/labels", content=b" " * (8 * 1024**2 + 1))
    assert announced.status_code == 413
    refusal(announced)
    streamed = client.post(
        "/labels",
        content=(b" " * 1024**2 for _ in range(9)),
        headers={"content-type": "application/json"},
    )
    assert streamed.status_code == 413
    refusal(streamed)


def test_a_length_that_is_no_number_is_refused(client: TestClient) -> None:
    response = client.get("/health", headers={"content-length": "many"})
    assert response.status_code == 400
    refusal(response)


def test_unexpected_failures_are_logged_and_told_plainly(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    app = FastAPI()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    app.add_middleware(Guard, hosts=("testserver",))
    with caplog.at_level(logging.ERROR, "studio.api"):
        response = TestClient(app).get("/broken")
    assert response.status_code == 500
    assert "secret detail" not in response.text
    refusal(response)
    assert "secret detail" in caplog.text


def test_limits_hold_below_a_mount(workspace: Workspace) -> None:
    outer = Starlette(routes=[Mount("/api", create_api(workspace, hosts=["testserver"]))])
    client = TestClient(outer, headers={"x-xsrftoken": "t", "cookie": "_streamlit_xsrf=t"})
    upload = client.post("/api/uploads").json()["upload"]
    body = b"\0" * (8 * 1024**2 + 1)
    sent = client.put(f"/api/uploads/{upload}/files", params={"name": "big.bin"}, content=body)
    assert sent.json() == {"bytes": len(body)}
    assert client.post("/api/labels", content=body).status_code == 413
    assert client.post(f"/api/uploads/{upload}/batch", content=body).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/assets/../guard.py", 404), ("DELETE", "/health", 405)],
)
def test_unknown_addresses_answer_in_the_same_shape(
    client: TestClient, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    refusal(response)
