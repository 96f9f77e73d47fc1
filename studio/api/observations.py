"""What was seen of a run beside its curves: predictions, histograms, trials; and the samples they speak of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from studio.api.opened import Opened
from studio.api.samples import parse_ids
from studio.core.dataset import DatasetVersion
from studio.core.errors import InvalidInput, NotFound
from studio.core.events import ObservationEvent, ObservationKind
from studio.core.run import Run
from studio.workspace import Workspace

SEEN_LIMIT = 200
"""Of the whole history of a kind at most so many are sent, evenly spread; the last is among them."""
THINNED: tuple[ObservationKind, ...] = ("predictions", "histograms")
TEXT_SHOWN = 300
KINDS: tuple[ObservationKind, ...] = get_args(ObservationKind)

router = APIRouter()


class HistogramsBody(BaseModel):
    """Whether a run shall keep histograms."""

    model_config = ConfigDict(extra="forbid")

    on: bool


@router.get("/runs/{name}/observations")
def observations(
    workspace: Opened,
    name: str,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    kinds: Annotated[str, Query(max_length=100)] = "",
) -> dict[str, Any]:
    """Return what was seen after cursor `since`, of all kinds or of some, divided by commas."""
    cursor, seen = workspace.observations(name, since, kinds=_kinds(kinds))
    shown = seen if since else _spread_out(seen)
    found = [{"kind": e.kind, "step": e.step, "body": _finite(e.body)} for e in shown]
    return {"cursor": cursor, "observations": found}


@router.get("/runs/{name}/samples")
def samples(workspace: Opened, name: str, ids: str) -> dict[str, Any]:
    """Return where the pictures of a run's samples are, or their texts, and the names of the classes."""
    version = _dataset(workspace, workspace.run(name))
    texts = None
    if version.shown_as == "text":
        stored = workspace.samples(version)
        rows = parse_ids(ids)
        if max(rows) >= len(stored):
            raise NotFound(
                f"There is no sample {max(rows)}.",
                f"There are samples 0 to {len(stored) - 1}.",
                "Reload the page.",
            )
        texts = [str(stored[row])[:TEXT_SHOWN] for row in rows]
    return {
        "task": version.shown_as,
        "samples_digest": version.samples,
        "class_names": version.class_names,
        "texts": texts,
    }


@router.post("/runs/{name}/histograms")
def histograms(workspace: Opened, name: str, body: HistogramsBody) -> dict[str, bool]:
    """Let a training keep histograms of its weights and gradients from now on, or not any more."""
    workspace.set_histograms(name, body.on)
    return {"on": body.on}


def _kinds(text: str) -> tuple[ObservationKind, ...] | None:
    """Return the kinds that an address names; None for all.

    Raises:
        InvalidInput: There is no such kind.
    """
    asked = [part for part in text.split(",") if part]
    wrong = [part for part in asked if part not in KINDS]
    if wrong:
        raise InvalidInput(
            f"{wrong[0][:40]!r} is nothing that is seen of a run.",
            f"There are: {', '.join(KINDS)}.",
            "Ask for some of these.",
        )
    return tuple(kind for kind in KINDS if kind in asked) or None


def _spread_out(seen: Sequence[ObservationEvent]) -> list[ObservationEvent]:
    """Return at most SEEN_LIMIT of each kind that there are many of, evenly over the run."""
    kept: list[ObservationEvent] = [event for event in seen if event.kind not in THINNED]
    for kind in THINNED:
        found = sorted((e for e in seen if e.kind == kind), key=lambda event: event.step)
        apart = max(1, -(-len(found) // SEEN_LIMIT))
        kept += found[::-1][::apart][::-1]
    return sorted(kept, key=lambda event: event.seq)


def _finite(value: Any) -> Any:
    """Return a body as JSON can carry it; what is not finite becomes null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return value


def _dataset(workspace: Workspace, run: Run) -> DatasetVersion:
    if len(run.inputs) != 1:
        raise NotFound(
            f'The samples of run "{run.name}" are not known.',
            "It imported them itself, or it works on several datasets.",
            "Look at its numbers instead.",
        )
    return workspace.dataset_by_id(next(iter(run.inputs.values())))
