"""The MLflow folder, made and asked in a process of its own that knows nothing but what the folder holds."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.model import ModelVersion
from studio.core.model_spec import ModelSpec
from studio.core.run import RunArtifact
from studio.exports.mlflow import RUNTIMES, mlflow_members

POLL_SECONDS = 0.2
LIMIT_SECONDS = 600.0
ASK = """
import json, sys
import numpy as np
import studio_model
folder, given, answers = sys.argv[1:]
model = studio_model._load_pyfunc(folder)
if given.endswith(".json"):
    with open(given, encoding="utf-8") as file:
        asked = json.load(file)
else:
    asked = np.load(given)
np.save(answers, model.predict(asked))
"""


def mlflow_zip(spec: ModelSpec, files: dict[str, Path]) -> bytes:
    """Return a model's folder for `mlflow.pyfunc.load_model`, zipped.

    Args:
        spec: The model.
        files: Format -> its file.
    """
    config = spec.config
    kept = {
        name: RunArtifact(name=name, digest=spec.files.get(name, ""), size=path.stat().st_size)
        for name, path in files.items()
        if name in ("keras", *RUNTIMES)
    }
    facts: dict[str, object] = {}
    if config is not None:
        facts["config"] = config.model_dump(mode="json")
    if spec.adapter is not None:
        facts["adapter"] = spec.adapter.model_dump(mode="json")
    name, _, number = spec.title.partition(":")
    version = ModelVersion(
        id=0, model=name, version=int(number) if number.isdecimal() else 1, run=None,
        dataset=spec.dataset, class_names=spec.class_names, shape=spec.shape, files=kept,
        facts=facts, author="", created=time.time(),
    )  # fmt: skip
    settings = {
        "text": None if spec.text is None else spec.text.model_dump(),
        "table": None if spec.table is None else spec.table.model_dump(mode="json"),
        "adapter": facts.get("adapter"),
    }
    content = io.BytesIO()
    members = mlflow_members(version, {name: files[name] for name in kept}, settings)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, value in members.items():
            archive.writestr(member, value if isinstance(value, bytes) else value.read_bytes())
    return content.getvalue()


def mlflow_answers(
    content: bytes, values: NDArray[Any], texts: tuple[str, ...] | None, *, step: Callable[[], None]
) -> NDArray[np.float32]:
    """Return what the folder's own code answers, float32 (n, classes).

    Args:
        content: What `mlflow_zip` gave.
        values, texts: The samples, as of `studio.ml.replay.Asked`.
        step: Called while it is at work; may raise.

    Raises:
        StudioError: It cannot be loaded or asked.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder / "model")
        given = folder / ("given.npy" if texts is None else "given.json")
        answers = folder / "answers.npy"
        if texts is None:
            np.save(given, values)
        else:
            given.write_text(json.dumps(texts), encoding="utf-8")
        with (folder / "log").open("w+b") as log:
            child = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    ASK,
                    str(folder / "model" / "data"),
                    str(given),
                    str(answers),
                ],
                cwd=folder,
                env={"PYTHONPATH": str(folder / "model" / "code"), "PATH": ""},
                stdout=log,
                stderr=log,
            )
            try:
                _wait(child, step)
            finally:
                child.kill()
                child.wait()
            if child.returncode or not answers.exists():
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines() or ["nothing"]
                raise StudioError(
                    "The folder for MLflow could not be loaded again.",
                    f"Its own code says: {said[-1][:300]}",
                    "Use another form, and report it: it should load.",
                )
        found: NDArray[np.float32] = np.load(answers)
        return found


def _wait(child: subprocess.Popen[bytes], step: Callable[[], None]) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        try:
            child.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            step()
        else:
            return
