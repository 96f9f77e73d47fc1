from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import processes
from studio.core.errors import Conflict, StudioError
from studio.processes import Lock
from tests.compute.conftest import until

ROOT = Path(__file__).resolve().parents[1]
HOLDER = """
import sys, time
from pathlib import Path
from studio.processes import Lock
lock = Lock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
time.sleep(3600)
"""


@pytest.fixture(autouse=True)
def ended_processes(home: Path) -> Iterator[None]:
    yield
    processes.stop_worker(home)
    processes.stop_serve(home)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds `tmp_path / "a.lock"`."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "a.lock")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_lock_is_held_by_one_and_free_again(tmp_path: Path) -> None:
    one, two = Lock(tmp_path / "a.lock"), Lock(tmp_path / "a.lock")
    assert not two.held
    assert one.acquire()
    assert two.held
    assert not two.acquire()
    assert two.pid == os.getpid()
    one.release()
    assert not two.held
    assert two.pid is None


def test_lock_is_free_when_its_holder_is_killed(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    lock = Lock(tmp_path / "a.lock")
    assert lock.held
    assert lock.pid == holder.pid
    holder.kill()
    holder.wait()
    assert not lock.held
    assert lock.acquire()
    lock.release()


def test_looking_at_a_lock_never_keeps_anybody_from_taking_it(tmp_path: Path) -> None:
    path, over = tmp_path / "a.lock", threading.Event()

    def look() -> None:
        while not over.is_set():
            assert Lock(path).pid in (None, os.getpid())

    watchers = [threading.Thread(target=look) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    try:
        for _ in range(50):
            lock = Lock(path)
            assert lock.acquire()
            lock.release()
    finally:
        over.set()
        for watcher in watchers:
            watcher.join()


def test_lock_says_when_its_file_is_gone(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "a.lock")
    assert not lock.intact
    assert lock.acquire()
    assert lock.intact
    lock.path.unlink()
    assert not lock.intact
    lock.release()


def test_ensure_worker_makes_one_worker_however_many_ask(home: Path) -> None:
    assert not processes.worker_alive(home)
    askers = [threading.Thread(target=processes.ensure_worker, args=(home,)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert processes.worker_alive(home)
    first = processes.worker_lock(home).pid
    assert first is not None
    processes.ensure_worker(home)
    assert processes.worker_lock(home).pid == first
    started = time.process_time()
    for _ in range(200):
        processes.ensure_worker(home)
    assert (time.process_time() - started) / 200 < 0.001


def test_killed_worker_is_noticed_and_replaced(home: Path) -> None:
    processes.ensure_worker(home)
    first = processes.worker_lock(home).pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    until(lambda: not processes.worker_alive(home))
    processes.ensure_worker(home)
    assert processes.worker_lock(home).pid not in (None, first)


def test_second_worker_is_not_needed_and_says_so(home: Path) -> None:
    processes.ensure_worker(home)
    until(lambda: (home / "studio.db").exists())
    done = subprocess.run(
        [sys.executable, "-m", "studio", "worker", "--workspace", str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0
    assert "nothing to do" in done.stderr


def test_stop_worker_ends_it_and_is_harmless_without_one(home: Path) -> None:
    processes.stop_worker(home)
    processes.ensure_worker(home)
    processes.stop_worker(home)
    assert not processes.worker_alive(home)


def test_worker_ends_when_its_workspace_is_removed(home: Path) -> None:
    processes.ensure_worker(home)
    pid = processes.worker_lock(home).pid
    until(lambda: (home / "metrics.db").exists())
    (home / "worker.lock").unlink()
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_started_process_has_its_own_session_and_leaves_no_zombie(home: Path) -> None:
    pid = processes.start(home, "execute", "nothing", log=home / "nothing.log")
    assert os.getsid(pid) == pid
    until(lambda: not Path(f"/proc/{pid}").exists())
    assert "nothing" in (home / "nothing.log").read_text()


def test_handed_over_lock_is_held_from_the_first_moment(home: Path) -> None:
    lock = Lock(home / "a.lock")
    assert lock.acquire()
    pid = processes.start(home, "execute", "nothing", lock=lock)
    assert Lock(home / "a.lock").held
    assert Lock(home / "a.lock").pid in (pid, None)
    until(lambda: not Lock(home / "a.lock").held)


def test_trim_log_keeps_what_it_empties(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_LIMIT_BYTES", 10)
    log = home / "logs" / "worker.log"
    log.parent.mkdir(parents=True)
    with open(log, "a") as writer:
        writer.write("a long line of text\n")
        writer.flush()
        processes.trim_logs(home)
        writer.write("next\n")
    assert log.read_text() == "next\n"
    assert log.with_name("worker.log.1").read_text() == "a long line of text\n"


def test_no_serve_address_without_a_process(home: Path) -> None:
    home.mkdir()
    (home / "serve.json").write_text('{"pid": 1, "host": "127.0.0.1", "port": 8502}')
    assert processes.serve_address(home) is None


def test_ensure_serve_waits_until_it_answers_and_makes_one(home: Path) -> None:
    found: list[tuple[str, int]] = []
    askers = [
        threading.Thread(target=lambda: found.append(processes.ensure_serve(home)))
        for _ in range(3)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert processes.serve_address(home) == found[0]
    socket.create_connection(found[0], timeout=60).close()
    assert processes.ensure_serve(home, port=1) == found[0], "one that lives stays where it is"
    processes.stop_serve(home)
    assert processes.serve_address(home) is None


def test_revived_serve_answers_where_it_did_and_an_ended_one_stays_ended(home: Path) -> None:
    assert not processes.revive_serve(home), "nobody ever served"
    address = processes.ensure_serve(home)
    assert not processes.revive_serve(home), "it lives"
    pid = processes.serve_lock(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not processes.serve_lock(home).held)
    assert processes.serve_address(home) is None
    assert (home / "serve.json").exists(), "what it left behind misleads nobody"
    assert processes.revive_serve(home)
    assert processes.ensure_serve(home) == address
    processes.stop_serve(home)
    assert not processes.revive_serve(home), "it was asked to end"


def test_ensure_serve_says_why_it_cannot(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind((processes.HOST, 0))
        taken.listen()
        with pytest.raises(Conflict):
            processes.ensure_serve(home, port=taken.getsockname()[1])
    assert not processes.serve_lock(home).held
    (home / "studio.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StudioError, match="did not start") as caught:
        processes.ensure_serve(home)
    assert caught.value.why
    assert "serve.log" in caught.value.fix
