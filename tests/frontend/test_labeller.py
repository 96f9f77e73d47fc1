from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from studio.core.label_answer import DraftInput, LabelValue, SessionAnswerInput
from tests.compute.conftest import until
from tests.frontend.sessions import Sessions


def props(session: str, mode: str = "one", **more):
    return {"session": session, "annotator": "ann", "mode": mode, "height": 360, **more}


def ready(page: Page) -> Page:
    page.locator(".picture:visible, .tile:not(.loading), .reading:visible").first.wait_for()
    if page.locator("dialog[open]").count() == 0:
        page.locator(".stage[tabindex]:visible, .tiles:visible, .reading:visible").first.focus()
    return page


def saved(page: Page) -> None:
    expect(page.locator(".status")).to_have_text("saved")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other, as somebody does who looks at every sample."""
    for key in keys:
        shown = page.locator(".stage").get_attribute("aria-label")
        page.keyboard.press(key)
        expect(page.locator(".stage")).not_to_have_attribute("aria-label", shown or "")


def names(page: Page) -> list[str]:
    return page.locator(".tile .name").all_text_contents()


def drafted(sessions: Sessions, name: str) -> tuple[str, ...]:
    """Return the classes that the studio has of the draft of ann's next item."""
    (item,) = sessions.workspace.next_items(name, "ann", 1).items
    return item.value.classes if item.draft and item.value else ()


def test_one_key_labels_and_shows_the_next_without_a_rerun(show, sessions):
    sessions.make("walk", count=6)
    page = ready(show("labeller", props("walk")))
    expect(page.get_by_text("0 of 6 done")).to_be_visible()
    press(page, "1", "2", "3", "Minus")
    page.keyboard.press("Slash")
    expect(page.get_by_role("button", name="Not sure")).to_have_attribute("aria-pressed", "true")
    press(page, "1")
    saved(page)
    assert sessions.classes("walk") == ["apple", "apple", "banana", "cat", "skip"]
    answers = [a for r in sessions.workspace.session_records("walk") for a in r.answers]
    assert sum(answer.unsure for answer in answers) == 1
    assert all(answer.annotator == "ann" and answer.seconds for answer in answers)
    expect(page.get_by_text("4 of 6 done")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("Everything here is done")).to_be_visible()
    saved(page)
    assert sessions.classes("walk").count("banana") == 2


def test_going_back_undo_and_redo_change_earlier_answers(show, sessions):
    sessions.make("back", count=8)
    page = ready(show("labeller", props("back")))
    press(page, "1", "1", "1")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Your answer: apple")).to_be_visible()
    press(page, "3")
    saved(page)
    assert sessions.classes("back") == ["apple", "apple", "cat"]
    for _ in range(4):
        page.keyboard.press("Control+z")
    saved(page)
    expect(page.get_by_text("0 of 8 done")).to_be_visible()
    assert sessions.classes("back") == [], "every answer was taken back"
    for _ in range(4):
        page.keyboard.press("Control+Shift+z")
    saved(page)
    assert sessions.classes("back") == ["apple", "apple", "cat"]


def test_answers_of_earlier_visits_are_reached_by_going_back(show, sessions):
    session = sessions.make("visits", count=8)
    ops = [
        SessionAnswerInput(op_id=f"visits-{item}", item=item, value=LabelValue(classes=("banana",)))
        for item in (4, 2)
    ]
    sessions.workspace.answer_session(session.name, "ann", ops)
    page = ready(show("labeller", props("visits")))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".stage")).to_have_attribute("aria-label", "Sample 2")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".stage")).to_have_attribute("aria-label", "Sample 4")
    press(page, "1")
    saved(page)
    assert sessions.classes("visits") == ["apple", "banana"]


def test_several_classes_are_toggled_and_kept_as_a_draft_until_submitted(show, sessions):
    session = sessions.make("multi", count=5, answer="multi")
    page = ready(show("labeller", props("multi"), alone=True))
    item = page.locator(".stage").get_attribute("aria-label")
    page.keyboard.press("1")
    page.keyboard.press("3")
    page.get_by_role("button", name="Comment").click()
    page.get_by_role("textbox", name="Comment").fill("two of them")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not submitted yet · “two of them”")).to_be_visible()
    page.reload()
    ready(page)
    expect(page.locator(".stage")).to_have_attribute("aria-label", item or "")
    expect(page.get_by_text("Not submitted yet · “two of them”")).to_be_visible()
    expect(page.get_by_role("button", name="cat")).to_have_attribute("aria-pressed", "true")
    press(page, "Enter")
    saved(page)
    assert sessions.classes("multi") == ["apple+cat"]
    [record] = [r for r in sessions.workspace.session_records("multi") if r.answers]
    assert record.answers[0].comment == "two of them"
    page.keyboard.press("2")
    until(lambda: drafted(sessions, session.name) == ("banana",))  # the studio has the draft too


def test_newer_draft_of_another_machine_wins(show, sessions):
    session = sessions.make("elsewhere", count=3, answer="multi")
    page = ready(show("labeller", props("elsewhere"), alone=True))
    item = int((page.locator(".stage").get_attribute("aria-label") or "").split()[-1])
    page.keyboard.press("1")
    until(lambda: drafted(sessions, session.name) == ("apple",))
    draft = DraftInput(item=item, seq=2**52, value=LabelValue(classes=("cat",)))
    sessions.workspace.save_drafts(session.name, "ann", [draft])
    page.reload()
    ready(page)
    expect(page.get_by_role("button", name="cat")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="apple")).to_have_attribute("aria-pressed", "false")


@pytest.mark.drill
def test_failing_server_and_lost_replies_double_and_lose_nothing(show, sessions, tell):
    sessions.make("faults", count=30)
    page = ready(show("labeller", props("faults"), expected=("500", "503")))
    tell("session_fault", route="answers", status=500, times=1_000)
    press(page, "1", "2")
    expect(page.locator(".status")).to_have_text("offline, 2 waiting")
    tell("session_fault", route="answers", status=500, times=0)
    press(page, "3")
    saved(page)
    tell("session_fault", route="answers", status=-503, times=2)
    press(page, "1", "2")
    saved(page)
    assert sessions.classes("faults") == ["apple", "apple", "banana", "banana", "cat"]
    records = list(sessions.workspace.session_records("faults"))
    assert sum(len(record.answers) for record in records) == 5


@pytest.mark.drill
def test_answers_that_wait_survive_a_closed_page(show, sessions, tell):
    sessions.make("closed_page", count=30)
    page = ready(show("labeller", props("closed_page"), alone=True, expected=("503",)))
    tell("session_fault", route="answers", status=503, times=1_000)
    press(page, "1", "2", "3")
    expect(page.locator(".status")).to_have_text("offline, 3 waiting")
    page.reload()
    ready(page)
    assert sessions.classes("closed_page") == []
    tell("session_fault", route="answers", status=503, times=0)
    saved(page)
    assert sessions.classes("closed_page") == ["apple", "banana", "cat"]


def test_keys_are_remapped_for_one_person_and_conflicts_are_named(show, sessions):
    sessions.make("keys", count=9)
    page = ready(show("labeller", props("keys")))
    page.keyboard.press("F1")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Key of cat").click()
    page.keyboard.press("j")
    expect(dialog.get_by_role("button", name="Key of cat: J.")).to_be_visible()
    dialog.get_by_role("button", name="Key of banana").click()
    page.keyboard.press("1")
    expect(dialog.get_by_text("Also: apple")).to_be_visible()
    dialog.get_by_role("button", name="Key of banana").click()
    page.keyboard.press("9")
    expect(dialog.get_by_text("Also: apple")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="cat")).to_have_attribute("aria-keyshortcuts", "J")
    press(page, "j", "9", "1")
    saved(page)
    assert sessions.classes("keys") == ["apple", "banana", "cat"]
    kept = sessions.workspace.session_keys("keys", "ann")
    assert kept == {"class:cat": "KeyJ", "class:banana": "Digit9"}
    assert sessions.workspace.session_keys("keys", "bob") == {}


def test_instructions_greet_at_the_first_visit_only(show, sessions):
    classes = [{"name": "apple", "description": "Round.", "examples": [0, 3]}, {"name": "cat"}]
    sessions.make("greet", instructions="Look closely.", classes=classes)
    page = ready(show("labeller", props("greet"), alone=True))
    dialog = page.get_by_role("dialog")
    for text in ("Look closely.", "Round."):
        expect(dialog).to_contain_text(text)
    expect(dialog.get_by_role("img")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    expect(page.locator(".stage")).to_be_focused()
    press(page, "1")
    page.reload()
    ready(page)
    expect(dialog).not_to_be_visible()
    page.get_by_role("button", name="Help").click()
    expect(dialog).to_contain_text("Look closely.")


def test_a_grid_labels_selections_pages_and_undoes(show, sessions):
    sessions.make("grid", count=40)
    page = ready(show("labeller", props("grid", "grid", page_size=16)))
    page.get_by_role("listbox").focus()
    page.keyboard.press("1")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("2")
    until(lambda: names(page)[:6] == ["apple", "banana", "banana", "banana", "banana", ""])
    page.keyboard.press("Control+z")
    until(lambda: names(page)[:6] == ["apple", "", "", "", "", ""])
    page.keyboard.press("Control+Shift+z")
    saved(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 2 · 16 of 16 open · 11 set aside")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.press("3")
    expect(page.get_by_text("Everything on this page is answered.")).to_be_visible()
    page.keyboard.press("Control+ArrowLeft")
    until(lambda: names(page)[:2] == ["apple", "banana"])
    saved(page)
    assert sessions.classes("grid") == ["apple"] + ["banana"] * 4 + ["cat"] * 16
    for _ in range(2):
        page.keyboard.press("PageDown")
    expect(page.get_by_text("Page 3 · 8 of 8 open")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Page 4 · 11 of 11 open")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.press("Minus")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything here is done")).to_be_visible()
    saved(page)
    assert len(sessions.classes("grid")) == 40


def test_rubber_band_and_clicks_select(show, sessions):
    sessions.make("rubber", count=40)
    page = ready(show("labeller", props("rubber", "grid", page_size=36)))
    first = page.locator(".tile").nth(0).bounding_box()
    last = page.locator(".tile").nth(2).bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + 4, first["y"] + 4)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 20, steps=4)
    page.mouse.up()
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(3)
    page.locator(".tile").nth(5).click(modifiers=["Control"])
    page.get_by_role("button", name="cat").click()
    wanted = ["cat", "cat", "cat", "", "cat"]
    until(lambda: [names(page)[place] for place in (0, 1, 2, 3, 5)] == wanted)
    saved(page)
    assert sessions.classes("rubber") == ["cat"] * 4


def test_similar_samples_are_answered_by_one_key_after_outliers_were_clicked_away(show, sessions):
    sessions.make("similar", count=32, strategy="clusters")
    page = ready(show("labeller", props("similar", "grid", page_size=16)))
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(16)
    page.locator(".tile").nth(3).click()
    page.locator(".tile").nth(7).click()
    expect(page.get_by_text("2 samples left out.")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(2)
    page.keyboard.press("2")
    expect(page.get_by_text("Page 2 · 16 of 16 open")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Page 1 · 2 of 16 open")).to_be_visible()
    page.keyboard.press("3")
    saved(page)
    assert sessions.classes("similar") == ["apple"] * 14 + ["cat"] * 2


def test_suggestions_are_accepted_by_one_key(show, sessions):
    for name in ("suggested", "suggested_page"):
        sessions.make(name, count=12)
        said = [(item, LabelValue(classes=("banana",)), 0.93) for item in range(12)]
        sessions.workspace.suggest(name, said, "model fruit:3")
    page = ready(show("labeller", props("suggested")))
    expect(page.locator(".chip")).to_have_text("banana 93 %Enter")
    press(page, "Enter", "1", "Enter")
    saved(page)
    assert sessions.classes("suggested") == ["apple", "banana", "banana"]
    records = sessions.workspace.session_records("suggested")
    accepted = [answer.accepted for record in records for answer in record.answers]
    assert sorted(accepted) == [False, True, True]
    page = ready(show("labeller", props("suggested_page", "grid", page_size=12)))
    until(lambda: names(page) == ["banana"] * 12)
    expect(page.get_by_role("button", name="Accept 12")).to_be_enabled()
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything here is done")).to_be_visible()
    saved(page)
    assert sessions.classes("suggested_page") == ["banana"] * 11 + ["cat"]


def test_who_is_not_asked_and_what_is_closed_say_so(show, sessions):
    sessions.make("members", count=4, people=["bob", "eve"])
    page = show("labeller", props("members"))
    expect(page.get_by_text("They are: bob, eve.")).to_be_visible()
    sessions.make("shut", count=4)
    sessions.workspace.close_session("shut")
    page = show("labeller", props("shut"))
    expect(page.get_by_text("This session is closed")).to_be_visible()
    page = show("labeller", props("nowhere"), expected=("404",))
    expect(page.get_by_role("alert")).to_contain_text("nowhere")


def test_what_others_hold_is_waited_for(show, sessions):
    sessions.make("held", count=3)
    sessions.workspace.next_items("held", "bob", 3)
    page = show("labeller", props("held"))
    expect(page.get_by_text("Others hold what is left")).to_be_visible()
    sessions.workspace.release_items("held", "bob")
    page.get_by_role("button", name="Ask again").click()
    ready(page)
    press(page, "1")
    saved(page)
    assert sessions.classes("held") == ["apple"]


def test_renamed_classes_arrive_in_an_open_page(show, sessions):
    sessions.make("renamed", count=20)
    page = ready(show("labeller", props("renamed")))
    press(page, "1")
    saved(page)
    sessions.workspace.rename_session_class("renamed", "apple", "red apple", "boss")
    press(page, "1")
    saved(page)
    expect(page.get_by_role("button", name="red apple", exact=True)).to_be_visible()
    press(page, "1")
    saved(page)
    assert sessions.classes("renamed") == ["red apple"] * 3


def test_touch_labels_with_large_buttons(show, sessions):
    sessions.make("touch", count=5)
    page = show("labeller", props("touch"), width=390, height=844, touch=True)
    ready(page)
    apple = page.get_by_role("button", name="apple")
    box = apple.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 844, "the classes are in sight"
    apple.tap()
    page.get_by_role("button", name="Skip").tap()
    saved(page)
    assert sessions.classes("touch") == ["apple", "skip"]


def test_letters_are_classes_and_not_hotkeys_of_the_page(show, sessions):
    sessions.make("hotkeys", count=9, classes=[{"name": f"class {n}"} for n in range(40)])
    page = ready(show("labeller", props("hotkeys")))
    page.locator("body").evaluate("body => document.activeElement.blur()")
    press(page, "c", "r")
    page.get_by_role("searchbox").fill("class 39")
    page.keyboard.press("Enter")
    saved(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    found = sessions.classes("hotkeys")
    assert len(found) == 3
    assert "class 39" in found
    expect(page.get_by_text("Runs of the page: 1")).to_be_visible()
