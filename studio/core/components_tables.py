"""Components that work on tables."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.component import Component
from studio.core.dataset import SplitConfig


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableParams(_Params):
    """Which table of the workspace. `version` None is the newest when the run is submitted; the run pins it."""

    name: str = Field(title="Table")
    version: int | None = None


class EnterDataParams(_Params):
    """Rows typed by hand."""

    csv: str = Field(
        "",
        title="Rows",
        max_length=1_000_000,
        description="Comma-separated values; the first line names the columns.",
        json_schema_extra={"long": True},
    )


class ExportTableParams(_Params):
    """In which format rows leave the studio."""

    format: Literal["csv", "parquet"] = Field("csv", title="Format")


class SelectColumnsParams(_Params):
    """Which columns are kept, in order."""

    columns: tuple[str, ...] = Field(
        (), title="Columns", description="Names of the columns, one a line."
    )
    keep: bool = Field(
        True, title="Keep them", description="Off: these are left out, the others are kept."
    )


class CleanMissingParams(_Params):
    """What is put where a value is missing."""

    columns: tuple[str, ...] = Field(
        (), title="Columns", description="Names, one a line; none: all but the target."
    )
    method: Literal["drop", "mean", "median", "most_frequent", "value"] = Field(
        "mean",
        title="Method",
        description="drop: rows with a missing value are left out. mean, median: of the training rows, for numbers; "
        "other columns get the most frequent value. value: the one below.",
    )
    value: str = Field("", title="Value", description="For the method value.")


class EncodeParams(_Params):
    """How categories become numbers."""

    columns: tuple[str, ...] = Field(
        (), title="Columns", description="Names, one a line; none: all categories but the target."
    )
    method: Literal["one_hot", "ordinal"] = Field(
        "one_hot",
        title="Method",
        description="one_hot: a column of 0 and 1 for each value. ordinal: 1, 2, 3 ...",
    )


class ScaleParams(_Params):
    """How numbers are brought to like ranges, by the training rows."""

    columns: tuple[str, ...] = Field(
        (), title="Columns", description="Names, one a line; none: all numbers but the target."
    )
    method: Literal["standard", "min_max", "robust"] = Field(
        "standard",
        title="Method",
        description="standard: mean 0, deviation 1. min_max: 0 to 1. robust: by median and quartiles.",
    )


class JoinTablesParams(_Params):
    """How rows of two tables find each other."""

    on: tuple[str, ...] = Field((), title="Columns", description="That both have, one a line.")
    how: Literal["inner", "left", "outer", "append"] = Field(
        "inner",
        title="Kind",
        description="inner: rows that both have. left: all of the first. outer: all of both. append: rows below rows.",
    )


class SqlParams(_Params):
    """A query over the tables `first` and `second`."""

    query: str = Field(
        "SELECT * FROM first",
        title="Query",
        max_length=20_000,
        json_schema_extra={"long": True},
        description="SQL as DuckDB speaks it; the tables are called first and second.",
    )


class SplitTableParams(SplitConfig):
    """How rows are divided into training, validation and test rows.

    Args:
        target: A stratified split divides every value of this column alike.
    """

    target: str = Field("", title="Target column", description="For a stratified split.")


class ApplyTransformParams(_Params):
    """Nothing to set: what the transform learned is done to the table."""


class ChooseTargetParams(_Params):
    """Which column is the class."""

    target: str = Field(
        title="Target column", description="The column that a model shall tell from the others."
    )


COMPONENTS = (
    Component(
        "table",
        "Table",
        TableParams,
        outputs={"table": "Table"},
        icon="table",
        description="A table of the workspace.",
        conversion="source",
    ),
    Component(
        "enter_data",
        "Enter data by hand",
        EnterDataParams,
        outputs={"table": "Table"},
        group="Data",
        icon="edit_note",
        description="A small table, typed.",
        conversion="source",
    ),
    Component(
        "export_table",
        "Export table",
        ExportTableParams,
        {"table": "Table"},
        {"file": "File"},
        group="Data",
        icon="download",
        description="Rows as a CSV or Parquet file.",
    ),
    Component(
        "select_columns",
        "Select columns",
        SelectColumnsParams,
        {"table": "Table"},
        {"table": "Table"},
        group="Tables",
        icon="view_column",
        description="Keeps some columns.",
        conversion="keep",
    ),
    Component(
        "clean_missing",
        "Clean missing values",
        CleanMissingParams,
        {"table": "Table"},
        {"table": "Table", "transform": "Transform"},
        group="Tables",
        icon="healing",
        description="Fills or drops missing values.",
        conversion="fitted",
    ),
    Component(
        "encode",
        "Encode categories",
        EncodeParams,
        {"table": "Table"},
        {"table": "Table", "transform": "Transform"},
        group="Tables",
        icon="pin",
        description="Turns categories into numbers.",
        conversion="fitted",
    ),
    Component(
        "scale",
        "Scale numbers",
        ScaleParams,
        {"table": "Table"},
        {"table": "Table", "transform": "Transform"},
        group="Tables",
        icon="straighten",
        description="Brings numbers to like ranges.",
        conversion="fitted",
    ),
    Component(
        "join_tables",
        "Join tables",
        JoinTablesParams,
        {"first": "Table", "second": "Table"},
        {"table": "Table"},
        group="Tables",
        icon="join",
        description="Rows of two tables side by side, or one below the other.",
    ),
    Component(
        "sql",
        "SQL",
        SqlParams,
        {"first": "Table", "second": "Table"},
        {"table": "Table"},
        frozenset({"second"}),
        group="Tables",
        icon="database",
        description="Any query over one or two tables.",
        conversion="keep",
    ),
    Component(
        "split_table",
        "Split rows",
        SplitTableParams,
        {"table": "Table"},
        {"table": "Table"},
        group="Tables",
        icon="call_split",
        description="Divides rows into training, validation and test rows.",
    ),
    Component(
        "apply_transform",
        "Apply transform",
        ApplyTransformParams,
        {"transform": "Transform", "table": "Table"},
        {"table": "Table"},
        group="Tables",
        icon="transform",
        description="Does to a table what another was made ready with.",
        conversion="keep",
    ),
    Component(
        "choose_target",
        "Choose target",
        ChooseTargetParams,
        {"table": "Table"},
        {"dataset": "Dataset"},
        group="Tables",
        icon="flag",
        description="Makes a dataset of rows: one column is the class.",
        conversion="target",
    ),
)
