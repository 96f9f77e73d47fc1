from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pytest

from studio.compute import executor
from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader, EventWriter
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.compute.steps import STEPS
from studio.core.catalog import CATALOG
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict, NotFound
from studio.core.events import DatasetEvent, EndEvent, LogEvent
from studio.core.sources import DrawingsSource, FolderSource
from studio.core.standard import import_pipeline
from studio.workspace import Workspace
from tests.compute.conftest import carry_out, digits_import, of, training
from tests.conftest import ROOT


def test_every_component_has_a_step() -> None:
    assert STEPS.keys() == CATALOG.keys()


def test_refusal_ends_the_run_with_what_why_and_fix(workspace: Workspace) -> None:
    source = FolderSource(path="/nowhere/at/all")
    pipeline = import_pipeline("pets", source, split=SplitConfig(), author="ann")
    workspace.submit(pipeline, name="one")
    end = carry_out(workspace, "one")[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "failed"
    assert end.failure is not None
    assert "/nowhere/at/all" in end.failure.what
    assert end.failure.why
    assert end.failure.fix


def test_surprise_ends_the_run_plainly_and_leaves_the_traceback_in_the_log(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.add_drawing("pad", "cat", np.full((28, 28), 255, np.uint8), "[]", op_id="a")
    pipeline = import_pipeline(
        "pets", DrawingsSource(collection="pad"), split=SplitConfig(), author="ann"
    )
    run = workspace.submit(pipeline, name="one")
    folder = RunFolder.of(workspace.home, "one")
    folder.write_spec(prepare(workspace, run))
    shutil.rmtree(folder.drawings)
    execute(folder, ControlFile(folder))
    end = EventReader(folder.events).read(0)[-1]
    assert isinstance(end, EndEvent)
    assert end.failure is not None
    assert "FileNotFoundError" in end.failure.why
    assert "Traceback" not in end.failure.model_dump_json()
    assert "child.log" in end.failure.fix
    assert "Traceback" in capsys.readouterr().err


def test_stopped_import_leaves_no_dataset(workspace: Workspace) -> None:
    workspace.submit(digits_import(), name="one")
    folder = RunFolder.of(workspace.home, "one")
    folder.path.mkdir(parents=True)
    folder.stop.touch()
    events = carry_out(workspace, "one")
    assert not of(events, DatasetEvent)
    assert events[-1] == EndEvent(seq=events[-1].seq, time=events[-1].time, status="stopped")


def test_run_that_has_ended_stays_as_it_is(workspace: Workspace) -> None:
    workspace.submit(digits_import(), name="one")
    assert carry_out(workspace, "one") == carry_out(workspace, "one", attempt=2)


@pytest.mark.parametrize("keep", range(1, 9))
def test_run_killed_after_any_event_comes_to_the_same_end(workspace: Workspace, keep: int) -> None:
    workspace.submit(digits_import(), name="one")
    events = carry_out(workspace, "one")
    path = RunFolder.of(workspace.home, "one").events
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: min(keep, len(lines) - 1)]))
    again = carry_out(workspace, "one", attempt=2)
    assert [event.seq for event in again] == list(range(1, len(again) + 1))
    (made,) = of(again, DatasetEvent)
    assert made.manifest.digest == of(events, DatasetEvent)[0].manifest.digest
    assert again[-1].type == "end"
    assert any("Started again" in event.text for event in of(again, LogEvent))


def test_numbers_go_on_after_what_the_workspace_has_when_the_file_is_lost(
    workspace: Workspace,
) -> None:
    run = workspace.submit(digits_import(), name="one")
    folder = RunFolder.of(workspace.home, "one")
    spec = prepare(workspace, run).model_copy(update={"after_seq": 40})
    folder.write_spec(spec)
    execute(folder, ControlFile(folder))
    assert EventReader(folder.events).read(0)[0].seq == 41


def test_main_refuses_a_run_without_a_spec(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="nothing to carry out"):
        executor.main(workspace.home, "one")


def test_main_refuses_to_run_twice_at_once(workspace: Workspace) -> None:
    run = workspace.submit(digits_import(), name="one")
    folder = RunFolder.of(workspace.home, "one")
    folder.write_spec(prepare(workspace, run))
    lock = folder.lock()
    assert lock.acquire()
    try:
        with pytest.raises(Conflict, match="already"):
            executor.main(workspace.home, "one")
    finally:
        lock.release()
    assert not folder.events.exists()


def test_line_can_be_run_by_hand(workspace: Workspace) -> None:
    run = workspace.submit(digits_import(), name="one")
    folder = RunFolder.of(workspace.home, "one")
    folder.write_spec(prepare(workspace, run))
    done = subprocess.run(
        [sys.executable, "-m", "studio", "execute", "one", "--workspace", str(workspace.home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert EventReader(folder.events).read(0)[-1].type == "end"


def test_import_needs_no_tensorflow(workspace: Workspace) -> None:
    run = workspace.submit(digits_import(), name="one")
    RunFolder.of(workspace.home, "one").write_spec(prepare(workspace, run))
    script = f"""
import sys
from pathlib import Path
from studio.compute import executor
executor.main(Path({str(workspace.home)!r}), "one")
sys.exit("tensorflow" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=300)


def test_checkpoints_are_removed_at_the_end(digits: Workspace) -> None:
    digits.submit(training(), name="one")
    carry_out(digits, "one")
    assert not RunFolder.of(digits.home, "one").checkpoints.exists()


def test_full_disk_is_no_traceback(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EventWriter, progress: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EventWriter, "progress", refuse)
    workspace.submit(digits_import(), name="one")
    end = carry_out(workspace, "one")[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "failed"
    assert end.failure is not None
    assert "No space left" in end.failure.why
