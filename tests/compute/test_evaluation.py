"""A model that is there already is judged on any part of any dataset with classes it knows."""

from __future__ import annotations

import numpy as np
import pytest

from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.calibration import tempered
from studio.core.control import RunControl
from studio.core.dataset import TEST, VALIDATION
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.events import EndEvent
from studio.ml.predict import Predictor
from studio.workspace import Workspace
from tests.trained import add_random_dataset, register
from tests.workspace.conftest import carried_through

SHAPE = (8, 8, 1)


@pytest.fixture
def fruit(workspace: Workspace) -> Workspace:
    """A workspace with the real, untrained model `fruit` of apple, fish and the Eiffel Tower."""
    register(workspace, "fruit", alias="champion")
    return workspace


def test_a_registered_model_is_judged_on_the_test_part_of_its_own_dataset(
    fruit: Workspace,
) -> None:
    run = fruit.evaluate_model("fruit@champion", author="ann")
    assert (run.name, run.kind, run.author) == ("fruit-1-on-fruit-1", "evaluation", "ann")
    run = carried_through(fruit, run.name)
    assert run.status == "completed"
    version = fruit.dataset("fruit")
    evaluation = fruit.evaluation(run.name)
    held_out = np.flatnonzero(fruit.split(version) == TEST)
    assert (evaluation.model, evaluation.split, evaluation.dataset) == (
        "fruit:1",
        "test",
        "fruit:1",
    )
    assert evaluation.test_count == len(held_out) == 9
    assert set(evaluation.intervals) == {
        "accuracy", "top_k", "macro_f1", "mean_average_precision", "loss", "expected_calibration_error",
    }  # fmt: skip
    predictions = fruit.predictions(run.name)
    assert (predictions.base, predictions.dataset) == (version.base, "fruit:1")
    assert predictions.ids.tolist() == held_out.tolist()
    assert predictions.labels.tolist() == (held_out % 3).tolist()
    assert predictions.probabilities.dtype == np.float32
    np.testing.assert_allclose(predictions.probabilities.sum(axis=1), 1, atol=1e-5)
    curves = fruit.evaluation_curves(run.name)
    assert curves.class_names == evaluation.class_names
    assert [curve.positives for curve in curves.classes] == [
        c.support for c in evaluation.per_class
    ]
    assert sum(row[0] for row in curves.true_positives) == 9

    before, own = fruit.evaluations(model="fruit")[::-1]
    assert (own.run, own.kind, own.model, own.title) == (
        run.name,
        "evaluation",
        "fruit:1",
        "fruit:1",
    )
    assert (before.kind, before.model, before.title) == ("training", "run/fruit-run", "fruit:1")
    assert (own.split, own.dataset, own.has_predictions) == ("test", "fruit:1", True)
    assert not before.has_predictions
    assert own.headline["accuracy"] == evaluation.accuracy
    assert own.headline["intervals"]["accuracy"] == list(evaluation.intervals["accuracy"])
    assert fruit.evaluation_record(run.name) == own
    for reference in ("fruit:1", "fruit@champion", "run/fruit-run"):
        assert fruit.evaluations(model=reference) == [own, before]
    assert fruit.evaluations(dataset="fruit:2") == fruit.evaluations(dataset="frui") == []
    assert fruit.evaluations(dataset="fruit", limit=1) == [own]
    with pytest.raises(NotFound, match="fruity"):
        fruit.evaluations(model="fruity")
    with pytest.raises(Conflict, match="earlier version of the studio"):
        fruit.predictions("fruit-run")
    with pytest.raises(Conflict, match="has no curves"):
        fruit.evaluation_curves("fruit-run")


def test_classes_are_matched_by_their_names(fruit: Workspace) -> None:
    version = add_random_dataset(fruit, "basket", SHAPE, ("pear", "fish", "apple"))
    run = carried_through(
        fruit, fruit.evaluate_model("run/fruit-run", dataset="basket", split="all", top_k=2).name
    )
    assert run.result["not_judged"] == 10
    evaluation = fruit.evaluation(run.name)
    predictions = fruit.predictions(run.name)
    assert evaluation.class_names == ("apple", "fish", "the Eiffel Tower")
    assert (evaluation.test_count, evaluation.split, evaluation.k) == (20, "all", 2)
    assert [c.support for c in evaluation.per_class] == [10, 10, 0]
    named = [version.class_names[label] for label in fruit.labels(version)[predictions.ids]]
    assert named == [evaluation.class_names[label] for label in predictions.labels]
    assert fruit.evaluations()[0].model == "run/fruit-run"
    assert fruit.evaluations()[0].title == "fruit:1"

    add_random_dataset(fruit, "cars", SHAPE, ("van", "bus"))
    with pytest.raises(InvalidInput, match="knows none of the classes of cars:1"):
        fruit.evaluate_model("fruit", dataset="cars")


def test_pictures_of_other_colours_are_fitted(workspace: Workspace) -> None:
    register(workspace, "fruit", seed=2)
    version = add_random_dataset(workspace, "colourful", (8, 8, 3), ("apple", "fish"))
    name = workspace.evaluate_model("fruit", dataset="colourful", split="all").name
    assert carried_through(workspace, name).status == "completed"
    assert workspace.run_log(name)[1][0] == (
        "The model takes pictures of 8 x 8 x 1; those of colourful:1 are 8 x 8 x 3 and were fitted to it."
    )
    grey = np.asarray(workspace.pictures(version), np.float32) @ [0.299, 0.587, 0.114]
    model = Predictor(workspace.artifacts.path(workspace.model("fruit").files["tflite"].digest))
    exact = model.predict(grey[..., None].round().astype(np.uint8))
    assert exact[:, 0].std() > 0
    np.testing.assert_allclose(workspace.predictions(name).probabilities, exact, atol=1e-3)


def test_a_part_without_known_samples_is_refused_in_words(fruit: Workspace) -> None:
    assert not np.any(fruit.split(fruit.dataset("fruit")) == VALIDATION)
    run = carried_through(fruit, fruit.evaluate_model("fruit", split="validation").name)
    assert run.status == "failed"
    assert run.failure is not None
    assert run.failure.what == "The validation split has no labelled samples."
    assert fruit.evaluations(model="fruit")[0].run == "fruit-run"


def test_a_model_is_calibrated_as_a_new_model_and_judged(fruit: Workspace) -> None:
    refused = carried_through(fruit, fruit.calibrate_model("fruit").name)
    assert refused.failure is not None
    assert refused.failure.what == "The validation part of fruit:1 has no labelled samples."
    run = carried_through(fruit, fruit.calibrate_model("fruit", split="test").name)
    assert (run.kind, run.status, run.name) == ("calibration", "completed", "fruit-1-calibrated-2")
    found = run.result["calibration"]
    assert isinstance(found, dict)
    assert (found["of"], found["split"], found["samples"]) == ("fruit:1", "test", 9)
    before = carried_through(fruit, fruit.evaluate_model("fruit").name)
    plain, cool = fruit.predictions(before.name), fruit.predictions(run.name)
    np.testing.assert_allclose(
        cool.probabilities, tempered(plain.probabilities, found["temperature"]), atol=1e-5
    )
    np.testing.assert_array_equal(cool.predicted, plain.predicted)
    assert cool.loss.mean() < plain.loss.mean()
    version = fruit.register_model(run.name, "fruit")
    assert version.title == "fruit:2"
    assert version.facts["temperature"] == found["temperature"]
    assert version.facts["calibrated_from"] == "fruit:1"
    assert version.config == fruit.model("fruit", version=1).config
    (judged,) = fruit.evaluations(model="fruit:2")
    assert (judged.run, judged.kind, judged.title) == (run.name, "calibration", "fruit:2")
    again = carried_through(fruit, fruit.evaluate_model("fruit:2").name)
    np.testing.assert_allclose(
        fruit.predictions(again.name).probabilities, cool.probabilities, atol=1e-6
    )


def test_an_evaluation_can_be_cancelled(fruit: Workspace) -> None:
    submitted = fruit.evaluate_model("fruit")
    run = fruit.claim_run("worker", 60.0)
    assert run is not None
    folder = RunFolder.of(fruit.home, submitted.name)
    folder.write_spec(prepare(fruit, run))
    asked: list[int] = []

    def control() -> RunControl:
        asked.append(1)
        return RunControl(cancel=len(asked) > 4)

    execute(folder, control)
    events = EventReader(folder.events).read(0)
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "cancelled"
    assert not list(fruit.artifacts.drafts.glob("*"))
