"""One file from the web that a person named, downloaded into the cache.

Somebody else decides what comes, and nothing of it is trusted. Where the connection may go is checked by `addresses`,
for the address given and for each one it leads on to; size, time and encoding are limited here.

The cache has a folder for each address, named by its SHA-256, with the file under a safe form of its own name. The
host is asked each time whether the file is still the same (If-None-Match, If-Modified-Since), and its 304 saves the
download. Without asking, a file is used again for a day where the host gives no sign by which to tell, or cannot
be reached. A download that broke off goes on where the host gives a strong ETag, and begins anew elsewhere. What
was not asked for in a week is forgotten.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from studio.core.errors import Forbidden, InvalidInput, NotFound, StudioError, TooLarge
from studio.sources.addresses import CONNECT_SECONDS, PublicWeb, check_url, shown
from studio.sources.base import Progress
from studio.sources.naming import file_name, safe_name
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

LIMIT_BYTES = 20 * 1024**3
TOTAL_SECONDS = 6 * 3600.0
FRESH_SECONDS = 24 * 3600.0
FORGOTTEN_SECONDS = 7 * 24 * 3600.0
TIMEOUT = httpx.Timeout(20.0, connect=CONNECT_SECONDS)
PAUSES = (0.5, 1.0, 2.0)
"""Seconds to wait before each new try that follows a try without progress."""
INSTEAD = "Or download the file yourself and upload it."


def fetch(url: str, *, cache: Path, progress: Progress) -> Path:
    """Return the file at an address, downloaded unless the cache has it.

    Args:
        url: http or https; no name or password inside; port 80, 443 or from 1024 on.
        cache: Folder of the cache; made when missing.
        progress: Told the bytes fetched; when it raises Cancelled, what has come stays and is resumed next time.

    Returns:
        The path of the file; its name ends as the host's name for it does.

    Raises:
        InvalidInput, Forbidden: The address, or one it leads on to, may not be downloaded from.
        TooLarge: The file is larger than 20 GB, or than the disk has room for.
        StudioError: The host cannot be reached, refuses, or answers what cannot be trusted.
    """
    address = check_url(url)
    tally = Tally(progress, current=safe_name(address.path) or address.host)
    folder = cache / hashlib.sha256(str(address).encode()).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        _forget(cache)
        return run_aside(_Download(address, folder, tally).run(), tally)
    except OSError as error:
        raise StudioError(
            f'"{tally.current}" cannot be kept in the cache.',
            f'The system says about "{cache}": {error.strerror or error}.',
            "Free space on that disk and try again; what has been downloaded is kept.",
        ) from error


def _forget(cache: Path) -> None:
    for folder in cache.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process forgets it just now
            if time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


@dataclass
class _Kept:
    """What is known about the whole file in an address's folder; stored beside it as `.facts.json`."""

    name: str
    etag: str
    modified: str
    size: int
    mtime_ns: int
    checked: float = 0.0

    @classmethod
    def load(cls, folder: Path) -> _Kept | None:
        """Return the facts, None when there are none or the file is not the one they are about."""
        try:
            kept = cls(**json.loads((folder / ".facts.json").read_bytes()))
            there = (folder / kept.name).stat()
        except (OSError, ValueError, TypeError):
            return None
        return kept if (there.st_size, there.st_mtime_ns) == (kept.size, kept.mtime_ns) else None

    def save(self, folder: Path) -> None:
        """Write the facts; the host has just confirmed them."""
        self.checked = time.time()
        new = folder / ".facts.json.new"
        new.write_text(json.dumps(asdict(self)), encoding="utf-8")
        new.replace(folder / ".facts.json")

    @property
    def fresh(self) -> bool:
        """Whether the host has confirmed within a day that this is the file."""
        return 0 <= time.time() - self.checked < FRESH_SECONDS

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the file only if it is another one now."""
        pairs = (("if-none-match", self.etag), ("if-modified-since", self.modified))
        return {key: value for key, value in pairs if value}


class _Download:
    """One address on its way into its folder; the file's beginning lies there as `.download.part`."""

    def __init__(self, address: httpx.URL, folder: Path, tally: Tally) -> None:
        self.address, self.folder, self.tally = address, folder, tally
        self.kept: _Kept | None = None
        self.part = Partial(folder / ".download")

    async def run(self) -> Path:
        """Return the file, from the cache or from the host."""
        async with locked(self.folder / ".lock"):
            self.kept = _Kept.load(self.folder)
            self.part = Partial.load(self.part.target)
            if self.kept and self.kept.fresh and not self.kept.conditions:
                return self._reuse(self.kept)
            web = PublicWeb(TIMEOUT)
            try:
                async with asyncio.timeout(TOTAL_SECONDS):
                    return await self._insist(web)
            except TimeoutError as error:
                raise StudioError(
                    f"The download of {shown(self.address)} did not end.",
                    f"It may take {TOTAL_SECONDS / 3600:g} hours.",
                    f"Start it again; what has come is kept where the host allows it. {INSTEAD}",
                ) from error
            finally:
                await web.close()

    def _reuse(self, kept: _Kept) -> Path:
        self.tally.report(kept.size, kept.size)
        return self.folder / kept.name

    async def _insist(self, web: PublicWeb) -> Path:
        """Ask the host, again where that gets further."""
        best = failures = 0
        while True:
            try:
                return await self._ask(web)
            except (httpx.TransportError, Interrupted) as error:
                stopped = error
            failures = 0 if self.part.have > best else failures + 1
            best = max(best, self.part.have)
            if failures > len(PAUSES):
                if self.kept and self.kept.fresh:
                    return self._reuse(self.kept)
                raise _unreachable(self.address, stopped) from stopped
            await asyncio.sleep(PAUSES[max(failures - 1, 0)])

    async def _ask(self, web: PublicWeb) -> Path:
        """Make one request for what is lacking, and write what comes."""
        part, headers = self.part, HEADERS
        if not part.etag:
            part.discard()  # the host gives no sign by which to know that it is still the same file
        if part.have:
            headers = HEADERS | {"range": f"bytes={part.have}-", "if-range": part.etag}
        elif self.kept:
            headers = HEADERS | self.kept.conditions
        async with web.get(self.address, headers) as answer:
            if answer.status_code == 304 and self.kept and not part.have:
                self.kept.save(self.folder)
                return self._reuse(self.kept)
            self._accept(answer)
            try:
                await self._receive(answer)
            finally:
                part.save()
            return self._finish(answer)

    def _accept(self, answer: httpx.Response) -> None:
        """Make the partial file ready for the body of `answer`: continue it, or begin anew."""
        part, status, headers = self.part, answer.status_code, answer.headers
        if status in RETRY_STATUS:
            raise Interrupted(f"the host answered with status {status}")
        if status == 416 and part.have:
            part.discard()
            raise Interrupted("the file on the host became shorter")
        if status not in (200, 206):
            raise _refusal(status, shown(self.address))
        if headers.get("content-type", "").startswith("text/html") and (
            "content-disposition" not in headers
        ):
            raise InvalidInput(
                f"At {shown(self.address)} there is a web page.",
                "A file is needed; the page may show one, or want a login first.",
                f"Copy the address of the file itself, that of its download button. {INSTEAD}",
            )
        encoding = headers.get("content-encoding", "identity")
        packed = file_name(answer, self.address).lower().endswith(".gz")
        if encoding != "identity" and not (packed and encoding in ("gzip", "x-gzip")):
            raise self._unclear(f"The host sends it in an encoding ({encoding[:40]}).")
        if status == 206:
            if not part.have or not accept_range(answer, part):
                raise self._unclear("The host does not say which part of the file it sends.")
            return
        length = headers.get("content-length", "")
        if not length and "chunked" not in headers.get("transfer-encoding", ""):
            raise self._unclear("The host does not say where the file ends.")
        size = int(length[:20] or 0)
        free = shutil.disk_usage(self.folder).free
        if size > LIMIT_BYTES:
            raise self._too_large(f"{size:,} bytes", _limit_rule())
        if size > free:
            raise self._too_large(f"{size:,} bytes", f"The disk has room for {free:,} bytes.")
        part.begin(size, strong_etag(answer) if size else "")

    async def _receive(self, answer: httpx.Response) -> None:
        part = self.part
        with part.append() as file:
            async for block in answer.aiter_raw():
                if part.have + len(block) > LIMIT_BYTES:
                    part.discard()
                    raise self._too_large("no end in sight", _limit_rule())
                part.write(file, block)
                self.tally.report(part.have, part.size)
        if part.have > part.size > 0:
            part.discard()
        if part.have < part.size or not part.path.exists():
            raise Interrupted("the answer is not as long as the host said")

    def _finish(self, answer: httpx.Response) -> Path:
        """Give the whole file its name, in place of an older one, and note what is known about it."""
        part, path = self.part, self.folder / file_name(answer, self.address)
        part.size = part.have
        part.finish()
        for old in self.folder.iterdir():
            if not old.name.startswith(".") and old != path:
                old.unlink()
        part.target.replace(path)
        there = path.stat()
        signs = (answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
        _Kept(path.name, *signs, there.st_size, there.st_mtime_ns).save(self.folder)
        self.tally.report(part.have, part.have)
        return path

    def _too_large(self, size: str, why: str) -> TooLarge:
        return TooLarge(
            f"The file at {shown(self.address)} has {size}.",
            why,
            "Divide it, or import it from a folder of the machine the studio runs on.",
        )

    def _unclear(self, why: str) -> StudioError:
        return StudioError(
            f"{shown(self.address)} answered in a way that cannot be checked.",
            why,
            f"Find the file on another host. {INSTEAD}",
        )


def _limit_rule() -> str:
    return f"A download may have {LIMIT_BYTES:,} bytes."


def _refusal(status: int, address: str) -> StudioError:
    if status in (404, 410):
        return NotFound(
            f"There is nothing at {address}.",
            f"The host answered {status}.",
            "Check the address; it may have moved.",
        )
    if status in (401, 403):
        return Forbidden(
            f"{address} is not handed out to everybody.",
            f"The host answered {status}: it wants a login, or refuses.",
            f"Use an address that needs no login. {INSTEAD}",
        )
    return StudioError(
        f"{address} answered with status {status}.",
        "The host does not hand out the file.",
        f"Try later. {INSTEAD}",
    )


def _unreachable(address: httpx.URL, error: Exception) -> StudioError:
    return StudioError(
        f"Could not download {shown(address)}.",
        f"It was tried {len(PAUSES) + 1} times without progress: {str(error) or type(error).__name__}.",
        f"Check the address and the connection of this machine, then try again; what has come is kept. {INSTEAD}",
    )
