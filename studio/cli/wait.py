"""Waiting for a run that another process carries out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from studio.cli.progress import Line
from studio.cli.reply import Failed, Interrupted, duration
from studio.core.run import Run

if TYPE_CHECKING:
    from studio.workspace import Workspace

POLL_SECONDS = 0.25
WORKER_CHECK_SECONDS = 5.0


def wait_for_run(workspace: Workspace, name: str, *, quiet: bool) -> Run:
    """Return a run once it has ended or is paused, and see to it that a worker lives meanwhile.

    Args:
        quiet: Show no progress on stderr.

    Raises:
        NotFound: No such run. Failed: It failed; the reasons are the run's own.
        Interrupted: Ctrl+C was pressed; the run goes on.
    """
    from studio.processes import ensure_worker

    line = Line(quiet=quiet)
    checked = time.monotonic()
    try:
        while not ((run := workspace.run(name)).is_terminal or run.status == "paused"):
            _show(line, run)
            if time.monotonic() - checked > WORKER_CHECK_SECONDS:
                ensure_worker(workspace.home)
                checked = time.monotonic()
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        raise Interrupted(
            f'Not waiting for run "{name}" any more.',
            "Ctrl+C was pressed. The run itself goes on.",
            f"Follow it with: python -m studio runs show {name} --wait. "
            f"End it with: python -m studio runs stop {name}",
        ) from None
    finally:
        line.clear()
    if run.failure is not None:
        raise Failed(f'Run "{name}" failed: {run.failure.what}', run.failure.why, run.failure.fix)
    return run


def _show(line: Line, run: Run) -> None:
    progress = run.progress
    if run.waits_for or progress is None:
        line.show(f"{run.name}: {run.waits_for or run.status}")
        return
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
    line.show(
        f"{run.name}: {progress.message or run.status}",
        f"{progress.done:,} of {progress.total:,} {progress.unit}{left}",
    )
