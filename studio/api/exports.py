"""Exported datasets, and exported answers of sessions, as files to download."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse

from studio.api.opened import Opened

router = APIRouter()


@router.get("/exports/{run}")
def exported(workspace: Opened, run: str) -> FileResponse:
    """Send the file that an export made, piece by piece."""
    name, file = workspace.exported_file(run)
    return FileResponse(
        workspace.artifacts.path(file.digest),
        filename=name,
        media_type="application/octet-stream",
        headers={"cache-control": "no-store"},
    )


@router.get("/answers/{token}")
def exported_answers(workspace: Opened, token: str) -> FileResponse:
    """Send a file of answers that somebody had exported, piece by piece."""
    path = workspace.answers_download(token)
    return FileResponse(
        path,
        filename=path.name,
        media_type="application/octet-stream",
        headers={"cache-control": "no-store"},
    )
