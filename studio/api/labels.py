"""Answers that people give about samples."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from studio.api.opened import Opened
from studio.core.annotation import AnnotationInput

router = APIRouter()


class LabelsBody(BaseModel):
    """Answers of one annotator about samples of one dataset."""

    model_config = ConfigDict(extra="forbid")

    dataset: str
    annotator: str
    ops: list[AnnotationInput]


@router.post("/labels")
def labels(workspace: Opened, body: LabelsBody) -> dict[str, Any]:
    """Append answers; an `op_id` that is there already is acknowledged and changes nothing."""
    acknowledged, progress = workspace.annotate(body.dataset, body.annotator, body.ops)
    return {"acknowledged": acknowledged, "progress": progress.model_dump()}
