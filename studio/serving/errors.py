"""Every failure as `{"error": "one sentence or three"}`, the form TensorFlow Serving's clients know."""

from __future__ import annotations

import math

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from studio.core.errors import Busy, StudioError, TooMany, Unauthorized

RETRY_SECONDS = 1
"""Who is told that there is no room is asked to come back after this."""


class Unexpected(StudioError):
    """Something failed that should not; its log says what, and nobody else is told (HTTP 500)."""

    status = 500

    def __init__(self) -> None:
        super().__init__(
            "The endpoint failed unexpectedly.",
            "Its log, logs/serve.log of the workspace, says more.",
            "",
        )


class Broken(StudioError):
    """A deployed model cannot be loaded or answers nonsense (HTTP 500)."""

    status = 500


class Unready(StudioError):
    """An endpoint has no model that answers, and never had one that could take its place (HTTP 503)."""

    status = 503


def extra_headers(error: StudioError) -> dict[str, str]:
    """Return the headers that belong to a failure whatever the dialect: how to log in, when to come back."""
    if isinstance(error, Unauthorized):
        return {"www-authenticate": "Bearer"}
    if isinstance(error, TooMany):
        return {"retry-after": str(max(1, math.ceil(error.seconds)))}
    if isinstance(error, Busy | Unready):
        return {"retry-after": str(RETRY_SECONDS)}
    return {}


def respond(error: StudioError) -> Response:
    """Return an error as JSON with its status."""
    return JSONResponse({"error": str(error)}, error.status, extra_headers(error))


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
    return JSONResponse({"error": f"{place}: {why}"}, error.status_code, error.headers)
