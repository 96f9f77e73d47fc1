from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio import processes
from studio.compute.base import RunSpec
from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader, EventWriter
from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.worker import Worker
from studio.core.control import RunControl
from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.events import LogEvent
from studio.core.queue import QueueLimits
from studio.core.run import MAX_ATTEMPTS
from studio.core.sources import DrawingsSource, FolderSource
from studio.core.standard import import_pipeline
from studio.workspace import Workspace
from studio.workspace.hall import Hall
from tests.compute.conftest import EVALUATION_FILES, digits_import, ended, kill, of, training, until
from tests.conftest import ROOT
from tests.workspace.conftest import small_manifest

EPOCHS = 500
"""Enough to be killed in the middle, some seconds."""


class DyingCompute(LocalCompute):
    """Runs whose process dies before its first word."""

    def submit(self, run: str, spec: RunSpec) -> None:
        RunFolder.of(self._home, run).write_spec(spec)


class PuppetCompute(LocalCompute):
    """Runs whose process is played by the test: it lives until it has spoken or is told to die."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.attempts: list[int] = []
        self._locks: dict[str, processes.Lock] = {}

    def submit(self, run: str, spec: RunSpec) -> None:
        folder = RunFolder.of(self._home, run)
        self._locks[run] = folder.lock()
        assert self._locks[run].acquire()
        HELD.append(self._locks[run])
        folder.write_spec(spec)
        self.attempts.append(spec.attempt)

    def die(self, run: str) -> None:
        """End the run's process."""
        self._locks[run].release()

    @contextlib.contextmanager
    def speaking(self, run: str) -> Iterator[EventWriter]:
        """Say something as the run's process, that ends then."""
        folder = RunFolder.of(self._home, run)
        spec = RunSpec.model_validate_json(folder.spec.read_bytes())
        writer = EventWriter(folder.events, spec.after_seq)
        yield writer
        writer.close()
        self.die(run)

    def heard(self, run: str) -> RunControl:
        """Return what the run's process is asked."""
        return ControlFile(RunFolder.of(self._home, run))()


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
        *EVALUATION_FILES,
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


@pytest.mark.long
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


@pytest.mark.long
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
    compute = HoldingCompute(digits.home)
    Worker(digits, compute, parallel_runs=2, free_bytes=lambda: None).tick()
    running = sorted(run.name for run in digits.runs() if run.status == "running")
    assert running == ["import-0", "train-0", "train-1"]


def test_number_of_parallel_trainings_comes_from_the_environment(
    digits: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_PARALLEL_RUNS", "3")
    for number in range(4):
        digits.submit(training(), name=f"train-{number}")
    Worker(digits, HoldingCompute(digits.home), free_bytes=lambda: None).tick()
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
import sys
from studio.compute.worker import Worker
from tests.compute.test_worker import HoldingCompute
from studio.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
worker = Worker(workspace, HoldingCompute(workspace.home), lease_seconds=0.6)
for asked in sys.stdin:  # suspended between two looks, it holds no database
    worker.tick()
    print(worker.busy, flush=True)
"""
    workspace.submit(digits_import(), name="one")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    asking, answers = process.stdin, process.stdout

    def busy() -> bool:
        asking.write("busy?\n")
        return answers.readline() == "True\n"

    try:
        until(busy)
        process.send_signal(signal.SIGSTOP)
        taken = []
        until(lambda: taken.append(workspace.claim_run("other", 3600.0)) or taken[-1])
        process.send_signal(signal.SIGCONT)
        until(lambda: not busy())
        run = workspace.run("one")
        assert run.worker == "other"
        assert run.epoch == 2
    finally:
        process.kill()
        process.wait()
        answers.close()
        asking.close()


@pytest.fixture
def leases_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass on the clock of leases, which stands still otherwise."""
    passed = [Hall.steady_seconds()]
    monkeypatch.setattr(Hall, "steady_seconds", staticmethod(lambda: passed[0]))

    def let_pass(seconds: float) -> None:
        passed[0] += seconds

    return let_pass


def test_leases_are_renewed_while_a_run_lasts(
    workspace: Workspace, leases_pass: Callable[[float], None]
) -> None:
    worker = Worker(workspace, HoldingCompute(workspace.home), lease_seconds=0.5)
    workspace.submit(digits_import(), name="one")
    worker.tick()
    first = workspace.run("one").lease_until
    assert first is not None

    for _ in range(30):
        leases_pass(0.05)
        worker.tick()
        assert workspace.claim_run("other", 1.0) is None
    assert (workspace.run("one").lease_until or 0) > first + 0.5
    leases_pass(0.6)
    assert workspace.claim_run("other", 1.0) is not None


@pytest.fixture
def pets(workspace: Workspace) -> Workspace:
    """A workspace with a dataset `digits` that is made at once."""
    manifest = small_manifest(workspace, [0, 1] * 5)
    workspace.record_dataset("digits", manifest, author="ann", message="")
    return workspace


def test_a_paused_training_frees_its_place_and_goes_on_first(pets: Workspace) -> None:
    for name in ("one", "two", "three"):
        pets.submit(training(), name=name)
    compute = PuppetCompute(pets.home)
    worker = Worker(pets, compute, parallel_runs=1)
    worker.tick()
    pets.pause_run("one")
    worker.tick()
    assert compute.heard("one") == RunControl(pause=True)
    with compute.speaking("one") as child:
        child.log("saved")
        child.pause()
    worker.tick()
    assert [pets.run(name).status for name in ("one", "two", "three")] == [
        "paused",
        "queued",
        "queued",
    ]
    worker.tick()
    assert pets.run("two").status == "running"
    pets.resume_run("one")
    with compute.speaking("two") as child:
        child.end("completed")
    worker.tick()
    worker.tick()
    run = pets.run("one")
    assert (run.status, run.attempt, run.epoch) == ("running", 1, 2)
    assert compute.heard("one") == RunControl()
    assert compute.attempts == [1, 1, 1], "a pause is no death"
    assert pets.run("three").status == "queued"
    assert pets.run_log("one")[1] == ["saved"]


def test_a_training_whose_process_died_is_paused_without_a_new_one(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    compute = PuppetCompute(pets.home)
    worker = Worker(pets, compute)
    worker.tick()
    compute.die("one")
    pets.pause_run("one")
    worker.tick()
    assert pets.run("one").status == "paused"
    assert compute.attempts == [1]
    pets.resume_run("one")
    worker.tick()
    assert (pets.run("one").status, compute.attempts) == ("running", [1, 1])
    with compute.speaking("one") as child:
        child.log("I go on")
        child.end("completed")
    worker.tick()
    assert pets.run("one").status == "completed"
    assert pets.run_log("one")[1] == ["I go on"]


def test_wishes_reach_a_process_whatever_worker_follows_it(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    pets.set_learning_rate("one", 0.5)
    compute = PuppetCompute(pets.home)
    first = Worker(pets, compute)
    first.tick()
    assert compute.heard("one") == RunControl(learning_rate=0.5)
    first.release()
    pets.extend_run("one", 4)
    pets.set_histograms("one", True)
    Worker(pets, compute).tick()
    assert compute.heard("one") == RunControl(learning_rate=0.5, epochs=5, histograms=True)


def test_a_cancelled_training_leaves_nothing_behind(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    compute = PuppetCompute(pets.home)
    worker = Worker(pets, compute)
    worker.tick()
    pets.cancel_run("one")
    folder = RunFolder.of(pets.home, "one")
    (folder.checkpoints / "2" / "step-1").mkdir(parents=True)
    compute.die("one")
    # Its process is gone before it heard of it: nobody starts TensorFlow only to end it.
    worker.tick()
    assert pets.run("one").status == "cancelled"
    assert not folder.checkpoints.exists()
    assert compute.attempts == [1]
    assert not worker.busy


def test_a_run_that_comes_further_between_its_deaths_is_not_given_up(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    worker = Worker(pets, DyingCompute(pets.home))
    folder = RunFolder.of(pets.home, "one")
    for step in range(3 * MAX_ATTEMPTS):
        worker.tick()
        assert pets.run("one").status == "running"
        if step % 2:
            (folder.checkpoints / "2" / f"step-{step}").mkdir(parents=True)
        (folder.checkpoints / "2" / f".writing-{step}").mkdir(parents=True)
    for _ in range(MAX_ATTEMPTS + 1):
        worker.tick()
    failed = pets.run("one")
    assert (failed.status, failed.deaths) == ("failed", MAX_ATTEMPTS)
    assert failed.failure is not None
    assert f"died {MAX_ATTEMPTS} times without coming any further" in failed.failure.what


def test_runs_start_in_the_order_and_the_number_that_people_set(pets: Workspace) -> None:
    for name in "abcd":
        pets.submit(training(), name=name)
    pets.move_run("d", "first")
    worker = Worker(pets, HoldingCompute(pets.home), free_bytes=lambda: None)
    worker.tick()
    assert [run.name for run in pets.runs() if run.status == "running"] == ["d"]
    pets.set_queue_limits(QueueLimits(parallel_runs=3))
    worker.tick()
    assert [run.name for run in pets.queued_runs()] == ["c"]


def test_a_training_waits_for_memory_and_says_so(pets: Workspace) -> None:
    for name in "abc":
        pets.submit(training(), name=name)
    free = [100_000_000]
    pets.set_queue_limits(QueueLimits(parallel_runs=3))
    compute = PuppetCompute(pets.home)
    worker = Worker(pets, compute, free_bytes=lambda: free[0])
    worker.tick()
    assert pets.run("a").status == "running", "alone it starts"
    assert "0.1 GB are left" in pets.run("b").waits_for
    assert pets.run("c").waits_for == 'It waits behind "b", which waits for memory.'
    free[0] = 10**10
    worker.tick()
    assert [pets.run(name).status for name in "abc"] == ["running"] * 3
    assert pets.run("b").waits_for == ""
    pets.submit(training(), name="d")
    pets.set_queue_limits(QueueLimits(parallel_runs=9, memory_gb=0.5))
    worker.tick()
    assert "raise the limit" in pets.run("d").waits_for


def test_a_worker_that_was_suspended_tells_the_process_of_another_nothing(
    pets: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute = PuppetCompute(pets.home)
    pets.submit(training(), name="one")
    late = Worker(pets, compute, lease_seconds=0.0)
    late.tick()
    current = Worker(pets, PuppetCompute(pets.home))
    current.tick()
    assert pets.run("one").epoch == 2
    folder = RunFolder.of(pets.home, "one")
    before = folder.control.stat().st_mtime_ns, folder.spec.read_bytes()
    dump = pets.run("one")
    pets.pause_run("one")
    # It wakes up in the middle of its work, sure of its lease, and finds what it cannot read.
    monkeypatch.setattr(late, "_renew", lambda followed: True)
    folder.events.write_bytes(b"nonsense\n")
    monkeypatch.setattr(compute, "control", lambda run, control: None)
    late.tick()
    assert not late.busy
    assert not folder.stop.exists()
    assert (folder.control.stat().st_mtime_ns, folder.spec.read_bytes()) == before
    assert pets.run("one") == dump.model_copy(update={"control": RunControl(pause=True)})


def test_the_clock_may_jump_while_runs_go_on(
    pets: Workspace, monkeypatch: pytest.MonkeyPatch, leases_pass: Callable[[float], None]
) -> None:
    jumped = [0.0]
    true_now = time.time
    monkeypatch.setattr(Hall, "_now", staticmethod(lambda: true_now() + jumped[0]))
    for name in "ab":
        pets.submit(training(), name=name)
    compute = PuppetCompute(pets.home)
    worker = Worker(pets, compute, parallel_runs=1, lease_seconds=0.3)
    worker.tick()
    for hours in (5, -7, 30, -30, 0):
        jumped[0] = hours * 3600.0
        for _ in range(3):
            worker.tick()
            assert pets.claim_run("other", 1.0, skip=None) is None, "never two workers at once"
            leases_pass(0.05)
        assert (pets.run("a").epoch, pets.run("b").status) == (1, "queued")
    with compute.speaking("a") as child:
        child.end("completed")
    worker.tick()
    worker.tick()
    assert (pets.run("a").status, pets.run("b").status) == ("completed", "running")
    assert (pets.run("a").seconds or 0) >= 0
