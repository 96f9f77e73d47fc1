"""Connections of those who send no request, or one without an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from studio.serving import protocol
from studio.serving.protocol import Protocol
from tests.compute.conftest import until

GET = b"GET / HTTP/1.1\r\nhost: here\r\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, whatever else is sent; to PUT once all of the body is there."""
    while scope["method"] == "PUT":
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})  # fmt: skip
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def place() -> Iterator[tuple[str, int]]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(
            application, http=Protocol, log_level="error", lifespan="off", timeout_keep_alive=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(10)


def answer(connection: socket.socket) -> bytes:
    """Return all that comes until the connection is closed."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the rest of a head for no longer than a test can."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)


@pytest.mark.usefixtures("hasty")
def test_who_sends_no_whole_head_is_let_go(place: tuple[str, int]) -> None:
    for begun in (b"", GET, GET + b"\r\n" + GET):
        with socket.create_connection(place, timeout=20) as connection:
            connection.sendall(begun)
            assert answer(connection).count(b"200 OK") == begun.count(b"\r\n\r\n")


def test_a_head_has_an_end(place: tuple[str, int]) -> None:
    with socket.create_connection(place, timeout=20) as connection:
        connection.sendall(GET)
        for _ in range(protocol.HEAD_BYTES // 1000 + 2):
            connection.sendall(b"x-more: " + b"a" * 990 + b"\r\n")
            time.sleep(0.0005)
        assert answer(connection).startswith(b"HTTP/1.1 431")


def test_who_sends_on_after_a_refusal_can_read_it(place: tuple[str, int]) -> None:
    with socket.create_connection(place, timeout=20) as connection:
        connection.sendall(GET + b"x-more: " + b"a" * 20 * protocol.HEAD_BYTES)
        assert answer(connection).startswith(b"HTTP/1.1 431")


def is_let_go(connection: socket.socket) -> bool:
    """Tell whether what is sent is no longer taken."""
    try:
        connection.sendall(b"a")
    except ConnectionError:
        return True
    return False


def test_who_is_refused_is_let_go(place: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 0.1)
    with socket.create_connection(place, timeout=20) as connection:
        connection.sendall(GET + b"x-more: " + b"a" * 20 * protocol.HEAD_BYTES)
        assert answer(connection).startswith(b"HTTP/1.1 431")
        until(lambda: is_let_go(connection))


def test_requests_one_after_the_other_and_at_once_are_answered(place: tuple[str, int]) -> None:
    with socket.create_connection(place, timeout=20) as connection:
        for _ in range(3):
            connection.sendall(GET + b"\r\n")
            time.sleep(0.15)
        connection.sendall((GET + b"content-length: 3\r\n\r\nabc") * 3)
        assert answer(connection).count(b"200 OK") == 6


@pytest.mark.parametrize(("method", "answers"), [(b"POST", 1), (b"PUT", 0)])
def test_who_sends_no_more_of_a_body_is_let_go(
    place: tuple[str, int], method: bytes, answers: int
) -> None:
    with socket.create_connection(place, timeout=20) as connection:
        connection.sendall(method + b" / HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\n")
        time.sleep(0.2)
        connection.sendall(b"a")
        assert answer(connection).count(b"200 OK") == answers


def test_a_slow_body_is_waited_for(place: tuple[str, int]) -> None:
    with socket.create_connection(place, timeout=20) as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nhost: here\r\ncontent-length: 8\r\n\r\n")
        for _ in range(8):
            time.sleep(0.2)
            connection.sendall(b"a")
        assert answer(connection).count(b"200 OK") == 1
