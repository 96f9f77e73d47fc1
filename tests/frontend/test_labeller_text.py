from __future__ import annotations

from playwright.sync_api import Page, expect

from studio.core.label_answer import LabelValue, Span
from tests.frontend.sessions import SENTENCE


def props(session: str, mode: str = "one", **more):
    return {"session": session, "annotator": "ann", "mode": mode, "height": 360, **more}


def ready(page: Page) -> Page:
    page.locator(".reading:visible, .tiles:visible").first.focus()
    return page


def saved(page: Page) -> None:
    expect(page.locator(".status")).to_have_text("saved")


def span(words: str, class_name: str) -> Span:
    start = SENTENCE.index(words)
    return Span(start=start, end=start + len(words), class_name=class_name)


def only(sessions, name: str) -> LabelValue:
    [value] = sessions.values(name).values()
    assert value is not None
    return value


def test_words_are_marked_by_keys_and_offsets_count_code_points(show, sessions):
    sessions.make("spans", texts=[SENTENCE], spans=True)
    page = ready(show("labeller", props("spans")))
    page.keyboard.press("ArrowRight")
    for key in ("Shift+ArrowRight", "1", "End", "ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.keyboard.press("2")
    expect(page.get_by_role("button", name="apple parcel", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="banana more.", exact=True)).to_be_visible()
    assert page.locator(".submit").is_disabled(), "the text has no class yet"
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything here is done")).to_be_visible()
    saved(page)
    spans = (span("parcel", "apple"), span("more.", "banana"))
    assert only(sessions, "spans") == LabelValue(classes=("cat",), spans=spans)


def test_marks_overlap_are_renamed_removed_and_undone(show, sessions):
    sessions.make("overlaps", texts=[SENTENCE], spans=True, answer="multi")
    page = ready(show("labeller", props("overlaps")))
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "1"):
        page.keyboard.press(key)
    for key in ("ArrowLeft", "Shift+ArrowRight", "Shift+ArrowRight", "2"):
        page.keyboard.press(key)
    expect(page.locator(".mark-chip")).to_have_text(["apple parcel came", "banana came late"])
    page.locator(".mark-chip").first.click()
    page.keyboard.press("3")
    expect(page.locator(".mark-chip").first).to_have_text("cat parcel came")
    page.locator(".piece", has_text="late").click()
    page.keyboard.press("Delete")
    expect(page.locator(".mark-chip")).to_have_text(["cat parcel came"])
    page.keyboard.press("Control+z")
    expect(page.locator(".mark-chip")).to_have_count(2)
    page.keyboard.press("Enter")
    saved(page)
    spans = (span("parcel came", "cat"), span("came late", "banana"))
    assert only(sessions, "overlaps") == LabelValue(spans=spans)


def test_the_mouse_selects_what_a_class_marks(show, sessions):
    sessions.make("mouse", texts=[SENTENCE], spans=True, answer="multi")
    page = ready(show("labeller", props("mouse")))
    page.locator(".reading").evaluate(
        """body => {
          const range = document.createRange();
          range.setStart(body.firstChild, 28);
          range.setEnd(body.firstChild, 48);
          const at = range.getBoundingClientRect();
          window.at = [at.left + 1, at.right - 1, at.top + at.height / 2];
        }"""
    )
    left, right, middle = page.evaluate("window.at")
    page.mouse.move(left, middle)
    page.mouse.down()
    page.mouse.move(right, middle, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="banana").click()
    expect(page.locator(".mark-chip")).to_have_count(1)
    page.keyboard.press("Enter")
    saved(page)
    [mark] = only(sessions, "mouse").spans
    assert SENTENCE[mark.start : mark.end] == SENTENCE[28:47].strip()


def test_texts_without_marks_take_one_key_and_pages_of_cards(show, sessions):
    texts = [f"Text number {number}" for number in range(12)]
    sessions.make("plain", texts=texts)
    page = ready(show("labeller", props("plain")))
    for key in ("1", "2"):
        before = page.locator(".reading").inner_text()
        page.keyboard.press(key)
        expect(page.locator(".reading")).not_to_have_text(before)
    saved(page)
    assert sessions.classes("plain") == ["apple", "banana"]
    page = ready(show("labeller", props("plain", "grid", page_size=8)))
    expect(page.locator(".tile.card")).to_have_count(8)
    page.keyboard.press("Control+a")
    page.keyboard.press("3")
    saved(page)
    assert sessions.classes("plain").count("cat") == 8
