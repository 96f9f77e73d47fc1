from __future__ import annotations

import json

from playwright.sync_api import Locator, Page, expect


def selector(dataset: str, **props):
    return {
        "dataset": dataset,
        "version": 3,
        "samples_digest": "ab" * 32,
        "class_names": ["apple", "banana", "cat"],
        **props,
    }


def ready(page: Page) -> Page:
    page.locator(".tile:not(.loading)").first.wait_for()
    page.get_by_role("listbox").focus()
    expect(page.get_by_role("listbox")).to_be_focused()
    return page


def chosen(page: Page) -> Locator:
    return page.locator('.tile[aria-selected="true"]')


def reported(page: Page, *ids: int) -> None:
    expect(page.locator("code")).to_have_text(json.dumps(list(ids)))


def test_clicks_select_and_python_hears_of_it_after_a_pause(show):
    page = ready(show("sample_selector", selector("clicks")))
    boxes = [page.locator(".tile").nth(place).bounding_box() for place in (5, 1, 3)]
    for box in boxes:  # one right after the other: what lies between them is no pause
        assert box is not None
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text("3 selected")).to_be_visible()
    reported(page, 1, 3, 5)
    expect(page.get_by_text("Runs of the page: 2")).to_be_visible()
    page.locator(".tile").nth(3).click()
    reported(page, 1, 5)
    page.locator(".tile").nth(8).click(modifiers=["Shift"])
    reported(page, 1, 3, 4, 5, 6, 7, 8)
    page.keyboard.press("Escape")
    reported(page)
    expect(chosen(page)).to_have_count(0)


def test_keys_select_ranges_and_all_that_is_loaded(show):
    page = ready(show("sample_selector", selector("keys")))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    reported(page, 0, 2, 3)
    page.keyboard.press("Control+a")
    expect(page.get_by_text("200 selected")).to_be_visible()
    reported(page, *range(200))
    page.get_by_role("button", name="Clear").click()
    reported(page)


def test_rubber_band_selects_what_it_touches_and_scrolling_keeps_it(show, tell):
    tell("size", dataset="bands", size=1000)
    page = ready(show("sample_selector", selector("bands")))
    first = page.get_by_label("sample 0,").bounding_box()
    last = page.get_by_label("sample 2,").bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 4, first["y"] + 4)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 30, steps=5)
    page.mouse.up()
    reported(page, 0, 1, 2)
    page.get_by_role("listbox").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    expect(page.get_by_text("400 of 1,000 samples")).to_be_visible()
    expect(chosen(page)).to_have_count(0)
    page.keyboard.press("Home")
    expect(chosen(page)).to_have_count(3)


def test_double_click_key_and_corner_open_without_changing_the_selection(show):
    page = ready(show("sample_selector", selector("open")))
    dialog = page.get_by_role("dialog")
    page.locator(".tile").nth(2).dblclick()
    expect(dialog).to_contain_text("3 of 600")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(dialog.get_by_role("button", name="Selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    reported(page, 3)
    page.keyboard.press("o")
    expect(dialog).to_contain_text("4 of 600")
    page.keyboard.press("Escape")
    page.locator(".tile").nth(7).hover()
    page.locator(".tile").nth(7).locator(".open").click()
    expect(dialog).to_contain_text("8 of 600")
    page.keyboard.press("Escape")
    expect(chosen(page)).to_have_count(1)


def test_gallery_can_be_selected_from_and_other_samples_begin_anew(show):
    props = selector("lasso", ids=[40, 3, 17])
    page = ready(show("sample_selector", props, changed={"version": 4}))
    page.keyboard.press("Control+a")
    reported(page, 3, 17, 40)
    page.get_by_text("Change the props").click()
    reported(page)
    expect(chosen(page)).to_have_count(0)
    page.wait_for_timeout(600)
    page.get_by_text("Change the props").click()
    page.wait_for_timeout(600)
    reported(page)


def test_filters_reach_the_studio(show, tell):
    tell("states", dataset="filtered", states={4: "quarantined", 9: "quarantined", 5: "removed"})
    page = ready(show("sample_selector", selector("filtered", status="quarantined")))
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.get_by_label("sample 4, banana, quarantined")).to_be_visible()
    page = ready(show("sample_selector", selector("filtered", search="0012.png")))
    expect(page.locator(".tile")).to_have_count(1)
    page = show("sample_selector", selector("filtered", annotator_filter="nobody"))
    expect(page.get_by_text("Nothing here")).to_be_visible()
