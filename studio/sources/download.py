"""The public Quick, Draw! files, fetched as far as they are needed and kept.

A category's file has 50 to 150 MB and people take a thousand drawings of it, 0.8 MB. So only the beginning is
fetched, by an HTTP Range, at least 1,000 drawings; what is there is extended when more is asked for. Google does not
promise that the files are in random order: who wants a random choice puts whole files into a folder and names it.

The cache holds, for each category, either the whole file (`<category>.npy`) or its beginning
(`<category>.npy.part`) with a note beside it (`partial.Partial`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.core.quickdraw import BUCKET, bitmap_url
from studio.sources.base import Progress
from studio.sources.npy import HEAD, ROW, Bitmaps, map_rows, open_bitmaps, read_header
from studio.sources.partial import Partial
from studio.sources.transfer import (
    HEADERS,
    RETRY_STATUS,
    Interrupted,
    Tally,
    accept_range,
    locked,
    run_aside,
    strong_etag,
)

LEAST_ROWS = 1000
USUAL_OFFSET = 80
"""Bytes before the first drawing in the published files; others are noticed and made up for."""
TIMEOUT = httpx.Timeout(20.0, connect=10.0)
PAUSES = (0.5, 1.0, 2.0)
"""Seconds to wait before each new try that follows a try without progress."""

Report = Callable[[int, int], None]
"""Told the bytes a file has and the bytes it shall have."""


def bucket() -> str:
    """Return where the files are: `$STUDIO_QUICKDRAW_URL` (a mirror), else Google's public bucket.

    Raises:
        InvalidInput: The variable holds no http(s) address.
    """
    address = os.environ.get("STUDIO_QUICKDRAW_URL") or BUCKET
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise InvalidInput(
            f"STUDIO_QUICKDRAW_URL = {address!r} is not the address of a mirror.",
            "Drawings are downloaded over http or https only, from <address>/<category>.npy.",
            "Correct the variable, or unset it to use Google's bucket.",
        )
    return address.rstrip("/") + "/"


def fetch(
    categories: Sequence[str], per_class: int, *, cache: Path, progress: Progress
) -> list[Bitmaps]:
    """Return at least the first `per_class` drawings of each category, or all that it has.

    Args:
        categories: Names of Quick, Draw! categories.
        per_class: Drawings that are needed of each.
        cache: Folder of the cache; made when missing.
        progress: Told the bytes fetched; when it raises Cancelled, what has come stays and is resumed next time.

    Returns:
        The drawings of each category, in the order asked.

    Raises:
        StudioError: The host cannot be reached, or what it sends is not what it should be.
    """
    rows = max(per_class, LEAST_ROWS)
    tally = Tally(progress, dict.fromkeys(categories, USUAL_OFFSET + rows * ROW))
    try:
        cache.mkdir(parents=True, exist_ok=True)
        return run_aside(_fetch_all(categories, rows, cache, tally), tally)
    except OSError as error:
        raise StudioError(
            f'The drawings of "{tally.current}" cannot be kept in the cache.',
            f'The system says about "{cache}": {error.strerror}.',
            "Free space on that disk and try again; what has been downloaded is kept.",
        ) from error


async def _fetch_all(
    categories: Sequence[str], rows: int, cache: Path, tally: Tally
) -> list[Bitmaps]:
    files: list[Bitmaps] = []
    client: httpx.AsyncClient | None = None
    async with AsyncExitStack() as stack:
        for tally.current in categories:
            async with locked(cache / f"{tally.current}.lock"):
                known = _cached(cache, tally.current, rows)
                if known is None:
                    if client is None:
                        client = await stack.enter_async_context(_client())
                    known = await _fetch(client, cache, tally, rows)
            tally.report(known.pixels.nbytes, known.pixels.nbytes)
            files.append(known)
    return files


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=TIMEOUT,
        follow_redirects=False,
        headers=HEADERS,
    )


def _cached(cache: Path, category: str, rows: int) -> Bitmaps | None:
    """Return what the cache has of a category, None when that is not enough."""
    path = cache / f"{category}.npy"
    if path.exists():
        try:
            return open_bitmaps(path)
        except InvalidInput:
            path.unlink()  # only this module writes here: a broken file is fetched again
    part = Partial.load(path)
    if part.have < HEAD:
        return None
    try:
        header = read_header(part.head(), path.name)
    except InvalidInput:
        part.discard()
        return None
    ready = (part.have - header.offset) // ROW
    return map_rows(part.path, header, ready) if ready >= min(rows, header.rows) else None


async def _fetch(client: httpx.AsyncClient, cache: Path, tally: Tally, rows: int) -> Bitmaps:
    """Ask the host, again where that gets further, until the cache has enough of the current category."""
    category = tally.current
    address = bitmap_url(category, bucket())
    part = Partial.load(cache / f"{category}.npy")
    best = failures = 0
    while True:
        stopped: Exception | None = None
        try:
            await _extend(client, address, part, rows, tally.report)
        except (httpx.TransportError, Interrupted) as error:
            stopped = error
        finally:
            part.save()
        known = _cached(cache, category, rows)
        if known is not None:
            return known
        failures = 0 if part.have > best else failures + 1
        best = max(best, part.have)
        if failures > len(PAUSES):
            raise _unreachable(address, stopped) from stopped
        if stopped:
            await asyncio.sleep(PAUSES[max(failures - 1, 0)])


async def _extend(
    client: httpx.AsyncClient, address: str, part: Partial, rows: int, report: Report
) -> None:
    """Make one request for what the partial file lacks, and write what comes."""
    goal = USUAL_OFFSET + rows * ROW
    if part.have >= HEAD:
        header = read_header(part.head(), address)
        goal = min(header.offset + rows * ROW, header.size)
    if part.have and not part.etag:
        part.discard()  # the host gives no sign by which to know that it is still the same file
    headers = {"range": f"bytes={part.have}-{goal - 1}"}
    if part.have:
        headers["if-range"] = part.etag
    async with client.stream("GET", address, headers=headers) as answer:
        _accept(answer, address, part)
        goal = min(goal, part.size)
        unchecked = part.have < HEAD
        with part.append() as file:
            async for block in answer.aiter_raw():
                part.write(file, block[: goal - part.have])
                if unchecked and part.have >= HEAD:
                    unchecked = _check(part, address)
                report(part.have, goal)
                if part.have == goal:
                    break
    if part.have < goal:
        raise Interrupted("the answer ended early")
    if unchecked:
        _check(part, address)
    if part.have == part.size:
        part.finish()


def _check(part: Partial, address: str) -> bool:
    """Compare the beginning of a file with the size the host gave; return False, for "no more to check".

    Raises:
        InvalidInput: It is no such file, or its size is not what its header says; it is thrown away.
    """
    try:
        header = read_header(part.head(), address)
        if part.size != header.size:
            raise InvalidInput(
                f"{address} has {part.size:,} bytes.",
                f"Its header announces {header.rows:,} drawings, which make {header.size:,} bytes.",
                "The host serves a damaged file: try later, or use a folder of .npy files.",
            )
    except InvalidInput:
        part.discard()
        raise
    return False


def _accept(answer: httpx.Response, address: str, part: Partial) -> None:
    """Make the partial file ready for the body of `answer`: continue it, or begin anew."""
    status = answer.status_code
    if status in RETRY_STATUS:
        raise Interrupted(f"the host answered with status {status}")
    if status == 416 and part.have:
        part.discard()
        raise Interrupted("the file on the host became shorter")
    if status not in (200, 206):
        raise _refusal(answer, address)
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise _refusal(answer, address)
    if status == 200:
        length = answer.headers.get("content-length", "")
        if not length.isdigit():
            raise _refusal(answer, address)
        part.begin(int(length), strong_etag(answer))
        return
    if not accept_range(answer, part):
        raise _refusal(answer, address)


def _refusal(answer: httpx.Response, address: str) -> StudioError:
    folder = "Use a folder of .npy files instead."
    if answer.status_code == 404:
        return NotFound(f"There is nothing at {address}.", "The host answered 404.", folder)
    if answer.is_redirect:
        return StudioError(
            f"{address} leads to another address ({answer.headers.get('location', '')[:200]}).",
            "Redirects are not followed, so that a download cannot be led elsewhere.",
            "Set STUDIO_QUICKDRAW_URL to where the files really are. " + folder,
        )
    if answer.status_code in (200, 206):
        return StudioError(
            f"{address} answered in a way that cannot be checked.",
            "The answer is compressed, or does not say how long the file is.",
            "Use a mirror that serves plain files. " + folder,
        )
    return StudioError(
        f"{address} answered with status {answer.status_code}.",
        "The host refuses to hand out the file.",
        "Try later. " + folder,
    )


def _unreachable(address: str, error: Exception | None) -> StudioError:
    host = httpx.URL(address).host
    reason = (
        "its file is another one each time" if error is None else str(error) or type(error).__name__
    )
    return StudioError(
        f"Could not download {address}.",
        f'The host "{host}" was tried {len(PAUSES) + 1} times without progress: {reason}.',
        "Connect this machine to the internet and try again (what has come is kept), "
        "or use a folder of .npy files.",
    )
