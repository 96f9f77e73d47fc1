"""The worker: gives waiting runs to a Compute, takes their events in, and sees to it that they end.

It keeps nothing that a kill could take: what it knows of a run is in the workspace and in the run's folder, and
whoever comes next takes up from there. It never imports TensorFlow.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from studio import processes
from studio.compute.base import Compute
from studio.compute.local import LocalCompute
from studio.compute.prepare import prepare
from studio.core.catalog import ImportParams
from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.core.events import EndEvent
from studio.core.run import MAX_ATTEMPTS, Failure, Run, RunKind
from studio.workspace import Workspace

TICK_SECONDS = 0.3
LEASE_SECONDS = 15.0
HOUSEKEEPING_SECONDS = 60.0
COLLECTION_SECONDS = 3600.0
LONGEST_PAUSE_SECONDS = 30.0
"""After failing again and again the worker tries this rarely."""

log = logging.getLogger("studio.worker")


@dataclass(frozen=True)
class Slot:
    """Runs of some kinds, so many at once: an import does not wait behind a training."""

    kinds: tuple[RunKind, ...]
    size: int


@dataclass
class Followed:
    """A run that this worker has."""

    run: Run
    cursor: int
    lease_until: float
    stop_passed_on: bool = False


class Worker:
    """Follows the runs of a workspace.

    Args:
        workspace: Whose runs.
        compute: Where they are executed.
        parallel_runs: Trainings at once. Default: `$STUDIO_PARALLEL_RUNS`, else 1.
        lease_seconds: A run belongs to this worker for so long, unless it says so again. Default 15.
    """

    def __init__(
        self,
        workspace: Workspace,
        compute: Compute,
        *,
        parallel_runs: int | None = None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._workspace = workspace
        self._compute = compute
        self._slots = (
            Slot(("training",), _parallel_runs() if parallel_runs is None else parallel_runs),
            Slot(("import", "restore"), 1),
            Slot(("quality", "export"), 1),
            Slot(("ranking", "prelabel"), 1),
        )
        self._lease_seconds = lease_seconds
        self._followed: dict[int, Followed] = {}

    @property
    def busy(self) -> bool:
        """Whether it has runs."""
        return bool(self._followed)

    def tick(self) -> None:
        """Take new runs while there is room, and look at every run once."""
        for slot in self._slots:
            while self._count(slot) < slot.size and self._claim(slot):
                pass
        for followed in list(self._followed.values()):
            try:
                self._follow(followed)
            except StudioError as error:
                self._fail(followed.run, error)

    def release(self) -> None:
        """Let the next worker have the runs at once. Their processes go on."""
        self._workspace.release_runs(self.name)
        self._followed.clear()

    def _count(self, slot: Slot) -> int:
        return sum(followed.run.kind in slot.kinds for followed in self._followed.values())

    def _claim(self, slot: Slot) -> bool:
        claimed_at = time.monotonic()
        run = self._workspace.claim_run(self.name, self._lease_seconds, slot.kinds)
        if run is None:
            return False
        log.info("Run %s is mine (attempt %d so far).", run.name, run.attempt)
        self._followed[run.id] = Followed(
            run, self._workspace.event_cursor(run), claimed_at + self._lease_seconds
        )
        return True

    def _follow(self, followed: Followed) -> None:
        run = followed.run
        if not self._renew(followed):
            self._drop(run, "another worker has it")
            return
        if not followed.stop_passed_on and self._workspace.run(run.name).stop_requested:
            self._compute.stop(run.name)
            followed.stop_passed_on = True
        state = self._compute.status(run.name)
        ended = self._take_in(followed)
        if run.id in self._followed and not ended and state in ("unknown", "lost"):
            self._launch(followed)

    def _renew(self, followed: Followed) -> bool:
        now = time.monotonic()
        if followed.lease_until - now > self._lease_seconds * 2 / 3:
            return True
        followed.lease_until = now + self._lease_seconds
        return self._workspace.renew_run(followed.run, self._lease_seconds)

    def _take_in(self, followed: Followed) -> bool:
        """Record what the run's process said since. Returns whether it said its last word."""
        run = followed.run
        while events := self._compute.events(run.name, followed.cursor):
            if not self._workspace.record_events(run, events):
                self._drop(run, "another worker has it")
                return False
            followed.cursor = events[-1].seq
            last = events[-1]
            if isinstance(last, EndEvent):
                self._drop(run, last.status)
                self._discard_uploads(run, last)
                return True
        return False

    def _launch(self, followed: Followed) -> None:
        run = followed.run
        if run.attempt >= MAX_ATTEMPTS:
            raise StudioError(
                f"The run's process died {run.attempt} times.",
                "It ended each time without saying why. Most often the system killed it because memory ran out.",
                "Choose a smaller batch size or model, or close other programs; the end of "
                f"{self._workspace.run_folder(run.name) / 'child.log'} may say more.",
            )
        if run.attempt == 0 and followed.stop_passed_on:
            end = EndEvent(seq=followed.cursor + 1, time=time.time(), status="stopped")
            self._workspace.record_events(run, [end])
            self._drop(run, "stopped before it began")
            return
        if not self._workspace.count_attempt(run):
            self._drop(run, "another worker has it")
            return
        followed.run = run.model_copy(update={"attempt": run.attempt + 1})
        log.info("Run %s is started (attempt %d).", run.name, followed.run.attempt)
        try:
            self._compute.submit(run.name, prepare(self._workspace, followed.run))
        except OSError as error:
            raise StudioError(
                "The run's process could not be started.",
                f"The system says: {error.strerror or error}.",
                "Make room on the disk and in memory, then submit the run again.",
            ) from error

    def _fail(self, run: Run, error: StudioError) -> None:
        self._compute.stop(run.name)
        self._workspace.fail_run(run, Failure(what=error.what, why=error.why, fix=error.fix))
        self._drop(run, f"failed: {error}")

    def _drop(self, run: Run, why: str) -> None:
        log.info("Run %s is done with: %s.", run.name, why)
        self._followed.pop(run.id, None)

    def _discard_uploads(self, run: Run, end: EndEvent) -> None:
        """Remove what was uploaded for a run that needs it no more; after a failure it may be tried again."""
        if end.status == "failed":
            return
        for node in run.pipeline.nodes:
            params = run.pipeline.params(node.id)
            source = params.source if isinstance(params, ImportParams) else params
            upload = getattr(source, "upload", None)
            if upload is not None:
                with contextlib.suppress(NotFound):
                    self._workspace.discard_upload(upload)


def main(home: Path) -> int:
    """Carry out the runs of a workspace until SIGTERM: `python -m studio worker`.

    Returns:
        The exit status, 0 also when another worker lives and this one is not needed.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    lock = processes.worker_lock(home)
    if not lock.acquire():
        log.info("A worker of %s lives already (process %s): nothing to do.", home, lock.pid)
        return 0
    try:
        return _serve(home, lock)
    finally:
        lock.release()


def _serve(home: Path, lock: processes.Lock) -> int:
    ends = Signals()
    workspace = Workspace.open(home)
    workspace.release_runs()  # the lock proves that nobody else has them
    worker = Worker(workspace, LocalCompute(home))
    log.info("Worker %s of %s.", worker.name, home)
    pause, next_housekeeping = TICK_SECONDS, 0.0
    next_collection = time.monotonic() + COLLECTION_SECONDS
    while not ends.received and lock.intact:
        now = time.monotonic()
        try:
            worker.tick()
            if now >= next_housekeeping:
                workspace.housekeep()
                processes.trim_logs(home)
                next_housekeeping = now + HOUSEKEEPING_SECONDS
            if now >= next_collection:
                workspace.collect_garbage()
                next_collection = now + COLLECTION_SECONDS
            pause = TICK_SECONDS
        except Exception:  # noqa: BLE001 - the door of the worker: a full disk must not end it
            traceback.print_exc(file=sys.stderr)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        ends.wait(pause)
    if lock.intact:
        worker.release()
    log.info("Worker %s ends.", worker.name)
    return 0


class Signals:
    """Whether SIGTERM or Ctrl+C came."""

    def __init__(self) -> None:
        self.received = False
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def wait(self, seconds: float) -> None:
        """Sleep, waking up soon after a signal."""
        deadline = time.monotonic() + seconds
        while not self.received and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, TICK_SECONDS))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.received = True


def _parallel_runs() -> int:
    value = os.environ.get("STUDIO_PARALLEL_RUNS", "1")
    if not value.isdecimal() or not 1 <= int(value) <= 64:
        raise InvalidInput(
            f"STUDIO_PARALLEL_RUNS is {value!r}.",
            "It says how many trainings run at once, 1 to 64.",
            "Set it to a whole number, or leave it out.",
        )
    return int(value)
