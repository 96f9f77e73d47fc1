from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


def texts(dataset: str, **props):
    return {
        "mode": "browse",
        "task": "text",
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


@pytest.fixture
def sprites(windows) -> list[str]:
    """The addresses of sprites that the page asks for."""
    asked: list[str] = []
    windows[False].page.on("request", lambda r: "/sprite" in r.url and asked.append(r.url))
    return asked


def test_texts_are_cards_that_scroll_without_any_picture(show, tell, sprites):
    tell("size", dataset="texts_many", size=3000)
    page = ready(show("sample_grid", texts("texts_many")))
    first = page.locator(".tile").first
    expect(first.locator(".excerpt")).to_contain_text("Text 0: the parcel came late")
    expect(first.locator(".answer")).to_have_text("apple")
    box = first.bounding_box()
    assert box is not None
    assert box["width"] > 250
    page.get_by_role("listbox").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    expect(page.get_by_text("400 of 3,000 samples")).to_be_visible()
    assert page.locator(".tile").count() < 60
    page.locator(".tile").last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".viewer-text")).to_contain_text("the parcel came late")
    assert sprites == []


def test_texts_are_labelled_with_a_key_a_class(show, state, sprites):
    props = texts("texts_label", mode="label", annotator="ann", status="unlabelled")
    page = ready(show("sample_grid", props))
    for key in ("1", "ArrowDown", "2"):
        page.keyboard.press(key)
    expect(page.locator(".status")).to_have_text("saved")
    columns = page.locator(".labelling").evaluate(
        "list => getComputedStyle(list).gridTemplateColumns.split(' ').length"
    )
    given = [(op["sample"], op["class_name"]) for op in state()["label_ops"]["texts_label"]]
    assert given == [(1, "apple"), (2 * (1 + columns) + 1, "banana")]
    assert sprites == []


def test_gallery_fetches_the_texts_it_shows(show):
    page = ready(show("sample_grid", texts("texts_gallery", ids=[40, 3])))
    expect(page.locator(".excerpt").nth(0)).to_contain_text("Text 40:")
    expect(page.locator(".excerpt").nth(1)).to_contain_text("Text 3:")
    expect(page.locator(".answer").nth(0)).to_have_text("banana")
    captions = [["true: apple", "said: cat 93 %"]]
    page = ready(show("sample_grid", texts("texts_gallery", ids=[40], captions=captions)))
    expect(page.locator(".excerpt")).to_contain_text("Text 40:")
    expect(page.locator(".tile")).to_contain_text("said: cat 93 %")


def test_gallery_says_when_a_text_does_not_come_and_tries_again(show, tell):
    tell("fault", route="sample", status=503, times=1)
    page = show("sample_grid", texts("texts_away", ids=[1]), expected=("503",))
    expect(page.get_by_role("alert")).to_contain_text("The harness was told to fail.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".excerpt")).to_contain_text("Text 1:")
    expect(page.get_by_role("alert")).to_have_count(0)
