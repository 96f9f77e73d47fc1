"""The real process: `python -m studio serve`."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from studio.core.errors import Conflict, Forbidden, InvalidInput
from studio.processes import serve_address, serve_lock, serve_state
from studio.serving import main
from studio.serving.listening import listen
from studio.workspace import Workspace
from tests.conftest import ROOT
from tests.trained import register

Serve = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def serve(home: Path) -> Iterator[Serve]:
    """Starts the process on a free port and waits for its address; ends it afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(*args: str, wait: bool = True) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "studio",
                "serve",
                "--workspace",
                str(home),
                "--port",
                "0",
                *args,
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        until(lambda: not wait or process.poll() is not None or serve_address(home))
        assert not wait or process.poll() is None, process.stdout.read()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def address(home: Path) -> str:
    found = serve_address(home)
    assert found is not None
    return f"http://{found[0]}:{found[1]}"


def test_the_process_answers_and_leaves_nothing_behind(
    workspace: Workspace, home: Path, serve: Serve
) -> None:
    register(workspace, "drawings", alias="champion")
    _, key = workspace.deploy("drawings", "fruit")
    process = serve()
    fact = json.loads((home / "serve.json").read_text())
    assert (fact["pid"], fact["host"]) == (process.pid, "127.0.0.1")
    internal = home / "internal.key"
    assert stat.S_IMODE(internal.stat().st_mode) == 0o600
    drafts = [path.name for name in ("serve.json.*", "internal.key.*") for path in home.glob(name)]
    assert drafts == []

    content = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    Image.fromarray(pixels).save(content, "PNG")
    body = {"instances": [{"b64": base64.b64encode(content.getvalue()).decode()}, pixels.tolist()]}
    url = f"{address(home)}/v1/models/fruit:predict"
    for sent in (
        {"authorization": f"Bearer {key}"},
        {"x-api-key": key},
        {"authorization": f"Bearer {internal.read_text()}"},
    ):
        answer = httpx.post(url, json=body, headers=sent, timeout=60)
        assert answer.status_code == 200, answer.text
        first, second = answer.json()["predictions"]
        assert np.allclose(first, second)
        assert np.isclose(sum(first), 1)
    assert httpx.post(url, json=body, timeout=60).status_code == 401
    evil = {"host": "evil.example"}
    assert httpx.get(address(home) + "/health", headers=evil, timeout=60).status_code == 403
    with httpx.Client(timeout=60) as kept_alive:

        def seconds() -> float:
            started = time.perf_counter()
            kept_alive.post(url, json={"instances": [pixels.tolist()]}, headers={"x-api-key": key})
            return time.perf_counter() - started

        # A delayed acknowledgement costs each of them 40 ms: is TCP_NODELAY off?
        until(lambda: seconds() < 0.035)
    maps = Path(f"/proc/{process.pid}/maps")
    if maps.exists():
        assert "tensorflow/python" not in maps.read_text()

    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not (home / "serve.json").exists()
    assert not serve_lock(home).held


def test_a_second_process_is_refused_and_ctrl_c_ends_the_first(home: Path, serve: Serve) -> None:
    first = serve()
    second = serve(wait=False)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 1
    assert address(home) in said
    assert httpx.get(address(home) + "/health", timeout=60).json() == {"status": "ok"}
    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 0
    assert serve_address(home) is None


def test_after_a_kill_the_next_one_starts(home: Path, serve: Serve) -> None:
    first = serve()
    first.kill()
    first.wait(60)
    assert serve_address(home) is None
    second = serve()
    assert json.loads((home / "serve.json").read_text())["pid"] == second.pid


def test_several_processes_answer_and_finish_what_they_began(
    workspace: Workspace, home: Path, serve: Serve
) -> None:
    register(workspace, "drawings", alias="champion")
    _, key = workspace.deploy("drawings", "fruit")
    process = serve("--processes", "2")
    until(lambda: len(pids(home)) == 2)
    first, second = pids(home)
    os.kill(first, signal.SIGKILL)
    url = f"{address(home)}/v1/models/fruit:predict"
    body = json.dumps({"instances": [[0] * 64]}).encode()
    until(lambda: first not in pids(home) and len(pids(home)) == 2)
    assert second in pids(home)
    assert serve_state(home)["restarts"] == 1
    for _ in range(6):
        answer = httpx.post(url, content=body, headers={"x-api-key": key}, timeout=60)
        assert answer.status_code == 200

    found = serve_address(home)
    assert found is not None
    head = f"POST /v1/models/fruit:predict HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {key}\r\n"
    head += f"expect: 100-continue\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection(found, timeout=60) as begun:
        begun.sendall(head.encode())
        assert begun.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n", "one of them has it"
        begun.sendall(body[:9])
        process.send_signal(signal.SIGTERM)
        until(lambda: not listens(found))
        begun.sendall(body[9:])
        assert begun.recv(65536).startswith(b"HTTP/1.1 200")
    assert process.wait(60) == 0
    assert serve_state(home)["endpoints"]["fruit"]["serving"] == "drawings:1"


def pids(home: Path) -> list[int]:
    found: list[int] = serve_state(home).get("processes", {}).get("pids", [])
    return found


def listens(found: tuple[str, int]) -> bool:
    try:
        socket.create_connection(found, timeout=60).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_the_next_free_port_is_taken_where_that_was_asked_for() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port, tries=20) as found:
            assert port < found.getsockname()[1] < port + 20
        with pytest.raises(Conflict, match=str(port)):
            listen("127.0.0.1", port)


def test_an_impossible_number_of_processes_is_told(home: Path) -> None:
    with pytest.raises(InvalidInput, match="0 processes"):
        main(home, processes=0)


def test_a_taken_port_is_told(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            main(home, "127.0.0.1", port)
    assert not serve_lock(home).held
    assert not (home / "serve.json").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "studio.example"])
def test_other_machines_are_kept_out_unless_names_are_allowed(home: Path, host: str) -> None:
    with pytest.raises(Forbidden, match="STUDIO_ALLOWED_HOSTS"):
        main(home, host, 0)
    assert not home.exists()


@pytest.mark.parametrize(
    ("host", "port"),
    [("127.0.0.1", -1), ("127.0.0.1", 70_000), ("192.0.2.1", 0), ("no such host", 0)],
)
def test_impossible_addresses_are_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, host: str, port: int
) -> None:
    monkeypatch.setenv("STUDIO_ALLOWED_HOSTS", "studio.example")
    with pytest.raises(InvalidInput):
        main(home, host, port)
    assert not serve_lock(home).held


def test_with_allowed_names_every_address_is_served(
    home: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_ALLOWED_HOSTS", "studio.example")
    serve("--host", "0.0.0.0")
    assert json.loads((home / "serve.json").read_text())["host"] == "127.0.0.1"
    for host, status in (("studio.example", 200), ("127.0.0.1", 200), ("evil.example", 403)):
        answer = httpx.get(address(home) + "/health", headers={"host": host}, timeout=60)
        assert answer.status_code == status
