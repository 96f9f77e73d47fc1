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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from studio import processes
from studio.compute.base import Compute
from studio.compute.lanes import Lane, lanes, waiting_for_memory
from studio.compute.local import LocalCompute
from studio.compute.prepare import prepare
from studio.core.catalog import ImportParams
from studio.core.control import RunControl
from studio.core.errors import NotFound, StudioError
from studio.core.events import EndEvent, PauseEvent
from studio.core.queue import QUEUED_KINDS, QueueLimits
from studio.core.run import MAX_ATTEMPTS, Failure, Run
from studio.core.scoring import ScoringParams
from studio.ml.available import available_bytes
from studio.workspace import Workspace

TICK_SECONDS = 0.2
LEASE_SECONDS = 15.0
HOUSEKEEPING_SECONDS = 60.0
COLLECTION_SECONDS = 3600.0
DUE_SECONDS = 3.0
"""Schedules are looked at this often."""
REVIVAL_SECONDS, LONGEST_REVIVAL_SECONDS = 2.0, 60.0
"""Endpoints whose process was killed are started again after this; twice as late each time it is killed again."""
LONGEST_PAUSE_SECONDS = 10.0
"""After failing again and again the worker tries this rarely."""

log = logging.getLogger("studio.worker")


@dataclass
class Followed:
    """A run that this worker has."""

    run: Run
    cursor: int
    lease_until: float
    told: RunControl | None = None


class Worker:
    """Follows the runs of a workspace.

    Args:
        workspace: Whose runs.
        compute: Where they are executed.
        parallel_runs: Trainings at once. Default: as the workspace's queue limits say.
        lease_seconds: A run belongs to this worker for so long, unless it says so again. Default 15.
        free_bytes: Returns the memory that is free. Default: what the system says.
    """

    def __init__(
        self,
        workspace: Workspace,
        compute: Compute,
        *,
        parallel_runs: int | None = None,
        lease_seconds: float = LEASE_SECONDS,
        free_bytes: Callable[[], int | None] = available_bytes,
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._workspace = workspace
        self._compute = compute
        self._parallel_runs = parallel_runs
        self._lease_seconds = lease_seconds
        self._free_bytes = free_bytes
        self._followed: dict[int, Followed] = {}
        self._estimates: dict[int, int] = {}
        self._limits()

    @property
    def busy(self) -> bool:
        """Whether it has runs."""
        return bool(self._followed)

    def tick(self) -> None:
        """Take new runs while there is room, and look at every run once."""
        limits = self._limits()
        for lane in lanes(limits):
            while self._claim(lane, limits):
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

    def _limits(self) -> QueueLimits:
        limits = self._workspace.queue_limits()
        if self._parallel_runs is None:
            return limits
        return limits.model_copy(update={"parallel_runs": self._parallel_runs})

    def _claim(self, lane: Lane, limits: QueueLimits) -> bool:
        """Take the next run of a lane; when the lane is full, or memory is, none but those whose worker is gone."""
        at_work = [f.run for f in self._followed.values() if f.run.kind in lane.kinds]
        full = len(at_work) >= lane.size
        skip: list[int] | None = None if full else []
        if lane.kinds == QUEUED_KINDS and not full:
            skip = self._waiting(at_work, limits)
        claimed_at = self._workspace.steady_seconds()
        run = self._workspace.claim_run(
            self.name, self._lease_seconds, lane.kinds, skip=skip, mine=list(self._followed)
        )
        if run is None:
            return False
        log.info("Run %s is mine (attempt %d so far).", run.name, run.attempt)
        self._followed[run.id] = Followed(
            run, self._workspace.event_cursor(run), claimed_at + self._lease_seconds
        )
        return True

    def _waiting(self, at_work: list[Run], limits: QueueLimits) -> list[int]:
        """Return the ids of the trainings that must not start now, and write down why."""
        queue = self._workspace.queued_runs()
        if not queue:
            return []
        reasons = waiting_for_memory(queue, at_work, limits, self._estimate, self._free_bytes)
        for run in queue:
            self._workspace.note_wait(run, reasons.get(run.id, ""))
        return list(reasons)

    def _estimate(self, run: Run) -> int:
        if run.id not in self._estimates:
            self._estimates[run.id] = self._workspace.estimated_memory(run)
        return self._estimates[run.id]

    def _follow(self, followed: Followed) -> None:
        run = followed.run
        if not self._renew(followed):
            self._drop(run, "another worker has it, or it has ended")
            return
        control = self._workspace.run_control(run)
        if control != followed.told:
            self._compute.control(run.name, control)
            followed.told = control
        state = self._compute.status(run.name)
        ended = self._take_in(followed)
        if run.id in self._followed and not ended and state in ("unknown", "lost"):
            self._launch(followed, control, began=state == "lost")

    def _renew(self, followed: Followed) -> bool:
        now = self._workspace.steady_seconds()
        if followed.lease_until - now > self._lease_seconds * 2 / 3:
            return True
        followed.lease_until = now + self._lease_seconds
        return self._workspace.renew_run(followed.run, self._lease_seconds)

    def _take_in(self, followed: Followed) -> bool:
        """Record what the run's process said since. Returns whether it said its last word, or its last for now."""
        run = followed.run
        while events := self._compute.events(run.name, followed.cursor):
            if not self._workspace.record_events(run, events):
                self._drop(run, "another worker has it, or it has ended")
                return False
            followed.cursor = events[-1].seq
            last = events[-1]
            if isinstance(last, EndEvent):
                self._drop(run, last.status)
                self._clean_up(run, last)
                return True
            if any(isinstance(event, PauseEvent) for event in events):
                self._drop(run, "it pauses")
                return True
        return False

    def _launch(self, followed: Followed, control: RunControl, *, began: bool) -> None:
        run = followed.run
        if control.cancel or (control.stop and not began):
            self._end(run, "cancelled" if control.cancel else "stopped")
            return
        if control.pauses:
            pause = PauseEvent(seq=self._workspace.last_event(run) + 1, time=time.time())
            self._workspace.record_events(run, [pause])
            self._drop(run, "it pauses without a process")
            return
        checkpoint = self._compute.checkpoint(run.name)
        deaths = run.deaths if checkpoint == run.checkpoint else 0
        if deaths >= MAX_ATTEMPTS:
            raise StudioError(
                f"The run's process died {deaths} times without coming any further.",
                "It ended each time without saying why. Most often the system killed it because memory ran out.",
                "Choose a smaller batch size or model, or close other programs; the end of "
                f"{self._workspace.run_folder(run.name) / 'child.log'} may say more.",
            )
        if not self._workspace.count_attempt(run, checkpoint):
            self._drop(run, "another worker has it, or it has ended")
            return
        followed.run = run.model_copy(
            update={"attempt": run.attempt + 1, "deaths": deaths + 1, "checkpoint": checkpoint}
        )
        log.info("Run %s is started (attempt %d).", run.name, followed.run.attempt)
        try:
            self._compute.submit(run.name, prepare(self._workspace, followed.run))
        except OSError as error:
            raise StudioError(
                "The run's process could not be started.",
                f"The system says: {error.strerror or error}.",
                "Make room on the disk and in memory, then submit the run again.",
            ) from error

    def _end(self, run: Run, status: Literal["stopped", "cancelled"]) -> None:
        """End a run that has no process, in its process's place."""
        end = EndEvent(seq=self._workspace.last_event(run) + 1, time=time.time(), status=status)
        if self._workspace.record_events(run, [end]):
            self._clean_up(run, end)
        self._drop(run, f"{status} without a process")

    def _fail(self, run: Run, error: StudioError) -> None:
        if self._workspace.fail_run(run, Failure(what=error.what, why=error.why, fix=error.fix)):
            self._compute.stop(run.name)
        self._drop(run, f"failed: {error}")

    def _drop(self, run: Run, why: str) -> None:
        log.info("Run %s is done with: %s.", run.name, why)
        self._followed.pop(run.id, None)

    def _clean_up(self, run: Run, end: EndEvent) -> None:
        """Remove what was uploaded for a run that needs it no more; after a failure it may be tried again."""
        if end.status == "failed":
            return
        if end.status == "cancelled":
            self._workspace.discard_work(run)
        for node in run.pipeline.nodes:
            params = run.pipeline.params(node.id)
            source = params.source if isinstance(params, ImportParams | ScoringParams) else params
            upload = getattr(source, "upload", None)
            if upload is not None and not getattr(params, "trial", False):
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
    wait, next_revival = REVIVAL_SECONDS, 0.0
    next_due = 0.0
    next_collection = time.monotonic() + COLLECTION_SECONDS
    while not ends.received and lock.intact:
        now = time.monotonic()
        try:
            worker.tick()
            if now >= next_housekeeping:
                workspace.housekeep()
                processes.trim_logs(home)
                next_housekeeping = now + HOUSEKEEPING_SECONDS
            if now >= next_revival:
                revived = processes.revive_serve(home)
                wait = min(2 * wait, LONGEST_REVIVAL_SECONDS) if revived else REVIVAL_SECONDS
                next_revival = now + wait
            if now >= next_due:
                workspace.submit_due()
                next_due = now + DUE_SECONDS
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
