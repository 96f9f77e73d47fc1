"""Lines of code that ask an endpoint, ready to copy: four ways in which programs ask, three languages."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["curl", "python", "javascript"]
LANGUAGES: dict[Language, str] = {"curl": "curl", "python": "Python", "javascript": "JavaScript"}
Way = Literal["tfserving", "oip", "mlflow", "azure"]
WAYS: dict[Way, str] = {
    "tfserving": "TensorFlow Serving",
    "oip": "Open Inference",
    "mlflow": "MLflow",
    "azure": "Azure designer",
}
WAY_HELP: dict[Way, str] = {
    "tfserving": "The shortest, and the usual choice. It answers with one probability a class.",
    "oip": "Open Inference Protocol version 2, which the clients of Triton and KServe speak.",
    "mlflow": "As the scoring server of MLflow is asked; tables go in, tables come out.",
    "azure": "As a real-time endpoint of the designer in Azure Machine Learning is asked.",
}
PATHS: dict[Way, str] = {
    "tfserving": "/v1/models/{name}:predict",
    "oip": "/v2/models/{name}/infer",
    "mlflow": "/mlflow/{name}/invocations",
    "azure": "/azure/{name}/score",
}
JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Call:
    """One request that an endpoint answers.

    Args:
        url: Where it goes.
        key: Of the endpoint, or words that stand for it.
        body: Its JSON.
    """

    way: Way
    url: str
    key: str
    body: dict[str, Any]


def call(way: Way, base: str, name: str, key: str, instance: object) -> Call:
    """Return the request that asks an endpoint about one sample.

    Args:
        way: How it is asked.
        base: Where the endpoints answer, such as `http://127.0.0.1:8502`.
        name: Of the endpoint.
        key: Of the endpoint.
        instance: `{"b64": ...}`, `{"strokes": ...}`, `{"row": {...}}` or a text.

    Example:
        >>> call("oip", "http://127.0.0.1:8502", "mood", "k", "fine").body["inputs"][0]["data"]
        ['fine']
    """
    return Call(way, base + PATHS[way].format(name=name), key, _body(way, instance))


def _body(way: Way, instance: object) -> dict[str, Any]:
    if isinstance(instance, dict) and "row" in instance:
        return _row_body(way, instance["row"])
    field, value = _cell(instance)
    match way:
        case "oip":
            tensor = {"name": field, "shape": [1], "datatype": "BYTES", "data": [value]}
            return {"inputs": [tensor]}
        case "mlflow":
            return {"dataframe_split": {"columns": [field], "data": [[value]]}}
        case "azure":
            return {"Inputs": {"WebServiceInput0": [{field: value}]}, "GlobalParameters": {}}
    return {"instances": [instance]}


def _row_body(way: Way, row: dict[str, Any]) -> dict[str, Any]:
    match way:
        case "oip":
            written = json.dumps(row, ensure_ascii=False)
            tensor = {"name": "row", "shape": [1], "datatype": "BYTES", "data": [written]}
            return {"inputs": [tensor]}
        case "mlflow":
            return {"dataframe_records": [row]}
        case "azure":
            return {"Inputs": {"WebServiceInput0": [row]}, "GlobalParameters": {}}
    return {"instances": [row]}


def _cell(instance: object) -> tuple[str, str]:
    """Return what a sample is called in a table, and the sample as one text."""
    if isinstance(instance, dict):
        if "b64" in instance:
            return "image", str(instance["b64"])
        return "strokes", json.dumps(instance["strokes"], separators=(",", ":"))
    return "text", str(instance)


def snippet(asked: Call, language: Language) -> str:
    """Return a program that sends a request and prints the likeliest class, or all that comes back."""
    match language:
        case "python":
            return _python(asked)
        case "javascript":
            return _javascript(asked)
    return _curl(asked)


def _curl(asked: Call) -> str:
    body = json.dumps(asked.body, ensure_ascii=False)
    return (
        f"curl -X POST {asked.url} \\\n"
        f'  -H "Authorization: Bearer {asked.key}" -H "Content-Type: {JSON_TYPE}" \\\n'
        f"  -d {shlex.quote(body)}"
    )


PYTHON_END: dict[Way, str] = {
    "tfserving": """probabilities = answer.json()["predictions"][0]
print(probabilities)""",
    "oip": """outputs = {output["name"]: output["data"] for output in answer.json()["outputs"]}
print(outputs["class"][0], outputs["confidence"][0])""",
    "mlflow": """print(answer.json()["predictions"][0])""",
    "azure": """row = answer.json()["Results"]["WebServiceOutput0"][0]
print(row["Scored Labels"])""",
}
JAVASCRIPT_END: dict[Way, str] = {
    "tfserving": """const { predictions } = await answer.json();
console.log(predictions[0]);""",
    "oip": """const { outputs } = await answer.json();
console.log(outputs.find((output) => output.name === "class").data[0]);""",
    "mlflow": """const { predictions } = await answer.json();
console.log(predictions[0]);""",
    "azure": """const { Results } = await answer.json();
console.log(Results.WebServiceOutput0[0]["Scored Labels"]);""",
}


def _python(asked: Call) -> str:
    return f"""import requests

url = {json.dumps(asked.url)}
headers = {{"Authorization": {json.dumps("Bearer " + asked.key)}}}
body = {_python_value(asked.body)}

answer = requests.post(url, json=body, headers=headers, timeout=10)
answer.raise_for_status()
{PYTHON_END[asked.way]}
"""


def _python_value(body: dict[str, Any]) -> str:
    """Return JSON as Python writes it, where the two differ."""
    text = json.dumps(body, ensure_ascii=False)
    return repr(body) if any(word in text for word in ("null", "true", "false")) else text


def _javascript(asked: Call) -> str:
    return f"""const url = {json.dumps(asked.url)};
const body = {json.dumps(asked.body, ensure_ascii=False)};

const answer = await fetch(url, {{
  method: "POST",
  headers: {{
    "Authorization": {json.dumps("Bearer " + asked.key)},
    "Content-Type": "{JSON_TYPE}",
  }},
  body: JSON.stringify(body),
}});
if (!answer.ok) throw new Error(await answer.text());
{JAVASCRIPT_END[asked.way]}
"""
