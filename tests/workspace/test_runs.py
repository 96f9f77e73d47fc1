from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.catalog import SplitParams, plain
from studio.core.configs import DRAWING_CLASSIFIER, PARAMETER_LIMIT, Dense, ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict, InvalidInput, NotFound, StudioError
from studio.core.events import (
    ArtifactEvent,
    DatasetEvent,
    EndEvent,
    Event,
    LogEvent,
    MetricsEvent,
    ModelEvent,
    ProgressEvent,
    ResultEvent,
)
from studio.core.pipeline import Pipeline
from studio.core.run import Failure, Progress, Run, RunArtifact
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, restore_pipeline, training_pipeline
from studio.core.training import TrainingConfig
from studio.store import metrics as metric_rows
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset, TrainedRun, small_manifest

FAILURE = Failure(what="It broke.", why="It was old.", fix="Buy a new one.")


def training(dataset: str = "pets", **changes: Any) -> Pipeline:
    return training_pipeline(dataset, DRAWING_CLASSIFIER, TrainingConfig(), **changes)


def claimed(workspace: Workspace, worker: str = "worker", lease: float = 60.0) -> Run:
    run = workspace.claim_run(worker, lease)
    assert run is not None
    return run


# --- submit ---


def test_submitting_pins_the_newest_version(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    newest = make_dataset(seed=1)
    run = workspace.submit(training(), name="first", author="ann")
    make_dataset(seed=2)
    assert run.inputs == {"dataset": newest.id}
    assert run.pipeline.node("dataset").params == {"name": "pets", "version": 2}
    assert (run.kind, run.status, run.author) == ("training", "queued", "ann")
    assert workspace.dataset_by_id(run.inputs["dataset"]) == newest


def test_submitting_an_older_version_pins_that(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    first = make_dataset()
    make_dataset(seed=1)
    run = workspace.submit(training(version=1), name="first")
    assert run.inputs == {"dataset": first.id}


def test_kinds_follow_from_the_pipeline(workspace: Workspace) -> None:
    imported = import_pipeline("digits", DigitsSource(), split=SplitConfig(), author="ann")
    assert workspace.submit(imported, name="a").kind == "import"
    assert workspace.submit(restore_pipeline("0" * 32, "m"), name="b").kind == "restore"
    assert [run.name for run in workspace.runs(kind="restore")] == ["b"]


UPLOAD = "0" * 32
LARGE = ModelConfig(layers=(Dense(units=16384), Dense(units=16384)))
REFUSED: list[tuple[str, type[StudioError], Pipeline, str]] = [
    ("a name with a slash", InvalidInput, training(), "a/b"),
    ("an empty name", InvalidInput, training(), ""),
    ("no node", InvalidInput, Pipeline(), "run"),
    ("no such dataset", NotFound, training("cats"), "run"),
    ("no such version", NotFound, training(version=9), "run"),
    ("one class", InvalidInput, training("one-class"), "run"),
    ("no label", InvalidInput, training("no-label"), "run"),
    ("0 epochs", InvalidInput, training().set_params("train", epochs=0), "run"),
    ("10^9 epochs", InvalidInput, training().set_params("train", epochs=10**9), "run"),
    ("batch size 0", InvalidInput, training().set_params("train", batch_size=0), "run"),
    ("10^9 a batch", InvalidInput, training().set_params("train", batch_size=10**9), "run"),
    ("a setting misspelt", NotFound, training().set_params("train", epoch=1), "run"),
    (
        "0 units",
        InvalidInput,
        training().set_params("train", model={"layers": [{"kind": "dense", "units": 0}]}),
        "run",
    ),
    (
        "10^9 units",
        InvalidInput,
        training().set_params("train", model={"layers": [{"kind": "dense", "units": 10**9}]}),
        "run",
    ),
    (
        "too large a model",
        InvalidInput,
        training().set_params("train", model=plain(LARGE)),
        "run",
    ),
    (
        "too much pooling",
        InvalidInput,
        training().set_params("train", model={"layers": [{"kind": "conv2d", "pool_size": 16}]}),
        "run",
    ),
    (
        "nothing left to test on",
        InvalidInput,
        training(split=SplitParams(stored=False, test_share=0.01)),
        "run",
    ),
    (
        "nothing left to train on",
        InvalidInput,
        training(split=SplitParams(stored=False, test_share=0.99)),
        "run",
    ),
    ("an open input", InvalidInput, training().remove("split"), "run"),
    (
        "an impossible dataset name",
        InvalidInput,
        import_pipeline("a b", DigitsSource(), split=SplitConfig(), author="ann"),
        "run",
    ),
    ("an impossible model name", InvalidInput, restore_pipeline(UPLOAD, "a b"), "run"),
    ("an impossible alias", InvalidInput, restore_pipeline(UPLOAD, "pets", "a b"), "run"),
]


@pytest.mark.parametrize(
    ("error", "pipeline", "name"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_what_cannot_run_is_refused_before_anything_is_written(
    workspace: Workspace,
    make_dataset: MakeDataset,
    error: type[StudioError],
    pipeline: Pipeline,
    name: str,
) -> None:
    make_dataset()
    make_dataset("one-class", labels=(0, 0, 0, -1))
    make_dataset("no-label", labels=(-1, -1))
    with pytest.raises(error) as caught:
        workspace.submit(pipeline, name=name)
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix
    assert workspace.runs() == []


def test_the_parameter_limit_is_the_one_that_refuses(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    assert LARGE.layers[0].output((8, 8, 1))[1] < PARAMETER_LIMIT
    with pytest.raises(InvalidInput, match="parameters"):
        workspace.submit(training().set_params("train", model=plain(LARGE)), name="run")


def test_a_taken_name_is_refused_with_a_free_one(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    with pytest.raises(Conflict) as caught:
        workspace.submit(training(), name="first")
    assert "first-2" in caught.value.fix
    assert len(workspace.runs()) == 1


def test_free_names_are_legal_and_free(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    for wanted in ("My Run!", "My Run!", "x" * 200, "x" * 200, "", ""):
        workspace.submit(training(), name=workspace.free_run_name(wanted))
    assert {run.name for run in workspace.runs()} == {
        "my-run",
        "my-run-2",
        "x" * 64,
        "x" * 58 + "-2",
        "unnamed",
        "unnamed-2",
    }


def test_a_pipeline_that_imports_its_data_is_checked_when_the_data_is_there(
    workspace: Workspace,
) -> None:
    pipeline = (
        import_pipeline("digits", DigitsSource(), split=SplitConfig(), author="ann")
        .add("train", "train")
        .connect("import", "dataset", "train", "dataset")
    )
    assert workspace.submit(pipeline, name="all-in-one").kind == "training"


def test_what_no_run_has_is_not_found(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    for ask in (
        workspace.run,
        workspace.stop_run,
        workspace.curves,
        workspace.run_log,
        workspace.run_artifacts,
        workspace.evaluation,
    ):
        with pytest.raises(NotFound, match="fist") as caught:
            ask("fist")
        assert "first" in caught.value.fix


def test_only_an_evaluated_run_has_an_evaluation(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    with pytest.raises(Conflict, match="no evaluation") as caught:
        workspace.evaluation("first")
    assert "Wait" in caught.value.fix
    workspace.stop_run("first")
    with pytest.raises(Conflict, match="no evaluation") as caught:
        workspace.evaluation("first")
    assert "again" in caught.value.fix


def test_stopping_twice_is_refused(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    assert workspace.stop_run("first").status == "stopped"
    with pytest.raises(Conflict, match="cannot be stopped"):
        workspace.stop_run("first")


# --- events ---


def test_events_become_what_people_see(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    run = claimed(workspace)
    assert workspace.count_attempt(run)
    artifact = workspace.artifacts.put(b"weights", "model.keras")
    progress = Progress(done=3, total=9, unit="steps", message="epoch 1 of 3", seconds_left=4.0)
    events: list[Event] = [
        LogEvent(seq=1, time=0.0, text="hello"),
        MetricsEvent(seq=2, time=0.0, points=[("loss", 1, 0.5)]),
        ProgressEvent(seq=3, time=0.0, progress=progress),
        ArtifactEvent(seq=4, time=0.0, artifact=artifact),
        ResultEvent(seq=5, time=0.0, result={"accuracy": 0.5}),
    ]
    assert workspace.record_events(run, events)
    assert workspace.event_cursor(run) == workspace.last_event(run) == 5
    seen = workspace.run("first")
    assert (seen.attempt, seen.status, seen.progress) == (1, "running", progress)
    assert seen.result == {"accuracy": 0.5}
    assert workspace.runs()[0] == seen
    assert workspace.curves("first") == (2, {"loss": [(1, 0.5)]})
    assert workspace.run_log("first") == (1, ["hello"])
    assert workspace.run_artifacts("first") == {"model.keras": artifact}
    assert workspace.record_events(run, [EndEvent(seq=6, time=0.0, status="completed")])
    assert workspace.run("first").status == "completed"
    assert workspace.claim_run("other", 60.0) is None


def test_no_events_are_no_work(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    assert workspace.record_events(claimed(workspace), [])


def test_a_late_worker_changes_nothing_of_substance(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    late = claimed(workspace, "late", lease=-1.0)
    current = claimed(workspace, "current")
    artifact = workspace.artifacts.put(b"weights", "model.keras")
    events: list[Event] = [
        ArtifactEvent(seq=1, time=0.0, artifact=artifact),
        ResultEvent(seq=2, time=0.0, result={"accuracy": 0.5}),
        EndEvent(seq=3, time=0.0, status="completed"),
    ]
    assert not workspace.record_events(late, events)
    assert not workspace.renew_run(late, 60.0)
    assert not workspace.count_attempt(late)
    workspace.fail_run(late, FAILURE)
    run = workspace.run("first")
    assert (run.status, run.worker, run.result, run.failure) == ("running", "current", {}, None)
    assert workspace.run_artifacts("first") == {}
    assert workspace.event_cursor(current) == 0
    assert workspace.record_events(current, events)  # and the current one takes the same events in
    assert workspace.run("first").status == "completed"
    assert workspace.renew_run(current, 60.0) is False


def test_failing_a_run_ends_it_once(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    run = claimed(workspace)
    workspace.fail_run(run, FAILURE)
    workspace.fail_run(run, FAILURE.model_copy(update={"what": "Something else."}))
    ended = workspace.run("first")
    assert (ended.status, ended.failure) == ("failed", FAILURE)


def test_released_runs_are_claimed_by_the_next_worker(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    workspace.submit(training(), name="first")
    first = claimed(workspace, "one")
    assert workspace.claim_run("two", 60.0) is None
    workspace.release_runs()
    assert claimed(workspace, "two").epoch == first.epoch + 1


@st.composite
def event_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Events of one run, numbered from 1; its dataset and model names are filled in later."""
    kinds = st.sampled_from(
        ["log", "metrics", "progress", "artifact", "result", "dataset", "model"]
    )
    events = []
    for seq, kind in enumerate(draw(st.lists(kinds, max_size=10)), 1):
        number = draw(st.integers(0, 3))
        events.append({"kind": kind, "seq": seq, "number": number})
    if draw(st.booleans()):
        events.append({"kind": "end", "seq": len(events) + 1, "number": draw(st.integers(0, 2))})
    return events


def make_event(workspace: Workspace, name: str, kind: str, seq: int, number: int) -> Event:
    base: dict[str, Any] = {"seq": seq, "time": 0.0}
    digest = f"{number}" * 64
    match kind:
        case "log":
            return LogEvent(**base, text=f"line {number}")
        case "metrics":
            return MetricsEvent(**base, points=[("loss", number, seq / 2), ("accuracy", seq, 0.1)])
        case "progress":
            return ProgressEvent(**base, progress=Progress(done=number, total=9, unit="steps"))
        case "artifact":
            artifact = RunArtifact(name=f"file-{seq % 2}", digest=digest, size=number)
            return ArtifactEvent(**base, artifact=artifact)
        case "result":
            return ResultEvent(**base, result={f"key{seq % 2}": number})
        case "dataset":
            manifest = small_manifest(workspace, (0, 1), seed=number)
            return DatasetEvent(**base, name=name, manifest=manifest, author="ann", message="")
        case "model":
            body = {
                "dataset": "pets:1",
                "class_names": ["cat", "dog"],
                "shape": [8, 8, 1],
                "files": {},
                "facts": {"number": number},
            }
            return ModelEvent(**base, model=name, alias=[None, "champion"][number % 2], body=body)
    status = ["completed", "stopped", "failed"][number]
    failure = FAILURE if status == "failed" else None
    return EndEvent(**base, status=status, failure=failure)


def state(workspace: Workspace, name: str) -> dict[str, Any]:
    """Everything that events may change, without times and ids."""
    run = workspace.run(name)
    fields = {"status", "failure", "result", "progress", "attempt"}
    datasets = {d.name: workspace.dataset_versions(d.name) for d in workspace.datasets()}
    models = {model.name: model.versions for model in workspace.models()}
    return {
        "run": {**run.model_dump(include=fields), "ended": run.ended is not None},
        "result": {k: v for k, v in run.result.items() if k not in ("dataset", "model")},
        "seq": workspace.event_cursor(run),
        "artifacts": workspace.run_artifacts(name),
        "curves": workspace.curves(name),
        "log": workspace.run_log(name),
        "datasets": [(v.version, v.digest) for v in datasets.get(name, [])],
        "models": [(v.version, v.facts, v.aliases) for v in models.get(name, ())],
    }


def without_names(found: dict[str, Any]) -> dict[str, Any]:
    found["run"]["result"] = found.pop("result")
    return found


def test_any_sequence_of_batches_with_repeats_gives_the_same_state(workspace: Workspace) -> None:
    numbers = itertools.count()
    source = import_pipeline("digits", DigitsSource(), split=SplitConfig(), author="ann")

    def started(kind: str) -> Run:
        workspace.submit(source, name=f"{kind}-{next(numbers)}")
        return claimed(workspace)

    @settings(max_examples=40)
    @given(
        event_lists(), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.booleans()))
    )
    def check(described: list[dict[str, Any]], batches: list[tuple[int, int, bool]]) -> None:
        whole, parts = started("whole"), started("parts")
        events, again = (
            [make_event(workspace, run.name, **d) for d in described] for run in (whole, parts)
        )
        workspace.record_events(whole, events)

        taken = 0
        for back, length, torn in [*batches, (0, len(events), False), (99, 99, False)]:
            start = max(0, taken - back)
            batch = again[start : start + length]
            if torn:  # the worker died between its two commits
                metric_rows.ingest(workspace._metrics, parts.id, batch)
            else:
                workspace.record_events(parts, batch)
                taken = max(taken, start + len(batch))
        assert without_names(state(workspace, parts.name)) == without_names(
            state(workspace, whole.name)
        )

    check()


def test_an_import_is_recorded_once_and_named_in_the_result(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    source = import_pipeline("digits", DigitsSource(), split=SplitConfig(), author="ann")
    workspace.submit(source, name="import-digits")
    run = claimed(workspace)
    manifest = small_manifest(workspace, (0, 1))
    event = DatasetEvent(
        seq=1, time=0.0, name="digits", manifest=manifest, author="ann", message="why"
    )
    workspace.record_events(run, [event])
    workspace.record_events(run, [event])
    assert workspace.run("import-digits").result == {"dataset": "digits", "version": 1}
    version = workspace.dataset("digits")
    assert (version.version, version.author, version.message) == (1, "ann", "why")
    assert len(workspace.dataset_versions("digits")) == 1


def test_an_evaluation_comes_back_whole(workspace: Workspace, trained_run: TrainedRun) -> None:
    trained_run("first")
    evaluation = workspace.evaluation("first")
    assert evaluation.accuracy == 0.75
    assert evaluation.dataset == "pets:1"
    assert evaluation.per_class[1].class_name == "dog"
