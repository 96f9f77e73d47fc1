"""The endpoints as an OpenAPI 3.1 document, written by hand: what is promised stands here, not what is implemented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio import __version__
from studio.core.model import EndpointState
from studio.core.strokes import StrokeSettings
from studio.serving import pipelines
from studio.serving.dialects import TITLES
from studio.serving.examples import examples
from studio.serving.openapi_schemas import SCHEMAS, ref
from studio.serving.taken import Taken, taken

JSON, CSV, OCTETS, PLAIN = "application/json", "text/csv", "application/octet-stream", "text/plain"
LABEL_STUDIO, PROCESS = "Label Studio", "This process"
DRAWING = Taken("image", (28, 28, 1), (), StrokeSettings())
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}, {"password": []}]
ERRORS = {"mlflow": "MLflowError", "azure": "AzureError"}
"""Dialect -> schema of its failures; Error for others."""
Operation = dict[str, Any]


def document(states: Mapping[str, EndpointState], *, endpoint: str | None = None) -> dict[str, Any]:
    """Return the OpenAPI document of all addresses.

    Args:
        states: Name of an endpoint -> its state.
        endpoint: Whose name and samples stand in the examples; None, or one that is not there: any drawing model's.
    """
    state = states.get(endpoint or "")
    version = state.champion if state is not None else None
    shown = taken(version) if version is not None else DRAWING
    name = endpoint if state is not None and endpoint else next(iter(states), "NAME")
    about = "Ask deployed models as programs that know one of four servers do."
    if version is not None:
        more = ", …" if len(version.class_names) > 50 else ""
        listed = ", ".join(map(_as_code, version.class_names[:50])) + more
        about += f"\n\nThe examples are for the endpoint **{name}**, which knows: {listed}."
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Studio endpoints",
            "version": __version__,
            "summary": "Models that were deployed in the studio",
            "description": about,
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": title} for title in (*TITLES.values(), LABEL_STUDIO, pipelines.TITLE, PROCESS)
        ],
        "paths": _paths(name, examples(shown)),
        "components": {
            "schemas": {**SCHEMAS, **pipelines.SCHEMAS},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of the endpoint",
                },
                "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "password": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The key as the password of any user",
                },
            },
        },
    }


def _as_code(word: str) -> str:
    """Return a name so that Markdown shows it letter by letter."""
    return "`" + " ".join(word.replace("`", "'").split()) + "`"


def _paths(name: str, bodies: Mapping[str, Any]) -> dict[str, dict[str, Operation]]:
    predict = {
        "tfserving": ("PredictRequest", "PredictAnswer"),
        "oip": ("InferRequest", "InferAnswer"),
        "mlflow": ("InvocationsRequest", "InvocationsAnswer"),
        "azure": ("ScoreRequest", "ScoreAnswer"),
    }
    paths: dict[str, dict[str, Operation]] = {}

    def get(path: str, dialect: str, summary: str, answer: Any, kind: str = JSON) -> None:
        paths[path] = {"get": _operation("get", path, dialect, summary, name, answer, kind)}

    def ask(path: str, dialect: str) -> None:
        taken_as, given = predict[dialect]
        summary = "Ask the model"
        operation = _operation("post", path, dialect, summary, name, ref(given), JSON)
        content: dict[str, Any] = {JSON: {"schema": ref(taken_as), "example": bodies[dialect]}}
        if dialect == "mlflow":
            content[CSV] = {"schema": {"type": "string"}}
        if dialect == "oip":
            octets = {"type": "string", "format": "binary"}
            operation["responses"]["200"]["content"][OCTETS] = {"schema": octets}
        operation["requestBody"] = {"required": True, "content": content}
        operation["security"] = SECURITY
        paths[path] = {"post": operation}

    for model in ("/v1/models/{name}", "/v1/models/{name}/versions/{version}"):
        ask(model + ":predict", "tfserving")
        get(model, "tfserving", "Say which version is served", ref("ModelStatus"))
        get(model + "/metadata", "tfserving", "Say what is taken and given", ref("ModelMetadata"))
    for model in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
        ask(model + "/infer", "oip")
        get(model, "oip", "Say what is taken and given", ref("EndpointMetadata"))
        get(
            model + "/ready",
            "oip",
            "Say whether the endpoint answers",
            _said(name="string", ready="boolean"),
        )
    get("/v2", "oip", "Say what this server is", ref("ServerMetadata"))
    get("/v2/health/live", "oip", "Say that the process lives", _said(live="boolean"))
    get("/v2/health/ready", "oip", "Say that the process answers", _said(ready="boolean"))
    ask("/mlflow/{name}/invocations", "mlflow")
    ask("/invocations", "mlflow")
    for base in ("/mlflow/{name}", ""):
        get(base + "/ping", "mlflow", "Say that it answers", _said(status="string"))
        get(base + "/health", "mlflow", "Say that it answers", _said(status="string"))
        get(base + "/version", "mlflow", "Say which MLflow this is like", {"type": "string"}, PLAIN)
    ask("/azure/{name}/score", "azure")
    ask("/score", "azure")
    paths |= _label_studio(name)
    paths |= pipelines.paths()
    get("/metrics", PROCESS, "Numbers for Prometheus", {"type": "string"}, PLAIN)
    paths["/metrics"]["get"]["security"] = [*SECURITY, {}]
    return paths


def _label_studio(name: str) -> dict[str, dict[str, Operation]]:
    """Return the addresses of Label Studio's ML-backend protocol."""
    base = "/labelstudio/{name}"
    paths: dict[str, dict[str, Operation]] = {}
    for end, summary in (("", "Say that it answers"), ("/health", "Say that it answers")):
        answer = _said(status="string", model_version="string")
        paths[base + end] = {
            "get": _operation("get", base + end, LABEL_STUDIO, summary, name, answer, JSON)
        }
    for end, summary, example in (
        ("/setup", "Check a labelling page", {"schema": "<View>...</View>"}),
        ("/versions", "Name the version that is served", {}),
        ("/predict", "Predict tasks", {"tasks": [], "label_config": "<View>...</View>"}),
        ("/webhook", "Take note of nothing", {"action": "ANNOTATION_CREATED"}),
        ("/train", "Refuse to train", {}),
    ):
        operation = _operation(
            "post", base + end, LABEL_STUDIO, summary, name, {"type": "object"}, JSON
        )
        body = {"schema": {"type": "object"}, "example": example}
        operation["requestBody"] = {"required": True, "content": {JSON: body}}
        operation["security"] = [{"password": []}]
        paths[base + end] = {"post": operation}
    versions = base + "/versions"
    paths[versions]["get"] = _operation(
        "get",
        versions,
        LABEL_STUDIO,
        "Name the version that is served",
        name,
        {"type": "object"},
        JSON,
    )
    paths[versions]["get"]["security"] = [{"password": []}]
    return paths


def _operation(
    method: str, path: str, dialect: str, summary: str, name: str, answer: Any, kind: str
) -> Operation:
    failure = {"content": {JSON: {"schema": ref(ERRORS.get(dialect, "Error"))}}}
    parameters = []
    if "{name}" in path:
        parameters.append(_parameter("name", "Of the endpoint", name))
    if "{version}" in path:
        parameters.append(_parameter("version", "Number of a version of the endpoint's model", "1"))
    words = path.replace("{", "").replace("}", "").replace(":", "/").strip("/").split("/")
    return {
        "tags": [TITLES.get(dialect, dialect)],
        "operationId": "_".join([method, *words]),
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer", "content": {kind: {"schema": answer}}},
            "4XX": {"description": "It cannot be answered, and why", **failure},
            "5XX": {"description": "It is not answered now, and why", **failure},
        },
    }


def _parameter(name: str, about: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": about,
        "schema": {"type": "string", "pattern": "^[^/:]+$"},
        "example": example,
    }


def _said(**types: str) -> dict[str, Any]:
    properties = {name: {"type": kind} for name, kind in types.items()}
    return {"type": "object", "properties": properties, "required": list(types)}
