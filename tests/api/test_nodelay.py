from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import uvicorn

from studio.api import create_api
from studio.api.nodelay import OPEN_FILES, send_at_once
from studio.workspace import Workspace
from tests.compute.conftest import until

ROOT = Path(__file__).resolve().parents[2]


def test_answers_leave_at_once_on_kept_alive_connections(workspace: Workspace) -> None:
    """The socket is opened as Streamlit opens its own: without saying that it is TCP."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_api(workspace), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/health"
        until(lambda: server.started)
        try:
            with httpx.Client(timeout=60) as client:

                def seconds() -> float:
                    started = time.perf_counter()
                    assert client.get(address).json() == {"status": "ok"}
                    return time.perf_counter() - started

                for _ in range(20):  # acknowledgements are not delayed on a new connection
                    seconds()
                until(lambda: seconds() < 0.035)  # a delayed one costs each of them 40 ms
        finally:
            server.should_exit = True
            thread.join()


def test_looking_for_the_sockets_keeps_the_locks_of_the_databases(workspace: Workspace) -> None:
    """SQLite's locks belong to the process and the file, and end with any number of the file that is closed."""
    workspace.datasets()
    leave = (
        "import sys; from studio.workspace import Workspace; "
        "w = Workspace.open(sys.argv[1]); w.datasets(); w.close()"
    )
    send_at_once(1)
    subprocess.run([sys.executable, "-c", leave, str(workspace.home)], cwd=ROOT, check=True)
    assert (workspace.home / "studio.db-wal").exists(), "the other process took itself for the last"
    assert workspace.datasets() == []


def test_looking_for_the_sockets_leaves_no_file_open() -> None:
    before = len(list(OPEN_FILES.iterdir()))
    with socket.socket() as listening, open(__file__) as file:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        send_at_once(port)
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert file.read(3) == "fro"
        assert listening.getsockname()[1] == port
    assert len(list(OPEN_FILES.iterdir())) == before
