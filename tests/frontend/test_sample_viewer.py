from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def grid(dataset: str, **props):
    return {
        "mode": "browse",
        "dataset": dataset,
        "version": 1,
        "samples_digest": "ab" * 32,
        "class_names": ["apple", "banana", "cat"],
        **props,
    }


def ready(page: Page) -> Page:
    page.locator(".tile:not(.loading)").first.wait_for()
    page.get_by_role("listbox").focus()
    expect(page.get_by_role("listbox")).to_be_focused()
    return page


def test_opened_sample_shows_its_facts_and_its_history(show):
    page = ready(show("sample_grid", grid("facts")))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    for fact in ("Came from", "a folder, pets.zip", "0000.png", "28×28, grey"):
        expect(dialog).to_contain_text(fact)
    events = dialog.get_by_role("listitem")
    expect(events).to_have_count(2)
    expect(events.nth(0)).to_contain_text("Answered: cat.")
    expect(events.nth(0)).to_contain_text("ann")
    expect(events.nth(0).locator("time")).to_have_attribute("datetime", "2025-06-15T15:06:40.000Z")
    expect(events.nth(1)).to_contain_text("facts:1")
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("0001.png")
    expect(events).to_have_count(0)


def test_double_click_opens_and_a_click_beside_closes(show):
    page = ready(show("sample_grid", grid("double")))
    dialog = page.get_by_role("dialog")
    page.locator(".tile").first.dblclick()
    expect(dialog).to_contain_text("0000.png")
    page.mouse.click(5, 5)
    expect(dialog).not_to_be_visible()


def test_boxes_lie_where_they_belong(show):
    page = ready(show("sample_grid", grid("boxes")))
    page.keyboard.press("Enter")
    expect(page.locator(".box")).to_have_count(2)
    picture = page.locator(".viewer-shown").bounding_box()
    box = page.locator(".box").nth(1).bounding_box()
    assert picture is not None
    assert box is not None
    assert box["x"] - picture["x"] == pytest.approx(0.45 * picture["width"], abs=1)
    assert box["y"] - picture["y"] == pytest.approx(0.4 * picture["height"], abs=1)
    assert box["width"] == pytest.approx(0.5 * picture["width"], abs=1)
    expect(page.locator(".box").nth(0)).to_have_text("cat")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog")).to_contain_text("0001.png")
    expect(page.locator(".box")).to_have_count(2)


def test_failing_facts_are_said_and_asked_for_again(show, tell):
    tell("fault", route="sample", status=503, times=1)
    page = ready(show("sample_grid", grid("failing"), expected=("503",)))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("The harness was told to fail.")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog).to_contain_text("0000.png")
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_slow_facts_of_an_earlier_sample_do_not_show_up_later(show, tell):
    tell("fault", route="sample", status=503, times=0, delay=0.4)
    page = ready(show("sample_grid", grid("slow")))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Loading…")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("0001.png")
    tell("fault", route="sample", status=503, times=0)
    expect(dialog).not_to_contain_text("0000.png")
    expect(dialog.get_by_text("Loading…")).not_to_be_visible()


def test_samples_that_take_no_part_are_marked(show, tell):
    tell("states", dataset="marked", states={2: "quarantined", 3: "removed"})
    page = ready(show("sample_grid", grid("marked", status="removed")))
    expect(page.get_by_label("sample 3, no answer, removed")).to_have_attribute("title", "removed")
    page.keyboard.press("Enter")
    expect(page.locator(".viewer-standing")).to_contain_text("Removed: it takes no part")


def test_answer_that_is_not_saved_yet_is_what_the_viewer_shows(show, tell):
    props = grid("unsaved", mode="label", annotator="ann", status="unlabelled")
    page = ready(show("sample_grid", props, expected=("503",)))
    tell("fault", route="labels", status=503, times=1_000)
    page.keyboard.press("2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("0001.png")
    expect(dialog.locator("dd").nth(1)).to_have_text("banana")
    tell("fault", route="labels", status=503, times=0)
    page.keyboard.press("Escape")
    expect(page.locator(".status")).to_have_text("saved")
