from __future__ import annotations

import json

import numpy as np
import pytest

from studio.core.catalog import SplitParams
from studio.core.configs import TrainingConfig
from studio.core.dataset import SplitConfig, split_codes
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
from studio.core.sources import DigitsSource, DrawingsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.ml.predict import Predictor
from studio.workspace import Workspace
from tests.compute.conftest import MODEL, carry_out, digits_import, of, training


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
    assert files.keys() == {"model.keras", "model.tflite", "evaluation.json"}
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
    assert made(events).keys() == {"model.keras", "model.tflite", "evaluation.json"}


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
