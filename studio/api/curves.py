"""The curves of the runs that are looked at, in memory: thinned, cut to a range, smoothed."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from studio.core.catalog import SplitParams, TrainParams
from studio.core.dataset import TRAIN
from studio.core.overlay import smoothed
from studio.core.run import Run
from studio.workspace import Workspace

POINT_LIMIT = 2000
"""A view of a trace has at most this many points."""
POINTS_KEPT = 8_000_000
"""Points kept in memory over all runs, 16 bytes each: those looked at longest ago go first."""
MACHINE = ("learning_rate", "samples_per_second", "memory")
"""Curves about the run itself: nothing that is learned."""

Point = tuple[int, float | None]
Steps = NDArray[np.int64]
Values = NDArray[np.float64]
Fresh = Mapping[str, list[tuple[int, float]]]


class _Curve:
    """Points of one metric by step; room for more is made in large pieces."""

    def __init__(self) -> None:
        self.count = 0
        self._steps: Steps = np.empty(64, np.int64)
        self._values: Values = np.empty(64)

    @property
    def steps(self) -> Steps:
        return self._steps[: self.count]

    @property
    def values(self) -> Values:
        return self._values[: self.count]

    def add(self, points: list[tuple[int, float]]) -> None:
        """Take points in by step; one at a step that is there replaces it."""
        steps = np.fromiter((step for step, _ in points), np.int64, len(points))
        values = np.fromiter((value for _, value in points), np.float64, len(points))
        if self.count and steps[0] <= self._steps[self.count - 1]:
            both = np.concatenate([self.steps, steps])
            order = np.argsort(both, kind="stable")
            last = np.append(np.diff(both[order]) > 0, True)
            values = np.concatenate([self.values, values])[order][last]
            steps, self.count = both[order][last], 0
        wanted = self.count + len(steps)
        if wanted > len(self._steps):
            room = max(wanted, 2 * len(self._steps))
            self._steps = np.resize(self._steps, room)
            self._values = np.resize(self._values, room)
        self._steps[self.count : wanted] = steps
        self._values[self.count : wanted] = values
        self.count = wanted


class Curves:
    """The curves of one run as far as they were looked at."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.cursor = 0
        self.steps_per_epoch: int | None = None
        self.known = False
        self._curves: dict[str, _Curve] = {}

    @property
    def size(self) -> int:
        """Points of all of them."""
        return sum(curve.count for curve in self._curves.values())

    def catch_up(self, workspace: Workspace, run: Run) -> tuple[int, Fresh]:
        """Take in what came since, and return from which cursor on that is, and what."""
        if not self.known:
            self.steps_per_epoch, self.known = steps_per_epoch(workspace, run), True
        before = self.cursor
        self.cursor, fresh = workspace.curves(run.name, before)
        for name, points in fresh.items():
            self._curves.setdefault(name, _Curve()).add(points)
        return before, fresh

    def arrays(self, names: Iterable[str] | None = None) -> dict[str, tuple[Steps, Values]]:
        """Return metric name -> (steps int64 (n,), values float64 (n,)), views that are good until the next change."""
        wanted = sorted(self._curves) if names is None else names
        return {
            n: (self._curves[n].steps, self._curves[n].values) for n in wanted if n in self._curves
        }


class _Kept:
    """Curves of several runs, those looked at last at the end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._runs: OrderedDict[tuple[Path, int], Curves] = OrderedDict()

    def of(self, workspace: Workspace, run: Run) -> Curves:
        key = (workspace.home, run.id)
        with self._lock:
            curves = self._runs.setdefault(key, Curves())
            self._runs.move_to_end(key)
            size = sum(each.size for each in self._runs.values())
            while size > POINTS_KEPT and len(self._runs) > 1:
                _, gone = self._runs.popitem(last=False)
                size -= gone.size
            return curves


_KEPT = _Kept()
curves_of = _KEPT.of


def is_smoothed(name: str) -> bool:
    """Return whether a curve has points every few steps, so that smoothing shows more than it hides."""
    return not name.startswith(("val_", "epoch_")) and name not in MACHINE


def thinned(steps: Steps, values: Values, limit: int = POINT_LIMIT) -> list[Point]:
    """Return at most `limit` points that look like all of them: peaks, the first and the last are kept."""
    if len(steps) > limit:
        downsampler = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]
        x, y = np.ascontiguousarray(steps), np.nan_to_num(values)
        places = downsampler.downsample(x, y, n_out=limit).astype(np.int64)
        steps, values = steps[places], values[places]
    return jsonable(zip(steps.tolist(), values.tolist(), strict=True))


def jsonable(points: Iterable[tuple[int, float]]) -> list[Point]:
    """Return points as JSON can carry them; what is not finite becomes a gap."""
    return [(step, value if math.isfinite(value) else None) for step, value in points]


def view(
    curves: Mapping[str, tuple[Steps, Values]],
    *,
    smooth: float = 0.0,
    steps: tuple[int, int] | None = None,
    limit: int = POINT_LIMIT,
) -> dict[str, Any]:
    """Return curves as a chart draws them.

    Args:
        curves: Metric name -> (steps, values).
        smooth: Smoothing, 0-1; 0: none.
        steps: Only from the first to the last of these, both included.
        limit: Points of a trace at most.

    Returns:
        points and, where smoothed, smoothed: metric name -> points; thinned: metrics that have more points.
    """
    made: dict[str, Any] = {"points": {}, "smoothed": {}, "thinned": []}
    for name, (x, y) in curves.items():
        first, last = (0, len(x)) if steps is None else np.searchsorted(x, (steps[0], steps[1] + 1))
        made["points"][name] = thinned(x[first:last], y[first:last], limit)
        if last - first > limit:
            made["thinned"].append(name)
        if smooth > 0 and is_smoothed(name):
            made["smoothed"][name] = thinned(x[first:last], smoothed(y, smooth)[first:last], limit)
    return made


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
