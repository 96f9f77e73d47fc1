"""Several judgements side by side: their numbers, and how sure the differences are."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
from pydantic import BaseModel, ConfigDict

from studio.core.paired import NOISE_BELOW, compare_paired
from studio.core.predictions import Predictions

Number = float | int | str | None


class Difference(BaseModel):
    """How two models differ on the samples that both were judged on. Differences are `second` minus `first`.

    Args:
        first, second: Names of the inputs.
        count: Samples that both were judged on.
        difference, low, high: Of the accuracy, and the interval that holds the true one in 95 of 100 cases.
        p_value: How often chance alone parts two equal models as much (exact McNemar test).
        sentence: All that in words.
    """

    model_config = ConfigDict(frozen=True)

    first: str
    second: str
    count: int
    difference: float
    low: float
    high: float
    p_value: float
    sentence: str


class MetricComparison(BaseModel):
    """Judgements side by side.

    Args:
        headlines: Name of the input -> its numbers.
        differences: Of each pair that was judged on samples in common.
        apart: For each other pair, why there is no difference to measure.
        winner: The one that is better than every other by more than chance; "" where there is none.
    """

    model_config = ConfigDict(frozen=True)

    headlines: dict[str, dict[str, Number]]
    differences: tuple[Difference, ...] = ()
    apart: tuple[str, ...] = ()
    winner: str = ""

    def headline(self) -> dict[str, Number]:
        """Return the accuracy of each, and the winner."""
        found: dict[str, Number] = {
            f"{name} accuracy": row["accuracy"]
            for name, row in self.headlines.items()
            if row.get("accuracy") is not None
        }
        return {**found, "winner": self.winner or "none by more than chance"}


def compare_metrics(
    headlines: Mapping[str, dict[str, Number]], answers: Mapping[str, Predictions | None]
) -> MetricComparison:
    """Put judgements side by side.

    Args:
        headlines: Name -> its numbers.
        answers: Name -> what the model answered for each sample; None where that is unknown.
    """
    differences, apart = [], []
    for first, second in combinations(headlines, 2):
        a, b = answers[first], answers[second]
        why = _apart(a, b)
        if a is None or b is None or why:
            apart.append(f"{first} and {second}: {why}")
            continue
        paired = compare_paired(a, b)
        differences.append(
            Difference(
                first=first,
                second=second,
                count=paired.n,
                difference=paired.difference,
                low=paired.low,
                high=paired.high,
                p_value=paired.p_value,
                sentence=paired.said(first, second),
            )
        )
    return MetricComparison(
        headlines=dict(headlines),
        differences=tuple(differences),
        apart=tuple(apart),
        winner=_winner(list(headlines), differences),
    )


def _apart(a: Predictions | None, b: Predictions | None) -> str:
    """Return why two judgements have no samples in common, "" where they have."""
    if a is None or b is None:
        return "the answers for each sample are not known."
    if not a.base or a.base != b.base:
        return f"they were judged on different samples, {a.dataset} and {b.dataset}."
    if not len(np.intersect1d(np.asarray(a.ids), np.asarray(b.ids), assume_unique=True)):
        return "no sample was judged by both."
    return ""


def _winner(names: list[str], differences: list[Difference]) -> str:
    beaten: dict[str, set[str]] = {name: set() for name in names}
    for found in differences:
        if found.p_value < NOISE_BELOW:
            better = found.second if found.difference > 0 else found.first
            beaten[better].add(found.first if better == found.second else found.second)
    return next((name for name in names if len(beaten[name]) == len(names) - 1), "")
