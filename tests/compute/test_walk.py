from __future__ import annotations

import pytest

from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.local import LocalCompute
from studio.compute.prepare import prepare
from studio.compute.walk import NotKept
from studio.core.control import RunControl
from studio.core.draft import Draft
from studio.core.events import ArtifactEvent, EndEvent, PauseEvent
from studio.core.port_values import DatasetValue, FileValue
from studio.workspace import Workspace
from tests.compute.conftest import of
from tests.compute.drawn import add_letters, branches, carry_out, node, states, submit

ALL = ("data", "split", "check", "file")


@pytest.fixture
def letters(workspace: Workspace) -> Workspace:
    """A workspace with the dataset `letters`."""
    return add_letters(workspace)


def failing() -> Draft:
    """A split that takes all samples away, so that what comes after it is skipped."""
    pipeline = branches().pipeline.set_params("file", format="nonsense")
    pipeline = pipeline.add("again", "split").connect("split", "dataset", "again", "dataset")
    return Draft(pipeline=pipeline)


def test_everything_is_done_once_and_reused_afterwards(letters: Workspace) -> None:
    submit(letters, branches(), "one")
    first = carry_out(letters, "one")
    assert first[-1].type == "end"
    assert states(letters, "one") == dict.fromkeys(ALL, "completed")
    assert letters.run("one").result["reused"] == 0
    submit(letters, branches(), "two")
    second = carry_out(letters, "two")
    assert states(letters, "two") == dict.fromkeys(ALL, "reused")
    assert node(letters, "two", "split").from_run == "one"
    result = letters.run("two").result
    assert (result["nodes"], result["reused"]) == (4, 4)
    saved = sum(state.saved for state in letters.node_states("two").values())
    assert result["saved_seconds"] == pytest.approx(saved, abs=0.01)
    made = [{event.artifact.name for event in of(e, ArtifactEvent)} for e in (first, second)]
    assert made[0] == made[1] == set(letters.run_artifacts("two"))
    assert letters.run("one").result["file"] == letters.run("two").result["file"]
    for port in ("split", "file"):
        assert node(letters, "one", port).outputs == node(letters, "two", port).outputs


def test_a_change_costs_what_comes_after_it_and_the_same_content_costs_nothing(
    letters: Workspace,
) -> None:
    submit(letters, branches(), "one")
    carry_out(letters, "one")
    submit(letters, branches(seed=1), "two")
    carry_out(letters, "two")
    done = {"data": "reused", "check": "reused", "split": "completed", "file": "completed"}
    assert states(letters, "two") == done
    # Another way to the same division: the node before is carried out, what comes after it is not.
    same = branches(seed=1, stratified=False)
    pipeline = same.pipeline.add("more", "split", stored=True)
    links = [link for link in pipeline.links if link.target != "file"]
    pipeline = pipeline.model_copy(update={"links": tuple(links)})
    pipeline = pipeline.connect("split", "dataset", "more", "dataset")
    pipeline = pipeline.connect("more", "dataset", "file", "dataset")
    submit(letters, Draft(pipeline=pipeline), "three")
    carry_out(letters, "three")
    assert states(letters, "three") == {**dict.fromkeys(ALL, "reused"), "more": "completed"}


def test_a_failure_skips_what_needs_it_and_a_resumed_run_reuses_the_rest(
    letters: Workspace,
) -> None:
    submit(letters, failing(), "one")
    end = carry_out(letters, "one")[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "failed"
    assert end.failure is not None
    assert "nonsense" in end.failure.what
    assert node(letters, "one", "file").failure == end.failure
    done = {"data": "completed", "split": "completed", "check": "completed", "again": "completed"}
    assert states(letters, "one") == {**done, "file": "failed"}
    again = letters.resume_run("one")
    assert letters.pipeline_run(again.name).resumed == "one"
    carry_out(letters, again.name)
    reused = {**dict.fromkeys(done, "reused"), "file": "failed"}
    assert states(letters, again.name) == reused


def test_a_cancelled_node_takes_what_comes_after_it_along(letters: Workspace) -> None:
    submit(letters, branches(), "one")
    letters.cancel_node("one", "split")
    folder = RunFolder.of(letters.home, "one")
    folder.write_control(letters.run_control(letters.run("one")))
    assert carry_out(letters, "one")[-1].status == "stopped"  # type: ignore[union-attr]
    done = {"data": "completed", "check": "completed", "split": "cancelled", "file": "skipped"}
    assert states(letters, "one") == done


@pytest.mark.parametrize("asked", ["stop", "cancel", "pause"])
def test_wishes_of_people_end_a_run(letters: Workspace, asked: str) -> None:
    submit(letters, branches(), "one")
    folder = RunFolder.of(letters.home, "one")
    folder.write_control(RunControl.model_validate({asked: True}))
    last = carry_out(letters, "one")[-1]
    if asked == "pause":
        assert isinstance(last, PauseEvent)
        folder.write_control(RunControl())
        assert carry_out(letters, "one")[-1].status == "completed"  # type: ignore[union-attr]
        assert states(letters, "one") == dict.fromkeys(ALL, "completed")
    else:
        assert isinstance(last, EndEvent)
        assert last.status == {"stop": "stopped", "cancel": "cancelled"}[asked]
        assert set(states(letters, "one").values()) == {"skipped"}


@pytest.mark.parametrize("keep", [1, 5, 9, 13, 17])
def test_run_killed_after_any_event_comes_to_the_same_end(letters: Workspace, keep: int) -> None:
    submit(letters, branches(), "one")
    run = letters.claim_run("worker", 60)
    assert run is not None
    folder = RunFolder.of(letters.home, "one")
    folder.write_spec(prepare(letters, run))
    execute(folder, ControlFile(folder))
    lines = folder.events.read_bytes().splitlines(keepends=True)
    folder.events.write_bytes(b"".join(lines[:keep]) + lines[keep][:20])
    events = carry_out(letters, "one", attempt=2)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert letters.run("one").status == "completed"
    assert states(letters, "one") == dict.fromkeys(ALL, "completed")
    assert letters.run("one").result["reused"] == 0


def test_a_second_node_of_a_kind_puts_its_name_before_its_files(letters: Workspace) -> None:
    pipeline = branches().pipeline.add("second", "export", format="folder")
    pipeline = pipeline.connect("data", "dataset", "second", "dataset")
    submit(letters, Draft(pipeline=pipeline), "one")
    carry_out(letters, "one")
    assert {"export", "second.export", "split.npy", "check.split.npy"} == set(
        letters.run_artifacts("one")
    )
    value = node(letters, "one", "second").outputs["file"]
    assert isinstance(value, FileValue)
    assert value.file.name == "export"
    assert {"file", "second.file"} <= set(letters.run("one").result)


def test_nothing_is_reused_whose_files_are_gone(letters: Workspace) -> None:
    submit(letters, branches(), "one")
    carry_out(letters, "one")
    value = node(letters, "one", "split").outputs["dataset"]
    assert isinstance(value, DatasetValue)
    letters.artifacts.path(value.codes).unlink()
    submit(letters, branches(), "two")
    carry_out(letters, "two")
    done = {"data": "reused", "check": "reused", "split": "completed", "file": "reused"}
    assert states(letters, "two") == done


def test_what_is_known_as_a_whole_needs_no_process(letters: Workspace) -> None:
    submit(letters, branches(), "one")
    carry_out(letters, "one")
    submit(letters, branches(), "two")
    compute = LocalCompute(letters.home)
    compute.submit("two", prepare(letters, letters.run("two")))
    assert compute.status("two") == "ended"
    assert not RunFolder.of(letters.home, "two").log.exists()
    end = compute.events("two", 0)[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "completed"


def test_what_was_forgotten_meanwhile_is_left_to_a_process(letters: Workspace) -> None:
    submit(letters, branches(), "one")
    folder = RunFolder.of(letters.home, "one")
    folder.write_spec(prepare(letters, letters.run("one")))
    with pytest.raises(NotKept):
        execute(folder, ControlFile(folder), only_kept=True)
    assert not isinstance(EventReader(folder.events).read(0)[-1], EndEvent)
    assert carry_out(letters, "one")[-1].status == "completed"  # type: ignore[union-attr]
