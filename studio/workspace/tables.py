"""Verbs of tables: rows and columns of datasets of the workspace."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.dataset import UNLABELLED, DatasetManifest, DatasetVersion
from studio.core.errors import InvalidInput
from studio.core.port_values import TableValue
from studio.core.table import Column, ColumnSummary, find_column
from studio.store import annotations as annotation_rows
from studio.workspace.datasets import manifest_of
from studio.workspace.manifest import recount
from studio.workspace.scoring import Scoring
from studio.workspace.table_manifest import check_rows, open_classed, target_labels

PAGE_LIMIT = 1000
KEPT_SUMMARIES = 200


class Tables(Scoring):
    """Rows and columns: of dataset versions, and of what flows through pipelines."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._summaries: OrderedDict[tuple[str, str], ColumnSummary] = OrderedDict()

    def table_rows(
        self, table: DatasetManifest | TableValue, start: int = 0, limit: int = 100
    ) -> list[dict[str, Any]]:
        """Return some rows in order, column name -> value, None where it is missing.

        Args:
            table: A version with rows, or a table of a pipeline.
            start: Number of the first.
            limit: 1 to 1,000.

        Raises:
            InvalidInput: The version holds something else.
        """
        from studio.tables import records_of

        return records_of(self._frame(table), max(0, start), max(1, min(limit, PAGE_LIMIT)))

    def column_summary(self, table: DatasetManifest | TableValue, name: str) -> ColumnSummary:
        """Return what the values of a column are like.

        Raises:
            NotFound: No such column. InvalidInput: The version holds something else.
        """
        from studio.tables import summarise

        column = find_column(columns_of(table), name)
        key = (_content(table), name)
        if key not in self._summaries:
            self._summaries[key] = summarise(self._frame(table, [name]), column)
            while len(self._summaries) > KEPT_SUMMARIES:
                self._summaries.popitem(last=False)
        return self._summaries[key]

    def column_summaries(
        self, table: DatasetManifest | TableValue, limit: int = 100
    ) -> list[ColumnSummary]:
        """Return what the values of the first columns are like. Raises as `column_summary`."""
        return [self.column_summary(table, column.name) for column in columns_of(table)[:limit]]

    def set_target(
        self, name: str, column: str, *, author: str = "unnamed", message: str = ""
    ) -> DatasetVersion:
        """Let a column of a table be the class of its rows, and keep that as a version.

        Answers that people gave before do not count in it.

        Args:
            name: Of the dataset.
            column: Of the table; "": the rows have no class, until people give them one.

        Raises:
            NotFound: No such dataset or column. InvalidInput, TooLarge: The column cannot be a class.
        """
        from studio.tables import read_parquet

        def chosen(version: DatasetVersion) -> DatasetManifest:
            check_rows(version)
            labels = np.full(version.count, UNLABELLED, np.int32)
            class_names: tuple[str, ...] = ()
            if column:
                described = find_column(version.table, column)
                frame = read_parquet(self.artifacts.path(version.samples), [column])
                labels, class_names = target_labels(frame, described)
            changed = manifest_of(version).model_copy(
                update={
                    "labels": self.artifacts.put_array(labels, "labels.npy").digest,
                    "class_names": class_names,
                    "target": column,
                    "tags": "",
                    "tag_count": 0,
                    "renamed": {},
                    "annotation_mark": annotation_rows.last_id(self._studio),
                }
            )
            return recount(changed, labels, np.asarray(self.split(version)), self.state(version))

        said = f"{column} is the class" if column else "Rows without a class"
        number = self._change(name, chosen, author=author, message=message or said)
        return self.dataset(name, number)

    def _frame(self, table: DatasetManifest | TableValue, names: list[str] | None = None) -> Any:
        from studio.tables import read_parquet

        if isinstance(table, TableValue):
            return read_parquet(self.artifacts.path(table.parquet), names)
        check_rows(table)
        return open_classed(self.artifacts, table, names)


def columns_of(table: DatasetManifest | TableValue) -> tuple[Column, ...]:
    """Return the columns of a table.

    Raises:
        InvalidInput: There are no columns, because it holds pictures or texts.
    """
    if isinstance(table, TableValue):
        return table.columns
    check_rows(table)
    if not table.table:
        raise InvalidInput("The table has no columns.", "It is empty.", "Bring another one.")
    return table.table


def _content(table: DatasetManifest | TableValue) -> str:
    return table.parquet if isinstance(table, TableValue) else f"{table.samples}{table.labels}"
