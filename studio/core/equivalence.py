"""Whether an inference pipeline answers as the training did it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from studio.core.errors import Conflict

TOLERANCE = 1e-5
"""Probabilities that differ by more are others. Those that do not name the same class, but for a tie."""


class Equivalence(BaseModel):
    """Held-out samples through both.

    Args:
        samples: How many were replayed.
        left_out: Held-out samples that came from nowhere in the source, such as those of a second dataset.
        largest: The largest difference between two probabilities.
        model: `name:version` that answered for the inference pipeline.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int
    left_out: int
    largest: float
    model: str


def compare_answers(
    training: NDArray[np.float32],
    inference: NDArray[np.float32],
    class_names: Sequence[str],
    names: Sequence[str],
) -> float:
    """Return the largest difference between two probabilities.

    Args:
        training, inference: float32 (n, classes), what both answered about the same samples.
        class_names: Of the columns.
        names: What each sample is called, for the error.

    Raises:
        Conflict: One is larger than TOLERANCE; it says which sample, and both answers.

    Example:
        >>> same = np.array([[0.25, 0.75]], np.float32)
        >>> compare_answers(same, same, ["cat", "dog"], ["sample 3"])
        0.0
    """
    away = np.abs(training.astype(np.float64) - inference).max(axis=1, initial=0.0)
    away[~np.isfinite(away)] = np.inf
    differing = int(np.count_nonzero(away > TOLERANCE))
    worst = int(away.argmax()) if len(away) else 0
    if differing:
        other = training.argmax(axis=1) != inference.argmax(axis=1)
        raise Conflict(
            f"The inference pipeline answers {differing:,} of {len(away):,} held-out samples differently.",
            f"About {names[worst]} the training says {said(training[worst], class_names)}, the inference pipeline "
            f"{said(inference[worst], class_names)}; samples with another class: {np.count_nonzero(other):,}.",
            "Look for a step that does something else to samples that come in than to those of the training; "
            "if the alias points at another model, convert again.",
        )
    return float(away.max(initial=0.0))


def said(probabilities: NDArray[Any], class_names: Sequence[str]) -> str:
    """Return an answer in words.

    Example:
        >>> said(np.array([0.25, 0.75]), ["cat", "dog"])
        'dog (0.750000)'
    """
    best = int(probabilities.argmax())
    return f"{class_names[best]} ({probabilities[best]:.6f})"
