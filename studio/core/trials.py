"""Trials: the trainings of a search, as its run tells of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.core.choices import Value
from studio.core.events import ObservationEvent

TrialState = Literal["running", "completed", "pruned", "stopped", "failed"]


class Trial(BaseModel):
    """One training of a search.

    Args:
        number: From 1.
        state: pruned: ended early, as others did better by then; stopped: by a person, or as the time was over;
            failed: `reason` says why, and the search went on.
        params: Setting -> what was chosen for it.
        value: The objective on the validation split, None without any.
        curve: (epoch, objective) of every complete epoch.
        epochs: Complete epochs; epochs_wanted: of so many.
        seconds: Time it took.
        importances: Setting -> share of the differences between trials that it explains; of all trials up to
            this one, empty while there are too few.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    state: TrialState
    params: dict[str, Value] = {}
    value: float | None = None
    curve: tuple[tuple[int, float], ...] = ()
    epochs: int = 0
    epochs_wanted: int = 0
    seconds: float = 0.0
    reason: str = ""
    importances: dict[str, float] = {}


def trials_of(observations: Iterable[ObservationEvent]) -> list[Trial]:
    """Return the trials that a search told of, in the order in which they began; the newest word of each counts."""
    found: dict[int, Trial] = {}
    for seen in observations:
        if seen.kind == "trial":
            trial = Trial.model_validate(seen.body)
            found[trial.number] = trial
    return [found[number] for number in sorted(found)]


def best_trial(trials: Iterable[Trial], *, lower_is_better: bool) -> Trial | None:
    """Return the trial whose model is kept: the best of those that were not given up; the first of equals.

    Example:
        >>> trials = [
        ...     Trial(number=1, state="completed", value=0.8),
        ...     Trial(number=2, state="completed", value=0.9),
        ...     Trial(number=3, state="pruned", value=0.95),
        ... ]
        >>> best_trial(trials, lower_is_better=False).number
        2
    """
    best: Trial | None = None
    for trial in trials:
        if trial.state not in ("completed", "stopped") or trial.value is None:
            continue
        lead = 0.0 if best is None or best.value is None else trial.value - best.value
        if best is None or (lead < 0 if lower_is_better else lead > 0):
            best = trial
    return best


def importances_of(trials: Iterable[Trial]) -> dict[str, float]:
    """Return how much every setting matters by what is known last, the most important first."""
    known = [trial.importances for trial in trials if trial.importances]
    if not known:
        return {}
    return dict(sorted(known[-1].items(), key=lambda item: -item[1]))
