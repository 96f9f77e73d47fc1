"""Runs as live charts follow them: curves, progress, log."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from tsdownsample import MinMaxLTTBDownsampler

from studio.api.opened import Opened
from studio.core.catalog import SplitParams, TrainParams
from studio.core.dataset import TRAIN
from studio.core.run import Run
from studio.workspace import Workspace

POINT_LIMIT = 2000
"""A trace's history is drawn with at most this many points; what comes afterwards is sent whole."""
Point = tuple[int, float | None]
Cursor = Annotated[int, Query(ge=0, le=2**62)]

router = APIRouter()


@router.get("/metrics")
def metrics(workspace: Opened, run: str, since: Cursor = 0) -> dict[str, Any]:
    """Return what a run has measured after cursor `since`, and how far it is."""
    found = workspace.run(run)
    cursor, curves = workspace.curves(run, since)
    thin = since == 0
    return {
        "cursor": cursor,
        "points": {name: _points(curve, thin=thin) for name, curve in curves.items()},
        "status": found.status,
        "terminal": found.is_terminal,
        "progress": None if found.progress is None else found.progress.model_dump(),
        "steps_per_epoch": steps_per_epoch(workspace, found),
    }


@router.get("/runs/{name}/log")
def log(workspace: Opened, name: str, since: Cursor = 0) -> dict[str, Any]:
    """Return the log lines after cursor `since`."""
    cursor, lines = workspace.run_log(name, since)
    return {"cursor": cursor, "lines": lines}


def _points(curve: Sequence[tuple[int, float]], *, thin: bool) -> list[Point]:
    """Return a curve as JSON can carry it; what is not finite becomes a gap."""
    if thin and len(curve) > POINT_LIMIT:
        steps = np.array([step for step, _ in curve], np.int64)
        values = np.array([value for _, value in curve], np.float64)
        downsampler = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]
        places = downsampler.downsample(steps, np.nan_to_num(values), n_out=POINT_LIMIT)
        curve = [curve[place] for place in places]
    return [(step, value if math.isfinite(value) else None) for step, value in curve]


def steps_per_epoch(workspace: Workspace, run: Run) -> int | None:
    """Return how many batches make an epoch of a training; None where that is not known beforehand."""
    params = [run.pipeline.params(node.id) for node in run.pipeline.nodes]
    training = next((p for p in params if isinstance(p, TrainParams)), None)
    if training is None:
        return None
    if training.steps_per_epoch is not None or len(run.inputs) != 1:
        return training.steps_per_epoch
    version = workspace.dataset_by_id(next(iter(run.inputs.values())))
    split = next((p for p in params if isinstance(p, SplitParams)), SplitParams())
    if split.stored:
        labelled = workspace.labels(version) >= 0
        samples = int(np.count_nonzero(labelled & (workspace.split(version) == TRAIN)))
    else:
        held_out = [round(version.labelled * s) for s in (split.test_share, split.validation_share)]
        samples = version.labelled - sum(held_out)
    return -(-samples // training.batch_size)
