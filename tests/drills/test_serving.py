"""The endpoints under load: versions change, some of them broken; processes are killed; more is asked than can be."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio import processes
from studio.workspace import Workspace
from tests import trained
from tests.compute.conftest import until
from tests.conftest import ROOT
from tests.trained import model_files, register

pytestmark = pytest.mark.drill

SWAPS, BROKEN = 20, 5
SOAK_REQUESTS = int(os.environ.get("STUDIO_SOAK_REQUESTS", "50000"))
GROWTH_BYTES = 24e6
"""So much the process may grow by while it answers: buffers and numbers of the watch, whatever the requests."""
PATH = "/v1/models/fruit:predict"
BODY = json.dumps({"instances": [[[0, 255] * 4] * 8]})


@dataclass
class Served:
    """A workspace whose endpoint `fruit` answers with `drawings@champion`."""

    workspace: Workspace
    key: str

    @property
    def home(self) -> Path:
        return self.workspace.home

    @property
    def address(self) -> tuple[str, int]:
        return processes.ensure_serve(self.home)

    @property
    def pids(self) -> list[int]:
        found: list[int] = processes.serve_state(self.home)["processes"]["pids"]
        return found

    @property
    def fact(self) -> dict[str, Any]:
        found: dict[str, Any] = processes.serve_state(self.home)["endpoints"]["fruit"]
        return found

    def ask(self, connection: http.client.HTTPConnection) -> tuple[int, str]:
        """Return the status and the model that answered."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        connection.request("POST", PATH, BODY, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("studio-model", "")

    def load(self, seconds: float, connections: int) -> dict[str, Any]:
        """Ask as fast as is answered, from a process of its own."""
        host, port = self.address
        asked = {
            "host": host,
            "port": port,
            "path": PATH,
            "headers": {"authorization": f"Bearer {self.key}", "content-type": "application/json"},
            "body": BODY,
            "connections": connections,
            "seconds": seconds,
            "rate": 0,
        }
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "benchmarks" / "load.py")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@dataclass
class Callers:
    """Threads that ask again and again until told to end; every answer is counted."""

    served: Served
    statuses: Counter[int] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._over = threading.Event()
        address = self.served.address
        self._threads = [threading.Thread(target=self._ask, args=(address,)) for _ in range(2)]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def until_answered_by(self, title: str) -> None:
        """Wait until a version serves and has answered once more."""
        before = self.models[title]
        until(lambda: self.served.fact["serving"] == title)
        until(lambda: self.models[title] > before)

    def _ask(self, address: tuple[str, int]) -> None:
        connection = http.client.HTTPConnection(*address, timeout=90)
        while not self._over.is_set():
            try:
                status, model = self.served.ask(connection)
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(repr(error))
                connection.close()
                time.sleep(0.05)
                continue
            self.statuses[status] += 1
            self.models[model] += 1
            time.sleep(0.002)
        connection.close()


def make_served(home: Path) -> Served:
    """Serve two good versions; five broken ones wait behind them."""
    workspace = Workspace.open(home)
    register(workspace, "drawings", alias="champion")
    register(workspace, "drawings", seed=1)
    for number in range(BROKEN):
        broken(workspace, number)
    _, key = workspace.deploy("drawings@champion", "fruit")
    processes.ensure_serve(home)
    return Served(workspace, key)


def end_served(served: Served) -> None:
    """End all that serves it."""
    processes.stop_worker(served.home)
    processes.stop_serve(served.home)
    served.workspace.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served workspace for all drills."""
    found = make_served(tmp_path_factory.mktemp("served") / "home")
    yield found
    end_served(found)


def register_file(workspace: Workspace, content: bytes) -> None:
    """Register a version more of `drawings`, with other bytes as its model."""
    with pytest.MonkeyPatch.context() as patch:
        files = {**model_files((8, 8, 1), 3, 0), "model.tflite": content}
        patch.setattr(trained, "model_files", lambda *_: files)
        register(workspace, "drawings")


def broken(workspace: Workspace, number: int) -> None:
    """Register a version whose file is damaged, of another shape, of other classes, no model, or full of NaN."""
    good = model_files((8, 8, 1), 3, 0)
    content = [
        good["model.tflite"][: len(good["model.tflite"]) // 2],
        model_files((8, 8, 1), 2, 0)["model.tflite"],
        model_files((6, 6, 1), 3, 0)["model.tflite"],
        b"no model at all" * 100,
        without_numbers(good["model.tflite"]),
    ][number]
    register_file(workspace, content)


def without_numbers(content: bytes) -> bytes:
    """Return a model with NaN in place of its last weights."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    changed = content
    for detail in interpreter.get_tensor_details():
        try:
            values = interpreter.get_tensor(detail["index"])
        except ValueError:
            continue
        if values.dtype == np.float32 and values.size >= 8 and values.tobytes() in content:
            changed = changed.replace(values.tobytes(), np.full_like(values, np.nan).tobytes())
    assert changed != content
    return changed


def test_versions_change_under_load_and_broken_ones_never_take_over(served: Served) -> None:
    workspace = served.workspace
    swaps = [2, 1] * (SWAPS - BROKEN)
    with Callers(served) as callers:
        serving = "drawings:1"
        for number in range(SWAPS):
            if number % 4 == 3 and number // 4 < BROKEN:
                version = 3 + number // 4
                workspace.set_alias("drawings", "champion", version)
                until(lambda: served.fact["refused"])
                refused = served.fact["refused"][0]
                assert refused["title"] == f"drawings:{version}"
                assert refused["what"]
                assert refused["why"]
                assert served.fact["serving"] == serving
                continue
            version = swaps.pop(0)
            serving = f"drawings:{version}"
            workspace.set_alias("drawings", "champion", version)
            callers.until_answered_by(serving)
    assert callers.errors == []
    assert set(callers.statuses) == {200}
    assert set(callers.models) == {"drawings:1", "drawings:2"}
    workspace.set_alias("drawings", "champion", 1)
    until(lambda: served.fact["serving"] == "drawings:1")
    assert served.fact["refused"] == []


def test_a_version_that_takes_its_trial_down_is_refused(served: Served) -> None:
    workspace = served.workspace
    prober = processes.serve_state(served.home)["prober"]
    os.kill(prober, signal.SIGSTOP)
    register_file(workspace, model_files((8, 8, 1), 3, 0)["model.tflite"] + bytes(4))
    workspace.set_alias("drawings", "champion", 3 + BROKEN)
    until(lambda: served.fact["pending"])
    os.kill(prober, signal.SIGKILL)
    until(lambda: served.fact["refused"])
    assert "signal 9" in served.fact["refused"][0]["why"]
    assert served.fact["serving"] == "drawings:1"
    workspace.set_alias("drawings", "champion", 2)
    until(lambda: served.fact["serving"] == "drawings:2")


def test_a_killed_process_is_replaced(served: Served) -> None:
    until(lambda: len(served.pids) == 1)
    (pid,) = served.pids
    restarts = processes.serve_state(served.home)["restarts"]
    with Callers(served) as callers:
        until(lambda: callers.statuses[200])
        os.kill(pid, signal.SIGKILL)
        before = callers.statuses[200]
        until(lambda: callers.statuses[200] > before + 20)
    until(lambda: served.pids and served.pids != [pid])
    assert processes.serve_state(served.home)["restarts"] == restarts + 1
    assert set(callers.statuses) == {200}


def test_a_killed_supervisor_is_replaced_at_the_same_address(served: Served) -> None:
    until(lambda: len(served.pids) == 1)
    address, (pid,) = served.address, served.pids
    processes.ensure_worker(served.home)
    supervisor = processes.serve_lock(served.home).pid
    assert supervisor is not None
    with Callers(served) as callers:
        until(lambda: callers.statuses[200])
        os.kill(supervisor, signal.SIGKILL)
        until(lambda: processes.serve_lock(served.home).pid not in (None, supervisor))
        before = callers.statuses[200]
        until(lambda: callers.statuses[200] > before + 20)
    assert processes.serve_address(served.home) == address
    until(lambda: not Path(f"/proc/{pid}").exists())
    assert set(callers.statuses) == {200}
    processes.stop_worker(served.home)


def test_many_requests_leave_no_error_and_no_memory_behind(served: Served) -> None:
    def resident() -> int:
        pages = Path(f"/proc/{served.pids[0]}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    until(lambda: served.pids)
    served.load(1.0, 8)
    before, statuses = resident(), Counter[str]()
    while statuses.total() < SOAK_REQUESTS:
        statuses.update(served.load(4.0, 8)["statuses"])
    grown = resident() - before
    print(
        f"{statuses.total():,} requests: {dict(statuses)}, {before / 1e6:.1f} MB and {grown / 1e6:.1f} more"
    )
    assert set(statuses) == {"200"}
    assert grown < GROWTH_BYTES


def test_too_much_is_refused_and_soon_over(served: Served) -> None:
    served.workspace.set_endpoint("fruit", queue_limit=8)
    statuses = Counter[str]()

    def refuses() -> bool:
        """Ask from many connections; the process hears of the new limit while they do."""
        statuses.update(served.load(2.0, 256)["statuses"])
        return statuses["503"] > 0

    until(refuses)
    assert set(statuses) <= {"200", "429", "503"}
    assert statuses["200"] > 0
    connection = http.client.HTTPConnection(*served.address, timeout=90)
    until(lambda: served.ask(connection)[0] == 200)
    assert all(served.ask(connection)[0] == 200 for _ in range(50))
    connection.close()
