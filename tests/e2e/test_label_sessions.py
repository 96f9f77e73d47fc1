"""Labelling sessions in a real browser: from the fields of a new one to a version of the dataset."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import parse_session
from studio.core.sources import DigitsSource, QuickDrawSource
from tests.compute.conftest import until
from tests.e2e.conftest import Studio, enter, pick, press, settle, view
from tests.e2e.test_walk import shoot

pytestmark = pytest.mark.e2e

CATEGORIES = ("apple", "bicycle", "fish")


def begin(page: Page) -> None:
    """Wait for the first samples, and go there."""
    settle(page)
    page.locator(".picture:visible, .tile:not(.loading)").first.wait_for()
    desk = page.locator(".stage[tabindex]:visible, .tiles:visible").first
    desk.focus()
    expect(desk).to_be_focused()


def test_a_session_from_its_fields_to_a_version(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    studio.workspace().add_dataset("digits", DigitsSource(unlabelled_share=0.9), author="ann")
    page.goto(f"{studio.url}/label?way=new")
    settle(page)
    enter(page.get_by_role("textbox", name="Name of the session"), "first")
    enter(page.get_by_role("spinbutton", name="At most so many samples"), "4")
    overlap = page.get_by_role("spinbutton", name="Answers a sample")
    press(page, page.get_by_text("People and answers a sample"), overlap)
    enter(overlap, "2")
    press(page, "Make the session", page.get_by_role("heading", level=1, name="first"))
    begin(page)
    for _ in range(3):
        shown = page.locator(".stage").get_attribute("aria-label") or ""
        page.keyboard.press("1")
        expect(page.locator(".stage")).not_to_have_attribute("aria-label", shown)
    page.keyboard.press("1")
    expect(page.get_by_text("You can go back through your answers")).to_be_visible()
    expect(page.locator(".status")).to_have_text("saved")
    workspace = studio.workspace()
    until(lambda: workspace.session_progress("first", "me").mine == 4)

    # Somebody else agrees on all but one.
    items = [item.item for item in workspace.next_items("first", "bea", 4).items]
    workspace.answer_session(
        "first",
        "bea",
        [
            SessionAnswerInput(
                op_id=f"bea {item}", item=item, value=LabelValue(classes=("2" if n == 0 else "1",))
            )
            for n, item in enumerate(items)
        ],
    )
    view(page, "Review")
    expect(page.get_by_text("The answers are split")).to_be_visible()
    shoot(page, "review")
    accept = page.get_by_role("button", name=re.compile("^Accept")).last
    press(page, accept, lambda: workspace.session_progress("first").done == 4)
    expect(page.locator(".status")).to_have_text("saved")

    view(page, "Numbers")
    expect(page.get_by_text("4 of 4 samples done")).to_be_visible()
    expect(page.get_by_text("People", exact=True)).to_be_visible()
    shoot(page, "numbers")
    view(page, "Files")
    make = page.get_by_role("button", name=re.compile("version", re.IGNORECASE)).first
    press(page, make, page.get_by_text(re.compile(r"digits.?:2")))
    until(lambda: workspace.datasets()[0].latest.version == 2)
    before, made = (workspace.dataset("digits", number) for number in (1, 2))
    assert made.labelled == before.labelled + 4


def test_similar_drawings_come_together_and_one_key_labels_them(
    strict_page: Page, studio: Studio, shared_data: Path
) -> None:
    page = strict_page
    workspace = studio.workspace()
    source = QuickDrawSource(
        categories=CATEGORIES, per_class=200, folder=str(shared_data / "quickdraw")
    )
    workspace.add_dataset("doodles", source, author="ann")
    config = {
        "name": "sort",
        "dataset": "doodles",
        "wanted": "all",
        "strategy": "clusters",
        "classes": [{"name": name} for name in CATEGORIES],
    }
    workspace.create_session(parse_session(config), author="ann")
    page.goto(f"{studio.url}/label")  # the first page starts the worker, which makes the order
    settle(page)
    until(lambda: workspace.session("sort").groups, 240)
    press(page, "Open", page.get_by_role("heading", level=1, name="sort"))
    begin(page)
    expect(page.get_by_text("A class answers for 64 samples")).to_be_visible()
    shoot(page, "label")
    page.keyboard.press("1")
    expect(page.get_by_text("64 of 600 done")).to_be_visible()
    expect(page.locator(".status")).to_have_text("saved")
    until(lambda: workspace.session_progress("sort").done == 64)
    page.keyboard.press("Control+z")
    expect(page.locator(".status")).to_have_text("saved")
    expect(page.get_by_text("0 of 600 done", exact=True)).to_be_visible()
    until(lambda: workspace.session_progress("sort").done == 0)

    view(page, "Order")
    pick(page, "Order", "Close calls first")
    press(page, "Use this order", page.get_by_text("from the next samples on"))
    until(lambda: workspace.session("sort").config.strategy == "margin")


def test_classes_change_while_somebody_labels(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    workspace = studio.workspace()
    workspace.add_dataset("digits", DigitsSource(unlabelled_share=0.9), author="ann")
    config = {"name": "open", "dataset": "digits", "classes": [{"name": "odd"}, {"name": "even"}]}
    workspace.create_session(parse_session(config), author="ann")
    page.goto(f"{studio.url}/label?session=open")
    settle(page)
    begin(page)
    workspace.rename_session_class("open", "odd", "uneven", author="bea")
    page.keyboard.press("1")  # the page still says odd
    until(lambda: any(record.answers for record in workspace.session_records("open")))
    expect(page.locator(".status")).to_have_text("saved")
    record = next(record for record in workspace.session_records("open") if record.answers)
    assert record.value is not None
    assert record.value.classes == ("uneven",)
    expect(page.get_by_role("button", name="uneven", exact=True)).to_be_visible()
    view(page, "Classes")
    expect(page.get_by_text("by bea")).to_be_visible()
