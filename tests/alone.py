"""An event loop of one's own, whatever other tests left running in this thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


def run_alone(work: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns: as `asyncio.run`, beside the loop that the browser of other tests keeps."""
    kept = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return asyncio.run(work)
    finally:
        asyncio._set_running_loop(kept)
