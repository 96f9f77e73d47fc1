"""Connections of those who send no request, or one without an end."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

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
def server() -> uvicorn.Server:
    """A server whose patience with those who send nothing is as long as a test can wait."""
    return uvicorn.Server(
        uvicorn.Config(
            application, http=Protocol, log_level="error", lifespan="off", timeout_keep_alive=1
        )
    )


@pytest.fixture
def place(server: uvicorn.Server) -> Iterator[tuple[str, int]]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(60)


def answer(connection: socket.socket) -> bytes:
    """Return all that comes until the connection is closed."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def connected(place: tuple[str, int]) -> socket.socket:
    """Return a new connection, on which a test waits for as long as only a fault takes."""
    return socket.create_connection(place, timeout=60)


def assert_answered(connection: socket.socket) -> None:
    """Read one whole answer."""
    found = b""
    while not found.endswith(b"ok"):
        part = connection.recv(65536)
        assert part, found
        found += part
    assert found.startswith(b"HTTP/1.1 200 OK")


def kept(server: uvicorn.Server) -> Protocol:
    """Return the server's end of the only connection."""
    until(lambda: len(server.server_state.connections) == 1)
    (connection,) = server.server_state.connections
    assert isinstance(connection, Protocol)
    return connection


def test_who_sends_no_whole_head_is_let_go(
    place: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(place) as connection:
        connection.sendall(GET + b"\r\n")
        assert_answered(connection)
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
        connection.sendall(GET)
        assert answer(connection) == b""
    for begun in (b"", GET):
        with connected(place) as connection:
            connection.sendall(begun)
            assert answer(connection) == b""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a client that sends on after its refusal have all the time it needs."""
    monkeypatch.setattr(protocol, "LINGER_SECONDS", 60.0)


@pytest.mark.usefixtures("patient")
def test_a_head_has_an_end(server: uvicorn.Server, place: tuple[str, int]) -> None:
    with connected(place) as connection:
        connection.sendall(GET)
        until(lambda: kept(server)._only_begun)  # the first piece of a head is not counted
        for _ in range(protocol.HEAD_BYTES // 1000 + 2):
            connection.sendall(b"x-more: " + b"a" * 990 + b"\r\n")
        assert answer(connection).startswith(b"HTTP/1.1 431")


@pytest.mark.usefixtures("patient")
def test_who_sends_on_after_a_refusal_can_read_it(place: tuple[str, int]) -> None:
    with connected(place) as connection:
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
    with connected(place) as connection:
        with suppress(ConnectionError):  # let go before all was sent
            connection.sendall(GET + b"x-more: " + b"a" * 20 * protocol.HEAD_BYTES)
        assert answer(connection).startswith(b"HTTP/1.1 431")
        until(lambda: is_let_go(connection))


def test_requests_one_after_the_other_and_at_once_are_answered(
    server: uvicorn.Server, place: tuple[str, int]
) -> None:
    server.config.timeout_keep_alive = 60
    with connected(place) as connection:
        for _ in range(3):
            connection.sendall(GET + b"\r\n")
            assert_answered(connection)
            assert kept(server)._late is None, "nobody waits for a head that is there"
        last = GET + b"connection: close\r\ncontent-length: 3\r\n\r\nabc"
        connection.sendall((GET + b"content-length: 3\r\n\r\nabc") * 2 + last)
        assert answer(connection).count(b"200 OK") == 3


@pytest.mark.parametrize(("method", "answers"), [(b"POST", 1), (b"PUT", 0)])
def test_who_sends_no_more_of_a_body_is_let_go(
    place: tuple[str, int], method: bytes, answers: int
) -> None:
    with connected(place) as connection:
        connection.sendall(method + b" / HTTP/1.1\r\nhost: here\r\ncontent-length: 100\r\n\r\n")
        time.sleep(0.2)
        connection.sendall(b"a")
        assert answer(connection).count(b"200 OK") == answers


def test_a_slow_body_is_waited_for(server: uvicorn.Server, place: tuple[str, int]) -> None:
    """Each piece that comes begins the wait for the next one anew."""
    server.config.timeout_keep_alive = 60
    with connected(place) as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nhost: here\r\ncontent-length: 8\r\n\r\n")
        waits = [timer_after(kept(server), None)]
        for _ in range(7):
            connection.sendall(b"a")
            waits.append(timer_after(kept(server), waits[-1]))
        assert all(wait.cancelled() for wait in waits[:-1])
        connection.sendall(b"a")
        assert_answered(connection)


def timer_after(connection: Protocol, former: asyncio.TimerHandle | None) -> asyncio.TimerHandle:
    """Return by what a connection ends if nothing more comes, once that is another than before."""
    until(lambda: connection.timeout_keep_alive_task not in (None, former))
    found = connection.timeout_keep_alive_task
    assert found is not None
    return found
