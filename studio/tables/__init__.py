"""Tables: reading, writing and changing rows and columns, with Arrow and DuckDB.

The only room that pyarrow and DuckDB enter. It knows files and the core, not the workspace. Others hold a `Frame`
without looking inside: they read it with `read_parquet`, change it with the functions of this room, and take NumPy
arrays (`values_of`) or plain rows (`records_of`) out of it. `studio.tables.sql` is imported where a query is asked:
only then DuckDB is loaded.
"""

from __future__ import annotations

from studio.tables.columns import describe, summarise
from studio.tables.exported import ExportedRows
from studio.tables.features import row_features
from studio.tables.files import read_parquet, read_table, write_csv, write_parquet
from studio.tables.frames import (
    Frame,
    append_columns,
    frame_of_columns,
    frame_of_records,
    records_of,
    row_texts,
    select,
    take,
    values_of,
    words_in,
)
from studio.tables.joins import append, join
from studio.tables.transforms import apply, fit, kept_rows

__all__ = [
    "ExportedRows",
    "Frame",
    "append",
    "append_columns",
    "apply",
    "describe",
    "fit",
    "frame_of_columns",
    "frame_of_records",
    "join",
    "kept_rows",
    "read_parquet",
    "read_table",
    "records_of",
    "row_features",
    "row_texts",
    "select",
    "summarise",
    "take",
    "values_of",
    "words_in",
    "write_csv",
    "write_parquet",
]
