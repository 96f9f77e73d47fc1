"""Rows as exporters read them, some at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.tables.files import write_parquet
from studio.tables.frames import Frame, append_columns, records_of, take


class ExportedRows:
    """The rows of a dataset version.

    Args:
        frame: All of them.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self._frame.column_names)

    def values(self, rows: NDArray[np.int64]) -> list[tuple[Any, ...]]:
        """Return some rows, None where a value is missing, times in ISO 8601."""
        return [tuple(record.values()) for record in records_of(take(self._frame, rows))]

    def write_parquet(
        self, rows: NDArray[np.int64], more: dict[str, list[str]], target: Path
    ) -> None:
        """Write some rows, and columns more, as a Parquet file."""
        write_parquet(append_columns(take(self._frame, rows), more), target)
