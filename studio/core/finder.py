"""Finding a learning rate: it rises from step to step, and the losses show where training works and where it fails."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.errors import refuse
from studio.core.training import TrainingConfig

Floats = NDArray[np.float64]
FEWEST = 10
"""Fewer losses say nothing."""
WIDTH = 1 / 40
"""A loss is evened out with its neighbours up to about this share of the steps."""
FALL = 0.05
"""The loss must fall by this share for a rate to be suggested."""
BACK = 0.9
"""Training has fallen apart where the loss is back up by this share of what it had fallen."""
ABOVE = 1.5
"""It has, too, where the loss is this many times what it began with."""
AWAY = 3.0
"""A suggested rate is at most the one with the lowest loss divided by this."""


class FinderParams(BaseModel):
    """What is tried to find a learning rate.

    Args:
        model: The stack of layers.
        training: How it would be trained; its learning rate and schedule do not count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelConfig = DRAWING_CLASSIFIER
    training: TrainingConfig = TrainingConfig()
    lowest: float = Field(
        1e-6,
        gt=0,
        le=10,
        title="From",
        description="The learning rate of the first step.",
        json_schema_extra={"scale": "log"},
    )
    highest: float = Field(
        1.0,
        gt=0,
        le=10,
        title="To",
        description="The learning rate of the last step, if training does not fall apart before.",
        json_schema_extra={"scale": "log"},
    )
    steps: int = Field(
        150,
        ge=20,
        le=2000,
        title="Steps",
        description="Batches that are trained. More make the curve smoother.",
        json_schema_extra={"unit": "steps"},
    )

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.highest < 10 * self.lowest:
            raise ValueError("the last learning rate must be at least 10 times the first")
        return self

    def rates(self) -> NDArray[np.float32]:
        """Return the learning rate of every step, float32 (steps,): each the same share above the one before.

        Example:
            >>> FinderParams(lowest=0.001, highest=1, steps=20).rates()[[0, -1]].tolist()
            [0.0010000000474974513, 1.0]
        """
        return np.geomspace(self.lowest, self.highest, self.steps).astype(np.float32)


def parse_finder(value: Any) -> FinderParams:
    """Return the search described by a mapping.

    Raises:
        InvalidInput: An impossible value.
    """
    try:
        return FinderParams.model_validate(value)
    except ValidationError as error:
        refuse("search for a learning rate", error)


def evened(losses: Floats) -> Floats:
    """Return losses evened out with their neighbours on both sides, so that nothing moves along the curve."""
    count = len(losses)
    reach = max(1, round(3 * WIDTH * count))
    distance = np.arange(-reach, reach + 1)
    weights = np.exp(-0.5 * (distance / max(1.0, WIDTH * count)) ** 2)
    inside = np.convolve(np.ones(count), weights)[reach:-reach]
    smooth: Floats = np.convolve(losses, weights)[reach:-reach] / inside
    return smooth


def fell_apart(losses: Floats) -> bool:
    """Return whether the losses so far show that the rate has become too high to go on.

    Args:
        losses: float64 (n,), those of the steps so far.
    """
    if len(losses) and not np.isfinite(losses[-1]):
        return True
    if len(losses) < FEWEST:
        return False
    smooth = evened(losses)
    first, lowest, last = smooth[0], smooth.min(), smooth[-1]
    fallen = first - lowest
    return bool(last > ABOVE * first or (fallen > FALL * first and last > lowest + BACK * fallen))


def suggested(rates: NDArray[np.floating], losses: Floats) -> float | None:
    """Return the learning rate to train with, in two digits; None where the losses show none.

    It is the rate at which the loss falls most steeply, kept well below the rate with the lowest loss: from there on
    it is on its way up.

    Args:
        rates: (n,), rising.
        losses: float64 (n,).

    Example:
        >>> rates = np.geomspace(1e-5, 1, 100)
        >>> falls = 2.3 / (1 + (rates / 1e-3) ** 2)
        >>> suggested(rates, falls + (rates / 0.1) ** 2)
        0.001
    """
    good = np.isfinite(losses)
    end = len(losses) if good.all() else int(np.argmin(good))
    if end < FEWEST:
        return None
    smooth, powers = evened(losses[:end]), np.log(rates[:end].astype(np.float64))
    lowest = int(smooth.argmin())
    if lowest == 0 or smooth[0] - smooth[lowest] < FALL * abs(smooth[0]):
        return None
    slopes = np.gradient(smooth, powers)[: lowest + 1]
    steepest = float(powers[int(slopes.argmin())])
    rate = math.exp(min(steepest, float(powers[lowest]) - math.log(AWAY)))
    return float(f"{rate:.1e}")
