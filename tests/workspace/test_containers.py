"""A model leaves as a folder for Docker: what the image would start runs here, with nothing else to import."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, files, packages_distributions, requires
from pathlib import Path

import httpx
import numpy as np
import pytest
import yaml

from studio.core.components_tables import ScaleParams
from studio.core.configs import ModelConfig
from studio.core.layers import Dense
from studio.core.table import Column
from studio.core.table_input import TableInput
from studio.exports.docker import docker_members
from studio.ml.predict import Predictor
from studio.serving.loading import ask
from studio.tables import fit, frame_of_records
from studio.workspace import Workspace, preparation
from studio.workspace.containers import docker_zip
from tests.serving.test_inference import drawn, register_rows
from tests.trained import register, register_texts

FRAME = frame_of_records(
    [{"age": n} for n in (1.0, 2.0, 6.0)], (Column(name="age", kind="number"),)
)

ONLY = """
import sys
ALLOWED = set({allowed!r})
class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED | sys.stdlib_module_names and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"{{name}} is not in the image", name=name)
sys.meta_path.insert(0, Only())
"""
"""Lets a process import what the image has: the standard library, the studio's folder and the requirements."""


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o644}
    return folder


def in_the_image(app: Path) -> list[str]:
    """Return what can be imported where the requirements are installed, and nothing else."""
    waiting = [
        row.partition("==")[0].lower() for row in (app / "requirements.txt").read_text().split()
    ]
    found: set[str] = set()
    compiled: set[str] = set()
    while waiting:
        name = waiting.pop().replace("_", "-")
        if name in found:
            continue
        found.add(name)
        with contextlib.suppress(PackageNotFoundError):  # of another Python or system
            needed = [row for row in requires(name) or [] if "extra ==" not in row]
            waiting += [_name(row) for row in needed]
            compiled |= {f.stem.partition(".")[0] for f in files(name) or [] if f.suffix == ".so"}
    modules = packages_distributions()
    return [
        "studio",
        *compiled,
        *(m for m, of in modules.items() if found & {_name(one) for one in of}),
    ]


def _name(requirement: str) -> str:
    kept = "".join(c if c.isalnum() or c in "-_." else " " for c in requirement)
    return kept.split()[0].lower().replace("_", "-")


def command(app: Path) -> list[str]:
    """Return what the image starts."""
    line = (app / "Dockerfile").read_text().strip().splitlines()[-1]
    words: list[str] = json.loads(line.removeprefix("CMD "))
    return words


@contextlib.contextmanager
def started(app: Path, tmp_path: Path) -> Iterator[str]:
    """Start what the image would start, with what it has; give the address, and end it in good order."""
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "sitecustomize.py").write_text(ONLY.format(allowed=in_the_image(app)))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(port) if word == "8502" else word for word in command(app)]
    assert words[0] == "python"
    log = tmp_path / "log"
    with log.open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-B", *words[1:]],
            cwd=app,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(tmp_path / "only"),
                "STUDIO_HOME": str(app / "workspace"),
                "STUDIO_ALLOWED_HOSTS": "localhost",
            },
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        _until_healthy(f"{base}/health", child, log)
        yield base
    finally:
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 0, log.read_text()


def key_of(app: Path) -> str:
    """Return the key that the folder's README shows."""
    readme = (app / "README.md").read_text()
    return next(line.strip() for line in readme.splitlines() if line.startswith("    studio_"))


def test_what_the_image_starts_answers_as_the_model_does(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register(workspace, "toys", alias="champion")
    workspace.deploy("toys@champion", "shelf")
    app = unpacked(docker_zip(workspace, version, "shelf"), tmp_path / "app")
    key = key_of(app)
    everything = b"".join(p.read_bytes() for p in (app / "workspace").rglob("*") if p.is_file())
    assert key.encode() not in everything
    assert not [p for p in app.rglob("*") if p.suffix in (".keras", ".js") and "ui" in p.parts]
    with started(app, tmp_path) as base:
        pixels = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1), np.uint8)
        address = f"{base}/v1/models/shelf:predict"
        body = {"instances": pixels.tolist()}
        assert httpx.post(address, json=body, timeout=60).status_code == 401
        answer = httpx.post(
            address, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60
        )
        assert answer.status_code == 200, answer.text
        assert answer.headers["studio-model"] == "toys:1"
        file = workspace.artifacts.read(version.files["tflite"].digest)
        expected = Predictor(file).predict(pixels)
        np.testing.assert_allclose(answer.json()["predictions"], expected, atol=1e-6)
        assert httpx.get(f"{base}/docs", timeout=60).status_code == 200


def test_the_image_prepares_rows_as_the_pipeline_of_its_endpoint_does(
    workspace: Workspace, tmp_path: Path
) -> None:
    columns = tuple(Column(name=name, kind="number") for name in ("age", "double"))
    table = TableInput(columns=columns, means=(0, 0), deviations=(1, 1))
    register_rows(workspace, ModelConfig(input="table", layers=(Dense(units=4),), table=table))
    scaled = {"learned_by": "scale", "fitted": fit(ScaleParams(), FRAME).fitted}
    asked = {"task": "table", "shape": [0, 0, 0], "columns": [columns[0].model_dump(mode="json")]}
    query = {"query": "SELECT *, age * 2 AS double FROM first"}
    drawn_ = drawn("web_input_table", asked, [("apply_transform", scaled), ("sql", query)])
    endpoint, _ = workspace.deploy_pipeline(drawn_, "shelf")
    version = workspace.endpoint_model(endpoint)
    app = unpacked(docker_zip(workspace, version, "shelf"), tmp_path / "app")
    rows = [{"age": number} for number in (0.0, 2.0, 7.5, None)]
    with started(app, tmp_path) as base:
        answer = httpx.post(
            f"{base}/v1/models/shelf:predict",
            json={"instances": rows},
            headers={"Authorization": f"Bearer {key_of(app)}"},
            timeout=60,
        )
    assert answer.status_code == 200, answer.text
    assert version.inference is not None
    prepared = preparation(version.inference, table, ask)(rows)
    file = workspace.artifacts.read(version.files["tflite"].digest)
    expected = Predictor(file, table=table).predict(prepared)
    np.testing.assert_allclose(answer.json()["predictions"], expected, atol=1e-6)


def _until_healthy(address: str, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while True:
        assert child.poll() is None, log.read_text()
        try:
            if httpx.get(address, timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def test_the_folder_is_whole_and_says_how_to_use_it(workspace: Workspace, tmp_path: Path) -> None:
    version = register_texts(workspace, "films", tmp_path)
    app = unpacked(workspace.model_bytes(version, "docker"), tmp_path / "app")
    compose = yaml.safe_load((app / "compose.yaml").read_text())
    service = compose["services"]["films"]
    assert service["ports"] == ["${STUDIO_PORT:-8502}:8502"]
    assert service["volumes"] == ["workspace:/home/studio/workspace"]
    assert "workspace" in compose["volumes"]
    docker = (app / "Dockerfile").read_text()
    for needed in ("-slim\n", "USER studio", "HEALTHCHECK", "requirements.txt"):
        assert needed in docker
    assert "tensorflow" not in (app / "requirements.txt").read_text()
    readme = (app / "README.md").read_text()
    assert '"instances": ["' in readme
    with pytest.raises(Exception, match="endpoint"):
        docker_zip(workspace, version, "nobody")


@pytest.mark.parametrize(
    ("endpoint", "image"),
    [("1.5", "1.5"), ("null", "null"), ("My.-Model_", "my-model"), ("a__b", "a-b")],
)
def test_every_name_of_an_endpoint_is_one_of_a_service_and_makes_one_of_an_image(
    endpoint: str, image: str
) -> None:
    members = docker_members("toys:1", endpoint, "key", "tflite", "")
    described = members["compose.yaml"]
    assert isinstance(described, bytes)
    (name,) = yaml.safe_load(described)["services"]
    assert name == endpoint
    assert yaml.safe_load(described)["services"][name]["image"] == f"studio-{image}"
    assert re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", f"studio-{image}")
