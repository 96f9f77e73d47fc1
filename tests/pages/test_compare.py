"""Runs side by side, their marks, and two models on the same samples, as the pages show them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.evaluation import Evaluation
from studio.core.events import ArtifactEvent, EndEvent, Event, MetricsEvent, ResultEvent
from studio.core.predictions import IDS, LABELS, PROBABILITIES
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.trained import add_random_dataset

NAMES = ("apple", "fish")
COUNT = 40


def ended(
    workspace: Workspace, name: str, files: dict[str, bytes], result: dict[str, object]
) -> None:
    """Record how a run went, as a worker does."""
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    assert run.name == name
    stored = [workspace.artifacts.put(content, file) for file, content in files.items()]
    events: list[Event] = [
        ArtifactEvent(seq=i, time=0, artifact=file) for i, file in enumerate(stored, start=1)
    ]
    points = [("val_loss", step, 1 / step) for step in (1, 2, 3)]
    number = len(events)
    events += [
        MetricsEvent(seq=number + 1, time=0, points=points),
        ResultEvent(seq=number + 2, time=0, result=result),
        EndEvent(seq=number + 3, time=0, status="completed"),
    ]
    assert workspace.record_events(run, events)


def judged(workspace: Workspace, name: str, right: int, *, group: str = "", seed: int = 0) -> None:
    """Record a training whose model is right about the first `right` of 40 samples."""
    config = TrainingConfig(seed=seed, epochs=2 if right > 20 else 1)
    pipeline = training_pipeline("fruit", DRAWING_CLASSIFIER, config)
    workspace.submit(pipeline, name=name, group=group)
    labels = (np.arange(COUNT) % 2).astype(np.int32)
    said = np.where(np.arange(COUNT) < right, labels, 1 - labels)
    probabilities = np.where(np.arange(2) == said[:, None], 0.8, 0.2).astype(np.float32)
    evaluation = Evaluation(
        dataset="fruit:1", class_names=NAMES, test_count=COUNT, accuracy=right / COUNT, top_k=1.0, k=2, loss=0.5,
        mean_average_precision=right / COUNT, per_class=(), confusion_matrix=(), milliseconds_per_sample=0.1 + seed,
        milliseconds_per_sample_batched=0.05, agreement=1.0, mistakes=(),
        model_size_bytes={"tflite": 40_000 + right}, parameters=100,
    )  # fmt: skip
    arrays = {IDS: np.arange(COUNT), LABELS: labels, PROBABILITIES: probabilities}
    files = {"evaluation.json": evaluation.model_dump_json().encode()}
    files |= {file: npy(array) for file, array in arrays.items()}
    result = {**evaluation.headline(), "training": {"best_epoch": 2, "epochs_done": 3}}
    ended(workspace, name, files, result)


def npy(array: object) -> bytes:
    """Return an array as a file."""
    content = io.BytesIO()
    np.save(content, np.asarray(array))
    return content.getvalue()


@pytest.fixture
def fruit(workspace: Workspace) -> Workspace:
    """Three judged trainings on fruit, two of them one group."""
    add_random_dataset(workspace, "fruit", (8, 8, 1), NAMES)
    judged(workspace, "weak-1", 16, group="weak", seed=1)
    judged(workspace, "weak-2", 18, group="weak", seed=2)
    judged(workspace, "strong", 38)
    return workspace


def shown(app: AppTest, place: int = 0) -> list[str]:
    """Return the runs of a table on the page."""
    return app.dataframe[place].value["Run"].tolist()  # type: ignore[no-any-return]


def markdown(app: AppTest) -> str:
    """Return all text on the page."""
    return "\n".join(
        str(text.value) for text in [*app.markdown, *app.caption, *app.success, *app.info]
    )


@pytest.mark.parametrize("view", ["runs", "curves", "seeds", "pair", "models"])
def test_views_open_with_nothing_and_with_runs(
    open_page: OpenPage, workspace: Workspace, view: str
) -> None:
    assert not open_page("compare", view=view).error
    add_random_dataset(workspace, "fruit", (8, 8, 1), NAMES)
    judged(workspace, "only", 30)
    assert not open_page("compare", view=view).error


def test_runs_are_filtered_and_a_wrong_condition_says_so(
    open_page: OpenPage, fruit: Workspace
) -> None:
    app = open_page("compare")
    assert shown(app) == ["strong", "weak-2", "weak-1"]
    table = app.dataframe[0].value
    assert table["Accuracy"].tolist() == pytest.approx([0.95, 0.45, 0.4])
    assert "Best validation loss" in table.columns
    app.text_input[1].set_value("accuracy > 42 %, epochs = 1").run()
    assert shown(app) == ["weak-2"]
    app.text_input[1].set_value("acuracy > 1").run()
    assert "Did you mean" in app.error[0].value
    app.text_input[1].set_value("")
    app.text_input[0].set_value("STRONG").run()
    assert shown(app) == ["strong"]


def test_runs_over_seeds_show_mean_and_spread(open_page: OpenPage, fruit: Workspace) -> None:
    table = open_page("compare", view="seeds").dataframe[0].value
    assert table["Runs"].tolist() == ["strong", "weak"]
    assert table["Seeds"].tolist() == [1, 2]
    assert table["Accuracy"].tolist() == ["95 %", "42.5 ± 3.5 %"]


def test_two_models_are_told_apart_in_words(open_page: OpenPage, fruit: Workspace) -> None:
    app = open_page("compare", view="pair", a="strong", b="weak-1")
    assert "strong wins, and it is not noise" in app.success[0].value.replace("\\", "")
    app = open_page("compare", view="pair", a="weak-2", b="weak-1", differ="classes")
    assert "cannot be told apart" in app.info[0].value.replace("\\", "")
    assert app.dataframe[0].value["Class"].tolist() == ["apple", "fish"]


def test_speed_and_size_show_what_was_measured(open_page: OpenPage, fruit: Workspace) -> None:
    app = open_page("compare", view="models")
    assert app.dataframe[-1].value["Output"].tolist() == ["2 classes"] * 3
    assert "Nothing was measured yet" in markdown(app)


def test_marks_are_made_and_undone(open_page: OpenPage, fruit: Workspace) -> None:
    app = open_page("runs", view="run", run="weak-1")
    app.text_area[0].set_value("too few epochs")
    next(b for b in app.button if b.label == "Save note").click().run()
    assert fruit.run("weak-1").note == "too few epochs"
    next(b for b in app.button if b.label == "Undo").click().run()
    assert fruit.run("weak-1").note == ""
    next(b for b in app.button if b.label == "Delete").click().run()
    assert fruit.run("weak-1").deleted is not None
    assert "weak-1" not in shown(open_page("compare"))
    next(b for b in app.button if b.label == "Undo").click().run()
    assert fruit.run("weak-1").deleted is None
    assert not app.exception
