"""What training several times, each time without another part, says about a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

MEASURED = ("accuracy", "top_k", "macro_f1", "mean_average_precision", "loss")
"""Numbers of a fold."""


class Fold(BaseModel):
    """One model, judged on the samples it has not seen.

    Args:
        fold: 1, 2, 3 ...
        count: Samples it was judged on.
    """

    model_config = ConfigDict(frozen=True)

    fold: int
    count: int
    accuracy: float
    top_k: float
    macro_f1: float
    mean_average_precision: float
    loss: float


class CrossValidation(BaseModel):
    """All folds, and what they amount to.

    Args:
        dataset: What it is called, `name:version` where nothing was done to it.
        base: As `DatasetManifest.base`.
        class_names: Names of the classes.
        k: Of the top-k accuracy.
        folds: Each of them.
        mean, deviation: Over the folds; the deviation is the one of a sample (n - 1).
        left_out: Labelled samples of classes that have fewer than there are folds.
        answers: "ids", "labels", "probabilities" -> digest of what the models said of samples they had not seen.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    base: str
    class_names: tuple[str, ...]
    k: int
    folds: tuple[Fold, ...]
    mean: dict[str, float]
    deviation: dict[str, float]
    left_out: int = 0
    answers: dict[str, str] = {}

    @property
    def sentence(self) -> str:
        """How good, and how steadily."""
        mean, deviation = self.mean["accuracy"] * 100, self.deviation["accuracy"] * 100
        return f"Accuracy {mean:.1f} ± {deviation:.1f} % over {len(self.folds)} folds."

    def headline(self) -> dict[str, float | int | str | None]:
        """Return the numbers that people compare."""
        found: dict[str, float | int | str | None] = {"folds": len(self.folds)}
        for name in MEASURED:
            found |= {name: self.mean[name], f"{name}_deviation": self.deviation[name]}
        return {**found, "count": sum(fold.count for fold in self.folds)}


def over_folds(folds: Sequence[Fold]) -> tuple[dict[str, float], dict[str, float]]:
    """Return mean and deviation of each number over the folds, two at least.

    Example:
        >>> folds = [Fold(fold=n, count=9, **dict.fromkeys(MEASURED, n / 2)) for n in (1, 2)]
        >>> mean, deviation = over_folds(folds)
        >>> mean["accuracy"], round(deviation["accuracy"], 4)
        (0.75, 0.3536)
    """
    table = np.array([[getattr(fold, name) for name in MEASURED] for fold in folds])
    mean, deviation = table.mean(axis=0), table.std(axis=0, ddof=1)
    return (
        dict(zip(MEASURED, mean.tolist(), strict=True)),
        dict(zip(MEASURED, deviation.tolist(), strict=True)),
    )
