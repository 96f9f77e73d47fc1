"""Uploads: files of any size, streamed to the disk."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from studio.api.opened import Opened
from studio.core.errors import Conflict, InvalidInput, StudioError, TooLarge
from studio.workspace import Workspace

CHUNK_BYTES = 1024**2
"""So much is gathered in memory before it is written."""

router = APIRouter()


@router.post("/uploads")
def create(workspace: Opened) -> dict[str, str]:
    """Make an empty upload."""
    return {"upload": workspace.create_upload()}


@router.put("/uploads/{upload}/files")
async def put(
    workspace: Opened,
    request: Request,
    upload: str,
    name: Annotated[str, Query(min_length=1, max_length=4096)],
) -> dict[str, int]:
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


@router.delete("/uploads/{upload}")
def discard(workspace: Opened, upload: str) -> dict[str, str]:
    """Remove an upload and its files."""
    workspace.discard_upload(upload)
    return {}


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


def _write(handle: int, content: bytes) -> int:
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
