"""Uploads: files of any size, streamed to the disk, and small ones by the thousand.

A batch is the body of one POST: for each file 4 bytes with the length of its name, the name in UTF-8, 8 bytes with
the length of its content, the content; the lengths are big-endian. It is read whole before anything is written.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import struct
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from studio.api.opened import Opened
from studio.core.errors import Conflict, InvalidInput, StudioError, TooLarge
from studio.workspace import Workspace

CHUNK_BYTES = 1024**2
"""So much is gathered in memory before it is written."""
BATCH_FILES = 1000
NAME_LENGTH, CONTENT_LENGTH = struct.Struct(">I"), struct.Struct(">Q")

Name = Annotated[str, Query(min_length=1, max_length=4096)]

router = APIRouter()


@router.post("/uploads")
def create(workspace: Opened) -> dict[str, str]:
    """Make an empty upload."""
    return {"upload": workspace.create_upload()}


@router.put("/uploads/{upload}/files")
async def put(workspace: Opened, request: Request, upload: str, name: Name) -> dict[str, int]:
    """Write the raw body to a file of the upload. The file appears whole or not at all."""
    announced = int(request.headers.get("content-length", "0"))
    path = await run_in_threadpool(_place, workspace, upload, name, announced)
    draft = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        written = await _stream(request, draft)
        await run_in_threadpool(os.replace, draft, path)
    except OSError as error:
        raise _explain(error, name) from error
    finally:
        await run_in_threadpool(draft.unlink, missing_ok=True)
    return {"bytes": written}


@router.post("/uploads/{upload}/batch")
async def put_batch(workspace: Opened, request: Request, upload: str) -> dict[str, int]:
    """Write the files of a batch, at most 1,000 in 8 MB. Each appears whole or not at all.

    A batch that breaks the format or names a file that cannot be is refused before any of it is written. Sent
    again, it writes the same files again.
    """
    body = await request.body()
    return await run_in_threadpool(_write_batch, workspace, upload, memoryview(body))


@router.delete("/uploads/{upload}/files")
def remove(workspace: Opened, upload: str, name: Name) -> dict[str, str]:
    """Remove one file of an upload."""
    workspace.remove_upload_file(upload, name)
    return {}


@router.delete("/uploads/{upload}")
def discard(workspace: Opened, upload: str) -> dict[str, str]:
    """Remove an upload and its files."""
    workspace.discard_upload(upload)
    return {}


def _write_batch(workspace: Workspace, upload: str, body: memoryview) -> dict[str, int]:
    files = [
        (name, workspace.upload_path(upload, name), content) for name, content in _records(body)
    ]
    written = 0
    made: set[Path] = set()
    for name, path, content in files:
        if path.parent not in made:
            made.add(_place(workspace, upload, name, len(body)).parent)
        draft = path.with_name(f".{uuid.uuid4().hex}.part")
        try:
            with draft.open("wb", buffering=0) as file:
                written += _write(file.fileno(), content)
            os.replace(draft, path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise _explain(error, name) from error
    return {"files": len(files), "bytes": written}


def _records(body: memoryview) -> Iterator[tuple[str, memoryview]]:
    """Yield name and content of each file in a batch.

    Raises:
        InvalidInput: The body breaks the format. TooLarge: More files than a batch may have.
    """
    at = 0

    def take(length: int, noun: str) -> memoryview:
        nonlocal at
        if length > len(body) - at:
            raise _malformed(
                f"File {number + 1} ends inside {noun}: {length:,} bytes are announced, {len(body) - at:,} follow."
            )
        at += length
        return body[at - length : at]

    for number in itertools.count():
        if at == len(body):
            return
        if number == BATCH_FILES:
            raise TooLarge(
                f"The batch has more than {BATCH_FILES:,} files.",
                "So many are written at once.",
                "Divide it into several batches.",
            )
        (length,) = NAME_LENGTH.unpack(take(NAME_LENGTH.size, "the length of its name"))
        try:
            name = str(take(length, "its name"), "utf-8")
        except UnicodeDecodeError as error:
            raise _malformed(f"The name of file {number + 1} is not UTF-8.") from error
        (length,) = CONTENT_LENGTH.unpack(take(CONTENT_LENGTH.size, "the length of its content"))
        yield name, take(length, "its content")


def _malformed(why: str) -> InvalidInput:
    return InvalidInput(
        "The batch cannot be read; nothing of it was written.",
        why,
        "Send for each file: 4 bytes length of the name, the name, 8 bytes length of the content, the content.",
    )


def _place(workspace: Workspace, upload: str, name: str, announced: int) -> Path:
    """Return where the file goes, if there is room for it."""
    free = shutil.disk_usage(workspace.upload_folder(upload)).free
    if announced > free:
        raise _disk_full(name, f"{announced:,} bytes were announced and {free:,} are free.")
    try:
        return workspace.upload_file(upload, name)
    except OSError as error:
        raise _explain(error, name) from error


async def _stream(request: Request, draft: Path) -> int:
    """Write the body to `draft` as it arrives. Returns its bytes."""
    written = 0
    waiting = bytearray()
    file = await run_in_threadpool(open, draft, "wb", buffering=0)
    try:
        async for part in request.stream():
            waiting += part
            if len(waiting) >= CHUNK_BYTES:
                written += await run_in_threadpool(_write, file.fileno(), bytes(waiting))
                waiting.clear()
        return written + await run_in_threadpool(_write, file.fileno(), bytes(waiting))
    finally:
        await run_in_threadpool(file.close)


def _write(handle: int, content: bytes | memoryview) -> int:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
    return len(content)


def _explain(error: OSError, name: str) -> StudioError:
    shown = name if len(name) <= 80 else name[:77] + "..."
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _disk_full(shown, f"The system says: {os.strerror(error.errno)}.")
    if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
        return Conflict(
            f'"{shown}" cannot be stored.',
            "Another file of the upload has the name of its folder, or the other way round.",
            "Rename one of the two.",
        )
    if error.errno == errno.ENAMETOOLONG:
        return InvalidInput(
            f'"{shown}" cannot be stored.', "The name is too long.", "Shorten the folder names."
        )
    if isinstance(error, FileNotFoundError):
        return Conflict(
            f'"{shown}" cannot be stored.',
            "The upload was removed meanwhile.",
            "Start the upload again.",
        )
    return StudioError(
        f'"{shown}" cannot be stored.',
        f"The system says: {os.strerror(error.errno) if error.errno else error}.",
        "Look at the disk of the machine on which the studio runs.",
    )


def _disk_full(name: str, why: str) -> TooLarge:
    return TooLarge(
        f'There is no room for "{name[:80]}" on the disk.', why, "Make room, then upload it again."
    )
