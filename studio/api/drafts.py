"""Pipeline drafts as the canvas saves them: one edit a request, undo, redo."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from studio.api.opened import Opened
from studio.core.draft import SavedDraft, parse_draft
from studio.core.names import NAME_PATTERN, slug
from studio.workspace import Workspace

router = APIRouter()


class EditBody(BaseModel):
    """An edit.

    Args:
        base: Number of the edit it was made from.
        body: The draft, all of it.
        what: What was done, in words.
        author: By whom; empty: by whoever changed it last.
    """

    model_config = ConfigDict(extra="forbid")

    base: int = Field(ge=0, le=2**62)
    body: dict[str, Any]
    what: str = Field("Changed", max_length=200)
    author: str = Field("", max_length=64)


class StepBody(BaseModel):
    """Undo or redo, seen from edit `base`."""

    model_config = ConfigDict(extra="forbid")

    base: int = Field(ge=0, le=2**62)


class NewBody(BaseModel):
    """A draft to be made, called `name` or, where that cannot name one, something like it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    body: dict[str, Any]
    author: str = Field("", max_length=64)


@router.post("/drafts")
def make(workspace: Opened, body: NewBody) -> dict[str, Any]:
    """Make a draft of what somebody drew."""
    name = body.name if NAME_PATTERN.fullmatch(body.name) else slug(body.name)
    made = workspace.make_draft(name, parse_draft(body.body), author=body.author or "unnamed")
    return _shown(workspace, made)


@router.get("/drafts/{name}")
def draft(workspace: Opened, name: str) -> dict[str, Any]:
    """Return a draft as it is now."""
    return _shown(workspace, workspace.draft(name))


@router.put("/drafts/{name}")
def save(workspace: Opened, name: str, body: EditBody) -> dict[str, Any]:
    """Append an edit; its body is not sent back."""
    saved = workspace.save_draft(
        name,
        parse_draft(body.body),
        base=body.base,
        what=body.what or "Changed",
        author=body.author,
    )
    answer = _shown(workspace, saved)
    answer.pop("body")
    return answer


@router.post("/drafts/{name}/undo")
def undo(workspace: Opened, name: str, body: StepBody) -> dict[str, Any]:
    """Take the last edit back."""
    return _shown(workspace, workspace.undo_draft(name, body.base))


@router.post("/drafts/{name}/redo")
def redo(workspace: Opened, name: str, body: StepBody) -> dict[str, Any]:
    """Do the edit again that was taken back last."""
    return _shown(workspace, workspace.redo_draft(name, body.base))


def _shown(workspace: Workspace, saved: SavedDraft) -> dict[str, Any]:
    return {
        "name": saved.name,
        "head": saved.head,
        "body": saved.draft.model_dump(mode="json"),
        "problems": workspace.draft_problems(saved.draft),
        "saved": saved.changed,
        "can_undo": saved.can_undo,
        "can_redo": saved.can_redo,
        "undoes": saved.undoes,
        "redoes": saved.redoes,
    }
