from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from studio.api import create_api, uploads
from studio.workspace import Workspace
from tests.client import TestClient

Files = Callable[[], dict[str, int]]
Records = list[tuple[str, bytes]]


def batch(records: Records) -> bytes:
    """The body that the browser sends."""
    return b"".join(
        len(name.encode()).to_bytes(4) + name.encode() + len(content).to_bytes(8) + content
        for name, content in records
    )


def stored(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


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

    with ThreadPoolExecutor(
        1
    ) as pool:  # the browser of other tests leaves a running loop behind here
        pool.submit(asyncio.run, api(scope, receive, send)).result()
    assert files() == {}


def test_a_batch_writes_all_its_files(
    client: TestClient, workspace: Workspace, upload: str
) -> None:
    sent = [
        (f"class {number % 10}/käse {number}.png", bytes([number % 256]) * number)
        for number in range(1000)
    ]
    address = f"/uploads/{upload}/batch"
    for _ in range(2):  # sent again it writes the same
        answer = client.post(address, content=batch(sent))
        assert answer.json() == {"files": 1000, "bytes": 999 * 500}
        assert stored(workspace.upload_folder(upload)) == dict(sent)
    assert (
        client.post(address, content=batch([("class 0/käse 0.png", b"new")])).json()["files"] == 1
    )
    assert stored(workspace.upload_folder(upload))["class 0/käse 0.png"] == b"new"
    assert client.post(address, content=b"").json() == {"files": 0, "bytes": 0}


def test_batches_and_single_files_are_the_same_files(
    client: TestClient, workspace: Workspace, upload: str
) -> None:
    files = f"/uploads/{upload}/files"
    client.put(files, params={"name": "a/1"}, content=b"put")
    client.post(f"/uploads/{upload}/batch", content=batch([("a/1", b"batch"), ("a/2", b"batch")]))
    client.put(files, params={"name": "a/2"}, content=b"put")
    assert stored(workspace.upload_folder(upload)) == {"a/1": b"batch", "a/2": b"put"}


GOOD = batch([("a/1", b"x" * 50)])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b"\0", "ends inside the length of its name"),
        (b"\0\0\0\5abc", "ends inside its name"),
        (b"\xff\xff\xff\xffabc", "4,294,967,295 bytes are announced"),
        (b"\0\0\0\1a\0", "ends inside the length of its content"),
        (b"\0\0\0\1a" + b"\xff" * 8, "ends inside its content"),
        (batch([("b", b"xyz")])[:-1], "3 bytes are announced, 2 follow"),
        (b"\0\0\0\1\xff" + bytes(8), "not UTF-8"),
        (b"\0\0\0\3\xed\xa0\x80" + bytes(8), "not UTF-8"),
        *(
            (batch([(name, b"x")]), "plain relative name")
            for name in (
                "",
                "/",
                "..",
                "../x",
                "a/../../x",
                "/etc/passwd",
                "a\\..\\..\\x",
                "a\0b",
                "x" * 256,
            )
        ),
    ],
)
def test_a_batch_that_breaks_the_rules_writes_nothing(
    client: TestClient, upload: str, files: Files, bad: bytes, words: str
) -> None:
    before = files()
    for body in (bad, GOOD + bad):
        response = client.post(f"/uploads/{upload}/batch", content=body)
        assert response.status_code == 400, response.text
        assert words in response.text
        assert response.json()["error"]["fix"]
        assert files() == before


def test_a_batch_has_at_most_a_thousand_files_and_8_mb(
    client: TestClient, upload: str, files: Files
) -> None:
    address = f"/uploads/{upload}/batch"
    many = client.post(address, content=batch([(str(number), b"") for number in range(1001)]))
    large = client.post(address, content=batch([("a", bytes(8 * 1024**2))]))
    assert many.status_code == large.status_code == 413
    assert "1,000 files" in many.json()["error"]["what"]
    assert files() == {}
    most = batch([("a", b"")])
    most = batch([("a", bytes(8 * 1024**2 - len(most)))])
    assert client.post(address, content=most).json()["files"] == 1


def test_a_batch_to_no_upload_is_refused(client: TestClient, files: Files) -> None:
    for upload in ("0" * 32, "nothing", "%2e%2e"):
        assert client.post(f"/uploads/{upload}/batch", content=GOOD).status_code == 404
    assert files() == {}


def test_a_conflict_in_a_batch_keeps_whole_files_only(
    client: TestClient, workspace: Workspace, upload: str
) -> None:
    response = client.post(
        f"/uploads/{upload}/batch",
        content=batch([("a", b"1"), ("b", b"2"), ("a/b", b"3"), ("c", b"4")]),
    )
    assert response.status_code == 409
    assert stored(workspace.upload_folder(upload)) == {"a": b"1", "b": b"2"}


def test_a_full_disk_in_a_batch_leaves_no_half_file(
    client: TestClient, workspace: Workspace, upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, content: memoryview) -> int:
        os.write(handle, content[:1])
        if len(content) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return 1

    monkeypatch.setattr(uploads, "_write", full)
    body = batch([("a", b"1"), ("b", b"22"), ("c", b"3")])
    response = client.post(f"/uploads/{upload}/batch", content=body)
    assert response.status_code == 413
    assert stored(workspace.upload_folder(upload)) == {"a": b"1"}


def test_batches_in_flight_do_not_meet(
    client: TestClient, workspace: Workspace, upload: str
) -> None:
    same = [(f"deep/{number}/x", b"same" * 100) for number in range(100)]
    with ThreadPoolExecutor(3) as pool:
        sent = [(*same, (str(number), b"own")) for number in range(6)]
        answers = list(
            pool.map(
                lambda records: client.post(
                    f"/uploads/{upload}/batch", content=batch(list(records))
                ),
                sent,
            )
        )
    assert [answer.status_code for answer in answers] == [200] * 6
    expected = dict(same) | {str(number): b"own" for number in range(6)}
    assert stored(workspace.upload_folder(upload)) == expected


NAMES = st.one_of(
    st.sampled_from(["..", "a/b", "a", "../a", "/a", "a\\b", "b/./c", "~", "C:\\x"]),
    st.text(max_size=8),
)
FUZZ = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=60,
)


@FUZZ
@given(
    st.lists(st.tuples(NAMES, st.binary(max_size=40)), max_size=6),
    st.integers(0, 300),
    st.binary(max_size=20),
)
@example([("a", b"x")], 13, b"")
def test_any_batch_is_written_or_refused(
    client: TestClient, workspace: Workspace, records: Records, cut: int, tail: bytes
) -> None:
    try:
        body = batch(records)
    except UnicodeEncodeError:  # a lone surrogate
        return
    body = body[:cut] + tail
    upload = workspace.create_upload()
    folder = workspace.upload_folder(upload)
    response = client.post(f"/uploads/{upload}/batch", content=body)
    written = stored(folder)
    if response.status_code == 200:
        assert sum(map(len, written.values())) <= response.json()["bytes"] <= len(body)
        assert len(written) <= response.json()["files"]
    elif response.status_code == 400:
        assert written == {}
    else:
        assert response.status_code == 409, response.text  # a is a file and a/b another
    assert all(path.resolve().is_relative_to(folder) for path in folder.rglob("*"))
    assert not list(folder.rglob("*.part"))
    assert {path.name for path in workspace.home.iterdir()} <= {
        *("uploads", "artifacts", "studio.db", "studio.db-wal", "studio.db-shm"),
        *("metrics.db", "metrics.db-wal", "metrics.db-shm"),
    } | {path.name for path in workspace.home.glob("*.lock")}
    workspace.discard_upload(upload)


def test_one_file_is_removed(client: TestClient, workspace: Workspace, upload: str) -> None:
    address = f"/uploads/{upload}/files"
    client.post(f"/uploads/{upload}/batch", content=batch([("a/1", b"1"), ("a/2", b"2")]))
    assert client.delete(address, params={"name": "a/1"}).json() == {}
    assert stored(workspace.upload_folder(upload)) == {"a/2": b"2"}
    for name, status in (("a/1", 404), ("a", 404), ("a/2/x", 404), ("../x", 400), ("/", 400)):
        response = client.delete(address, params={"name": name})
        assert response.status_code == status, response.text
        assert response.json()["error"]["fix"]
    assert client.delete(address).status_code == 400
    assert client.delete(f"/uploads/{'0' * 32}/files", params={"name": "a/2"}).status_code == 404
    assert stored(workspace.upload_folder(upload)) == {"a/2": b"2"}
