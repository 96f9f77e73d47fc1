"""The trials of a search as Optuna keeps them: a journal in the run's folder, from which a killed search goes on."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from studio.core.choices import Choice, Value, grid_values, is_whole
from studio.core.search import REDUCTION, SearchParams
from studio.core.trials import Trial

JOURNAL = "trials.jsonl"
ENOUGH_TRIALS = 5
"""Importances of fewer trials would be chance."""
MOST_STARTS = 4
"""A trial that was begun so often without completing an epoch is given up: it probably kills the process."""
SAME_AGAIN = 30
"""When the sampler comes up with nothing new so many times, everything was tried."""
_NAME = "search"
_REPEATED = "repeated"

optuna.logging.set_verbosity(optuna.logging.ERROR)


class _Alone:
    """The lock of a journal that only one process writes: the run's own lock sees to that.

    Optuna's would be left behind by a kill and hold up the search for half a minute.
    """

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        """Do nothing."""


class Study:
    """What was tried, what is being tried, and what to try next.

    Args:
        params: Of the search.
        folder: Of the journal; made if missing.
    """

    def __init__(self, params: SearchParams, folder: Path) -> None:
        self._params = params
        folder.mkdir(parents=True, exist_ok=True)
        _mend(folder / JOURNAL)
        backend = JournalFileBackend(str(folder / JOURNAL), lock_obj=_Alone())  # type: ignore[arg-type]
        storage = JournalStorage(backend)
        if any(study.study_name == _NAME for study in storage.get_all_studies()):
            self._study = optuna.load_study(study_name=_NAME, storage=storage)
        else:
            self._study = optuna.create_study(
                study_name=_NAME,
                storage=storage,
                direction="minimize" if params.lower_is_better else "maximize",
            )
        for usual in params.usual() if params.sampler != "grid" else []:
            self._study.enqueue_trial(dict(usual), skip_if_exists=True)

    def next(self) -> Attempt | None:
        """Return the trial that a kill or a pause interrupted, else a new one; None when all was tried."""
        running = [t for t in self._all() if t.state == TrialState.RUNNING]
        for _ in range(SAME_AGAIN):
            if running:
                trial = optuna.trial.Trial(self._study, running.pop()._trial_id)
            else:
                number = len(self._all())
                if self._params.sampler == "grid" and not self._queue_from_grid(number):
                    return None
                self._study.sampler = self._sampler(number)
                trial = self._study.ask()
            chosen = {c.field: self._suggest(trial, c) for c in self._params.choices}
            if not self._known(trial.number, chosen):
                early = self._params.pruner == "asha"
                return Attempt(self._study, trial, chosen, self._number(trial), early=early)
            trial.set_user_attr("state", _REPEATED)
            self._study.tell(trial, state=TrialState.FAIL)
        return None

    def trials(self) -> list[Trial]:
        """Return all trials that have ended, in their order."""
        return [_seen(t) for t in self._ended()]

    def kept(self) -> tuple[int, Trial] | None:
        """Return the best trial that has ended, with its number in the journal; None while there is none."""
        ended = [t for t in self._ended() if t.state == TrialState.COMPLETE and t.value is not None]
        if not ended:
            return None
        sign = 1 if self._params.lower_is_better else -1
        best = min(ended, key=lambda t: (sign * (t.value or 0.0), t.number))
        return best.number, _seen(best)

    def facts(self, key: int) -> dict[str, Any]:
        """Return what was measured of the trial with this number in the journal."""
        noted = self._all()[key].user_attrs
        return {**noted.get("facts", {}), "best_epoch": noted.get("best_epoch", 0)}

    def importances(self) -> dict[str, float]:
        """Return setting -> its share in the differences between trials; empty while too few have ended.

        Trials that were ended early count with what they had reached: that is why they were.
        """
        counted = [t for t in self._ended() if t.state != TrialState.FAIL and _value(t) is not None]
        if len(counted) < ENOUGH_TRIALS:
            return {}
        shadow = optuna.create_study(direction=self._study.direction)
        for trial in counted:
            shadow.add_trial(
                optuna.trial.create_trial(
                    params=trial.params,
                    distributions=trial.distributions,
                    value=_value(trial),
                )
            )
        share = min(0.5, max(0.1, ENOUGH_TRIALS / len(counted)))
        evaluator = PedAnovaImportanceEvaluator(target_quantile=share)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # equal trials: all alike important
            found = get_param_importances(shadow, evaluator=evaluator)
        return {name: round(float(value), 4) for name, value in found.items()}

    def _all(self) -> list[FrozenTrial]:
        return self._study.get_trials(deepcopy=False)

    def _ended(self) -> list[FrozenTrial]:
        return [
            t
            for t in self._all()
            if t.state.is_finished() and t.user_attrs.get("state") != _REPEATED
        ]

    def _number(self, trial: optuna.trial.Trial) -> int:
        """Return the trial's number as people count, from 1."""
        return sum(t.number < trial.number for t in self._ended()) + 1

    def _known(self, number: int, chosen: Mapping[str, Value]) -> bool:
        return any(t.number < number and t.params == chosen for t in self._ended())

    def _queue_from_grid(self, number: int) -> bool:
        """Make the next combination the next trial, unless it waits already; False when there is none left.

        Optuna's own sampler of grids ends a study by a call that only its own loop may make.
        """
        if any(t.state == TrialState.WAITING for t in self._all()):
            return True
        params = self._params
        if number >= params.grid_size:
            return False
        order = np.random.default_rng(params.seed).permutation(params.grid_size)
        at, chosen = int(order[number]), {}
        for choice in params.choices:
            values = grid_values(choice, params.models)
            at, place = divmod(at, len(values))
            chosen[choice.field] = values[place]
        self._study.enqueue_trial(chosen)
        return True

    def _sampler(self, number: int) -> optuna.samplers.BaseSampler:
        """Return a sampler whose next answer depends on the trials so far only, not on kills between them."""
        params = self._params
        digest = hashlib.sha256(f"{params.seed} {number}".encode()).digest()
        seed = int.from_bytes(digest[:4], "big")
        if params.sampler != "bayesian":
            return optuna.samplers.RandomSampler(seed=seed)
        first = 10 if params.wanted is None else max(4, min(10, params.wanted // 3))
        return optuna.samplers.TPESampler(seed=seed, n_startup_trials=first)

    def _suggest(self, trial: optuna.trial.Trial, choice: Choice) -> Value:
        models = self._params.models
        if not choice.is_range or self._params.sampler == "grid":
            found: Value = trial.suggest_categorical(choice.field, grid_values(choice, models))
            return found
        low, high = choice.ends
        if is_whole(choice, models):
            step = 1 if choice.step is None else int(choice.step)
            high = low + (high - low) // step * step
            return trial.suggest_int(choice.field, int(low), int(high), step=step, log=choice.log)
        if choice.step is not None:
            high = grid_values(choice, models)[-1]  # type: ignore[assignment]
        return trial.suggest_float(choice.field, low, high, step=choice.step, log=choice.log)


class Attempt:
    """A trial that goes on.

    Args:
        study: It is one of.
        trial: As Optuna has it.
        chosen: Setting -> what was chosen.
        number: From 1.
        early: Whether it may be ended early.
    """

    def __init__(
        self,
        study: optuna.study.Study,
        trial: optuna.trial.Trial,
        chosen: Mapping[str, Value],
        number: int,
        *,
        early: bool,
    ) -> None:
        self._early = early
        self._study = study
        self._trial = trial
        self.chosen = dict(chosen)
        self.number = number

    @property
    def key(self) -> int:
        """Its number in the journal."""
        return self._trial.number

    @property
    def facts(self) -> dict[str, Any]:
        """What was noted about it, by this process or an earlier one."""
        return self._trial.user_attrs

    @property
    def curve(self) -> dict[int, float]:
        """Epoch -> objective."""
        frozen = self._study.get_trials(deepcopy=False)[self.key]
        return dict(sorted(frozen.intermediate_values.items()))

    def begin(self) -> bool:
        """Note that it is begun; False when it was begun too often without coming any further."""
        starts, epochs = self.facts.get("starts", (0, 0))
        done = len(self.curve)
        starts = starts + 1 if done == epochs else 1
        self.note(starts=(starts, done))
        return starts <= MOST_STARTS

    def note(self, **facts: Any) -> None:
        """Keep facts about it."""
        for name, value in facts.items():
            self._trial.set_user_attr(name, value)

    def report(self, epoch: int, value: float, epochs: int) -> bool:
        """Take the objective of an epoch of so many; return whether to end the trial early.

        Trials may be of different lengths, so they are compared after the same share of it each.
        """
        if epoch in self.curve:
            return False
        self._trial.report(value, epoch)
        if not self._early or epoch >= epochs:
            return False
        self._study.pruner = optuna.pruners.SuccessiveHalvingPruner(
            min_resource=max(1, epochs // REDUCTION**2), reduction_factor=REDUCTION
        )
        return self._trial.should_prune()

    def end(self, state: str, value: float | None, **facts: Any) -> None:
        """Note how it ended."""
        self.note(state=state, **facts)
        if state == "pruned":
            self._study.tell(self._trial, state=TrialState.PRUNED)
        elif state == "failed" or value is None:
            self._study.tell(self._trial, state=TrialState.FAIL)
        else:
            self._study.tell(self._trial, value)

    def seen(self) -> Trial:
        """Return what there is to tell of it."""
        return _seen(self._study.get_trials(deepcopy=False)[self.key], self.number)


def _seen(trial: FrozenTrial, number: int | None = None) -> Trial:
    facts = trial.user_attrs
    return Trial(
        number=facts.get("number", number or trial.number + 1),
        state=facts.get("state", "running"),
        params=trial.params,
        value=_value(trial),
        curve=tuple(sorted(trial.intermediate_values.items())),
        epochs=max(trial.intermediate_values, default=0),
        epochs_wanted=facts.get("epochs", 0),
        seconds=round(facts.get("seconds", 0.0), 2),
        reason=facts.get("reason", ""),
    )


def _value(trial: FrozenTrial) -> float | None:
    """Return the objective, of a trial that was ended early that of its last epoch."""
    if trial.state == TrialState.COMPLETE:
        return trial.value
    curve = trial.intermediate_values
    return curve[max(curve)] if curve else None


def _mend(path: Path) -> None:
    """Remove the line that a power cut tore off the end of a journal."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
