"""Steps of tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import Paused
from studio.compute.context import Context, Data, Step
from studio.compute.frames import Codes, keep_table, open_table, training_rows
from studio.core.components_tables import (
    ChooseTargetParams,
    EnterDataParams,
    ExportTableParams,
    JoinTablesParams,
    SelectColumnsParams,
    SplitTableParams,
    SqlParams,
)
from studio.core.dataset import SplitConfig, split_codes
from studio.core.errors import Cancelled, InvalidInput
from studio.core.node_outputs import spared_columns
from studio.core.pipeline import Node
from studio.core.port_values import TableValue, TransformValue
from studio.core.table import find_column
from studio.processes import start_program
from studio.tables import (
    Frame,
    append,
    apply,
    fit,
    join,
    kept_rows,
    read_table,
    row_texts,
    select,
    write_csv,
    write_parquet,
)
from studio.tables.sql import Queries
from studio.workspace import open_rows, row_groups, table_manifest, target_labels

QUERIES = Queries(start_program)


def table(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give the rows of the pinned version, with its classes in the target column and its split."""
    version = context.spec.datasets[node.id]
    frame, codes = open_rows(context.artifacts, version)
    return {"table": keep_table(context.artifacts, frame, codes, version.title)}


def enter_data(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Read what somebody typed."""
    params: EnterDataParams = context.params(node)
    if not params.csv.strip():
        raise InvalidInput(
            "No rows are typed.",
            "The table is empty.",
            "Type a row of column names and, below it, a row of values.",
        )
    with context.artifacts.draft() as draft:
        draft.write_text(params.csv.strip() + "\n", "utf-8")
        frame = read_table(draft, "the typed rows")
    return {"table": keep_table(context.artifacts, frame)}


def export_table(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Write rows as a file to download."""
    params: ExportTableParams = context.params(node)
    frame, _ = open_table(context.artifacts, inputs["table"])
    with context.artifacts.draft() as draft:
        (write_csv if params.format == "csv" else write_parquet)(frame, draft)
        file = context.artifacts.adopt(draft, f"table.{params.format}")
    context.emit.artifact(file)
    return {"file": file}


def select_columns(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Keep some columns."""
    params: SelectColumnsParams = context.params(node)
    frame, codes = open_table(context.artifacts, inputs["table"])
    return _kept(context, select(frame, params.columns, keep=params.keep), codes)


def fitted(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Learn from the training rows, and do what was learned to all."""
    frame, codes = open_table(context.artifacts, inputs["table"])
    spared = spared_columns(context.spec.pipeline, node.id)
    transform = fit(context.params(node), frame, training_rows(codes), spared)
    return {**_applied(context, transform, frame, codes), "transform": transform}


def apply_transform(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Do to rows what another node learned."""
    frame, codes = open_table(context.artifacts, inputs["table"])
    return _applied(context, inputs["transform"], frame, codes)


def _applied(
    context: Context, transform: TransformValue, frame: Frame, codes: Codes | None
) -> dict[str, Any]:
    rows = kept_rows(transform, frame)
    if rows is not None:
        left_out = int(np.count_nonzero(~rows))
        context.emit.log(
            f"{left_out:,} of {len(rows):,} rows have a missing value and are left out."
        )
        if left_out == len(rows):
            raise InvalidInput(
                "No row would be left.",
                "Every row has a missing value.",
                "Name only some columns, or fill what is missing with another method.",
            )
        codes = None if codes is None else codes[rows]
    return _kept(context, apply(transform, frame), codes)


def join_tables(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Put two tables together."""
    params: JoinTablesParams = context.params(node)
    (first, codes), (second, more) = (
        open_table(context.artifacts, inputs[port]) for port in ("first", "second")
    )
    if params.how == "append":
        both = None if codes is None or more is None else np.concatenate([codes, more])
        _tell_undivided(context, codes is not None and both is None)
        return _kept(context, append(first, second), both)
    frame, rows = join(first, second, params.on, params.how)
    return _kept(context, frame, _followed(context, codes, rows))


def sql(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Ask a query of one or two tables, in a process of its own.

    Raises:
        Paused: Somebody asked to pause: the query is asked again when the run goes on.
    """
    params: SqlParams = context.params(node)
    first, codes = open_table(context.artifacts, inputs["first"])
    tables = {"first": first}
    if inputs.get("second") is not None:
        tables["second"], _ = open_table(context.artifacts, inputs["second"])
    try:
        frame, rows = QUERIES.ask(params.query, tables, stop=context.should_stop)
    except Cancelled as error:
        if context.control().pauses:
            raise Paused from error
        raise
    if not frame.num_rows:
        raise InvalidInput(
            "The query gives no row.",
            "Nothing fits to its conditions.",
            "Ask for more, with a wider WHERE or another join.",
        )
    return _kept(context, frame, _followed(context, codes, rows))


def split_table(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Divide rows."""
    params: SplitTableParams = context.params(node)
    value: TableValue = inputs["table"]
    frame, _ = open_table(context.artifacts, value)
    labels = None
    if params.target:
        labels, _ = target_labels(frame, find_column(value.columns, params.target))
    elif params.stratified:
        raise InvalidInput(
            "A stratified split needs to know the target column.",
            "It divides every class alike, and the classes stand in that column.",
            "Name the target column, or turn Stratified off.",
        )
    groups = None
    if params.together:
        groups = row_groups(row_texts(frame))
    codes = split_codes(frame.num_rows, params, labels, groups)
    return {"table": value.model_copy(update={"codes": _stored(context, codes)})}


def choose_target(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Make a dataset of rows."""
    params: ChooseTargetParams = context.params(node)
    value: TableValue = inputs["table"]
    frame, codes = open_table(context.artifacts, value)
    manifest = table_manifest(
        context.artifacts,
        frame,
        SplitConfig(),
        target=params.target,
        codes=codes,
        source={"kind": "pipeline"},
    )
    named = ", ".join(manifest.class_names[:12])
    context.emit.log(f"{len(manifest.class_names):,} classes of {params.target}: {named}.")
    return {"dataset": Data(value.title or params.target, manifest)}


def _kept(context: Context, frame: Frame, codes: Codes | None) -> dict[str, Any]:
    return {"table": keep_table(context.artifacts, frame, codes)}


def _stored(context: Context, codes: Codes) -> str:
    return context.artifacts.put_array(codes, "split.npy").digest


def _followed(
    context: Context, codes: Codes | None, rows: NDArray[np.int64] | None
) -> Codes | None:
    """Return the split of rows that were made of others; None, and a line in the log, where they do not tell."""
    if codes is None:
        return None
    if rows is None or np.any(rows < 0):
        _tell_undivided(context, True)
        return None
    return codes[rows]


def _tell_undivided(context: Context, lost: bool) -> None:
    if lost:
        context.emit.log(
            "The rows are not divided any more: not every one of them comes from one row that was. "
            "Divide them with Split rows."
        )


STEPS: dict[str, Step] = {
    "table": table,
    "enter_data": enter_data,
    "export_table": export_table,
    "select_columns": select_columns,
    "clean_missing": fitted,
    "encode": fitted,
    "scale": fitted,
    "join_tables": join_tables,
    "sql": sql,
    "split_table": split_table,
    "apply_transform": apply_transform,
    "choose_target": choose_target,
}
