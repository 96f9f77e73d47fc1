from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.compute.conftest import until

CLASS_NAMES = ["apple", "banana", "cat"]


def grid(dataset: str, **props):
    return {
        "mode": "label",
        "dataset": dataset,
        "version": 1,
        "samples_digest": "ab" * 32,
        "class_names": CLASS_NAMES,
        "annotator": "ann",
        **props,
    }


def ready(page: Page) -> Page:
    page.locator(".tile:not(.loading)").first.wait_for()
    page.get_by_role("listbox").focus()
    expect(page.get_by_role("listbox")).to_be_focused()
    return page


def answers(page: Page, first: int) -> list[str]:
    return page.locator(".tile .answer").all_inner_texts()[:first]


def sent(state, dataset: str) -> list[tuple[int, str | None]]:
    return [(op["sample"], op["class_name"]) for op in state()["label_ops"].get(dataset, [])]


def saved(page: Page) -> None:
    expect(page.locator(".status")).to_have_text("saved")


def test_keys_label_and_advance_without_a_rerun(show, state):
    page = ready(show("sample_grid", grid("keys", status="unlabelled")))
    expect(page.get_by_text("300 of 600 labelled")).to_be_visible()
    for key in ("1", "2", "3", "1"):
        page.keyboard.press(key)
    until(lambda: answers(page, 5) == ["apple", "banana", "cat", "apple", ""])
    saved(page)
    assert sent(state, "keys") == [(1, "apple"), (3, "banana"), (5, "cat"), (7, "apple")]
    expect(page.get_by_text("304 of 600 labelled")).to_be_visible()
    expect(page.get_by_text("Runs of the page: 1")).to_be_visible()
    assert {op["annotator"] for op in state()["label_ops"]["keys"]} == {"ann"}


def test_selections_are_labelled_at_once_and_undone_at_once(show, state):
    page = ready(show("sample_grid", grid("bulk", status="unlabelled")))
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(4)
    page.keyboard.press("2")
    until(lambda: answers(page, 5) == ["banana"] * 4 + [""])
    page.keyboard.press("Control+z")
    until(lambda: answers(page, 4) == [""] * 4)
    page.keyboard.press("Control+Shift+z")
    until(lambda: answers(page, 4) == ["banana"] * 4)
    saved(page)
    operations = sent(state, "bulk")
    assert operations == [
        *((sample, "banana") for sample in (1, 3, 5, 7)),
        *((sample, None) for sample in (1, 3, 5, 7)),
        *((sample, "banana") for sample in (1, 3, 5, 7)),
    ]
    assert len({op["op_id"] for op in state()["label_ops"]["bulk"]}) == 12

    page.keyboard.press("Home")
    page.keyboard.press("u")
    until(lambda: answers(page, 1) == [""])
    page.keyboard.press("Control+a")
    everything = page.locator(".tile").count()
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(everything)
    page.keyboard.press("Escape")
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(0)


def test_rubber_band_and_clicks_select(show):
    page = ready(show("sample_grid", grid("band")))
    first = page.locator(".tile").nth(0).bounding_box()
    last = page.locator(".tile").nth(2).bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 4, first["y"] + 4)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 30, steps=5)
    page.mouse.up()
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(3)
    page.locator(".tile").nth(5).click(modifiers=["Control"])
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(4)
    page.get_by_role("button", name="cat").click()
    until(lambda: [answers(page, 6)[place] for place in (0, 1, 2, 5)] == ["cat"] * 4)


@pytest.mark.drill
def test_failing_server_is_retried_until_every_answer_is_saved(show, state, tell):
    page = ready(show("sample_grid", grid("fail", status="unlabelled"), expected=("500",)))
    tell("fault", route="labels", status=500, times=1_000)
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.locator(".status")).to_have_text("offline, 2 waiting")
    tell("fault", route="labels", status=500, times=0)
    page.keyboard.press("3")
    until(lambda: answers(page, 3) == ["apple", "banana", "cat"])
    saved(page)
    assert sent(state, "fail") == [(1, "apple"), (3, "banana"), (5, "cat")]


@pytest.mark.drill
def test_answers_that_could_not_be_saved_survive_a_closed_page(show, state, tell):
    props = grid("gone", status="unlabelled")
    page = ready(show("sample_grid", props, alone=True, expected=("503",)))
    tell("fault", route="labels", status=503, times=1_000)
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page.locator(".status")).to_have_text("offline, 2 waiting")
    page.reload()
    ready(page)
    assert answers(page, 2) == ["apple", "banana"], "what waits is shown over the server's answer"
    assert sent(state, "gone") == []
    tell("fault", route="labels", status=503, times=0)
    saved(page)
    assert sent(state, "gone") == [(1, "apple"), (3, "banana")]


def test_refused_answer_stands_aside_and_can_be_discarded(show, state):
    props = grid("refused", status="unlabelled", class_names=["apple", "forbidden"])
    page = ready(show("sample_grid", props, expected=("400",)))
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("1")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is no class called 'forbidden'.")
    expect(page.locator(".status")).to_have_text("not saved, 1 waiting")
    assert sent(state, "refused") == [(1, "apple"), (5, "apple")]
    alert.get_by_role("button", name="Discard 1 answer").click()
    saved(page)
    expect(alert).to_have_count(0)


def test_letters_are_classes_and_not_hotkeys_of_the_page(show, state):
    names = [f"class {number}" for number in range(1, 41)]
    page = ready(show("sample_grid", grid("letters", status="unlabelled", class_names=names)))
    page.keyboard.press("c")
    page.keyboard.press("r")
    page.keyboard.press("v")
    saved(page)
    assert sent(state, "letters") == [(1, "class 12"), (3, "class 27"), (5, "class 30")]
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("searchbox").fill("class 40")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.get_by_text("304 of 600 labelled")).to_be_visible()
    assert sent(state, "letters")[-1] == (7, "class 40")
    expect(page.get_by_text("Runs of the page: 1")).to_be_visible()


def test_digits_and_letters_that_are_classes_keep_their_own_keys(show, state):
    names = ["0", "1", "7", "u", "other"]
    page = ready(show("sample_grid", grid("own", status="unlabelled", class_names=names)))
    for key in ("0", "7", "u", "2", "Backspace"):
        page.keyboard.press(key)
    saved(page)
    given = [(1, "0"), (3, "7"), (5, "u"), (7, "other")]
    assert sent(state, "own") == given, "the key 2 was free for the class without a key of its own"


def test_pages_turn_and_labelled_samples_stay_until_then(show, state, tell):
    tell("size", dataset="pages", size=300)
    page = ready(show("sample_grid", grid("pages", status="unlabelled")))
    size = page.locator(".tile").count()
    page.keyboard.press("1")
    expect(page.locator(".tile").first.locator(".answer")).to_have_text("apple")
    expect(page.locator(".tile")).to_have_count(size)
    page.keyboard.press("PageDown")
    second = f"sample {2 * size + 1}, no answer"
    expect(page.locator(".tile").first).to_have_attribute("aria-label", second)
    saved(page)
    page.keyboard.press("PageUp")
    expect(page.locator(".tile").first).to_have_attribute("aria-label", "sample 3, no answer")
    page.keyboard.press("Control+z")
    saved(page)
    assert sent(state, "pages") == [(1, "apple"), (1, None)]


def test_page_fetched_ahead_knows_the_answers_given_meanwhile(show, tell):
    page = ready(show("sample_grid", grid("ahead")))
    second = f"sample {page.locator('.tile').count()}, "
    first_tile = page.locator(".tile").first
    page.keyboard.press("PageDown")
    expect(first_tile).to_have_attribute("aria-label", re.compile(second))
    tell("fault", route="labels", status=503, times=0, delay=0.6)
    page.keyboard.press("Home")
    page.keyboard.press("3")
    page.keyboard.press("PageUp")
    expect(first_tile).to_have_attribute("aria-label", "sample 0, apple")
    saved(page)
    tell("fault", route="labels", status=503, times=0)
    page.keyboard.press("PageDown")
    expect(first_tile).to_have_attribute("aria-label", f"{second}cat")


def test_last_label_tells_python_of_the_progress(show, tell):
    tell("size", dataset="last", size=4)
    page = ready(show("sample_grid", grid("last")))
    page.keyboard.press("Control+a")
    page.keyboard.press("3")
    expect(page.locator("code")).to_have_text('{"labelled": 4, "total": 4, "annotated": 4}')
    expect(page.get_by_text("This page is done, and it is the last.")).to_be_visible()
    runs = page.get_by_text("Runs of the page: 2")
    expect(runs).to_be_visible()
    page.keyboard.press("1")
    saved(page)
    page.wait_for_timeout(300)
    expect(runs).to_be_visible()


def test_touch_selects_by_tapping(show, state):
    page = show(
        "sample_grid", grid("touch", status="unlabelled"), width=390, height=844, touch=True
    )
    page.locator(".tile:not(.loading)").first.wait_for()
    page.locator(".tile").nth(1).tap()
    page.locator(".tile").nth(2).tap()
    expect(page.get_by_text("2 samples selected")).to_be_visible()
    page.get_by_role("button", name="banana").tap()
    saved(page)
    assert sent(state, "touch") == [(3, "banana"), (5, "banana")]


def test_browsing_loads_further_pages_and_keeps_few_tiles(show, tell):
    tell("size", dataset="many", size=3000)
    page = ready(show("sample_grid", grid("many", mode="browse")))
    expect(page.get_by_text("200 of 3,000 samples")).to_be_visible()
    scroll = "list => { list.scrollTop = list.scrollHeight; }"
    for loaded in ("400", "600", "800"):
        page.get_by_role("listbox").evaluate(scroll)
        expect(page.get_by_text(f"{loaded} of 3,000 samples")).to_be_visible()
    assert page.locator(".tile").count() < 250
    page.keyboard.press("Home")
    expect(page.get_by_label("sample 0, apple")).to_be_visible()
    page.locator(".tile").nth(4).click()
    dialog = page.get_by_role("dialog")
    for fact in ("Sample", "4", "banana", "train"):
        expect(dialog).to_contain_text(fact)
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("validation")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_empty_filter_and_failing_server_have_their_own_states(show, tell):
    page = show("sample_grid", grid("empty", mode="browse", class_name="dragon"))
    expect(page.get_by_text("Nothing here")).to_be_visible()
    tell("fault", route="samples", status=503, times=1)
    page = show("sample_grid", grid("away", mode="browse"), expected=("503",))
    expect(page.get_by_role("alert")).to_contain_text("The harness was told to fail.")
    ready(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_gallery_shows_given_samples_with_captions(show):
    captions = [["true: apple", "said: fish 93 %"], ["true: cat", "said: banana 51 %"]]
    props = grid("gallery", mode="browse", ids=[40, 3], captions=captions)
    page = ready(show("sample_grid", props))
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.get_by_label("sample 40, true: apple, said: fish 93 %")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("banana 51 %")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
