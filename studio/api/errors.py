"""Every failure as `{"error": {"what", "why", "fix"}}`."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from studio.core.errors import InvalidInput, NotFound, StudioError

SHOWN = 60


class Unavailable(StudioError):
    """Another process that must answer does not, for now (HTTP 503)."""

    status = 503


def respond(error: StudioError) -> Response:
    """Return an error as JSON with its status."""
    headers = {"cache-control": "no-store"}
    return JSONResponse({"error": error.as_dict()}, error.status, headers)


def install(api: FastAPI) -> None:
    """Let an application answer failures in the studio's shape."""
    api.add_exception_handler(StudioError, _studio)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)


async def _studio(request: Request, error: Exception) -> Response:
    assert isinstance(error, StudioError)
    return respond(error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return respond(explain(error.errors()[0]))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, StudioError):
        return respond(error.__cause__)
    path = request.url.path[:SHOWN]
    if error.status_code == 404:
        return respond(
            NotFound(
                f"There is nothing at {path}.",
                "No route has that address.",
                "Check the spelling of the address.",
            )
        )
    refusal = InvalidInput(
        f"{request.method} {path} is not possible.",
        f"{error.detail}.",
        "Check the method and the body of the request.",
    )
    refusal.status = error.status_code
    return respond(refusal)


def explain(problem: dict[str, Any]) -> InvalidInput:
    """Return what is wrong with a query or a body, from pydantic's account of it."""
    kind = problem["type"]
    if kind == "json_invalid":
        return InvalidInput(
            "The body is not JSON.",
            f"{problem.get('ctx', {}).get('error', 'It cannot be read')}.",
            "Send a JSON object.",
        )
    place = ".".join(str(part) for part in problem["loc"][1:]) or "the body"
    if kind == "missing":
        return InvalidInput(f"{place} is missing.", "The route needs it.", f"Send {place}.")
    received = repr(problem.get("input"))
    received = received if len(received) <= SHOWN else received[: SHOWN - 3] + "..."
    return InvalidInput(
        f"{place} = {received} is not possible.",
        f"{problem['msg']}.",
        f"Choose another value for {place}.",
    )
