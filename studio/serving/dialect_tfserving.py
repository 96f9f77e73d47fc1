"""The dialect of TensorFlow Serving v1: its bodies, answers and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, StudioError, unknown
from studio.core.model import EndpointState, ModelVersion
from studio.core.model_export import ModelInput
from studio.core.table import ColumnKind
from studio.serving.dialect_base import error_reply, json_reply, served
from studio.serving.exchange import Asked, Query, Reply, Target
from studio.serving.instances import read
from studio.serving.parse import content, parse_body
from studio.serving.taken import Taken, taken

SIGNATURE = "serving_default"
OUTPUT_NAME = "probabilities"
ANSWERS = {"instances": "predictions", "inputs": "outputs"}
"""Field of what is asked -> field of the answer."""
DTYPES: dict[ModelInput, str] = {
    "image": "DT_UINT8",
    "text": "DT_STRING",
    "strokes": "DT_FLOAT",
    "row": "DT_STRING",
}


COLUMN_DTYPES: dict[ColumnKind, str] = {
    "number": "DT_FLOAT",
    "boolean": "DT_BOOL",
    "category": "DT_STRING",
    "time": "DT_STRING",
    "text": "DT_STRING",
}


class TensorFlowServing:
    """`POST /v1/models/NAME:predict {"instances": [...]}` is answered by `{"predictions": [...]}`."""

    name = "tfserving"

    def read(self, asked: Asked, version: ModelVersion) -> Query:
        """Return what a request asks of a model: "instances" or "inputs", never both.

        Raises:
            InvalidInput: Both or none of the two, or samples that are none. NotFound: Another signature.
        """
        body = parse_body(content(asked))
        signature = body.get("signature_name", SIGNATURE)
        if signature not in (SIGNATURE, ""):
            raise unknown("signature", str(signature)[:40], [SIGNATURE])
        fields = [field for field in ANSWERS if field in body]
        if len(fields) != 1:
            raise InvalidInput(
                f'The body has {"both" if fields else "neither"} "instances" {"and" if fields else "nor"} "inputs".',
                "Exactly one of the two says what is asked.",
                'Send {"instances": [...]}.',
            )
        field, takes = fields[0], taken(version)
        values = body[field]
        if field == "inputs" and isinstance(values, dict) and set(values) == {takes.kind}:
            values = values[takes.kind]
        return Query(read(values, takes, field), {"field": ANSWERS[field]})

    def answer(
        self, query: Query, probabilities: NDArray[np.float32], endpoint: str, version: ModelVersion
    ) -> Reply:
        """Return the probability of every class for every instance."""
        return json_reply({query.said["field"]: probabilities})

    def describe(self, target: Target, states: Mapping[str, EndpointState]) -> Reply:
        """Return the state of a served version, or what it takes and gives.

        Raises:
            NotFound: No such endpoint or version.
        """
        version = served(target, states)
        if target.action == "metadata":
            return json_reply(metadata(target.endpoint or "", version))
        return json_reply(status(version))

    def fail(self, error: StudioError) -> Reply:
        """Return a failure as TensorFlow Serving says it."""
        return error_reply(error)


def status(version: ModelVersion) -> dict[str, Any]:
    """Return the state of a served version."""
    return {
        "model_version_status": [
            {
                "version": str(version.version),
                "state": "AVAILABLE",
                "status": {"error_code": "OK", "error_message": ""},
            }
        ]
    }


def metadata(name: str, version: ModelVersion) -> dict[str, Any]:
    """Return what a served version takes and gives, and the names of its classes in order."""
    takes = taken(version)
    signature = {
        "inputs": _inputs(takes),
        "outputs": {OUTPUT_NAME: _tensor(OUTPUT_NAME, "DT_FLOAT", (len(version.class_names),))},
        "method_name": "tensorflow/serving/predict",
    }
    return {
        "model_spec": {"name": name, "signature_name": "", "version": str(version.version)},
        "metadata": {
            "signature_def": {"signature_def": {SIGNATURE: signature}},
            "class_names": list(version.class_names),
        },
    }


def _inputs(takes: Taken) -> dict[str, Any]:
    """Return what goes in: one tensor, or one a column of rows."""
    if takes.kind == "row":
        return {c.name: _tensor(c.name, COLUMN_DTYPES[c.kind], ()) for c in takes.columns}
    return {takes.kind: _tensor(takes.kind, DTYPES[takes.kind], takes.shape)}


def _tensor(name: str, dtype: str, shape: tuple[int, ...]) -> dict[str, Any]:
    sizes = [{"size": str(size), "name": ""} for size in (-1, *shape)]
    return {
        "dtype": dtype,
        "tensor_shape": {"dim": sizes, "unknown_rank": False},
        "name": f"{name}:0",
    }
