"""The Search page: one line that is enough, a form for more, trials as they come, the best put to use."""

from __future__ import annotations

import pytest

from studio.core.search import SearchParams
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import only_error, press
from tests.searched import add_search


def params(workspace: Workspace) -> SearchParams:
    found = workspace.runs(kind="search")[0].pipeline.params("search")
    assert isinstance(found, SearchParams)
    return found


def test_page_opens_on_an_empty_workspace(open_page: OpenPage) -> None:
    assert not open_page("search").error


def test_one_click_finds_the_best_model(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("search")
    next(n for n in app.number_input if n.label.startswith("Find the best")).set_value(2)
    press(app, "Find the best model")
    assert digits.runs()[0].name == "digits-best"
    assert params(digits).minutes == 2
    assert len(params(digits).models) > 1


def test_form_starts_a_search_of_what_was_chosen(open_page: OpenPage, digits: Workspace) -> None:
    app = open_page("search")
    settings = next(m for m in app.multiselect if m.label == "Settings to try")
    settings.set_value(["learning_rate", "optimizer", "layers.0.filters", "batch_size"]).run()
    assert not app.error
    low = next(n for n in app.number_input if n.key == "choice_learning_rate_low")
    low.set_value(0.005)
    press(app, "Start the search")
    chosen = {choice.field: choice for choice in params(digits).space}
    assert list(chosen) == ["learning_rate", "optimizer", "layers.0.filters", "batch_size"]
    assert (chosen["learning_rate"].low, chosen["learning_rate"].log) == (0.005, True)
    assert chosen["optimizer"].values[0] == "adam"
    assert chosen["layers.0.filters"].is_range
    assert chosen["batch_size"].values == (32, 64, 128, 256)
    assert params(digits).trials == 20


def test_what_makes_no_sense_is_said_before_it_is_started(
    open_page: OpenPage, digits: Workspace
) -> None:
    app = open_page("search")
    next(n for n in app.number_input if n.key == "choice_learning_rate_low").set_value(5.0).run()
    assert "cannot choose learning" in only_error(app).replace("\\", "")
    press(app, "Start the search")
    assert digits.runs() == []


@pytest.mark.parametrize("over", [False, True])
def test_best_trial_is_put_to_use(open_page: OpenPage, digits: Workspace, over: bool) -> None:
    add_search(digits, "digits", "wide", over=over)
    app = open_page("search", view="results", search="wide")
    assert not app.error
    assert any(f"Best{'' if over else ' so far'}: trial 3" in text.value for text in app.markdown)
    assert len(app.dataframe[0].value) == (4 if over else 5)
    app = press(app, "Use the best")
    assert not app.exception
    assert app.title[0].value == "Train"
    assert any("trial 3 of search wide" in text.value.replace("\\", "") for text in app.caption)
    rate = next(n for n in app.number_input if n.label == "Learning rate")
    assert rate.value == 0.02


def test_search_is_paused_resumed_and_stopped(open_page: OpenPage, digits: Workspace) -> None:
    add_search(digits, "digits", "wide")
    app = press(open_page("search", view="results", search="wide"), "Pause")
    assert digits.run("wide").control.pause
    press(app, "Resume")
    assert not digits.run("wide").control.pause
    press(app, "Stop and keep the best")
    assert digits.run("wide").control.stop
