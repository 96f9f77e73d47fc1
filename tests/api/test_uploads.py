from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from studio.api import create_api, uploads
from studio.workspace import Workspace
from tests.client import TestClient

Files = Callable[[], dict[str, int]]


@pytest.fixture
def upload(client: TestClient) -> str:
    name: str = client.post("/uploads").json()["upload"]
    return name


def test_files_stream_to_the_disk(client: TestClient, workspace: Workspace, upload: str) -> None:
    content = os.urandom(3 * 1024**2 + 17)
    address = f"/uploads/{upload}/files"
    parts = (content[start : start + 70_000] for start in range(0, len(content), 70_000))
    assert client.put(address, params={"name": "cat/1.png"}, content=parts).json() == {
        "bytes": len(content)
    }
    folder = workspace.upload_folder(upload)
    assert (folder / "cat" / "1.png").read_bytes() == content
    assert client.put(address, params={"name": "cat/1.png"}, content=b"").json() == {"bytes": 0}
    assert [path.name for path in (folder / "cat").iterdir()] == ["1.png"]
    assert client.delete(f"/uploads/{upload}").json() == {}
    assert not folder.exists()
    assert client.delete(f"/uploads/{upload}").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "..",
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a\\..\\..\\x",
        "a\0b",
        "x" * 256,
        "/".join("a" * 17),
        "y" * 5000,
    ],
)
def test_names_cannot_leave_the_upload(
    client: TestClient, upload: str, files: Files, name: str
) -> None:
    before = files()
    response = client.put(f"/uploads/{upload}/files", params={"name": name}, content=b"x")
    assert response.status_code == 400, response.text
    assert response.json()["error"]["fix"]
    assert files() == before


@pytest.mark.parametrize("upload_id", ["0" * 32, "nothing", "%2e%2e", "A" * 32])
def test_unknown_uploads_are_refused(client: TestClient, files: Files, upload_id: str) -> None:
    before = files()
    address = f"/uploads/{upload_id}"
    assert client.put(f"{address}/files?name=a", content=b"x").status_code == 404
    assert client.delete(address).status_code == 404
    assert files() == before


def test_a_file_cannot_be_its_own_folder(client: TestClient, upload: str, files: Files) -> None:
    address = f"/uploads/{upload}/files"
    client.put(address, params={"name": "a/b"}, content=b"x")
    before = files()
    for name in ("a/b/c", "a"):
        response = client.put(address, params={"name": name}, content=b"x")
        assert response.status_code == 409, response.text
    assert files() == before


def test_a_file_above_the_limit_leaves_nothing(
    workspace: Workspace, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.api.guard.Guard.__init__.__defaults__", (1024, 5_000_000))
    api = create_api(workspace, hosts=["testserver"])
    client = TestClient(api, headers={"x-xsrftoken": "t", "cookie": "_streamlit_xsrf=t"})
    address = f"/uploads/{client.post('/uploads').json()['upload']}/files?name=a"
    announced = client.put(address, content=b"x" * 5_000_001)
    streamed = client.put(address, content=(b"x" * 1_000_000 for _ in range(6)))
    assert announced.status_code == streamed.status_code == 413
    assert streamed.json()["error"]["fix"]
    assert files() == {}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_leaves_nothing(
    client: TestClient, upload: str, files: Files, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    written = []

    def full(handle: int, content: bytes) -> int:
        if written:
            raise OSError(code, os.strerror(code))
        written.append(os.write(handle, content))
        return written[0]

    monkeypatch.setattr(uploads, "_write", full)
    response = client.put(f"/uploads/{upload}/files?name=a", content=b"x" * 3_000_000)
    assert response.status_code == 413
    assert "no room" in response.json()["error"]["what"]
    assert files() == {}


def test_a_file_larger_than_the_disk_is_refused_before_it_is_sent(
    client: TestClient, upload: str, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    response = client.put(f"/uploads/{upload}/files?name=a", content=b"x" * 1001)
    assert response.status_code == 413
    assert "1,000 are free" in response.json()["error"]["why"]
    assert files() == {}


def test_a_client_that_leaves_leaves_nothing(workspace: Workspace, files: Files) -> None:
    upload = workspace.create_upload()
    api = create_api(workspace, hosts=["testserver"])
    arriving = [
        {"type": "http.request", "body": b"x" * 2_000_000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "method": "PUT",
        "path": f"/uploads/{upload}/files",
        "query_string": b"name=a",
        "headers": [
            (b"host", b"testserver"),
            (b"x-xsrftoken", b"t"),
            (b"cookie", b"_streamlit_xsrf=t"),
        ],
    }

    async def receive() -> Any:
        return arriving.pop(0)

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(api(scope, receive, send))
    assert files() == {}
