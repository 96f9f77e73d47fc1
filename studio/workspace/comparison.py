"""Verbs that put runs side by side: a table of any number of them, and their curves over each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from pydantic import ValidationError

from studio.core.errors import Conflict, refuse
from studio.core.overlay import Steps, Values, overlaid
from studio.core.run import TERMINAL, Run
from studio.core.run_facts import Facts, RunQuery, RunRow, facts_of
from studio.core.speed import SpeedParams, SpeedReport
from studio.core.standard import speed_pipeline
from studio.store import metrics as metric_rows
from studio.store import run_facts as rows
from studio.workspace.run_marks import RunMarks

AT_ONCE = 500


class RunTable(NamedTuple):
    """What a query found.

    Args:
        total: So many runs match.
        rows: The first of them, up to the limit of the query.
    """

    total: int
    rows: list[RunRow]


class Comparison(RunMarks):
    """Runs side by side."""

    def compare_runs(self, query: RunQuery | None = None) -> RunTable:
        """Return runs with their settings, results and ends of curves.

        Args:
            query: Which ones, in which order. Default: the newest 500.
        """
        self._note_facts()
        return RunTable(*rows.search(self._studio, query or RunQuery()))

    def fact_names(self) -> list[str]:
        """Return the names of facts that the newest runs have: what tables can be filtered and sorted by."""
        self._note_facts()
        return rows.known(self._studio)

    def run_metrics(self, names: Sequence[str]) -> list[str]:
        """Return the names of the curves that some of these runs have."""
        return metric_rows.names(self._metrics, list(self._ids(names).values()))

    def overlaid_curves(
        self, names: Sequence[str], metric: str, *, smooth: float = 0.0
    ) -> dict[str, tuple[Steps, Values]]:
        """Return run -> (steps, values) of one metric, smoothed and thinned so that a thousand can be drawn.

        Args:
            names: Runs; those without the metric are left out.
            metric: Such as "val_loss".
            smooth: 0-1, the share of the mean so far in each value.
        """
        found = metric_rows.of_runs(self._metrics, list(self._ids(names).values()), metric)
        curves = {
            name: (np.array(found[number][0], np.int64), np.array(found[number][1], np.float64))
            for name, number in self._ids(names).items()
            if number in found
        }
        return overlaid(curves, smooth=smooth)

    def measure_speed(
        self,
        models: Sequence[str],
        *,
        formats: Sequence[str] = (),
        batch_sizes: Sequence[int] = (1, 32, 256),
        rounds: int = 7,
        name: str | None = None,
        author: str = "unnamed",
    ) -> Run:
        """Queue a run that times models in turns: each format and batch size of each of them.

        Args:
            models: `name`, `name:version`, `name@alias` or `run/NAME`; pinned now.
            formats: Only these; empty: all that this machine can run.
            batch_sizes: Samples asked about at once.
            rounds: How often each is timed.
            name: Of the run. Default: a free one.

        Raises:
            NotFound: No such model. Conflict: A run has no model. InvalidInput: An impossible number.
        """
        try:
            params = SpeedParams(
                models=tuple(models),
                formats=tuple(formats),
                batch_sizes=tuple(batch_sizes),
                rounds=rounds,
            )
        except ValidationError as error:
            refuse("settings of the measurement", error)
        return self.submit(
            speed_pipeline(params), name=name or self.free_run_name("speed"), author=author
        )

    def speed_report(self, name: str) -> SpeedReport:
        """Return what a measurement of speed found.

        Raises:
            NotFound: No such run. Conflict: It has found nothing (yet).
        """
        run = self.run(name)
        file = self.run_artifacts(name).get("speed.json")
        if file is None:
            raise Conflict(
                f'Run "{name}" has no measurement of speed.',
                f"It is of kind {run.kind} and {run.status}.",
                "Wait until it is completed." if not run.is_terminal else "Measure again.",
            )
        return SpeedReport.model_validate_json(self.artifacts.read(file.digest))

    def _ids(self, names: Sequence[str]) -> dict[str, int]:
        return rows.ids(self._studio, names)

    def _note_facts(self) -> None:
        """Take in the facts of runs that are new or have ended since; those of runs that go on are read anew."""
        while True:
            found = rows.missing(self._studio, AT_ONCE)
            facts: dict[int, tuple[bool, Facts]] = {}
            for row in found:
                curves = rows.epoch_curves(self._metrics, row["id"])
                ended = row["status"] in TERMINAL
                made = facts_of(json.loads(row["pipeline"]), json.loads(row["result"]), curves)
                facts[row["id"]] = (ended, made)
            changed = rows.changed(self._studio, facts)
            if changed:
                rows.keep(self._studio, changed)
            if len(found) < AT_ONCE or not changed:
                return
