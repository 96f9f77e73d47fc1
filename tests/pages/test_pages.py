"""What each page shows and refuses; the walk in a real browser is in tests/e2e."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.sources import DigitsSource
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage

NAMES = (
    "home",
    "datasets",
    "label",
    "configure",
    "train",
    "evaluate",
    "deploy",
    "runs",
    "compare",
    "models",
    "designer",
)


def press(app: AppTest, label: str) -> AppTest:
    """Press the button with this label."""
    return next(button for button in app.button if button.label == label).click().run()


def field(app: AppTest, label: str) -> object:
    """Return the first text field with this label."""
    return next(text for text in app.text_input if text.label == label)


def only_error(app: AppTest) -> str:
    """Return the text of the one error box: what, why and fix on a line each."""
    assert len(app.error) == 1
    text = str(app.error[0].value)
    assert text.count("\n") == 2
    return text


@pytest.mark.parametrize("name", NAMES)
def test_page_opens_on_an_empty_workspace(open_page: OpenPage, name: str) -> None:
    app = open_page(name)
    assert app.title
    assert not app.error


@pytest.mark.parametrize("name", NAMES)
def test_page_opens_with_a_dataset(open_page: OpenPage, digits: Workspace, name: str) -> None:
    app = open_page(name)
    assert not app.error


def test_welcome_adds_the_digits(open_page: OpenPage, workspace: Workspace) -> None:
    press(open_page("home"), "Start with digits")
    assert workspace.dataset("digits").count == 1797


def test_dataset_name_that_is_no_name_is_refused(open_page: OpenPage, workspace: Workspace) -> None:
    app = open_page("datasets")
    field(app, "Name of the dataset").set_value("../up")  # type: ignore[attr-defined]
    app = press(app, "Add digits")
    assert "cannot name a dataset" in only_error(app)
    assert workspace.datasets() == []


def test_import_without_a_category_is_refused(open_page: OpenPage, workspace: Workspace) -> None:
    app = press(open_page("datasets"), "Import drawings")
    assert "No category is chosen" in only_error(app)
    assert workspace.runs() == []


def test_split_that_leaves_nothing_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("datasets")
    for slider in app.slider:
        if slider.label in ("Test share", "Validation share"):
            slider.set_value(60)
    app = press(app, "Divide anew")
    assert "leave nothing to train on" in only_error(app)
    assert digits.dataset("digits").version == 1


def test_split_makes_a_version(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("datasets")
    for slider in app.slider:
        if slider.label == "Validation share":
            slider.set_value(10)
    press(app, "Divide anew")
    assert digits.dataset("digits").split_counts == (1078, 180, 539)


def test_class_name_that_is_empty_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    app = press(open_page("label"), "Add")
    assert "cannot name a class" in only_error(app)


def test_freeze_without_answers_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    app = press(open_page("label"), "Freeze into a new version")
    assert "Nothing to freeze" in only_error(app)
    assert digits.dataset("digits").version == 1


def test_stack_that_does_not_fit_is_refused_with_the_reason(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("configure")
    pools = [number for number in app.number_input if number.label.startswith("Pooling size")]
    pools[0].set_value(16).run()
    assert "does not fit a picture of 8x8" in only_error(app).replace("\\", "")
    save = next(button for button in app.button if button.label == "Save")
    assert save.disabled


def test_model_too_large_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("configure")
    for number in app.number_input:
        if number.label == "Filters":
            number.set_value(2048)
    app.run()
    assert "parameters" in only_error(app)


@pytest.mark.parametrize("units", [0, 10**9])
def test_units_out_of_bounds_never_reach_the_model(
    open_page: OpenPage, digits: Workspace, units: int
) -> None:
    app = open_page("configure")
    number = next(n for n in app.number_input if n.label == "Units")
    assert number.min == 1
    assert number.max == 16384
    assert not number.min <= units <= number.max


def test_config_name_taken_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("configure")
    field(app, "Save as").set_value("mine")  # type: ignore[attr-defined]
    app = press(app, "Save")
    assert "mine" in digits.model_configs()
    field(app, "Save as").set_value("mine")  # type: ignore[attr-defined]
    app = press(app, "Save")
    assert "is there already" in only_error(app)


def test_layers_can_be_added_moved_and_removed(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("configure")
    kinds = next(box for box in app.selectbox if box.label == "Layer to add")
    kinds.set_value("dropout").run()
    app = press(app, "Add layer")
    moved = [str(button.key) for button in app.button if str(button.key).endswith("_up")][-1]
    app.button(key=moved).click().run()
    titles = [m.value for m in app.markdown if "· " in m.value]
    assert any(title.startswith("**4 · Dropout") for title in titles)
    assert not app.error
    app.button(key=moved.replace("_up", "_remove")).click().run()
    assert not any("Dropout" in m.value for m in app.markdown if "· " in m.value)


def test_training_is_submitted_with_its_settings(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("train")
    next(n for n in app.number_input if n.label == "Epochs").set_value(7)
    field(app, "Name of the run").set_value("seven")  # type: ignore[attr-defined]
    press(app, "Start training")
    run = digits.run("seven")
    assert run.status == "queued"
    assert run.pipeline.node("train").params["epochs"] == 7
    assert run.pipeline.node("dataset").params == {"name": "digits", "version": 1}


def test_run_name_taken_is_refused(open_page: OpenPage, digits: Workspace) -> None:
    for _ in range(2):
        app = open_page("train")
        field(app, "Name of the run").set_value("twice")  # type: ignore[attr-defined]
        app = press(app, "Start training")
    assert "is there already" in only_error(app)
    assert len(digits.runs()) == 1


def test_unlabelled_dataset_is_refused_for_training(
    open_page: OpenPage, workspace: Workspace
) -> None:
    workspace.add_dataset("blank", DigitsSource(unlabelled_share=1))
    app = press(open_page("train"), "Start training")
    assert "no labelled samples" in only_error(app)
    assert workspace.runs() == []


def test_waiting_run_can_be_cancelled(open_page: OpenPage, digits: Workspace) -> None:
    press(open_page("train"), "Start training")
    press(open_page("runs"), "Cancel and keep nothing")
    assert digits.runs()[0].status == "cancelled"
