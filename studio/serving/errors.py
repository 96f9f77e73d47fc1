"""Every failure as `{"error": "one sentence or three"}`, the form TensorFlow Serving's clients know."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from studio.core.errors import StudioError, Unauthorized

UNEXPECTED = (
    "The endpoint failed unexpectedly. Its log, logs/serve.log of the workspace, says more."
)


class Broken(StudioError):
    """A deployed model cannot be loaded or answers nonsense (HTTP 500)."""

    status = 500


def respond(error: StudioError) -> Response:
    """Return an error as JSON with its status."""
    headers = {"www-authenticate": "Bearer"} if isinstance(error, Unauthorized) else {}
    return JSONResponse({"error": str(error)}, error.status, headers)


def install(app: FastAPI) -> None:
    """Let an application answer failures in this shape."""
    app.add_exception_handler(StudioError, _studio)
    app.add_exception_handler(HTTPException, _http)


async def _studio(request: Request, error: Exception) -> Response:
    assert isinstance(error, StudioError)
    return respond(error)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    place = f"{request.method} {request.url.path[:80]}"
    why = "There is nothing at this address." if error.status_code == 404 else f"{error.detail}."
    return JSONResponse({"error": f"{place}: {why}"}, error.status_code)
