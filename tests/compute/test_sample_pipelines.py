"""The six sample pipelines run on the starter data, but for one epoch as they are; one of them as plain Python, too."""

from __future__ import annotations

import io
import json
import runpy
import sys
import zipfile
from pathlib import Path

import pytest

from studio.core.queue import QueueLimits
from studio.core.sample_pipelines import STARTER_SETS, sample_pipelines
from studio.exports.pipeline_python import parse_pipeline_python
from studio.workspace import Workspace
from tests.workspace.conftest import carried_through


def run(workspace: Workspace, sample: str, name: str, **values: object) -> dict[str, object]:
    draft = workspace.draft(sample).draft
    given = {"epochs": 1, **values}
    workspace.submit_pipeline(draft, name=name, values=given, draft_name=sample)
    done = carried_through(workspace, name)
    states = workspace.node_states(name)
    failures = {node: state.failure for node, state in states.items() if state.failure}
    assert done.status == "completed", failures or done.failure
    assert all(state.done for state in states.values()), states
    return done.result


def test_every_sample_runs(workspace: Workspace) -> None:
    workspace.set_queue_limits(QueueLimits(parallel_nodes=1))  # no process more than this one
    for name, sample in sample_pipelines().items():
        assert sample.data in STARTER_SETS
        made = workspace.start_sample(name, author="ann")
        assert made.name == name
        assert made.draft.problems() == {}
        run(workspace, name, f"first-{name}")
    for name in ("drawings", "augmented-pictures", "text", "table"):
        for kind in ("realtime", "batch"):
            tried = carried_through(workspace, workspace.convert(f"first-{name}", kind).name)
            assert tried.status == "completed", (name, kind, tried.failure)
            assert tried.result["equivalence"]["left_out"] == 0
    waiting = workspace.dataset("digits-to-label")
    assert (waiting.count, waiting.labelled) == (40, 0)
    same = run(workspace, "drawings", "same")
    assert same["reused"] == len(workspace.draft("drawings").draft.pipeline.nodes)


def test_a_sample_may_be_started_twice(workspace: Workspace) -> None:
    first = workspace.start_sample("text")
    assert workspace.start_sample("text").name == "text-2"
    assert len(workspace.datasets()) == 1
    assert first.draft == workspace.sample_pipeline("text").draft


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras itself
def test_the_drawings_sample_runs_as_plain_python(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The script stands in a folder of its own, and nothing in that folder imports the studio."""
    draft = workspace.start_sample("drawings").draft
    content = workspace.python_pipeline(draft)
    assert workspace.read_pipeline("drawings.zip", content).pipeline.digest == draft.pipeline.digest
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
        text = archive.read("pipeline.py").decode()
    assert parse_pipeline_python(text).pipeline.digest == draft.pipeline.digest
    for path in tmp_path.rglob("*.py"):
        assert "from studio" not in path.read_text(), path
        assert "import studio" not in path.read_text(), path
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "argv", ["pipeline.py", "epochs=2"])
    try:
        runpy.run_path("pipeline.py")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "steps"]:
            del sys.modules[name]
    lines = capsys.readouterr().out.splitlines()
    judged = next(json.loads(line) for line in lines if line.startswith('{"evaluate"'))
    assert judged["samples"] == 359
    assert judged["accuracy"] > 0.3
    assert (tmp_path / "output" / "model.keras").stat().st_size > 10_000
