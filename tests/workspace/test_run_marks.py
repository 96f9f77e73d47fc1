"""Tags, notes, archive and bin of runs, and the table in which runs are found by them."""

from __future__ import annotations

import pytest

from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.events import MetricsEvent
from studio.core.run_facts import Condition, RunQuery
from studio.store import metrics as metric_rows
from studio.workspace import Workspace
from tests.trained import register
from tests.workspace.conftest import MakeDataset, TrainedRun


@pytest.fixture
def runs(make_dataset: MakeDataset, trained_run: TrainedRun, workspace: Workspace) -> list[str]:
    """Three completed trainings on pets."""
    make_dataset()
    return [trained_run(name).name for name in ("one", "two", "three")]


def found(workspace: Workspace, **query: object) -> list[str]:
    return [row.name for row in workspace.compare_runs(RunQuery(**query)).rows]


def test_tags_and_notes_are_found_again(workspace: Workspace, runs: list[str]) -> None:
    workspace.tag_runs(["one", "two"], add=["base line", "Größe"])
    workspace.tag_runs(["two"], remove=["base line"], add=["Größe"])
    workspace.note_run("three", "more epochs")
    assert workspace.run("one").tags == ("base line", "Größe")
    assert workspace.run("two").tags == ("Größe",)
    assert found(workspace, tags=("base line",)) == ["one"]
    assert found(workspace, tags=("base",)) == []
    assert found(workspace, text="EPOCHS more") == ["three"]
    assert found(workspace, text="pets line") == ["one"]
    assert workspace.run_tags() == ["Größe", "base line"]


@pytest.mark.parametrize("tag", ["", "  ", "a,b", "x" * 41, "a\nb"])
def test_tags_that_are_none_are_refused(workspace: Workspace, runs: list[str], tag: str) -> None:
    with pytest.raises(InvalidInput):
        workspace.tag_runs(["one"], add=[tag])
    with pytest.raises(InvalidInput, match="20"):
        workspace.tag_runs(["one"], add=[f"t{i}" for i in range(21)])
    assert workspace.run("one").tags == ()


def test_one_unknown_name_changes_no_run(workspace: Workspace, runs: list[str]) -> None:
    for act in (workspace.archive_runs, workspace.delete_runs):
        with pytest.raises(NotFound, match="twoo"):
            act(["one", "twoo"])
    with pytest.raises(NotFound):
        workspace.tag_runs(["one", "twoo"], add=["x"])
    assert [run.name for run in workspace.runs()] == ["three", "two", "one"]


def test_archived_and_deleted_runs_leave_the_lists_until_asked_for(
    workspace: Workspace, runs: list[str]
) -> None:
    workspace.archive_runs(["one"])
    workspace.delete_runs(["two"])
    assert [run.name for run in workspace.runs()] == found(workspace) == ["three"]
    assert [run.name for run in workspace.runs(archived=True)] == ["three", "one"]
    assert found(workspace, archived=True) == ["three", "one"]
    assert found(workspace, deleted=True) == ["two"]
    assert [record.run for record in workspace.evaluations()] == ["three", "one"]
    workspace.unarchive_runs(["one"])
    workspace.undelete_runs(["two"])
    assert found(workspace) == ["three", "two", "one"]


def test_a_run_that_others_need_is_not_deleted(
    workspace: Workspace, runs: list[str], trained_run: TrainedRun
) -> None:
    registered = register(workspace, "kept")
    assert registered.run is not None
    with pytest.raises(Conflict, match="registered as kept:1"):
        workspace.delete_runs(["one", registered.run])
    again = workspace.run(registered.run)
    later = workspace.submit(
        again.pipeline.set_params("train", start_from=registered.run), name="later"
    )
    with pytest.raises(Conflict, match="queued"):
        workspace.delete_runs([later.name])
    measuring = workspace.measure_speed([f"run/{registered.run}"], name="measuring")
    workspace.cancel_run("later")
    assert measuring.kind == "speed"
    workspace.delete_runs(["later", "one"])
    assert found(workspace, deleted=True) == ["later", "one"]


def test_the_bin_is_emptied_after_a_week_and_frees_what_was_made(
    workspace: Workspace, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = workspace.run("one").id
    metric_rows.ingest(
        workspace._metrics, number, [MetricsEvent(seq=99, time=0.0, points=[("val_loss", 1, 0.5)])]
    )
    folder = workspace.run_folder("one")
    folder.mkdir(parents=True, exist_ok=True)
    workspace.compare_runs()
    workspace.delete_runs(["one", "three"])
    workspace.housekeep()
    assert found(workspace, deleted=True) == ["three", "one"]
    now = workspace._now()
    monkeypatch.setattr(workspace, "_now", lambda: now + 8 * 24 * 3600)
    workspace.housekeep()
    # The newest run of all stays, so that no other ever gets its number.
    assert found(workspace, deleted=True) == ["three"]
    with pytest.raises(NotFound):
        workspace.run("one")
    assert not folder.exists()
    assert metric_rows.points(workspace._metrics, number, 0) == (0, {})
    assert workspace.free_run_name("one") == "one"


def test_runs_are_found_by_facts_and_sorted_by_them(
    workspace: Workspace, make_dataset: MakeDataset, trained_run: TrainedRun
) -> None:
    make_dataset()
    numbers = {"one": [0.9, 0.3], "two": [0.8, 0.7], "three": [0.5, 0.6]}
    for name, losses in numbers.items():
        run = trained_run(name)
        points = [("val_loss", step, loss) for step, loss in enumerate(losses, start=1)]
        metric_rows.ingest(
            workspace._metrics, run.id, [MetricsEvent(seq=99, time=0.0, points=points)]
        )
    assert found(workspace, sort="best.val_loss", descending=False) == ["one", "three", "two"]
    assert found(workspace, sort="last.val_loss") == ["two", "three", "one"]
    under = Condition(fact="best.val_loss", sign="<", value=0.6)
    assert found(workspace, conditions=(under,)) == ["three", "one"]
    adam = Condition(fact="set.optimizer", sign="=", value="ADAM")
    assert len(found(workspace, conditions=(adam,))) == 3
    assert (
        found(workspace, conditions=(Condition(fact="set.optimizer", sign=">", value=1.0),)) == []
    )
    assert found(workspace, dataset="pets", limit=1) == ["three"]
    assert workspace.compare_runs(RunQuery(dataset="pets:1", limit=1)).total == 3
    assert found(workspace, dataset="pet") == []
    assert found(workspace, statuses=("failed",)) == []
    assert {"accuracy", "set.epochs", "best.val_loss"} <= set(workspace.fact_names())
    assert workspace.run_metrics(["one", "two"]) == ["val_loss"]
    curves = workspace.overlaid_curves(["two", "one", "nobody"], "val_loss")
    assert {name: values.tolist() for name, (_, values) in curves.items()} == {
        "two": [0.8, 0.7],
        "one": [0.9, 0.3],
    }


def test_a_run_that_goes_on_is_read_anew(workspace: Workspace, make_dataset: MakeDataset) -> None:
    from tests.workspace.test_runs import claimed, training

    make_dataset()
    workspace.submit(training(), name="first")
    assert workspace.compare_runs().rows[0].facts.get("best.val_loss") is None
    run = claimed(workspace)
    event = MetricsEvent(seq=1, time=0.0, points=[("val_loss", 1, 0.5)])
    assert workspace.record_events(run, [event])
    assert workspace.compare_runs().rows[0].facts["best.val_loss"] == 0.5
