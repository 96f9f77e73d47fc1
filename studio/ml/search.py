"""A search: one training after the other in the run's process, and the best model in the end."""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.errors import Cancelled, StudioError
from studio.core.events import ObservationKind, Point
from studio.core.run import Progress
from studio.core.search import TRIAL_SHARE, SearchParams, settings_of_trial
from studio.core.training import TrainingConfig
from studio.core.trials import Trial, TrialState
from studio.ml.backend import keras
from studio.ml.export import load_keras, save_keras
from studio.ml.state import Emit
from studio.ml.study import Attempt, Study
from studio.ml.train import Trained

SAY_SECONDS = 0.5
"""A trial that goes on is told of at most so often."""
PACE_SECONDS = 2.0
"""How fast a trial trains is known after its first epoch, or after so long."""
MOST_FAILURES = 5
"""When so many trials in a row fail, the search does."""

Train = Callable[[ModelConfig, TrainingConfig, Path, Emit, Callable[[], RunControl]], Trained]
"""Trains one trial: (model, settings, folder of its checkpoints, where it tells, what people want)."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a search came to. `paused` or `cancelled`: there is no model.

    Args:
        model: Of the best trial, ready to export.
        trial: The best one.
        config, training: What it was trained with.
        facts: What was measured of it.
        trials: All that have ended.
        stopped: Somebody asked for the end.
    """

    model: keras.Model | None
    trial: Trial | None
    config: ModelConfig | None
    training: TrainingConfig | None
    facts: dict[str, Any]
    trials: list[Trial]
    stopped: bool = False
    paused: bool = False
    cancelled: bool = False


def search(
    params: SearchParams,
    train: Train,
    *,
    folder: Path,
    emit: Emit,
    control: Callable[[], RunControl] = RunControl,
) -> Found:
    """Try settings until the trials or the time are used up, going on where an earlier process was interrupted.

    Trials that had ended are not run again; the one that had not goes on from its own checkpoint.

    Args:
        params: What is tried.
        train: Trains one trial.
        folder: For the journal and the best model; checkpoints of trials are beside it. Made if missing.
        emit: Where trials, progress and log lines go.
        control: Asked what people want. Stopped, the best so far is kept, the running trial included.

    Raises:
        StudioError: No trial came to a model; the last reason.
    """
    return _Search(params, train, folder, emit, control).run()


class _Search:
    def __init__(
        self,
        params: SearchParams,
        train: Train,
        folder: Path,
        emit: Emit,
        control: Callable[[], RunControl],
    ) -> None:
        self._params, self._train, self._folder = params, train, folder
        self._emit, self._control = emit, control
        self._study = Study(params, folder)
        self._spent = sum(trial.seconds for trial in self._study.trials())
        self._last_error: StudioError | None = None

    def run(self) -> Found:
        """Try until the end."""
        for trial in self._study.trials()[-1:]:
            self._tell_end(trial)  # again, as a kill may have come before it was told
        failures = 0
        while self._goes_on():
            attempt = self._study.next()
            if attempt is None:
                self._emit.log("Everything was tried.")
                break
            state = self._carry_out(attempt)
            if state is None:
                break
            failures = failures + 1 if state == "failed" else 0
            if failures >= MOST_FAILURES:
                break
        return self._found()

    def _goes_on(self) -> bool:
        if self._control().ends:
            return False
        ended, wanted = len(self._study.trials()), self._params.wanted
        return (wanted is None or ended < wanted) and self._left() > 0

    def _left(self) -> float:
        """Return the seconds that are left."""
        minutes = self._params.minutes
        return math.inf if minutes is None else 60 * minutes - self._spent

    def _checkpoints(self, key: int) -> Path:
        return self._folder.with_name(f"{self._folder.name}-trial-{key:05d}")

    def _best_file(self, key: int) -> Path:
        return self._folder / f"best-{key:05d}.keras"

    def _carry_out(self, attempt: Attempt) -> TrialState | None:
        """Train one trial; return how it ended, None when it goes on another time or never."""
        left = self._left() if self._study.kept() else math.inf
        watch = _Watch(self._params, attempt, self._emit, self._control, left, self._told)
        trained, value, reason = None, None, ""
        state: TrialState = "completed"
        try:
            if not attempt.begin():
                raise StudioError(
                    "The process ended again and again while this trial was trained.",
                    "Probably memory does not suffice for it.",
                    "Choose smaller batches or fewer filters.",
                )
            config, training = settings_of_trial(self._params, attempt.chosen)
            attempt.note(number=attempt.number)
            watch.begin(training)
            keras.backend.clear_session(free_memory=False)  # the rest is collected as always
            trained = self._train(
                config, training, self._checkpoints(attempt.key), watch, watch.control
            )
        except Cancelled:  # before its training began
            if self._control().ends:
                return None
            state = "stopped"
        except StudioError as error:
            state, self._last_error = "failed", error
            reason = f"{error.what} {error.why}"
        if trained is not None:
            wish = self._control()
            if (trained.paused or trained.cancelled) and (wish.pause or wish.cancel):
                watch.note_seconds()
                return None
            state = "pruned" if watch.pruned else "stopped" if trained.stopped else "completed"
            value = self._value(trained)
            reason = "Its loss was no number any more." if trained.diverged else ""
            if value is None and state == "completed":
                state, reason = "failed", reason or "It came to no number."
            if state in ("completed", "stopped") and self._is_best(value):
                self._keep(attempt.key, trained)
            attempt.note(facts=_jsonable(trained.facts), best_epoch=trained.best_epoch)
        attempt.end(state, value, seconds=watch.seconds, reason=reason)
        self._let_go(attempt.key)
        self._spent += watch.seconds
        ended = attempt.seen()
        self._tell_end(ended)
        self._emit.log(_line(ended, self._params.objective))
        self._told(None)
        return state

    def _value(self, trained: Trained) -> float | None:
        value = trained.facts.get(f"val_{self._params.objective}")
        return value if value is not None and math.isfinite(value) else None

    def _is_best(self, value: float | None) -> bool:
        best = self._study.kept()
        if value is None or best is None or best[1].value is None:
            return value is not None
        lead = value - best[1].value
        return lead < 0 if self._params.lower_is_better else lead > 0

    def _keep(self, key: int, trained: Trained) -> None:
        """Put the model of the best trial in a safe place, before the trial is noted as ended."""
        aside = self._folder / ".writing.keras"
        save_keras(trained.model, aside)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(self._best_file(key))

    def _let_go(self, key: int) -> None:
        """Remove the trial's checkpoints, and the models that are not the best any more."""
        shutil.rmtree(self._checkpoints(key), ignore_errors=True)
        best = self._study.kept()
        for path in self._folder.glob("best-*.keras"):
            if best is not None and path != self._best_file(best[0]):
                path.unlink()

    def _tell_end(self, trial: Trial) -> None:
        trial = trial.model_copy(update={"importances": self._study.importances()})
        self._emit.observation("trial", trial.number, trial.model_dump(mode="json"))

    def _told(self, at: Progress | None) -> None:
        """Say how far the search is; `at` is how far its running trial is."""
        done, wanted = len(self._study.trials()), self._params.wanted
        spent = self._spent
        words = ""
        part = 0.0
        if at is not None:
            words = f"trial {done + 1}: {at.message}"
            part = at.done / at.total if at.total else 0.0
        left: list[float] = []
        if wanted is not None and done:
            left.append((wanted - done - part) * spent / done)
        if self._params.minutes is not None:
            left.append(max(0.0, self._left()))
        self._emit.progress(
            Progress(
                done=done,
                total=wanted or 0,
                unit="trials",
                message=words,
                seconds_left=min(left, default=None),
            )
        )

    def _found(self) -> Found:
        wish = self._control()
        trials = self._study.trials()
        if wish.cancel or wish.pauses:
            return Found(None, None, None, None, {}, trials, paused=not wish.cancel, cancelled=wish.cancel)  # fmt: skip
        kept = self._study.kept()
        if kept is None and wish.stop:
            raise Cancelled(
                "The search was stopped before it had a model.",
                "Somebody asked to stop within the first epoch of its first trial.",
                "Submit it again.",
            )
        if kept is None:
            raise self._last_error or StudioError(
                "No trial of the search came to a model.",
                f"{len(trials)} were tried, and the loss of none was a number.",
                "Search among lower learning rates.",
            )
        key, trial = kept
        config, training = settings_of_trial(self._params, trial.params)
        if trial.epochs_wanted:
            training = training.model_copy(update={"epochs": trial.epochs_wanted})
        facts = self._study.facts(key)
        self._emit.log(f"Keeping the model of trial {trial.number}.")
        model = load_keras(self._best_file(key))
        return Found(model, trial, config, training, facts, trials, stopped=wish.stop)


class _Watch:
    """Where a trial tells how it goes: passes on what matters, and decides when it shall end.

    Args:
        params: Of the search.
        attempt: The trial.
        emit: The run's.
        control: What people ask of the run.
        left: Seconds that the trial may take; the first one trains an epoch in any case, however short the time.
        told: Called with the trial's progress.
    """

    def __init__(
        self,
        params: SearchParams,
        attempt: Attempt,
        emit: Emit,
        control: Callable[[], RunControl],
        left: float,
        told: Callable[[Progress], None],
    ) -> None:
        self._params, self._attempt, self._emit = params, attempt, emit
        self._asked, self._tell_progress = control, told
        self._before = float(attempt.facts.get("seconds", 0.0))
        self._began = time.monotonic()
        self._left = left - self._before
        self._said = self._noted = -math.inf
        self._epochs: int | None = attempt.facts.get("fitted")
        self._wanted = 0
        self._steps_per_epoch = int(attempt.facts.get("steps_per_epoch", 0))
        self.pruned = attempt.facts.get("state") == "pruned"

    @property
    def seconds(self) -> float:
        """How long the trial took, in earlier processes, too."""
        return self._before + time.monotonic() - self._began

    def begin(self, training: TrainingConfig) -> None:
        """Take the settings of the trial, and tell that it is under way."""
        self._wanted = training.epochs
        self._attempt.note(epochs=self._epochs or training.epochs)
        self._say(always=True)

    def control(self) -> RunControl:
        """Return what the trial shall do."""
        asked = self._asked()
        over = time.monotonic() - self._began >= self._left
        stop = asked.stop or self.pruned or over
        return RunControl(
            stop=stop,
            cancel=asked.cancel,
            pause=asked.pause and not stop,
            epochs=self._epochs,
        )

    def metrics(self, points: list[Point]) -> None:
        """Take the objective of a complete epoch."""
        name = f"val_{self._params.objective}"
        for found, step, value in points:
            if found != name or not math.isfinite(value) or self.pruned:
                continue
            epoch = step // self._steps_per_epoch
            if self._attempt.report(epoch, value, self._epochs or self._wanted):
                self.pruned = True
                self._attempt.note(state="pruned")
            self.note_seconds()
            self._say(always=self.pruned)

    def progress(self, progress: Progress) -> None:
        """Pass on how far it is; shorten a trial that would take too much of the time."""
        if not self._steps_per_epoch:
            self._steps_per_epoch = progress.total // self._wanted
            self._attempt.note(steps_per_epoch=self._steps_per_epoch)
        known = progress.done >= self._steps_per_epoch
        known |= time.monotonic() - self._began >= PACE_SECONDS
        if self._params.minutes and self._epochs is None and progress.rate and known:
            room = min(60 * self._params.minutes * TRIAL_SHARE, self._left)
            fit = int(room * progress.rate / self._steps_per_epoch)
            self._epochs = max(1, min(self._wanted, fit))
            self._attempt.note(fitted=self._epochs, epochs=self._epochs)
        self._tell_progress(progress)

    def observation(self, kind: ObservationKind, step: int, body: dict[str, Any]) -> None:
        """Pass on what computes; the rest would be of interest for one training only."""
        if kind == "engine":
            self._emit.observation(kind, step, body)

    def log(self, text: str) -> None:
        """Say nothing: a line a trial is enough."""

    def note_seconds(self) -> None:
        """Keep how long it took so far, so that a kill makes the search no longer."""
        if time.monotonic() - self._noted >= 1.0:
            self._noted = time.monotonic()
            self._attempt.note(seconds=self.seconds)

    def _say(self, *, always: bool) -> None:
        if always or time.monotonic() - self._said >= SAY_SECONDS:
            self._said = time.monotonic()
            trial = self._attempt.seen().model_copy(
                update={"state": "running", "seconds": round(self.seconds, 2)}
            )
            self._emit.observation("trial", trial.number, trial.model_dump(mode="json"))


def _jsonable(facts: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in facts.items()}


def _line(trial: Trial, objective: str) -> str:
    """Return how a trial ended, as a line of the log."""
    chosen = ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in trial.params.items()
    )
    came = "" if trial.value is None else f" with {objective} {trial.value:.4f}"
    why = f": {trial.reason}" if trial.reason else ""
    return f"Trial {trial.number} {trial.state}{came} after {trial.epochs} epochs ({chosen}){why}"
