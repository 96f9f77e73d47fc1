"""Work of some seconds or minutes that a page has done beside itself, with its progress and a cancel button.

It lives in threads of this process: it goes on when somebody leaves the page, and ends with the studio. Only work that
may be begun again after that belongs here.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import streamlit as st

from studio.core.errors import Cancelled, StudioError
from studio.ui.background import amount
from studio.ui.feedback import plain, show_error
from studio.ui.session import workspace
from studio.workspace import Workspace

AT_ONCE_SECONDS = 1.0
"""So long a page waits for the end, before it shows how far the work is."""
AT_A_TIME = 2


class Report(Protocol):
    """Told how far the work is; raises Cancelled to end it."""

    def __call__(self, done: int, total: int, unit: str, message: str) -> None: ...


@dataclass
class Job:
    """One piece of work.

    Args:
        title: What is being done, such as "Exporting pets as COCO".
        stop: Somebody asked to cancel it.
        where: How far it is: done, total, unit, message.
    """

    title: str
    stop: bool = False
    where: tuple[int, int, str, str] = (0, 0, "", "waiting for its turn")
    future: Future[dict[str, Any]] = field(default_factory=Future)

    def report(self, done: int, total: int, unit: str, message: str) -> None:
        """Note how far the work is; end it where somebody asked for that."""
        self.where = (done, total, unit, message)
        if self.stop:
            raise Cancelled(
                "It was cancelled.", "Somebody asked for it.", "Begin again if you like."
            )


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="jobs")


@cache
def _jobs(owner: Workspace) -> dict[str, Job]:
    return {}


def begin(key: str, title: str, work: Callable[[Report], dict[str, Any]]) -> None:
    """Begin a piece of work, unless the one of that key still goes on.

    Args:
        key: Under which it is found again, on whatever page.
        title: What is being done.
        work: Does it, telling how far it is, and returns what is shown in the end.
    """
    running = _jobs(workspace()).get(key)
    if running is not None and not running.future.done():
        return
    job = Job(title)

    def run() -> dict[str, Any]:
        try:
            return work(job.report)
        finally:
            workspace().close()  # this thread's connections

    job.future = _pool().submit(run)
    _jobs(workspace())[key] = job
    wait([job.future], AT_ONCE_SECONDS)


def show(key: str, completed: Callable[[dict[str, Any]], None]) -> None:
    """Show how far a piece of work is, or how it ended; nothing where there is none.

    Args:
        key: Of the work.
        completed: Shows what it returned.
    """
    job = _jobs(workspace()).get(key)
    if job is None:
        return
    if not job.future.done():
        _watch(key, job)
        return
    error = job.future.exception()
    if isinstance(error, Cancelled):
        st.info(f"{plain(job.title)} was cancelled.", icon=":material/cancel:")
    elif isinstance(error, StudioError):
        show_error(error)
    elif error is not None:
        _jobs(workspace()).pop(key)
        raise error
    else:
        completed(job.future.result())
    if st.button("Close", icon=":material/close:", key=f"close_{key}", type="tertiary"):
        _jobs(workspace()).pop(key, None)
        st.rerun()


def _watch(key: str, job: Job) -> None:
    @st.fragment(run_every=0.5)
    def refresh() -> None:
        if job.future.done():
            st.rerun()
        done, total, unit, message = job.where
        words = " · ".join(filter(None, [message, amount(done, total, unit)]))
        share = min(1.0, done / total) if total else 0.0
        with st.container(border=True):
            st.progress(share, text=f"**{plain(job.title)}**: {plain(words)}")
            if st.button("Cancel", key=f"cancel_{key}", disabled=job.stop):
                job.stop = True
                st.rerun(scope="fragment")

    refresh()
