from __future__ import annotations

import pytest

from studio.core.catalog import SplitParams
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.control import RunControl
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.events import ArtifactEvent, EndEvent, ObservationEvent, PauseEvent
from studio.core.pipeline import Pipeline
from studio.core.presets import PRESETS
from studio.core.queue import QueueLimits
from studio.core.run import Run
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from studio.workspace.hall import Hall
from tests.workspace.conftest import MakeDataset, TrainedRun


def training(**settings: object) -> Pipeline:
    config = TrainingConfig.model_validate({"epochs": 3, **settings})
    return training_pipeline("pets", DRAWING_CLASSIFIER, config)


@pytest.fixture
def pets(workspace: Workspace, make_dataset: MakeDataset) -> Workspace:
    make_dataset()
    return workspace


def claimed(workspace: Workspace, lease: float = 60.0) -> Run:
    run = workspace.claim_run("worker", lease)
    assert run is not None
    return run


def test_a_training_pauses_and_goes_on(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    run = claimed(pets)
    assert pets.pause_run("one").control.pause
    assert pets.record_events(run, [PauseEvent(seq=1, time=0.0)])
    assert pets.pause_run("one").status == "paused"
    assert not pets.record_events(run, [EndEvent(seq=2, time=0.0, status="completed")])
    assert not pets.renew_run(run, 60.0)
    resumed = pets.resume_run("one")
    assert (resumed.status, resumed.control) == ("queued", RunControl())
    again = claimed(pets)
    assert (again.epoch, pets.event_cursor(again)) == (2, 1)


def test_what_cannot_pause_is_refused(pets: Workspace, trained_run: TrainedRun) -> None:
    pipeline = import_pipeline("more", DigitsSource(), split=SplitConfig(), author="ann")
    pets.submit(pipeline, name="import")
    with pytest.raises(Conflict, match="cannot be paused"):
        pets.pause_run("import")
    pets.cancel_run("import")
    trained_run("done")
    for verb in (pets.pause_run, pets.resume_run, pets.cancel_run, pets.stop_run):
        with pytest.raises(Conflict, match="completed"):
            verb("done")
        with pytest.raises(NotFound):
            verb("dona")


def test_a_cancelled_run_keeps_nothing(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    run = claimed(pets)
    file = pets.artifacts.put(b"weights", "model.keras")
    pets.record_events(run, [ArtifactEvent(seq=1, time=0.0, artifact=file)])
    assert pets.cancel_run("one").status == "running"
    pets.record_events(run, [EndEvent(seq=2, time=0.0, status="cancelled")])
    assert pets.run("one").status == "cancelled"
    assert pets.run_artifacts("one") == {}
    pets.collect_garbage(older_than=-1.0)
    assert not pets.artifacts.has(file.digest)

    pets.submit(training(), name="two")
    pets.pause_run("two")
    checkpoints = pets.run_folder("two") / "checkpoints" / "2"
    checkpoints.mkdir(parents=True)
    assert pets.cancel_run("two").status == "cancelled"
    assert not checkpoints.exists()


def test_a_training_is_extended_at_every_stage(pets: Workspace, trained_run: TrainedRun) -> None:
    pets.submit(training(), name="one")
    assert pets.extend_run("one", 2).control.epochs == 5
    run = claimed(pets)
    assert pets.extend_run("one", 4).control.epochs == 9
    pets.pause_run("one")
    pets.record_events(run, [PauseEvent(seq=1, time=0.0)])
    assert pets.extend_run("one", 1).control.epochs == 10
    pets.cancel_run("one")
    with pytest.raises(Conflict, match="kept no model"):
        pets.extend_run("one", 1)
    trained_run("done")
    more = pets.extend_run("done", 4, author="bob")
    assert (more.name, more.status, more.author) == ("done-more", "queued", "bob")
    settings = pets.run_settings("done-more")
    assert (settings.training.epochs, settings.start_from) == (4, "done")
    assert pets.extend_run("done", 4).name == "done-more-2"
    for epochs in (0, -1, 10_000):
        with pytest.raises(InvalidInput, match="epochs more"):
            pets.extend_run("done-more", epochs)


def test_weights_are_a_start_only_where_they_fit(pets: Workspace, trained_run: TrainedRun) -> None:
    trained_run("done")
    pets.submit(training(), name="waits")
    fits = training().set_params("train", start_from="done")
    pets.submit(fits, name="next")
    wrong = training_pipeline("pets", PRESETS["dense-baseline"], TrainingConfig())
    with pytest.raises(Conflict, match="do not fit"):
        pets.submit(wrong.set_params("train", start_from="done"), name="other")
    with pytest.raises(Conflict, match="no weights"):
        pets.submit(training().set_params("train", start_from="waits"), name="other")
    with pytest.raises(NotFound):
        pets.submit(training().set_params("train", start_from="nobody"), name="other")


def test_a_running_training_is_changed(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    run = claimed(pets)
    assert pets.set_learning_rate("one", 0.01).control.learning_rate == 0.01
    assert pets.set_histograms("one", True).control.histograms is True
    assert pets.run_control(run) == RunControl(learning_rate=0.01, histograms=True)
    for wrong in (0.0, -1.0, 11.0, float("nan")):
        with pytest.raises(InvalidInput):
            pets.set_learning_rate("one", wrong)
    pets.record_events(run, [EndEvent(seq=1, time=0.0, status="completed")])
    with pytest.raises(Conflict, match="cannot be changed"):
        pets.set_learning_rate("one", 0.02)
    pipeline = import_pipeline("more", DigitsSource(), split=SplitConfig(), author="ann")
    pets.submit(pipeline, name="import")
    with pytest.raises(Conflict, match="only trainings"):
        pets.set_histograms("import", True)


def test_repeats_are_one_group_or_nothing(pets: Workspace) -> None:
    runs = pets.submit_repeats(training(seed=2**31 - 2), name="seeds", seeds=3, author="ann")
    assert [run.name for run in runs] == ["seeds-1", "seeds-2", "seeds-3"]
    assert {run.group for run in runs} == {"seeds"}
    assert [pets.run_settings(r.name).training.seed for r in runs] == [2**31 - 2, 2**31 - 1, 0]
    assert pets.group_runs("seeds") == runs
    assert pets.group_runs("none") == []
    before = pets.runs()
    pets_import = import_pipeline("more", DigitsSource(), split=SplitConfig(), author="ann")
    pets.submit(training(), name="other-2")
    for wrong in (
        {"pipeline": training(), "name": "seeds", "seeds": 2},
        {"pipeline": training(), "name": "other", "seeds": 3},
        {"pipeline": training(), "name": "many", "seeds": 51},
        {"pipeline": training(), "name": "one", "seeds": 1},
        {"pipeline": pets_import, "name": "import", "seeds": 2},
    ):
        with pytest.raises((Conflict, InvalidInput)):
            pets.submit_repeats(**wrong)  # type: ignore[arg-type]
    assert [run.name for run in pets.runs()] == ["other-2", *(run.name for run in before)]


def test_settings_are_read_back_to_be_cloned(pets: Workspace) -> None:
    split = SplitParams(stored=False, test_share=0.3)
    pipeline = training_pipeline("pets", DRAWING_CLASSIFIER, TrainingConfig(seed=4), split=split)
    pets.submit(pipeline, name="one")
    found = pets.run_settings("one")
    assert (found.dataset, found.version, found.model) == ("pets", 1, DRAWING_CLASSIFIER)
    assert (found.training, found.split) == (TrainingConfig(seed=4), split)


def test_the_queue_is_moved_and_limited(pets: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        pets.submit(training(), name=name)
    pets.move_run("c", "first")
    pets.move_run("a", "down")
    assert [run.name for run in pets.queued_runs()] == ["c", "b", "a"]
    assert claimed(pets).name == "c"
    with pytest.raises(Conflict, match="moved"):
        pets.move_run("c", "last")
    monkeypatch.setenv("STUDIO_PARALLEL_RUNS", "3")
    assert pets.queue_limits() == QueueLimits(parallel_runs=3)
    pets.set_queue_limits(QueueLimits(parallel_runs=2, memory_gb=1.5))
    assert pets.queue_limits() == QueueLimits(parallel_runs=2, memory_gb=1.5)
    assert 600e6 < pets.estimated_memory(pets.run("a")) < 1e9


def test_what_was_seen_is_read_from_where_one_was(pets: Workspace) -> None:
    pets.submit(training(), name="one")
    run = claimed(pets)
    seen = [
        ObservationEvent(seq=n, time=0.0, kind="trial", step=n, body={"n": n}) for n in (1, 2, 3)
    ]
    assert pets.record_events(run, seen)
    assert pets.observations("one") == (3, seen)
    assert pets.observations("one", 2) == (3, seen[2:])
    assert pets.observations("one", kinds=["engine"]) == (0, [])


HOUR = 3600.0


@pytest.mark.parametrize("jump", [-9 * HOUR, 9 * HOUR], ids=["back", "ahead"])
def test_setting_the_clock_moves_no_lease(
    pets: Workspace, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    clock, steady = {"now": 1e9}, {"now": 1000.0}
    monkeypatch.setattr(Hall, "_now", staticmethod(lambda: clock["now"]))
    monkeypatch.setattr(Hall, "steady_seconds", staticmethod(lambda: steady["now"]))
    pets.submit(training(), name="one")
    run = claimed(pets, lease=15.0)
    clock["now"] += jump
    assert pets.claim_run("other", 15.0) is None, "the run is not taken from a living worker"
    steady["now"] += 10
    assert pets.renew_run(run, 15.0)
    clock["now"] -= 2 * jump
    steady["now"] += 14
    assert pets.claim_run("other", 15.0) is None
    steady["now"] += 2
    taken = pets.claim_run("other", 15.0)
    assert taken is not None, "and it does not hang when its worker is gone"
    assert not pets.record_events(run, [PauseEvent(seq=1, time=0.0)])
    assert pets.record_events(taken, [EndEvent(seq=1, time=0.0, status="completed")])
    assert (pets.run("one").seconds or 0) >= 0
