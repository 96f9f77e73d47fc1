"""A model in MLflow's format: what must be in the folder, and that its loader answers as an endpoint does."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import yaml

from studio.ml.predict import Predictor
from studio.workspace import Workspace
from tests.trained import register, register_texts

ASK = """
import json, sys
import numpy as np
import studio_model
model = studio_model._load_pyfunc(sys.argv[1])
assert studio_model.__file__.startswith(sys.argv[2])
assert sys.modules["studio"].__file__.startswith(sys.argv[2])
given = json.loads(sys.argv[3])
print(json.dumps(model.predict(np.array(given)).tolist()))
"""


def unpacked(workspace: Workspace, reference: str, folder: Path) -> Path:
    version = workspace.resolve_model(reference)
    assert "mlflow" in workspace.model_formats(version)
    with zipfile.ZipFile(io.BytesIO(workspace.model_bytes(version, "mlflow"))) as archive:
        archive.extractall(folder)
    return folder


def asked(folder: Path, given: object) -> np.ndarray:
    """Ask in a process that knows nothing of the studio but what the folder holds."""
    code = str(folder / "code")
    found = subprocess.run(
        [sys.executable, "-c", ASK, str(folder / "data"), code, json.dumps(given)],
        cwd=folder, env={"PYTHONPATH": code, "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return np.array(json.loads(found.stdout.splitlines()[-1]), np.float32)


def test_pictures_and_texts_are_answered_as_by_an_endpoint(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register(workspace, "doodles")
    folder = unpacked(workspace, "doodles", tmp_path / "doodles")
    described = yaml.safe_load((folder / "MLmodel").read_text())
    flavor = described["flavors"]["python_function"]
    assert (flavor["loader_module"], flavor["code"], flavor["data"]) == (
        "studio_model",
        "code",
        "data",
    )
    assert (folder / flavor["env"]["conda"]).is_file()
    assert (folder / flavor["env"]["virtualenv"]).is_file()
    (taken,) = json.loads(described["signature"]["inputs"])
    assert taken["tensor-spec"] == {"dtype": "uint8", "shape": [-1, 8, 8, 1]}
    assert described["metadata"]["class_names"] == list(version.class_names)
    assert "ai-edge-litert==" in (folder / "requirements.txt").read_text()
    assert not list(folder.rglob("workspace*"))
    pictures = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), np.uint8)
    wanted = Predictor(workspace.model_file(version, "tflite")).predict(pictures)
    assert np.array_equal(asked(folder, pictures.tolist()), wanted)
    assert np.array_equal(asked(folder, pictures.reshape(3, -1).tolist()), wanted)

    texts = register_texts(workspace, "mood", tmp_path)
    folder = unpacked(workspace, "mood", tmp_path / "mood")
    (taken,) = json.loads(yaml.safe_load((folder / "MLmodel").read_text())["signature"]["inputs"])
    assert taken == {"type": "string"}
    given = ["a good film", "bad"]
    wanted = Predictor(workspace.model_file(texts, "tflite"), text=texts.text).predict(given)
    assert np.array_equal(asked(folder, given), wanted)
