"""`score`, and Python scripts of people, as nodes of a drawn pipeline."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.compute.control_file import ControlFile
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.compute.scoring import BATCH
from studio.core.dataset import TEST
from studio.core.draft import Draft
from studio.core.pipeline import Pipeline
from studio.core.port_values import PredictionsValue, TableValue
from studio.core.sources import DigitsSource
from studio.tables import read_parquet, records_of, values_of
from studio.workspace import Workspace
from tests.compute import drawn
from tests.tabled import ISLANDS, add_birds
from tests.trained import register

SCRIPT = """
import os, socket
import pandas as pd

def run(first, second=None):
    print("rows", len(first))
    first["heavy"] = first["weight_g"] > 4000
    first["secret"] = os.environ.get("STUDIO_SECRET", "none")
    return first[first["island"] == "north"].reset_index(drop=True)
"""


def carry(workspace: Workspace, name: str, pipeline: Pipeline, node: str) -> Any:
    """Run a drawn pipeline, and return what a node gave."""
    drawn.submit(workspace, Draft(pipeline=pipeline), name)
    drawn.carry_out(workspace, name)
    return drawn.node(workspace, name, node)


def scripted(code: str) -> Pipeline:
    pipeline = (
        Pipeline().add("table", "table", name="birds").add("script", "python_script", code=code)
    )
    return pipeline.connect("table", "table", "script", "first")


def test_pictures_are_scored_into_arrays_and_a_table(workspace: Workspace) -> None:
    register(workspace, "fruit")
    version = workspace.dataset("fruit")
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="fruit")
        .add("model", "model", reference="fruit")
        .add("score", "score", split="test")
        .connect("data", "dataset", "score", "dataset")
        .connect("model", "model", "score", "model")
    )
    value = carry(workspace, "one", pipeline, "score").outputs["predictions"]
    assert isinstance(value, PredictionsValue)
    artifacts = workspace.artifacts
    probabilities = artifacts.open_array(value.probabilities)
    wanted = np.flatnonzero(np.asarray(workspace.split(version)) == TEST)
    np.testing.assert_array_equal(artifacts.open_array(value.ids), wanted)
    assert probabilities.shape == (value.count, 3)
    rows = records_of(read_parquet(artifacts.path(value.table)))
    assert list(rows[0]) == ["sample", "class", "answer", "confidence"]
    best = probabilities.argmax(axis=1)
    assert [row["answer"] for row in rows] == [value.class_names[place] for place in best]
    assert rows[3]["class"] == version.class_names[np.asarray(workspace.labels(version))[wanted[3]]]
    assert rows[5]["confidence"] == pytest.approx(float(probabilities[5].max()))


def test_a_killed_scoring_goes_on_behind_its_last_batch(workspace: Workspace) -> None:
    register(workspace, "eights", class_names=tuple("0123456789"))
    workspace.add_dataset("digits", DigitsSource())
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="digits")
        .add("model", "model", reference="eights")
        .add("score", "score", split="all")
        .connect("data", "dataset", "score", "dataset")
        .connect("model", "model", "score", "model")
    )
    drawn.submit(workspace, Draft(pipeline=pipeline), "one")
    kept = RunFolder.of(workspace.home, "one").checkpoints / "2" / "answers.f32"
    kept.parent.mkdir(parents=True)
    before = np.full((2 * BATCH + 5, 10), 0.125, np.float32)
    kept.write_bytes(before.tobytes()[:-3])
    drawn.carry_out(workspace, "one")
    value = drawn.node(workspace, "one", "score").outputs["predictions"]
    assert isinstance(value, PredictionsValue)
    found = workspace.artifacts.open_array(value.probabilities)
    assert found.shape == (1797, 10)
    np.testing.assert_array_equal(found[: 2 * BATCH], before[: 2 * BATCH])
    np.testing.assert_allclose(found[2 * BATCH :].sum(axis=1), 1, atol=1e-5)
    assert not kept.exists()


def test_a_script_runs_apart_and_its_rows_stay_divided(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_birds(workspace)
    monkeypatch.setenv("STUDIO_SECRET", "hidden")
    refused = carry(workspace, "no", scripted(SCRIPT), "script")
    assert refused.failure is not None
    assert refused.failure.what == "Python scripts are not allowed here."
    workspace.allow_scripts(True)
    value = carry(workspace, "yes", scripted(SCRIPT), "script").outputs["table"]
    assert isinstance(value, TableValue)
    frame = read_parquet(workspace.artifacts.path(value.parquet))
    found = values_of(frame)
    assert set(found["island"]) == {ISLANDS[0]}
    assert set(found["secret"]) == {"none"}
    assert "split" not in found
    assert len(workspace.artifacts.open_array(value.codes)) == value.count < 240
    assert "rows 240" in workspace.run_log("yes")[1]


@pytest.mark.parametrize(
    ("name", "code", "what", "why"),
    [
        ("raises", "def run(first):\n    return first['age']\n", "failed in line 2", "KeyError"),
        ("syntax", "def run(first)\n", "failed in line 1", "SyntaxError"),
        ("nothing", "def run(first):\n    return 3\n", "failed", "no pandas data frame"),
        ("other", "x = 1\n", "failed", "no function called run"),
        ("exits", "import os\ndef run(first):\n    os._exit(3)\n", "was ended", "status 3"),
        ("greedy", "def run(first):\n    return bytearray(10**11)\n", "failed", "memory"),
    ],
)
def test_what_is_wrong_with_a_script_is_told(
    workspace: Workspace, name: str, code: str, what: str, why: str
) -> None:
    add_birds(workspace, count=20)
    workspace.allow_scripts(True)
    failure = carry(workspace, name, scripted(code), "script").failure
    assert failure is not None
    assert what in failure.what
    assert why in failure.why


STAYING = """
import os, time
def run(first):
    for name in ("studio.db", "../../../studio.db", "{home}/studio.db"):
        print("reads", os.path.exists(name))
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("{mark}", "w").close()
            time.sleep(1000)
        os._exit(0)
    while not os.path.exists("{mark}"):
        time.sleep(0.01)
    os.unlink("log")
    os.mkfifo("log")
    return first
"""


def test_a_script_leaves_nothing_behind_that_works_on(workspace: Workspace, tmp_path: Path) -> None:
    add_birds(workspace, count=20)
    workspace.allow_scripts(True)
    mark = tmp_path / "mark"
    code = STAYING.format(home=workspace.home, mark=mark)
    assert carry(workspace, "stays", scripted(code), "script").state == "completed"
    open_files = [os.path.realpath(link) for link in Path("/proc").glob("[0-9]*/cwd")]
    folder = str(RunFolder.of(workspace.home, "stays").path)
    if subprocess.run(["unshare", "-Unm", "true"], check=False).returncode == 0:
        assert not [path for path in open_files if path.startswith(folder)]


def test_a_script_is_ended_when_somebody_stops_the_run(workspace: Workspace) -> None:
    add_birds(workspace, count=20)
    workspace.allow_scripts(True)
    code = "import time\ndef run(first):\n    time.sleep(3600)\n"
    workspace.submit_pipeline(Draft(pipeline=scripted(code)), name="slow")
    run = workspace.claim_run("worker", 3600.0)
    assert run is not None
    folder = RunFolder.of(workspace.home, "slow")
    folder.write_spec(prepare(workspace, run))
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.stop.touch()
    execute(folder, ControlFile(folder))
    assert not list(Path(folder.path).glob("script-*"))
