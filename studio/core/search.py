"""Searches: many trainings with different settings, and the best of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator

from studio.core.choices import (
    GRID_LIMIT,
    MODEL,
    Choice,
    Value,
    declared,
    grid_values,
    is_whole,
    kind_of_setting,
)
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig, parse_model
from studio.core.errors import InvalidInput, refuse, unknown
from studio.core.training import TrainingConfig, parse_training

Sampler = Literal["bayesian", "random", "grid"]
Pruner = Literal["asha", "none"]
Objective = Literal["accuracy", "loss", "top_k", "f1", "mean_average_precision"]
REDUCTION = 3
"""ASHA: about one in so many trials is trained on after a ninth of the epochs, and again after a third."""
TRIAL_SHARE = 1 / 6
"""A trial may take so much of the time of a search, so that there can be several."""
USUAL_SPACE = (Choice(field="learning_rate", low=1e-4, high=1e-2, log=True),)
"""What a search tries where nobody says: every model has it, and nothing matters more."""


class SearchParams(BaseModel):
    """What a search tries, how it chooses, when it ends.

    Args:
        models: Name -> model; where there are several, the search chooses among them, too. Where the model comes by
            wire (the validation context says so: `wired`), they do not count, and what is chosen of the layers is
            checked by `studio.core.untrained.search_of`.
        training: The settings that are not chosen.
        space: The settings that are, each with what it may be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: dict[str, ModelConfig] = Field(
        {"drawing-classifier": DRAWING_CLASSIFIER}, min_length=1, max_length=50
    )
    training: TrainingConfig = TrainingConfig()
    space: tuple[Choice, ...] = Field(USUAL_SPACE, max_length=40)
    sampler: Sampler = Field(
        "bayesian",
        title="How to choose",
        description="bayesian: looks closer where trials did well. random: anywhere. "
        "grid: every combination, one after the other.",
    )
    pruner: Pruner = Field(
        "asha",
        title="Ending early",
        description="asha: after a ninth and a third of the epochs only about the best third of the trials so far "
        "is trained on. "
        "none: every trial is trained to its end.",
    )
    trials: int | None = Field(
        20,
        ge=1,
        le=10_000,
        title="Trials",
        description="Trainings to try, at most. Empty: as many as there is time for.",
    )
    minutes: float | None = Field(
        None,
        gt=0,
        le=100_000,
        title="Time",
        description="Minutes the search may take; then the best so far is kept. A trial that would take too much "
        "of it is trained for fewer epochs. Empty: as long as the trials take.",
        json_schema_extra={"unit": "minutes", "step": 1},
    )
    objective: Objective = Field(
        "accuracy",
        title="What to improve",
        description="Measured on the validation split. loss: the lower the better; all others: the higher.",
    )
    validation_share: float = Field(
        0.2,
        ge=0.05,
        le=0.5,
        title="Validation share",
        description="Of the training split, to compare trials on. Only where the dataset has no validation split.",
        json_schema_extra={"unit": "share"},
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="Start of the randomness by which settings are chosen.",
    )

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> SearchParams:
        wired = "model" in (info.context or {}).get("wired", ())
        fields = [choice.field for choice in self.space]
        for choice in self.space:
            if fields.count(choice.field) > 1:
                raise InvalidInput(
                    f"A search cannot choose {choice.field} twice.",
                    "It stands there with two lists of values or ranges.",
                    "Remove one of them.",
                )
            choice.check()
            if not wired or choice.field in TrainingConfig.model_fields:
                self._check_values(choice)
        if not self.choices:
            raise InvalidInput(
                "There is nothing to search.",
                "One model and no setting with several values: every trial would be the same.",
                "Choose a setting and what it may be, or several models.",
            )
        if self.sampler == "grid" and not wired and self.grid_size > GRID_LIMIT:
            raise InvalidInput(
                f"This grid has {self.grid_size:,} combinations.",
                f"A grid may have {GRID_LIMIT:,}.",
                "Give fewer values, or let the search choose by random or bayesian.",
            )
        if self.trials is None and self.minutes is None and self.sampler != "grid":
            raise InvalidInput(
                "This search would never end.",
                "Neither the number of trials nor the time is limited.",
                "Limit one of them.",
            )
        return self

    def _check_values(self, choice: Choice) -> None:
        """Refuse values that their setting cannot have."""
        if choice.field == MODEL:
            for value in choice.values:
                if value not in self.models:
                    raise unknown("model of the search", value, self.models)
            return
        info = declared(choice.field, self.models)
        if choice.is_range and kind_of_setting(info) not in (int, float):
            raise InvalidInput(
                f"A search cannot choose {choice.field} from a range.",
                "It is no number.",
                "Give the values it may have.",
            )
        if is_whole(choice, self.models) and any(n % 1 for n in (*choice.ends, choice.step or 1)):
            raise InvalidInput(
                f"A search cannot choose {choice.field} from {choice.low:g} to {choice.high:g}.",
                "It is a whole number.",
                "Give whole numbers.",
            )
        for value in grid_values(choice, self.models):
            for name in self.models:
                settings_of_trial(self, {MODEL: name, choice.field: value})

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What is chosen, the model included where there are several."""
        given = any(choice.field == MODEL for choice in self.space)
        if given or len(self.models) == 1:
            return self.space
        return (Choice(field=MODEL, values=tuple(self.models)), *self.space)

    @property
    def grid_size(self) -> int:
        """Number of combinations of a grid."""
        return math.prod(len(grid_values(choice, self.models)) for choice in self.choices)

    @property
    def wanted(self) -> int | None:
        """Number of trials, None as many as there is time for."""
        if self.sampler != "grid":
            return self.trials
        return min(self.grid_size, self.trials or self.grid_size)

    @property
    def lower_is_better(self) -> bool:
        """Whether the objective is to become smaller."""
        return self.objective == "loss"

    def usual(self) -> list[dict[str, Value]]:
        """Return what is tried first: the settings as they would be without a search, with each model.

        Only what the search may choose so is in it; the rest is chosen as ever.
        """
        training = self.training.model_dump()
        found: dict[str, Value] = {
            choice.field: training[choice.field]
            for choice in self.choices
            if choice.field in training and _within(choice, training[choice.field])
        }
        models = next((c.values for c in self.choices if c.field == MODEL), ())
        return [{MODEL: name, **found} for name in models] or ([found] if found else [])


def _within(choice: Choice, value: Any) -> bool:
    if not choice.is_range:
        return value in choice.values
    low, high = choice.ends
    on_step = choice.step is None or math.isclose((value - low) / choice.step % 1, 0, abs_tol=1e-9)
    return value is not None and low <= value <= high and on_step


def settings_of_trial(
    params: SearchParams, chosen: Mapping[str, Value]
) -> tuple[ModelConfig, TrainingConfig]:
    """Return the model and the settings that a trial trains with.

    Args:
        params: Of the search.
        chosen: Setting -> what was chosen.

    Raises:
        InvalidInput: A setting cannot have that value.

    Example:
        >>> params = SearchParams(space=(Choice(field="layers.0.filters", values=(4, 8)),))
        >>> model, training = settings_of_trial(params, {"layers.0.filters": 4})
        >>> model.layers[0].filters
        4
    """
    model = params.models[str(chosen.get(MODEL, next(iter(params.models))))].model_dump()
    training = params.training.model_dump()
    for field, value in chosen.items():
        if field in training:
            training[field] = value
        elif field != MODEL:
            part, *places, name = field.split(".")
            at = model[part]
            for place in places:
                at = at[int(place)]
            at[name] = value
    if params.objective not in ("loss", *training["metrics"]):
        training["metrics"] = (*training["metrics"], params.objective)
    return parse_model(model), parse_training(training)


def usual_trials(params: SearchParams) -> list[tuple[ModelConfig, TrainingConfig]]:
    """Return what a search starts from, one a model."""
    return [settings_of_trial(params, {MODEL: name}) for name in params.models]


def largest_trials(params: SearchParams) -> list[tuple[ModelConfig, TrainingConfig]]:
    """Return the trials with the largest numbers that a search may choose, one a model."""
    most = {
        choice.field: max(numbers)
        for choice in params.space
        if (numbers := [v for v in grid_values(choice, params.models) if type(v) is int])
    }
    return [settings_of_trial(params, {**most, MODEL: name}) for name in params.models]


def parse_search(value: Any) -> SearchParams:
    """Return the search described by a mapping.

    Raises:
        InvalidInput: An impossible value. NotFound: a setting that does not exist.
    """
    try:
        return SearchParams.model_validate(value)
    except ValidationError as error:
        refuse("settings of the search", error)
