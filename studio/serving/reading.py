"""Reading what a request asks: on the event loop where that takes no longer than handing it over, else in a thread."""

from __future__ import annotations

import asyncio

from studio.core.model import ModelVersion
from studio.serving.exchange import Asked, Dialect, Query
from studio.serving.pixels import ReadLater, room

AT_ONCE_BYTES = 16_384
"""Larger bodies, of many pictures or drawings or of a large one, are read in a thread: others do not wait for that."""
AT_ONCE_PIXELS = 250_000
"""So are picture files of more pixels than this together, however few bytes they have."""
REQUEST_PIXELS = 500_000_000
"""More pixels than this the picture files of one request do not have."""


async def read_query(dialect: Dialect, asked: Asked, version: ModelVersion) -> Query:
    """Return a request as its dialect understands it. Raises as `Dialect.read`."""
    if len(asked.body) <= AT_ONCE_BYTES and "content-encoding" not in asked.headers:
        try:
            with room(AT_ONCE_PIXELS, later=True):
                return dialect.read(asked, version)
        except ReadLater:
            pass
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, _read, dialect, asked, version)


def _read(dialect: Dialect, asked: Asked, version: ModelVersion) -> Query:
    with room(REQUEST_PIXELS):
        return dialect.read(asked, version)
