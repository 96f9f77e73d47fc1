"""The walk on the command line with every real part: worker, child with TensorFlow, endpoint process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from studio.processes import ensure_serve, stop_serve, stop_worker, worker_alive
from studio.workspace import Workspace
from tests.cli.conftest import Studio

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def real(home: Path) -> Iterator[Path]:
    """The workspace; whatever works on it ends with the test."""
    yield home
    stop_serve(home)
    stop_worker(home)


def test_the_walk(studio: Studio, real: Path, tmp_path: Path) -> None:
    studio("datasets", "add", "digits", "--name", "digits")
    run = studio(
        *("train", "--dataset", "digits", "--model", "dense-baseline", "--epochs", "3"),
        *("--batch-size", "32", "--set", "learning_rate=0.005", "--name", "first", "--wait"),
    )
    assert run.code == 0, run.err
    assert "first: epoch" in run.err
    assert "completed" in run.out

    evaluation = studio("evaluate", "first", "--json").json
    assert evaluation["accuracy"] > 0.8
    assert evaluation["test_count"] == 539
    assert len(evaluation["per_class"]) == len(evaluation["confusion_matrix"]) == 10
    assert evaluation["milliseconds_per_sample"] > 0
    assert "Epoch 3 of 3" in studio("runs", "log", "first").out

    registered = studio(
        *("models", "register", "first", "--name", "reader", "--alias", "champion", "--json")
    ).json
    assert registered["facts"]["accuracy"] == evaluation["accuracy"]
    for file_format in ("keras", "tflite", "zip"):
        output = tmp_path / f"reader.{file_format}"
        words = ("export", "reader@champion", "--format", file_format, "--output", output)
        assert studio(*words, "--json").json["size_bytes"] == output.stat().st_size > 10_000

    restored = studio(
        *("models", "restore", tmp_path / "reader.zip", "--name", "again", "--alias", "champion"),
        "--json",
    ).json
    assert (restored["name"], restored["run"], restored["aliases"]) == ("again", None, ["champion"])
    assert restored["class_names"] == list("0123456789")
    assert list((real / "uploads").iterdir()) == []

    key = studio("endpoints", "deploy", "reader", "--name", "answers", "--json").json["key"]
    host, port = ensure_serve(real)
    workspace = Workspace.open(real)
    version = workspace.dataset("digits")
    held_out = np.flatnonzero(workspace.split(version) == 2)[:50]
    body = {"instances": workspace.samples(version)[held_out].tolist()}
    address = f"http://{host}:{port}/v1/models/answers:predict"
    answered = httpx.post(
        address, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=60
    )
    assert answered.status_code == 200
    named = np.argmax(answered.json()["predictions"], axis=1)
    right = np.mean(named == workspace.labels(version)[held_out])
    assert abs(right - evaluation["accuracy"]) < 0.2
    assert httpx.post(address, json=body, timeout=60).status_code == 401

    # What the run needs is gone from the disk: it fails, and says so where one waits for it.
    workspace.artifacts.path(version.samples).unlink()
    workspace.close()
    failed = studio("train", "--dataset", "digits", "--name", "second", "--wait", "--json")
    assert failed.code == 1
    assert failed.out == ""
    assert 'Run "second" failed' in json.loads(failed.err)["error"]["what"]
    assert studio("runs", "show", "second", "--json").json["status"] == "failed"
    assert worker_alive(real)


def test_the_demo_walks_and_cleans_up(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "studio", "demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [f"[{step}/8]" in done.stdout for step in range(1, 9)] == [True] * 8
    assert "The endpoint says" in done.stdout
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("studio-demo-*")) == []
    assert not home.exists()
