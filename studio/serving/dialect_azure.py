"""The dialect of Azure ML designer's real-time endpoints: rows in, the same rows with scores out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, StudioError
from studio.core.model import EndpointState, ModelVersion
from studio.serving.dialect_base import json_reply, served
from studio.serving.dialect_mlflow import records
from studio.serving.exchange import Asked, Query, Reply, Target
from studio.serving.parse import content, parse_body
from studio.serving.pixels import describe
from studio.serving.rows import read_rows, sample_column
from studio.serving.taken import taken

INPUT, OUTPUT = "WebServiceInput0", "WebServiceOutput0"
FORM = '{"Inputs": {"WebServiceInput0": [{"image": "..."}]}, "GlobalParameters": {}}'
LABELS = "Scored Labels"
PROBABILITY = 'Scored Probabilities for Class "{}"'
ECHO_LIMIT = 1000
"""Characters up to which a text of a row comes back in the answer."""


class Azure:
    """`POST /score {"Inputs": ...}` is answered by `{"Results": ...}`."""

    name = "azure"

    def read(self, asked: Asked, version: ModelVersion) -> Query:
        """Return what a request asks of a model, and what of its rows comes back.

        Raises:
            InvalidInput: It is not of this form, or holds no samples.
        """
        body = parse_body(content(asked), FORM)
        columns, rows = _table(body)
        takes = taken(version)
        samples = read_rows(columns, rows, takes, INPUT)
        column = sample_column(columns, takes)
        kept = [name for name in columns if name != column]
        if column is None and takes.kind != "row":
            kept = []  # a column a number
        echoed = [
            {
                name: cell
                for name, cell in zip(columns, row, strict=True)
                if name in kept and _is_short(cell)
            }
            for row in rows
        ]
        return Query(samples, {"rows": echoed})

    def answer(
        self, query: Query, probabilities: NDArray[np.float32], endpoint: str, version: ModelVersion
    ) -> Reply:
        """Return every row with its likeliest class and the probability of each."""
        names = [PROBABILITY.format(name) for name in version.class_names]
        best = probabilities.argmax(axis=1).tolist()
        results = [
            {
                **row,
                LABELS: version.class_names[place],
                **dict(zip(names, scores, strict=True)),
            }
            for row, place, scores in zip(
                query.said["rows"], best, probabilities.tolist(), strict=True
            )
        ]
        return json_reply({"Results": {OUTPUT: results}})

    def describe(self, target: Target, states: Mapping[str, EndpointState]) -> Reply:
        """Return that an endpoint answers.

        Raises:
            NotFound: No such endpoint.
        """
        served(target, states)
        return json_reply({"status": "ok"})

    def fail(self, error: StudioError) -> Reply:
        """Return a failure as Azure says it."""
        said = {"code": error.status, "message": error.what, "details": f"{error.why} {error.fix}"}
        return json_reply({"error": said}, error.status)


def _table(body: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    inputs = body.get("Inputs")
    if not isinstance(inputs, dict) or len(inputs) != 1:
        raise InvalidInput(
            f'"Inputs" is {describe(inputs)}.' if "Inputs" in body else 'The body has no "Inputs".',
            f"It is an object with one input, called {INPUT}.",
            f"Send {FORM}.",
        )
    parameters = body.get("GlobalParameters", {})
    if not isinstance(parameters, dict | None):
        raise InvalidInput(
            f'"GlobalParameters" is {describe(parameters)}.', "It is an object.", "Send {}."
        )
    (name, value), *_ = inputs.items()
    if isinstance(value, dict) and set(value) == {"ColumnNames", "Values"}:
        columns, rows = value["ColumnNames"], value["Values"]
        if not isinstance(columns, list) or not isinstance(rows, list):
            columns, rows = [], [None]
        if all(isinstance(row, list) for row in rows):
            return [str(column) for column in columns], rows
        raise InvalidInput(
            f'"{name[:40]}" is no table.', "Its values are lists, one a row.", f"Send {FORM}."
        )
    return records(value, name[:40])


def _is_short(cell: object) -> bool:
    return (
        cell is None
        or isinstance(cell, int | float)
        or (isinstance(cell, str) and len(cell) <= ECHO_LIMIT)
    )
