"""Makes sure that a worker lives while the pages are up, and the endpoints' process while it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st

from studio import processes
from studio.core.errors import StudioError
from studio.ui.session import workspace

SECONDS = 2.0


def look_after_processes() -> None:
    """Start what should run and does not."""
    home = workspace().home
    processes.ensure_worker(home)
    if workspace().endpoints():
        with suppress(StudioError):  # the Deploy page shows why it does not answer
            processes.ensure_serve(home)


async def _watch() -> None:
    while True:
        await asyncio.to_thread(look_after_processes)
        await asyncio.sleep(SECONDS)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Watch from the first page to the last. Runs and endpoints outlive the pages on purpose."""
    watch = asyncio.create_task(_watch())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
