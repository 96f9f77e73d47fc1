"""Slices of an evaluation: the samples that share some fact, and how often the model is right about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.intervals import wilson

Rows = NDArray[np.int64]

BANDS = 4
"""Numbers, such as the length of a text, are divided into so many bands with about as many samples each."""


class Slice(NamedTuple):
    """Samples that share a fact.

    Args:
        name: What they share.
        rows: int64 (n,), their places in the predictions, ascending.
        right: How many of them the model is right about.
        accuracy: Share of right answers, 0-1.
        low, high: 95 % Wilson interval of it.
        overall: Accuracy on all samples.
    """

    name: str
    rows: Rows
    right: int
    accuracy: float
    low: float
    high: float
    overall: float

    @property
    def stands_out(self) -> str:
        """ "worse" or "better" where the interval leaves the accuracy on all samples out; else ""."""
        if self.high < self.overall:
            return "worse"
        return "better" if self.low > self.overall else ""


def slices_of(groups: Iterable[tuple[str, Rows]], wrong: NDArray[np.bool_]) -> tuple[Slice, ...]:
    """Return how the model does on each group of samples, groups without samples left out.

    Args:
        groups: Name and places of each; a sample may be in several groups, or in none.
        wrong: Boolean (n,), whether the model is wrong about a sample.

    Example:
        >>> wrong = np.array([False, True, False])
        >>> found = slices_of([("red", np.array([0, 1])), ("blue", np.array([], np.int64))], wrong)
        >>> [(one.name, one.right, one.accuracy) for one in found]
        [('red', 1, 0.5)]
    """
    overall = 1 - float(wrong.mean()) if len(wrong) else 0.0
    found = []
    for name, rows in groups:
        count = len(rows)
        right = count - int(np.count_nonzero(wrong[rows]))
        interval = wilson(right, count)
        if interval is not None:
            found.append(Slice(name, rows, right, right / count, *interval, overall))
    return tuple(found)


def by_code(codes: NDArray[np.integer], names: Sequence[str]) -> list[tuple[str, Rows]]:
    """Return the places of the samples of each code, in the order of `names`; codes below 0 are in no group.

    Args:
        codes: Integers (n,), places in `names`.
        names: What each code means.
    """
    order = np.argsort(codes, kind="stable").astype(np.int64)
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    return [(name, order[ends[code] : ends[code + 1]]) for code, name in enumerate(names)]


def by_band(
    values: NDArray[np.floating | np.integer], unit: str = "", bands: int = BANDS
) -> list[tuple[str, Rows]]:
    """Return bands of a number with about as many samples each, lowest first; equal values are in one band.

    Args:
        values: (n,).
        unit: Stands behind the numbers in the bands' names.
        bands: At most so many.

    Example:
        >>> [(name, rows.tolist()) for name, rows in by_band(np.array([1, 9, 1, 8]), "words", bands=2)]
        [('1 to 1 words', [0, 2]), ('8 to 9 words', [1, 3])]
    """
    values = np.asarray(values, np.float64)
    inner = (
        np.quantile(values, np.linspace(0, 1, bands + 1)[1:-1], method="lower")
        if len(values)
        else []
    )
    codes = np.searchsorted(np.unique(inner), values, side="left")
    groups = []
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        low, high = values[rows].min(), values[rows].max()
        groups.append((f"{low:,.4g} to {high:,.4g} {unit}".strip(), rows))
    return groups
