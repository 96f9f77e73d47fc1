"""What happens around each batch and epoch of training: counting, stopping, reporting, keeping, saving."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from studio.core.events import Point
from studio.core.run import Progress
from studio.ml.backend import keras
from studio.ml.checkpoints import Checkpoint, save_checkpoint

POINTS_AN_EPOCH = 200
POINT_SECONDS = 0.2
PROGRESS_SECONDS = 0.5
SAVE_SECONDS = 1.0
"""Epochs shorter than this share a checkpoint."""
LONG_EPOCH_SECONDS = 60.0
"""Within an epoch longer than this a checkpoint is saved every so often."""


class Emit(Protocol):
    """Where training says how it is going."""

    def progress(self, progress: Progress) -> None:
        """Say how far the work is."""

    def metrics(self, points: list[Point]) -> None:
        """Say points of curves."""

    def log(self, text: str) -> None:
        """Say one line for people."""


@dataclass
class TrainingState:
    """Where training is. All of it is in a checkpoint, except why it ended.

    Args:
        epochs, steps_per_epoch: The plan.
        step: Batches trained so far.
        kept_epoch: Epoch (from 1) whose weights are kept, 0 while none is.
        kept_loss: Its loss, the validation loss where there is a validation split.
        kept_facts: What was measured at its end.
        kept_weights: The weights.
        stopped: Somebody asked to stop.
        diverged_at: Step after which the loss was no number any more.
    """

    epochs: int
    steps_per_epoch: int
    step: int = 0
    kept_epoch: int = 0
    kept_loss: float = math.inf
    kept_facts: dict[str, float] = field(default_factory=dict)
    kept_weights: list[Any] = field(default_factory=list)
    stopped: bool = False
    diverged_at: int | None = None

    @property
    def total(self) -> int:
        """Batches of the whole training."""
        return self.epochs * self.steps_per_epoch

    @property
    def epochs_done(self) -> int:
        """Complete epochs."""
        return self.step // self.steps_per_epoch

    @property
    def at_epoch_end(self) -> bool:
        """Whether the last batch was an epoch's last."""
        return self.step % self.steps_per_epoch == 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will be trained."""
        return self.stopped or self.diverged_at is not None or self.step >= self.total


class Guard(keras.callbacks.Callback):
    """Counts batches, and ends training when asked or when the loss is no number. Comes first."""

    def __init__(self, state: TrainingState, should_stop: Callable[[], bool]) -> None:
        super().__init__()
        self._state = state
        self._should_stop = should_stop

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Count the batch."""
        self._state.step += 1
        if not math.isfinite((logs or {})["loss"]):
            self._state.diverged_at = self._state.step
        if self._should_stop():
            self._state.stopped = True
        if self._state.ended:
            self.model.stop_training = True

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Look up from validating, too."""
        if self._should_stop():
            self._state.stopped = True
            self.model.stop_evaluating = True
            self.model.stop_training = True


class Report(keras.callbacks.Callback):
    """Says points of the curves and how long it will take, often enough to watch and not more often."""

    def __init__(self, state: TrainingState, emit: Emit) -> None:
        super().__init__()
        self._state = state
        self._emit = emit
        self._every = math.ceil(state.steps_per_epoch / POINTS_AN_EPOCH)
        self._points: list[Point] = []
        self._point_step = state.step
        self._point_time = self._flush_time = self._progress_time = -math.inf
        self._first: tuple[int, float] | None = None

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report the batch if it is time to."""
        now, step = time.monotonic(), self._state.step
        self._first = self._first or (step, now)
        due = step - self._point_step >= self._every and now - self._point_time >= POINT_SECONDS
        if (due or self._state.at_epoch_end) and self._state.diverged_at is None:
            self._point_step, self._point_time = step, now
            self.add(logs or {})
        if now - self._flush_time >= POINT_SECONDS:
            self.flush()
        if now - self._progress_time >= PROGRESS_SECONDS or self._state.ended:
            self._progress_time = now
            self._emit.progress(self._progress(now))

    def add(self, values: dict[str, float], prefix: str = "") -> None:
        """Add one point to each curve."""
        self._points += [
            (prefix + name, self._state.step, float(value)) for name, value in values.items()
        ]

    def flush(self) -> None:
        """Say the points gathered so far."""
        if self._points:
            self._emit.metrics(self._points)
            self._points = []
        self._flush_time = time.monotonic()

    def _progress(self, now: float) -> Progress:
        state = self._state
        assert self._first is not None
        step, since = self._first
        done = state.step - step
        left = (now - since) / done * (state.total - state.step) if done else None
        epoch = min(state.epochs, (state.step - 1) // state.steps_per_epoch + 1)
        return Progress(
            done=state.step,
            total=state.total,
            unit="steps",
            message=f"epoch {epoch} of {state.epochs}",
            seconds_left=left,
        )


class Keep(keras.callbacks.Callback):
    """At each epoch's end: validates, says the epoch's numbers, keeps the weights if they are to be kept."""

    def __init__(
        self,
        state: TrainingState,
        report: Report,
        emit: Emit,
        *,
        keep_last: bool,
        validate: Callable[[], dict[str, float]] | None,
    ) -> None:
        super().__init__()
        self._state = state
        self._report = report
        self._emit = emit
        self._keep_last = keep_last
        self._validate = validate
        self._log_time = -math.inf

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Judge the epoch; one that was cut short is not judged."""
        state = self._state
        if not state.at_epoch_end or state.diverged_at is not None:
            return
        facts = _ordered(logs or {})
        if self._validate is not None and not (state.stopped):
            validation = _ordered(self._validate())
            facts |= {f"val_{name}": value for name, value in validation.items()}
        self._say(facts)
        watched = "loss" if self._validate is None else "val_loss"
        if watched not in facts or (state.stopped and self._validate is not None):
            return
        if self._keep_last or facts[watched] < state.kept_loss or not state.kept_epoch:
            state.kept_epoch, state.kept_loss = state.epochs_done, facts[watched]
            state.kept_facts = facts
            state.kept_weights = self.model.get_weights()

    def _say(self, facts: dict[str, float]) -> None:
        state = self._state
        for name, value in facts.items():
            prefix = "" if name.startswith("val_") else "epoch_"
            self._report.add({name: value}, prefix)
        now = time.monotonic()
        if now - self._log_time >= PROGRESS_SECONDS or state.ended:
            self._log_time = now
            numbers = ", ".join(f"{name} {value:.4f}" for name, value in facts.items())
            self._emit.log(f"Epoch {state.epochs_done} of {state.epochs}: {numbers}.")


class Save(keras.callbacks.Callback):
    """Saves checkpoints, and puts what one holds back into the model. Comes last."""

    def __init__(self, state: TrainingState, report: Report, folder: Path, signature: str) -> None:
        super().__init__()
        self._state = state
        self._report = report
        self._folder = folder
        self._signature = signature
        self._saved = time.monotonic()
        self._running_means: list[Any] = []

    def restore(self, model: keras.Model, checkpoint: Checkpoint | None) -> bool:
        """Go on from a checkpoint of the same training.

        Args:
            model: The model, compiled.
            checkpoint: The newest one, None when there is none.

        Returns:
            Whether it was of this training and is now restored.
        """
        if checkpoint is None or checkpoint.facts["signature"] != self._signature:
            return False
        model.optimizer.build(model.trainable_variables)
        for prefix, variables in self._variables(model).items():
            for number, variable in enumerate(variables):
                variable.assign(checkpoint.arrays[f"{prefix}_{number}"])
        self._running_means = _numbered(checkpoint.arrays, "metric")
        _make_metrics(model)
        state = self._state
        state.step = checkpoint.step
        state.kept_epoch = checkpoint.facts["kept_epoch"]
        state.kept_facts = checkpoint.facts["kept_facts"]
        state.kept_weights = _numbered(checkpoint.arrays, "kept")
        if state.kept_epoch:
            state.kept_loss = checkpoint.facts["kept_loss"]
        return True

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Continue the running means of an epoch that was interrupted."""
        if not self._state.at_epoch_end:
            for variable, value in zip(
                self.model.metrics_variables, self._running_means, strict=True
            ):
                variable.assign(value)
        self._running_means = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Save within a long epoch."""
        waited = time.monotonic() - self._saved
        if waited >= LONG_EPOCH_SECONDS and not self._state.at_epoch_end:
            self._save()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save at an epoch's end, the last one in any case."""
        waited = time.monotonic() - self._saved
        if self._state.at_epoch_end and (waited >= SAVE_SECONDS or self._state.ended):
            self._save()

    def _save(self) -> None:
        state = self._state
        if state.diverged_at is not None:
            return
        self._report.flush()
        arrays = {
            f"{prefix}_{number}": np.asarray(variable)
            for prefix, variables in self._variables(self.model).items()
            for number, variable in enumerate(variables)
        }
        arrays |= {f"kept_{number}": value for number, value in enumerate(state.kept_weights)}
        arrays |= {
            f"metric_{number}": np.asarray(variable)
            for number, variable in enumerate(self.model.metrics_variables)
        }
        facts = {
            "signature": self._signature,
            "kept_epoch": state.kept_epoch,
            "kept_loss": state.kept_loss if state.kept_epoch else None,
            "kept_facts": state.kept_facts,
        }
        save_checkpoint(self._folder, Checkpoint(state.step, facts, arrays))
        self._saved = time.monotonic()

    @staticmethod
    def _variables(model: keras.Model) -> dict[str, list[Any]]:
        return {"model": model.variables, "optimizer": model.optimizer.variables}


def _make_metrics(model: keras.Model) -> None:
    """Let Keras make the variables of its metrics, which it puts off to the first batch."""
    samples, labels = np.zeros((1, *model.input_shape[1:]), np.uint8), np.zeros(1, np.int32)
    model.test_on_batch(samples, labels)


def _ordered(logs: dict[str, float]) -> dict[str, float]:
    return {name: float(logs[name]) for name in ("loss", "accuracy", "top_k")}


def _numbered(arrays: dict[str, Any], prefix: str) -> list[Any]:
    count = sum(name.startswith(f"{prefix}_") for name in arrays)
    return [arrays[f"{prefix}_{number}"] for number in range(count)]
