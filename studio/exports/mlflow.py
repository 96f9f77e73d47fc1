"""A model in MLflow's format: a folder that `mlflow.pyfunc.load_model` opens, with the studio's own code to ask it.

What answers is not written again for the export: the modules that an endpoint asks a model with travel along, word for
word, so that MLflow's answers are the endpoint's.
"""

from __future__ import annotations

import ast
import datetime
import importlib.metadata
import json
import platform
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from studio.core.model import ModelVersion

ROOT = Path(__file__).resolve().parents[2]
ASKING = "studio.ml.predict"
"""The module that asks a model's file."""
LOADER = "studio_model"
RUNTIMES = {"tflite": "ai-edge-litert", "onnx": "onnxruntime"}
"""Format that answers, the preferred one first -> the package that runs it."""
COLUMN_TYPES = {
    "number": "double",
    "boolean": "boolean",
    "category": "string",
    "time": "string",
    "text": "string",
}
"""Kind of a column -> what MLflow calls its type."""
NAMESPACE = uuid.UUID("5f1b7a0c-3c1e-4c57-8a2e-0d9f6f0f5a11")
LOADER_CODE = '''"""Loads a model of Studio for mlflow.pyfunc: samples in, the probability of every class out."""

import json
from pathlib import Path

import numpy as np

from studio.core.adapter import InputAdapter
from studio.core.table import TableSettings
from studio.core.text import TextSettings
from studio.ml.predict import Predictor


def _load_pyfunc(path):
    """Return the model in MLflow's folder of data."""
    return StudioModel(Path(path))


class StudioModel:
    """Answers as the model's endpoint does.

    Args:
        folder: Holds model.json and the model's file.
    """

    def __init__(self, folder):
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.class_names, self.shape = facts["class_names"], tuple(facts["input_shape"])
        self.type, self.is_text = facts["input_type"], facts["text"] is not None
        foreign, table = facts["adapter"] is not None, facts.get("table")
        self.table = TableSettings(columns=table["columns"]) if table else None
        self.predictor = Predictor(
            folder / f"model.{facts['format']}",
            text=TextSettings(**facts["text"]) if self.is_text else None,
            table=self.table,
            adapter=InputAdapter(**facts["adapter"]) if foreign else None,
            shape=tuple(facts["shape"]) if foreign else None,
            file_format=facts["format"],
        )

    def predict(self, model_input, params=None):
        """Return float32 (n, classes), columns in the order of `class_names`.

        Args:
            model_input: Texts: a list, a column of a table, or strings in a NumPy array. Rows: a table, or a list of
                mappings. Others: an array (n, *input_shape), or a table with one sample flattened into the columns of
                a row.
            params: Ignored.
        """
        if self.table is not None and hasattr(model_input, "to_dict"):
            rows = model_input.astype(object).where(model_input.notna(), None)
            return self.predictor.predict(rows.to_dict("records"))
        if self.table is not None and isinstance(model_input, list):
            return self.predictor.predict(model_input)
        kind = object if self.is_text else None  # an array of strings is as wide as the longest
        values = model_input.to_numpy() if hasattr(model_input, "to_numpy") else np.asarray(model_input, kind)
        if self.is_text:
            return self.predictor.predict([str(text) for text in values.ravel()])
        if values.ndim == 2:
            values = values.reshape(len(values), *self.shape)
        return self.predictor.predict(np.ascontiguousarray(values, self.type))
'''


def mlflow_members(
    version: ModelVersion, files: Mapping[str, Path], settings: Mapping[str, Any]
) -> dict[str, bytes | Path]:
    """Return path within MLflow's folder -> content, or the file that holds it.

    Args:
        version: Of the model.
        files: Format -> file; "tflite" or "onnx" among them.
        settings: "text", "table" and "adapter", as JSON or None.
    """
    answers = next(name for name in RUNTIMES if name in files)
    shape = list(version.input_shape)
    facts = {
        "model": version.title,
        "class_names": list(version.class_names),
        "shape": list(version.shape),
        "input_shape": shape,
        "input_type": _input_type(version),
        "format": answers,
        **settings,
    }
    packages = ["numpy", "pydantic", RUNTIMES[answers]]
    pinned = [f"{name}=={importlib.metadata.version(name)}" for name in packages]
    members: dict[str, bytes | Path] = {
        "MLmodel": _yaml(_description(version, facts)),
        "requirements.txt": "\n".join([*pinned, ""]).encode(),
        "python_env.yaml": _yaml(
            {
                "python": platform.python_version(),
                "build_dependencies": ["pip"],
                "dependencies": ["-r requirements.txt"],
            }
        ),
        "conda.yaml": _yaml(
            {
                "name": "mlflow-env",
                "channels": ["conda-forge"],
                "dependencies": [f"python={platform.python_version()}", "pip", {"pip": pinned}],
            }
        ),
        "data/model.json": json.dumps(facts, indent=2, ensure_ascii=False).encode(),
        f"code/{LOADER}.py": LOADER_CODE.encode(),
    }
    for name, file in files.items():
        if name in ("keras", *RUNTIMES):
            members[f"data/model.{name}"] = file
    for source in sources(ASKING):
        members[f"code/{source.relative_to(ROOT).as_posix()}"] = source
    return members


def _input_type(version: ModelVersion) -> str:
    if version.text is not None:
        return "str"
    return "float32" if version.config.input in ("strokes", "table") else "uint8"


def _description(version: ModelVersion, facts: Mapping[str, Any]) -> dict[str, Any]:
    kind = facts["input_type"]
    tensor = {"dtype": kind, "shape": [-1, *facts["input_shape"]]}
    taken: list[dict[str, Any]] = [{"type": "tensor", "tensor-spec": tensor}]
    if kind == "str":
        taken = [{"type": "string"}]
    if version.table is not None:
        taken = [
            {"name": column.name, "type": COLUMN_TYPES[column.kind], "required": False}
            for column in version.table.columns
        ]
    given = {
        "type": "tensor",
        "tensor-spec": {"dtype": "float32", "shape": [-1, len(version.class_names)]},
    }
    made = datetime.datetime.fromtimestamp(version.created, datetime.UTC)
    return {
        "flavors": {
            "python_function": {
                "loader_module": LOADER,
                "code": "code",
                "data": "data",
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                "python_version": platform.python_version(),
            }
        },
        "model_uuid": uuid.uuid5(NAMESPACE, json.dumps([version.title, version.created])).hex,
        "utc_time_created": made.strftime("%Y-%m-%d %H:%M:%S.%f"),
        "signature": {"inputs": json.dumps(taken), "outputs": json.dumps([given])},
        "metadata": {
            "studio_model": version.title,
            "class_names": list(version.class_names),
            "dataset": version.dataset,
            "dataset_digest": version.facts.get("dataset_digest"),
            "run": version.run,
        },
    }


def _yaml(value: Mapping[str, Any]) -> bytes:
    """Return YAML: a line a key, its value as JSON, which is YAML as well."""
    lines = [f"{name}: {json.dumps(content)}" for name, content in value.items()]
    return ("\n".join(lines) + "\n").encode()


def sources(module: str) -> list[Path]:
    """Return the files of a module and of all modules of the studio that it needs, by their names."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            package = ".".join(parts[:end])
            path = _file(package)
            if path is not None and package not in found:
                found[package] = path
                waiting += _imported(path)
    return [found[name] for name in sorted(found)]


def _file(module: str) -> Path | None:
    place = ROOT.joinpath(*module.split("."))
    return next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    """Yield the modules of the studio that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "studio":
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
