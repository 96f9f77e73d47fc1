"""The files that pages load: built components, and Plotly as its Python package ships it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

from studio.core.errors import NotFound, unknown

ASSETS = Path(__file__).resolve().parents[1] / "ui" / "components" / "assets"
IMMUTABLE = {"cache-control": "public, max-age=31536000, immutable"}
A_DAY = {"cache-control": "public, max-age=86400"}
JAVASCRIPT = "text/javascript"

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    """Say that the studio answers."""
    return {"status": "ok"}


@router.get("/assets/{file}")
def asset(file: str) -> FileResponse:
    """Send a built component. Its name has a hash of its content, so browsers keep it for good."""
    built = {path.name: path for path in ASSETS.glob("*.js")}
    if file not in built:
        raise unknown("component file", file[:80], built)
    return FileResponse(built[file], media_type=JAVASCRIPT, headers=IMMUTABLE)


@router.get("/plotly.min.js")
def plotly() -> FileResponse:
    """Send the Plotly of the installed Python package."""
    return FileResponse(_plotly_file(), media_type=JAVASCRIPT, headers=A_DAY)


@cache
def _plotly_file() -> Path:
    found = importlib.util.find_spec("plotly")
    for folder in found.submodule_search_locations or () if found else ():
        file = Path(folder) / "package_data" / "plotly.min.js"
        if file.is_file():
            return file
    raise NotFound(
        "Plotly is missing.",
        "The charts need the Python package plotly.",
        "Install what requirements.txt names.",
    )
