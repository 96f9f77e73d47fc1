"""The Label page without a browser: sessions are made, opened, changed and closed."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import LabelSession, parse_session
from studio.core.sources import DigitsSource
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import only_error, press

CLASSES = [{"name": str(digit)} for digit in range(10)]


@pytest.fixture
def session(workspace: Workspace) -> LabelSession:
    """A session about digits of which a tenth has no class."""
    workspace.add_dataset("digits", DigitsSource(unlabelled_share=0.1))
    config = {"name": "first", "dataset": "digits", "classes": CLASSES, "people": ["ann", "me"]}
    return workspace.create_session(parse_session(config), author="ann")


def widget(widgets: list[object], label: str) -> object:
    """Return the first of some widgets with this label."""
    return next(one for one in widgets if one.label == label)  # type: ignore[attr-defined]


def opened(open_page: OpenPage, view: str = "label") -> AppTest:
    """Open the session in one of its views."""
    app = open_page("label", session="first", view=view)
    assert app.title[0].value == "first"
    return app


@pytest.mark.parametrize(
    "view", ["label", "review", "numbers", "order", "classes", "files", "settings"]
)
def test_every_view_of_a_session_opens(
    open_page: OpenPage, session: LabelSession, view: str
) -> None:
    assert not opened(open_page, view).error


def test_a_session_is_made_from_the_fields(open_page: OpenPage, workspace: Workspace) -> None:
    workspace.add_dataset("digits", DigitsSource(unlabelled_share=0.1))
    app = open_page("label", way="new")
    widget(app.text_area, "Instructions").set_value("Look twice.")  # type: ignore[attr-defined]
    app = press(app, "Make the session")
    assert not app.error
    made = workspace.session("digits-1")
    assert made.config.instructions == "Look twice."
    assert made.config.class_names == tuple("0123456789")
    assert made.total == workspace.label_progress(workspace.dataset("digits")).total - 1617
    assert app.query_params["session"] == "digits-1"


def test_a_session_that_cannot_be_answered_is_refused(
    open_page: OpenPage, workspace: Workspace
) -> None:
    workspace.add_dataset("digits", DigitsSource())
    app = open_page("label", way="new")
    widget(app.text_area, "Classes, one a line").set_value("")  # type: ignore[attr-defined]
    assert "no classes" in only_error(press(app, "Make the session"))
    assert workspace.sessions() == []


def test_sessions_are_listed_with_their_progress(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    item = workspace.next_items("first", "me", 1).items[0].item
    value = LabelValue(classes=("3",))
    op = SessionAnswerInput(op_id="a", item=item, value=value)
    workspace.answer_session("first", "me", [op])
    app = open_page("label")
    assert any("first" in text.value for text in app.markdown)
    app = press(app, "Open")
    assert app.title[0].value == "first"


def test_an_address_of_no_session_leads_to_the_list(
    open_page: OpenPage, session: LabelSession
) -> None:
    app = open_page("label", session="other")
    assert "no session called other" in app.warning[0].value
    assert app.title[0].value == "Label"


def test_a_session_is_closed_and_reopened(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    app = press(opened(open_page, "settings"), "Close the session")
    assert workspace.session("first").closed
    press(app, "Reopen")
    assert workspace.session("first").closed is None


def test_settings_are_saved(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    app = opened(open_page, "settings")
    widget(app.number_input, "Answers a sample").set_value(2)  # type: ignore[attr-defined]
    press(app, "Save settings")
    found = workspace.session("first").config
    assert (found.overlap, found.people) == (2, ("ann", "me"))


def test_classes_are_added_renamed_and_described(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    app = opened(open_page, "classes")
    widget(app.text_area, "Description").set_value("A ring.")  # type: ignore[attr-defined]
    widget(app.text_input, "Examples").set_value("1, x")  # type: ignore[attr-defined]
    app = press(app, "Save the class")
    assert '"x" is no sample' in only_error(app)
    widget(app.text_input, "Examples").set_value("1, 4")  # type: ignore[attr-defined]
    press(app, "Save the class")
    first = workspace.session("first").config.classes[0]
    assert (first.description, first.examples) == ("A ring.", (1, 4))


def test_an_order_needs_no_model(
    open_page: OpenPage, workspace: Workspace, session: LabelSession
) -> None:
    app = opened(open_page, "order")
    widget(app.selectbox, "Order").set_value("margin")  # type: ignore[attr-defined]
    app.run()
    press(app, "Use this order")
    assert workspace.session("first").config.strategy == "margin"
