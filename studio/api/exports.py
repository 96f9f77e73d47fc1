"""Exported datasets, as files to download."""

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
