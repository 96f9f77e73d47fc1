"""What a model of tables looks at: its columns, and what their first layers learned from the training rows.

A row comes as one number a column (`studio.core.table.encode_rows`). Inside the model, numbers are scaled, with the
mean in place of a missing one and a column of its own that says so; a category becomes a 1 among zeros, or, with many
values, a few learned numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from studio.core.table import Column, TableSettings

ONE_HOT = 64
"""A category with more values than this becomes learned numbers instead of zeros and a 1."""
MOST_FEATURES = 32
"""As many learned numbers a category has at most."""
BLOCK = 65_536


class TableInput(TableSettings):
    """The columns, and how numbers are scaled.

    Args:
        means, deviations: Of each column over the training rows that have a value, 0 and 1 for categories; empty
            until a model is trained.
    """

    means: tuple[float, ...] = Field((), max_length=2000)
    deviations: tuple[float, ...] = Field((), max_length=2000)

    @property
    def numbers(self) -> list[int]:
        """Places of the columns that are scaled: numbers, booleans and times."""
        return [i for i, column in enumerate(self.columns) if column.kind != "category"]

    @property
    def gaps(self) -> list[int]:
        """Places of those of them that have missing values."""
        return [i for i in self.numbers if self.columns[i].missing]

    @property
    def one_hot(self) -> list[int]:
        """Places of the categories with few values."""
        return [i for i, column in enumerate(self.columns) if 0 < _values(column) <= ONE_HOT]

    @property
    def embedded(self) -> list[int]:
        """Places of the categories with many values."""
        return [i for i, column in enumerate(self.columns) if _values(column) > ONE_HOT]

    @property
    def features(self) -> int:
        """How many numbers a row is behind the first layers; at least 1, for a model whose columns nobody said yet."""
        places = sum(_values(self.columns[i]) + 1 for i in self.one_hot)
        learned = sum(features_of(self.columns[i]) for i in self.embedded)
        return max(1, len(self.numbers) + len(self.gaps) + places + learned)

    @property
    def parameters(self) -> int:
        """How many numbers the model learns about categories with many values."""
        found = [self.columns[i] for i in self.embedded]
        return sum((len(column.categories) + 1) * features_of(column) for column in found)

    def learned(self, rows: Sequence[NDArray[np.float32]] | NDArray[np.float32]) -> TableInput:
        """Return the same with the means and deviations of some rows.

        Args:
            rows: float32 (n, columns), the training rows, or blocks of them.

        Example:
            >>> table = TableInput(columns=(Column(name="age", kind="number"),))
            >>> table.learned(np.array([[1], [3], [np.nan]], np.float32)).means
            (2.0,)
        """
        count = np.zeros(len(self.columns))
        total, squares = np.zeros((2, len(self.columns)))
        for block in _blocks(rows):
            values = block.astype(np.float64)
            known = np.isfinite(values)
            values[~known] = 0
            count += known.sum(axis=0)
            total += values.sum(axis=0)
        means = total / np.maximum(count, 1)
        for block in _blocks(rows):
            away = block - means
            away[~np.isfinite(block)] = 0
            squares += (away**2).sum(axis=0)
        deviations = np.sqrt(squares / np.maximum(count, 1))
        deviations[deviations == 0] = 1
        for place in (*self.one_hot, *self.embedded):
            means[place], deviations[place] = 0, 1
        return self.model_copy(
            update={"means": tuple(means.tolist()), "deviations": tuple(deviations.tolist())}
        )


def features_of(column: Column) -> int:
    """Return how many learned numbers a category with many values becomes."""
    return min(MOST_FEATURES, round(1.6 * float(len(column.categories) ** 0.56)))


def _values(column: Column) -> int:
    return len(column.categories) if column.kind == "category" else 0


def _blocks(
    rows: Sequence[NDArray[np.float32]] | NDArray[np.float32],
) -> Sequence[NDArray[np.float32]]:
    if isinstance(rows, np.ndarray):
        return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    return rows
