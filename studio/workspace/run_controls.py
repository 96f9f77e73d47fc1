"""Verbs by which people control runs: pause, resume, stop, cancel, extend, change, move, limit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import NoReturn

from pydantic import ValidationError

from studio.core.catalog import TrainParams
from studio.core.control import RunControl
from studio.core.errors import Conflict, InvalidInput, refuse
from studio.core.fit import with_columns
from studio.core.pipeline import Pipeline
from studio.core.queue import (
    PAUSABLE_KINDS,
    QUEUED_KINDS,
    Move,
    QueueLimits,
    estimated_bytes,
)
from studio.core.run import RUN_KINDS, Run, RunKind
from studio.core.run_settings import RunSettings, settings_of_run, trained_by
from studio.core.untrained import params_given
from studio.store import run_controls as rows
from studio.store import runs as run_rows
from studio.store import settings as setting_rows
from studio.workspace.runs import Runs

_LIMITS = "queue_limits"


class RunControls(Runs):
    """What people may ask of a run from its submission to its end.

    Every verb that changes a run raises NotFound when there is none of that name, and Conflict when the run is
    in no state for it.
    """

    def stop_run(self, name: str) -> Run:
        """Ask a run to end. A training keeps its best epoch and is evaluated; a run that never began just ends.

        A paused training goes on for as long as that takes.
        """
        if not rows.stop(self._studio, self._find(name).name, self._now()):
            self._refuse(name, "stopped")
        return self.run(name)

    def cancel_run(self, name: str) -> Run:
        """Ask a run to end and to keep nothing: no model, no checkpoint. Its curves and its log stay."""
        run = self._find(name)
        if not rows.cancel(self._studio, name, self._now()):
            self._refuse(name, "cancelled")
        run = self.run(name)
        if run.is_terminal:
            self.discard_work(run)
        return run

    def discard_work(self, run: Run) -> None:
        """Remove what a run without a process had on its way: checkpoints, copies, half imports."""
        for name in ("checkpoints", "drawings", "session"):
            shutil.rmtree(self.run_folder(run.name) / name, ignore_errors=True)
        self._discard_staged(run)

    def pause_run(self, name: str) -> Run:
        """Ask a training or a search to save a checkpoint and to free memory and processor until it is resumed."""
        run = self._find(name)
        if run.kind not in PAUSABLE_KINDS:
            raise Conflict(
                f'Run "{name}" cannot be paused.',
                f"It is of kind {run.kind}, which keeps nothing from which it could go on.",
                "Pause trainings and searches; stop or cancel others.",
            )
        if run.status == "paused":
            return self.run(name)
        if not rows.pause(self._studio, name):
            self._refuse(name, "paused")
        return self.run(name)

    def resume_run(self, name: str) -> Run:
        """Let a paused run go on from its checkpoint, as the next of the queue."""
        if not rows.resume(self._studio, self._find(name).name):
            self._refuse(name, "resumed")
        return self.run(name)

    def extend_run(self, name: str, epochs: int, *, author: str = "unnamed") -> Run:
        """Let a training go on for longer than it was to.

        Args:
            epochs: So many more. One that goes on, waits or is paused trains so many more than it would have;
                one that has ended and kept a model is followed by a new run that starts from its weights.
            author: Of the new run.

        Returns:
            The run, or the new one.

        Raises:
            InvalidInput: An impossible number of epochs.
        """
        run = self._find(name)
        params = _training(run)
        total = (run.control.epochs or params.epochs) + epochs
        if epochs < 1 or total > 10_000:
            raise InvalidInput(
                f"A training cannot go on for {epochs:,} epochs more.",
                f"It has {total - epochs:,} so far, and may have 10,000 in all.",
                "Choose a whole number from 1 on.",
            )
        if not run.is_terminal and rows.wish(self._studio, name, epochs=total):
            return self.run(name)
        if "model.keras" not in self.run_artifacts(name):
            raise Conflict(
                f'Run "{name}" cannot be extended.',
                f"It is {self._find(name).status} and kept no model to go on from.",
                "Train again with more epochs.",
            )
        pipeline = _with_training(run.pipeline, epochs=epochs, start_from=name)
        return self.submit(pipeline, name=self.free_run_name(f"{name[:56]}-more"), author=author)

    def set_learning_rate(self, name: str, value: float) -> Run:
        """Let a training go on with another learning rate; a schedule is scaled to it."""
        return self._ask(name, learning_rate=value)

    def set_histograms(self, name: str, on: bool) -> Run:
        """Say whether a training keeps histograms of weights and gradients from now on."""
        return self._ask(name, histograms=on)

    def _ask(self, name: str, **wishes: float | bool) -> Run:
        run = self._find(name)
        _training(run)
        try:
            RunControl.model_validate(wishes)
        except ValidationError as error:
            refuse("change of a run", error)
        if not rows.wish(self._studio, name, **wishes):
            self._refuse(name, "changed")
        return self.run(name)

    def run_settings(self, name: str) -> RunSettings:
        """Return what a training was submitted with, to submit another one like it."""
        return settings_of_run(self._find(name).pipeline)

    def queued_runs(self, kinds: Sequence[RunKind] = QUEUED_KINDS) -> list[Run]:
        """Return the waiting trainings, searches and finders in the order in which they are started."""
        return run_rows.queued(self._studio, kinds)

    def move_run(self, name: str, to: Move) -> Run:
        """Give a waiting run another place in the queue: first, one up, one down, last."""
        run = self._find(name)
        kinds = QUEUED_KINDS if run.kind in QUEUED_KINDS else RUN_KINDS
        if not rows.move(self._studio, run, to, kinds):
            self._refuse(name, "moved in the queue")
        return self.run(name)

    def queue_limits(self) -> QueueLimits:
        """Return how much may be trained at once: as people set it, else `$STUDIO_PARALLEL_RUNS`, else one run.

        Raises:
            InvalidInput: The environment says nonsense.
        """
        found = setting_rows.find(self._studio, _LIMITS)
        if found is not None:
            return QueueLimits.model_validate_json(found)
        return QueueLimits(parallel_runs=_parallel_runs())

    def set_queue_limits(self, limits: QueueLimits) -> QueueLimits:
        """Change how much may be trained at once. Runs that go on already are left alone."""
        setting_rows.put(self._studio, _LIMITS, limits.model_dump_json())
        return limits

    def estimated_memory(self, run: Run) -> int:
        """Return about how many bytes a run's process will take; 0 for runs that train nothing."""
        found = [0]
        for node in run.pipeline.nodes:
            params = params_given(run.pipeline, node.id)
            version = next((self.dataset_by_id(v) for v in run.inputs.values()), None)
            if version is None:
                continue
            for model, training in trained_by(params, largest=True):
                try:
                    found.append(
                        estimated_bytes(
                            with_columns(model, version),
                            training,
                            version.shape,
                            len(version.class_names),
                            samples=version.labelled,
                        )
                    )
                except InvalidInput:
                    continue  # the largest trial of a search fits no sample, and will just fail
        return max(found)

    def _refuse(self, name: str, what: str) -> NoReturn:
        run = self._find(name)
        ended = run.is_terminal
        raise Conflict(
            f'Run "{name}" cannot be {what}.',
            f"It is {run.status}{' already' if ended else ''}.",
            "Look at its results."
            if ended
            else "Look at its page for what can be done with it now.",
        )


def _training(run: Run) -> TrainParams:
    """Return the params of a run's train node.

    Raises:
        Conflict: It trains nothing that could be changed on the way.
    """
    for node in run.pipeline.nodes:
        if isinstance(params := run.pipeline.params(node.id), TrainParams):
            return params
    raise Conflict(
        f'Run "{run.name}" cannot be changed while it runs.',
        f"It is of kind {run.kind}, and only trainings can.",
        "Start another one with other settings.",
    )


def _with_training(pipeline: Pipeline, **settings: object) -> Pipeline:
    for node in pipeline.nodes:
        if node.component == "train":
            pipeline = pipeline.set_params(node.id, **settings)
    return pipeline


def _parallel_runs() -> int:
    value = os.environ.get("STUDIO_PARALLEL_RUNS", "1")
    if not value.isdecimal() or not 1 <= int(value) <= 64:
        raise InvalidInput(
            f"STUDIO_PARALLEL_RUNS is {value!r}.",
            "It says how many trainings run at once, 1 to 64.",
            "Set it to a whole number, or leave it out.",
        )
    return int(value)
