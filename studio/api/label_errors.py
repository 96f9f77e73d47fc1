"""Labels that look wrong, and what people say about them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from studio.api.opened import Opened
from studio.core.label_errors import FlagPage, FlagView, VerdictInput

PAGE_LIMIT = 400

router = APIRouter()


class VerdictsBody(BaseModel):
    """Verdicts of one person about flags of one search."""

    model_config = ConfigDict(extra="forbid")

    annotator: str
    ops: list[VerdictInput]


@router.get("/label-errors/{run}/flags")
def flags(
    workspace: Opened,
    run: str,
    view: FlagView = "open",
    after: Annotated[int, Query(ge=-1, le=2**62)] = -1,
    limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = 60,
) -> FlagPage:
    """Return the flags that follow the one at the place `after`."""
    return workspace.label_flags(run, view=view, after=after, limit=limit)


@router.post("/label-errors/{run}/verdicts")
def verdicts(workspace: Opened, run: str, body: VerdictsBody) -> dict[str, Any]:
    """Append verdicts; an `op_id` that is there already is acknowledged and changes nothing."""
    acknowledged, counts = workspace.judge_flags(run, body.annotator, body.ops)
    return {"acknowledged": acknowledged, "counts": counts.model_dump()}
