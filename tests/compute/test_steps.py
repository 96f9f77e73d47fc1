from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from studio.compute.context import Context, StepProgress
from studio.compute.control_file import ControlFile
from studio.compute.data_steps import dataset, split
from studio.compute.events import EventWriter
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.catalog import SplitParams
from studio.core.dataset import EXCLUDED, SplitConfig, split_codes
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.events import (
    ArtifactEvent,
    DatasetEvent,
    EndEvent,
    Event,
    MetricsEvent,
    ProgressEvent,
    ResultEvent,
)
from studio.core.pipeline import Pipeline
from studio.core.quality import QualityParams, QualityReport
from studio.core.run import Progress
from studio.core.sources import DigitsSource, DrawingsSource, QuickDrawSource
from studio.core.standard import (
    export_pipeline,
    import_pipeline,
    quality_pipeline,
    training_pipeline,
)
from studio.core.training import TrainingConfig
from studio.ml.predict import Predictor
from studio.store import staging
from studio.workspace import Workspace
from tests.compute.conftest import EVALUATION_FILES, MODEL, carry_out, digits_import, of, training


def made(events: list[Event]) -> dict[str, str]:
    return {event.artifact.name: event.artifact.digest for event in of(events, ArtifactEvent)}


def status(events: list[Event]) -> str:
    end = events[-1]
    assert isinstance(end, EndEvent)
    return end.status + (f": {end.failure.what}" if end.failure else "")


def test_import_announces_what_adding_directly_makes(digits: Workspace) -> None:
    digits.submit(digits_import(), name="one")
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    (event,) = of(events, DatasetEvent)
    assert event.manifest.digest == digits.dataset("digits").digest
    assert (event.name, event.author) == ("imported", "ann")
    progress = of(events, ProgressEvent)[-1].progress
    assert progress.done == progress.total == 1797


def test_import_of_drawings_reads_the_copy(workspace: Workspace) -> None:
    for number in range(6):
        pixels = np.full((28, 28), number + 1, np.uint8)
        workspace.add_drawing("pad", "ab"[number % 2], pixels, "[]", op_id=str(number))
    source = DrawingsSource(collection="pad")
    pipeline = import_pipeline("letters", source, split=SplitConfig(), author="ann")
    workspace.submit(pipeline, name="one")
    events = carry_out(workspace, "one")
    assert status(events) == "completed"
    manifest = of(events, DatasetEvent)[0].manifest
    assert manifest.class_names == ("a", "b")
    samples = workspace.artifacts.open_array(manifest.samples)
    assert samples[:, 0, 0, 0].tolist() == [1, 2, 3, 4, 5, 6]
    assert workspace.artifacts.open_array(manifest.labels).tolist() == [0, 1, 0, 1, 0, 1]
    assert not (workspace.run_folder("one") / "drawings").exists()


def test_training_makes_models_and_an_evaluation(digits: Workspace) -> None:
    digits.submit(training(epochs=3, learning_rate=0.01, batch_size=64), name="one")
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    files = made(events)
    assert files.keys() == {"model.keras", "model.tflite", *EVALUATION_FILES}
    evaluation = Evaluation.model_validate_json(digits.artifacts.read(files["evaluation.json"]))
    assert evaluation.accuracy > 0.5
    assert evaluation.test_count == 539
    assert evaluation.dataset == "digits:1"
    assert evaluation.model_size_bytes["tflite"] == len(
        digits.artifacts.read(files["model.tflite"])
    )
    assert Predictor(digits.artifacts.read(files["model.tflite"])).classes == 10
    result: dict[str, object] = {}
    for event in of(events, ResultEvent):
        result |= event.result
    assert result["accuracy"] == evaluation.accuracy
    facts = result["training"]
    assert isinstance(facts, dict)
    assert facts["epochs_done"] == 3
    assert not facts["stopped"]
    steps = {
        step
        for event in of(events, MetricsEvent)
        for name, step, _ in event.points
        if name == "epoch_loss"
    }
    assert steps == {20, 40, 60}


def test_training_with_a_split_of_its_own_keeps_the_split(digits: Workspace) -> None:
    split = SplitParams(stored=False, test_share=0.5, validation_share=0.1, seed=3, stratified=True)
    digits.submit(training(split=split), name="one")
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    version = digits.dataset("digits")
    codes = digits.artifacts.open_array(made(events)["split.npy"])
    assert np.array_equal(codes, split_codes(version.count, split, digits.labels(version)))
    names = {name for event in of(events, MetricsEvent) for name, _, _ in event.points}
    assert "val_loss" in names
    evaluation = json.loads(digits.artifacts.read(made(events)["evaluation.json"]))
    assert evaluation["test_count"] == np.count_nonzero(codes == 2)


def test_training_without_test_samples_is_refused_before_it_starts(workspace: Workspace) -> None:
    workspace.add_dataset("digits", DigitsSource(), split=SplitConfig(test_share=0.0001))
    workspace.submit(training(), name="one")
    events = carry_out(workspace, "one")
    assert status(events).startswith("failed: The test split of digits:1")
    assert not made(events)


def test_stopped_training_keeps_its_model_and_is_judged(digits: Workspace) -> None:
    digits.submit(training(epochs=1000), name="one")
    folder = digits.run_folder("one")
    folder.mkdir(parents=True)
    (folder / "stop").touch()
    events = carry_out(digits, "one")
    assert status(events) == "stopped"
    assert made(events).keys() == {"model.keras", "model.tflite", *EVALUATION_FILES}


def test_import_and_training_in_one_pipeline(workspace: Workspace) -> None:
    chain = training_pipeline("digits", MODEL, TrainingConfig(epochs=1))
    pipeline = (
        Pipeline()
        .add("import", "import", **digits_import().node("import").params)
        .add("train", "train", **chain.node("train").params)
        .add("evaluate", "evaluate")
        .connect("import", "dataset", "train", "dataset")
        .connect("import", "dataset", "evaluate", "dataset")
        .connect("train", "model", "evaluate", "model")
    )
    workspace.submit(pipeline, name="one")
    events = carry_out(workspace, "one")
    assert status(events) == "completed"
    assert len(of(events, DatasetEvent)) == 1
    assert "evaluation.json" in made(events)


def test_second_model_of_a_run_does_not_replace_the_first(digits: Workspace) -> None:
    pipeline = training()
    pipeline = pipeline.add("other", "train", **pipeline.node("train").params).connect(
        "split", "dataset", "other", "dataset"
    )
    digits.submit(pipeline, name="one")
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    assert {"model.keras", "other.model.keras"} <= made(events).keys()


def test_damaged_artifact_is_refused_in_plain_words(digits: Workspace) -> None:
    version = digits.dataset("digits")
    digits.artifacts.path(version.samples).unlink()
    digits.submit(training(), name="one")
    events = carry_out(digits, "one")
    assert status(events).startswith("failed: There is no artifact")
    with pytest.raises(StudioError):
        digits.samples(version)


def result(events: list[Event]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in of(events, ResultEvent):
        found |= event.result
    return found


def test_import_behind_what_is_there(digits: Workspace) -> None:
    pipeline = import_pipeline(
        "digits", DigitsSource(), split=SplitConfig(seed=1), author="bob", message="m", append=True
    )
    run = digits.submit(pipeline, name="one")
    assert digits.claim_run("worker", 60.0) is not None
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    (event,) = of(events, DatasetEvent)
    assert event.append
    for _ in range(2):  # a worker that dies between the two says the same again
        claimed = digits.run("one")
        assert digits.record_events(claimed, events[:-1])
    assert digits.record_events(digits.run("one"), events[-1:])
    version = digits.dataset("digits")
    assert (version.version, version.count) == (2, 2 * 1797)
    assert (version.author, version.message) == ("bob", "m")
    assert digits.run("one").result == {"dataset": "digits", "version": 2}
    assert run.kind == "import"


def test_import_of_what_does_not_fit_ends_before_it_is_read(digits: Workspace) -> None:
    digits.add_drawing("pad", "a", np.full((28, 28), 1, np.uint8), "[]", op_id="1")
    source = DrawingsSource(collection="pad")
    pipeline = import_pipeline("digits", source, split=SplitConfig(), author="ann", append=True)
    digits.submit(pipeline, name="one")
    events = carry_out(digits, "one")
    assert status(events).startswith("failed: The new samples do not fit to digits:1")
    assert not of(events, DatasetEvent)
    assert list(digits.artifacts.drafts.iterdir()) == []


def test_import_that_grew_out_of_shape_meanwhile_fails_with_the_reason(digits: Workspace) -> None:
    """The dataset was replaced by other pictures while the run was reading."""
    pipeline = import_pipeline(
        "digits", DigitsSource(), split=SplitConfig(), author="a", append=True
    )
    digits.submit(pipeline, name="one")
    run = digits.claim_run("worker", 60.0)
    assert run is not None
    events = carry_out(digits, "one")
    digits.add_drawing("pad", "a", np.full((28, 28), 1, np.uint8), "[]", op_id="1")
    digits.add_dataset("digits", DrawingsSource(collection="pad"))
    with pytest.raises(StudioError, match="do not fit to digits:2"):
        digits.record_events(run, events)
    assert digits.dataset("digits").version == 2


def test_import_killed_while_reading_goes_on(
    digits: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The second process of the run reads behind what the first one has kept."""
    np.save(
        tmp_path / "apple.npy",
        np.arange(9000 * 784, dtype=np.uint64).astype(np.uint8).reshape(-1, 784),
    )
    source = QuickDrawSource(categories=("apple",), per_class=9000, folder=str(tmp_path))
    alone = digits.add_dataset("alone", source)
    monkeypatch.setattr(staging, "SYNC_SECONDS", 0.0)
    digits.submit(import_pipeline("new", source, split=SplitConfig(), author="a"), name="one")

    class Killed(BaseException):
        pass

    def killed(step: StepProgress, done: int, *_: object) -> None:
        if done >= 4096:
            raise Killed

    monkeypatch.setattr("studio.sources.base.PACE", 0.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StepProgress, "__call__", killed)
        patch.setattr(staging, "_remove", lambda folder: None)
        with pytest.raises(Killed):
            carry_out(digits, "one")
    (half,) = digits.artifacts.drafts.iterdir()
    assert half.name == "run-one-import"
    events = carry_out(digits, "one", attempt=2)
    assert status(events) == "completed"
    (event,) = of(events, DatasetEvent)
    assert event.manifest.digest == alone.digest
    read = [e.progress.done for e in of(events, ProgressEvent) if "reading" in e.progress.message]
    assert read
    assert min(read) >= 4096
    assert list(digits.artifacts.drafts.iterdir()) == []


def test_quality_says_what_it_found(digits: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.quality.layout.STEPS", 1)
    digits.submit(quality_pipeline("digits", 1, QualityParams(map_samples=100)), name="one")
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    files = made(events)
    assert files.keys() == {"groups.npy", "flags.npy", "map_rows.npy", "map_points.npy"}
    arrays = {name: digits.artifacts.open_array(digest) for name, digest in files.items()}
    assert arrays["groups.npy"].shape == arrays["flags.npy"].shape == (1797,)
    assert arrays["map_points.npy"].shape == (100, 2)
    found = result(events)
    assert found["samples"] == digits.dataset("digits").samples
    report = QualityReport.model_validate(found["report"])
    assert (report.dataset, report.count, report.mapped) == ("digits:1", 1797, 100)


@pytest.mark.parametrize("component", ["quality", "export"])
def test_checks_and_exports_can_be_stopped(digits: Workspace, component: str) -> None:
    pipeline = (
        quality_pipeline("digits", 1, QualityParams(map_samples=100))
        if component == "quality"
        else export_pipeline("digits", 1, "folder")
    )
    digits.submit(pipeline, name="one")
    folder = digits.run_folder("one")
    folder.mkdir(parents=True)
    (folder / "stop").touch()
    events = carry_out(digits, "one")
    assert status(events) == "stopped"
    assert not made(events)
    assert not of(events, ResultEvent)
    assert not digits.artifacts.drafts.exists() or not list(digits.artifacts.drafts.iterdir())


def test_export_says_what_it_is_called_before_it_is_there(digits: Workspace) -> None:
    """Whoever sees the file can name it."""
    digits.submit(export_pipeline("digits", 1, "csv"), name="one")
    events = carry_out(digits, "one")
    assert status(events) == "completed"
    kinds = [type(event) for event in events if isinstance(event, ResultEvent | ArtifactEvent)]
    assert kinds == [ResultEvent, ArtifactEvent]
    assert result(events)["file"] == "digits-1-csv.csv"
    text = digits.artifacts.read(made(events)["export"]).decode()
    assert text.count("\n") == 1798


def test_export_of_an_unknown_format_fails_in_plain_words(digits: Workspace) -> None:
    digits.submit(export_pipeline("digits", 1, "cvs"), name="one")
    assert status(carry_out(digits, "one")).startswith(
        'failed: There is no export format called "cvs"'
    )


def step(workspace: Workspace, pipeline: Pipeline) -> tuple[Context, dict[str, Any]]:
    """Take the steps dataset and split of a pipeline, without a training behind them."""
    workspace.submit(pipeline, name="one")
    folder = RunFolder.of(workspace.home, "one")
    spec = prepare(workspace, workspace.run("one"))
    folder.write_spec(spec)
    context = Context(
        spec, folder, workspace.artifacts, EventWriter(folder.events), ControlFile(folder)
    )
    given = dataset(context, pipeline.node("dataset"), {})
    return context, split(context, pipeline.node("split"), given)


def test_a_split_of_its_own_leaves_out_what_is_not_kept(digits: Workspace) -> None:
    count = 1797
    digits.set_state("digits", range(0, count, 2), "quarantined")
    params = SplitParams(stored=False, test_share=0.5)
    context, output = step(digits, training(split=params))
    _, _, codes = context.arrays(output["dataset"], MODEL)
    assert set(codes[::2].tolist()) == {EXCLUDED}
    assert np.bincount(codes[1::2], minlength=3).tolist() == [449, 0, 449]
    stored = context.arrays(dataset(context, training().node("dataset"), {})["dataset"], MODEL)[2]
    assert set(stored[::2].tolist()) == {EXCLUDED}


def test_a_split_of_its_own_keeps_near_duplicates_together(digits: Workspace) -> None:
    """Every digit is there twice."""
    version = digits.add_dataset("digits", DigitsSource(), append=True)
    params = SplitParams(stored=False, test_share=0.3, together=True)
    _, output = step(digits, training(split=params))
    codes = output["dataset"].codes
    assert codes.shape == (version.count,)
    np.testing.assert_array_equal(codes[:1797], codes[1797:])
    assert 0 < np.count_nonzero(codes == 2) <= round(0.3 * version.count)


def test_progress_says_rate_and_time_left(
    digits: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, _ = step(digits, training(split=SplitParams(stored=True)))
    clock = SimpleNamespace(monotonic=iter([10.0, 10.05, 11.0, 12.0, 13.0, 14.0]).__next__)
    monkeypatch.setattr("studio.compute.context.time", clock)
    said: list[Progress] = []
    monkeypatch.setattr(context.emit, "progress", said.append)
    progress = StepProgress(context, "import")
    for done, message in ((0, "reading"), (5, "reading"), (100, "reading"), (200, "reading")):
        progress(done, 1000, "samples", message)
    progress(0, 0, "steps", "storing")
    progress(10, 0, "bytes", "downloading")
    assert [(p.done, p.rate, p.seconds_left) for p in said] == [
        (0, None, None),
        (100, 100.0, 9.0),
        (200, 100.0, 8.0),
        (0, None, None),
        (10, None, None),
    ]
