"""What a real-time inference pipeline does to samples before its model is asked: the same in an endpoint and a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.inference import Inference, InferenceStep
from studio.core.preparing import prepared
from studio.core.table import TableSettings, encode_rows

Ask = Callable[[str, dict[str, Any]], tuple[Any, NDArray[np.int64] | None]]
"""Asks a query of frames, as `studio.tables.sql.Queries.ask`."""


def preparation(
    inference: Inference, table: TableSettings | None, ask: Ask
) -> Callable[[Any], Any]:
    """Return what makes samples of a request ready for a model.

    Args:
        inference: What is done to them.
        table: The columns that the model reads; None for a model of something else.
        ask: Asks the queries among its steps.

    Returns:
        From uint8 (n, height, width, channels) to the same type, from n texts to n texts, or from n rows (column ->
        value) to float32 (n, columns).

    Raises:
        InvalidInput: The model is for samples of another kind.
    """
    if (inference.input.task == "table") != (table is not None):
        raise InvalidInput(
            f"{inference.reference} does not fit to what the pipeline prepares.",
            f"A request brings {inference.input.task}, and the model reads something else.",
            "Let the alias point at a model that was trained by the same pipeline.",
        )

    def prepare(samples: Any) -> Any:
        if table is None:
            for step in inference.steps:
                samples = prepared(step.component, step.params, samples)
            return samples
        from studio.tables import frame_of_records, values_of

        frame = frame_of_records(samples, inference.input.columns)
        for step in inference.steps:
            frame = _done(step, frame, ask)
        names = [column.name for column in table.columns]
        return encode_rows(values_of(frame, names), table)

    return prepare


def _done(step: InferenceStep, frame: Any, ask: Ask) -> Any:
    """Return rows, a `studio.tables.Frame`, after one step.

    Raises:
        InvalidInput: It does not give one row for each; that is how answers find their rows.
    """
    from studio.tables import apply, select, take

    if step.transform is not None:
        return apply(step.transform, frame)
    if step.component == "select_columns":
        return select(frame, step.params["columns"], keep=step.params["keep"])
    query = step.params["query"]
    made, rows = ask(query, {"first": frame})
    if rows is not None:
        in_order = rows.tolist() == list(range(frame.num_rows))
    else:  # the query does not tell: rows that come the other way round must leave so, too
        backwards = np.arange(frame.num_rows)[::-1]
        in_order = made.num_rows < 2 or (
            made.num_rows == frame.num_rows
            and take(ask(query, {"first": take(frame, backwards)})[0], backwards).equals(made)
        )
    if made.num_rows != frame.num_rows or not in_order:
        raise InvalidInput(
            f"The query of {step.node} gives {made.num_rows:,} rows for {frame.num_rows:,}, or in another order.",
            "Every row of a request gets one answer, in its order.",
            "Write a query that makes one row of each, without WHERE, GROUP BY and ORDER BY.",
        )
    return made
