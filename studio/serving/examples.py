"""A sample as people would send it, in each dialect: what the endpoints' page fills in."""

from __future__ import annotations

import base64
from typing import Any

from studio.core.table import example_row
from studio.serving.drawn import drawn_picture
from studio.serving.taken import Taken
from studio.sources.pictures import encode

STROKES = [
    [[60, 20, 20, 60, 100, 100, 60], [120, 160, 215, 255, 215, 160, 120]],
    [[195, 155, 155, 195, 235, 235, 195], [120, 160, 215, 255, 215, 160, 120]],
    [[60, 105, 175, 195, 150, 105, 60], [190, 110, 110, 190, 190, 110, 190]],
    [[175, 165, 195], [110, 70, 65]],
]
"""A bicycle."""
WORDS = "What a wonderful day!"


def example_value(taken: Taken) -> Any:
    """Return a sample as an instance of JSON: a text, a row, strokes, or a picture file in base64."""
    if taken.kind == "text":
        return WORDS
    if taken.kind == "row":
        return example_row(taken.columns, taken.means)
    return {"strokes": STROKES} if taken.kind == "strokes" else {"b64": _picture(taken)}


def examples(taken: Taken) -> dict[str, dict[str, Any]]:
    """Return dialect -> a body that asks about one sample."""
    value = example_value(taken)
    if taken.kind == "row":
        return _row_examples(value)
    column, cell = taken.kind, value
    if taken.kind == "strokes":
        cell = STROKES
    elif taken.kind == "image":
        cell = value["b64"]
    word = cell if isinstance(cell, str) else str(cell).replace(" ", "")
    tensor = {"name": column, "shape": [1], "datatype": "BYTES", "data": [word]}
    return {
        "tfserving": {"instances": [value]},
        "oip": {"id": "1", "inputs": [tensor], "outputs": [{"name": "probabilities"}]},
        "mlflow": {"dataframe_records": [{column: cell}]},
        "azure": {"Inputs": {"WebServiceInput0": [{column: cell}]}, "GlobalParameters": {}},
    }


def _row_examples(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "tfserving": {"instances": [row]},
        "oip": {
            "id": "1",
            "inputs": [column_tensor(name, cell) for name, cell in row.items()],
            "outputs": [{"name": "probabilities"}],
        },
        "mlflow": {"dataframe_records": [row]},
        "azure": {"Inputs": {"WebServiceInput0": [row]}, "GlobalParameters": {}},
    }


def column_tensor(name: str, cell: Any) -> dict[str, Any]:
    """Return one value of a column as a tensor of the Open Inference Protocol."""
    if isinstance(cell, bool):
        datatype = "BOOL"
    else:
        datatype = "FP64" if isinstance(cell, int | float) else "BYTES"
    return {"name": name, "shape": [1], "datatype": datatype, "data": [cell]}


def _picture(taken: Taken) -> str:
    height, width, channels = taken.shape
    drawn = drawn_picture(STROKES, (height, width, channels), "the example")
    return base64.b64encode(encode(drawn)).decode()
