"""Faults at the moments when people control a training: kills, a suspended worker, a full disk, a clock that jumps."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from studio import processes
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.layers import Dense
from studio.core.pipeline import Pipeline
from studio.core.run import Run
from studio.core.sources import DigitsSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.compute.conftest import digits_import, kill, until
from tests.drills.killing import ROOT

pytestmark = pytest.mark.drill

ROUNDS = int(os.environ.get("STUDIO_DRILL_ROUNDS", "1"))
"""How often the acts of the first drill are gone through; each starts TensorFlow some times."""
STEPS = 5
HOUR = 3600.0


@pytest.fixture(autouse=True)
def ended_processes(home: Path) -> Iterator[None]:
    yield
    processes.stop_worker(home)
    for path in (home / "runs").glob("*"):
        kill(RunFolder(path))


def training(epochs: int, units: int = 16) -> Pipeline:
    model = ModelConfig(layers=(Dense(units=units),))
    settings = TrainingConfig(epochs=epochs, keep="last", precision="float32")
    return training_pipeline("digits", model, settings)


def kill_worker(home: Path) -> None:
    pid = processes.worker_lock(home).pid
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
        until(lambda: not processes.worker_alive(home))


def epochs_seen(workspace: Workspace, name: str) -> list[int]:
    return [step // STEPS for step, _ in workspace.curves(name)[1].get("epoch_loss", [])]


@pytest.mark.long
def test_kills_around_pauses_resumes_and_extensions_lose_nothing(
    workspace: Workspace, home: Path
) -> None:
    moment = random.Random(5)
    workspace.add_dataset("digits", DigitsSource())
    workspace.submit(training(10_000 - 1000), name="train")
    folder = RunFolder.of(home, "train")

    def status() -> str:
        processes.ensure_worker(home)
        return workspace.run("train").status

    def goes_on() -> None:
        """Wait for two new epochs."""
        before = len(epochs_seen(workspace, "train"))
        until(lambda: status() == "running" and len(epochs_seen(workspace, "train")) > before + 1)

    def paused() -> None:
        workspace.pause_run("train")
        until(lambda: status() == "paused")
        assert not folder.lock().held or folder.lock().pid is not None

    extended = 0
    for _ in range(ROUNDS):
        goes_on()
        workspace.pause_run("train")
        time.sleep(moment.uniform(0, 0.3))
        kill(folder)  # while it saves, or before it heard of it
        paused()
        kill_worker(home)
        workspace.resume_run("train")
        processes.ensure_worker(home)
        time.sleep(moment.uniform(0, 0.5))
        kill_worker(home)  # while it starts the process
        goes_on()
        workspace.extend_run("train", 7)
        extended += 7
        kill_worker(home)
        workspace.pause_run("train")
        workspace.resume_run("train")  # a change of mind
        goes_on()
    run = workspace.run("train")
    assert run.control.epochs == 9000 + extended
    assert run.deaths <= 1
    processes.ensure_worker(home)
    workspace.stop_run("train")
    until(lambda: (processes.ensure_worker(home), workspace.run("train").is_terminal)[1])
    run = workspace.run("train")
    assert run.status == "stopped", run.failure
    assert workspace.evaluation("train").test_count == 539
    seen = epochs_seen(workspace, "train")
    assert seen == list(range(1, len(seen) + 1)), "every epoch once, none left out"
    assert not folder.checkpoints.exists()


SUSPENDED = """
import sys, time
from pathlib import Path
from studio.compute.local import LocalCompute
from studio.compute.worker import Worker
from studio.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
worker = Worker(workspace, LocalCompute(workspace.home), lease_seconds=float(sys.argv[2]))
while True:
    worker.tick()
    print(worker.busy, flush=True)
    time.sleep(0.02)
"""


def free(database: Path) -> bool:
    """Whether nobody is writing to a database."""
    with closing(dbapi2.connect(database, timeout=0.05, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except dbapi2.OperationalError:
            return False
        connection.execute("ROLLBACK")
    return True


def rows(workspace: Workspace) -> str:
    """Everything that is in the databases."""
    found = {}
    for database in (workspace._studio, workspace._metrics):
        tables = database.query("SELECT name FROM sqlite_master WHERE type = 'table'")
        for table in tables:
            name = table["name"]
            if name.startswith(("sqlite_", "_")):
                continue
            found[name] = database.query(f"SELECT * FROM {name}")
    return json.dumps(found, indent=1, default=repr)


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_worker_that_wakes_up_after_its_lease_writes_nothing(
    workspace: Workspace, home: Path
) -> None:
    workspace.submit(digits_import(), name="one")
    folder = RunFolder.of(home, "one")
    folder.path.mkdir(parents=True)
    lock = folder.lock()
    assert lock.acquire()  # this process plays the run's
    writer = EventWriter(folder.events)
    command = [sys.executable, "-c", SUSPENDED, str(home), "0.6"]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    output = worker.stdout
    try:
        until(lambda: output.readline() == "True\n")
        for number in range(4):
            writer.log(f"line {number}")
            time.sleep(0.01)
        while True:
            worker.send_signal(signal.SIGSTOP)
            if all(free(home / name) for name in ("studio.db", "metrics.db")):
                break  # not in the middle of writing: nobody else could write then
            worker.send_signal(signal.SIGCONT)
            time.sleep(0.007)
        time.sleep(0.7)
        taken: list[Run | None] = []
        until(lambda: taken.append(workspace.claim_run("other", 3600.0)) or taken[-1])
        writer.metrics([("loss", 1, 0.5)])
        writer.log("said while it slept")
        before = rows(workspace), files(folder.path)
        worker.send_signal(signal.SIGCONT)
        until(lambda: output.readline() == "False\n")
        for _ in range(10):
            assert output.readline() == "False\n"
        assert (rows(workspace), files(folder.path)) == before
        assert workspace.run("one").worker == "other"
    finally:
        worker.kill()
        worker.wait()
        output.close()
        writer.close()
        lock.release()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds 8 MB; skips where this user may not mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "studio-drill", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("NOT RUN on a full disk: a small file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_harms_no_training_and_is_said_in_plain_words(small_disk: Path) -> None:
    home = small_disk / "home"
    workspace = Workspace.open(home)
    workspace.add_dataset("digits", DigitsSource())
    workspace.submit(training(9000, units=512), name="train")
    folder = RunFolder.of(home, "train")
    try:
        processes.ensure_worker(home)
        until(lambda: epochs_seen(workspace, "train"))
        filler = small_disk / "filler"
        with open(filler, "wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            file.writelines(bytes(4096) for _ in range(4096))
        until(lambda: not folder.lock().held)
        filler.unlink()
        seen = epochs_seen(workspace, "train")

        def ended_or_going_on() -> bool:
            return workspace.run("train").is_terminal or epochs_seen(workspace, "train") > seen

        until(ended_or_going_on)
        if not workspace.run("train").is_terminal:
            workspace.stop_run("train")  # not even its last word found room: it was taken up again
            until(lambda: workspace.run("train").is_terminal)
        run = workspace.run("train")
        if run.failure is None:
            assert run.status == "stopped"
        else:
            assert "Make room on the disk" in run.failure.fix
        for database in (workspace._studio, workspace._metrics):
            assert database.query("PRAGMA quick_check") == [{"quick_check": "ok"}]
        seen = epochs_seen(workspace, "train")
        assert seen == list(range(1, len(seen) + 1))
        workspace.submit(digits_import(), name="after")
        until(lambda: workspace.run("after").is_terminal)
        assert workspace.run("after").status == "completed"
    finally:
        processes.stop_worker(home)
        kill(folder)
        workspace.close()


CLOCK = """
import os, time
def jumped(real=time.time, path={path!r}):
    with open(path) as file:
        return real() + float(file.read())
time.time = jumped
"""


@pytest.fixture
def set_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the wall clock, ahead by so many seconds, of all processes that are started from now on."""
    clock, code = tmp_path / "clock", tmp_path / "code"
    code.mkdir()
    (code / "sitecustomize.py").write_text(CLOCK.format(path=str(clock)))
    monkeypatch.setenv("PYTHONPATH", str(code))

    def jump(seconds: float) -> None:
        aside = tmp_path / "clock.new"
        aside.write_text(str(seconds))
        aside.replace(clock)

    jump(0)
    return jump


def test_a_clock_that_jumps_by_hours_takes_and_stops_no_run(
    workspace: Workspace, home: Path, set_clock: Callable[[float], None]
) -> None:
    workspace.submit(digits_import("first"), name="held")
    folder = RunFolder.of(home, "held")
    folder.path.mkdir(parents=True)
    lock = folder.lock()
    assert lock.acquire()  # this process plays the run's
    writer = EventWriter(folder.events)
    try:
        processes.ensure_worker(home)
        until(lambda: workspace.run("held").status == "running")
        for number, hours in enumerate((6, -6, 30, -30, 0)):
            set_clock(hours * HOUR)
            writer.log(f"after a jump by {hours} hours")
            until(lambda heard=number: len(workspace.run_log("held")[1]) > heard)
            assert workspace.claim_run("other", 15.0, skip=None) is None
            run = workspace.run("held")
            assert (run.epoch, run.attempt, run.status) == (1, 0, "running")
        writer.end("stopped")
        set_clock(-8 * HOUR)
        workspace.submit(digits_import("second"), name="next")
        until(lambda: workspace.run("next").is_terminal)
        for name in ("held", "next"):
            assert (workspace.run(name).seconds or 0) >= 0
        started = workspace.run("next").started
        assert started is not None
        assert started < time.time() - 7 * HOUR, "the worker's clock was set back indeed"
        assert workspace.run("next").status == "completed"
        assert workspace.run("held").control == RunControl()
        kill_worker(home)
        set_clock(9 * HOUR)
        workspace.submit(digits_import("third"), name="last")
        processes.ensure_worker(home)
        until(lambda: workspace.run("last").status == "completed")
    finally:
        writer.close()
        lock.release()
