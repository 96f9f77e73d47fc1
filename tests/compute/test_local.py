from __future__ import annotations

from pathlib import Path

import pytest

from studio.compute.base import RunSpec
from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.prepare import prepare
from studio.core.errors import InvalidInput, StudioError
from studio.workspace import Workspace
from tests.compute.conftest import digits_import, kill, until


def test_a_killed_process_is_lost_and_may_be_submitted_again(
    workspace: Workspace, home: Path
) -> None:
    compute, folder = LocalCompute(home), RunFolder.of(home, "one")
    run = workspace.submit(digits_import(), name="one")
    spec = prepare(workspace, run)
    compute.submit("one", spec)
    kill(folder)
    assert compute.status("one") == "lost"
    compute.submit("one", spec)
    until(lambda: compute.status("one") == "ended")


def test_spec_is_what_was_submitted(workspace: Workspace, home: Path) -> None:
    spec = prepare(workspace, workspace.submit(digits_import(), name="one"))
    LocalCompute(home).submit("one", spec)
    assert RunSpec.model_validate_json(RunFolder.of(home, "one").spec.read_bytes()) == spec
    assert not (home / "runs" / "one" / "spec.json.new").exists()


def test_damaged_events_are_refused(home: Path) -> None:
    folder = RunFolder.of(home, "one")
    folder.path.mkdir(parents=True)
    folder.events.write_bytes(b"nonsense\n")
    with pytest.raises(StudioError, match="damaged"):
        LocalCompute(home).events("one", 0)


def test_names_never_leave_the_runs_folder(home: Path) -> None:
    with pytest.raises(InvalidInput):
        LocalCompute(home).status("../one")
