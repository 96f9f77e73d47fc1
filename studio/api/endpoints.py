"""Trying an endpoint: the page's question, asked of the real process over HTTP."""

from __future__ import annotations

import time
from typing import Annotated, Any

import httpx
import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from studio.api.drawings import Numbers, decode_base64
from studio.api.errors import Unavailable
from studio.api.opened import Opened
from studio.core.errors import InvalidInput, StudioError
from studio.core.model import Endpoint
from studio.processes import serve_address
from studio.workspace import Workspace

INTERNAL_KEY = "internal.key"
MODEL_HEADER = "studio-model"
SHOWN_CLASSES = 5
TIMEOUT_SECONDS = 15.0

router = APIRouter()
Cell = float | bool | Annotated[str, Field(max_length=10_000)] | None
"""A value of a row."""


class PredictBody(BaseModel):
    """A picture file as base64 text, a text, strokes, a row, or the number of a sample of the model's dataset."""

    model_config = ConfigDict(extra="forbid")

    image: str | None = None
    text: str | None = Field(None, max_length=100_000)
    strokes: list[tuple[Numbers, Numbers]] | None = Field(None, max_length=10_000)
    row: dict[str, Cell] | None = Field(None, max_length=2000)
    sample: int | None = Field(None, ge=0, le=2**62)

    def instance(self, workspace: Workspace, endpoint: Endpoint) -> object:
        """Return what an endpoint is asked.

        Raises:
            InvalidInput: There is none or more than one, or the picture is not base64. NotFound: No such sample.
        """
        given = self.model_dump(exclude_none=True)
        if len(given) != 1:
            raise InvalidInput(
                f'The body has {len(given)} of "image", "text", "strokes", "row" and "sample".',
                "An endpoint is asked about one sample.",
                'Send {"image": "<base64>"}, {"text": "..."}, {"strokes": [[[x, ...], [y, ...]]]}, {"row": {...}} '
                'or {"sample": 1}.',
            )
        if self.sample is not None:
            return workspace.example_instance(workspace.endpoint_model(endpoint), self.sample)
        if self.strokes is not None:
            return {"strokes": self.strokes}
        if self.row is not None:
            return {"row": self.row}
        if self.image is not None:
            decode_base64(self.image)
            return {"b64": self.image}
        return self.text


@router.post("/endpoints/{name}/predict")
async def predict(workspace: Opened, name: str, body: PredictBody) -> dict[str, Any]:
    """Return the five most likely classes of a sample, which version said so, and how long it took to answer."""
    endpoint = await run_in_threadpool(workspace.endpoint, name)
    instance = await run_in_threadpool(body.instance, workspace, endpoint)
    address, key = await run_in_threadpool(_way_in, workspace, endpoint)
    asked = {"instances": [instance]}
    headers = {"authorization": f"Bearer {key}"}
    try:
        async with httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(verify=False),
            timeout=TIMEOUT_SECONDS,
        ) as client:
            started = time.perf_counter()
            answer = await client.post(address, json=asked, headers=headers)
            milliseconds = (time.perf_counter() - started) * 1000
    except httpx.TransportError as error:
        raise _silent(endpoint) from error
    if answer.status_code != httpx.codes.OK:
        raise _refused(endpoint, answer)
    probabilities = np.array(answer.json()["predictions"][0])
    served = answer.headers[MODEL_HEADER]
    class_names = (await run_in_threadpool(workspace.resolve_model, served)).class_names
    best = np.argsort(-probabilities, kind="stable")[:SHOWN_CLASSES]
    return {
        "top": [
            {"class_name": class_names[place], "probability": float(probabilities[place])}
            for place in best
        ],
        "model": served,
        "milliseconds": milliseconds,
    }


def _way_in(workspace: Workspace, endpoint: Endpoint) -> tuple[str, str]:
    """Return the address at which an endpoint predicts, and the key that opens it from this machine.

    Raises:
        Unavailable: The endpoint process is not running.
    """
    found = serve_address(workspace.home)
    try:
        key = (workspace.home / INTERNAL_KEY).read_text()
    except FileNotFoundError:
        found, key = None, ""
    if found is None:
        raise Unavailable(
            f'Endpoint "{endpoint.name}" does not answer.',
            "The endpoint process is not running.",
            "Reload the Deploy page: it starts the process.",
        )
    host, port = found
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/v1/models/{endpoint.name}:predict", key


def _silent(endpoint: Endpoint) -> Unavailable:
    return Unavailable(
        f'Endpoint "{endpoint.name}" does not answer.',
        "The endpoint process runs, but it did not reply in time or broke the connection.",
        "Try again; if it stays so, reload the Deploy page.",
    )


def _refused(endpoint: Endpoint, answer: httpx.Response) -> StudioError:
    try:
        said = str(answer.json()["error"])[:500]
    except (ValueError, KeyError, TypeError):
        said = f"It answered with status {answer.status_code}."
    if answer.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.REQUEST_ENTITY_TOO_LARGE):
        return InvalidInput(
            f'Endpoint "{endpoint.name}" refused the sample.', said, "Send another one."
        )
    return Unavailable(
        f'Endpoint "{endpoint.name}" cannot answer now.',
        said,
        "Try again in a moment; the Deploy page says what the endpoint serves.",
    )
