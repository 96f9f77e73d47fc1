"""What happens around each batch and epoch of training: counting, stopping, reporting, keeping."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from studio.core.events import Point
from studio.core.run import Progress
from studio.ml.backend import keras
from studio.ml.state import Emit, TrainingState

POINTS_AN_EPOCH = 200
POINT_SECONDS = 0.2
"""Points are at least this far apart, and so many at most in an epoch; its last batch is always one."""
PROGRESS_SECONDS = 0.5


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
        return Progress(
            done=state.step,
            total=state.total,
            unit="steps",
            message=f"epoch {state.epoch} of {state.epochs}",
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
        state.last_facts = facts = _ordered(logs or {})
        if not state.at_epoch_end or state.diverged_at is not None:
            return
        watched = "loss"
        if self._validate is not None:
            watched = "val_loss"
            validation = {} if state.stopped else self._validate()
            if state.stopped:
                return
            facts |= {f"val_{name}": value for name, value in _ordered(validation).items()}
        if not math.isfinite(facts[watched]):
            state.diverged_at = state.step
            self.model.stop_training = True
            return
        self._say(facts)
        if self._keep_last or facts[watched] < state.kept_loss:
            state.kept_epoch, state.kept_loss = state.epoch, facts[watched]
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


def _ordered(logs: dict[str, float]) -> dict[str, float]:
    return {name: float(logs[name]) for name in ("loss", "accuracy", "top_k")}
