"""The dialect of MLflow's scoring server: tables or tensors in JSON, and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, StudioError
from studio.core.model import EndpointState, ModelVersion
from studio.serving.dialect_base import json_reply, served
from studio.serving.exchange import Asked, Query, Reply, Samples, Target
from studio.serving.instances import read
from studio.serving.parse import content, parse_body
from studio.serving.pixels import describe
from studio.serving.rows import read_rows
from studio.serving.taken import Taken, taken

PROTOCOL_VERSION = "3.0.0"
"""Of MLflow, whose protocol this is; told to clients that ask for the server's version."""
FIELDS = ("dataframe_split", "dataframe_records", "instances", "inputs")
FORM = '{"instances": [...]}, or another one of dataframe_split, dataframe_records and inputs'
JSON_TYPE, CSV_TYPE = "application/json", "text/csv"
CODES = {
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    429: "REQUEST_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
}
"""HTTP status -> MLflow's error code; BAD_REQUEST for others."""


class WrongType(InvalidInput):
    """A body of a kind that is not read (HTTP 415)."""

    status = 415


class MLflow:
    """`POST /invocations {"instances": [...]}` is answered by `{"predictions": [...]}`."""

    name = "mlflow"

    def read(self, asked: Asked, version: ModelVersion) -> Query:
        """Return what a request asks of a model.

        Raises:
            WrongType: The body is neither JSON nor CSV. InvalidInput: It is not one of the four forms, or holds no
                samples.
        """
        kind = asked.headers.get("content-type", "").partition(";")[0].strip().lower()
        takes = taken(version)
        if kind == JSON_TYPE:
            return Query(_json(parse_body(content(asked), FORM), takes))
        if kind == CSV_TYPE:
            return Query(_csv(content(asked), takes))
        raise WrongType(
            f"The body is {kind[:40]!r}." if kind else "The body does not say what it is.",
            f"The endpoint reads {JSON_TYPE} and {CSV_TYPE}.",
            "Say one of the two in the header Content-Type.",
        )

    def answer(
        self, query: Query, probabilities: NDArray[np.float32], endpoint: str, version: ModelVersion
    ) -> Reply:
        """Return the probability of every class for every row."""
        return json_reply({"predictions": probabilities})

    def describe(self, target: Target, states: Mapping[str, EndpointState]) -> Reply:
        """Return that the process or an endpoint answers, or the protocol's version.

        Raises:
            NotFound: No such endpoint.
        """
        if target.endpoint is not None:
            served(target, states)
        if target.action == "version":
            return Reply(PROTOCOL_VERSION.encode(), content_type="text/plain; charset=utf-8")
        return json_reply({"status": "ok"})

    def fail(self, error: StudioError) -> Reply:
        """Return a failure as MLflow says it."""
        code = CODES.get(error.status, "BAD_REQUEST")
        return json_reply({"error_code": code, "message": str(error)}, error.status)


def _json(body: dict[str, Any], takes: Taken) -> Samples:
    fields = [field for field in FIELDS if field in body]
    if len(fields) != 1:
        raise InvalidInput(
            f"The body has {' and '.join(fields) or 'none of ' + ', '.join(FIELDS)}.",
            "Exactly one of the four says what is asked.",
            f"Send {FORM}.",
        )
    if not isinstance(body.get("params", {}), dict | None):
        raise InvalidInput(
            f'"params" is {describe(body["params"])}.', "It is an object.", "Leave it out."
        )
    field = fields[0]
    values = body[field]
    if field == "dataframe_split":
        return read_rows(*_split(values), takes, field)
    if field == "dataframe_records":
        return read_rows(*records(values, field), takes, field)
    if isinstance(values, dict) and set(values) == {takes.kind}:
        values = values[takes.kind]
    if isinstance(values, list) and takes.kind == "text":
        values = [value[0] if _alone(value) else value for value in values]
    return read(values, takes, field, words=True)


def _alone(value: object) -> bool:
    """Tell whether a text is the only cell of a row, as NumPy arrays of texts are sent."""
    return isinstance(value, list) and len(value) == 1


def _split(values: object) -> tuple[list[str], list[list[Any]]]:
    data = values.get("data") if isinstance(values, dict) else None
    if not isinstance(values, dict) or not isinstance(data, list):
        raise _no_table("dataframe_split", '{"columns": [...], "data": [[...]]}')
    rows = [row if isinstance(row, list) else [row] for row in data]
    width = len(rows[0]) if rows else 0
    columns = values.get("columns", list(range(width)))
    if not isinstance(columns, list):
        raise _no_table("dataframe_split", '{"columns": [...], "data": [[...]]}')
    return [str(column) for column in columns], rows


def records(values: object, field: str) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and rows of a list of objects, the first one's names being the columns.

    Raises:
        InvalidInput: It is no such list, or an object lacks a column.
    """
    if not isinstance(values, list) or not all(isinstance(row, dict) for row in values):
        raise _no_table(field, '[{"column": value, ...}, ...]')
    columns = list(values[0]) if values else []
    for number, row in enumerate(values):
        if missing := [name for name in columns if name not in row]:
            raise InvalidInput(
                f"{field}[{number}] has no {missing[0][:40]!r}.",
                "The first row has it.",
                "Give every row the same columns.",
            )
    return columns, [[row[name] for name in columns] for row in values]


def _no_table(field: str, form: str) -> InvalidInput:
    return InvalidInput(f'"{field}" is no table.', "A table has columns and rows.", f"Send {form}.")


def _csv(body: bytes, takes: Taken) -> Samples:
    try:
        table = [
            row for row in csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True) if row
        ]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidInput(
            "The body is no CSV.", f"{str(error)[:100]}.", "Send UTF-8 with a line of column names."
        ) from error
    if not table:
        raise InvalidInput(
            "The body is empty.", "The first line names the columns.", "Send a table as CSV."
        )
    return read_rows(table[0], table[1:], takes, "rows")
