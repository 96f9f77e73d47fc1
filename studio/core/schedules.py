"""Learning rate of every step: warm-up, constant, cosine, one cycle; cuts come in as a scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.training import TrainingConfig

COSINE_END = 0.01
"""What a cosine ends with, as a share of the learning rate."""
CYCLE_START, CYCLE_END = 1 / 25, 1 / 1000
"""What one cycle starts and ends with, as shares of the learning rate at its top."""
CYCLE_RISE = 0.3
"""Share of the steps in which one cycle rises, where no warm-up is set."""


def learning_rates(
    training: TrainingConfig,
    first_step: int,
    count: int,
    *,
    total_steps: int,
    scale: float = 1.0,
) -> NDArray[np.float32]:
    """Return the learning rate of some steps in a row.

    A step's rate depends on nothing but the step, so a training taken up again in the middle of an epoch goes on as
    it would have. Steps behind the last planned one have its rate.

    Args:
        training: Learning rate, schedule and warm-up.
        first_step: The first of the steps, counted from 1 over all epochs.
        count: How many.
        total_steps: Steps of the whole training as it is planned now.
        scale: What cuts on a plateau and a person's change multiply the rate with. Default 1.

    Returns:
        float32 (count,), each above 0.

    Example:
        >>> learning_rates(TrainingConfig(learning_rate=0.5, warm_up=0.5), 1, 6, total_steps=8).tolist()
        [0.125, 0.25, 0.375, 0.5, 0.5, 0.5]
    """
    total = max(1, total_steps)
    steps = np.minimum(np.arange(first_step, first_step + count, dtype=np.float64), total)
    one_cycle = training.schedule == "one_cycle"
    share = training.warm_up or (CYCLE_RISE if one_cycle else 0.0)
    rise = min(total - 1, round(share * total))
    left = np.clip((steps - rise - 1) / max(1, total - rise - 1), 0.0, 1.0)
    if one_cycle:
        up = np.clip((steps - 1) / max(1, rise), 0.0, 1.0)
        shape = np.where(steps <= rise, _swing(up, CYCLE_START, 1.0), _swing(left, 1.0, CYCLE_END))
    else:
        after = _swing(left, 1.0, COSINE_END) if training.schedule == "cosine" else np.ones(count)
        shape = np.where(steps <= rise, steps / max(1, rise), after)
    return np.asarray(shape * (training.learning_rate * scale), np.float32)


def _swing(progress: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """Return half a cosine from `start` to `end` as `progress` goes from 0 to 1."""
    swung: NDArray[np.float64] = end + (start - end) * (1 + np.cos(np.pi * progress)) / 2
    return swung
