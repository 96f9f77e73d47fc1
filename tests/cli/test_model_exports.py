"""Files of a model for other programs, by the command line: how they did, having them made, taking one along."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from studio.core.events import ArtifactEvent, EndEvent, Event, ResultEvent
from studio.core.model_export import REPORT, ModelExportParams, ParityReport, ParityRow
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import TrainedRun

ROWS = (
    ParityRow(format="onnx", bytes=9, samples=500, agreement=1.0, max_difference=1e-7, accuracy_drop=0.0,
              milliseconds=0.5),
    ParityRow(format="int8", bytes=3, samples=500, agreement=0.95, max_difference=0.4, accuracy_drop=0.03,
              refused="Its accuracy is 3.0 points lower than the model's; 1 is allowed."),
    ParityRow(format="page", bytes=20, samples=0, note="It is replayed in a browser."),
)  # fmt: skip
FILES = {"model.onnx": b"ONNX file", "model.html": b"<html>"}


@pytest.fixture
def pets(trained_run: TrainedRun, workspace: Workspace, no_worker: None) -> None:
    """The registered model pets."""
    trained_run("first")
    workspace.register_model("first", "pets")


def export(home: Path) -> None:
    """Be the worker and the child of the next run, which exports pets."""
    workspace = Workspace.open(home)
    deadline = time.monotonic() + 300
    while (run := workspace.claim_run("worker", 3600.0)) is None:
        assert time.monotonic() < deadline, "nothing was submitted"
        time.sleep(0.01)
    params = run.pipeline.params("model_export")
    assert isinstance(params, ModelExportParams)
    files = dict(FILES)
    rows = ROWS
    if params.accept:
        rows = (ROWS[0], ROWS[1].model_copy(update={"accepted": True}), ROWS[2])
        files["model.int8.tflite"] = b"int"
    version = workspace.model("pets")
    report = ParityReport(
        model="pets:1", dataset=version.dataset, samples=500, held_out=100, accuracy=0.9, rows=rows,
        left_out={"teachable": "It has no like there."},
    )  # fmt: skip
    files[REPORT] = report.model_dump_json().encode()
    stored = [workspace.artifacts.put(content, name) for name, content in files.items()]
    made = [ArtifactEvent(seq=seq, time=0, artifact=file) for seq, file in enumerate(stored, 1)]
    result = {
        "model": "pets:1",
        "of": version.files["keras"].digest,
        "formats": ["onnx", "page"],
        "refused": [] if params.accept else ["int8"],
    }
    ends: list[Event] = [
        ResultEvent(seq=len(made) + 1, time=0, result=result),
        EndEvent(seq=len(made) + 2, time=0, status="completed"),
    ]
    assert workspace.record_events(run, [*made, *ends])
    workspace.close()


@pytest.mark.usefixtures("pets")
def test_they_are_made_shown_and_taken_along(studio: Studio, home: Path, tmp_path: Path) -> None:
    assert "models make-exports pets:1" in studio("models", "exports", "pets").out
    refused = studio("export", "pets", "--format", "onnx", "--output", tmp_path / "model")
    assert (refused.code, "not been exported" in refused.refusal["what"]) == (1, True)

    def make(*more: object) -> tuple[int, list[str]]:
        worker = threading.Thread(target=export, args=(home,))
        worker.start()
        done = studio("models", "make-exports", "pets", *more)
        worker.join()
        return done.code, done.out.splitlines()

    code, lines = make()
    assert code == 1  # something was refused
    assert [line.split()[0] for line in lines[1:4]] == ["int8", "onnx", "page"]
    assert "refused: Its accuracy" in lines[1]
    assert lines[2].endswith("passed")
    assert "replayed in a browser" in lines[3]
    assert lines[4].startswith("teachable was left out")
    assert "500 samples of " in lines[5]
    assert "100 of them held out" in lines[5]
    assert studio("export", "pets", "--format", "int8", "--output", tmp_path / "no").code == 1
    code, lines = make("--accept", "--format", "onnx", "--format", "int8")
    assert (code, "kept nonetheless" in lines[1]) == (0, True)
    for name, content in (("onnx", b"ONNX file"), ("int8", b"int"), ("page", b"<html>")):
        output = tmp_path / name
        assert studio("export", "pets", "--format", name, "--output", output).code == 0
        assert output.read_bytes() == content
    facts = studio("models", "exports", "pets:1", "--json").json
    assert set(facts["files"]) == {"onnx", "int8", "page"}
    assert len(facts["runs"]) == 2


@pytest.mark.usefixtures("pets")
def test_what_cannot_be_made_is_refused_before_a_run(studio: Studio, workspace: Workspace) -> None:
    for words in (("--format", "onx"), ("--format", "zip"), ("--dataset", "nowhere")):
        said = studio("models", "make-exports", "pets", *words)
        assert said.code == 1
        assert all(said.refusal.values())
    assert workspace.runs(kind="model_export") == []
