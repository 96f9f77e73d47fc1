"""Trying a model's web page in the browser that asks: the page, samples, and the answers back."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from studio.api.opened import Opened
from studio.core.errors import InvalidInput
from studio.core.model_export import ParityRow
from studio.workspace.browser_parity import drawings_of

CHUNK_LIMIT = 200
"""So many samples travel at a time, at most."""

router = APIRouter()


class AnswersBody(BaseModel):
    """What a browser answered.

    Args:
        browser: Its name and version.
        probabilities: Base64 of float32 (n, classes), little end first.
        milliseconds: Median time for one sample.
        tried: What the plan said of the page and its samples.
    """

    model_config = ConfigDict(extra="forbid")

    browser: str = Field(max_length=100)
    probabilities: str
    milliseconds: float | None = Field(None, ge=0, le=1e6, allow_inf_nan=False)
    tried: str = Field("", max_length=64)


@router.get("/replay/{model}/{version}")
def plan(workspace: Opened, model: str, version: int) -> dict[str, Any]:
    """Return what a page is going to be asked."""
    found = workspace.resolve_model(f"{model}:{version}")
    replay = workspace.replay(found)
    return {
        "samples": len(replay.ids),
        "classes": replay.reference.shape[1],
        "bytes": replay.page.size,
        "dataset": replay.dataset.title,
        "tried": replay.tried,
    }


@router.get("/replay/{model}/{version}/page")
def page(workspace: Opened, model: str, version: int) -> Response:
    """Send the page: as bytes, so that no browser opens it as a part of the studio."""
    content = workspace.replay_page(workspace.resolve_model(f"{model}:{version}"))
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "cache-control": "no-store",
            "content-disposition": "attachment",
            "x-content-type-options": "nosniff",
        },
    )


@router.get("/replay/{model}/{version}/samples")
def samples(
    workspace: Opened,
    model: str,
    version: int,
    start: Annotated[int, Query(ge=0, le=2**31)] = 0,
    count: Annotated[int, Query(ge=1, le=CHUNK_LIMIT)] = CHUNK_LIMIT,
) -> dict[str, Any]:
    """Return some samples: pixels of pictures in base64, one after the other, or texts, or drawings."""
    found = workspace.resolve_model(f"{model}:{version}")
    asked = workspace.replay_samples(found, start, count)
    if not isinstance(asked, list):
        return {"count": len(asked), "pixels": base64.b64encode(asked.tobytes()).decode()}
    if workspace.replay_kind(found) == "text":
        return {"count": len(asked), "texts": asked}
    return {"count": len(asked), "drawings": drawings_of(asked)}


@router.post("/replay/{model}/{version}")
def answers(workspace: Opened, model: str, version: int, body: AnswersBody) -> ParityRow:
    """Compare a browser's answers with the model's, and keep what comes of it."""
    found = workspace.resolve_model(f"{model}:{version}")
    classes = len(found.class_names)
    try:
        raw = base64.b64decode(body.probabilities, validate=True)
        probabilities = np.frombuffer(raw, "<f4").reshape(-1, classes)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(
            "The answers cannot be read.",
            f"They are not base64 of {classes} float32 numbers a sample.",
            "Press Replay in this browser on the Files view.",
        ) from error
    return workspace.record_browser_parity(
        found, body.browser, probabilities, body.milliseconds, tried=body.tried
    )
