"""Labelling sessions: what is next, answers, drafts, reviews, and what is to be drawn."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Query
from pydantic import BaseModel, ConfigDict, Field

from studio.api.opened import Opened
from studio.api.samples import parse_ids
from studio.core.errors import StudioError
from studio.core.label_answer import (
    NUMBER_LIMIT,
    DraftInput,
    Given,
    LabelItem,
    SessionAnswerInput,
)
from studio.core.label_review import ReviewInput, ReviewPage, ReviewQueue
from studio.core.label_session import SessionProgress
from studio.workspace import Workspace
from studio.workspace.labelling import OPS_LIMIT
from studio.workspace.session_items import ITEMS_LIMIT

KEYS_LIMIT = 600

router = APIRouter(prefix="/sessions/{name}")
_log = logging.getLogger("studio.api")

Person = Annotated[str, Query(min_length=1, max_length=100)]
Anybody = Annotated[str, Query(max_length=100)]
Number = Annotated[int, Field(ge=0, le=NUMBER_LIMIT)]
Count = Annotated[int, Field(ge=1, le=ITEMS_LIMIT)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _OfAnnotator(_Body):
    annotator: str = Field(min_length=1, max_length=100)


class NextBody(_OfAnnotator):
    """How many items somebody wants, and which they have already."""

    count: Count = 1
    together: bool = False
    have: list[Number] = Field(default=[], max_length=OPS_LIMIT)


class AnswersBody(_OfAnnotator):
    """Answers of one person."""

    ops: list[SessionAnswerInput] = Field(max_length=OPS_LIMIT)


class DraftsBody(_OfAnnotator):
    """Answers that are not given yet."""

    drafts: list[DraftInput] = Field(max_length=OPS_LIMIT)


class ReleaseBody(_OfAnnotator):
    """Items that somebody gives back; None: all they hold."""

    items: list[Number] | None = Field(None, max_length=OPS_LIMIT)


class KeysBody(_OfAnnotator):
    """Keys as one person wants them: "class:NAME" or an action -> `event.code`."""

    keys: dict[str, str] = Field(max_length=KEYS_LIMIT)


class ReviewsBody(_Body):
    """What one reviewer decides."""

    reviewer: str = Field(min_length=1, max_length=100)
    ops: list[ReviewInput] = Field(max_length=OPS_LIMIT)


class NextReply(Given):
    """Items, and how far the session is."""

    revision: int
    progress: SessionProgress


class Items(BaseModel):
    """Items as they stand with one person."""

    items: list[LabelItem]


class ReviewReply(ReviewPage):
    """A page of a queue, and how many wait in each."""

    counts: dict[ReviewQueue, int]


@router.get("")
def session(workspace: Opened, name: str, annotator: Anybody = "") -> dict[str, Any]:
    """Return what a labelling page starts with."""
    found = workspace.session(name)
    config, person = found.config, annotator.strip()
    return {
        "session": found.model_dump(mode="json"),
        "dataset": config.dataset,
        "dataset_version": found.dataset_version,
        "samples_digest": found.samples,
        "task": found.task,
        "shape": found.shape,
        "classes": [label_class.model_dump(mode="json") for label_class in config.classes],
        "keys": workspace.session_keys(name, person) if person else {},
        "progress": workspace.session_progress(name, person).model_dump(),
        "reviewer": not config.reviewers or person in config.reviewers,
        "member": not config.people or person in config.people,
    }


@router.post("/next")
def give(workspace: Opened, name: str, body: NextBody) -> NextReply:
    """Give out the next items to answer."""
    given = workspace.next_items(
        name, body.annotator, body.count, together=body.together, have=body.have
    )
    return NextReply(
        items=given.items,
        left=given.left,
        waiting=given.waiting,
        revision=workspace.session(name).revision,
        progress=workspace.session_progress(name, body.annotator),
    )


@router.post("/answers")
def answers(
    workspace: Opened, name: str, body: AnswersBody, later: BackgroundTasks
) -> dict[str, Any]:
    """Append answers; an `op_id` that is there already is acknowledged and changes nothing."""
    acknowledged, progress = workspace.answer_session(name, body.annotator, body.ops)
    later.add_task(_rank, workspace, name)
    return {
        "acknowledged": acknowledged,
        "progress": progress.model_dump(),
        "revision": workspace.session(name).revision,
    }


@router.post("/drafts")
def drafts(workspace: Opened, name: str, body: DraftsBody) -> dict[str, dict[int, int]]:
    """Keep drafts; one that is older than the kept one changes nothing."""
    return {"stored": workspace.save_drafts(name, body.annotator, body.drafts)}


@router.get("/mine")
def mine(
    workspace: Opened,
    name: str,
    annotator: Person,
    skip: Annotated[int, Query(ge=0, le=NUMBER_LIMIT)] = 0,
    limit: Annotated[int, Query(ge=1, le=ITEMS_LIMIT)] = 100,
) -> Items:
    """Return what somebody has answered, latest first, behind the latest `skip`."""
    return Items(items=workspace.my_items(name, annotator, skip=skip, limit=limit))


@router.get("/items")
def items(workspace: Opened, name: str, annotator: Person, ids: str) -> Items:
    """Return some items as they stand with one person."""
    return Items(items=workspace.items_of(name, annotator, parse_ids(ids)))


@router.post("/release")
def release(workspace: Opened, name: str, body: ReleaseBody) -> dict[str, str]:
    """Give held items back, so that others get them."""
    workspace.release_items(name, body.annotator, body.items)
    return {}


@router.post("/keys")
def keys(workspace: Opened, name: str, body: KeysBody) -> dict[str, dict[str, str]]:
    """Keep somebody's keys."""
    workspace.set_session_keys(name, body.annotator, body.keys)
    return {"keys": workspace.session_keys(name, body.annotator)}


@router.get("/review")
def review(
    workspace: Opened,
    name: str,
    queue: ReviewQueue = "disputed",
    after: Annotated[int, Query(ge=-1, le=NUMBER_LIMIT)] = -1,
    limit: Annotated[int, Query(ge=1, le=ITEMS_LIMIT)] = 50,
    reviewer: Anybody = "",
) -> ReviewReply:
    """Return a page of what a reviewer looks at."""
    page = workspace.review_page(name, queue, after=after, limit=limit, reviewer=reviewer)
    return ReviewReply(
        items=page.items, next=page.next, total=page.total, counts=workspace.review_counts(name)
    )


@router.post("/reviews")
def reviews(workspace: Opened, name: str, body: ReviewsBody) -> dict[str, Any]:
    """Append decisions; an `op_id` that is there already is acknowledged and changes nothing."""
    acknowledged = workspace.review(name, body.reviewer, body.ops)
    return {
        "acknowledged": acknowledged,
        "counts": workspace.review_counts(name),
        "revision": workspace.session(name).revision,
    }


@router.get("/asks")
def asks(
    workspace: Opened,
    name: str,
    annotator: Person,
    count: Annotated[int, Query(ge=1, le=ITEMS_LIMIT)] = 10,
) -> dict[str, Any]:
    """Return which classes somebody is asked to draw next."""
    wanted, counts = workspace.session_asks(name, annotator, count)
    progress = workspace.session_progress(name, annotator)
    return {"asks": wanted, "counts": counts, "progress": progress.model_dump()}


def _rank(workspace: Workspace, name: str) -> None:
    """Make a new order if it is time; the answers are kept whatever becomes of it."""
    try:
        workspace.rank_if_due(name)
    except StudioError as error:  # the door of what runs after the response
        _log.warning("The order of %s could not be made: %s", name, error)
