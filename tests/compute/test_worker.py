from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio import processes
from studio.compute.base import RunSpec
from studio.compute.events import EventReader
from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.worker import Worker
from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.events import LogEvent
from studio.core.run import MAX_ATTEMPTS
from studio.core.sources import DrawingsSource, FolderSource
from studio.core.standard import import_pipeline
from studio.workspace import Workspace
from tests.compute.conftest import digits_import, ended, kill, of, training, until
from tests.conftest import ROOT

EPOCHS = 500
"""Enough to be killed in the middle, some seconds."""


class DyingCompute(LocalCompute):
    """Runs whose process dies before its first word."""

    def submit(self, run: str, spec: RunSpec) -> None:
        RunFolder.of(self._home, run).write_spec(spec)


class HoldingCompute(LocalCompute):
    """Runs whose process lives and says nothing: this process holds their locks."""

    def submit(self, run: str, spec: RunSpec) -> None:
        folder = RunFolder.of(self._home, run)
        folder.write_spec(spec)
        lock = folder.lock()
        assert lock.acquire()
        HELD.append(lock)


HELD: list[processes.Lock] = []


@pytest.fixture(autouse=True)
def let_go() -> object:
    yield
    while HELD:
        HELD.pop().release()


def finish(worker: Worker, workspace: Workspace, name: str) -> None:
    """Let a worker of this process work until a run has ended."""

    def done() -> bool:
        worker.tick()
        return workspace.run(name).is_terminal

    until(done)


def curve_steps(workspace: Workspace, name: str, metric: str) -> list[int]:
    return [step for step, _ in workspace.curves(name)[1][metric]]


def check_whole(workspace: Workspace, name: str, epochs: int) -> None:
    """Every epoch is on the curves once, and everything the process said was taken in once."""
    steps = curve_steps(workspace, name, "epoch_loss")
    assert steps == [5 * epoch for epoch in range(1, epochs + 1)]
    events = EventReader(workspace.run_folder(name) / "events.jsonl")
    said = []
    while found := events.read(said[-1].seq if said else 0):
        said += found
    assert [event.seq for event in said] == list(range(1, len(said) + 1))
    assert workspace.run_log(name)[1] == [event.text for event in of(said, LogEvent)]


def test_training_and_import_from_submission_to_the_end(digits: Workspace, home: Path) -> None:
    digits.submit(training(epochs=2), name="train")
    digits.submit(digits_import(), name="import")
    processes.ensure_worker(home)
    run = ended(digits, "import")
    assert run.status == "completed", run.failure
    assert run.result == {"dataset": "imported", "version": 1}
    assert digits.dataset("imported").author == "ann"
    run = ended(digits, "train")
    assert run.status == "completed", run.failure
    assert run.attempt == 1
    assert 0 <= float(str(run.result["accuracy"])) <= 1
    assert digits.run_artifacts("train").keys() == {
        "evaluation.json",
        "model.keras",
        "model.tflite",
    }
    assert digits.evaluation("train").test_count == 539
    assert digits.register_model("train", "digits").version == 1
    check_whole(digits, "train", 2)


def test_stopped_training_keeps_its_best_epoch(digits: Workspace, home: Path) -> None:
    digits.submit(training(epochs=10_000), name="train")
    processes.ensure_worker(home)
    until(lambda: digits.curves("train")[1])
    digits.stop_run("train")
    run = ended(digits, "train")
    assert run.status == "stopped"
    assert run.failure is None
    assert digits.evaluation("train").test_count == 539
    assert digits.register_model("train", "digits").version == 1


def test_killed_worker_loses_and_doubles_nothing(digits: Workspace, home: Path) -> None:
    digits.submit(training(epochs=EPOCHS), name="train")
    processes.ensure_worker(home)
    until(lambda: digits.curves("train")[1])
    folder = RunFolder.of(home, "train")
    child, worker = folder.lock().pid, processes.worker_lock(home).pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    until(lambda: not processes.worker_alive(home))
    assert folder.lock().pid == child, "the training goes on"
    processes.ensure_worker(home)
    run = ended(digits, "train")
    assert run.status == "completed", run.failure
    assert run.attempt == 1
    assert run.epoch == 2
    check_whole(digits, "train", EPOCHS)


def test_killed_training_resumes_from_its_checkpoint(digits: Workspace, home: Path) -> None:
    digits.submit(training(epochs=EPOCHS), name="train")
    processes.ensure_worker(home)
    folder = RunFolder.of(home, "train")
    until(lambda: list(folder.checkpoints.glob("*/step-*")))
    kill(folder)
    run = ended(digits, "train")
    assert run.status == "completed", run.failure
    assert run.attempt == 2
    assert any(line.startswith("Going on after step") for line in digits.run_log("train")[1])
    check_whole(digits, "train", EPOCHS)


def test_worker_that_ends_lets_the_next_one_go_on_at_once(workspace: Workspace) -> None:
    first = Worker(workspace, HoldingCompute(workspace.home))
    workspace.submit(digits_import(), name="one")
    first.tick()
    assert first.busy
    first.release()
    assert not first.busy
    second = Worker(workspace, HoldingCompute(workspace.home))
    second.tick()
    assert second.busy
    assert workspace.run("one").epoch == 2
    assert workspace.run("one").attempt == 1


def test_waiting_run_that_is_stopped_never_starts(workspace: Workspace) -> None:
    worker = Worker(workspace, HoldingCompute(workspace.home))
    workspace.submit(digits_import("a"), name="first")
    workspace.submit(digits_import("b"), name="second")
    worker.tick()
    workspace.stop_run("second")
    worker.tick()
    assert workspace.run("second").status == "stopped"
    assert not RunFolder.of(workspace.home, "second").spec.exists()


def test_run_stopped_between_claim_and_start_never_starts(workspace: Workspace) -> None:
    workspace.submit(digits_import(), name="one")
    run = workspace.claim_run("gone", 0.0)
    assert run is not None
    workspace.stop_run("one")
    worker = Worker(workspace, LocalCompute(workspace.home))
    finish(worker, workspace, "one")
    assert workspace.run("one").status == "stopped"
    assert workspace.run("one").attempt == 0
    assert workspace.datasets() == []


def test_import_is_cancelled_while_it_reads(workspace: Workspace) -> None:
    upload = workspace.create_upload()
    picture = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)
    Image.fromarray(noise).save(picture, "PNG")
    with zipfile.ZipFile(workspace.upload_file(upload, "pictures.zip"), "w") as archive:
        for number in range(600):
            archive.writestr(f"class{number % 2}/{number}.png", picture.getvalue())
    pipeline = import_pipeline(
        "noise", FolderSource(upload=upload), split=SplitConfig(), author="ann"
    )
    workspace.submit(pipeline, name="one")
    worker = Worker(workspace, LocalCompute(workspace.home))

    def reading() -> bool:
        worker.tick()
        progress = workspace.run("one").progress
        return progress is not None and progress.message == "reading pictures"

    until(reading)
    workspace.stop_run("one")
    finish(worker, workspace, "one")
    assert workspace.run("one").status == "stopped"
    assert workspace.datasets() == []
    assert not (workspace.uploads_folder / upload).exists()


def test_finished_import_removes_its_upload_and_a_failed_one_keeps_it(workspace: Workspace) -> None:
    worker = Worker(workspace, LocalCompute(workspace.home))
    uploads = {}
    for name, colour in (("good", 200), ("bad", None)):
        uploads[name] = workspace.create_upload()
        for class_name in ("a", "b"):
            path = workspace.upload_file(uploads[name], f"{class_name}/1.png")
            path.write_bytes(b"no picture") if colour is None else Image.new(
                "L", (28, 28), colour
            ).save(path)
        source = FolderSource(upload=uploads[name])
        workspace.submit(
            import_pipeline(name, source, split=SplitConfig(), author="ann"), name=name
        )
        finish(worker, workspace, name)
    assert workspace.run("good").status == "completed"
    assert not (workspace.uploads_folder / uploads["good"]).exists()
    failed = workspace.run("bad")
    assert failed.status == "failed"
    assert failed.failure is not None
    assert failed.failure.fix
    assert (workspace.uploads_folder / uploads["bad"]).exists()


def test_run_that_cannot_be_prepared_fails_with_the_reason(workspace: Workspace) -> None:
    source = DrawingsSource(collection="pad")
    workspace.submit(import_pipeline("pets", source, split=SplitConfig(), author="a"), name="one")
    finish(Worker(workspace, LocalCompute(workspace.home)), workspace, "one")
    failure = workspace.run("one").failure
    assert failure is not None
    assert "pad" in failure.what


def test_run_whose_process_keeps_dying_fails_with_advice(workspace: Workspace) -> None:
    workspace.submit(digits_import(), name="one")
    finish(Worker(workspace, DyingCompute(workspace.home)), workspace, "one")
    run = workspace.run("one")
    assert run.status == "failed"
    assert run.attempt == MAX_ATTEMPTS
    assert run.failure is not None
    assert "memory" in run.failure.why
    assert "child.log" in run.failure.fix


def test_unreadable_events_fail_the_run_only(workspace: Workspace) -> None:
    for name in ("one", "two"):
        workspace.submit(digits_import(), name=name)
    folder = RunFolder.of(workspace.home, "one")
    folder.path.mkdir(parents=True)
    folder.events.write_bytes(b"nonsense\n")
    worker = Worker(workspace, LocalCompute(workspace.home))
    finish(worker, workspace, "two")
    failure = workspace.run("one").failure
    assert failure is not None
    assert "damaged" in failure.why
    assert workspace.run("two").status == "completed"


def test_imports_do_not_wait_behind_trainings(digits: Workspace) -> None:
    for number in range(3):
        digits.submit(training(), name=f"train-{number}")
        digits.submit(digits_import(), name=f"import-{number}")
    Worker(digits, HoldingCompute(digits.home), parallel_runs=2).tick()
    running = sorted(run.name for run in digits.runs() if run.status == "running")
    assert running == ["import-0", "train-0", "train-1"]


def test_number_of_parallel_trainings_comes_from_the_environment(
    digits: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_PARALLEL_RUNS", "3")
    for number in range(4):
        digits.submit(training(), name=f"train-{number}")
    Worker(digits, HoldingCompute(digits.home)).tick()
    assert sum(run.status == "running" for run in digits.runs()) == 3
    monkeypatch.setenv("STUDIO_PARALLEL_RUNS", "many")
    with pytest.raises(InvalidInput, match="many"):
        Worker(digits, HoldingCompute(digits.home))


def test_worker_that_slept_leaves_a_run_that_another_took(workspace: Workspace) -> None:
    sleeper = Worker(workspace, LocalCompute(workspace.home), lease_seconds=0.0)
    workspace.submit(digits_import(), name="one")
    sleeper.tick()
    assert sleeper.busy
    other = Worker(workspace, LocalCompute(workspace.home))
    until(lambda: (other.tick(), other.busy)[1] or workspace.run("one").is_terminal)
    before = workspace.run("one")
    sleeper.tick()
    assert not sleeper.busy
    assert workspace.run("one").worker == before.worker
    finish(other, workspace, "one")
    assert workspace.run("one").status == "completed"
    assert workspace.run("one").epoch == 2
    assert workspace.run("one").attempt == 1
    assert len(workspace.dataset_versions("imported")) == 1


def test_suspended_worker_notices_that_its_run_was_taken(workspace: Workspace, home: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from studio.compute.worker import Worker
from tests.compute.test_worker import HoldingCompute
from studio.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
worker = Worker(workspace, HoldingCompute(workspace.home), lease_seconds=0.6)
while True:
    worker.tick()
    print(worker.busy, flush=True)
    time.sleep(0.05)
"""
    workspace.submit(digits_import(), name="one")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        until(lambda: process.stdout and process.stdout.readline() == "True\n")
        process.send_signal(signal.SIGSTOP)
        taken = []
        until(lambda: taken.append(workspace.claim_run("other", 60.0)) or taken[-1])
        process.send_signal(signal.SIGCONT)
        until(lambda: process.stdout and process.stdout.readline() == "False\n")
        run = workspace.run("one")
        assert run.worker == "other"
        assert run.epoch == 2
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_leases_are_renewed_while_a_run_lasts(workspace: Workspace) -> None:
    worker = Worker(workspace, HoldingCompute(workspace.home), lease_seconds=0.5)
    workspace.submit(digits_import(), name="one")
    worker.tick()
    first = workspace.run("one").lease_until
    assert first is not None

    def renewed() -> bool:
        worker.tick()
        assert workspace.claim_run("other", 1.0) is None
        return (workspace.run("one").lease_until or 0) > first + 0.5

    until(renewed)
