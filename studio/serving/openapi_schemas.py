"""The shapes of what the endpoints take and give, as JSON Schema: the parts of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from studio.serving.instances import BATCH_LIMIT

Schema = dict[str, Any]
NUMBER: Schema = {"type": "number"}
TEXT: Schema = {"type": "string"}


def ref(name: str) -> Schema:
    """Return a link to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _object(properties: dict[str, Schema], *optional: str, **more: Any) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, **more}


_ROWS = _list({"type": "object"}, minItems=1, maxItems=BATCH_LIMIT)
_INPUTS: Schema = {"anyOf": [ref("Instances"), {"type": "object"}]}

SCHEMAS: dict[str, Schema] = {
    "Strokes": _list(
        _list(_list(NUMBER), minItems=2, maxItems=3),
        minItems=1,
        description="The x and the y of the points of each stroke, from the top left, as Quick, Draw! has them.",
    ),
    "Instance": {
        "description": "One sample: pixels from 0 to 255 in nested lists or in one row, a picture file in base64, "
        "strokes, a text for models of texts, or column to value for models of tables.",
        "anyOf": [
            _list({}),
            _object({"b64": {"type": "string", "contentEncoding": "base64"}}),
            _object({"strokes": ref("Strokes")}),
            _object({"image": {}}),
            _object({"text": TEXT}),
            {"type": "object", "description": "A row: column to value."},
            TEXT,
        ],
    },
    "Instances": _list(ref("Instance"), minItems=1, maxItems=BATCH_LIMIT),
    "Probabilities": _list(
        _list({"type": "number", "minimum": 0, "maximum": 1.001}),
        description="The probability of every class, in the order of the class names, for every sample.",
    ),
    "Error": _object({"error": TEXT}, additionalProperties=False),
    "PredictRequest": {
        "type": "object",
        "properties": {
            "signature_name": {"type": "string", "const": "serving_default"},
            "instances": ref("Instances"),
            "inputs": _INPUTS,
        },
        "oneOf": [{"required": ["instances"]}, {"required": ["inputs"]}],
    },
    "PredictAnswer": {
        "type": "object",
        "properties": {"predictions": ref("Probabilities"), "outputs": ref("Probabilities")},
        "oneOf": [{"required": ["predictions"]}, {"required": ["outputs"]}],
    },
    "ModelStatus": _object(
        {
            "model_version_status": _list(
                _object({"version": TEXT, "state": TEXT, "status": {"type": "object"}})
            )
        }
    ),
    "ModelMetadata": _object({"model_spec": {"type": "object"}, "metadata": {"type": "object"}}),
    "Tensor": _object(
        {
            "name": TEXT,
            "shape": _list({"type": "integer", "minimum": 0}),
            "datatype": {
                "type": "string",
                "enum": [
                    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64",
                    "FP16", "FP32", "FP64", "BYTES",
                ],
            },
            "data": _list({}),
            "parameters": {"type": "object"},
        },
        "data",
        "parameters",
    ),
    "InferRequest": _object(
        {
            "id": TEXT,
            "inputs": _list(ref("Tensor"), minItems=1),
            "outputs": _list(
                _object(
                    {
                        "name": {"enum": ["probabilities", "class", "confidence"]},
                        "parameters": {"type": "object"},
                    },
                    "parameters",
                )
            ),
            "parameters": {"type": "object"},
        },
        "id",
        "outputs",
        "parameters",
    ),
    "InferAnswer": _object(
        {"model_name": TEXT, "model_version": TEXT, "id": TEXT, "outputs": _list(ref("Tensor"))},
        "id",
    ),
    "ServerMetadata": _object({"name": TEXT, "version": TEXT, "extensions": _list(TEXT)}),
    "TensorMetadata": _object(
        {"name": TEXT, "datatype": TEXT, "shape": _list({"type": "integer", "minimum": -1})}
    ),
    "EndpointMetadata": _object(
        {
            "name": TEXT,
            "versions": _list(TEXT),
            "platform": TEXT,
            "inputs": _list(ref("TensorMetadata")),
            "outputs": _list(ref("TensorMetadata")),
            "parameters": {"type": "object"},
        }
    ),
    "InvocationsRequest": {
        "type": "object",
        "properties": {
            "instances": ref("Instances"),
            "inputs": _INPUTS,
            "dataframe_records": _ROWS,
            "dataframe_split": _object({"columns": _list({}), "data": _list(_list({}))}, "columns"),
            "params": {"type": "object"},
        },
        "oneOf": [
            {"required": [name]}
            for name in ("instances", "inputs", "dataframe_records", "dataframe_split")
        ],
    },
    "InvocationsAnswer": _object({"predictions": ref("Probabilities")}),
    "MLflowError": _object({"error_code": TEXT, "message": TEXT}),
    "ScoreRequest": _object(
        {
            "Inputs": _object({"WebServiceInput0": _ROWS}),
            "GlobalParameters": {"type": "object"},
        },
        "GlobalParameters",
    ),
    "ScoreAnswer": _object(
        {"Results": _object({"WebServiceOutput0": _list(_object({"Scored Labels": TEXT}))})}
    ),
    "AzureError": _object(
        {"error": _object({"code": {"type": "integer"}, "message": TEXT, "details": TEXT})}
    ),
}  # fmt: skip
"""Name -> schema."""
