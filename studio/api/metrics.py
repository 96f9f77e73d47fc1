"""Runs as live charts follow them: curves, progress, what they mean, log."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from studio.api.curves import (
    Curves,
    Steps,
    Values,
    curves_of,
    is_smoothed,
    jsonable,
    thinned,
    view,
)
from studio.api.opened import Opened
from studio.core.errors import NotFound
from studio.core.overlay import smoothed
from studio.core.run import Run
from studio.core.spread import Spread, spread
from studio.core.verdict import verdict

GROUP_POINTS = 400
"""A trace of one run among others has at most this many points."""
LOSSES = ("loss", "epoch_loss", "val_loss")
JUDGED = ("training", "search", "pipeline")

Cursor = Annotated[int, Query(ge=0, le=2**62)]
Step = Annotated[int, Query(ge=0, le=2**62)]
Smooth = Annotated[float, Query(ge=0, lt=1)]

router = APIRouter()


@router.get("/metrics")
def metrics(
    workspace: Opened,
    run: str,
    since: Cursor = 0,
    first: Annotated[Step | None, Query(alias="from")] = None,
    last: Annotated[Step | None, Query(alias="to")] = None,
    names: Annotated[str, Query(max_length=1000)] = "",
    smooth: Smooth = 0.0,
) -> dict[str, Any]:
    """Return what a run has measured after cursor `since`, and how far it is.

    The whole history (`since` 0) and a range of steps (`from`, `to`) come thinned out to what a chart can show,
    increments whole. `names` asks for some metrics only, divided by commas.
    """
    found = workspace.run(run)
    curves = curves_of(workspace, found)
    wanted = [name for name in names.split(",") if name] or None
    with curves.lock:
        before, fresh = curves.catch_up(workspace, found)
        cursor = curves.cursor
        if first is not None or last is not None:
            steps = (first or 0, 2**62 - 1 if last is None else last)
            shown = view(curves.arrays(wanted), smooth=smooth, steps=steps)
        elif since == 0:
            shown = view(curves.arrays(wanted), smooth=smooth)
        else:
            if since != before:
                cursor, fresh = workspace.curves(run, since)
            asked = {n: p for n, p in fresh.items() if wanted is None or n in wanted}
            shown = {"points": {name: jsonable(points) for name, points in asked.items()}}
            shown |= {"smoothed": {}, "thinned": []}
        judged = _judged(found, curves)
    return {
        "cursor": cursor,
        **shown,
        **_standing(found),
        "steps_per_epoch": curves.steps_per_epoch,
        "verdict": judged,
    }


@router.get("/groups/{group}/metrics")
def group_metrics(
    workspace: Opened, group: str, since: Cursor = 0, smooth: Smooth = 0.0
) -> dict[str, Any]:
    """Return the curves of the runs of a group, their mean and their spread; only the runs where nothing is new."""
    runs = workspace.group_runs(group)
    if not runs:
        raise NotFound(
            f'There is no group of runs called "{group}".',
            "No run carries that name as its group.",
            "Look at the list of runs.",
        )
    cursor = 0
    arrays: dict[str, dict[str, tuple[Steps, Values]]] = {}
    for run in runs:
        curves = curves_of(workspace, run)
        with curves.lock:
            curves.catch_up(workspace, run)
            cursor += curves.cursor
            for name, (steps, values) in curves.arrays().items():
                arrays.setdefault(name, {})[run.name] = (
                    steps.copy(),
                    smoothed(values, smooth).copy() if is_smoothed(name) else values.copy(),
                )
    metrics = {
        name: {
            "runs": {run: thinned(x, y, GROUP_POINTS) for run, (x, y) in found.items()},
            "spread": _spread(spread(list(found.values()), GROUP_POINTS)),
        }
        for name, found in sorted(arrays.items())
    }
    return {
        "cursor": cursor,
        "metrics": metrics if cursor != since or since == 0 else None,
        "runs": [{"name": run.name, **_standing(run)} for run in runs],
        "terminal": all(run.is_terminal for run in runs),
        "steps_per_epoch": curves_of(workspace, runs[0]).steps_per_epoch,
    }


@router.get("/runs/{name}/log")
def log(workspace: Opened, name: str, since: Cursor = 0) -> dict[str, Any]:
    """Return the log lines after cursor `since`."""
    cursor, lines = workspace.run_log(name, since)
    return {"cursor": cursor, "lines": lines}


def _standing(run: Run) -> dict[str, Any]:
    return {
        "status": run.status,
        "terminal": run.is_terminal,
        "progress": None if run.progress is None else run.progress.model_dump(),
        "waits_for": run.waits_for,
    }


def _judged(run: Run, curves: Curves) -> dict[str, str] | None:
    """Return what the losses say; None for runs that have none."""
    losses = curves.arrays(LOSSES)
    if run.kind not in JUDGED or not losses:
        return None
    judged = verdict(losses, curves.steps_per_epoch, ended=run.is_terminal)
    return {"kind": judged.kind, "sentence": judged.sentence, "evidence": judged.evidence}


def _spread(found: Spread) -> dict[str, list[float]]:
    """Return mean and spread as far as all runs have come: the mean would jump where one of them ends."""
    everywhere = found.runs == found.runs.max(initial=0)
    return {name: part[everywhere].tolist() for name, part in found._asdict().items()}
