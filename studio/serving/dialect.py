"""The TensorFlow Serving v1 dialect: its bodies, answers and descriptions."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, unknown
from studio.core.model import ModelVersion
from studio.serving.instances import INPUT_NAME, TEXT_NAME, read_samples, read_texts

DEPTH_LIMIT = 64
Samples = NDArray[np.uint8] | list[str]
SIGNATURE = "serving_default"
OUTPUT_NAME = "probabilities"
# Possessive, and with an optional closing quote, so that no body makes the search go back.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def parse_body(body: bytes, form: str = '{"instances": [...]}') -> dict[str, Any]:
    """Return the JSON object of a body.

    Args:
        body: As it came.
        form: What a right one looks like, for errors.

    Raises:
        InvalidInput: It is no JSON object, nested deeper than 64, or has numbers such as NaN.
    """
    if _depth(body) > DEPTH_LIMIT:
        raise InvalidInput(
            f"The JSON is nested deeper than {DEPTH_LIMIT}.",
            "No sample needs that.",
            f"Send {form}.",
        )
    try:
        parsed = json.loads(body, parse_constant=_refuse_constant)
    except ValueError as error:
        raise InvalidInput(
            "The body is not JSON." if body else "The body is empty.",
            f"{str(error)[:100]}.",
            f"Send {form}.",
        ) from error
    if not isinstance(parsed, dict):
        raise InvalidInput(
            "The body is no JSON object.",
            "What is asked stands in an object.",
            f"Send {form}.",
        )
    return parsed


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _depth(body: bytes) -> int:
    """Return how deep brackets and braces are nested, those inside texts not counted."""
    marks = np.frombuffer(_STRING.sub(b"", body), np.uint8)
    opened = (marks == ord("[")) | (marks == ord("{"))
    closed = (marks == ord("]")) | (marks == ord("}"))
    steps = opened.astype(np.int32) - closed
    return int(np.cumsum(steps, dtype=np.int32).max(initial=0))


def read_request(body: dict[str, Any], version: ModelVersion) -> tuple[str, Samples]:
    """Return how the answer is to be called, and the samples: texts, or uint8 (n, height, width, channels).

    Args:
        body: With "instances" (answered by "predictions") or "inputs" (answered by "outputs").
        version: The model that is asked.

    Raises:
        InvalidInput: Both or none of the two, or samples that are none. NotFound: Another signature.
    """
    signature = body.get("signature_name", SIGNATURE)
    if signature not in (SIGNATURE, ""):
        raise unknown("signature", str(signature)[:40], [SIGNATURE])
    fields = [field for field in ("instances", "inputs") if field in body]
    if len(fields) != 1:
        raise InvalidInput(
            f'The body has {"both" if fields else "neither"} "instances" {"and" if fields else "nor"} "inputs".',
            "Exactly one of the two says what is asked.",
            'Send {"instances": [...]}.',
        )
    field = fields[0]
    values = body[field]
    name = INPUT_NAME if version.text is None else TEXT_NAME
    if field == "inputs" and isinstance(values, dict) and set(values) == {name}:
        values = values[name]
    answer = "predictions" if field == "instances" else "outputs"
    if version.text is not None:
        return answer, read_texts(values, field)
    return answer, read_samples(values, version.shape, field)


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
    taken = (
        _tensor(INPUT_NAME, "DT_UINT8", version.shape)
        if version.text is None
        else _tensor(TEXT_NAME, "DT_STRING", ())
    )
    signature = {
        "inputs": {taken["name"].removesuffix(":0"): taken},
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


def _tensor(name: str, dtype: str, shape: tuple[int, ...]) -> dict[str, Any]:
    sizes = [{"size": str(size), "name": ""} for size in (-1, *shape)]
    return {
        "dtype": dtype,
        "tensor_shape": {"dim": sizes, "unknown_rank": False},
        "name": f"{name}:0",
    }
