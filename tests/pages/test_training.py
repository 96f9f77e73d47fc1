"""The Train page's groups, repeats and clones, and the Runs page's controls and queue, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.queue import QueueLimits
from studio.core.run import Failure, Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.ui import session
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import only_error, press


def labelled(widgets: Any, label: str) -> Any:
    """Return the first widget whose label begins so."""
    return next(widget for widget in widgets if widget.label.startswith(label))


def titles(app: AppTest) -> list[str]:
    """Return what the expanders are called, as people read it."""
    return [expander.label.replace("\\", "") for expander in app.expander]


def cloned(open_page: OpenPage, run: str) -> AppTest:
    """Press "Train again with changes", and follow to the Train page."""
    app = press(open_page("runs", run=run), "Train again with changes")
    return app.switch_page(session.page("train")).run()


@pytest.fixture
def trained(digits: Workspace) -> Run:
    """A waiting training with some settings of its own."""
    training = TrainingConfig(
        epochs=9, shift=0.1, early_stopping=2, metrics=("f1",), learning_rate=0.003
    )
    pipeline = training_pipeline("digits", DRAWING_CLASSIFIER, training, version=1)
    return digits.submit(pipeline, name="first")


def test_titles_of_groups_say_what_is_not_as_usual(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("train")
    assert "Augmentation" in titles(app)
    labelled(app.slider, "Shift").set_value(10)
    labelled(app.number_input, "Early stopping").set_value(3)
    labelled(app.multiselect, "Metrics").set_value(["f1"]).run()
    assert "Augmentation: shift 10 %" in titles(app)
    assert "Stopping and keeping: early stopping 3 epochs" in titles(app)
    assert "What is measured: metrics: f1" in titles(app)
    press(app, "Start training")
    params = digits.runs()[0].pipeline.node("train").params
    assert (params["shift"], params["early_stopping"], params["metrics"]) == (0.1, 3, ["f1"])


def test_settings_that_change_nothing_are_not_asked_for(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("train")
    assert "Plateau patience (epochs)" not in [n.label for n in app.number_input]
    labelled(app.selectbox, "Schedule").set_value("on_plateau").run()
    assert "Plateau patience (epochs)" in [n.label for n in app.number_input]
    labelled(app.multiselect, "Metrics").set_value(["accuracy"]).run()
    assert "Top-k (classes)" not in [n.label for n in app.number_input]


def test_settings_stay_while_one_looks_at_another_page(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("train")
    labelled(app.number_input, "Learning rate").set_value(0.02)
    labelled(app.slider, "Shift").set_value(20).run()
    app.switch_page(session.page("datasets")).run()
    app.switch_page(session.page("train")).run()
    assert labelled(app.number_input, "Learning rate").value == 0.02
    assert "Augmentation: shift 20 %" in titles(app)


def test_impossible_setting_is_refused_with_its_name(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("train")
    labelled(app.number_input, "Gradient limit").set_value(0.0).run()
    assert next(b for b in app.button if b.label == "Start training").disabled
    assert "clip norm" in only_error(app).replace("\\", "").replace("_", " ")
    assert digits.runs() == []


def test_page_says_what_it_trains_on(open_page: OpenPage, digits: Workspace) -> None:
    said = " ".join(caption.value for caption in open_page("train").caption).replace("\\", "")
    assert "epochs of 5 steps; about" in said
    assert digits.machine().reason in said


def test_repeats_become_a_group(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("train")
    labelled(app.text_input, "Name of the run").set_value("thrice")
    labelled(app.number_input, "Repeats").set_value(3).run()
    app = press(app, "Start training")
    runs = digits.group_runs("thrice")
    assert [run.pipeline.node("train").params["seed"] for run in runs] == [0, 1, 2]
    app = open_page("runs", run=runs[1].name)
    assert "Group thrice" in [s.value.replace("\\", "") for s in app.subheader]


def test_clone_fills_in_the_train_page(
    open_page: OpenPage, digits: Workspace, trained: Run
) -> None:
    app = cloned(open_page, "first")
    assert labelled(app.number_input, "Epochs").value == 9
    assert labelled(app.number_input, "Learning rate").value == 0.003
    assert "Augmentation: shift 10 %" in titles(app)
    assert any("run first" in caption.value for caption in app.caption)
    labelled(app.number_input, "Epochs").set_value(4).run()
    press(app, "Start training")
    before, after = (r.pipeline.node("train").params for r in reversed(digits.runs()))
    assert after == {**before, "epochs": 4}
    app = cloned(open_page, "first")
    app = press(app, "Use the usual settings")
    assert "Augmentation" in titles(app)
    assert labelled(app.number_input, "Epochs").value == 50


def test_run_is_paused_changed_and_resumed(
    open_page: OpenPage, digits: Workspace, trained: Run
) -> None:
    app = press(open_page("runs"), "Pause")
    assert digits.run("first").status == "paused"
    labelled(app.number_input, "Epochs more").set_value(3).run()
    app = press(app, "Add these epochs")
    assert digits.run("first").control.epochs == 12
    labelled(app.number_input, "Learning rate").set_value(0.01).run()
    app = press(app, "Change the learning rate")
    assert digits.run("first").control.learning_rate == 0.01
    press(app, "Resume")
    assert digits.run("first").status == "queued"


def test_queue_is_put_in_order_and_limited(
    open_page: OpenPage, digits: Workspace, trained: Run
) -> None:
    digits.submit(trained.pipeline, name="second")
    app = open_page("runs", view="queue")
    app.button(key="queue_second_up").click().run()
    assert [run.name for run in digits.queued_runs()] == ["second", "first"]
    assert app.button(key="queue_second_up").disabled
    labelled(app.number_input, "Runs at once").set_value(2)
    labelled(app.number_input, "Memory").set_value(3.5).run()
    press(app, "Save limits")
    assert digits.queue_limits() == QueueLimits(parallel_runs=2, memory_gb=3.5)
    open_page("runs", view="queue").button(key="queue_first_pause").click().run()
    assert [run.name for run in digits.queued_runs()] == ["second"]


def test_failed_run_offers_what_helps(open_page: OpenPage, digits: Workspace, trained: Run) -> None:
    claimed = digits.claim_run("worker", 60)
    assert claimed is not None
    failure = Failure(what="It broke.", why="Too much.", fix="Choose a smaller batch size.")
    digits.fail_run(claimed, failure)
    app = open_page("runs")
    assert "It broke" in only_error(app)
    press(app, "Try a batch size of 128")
    app.switch_page(session.page("train")).run()
    assert labelled(app.number_input, "Batch size").value == 128
