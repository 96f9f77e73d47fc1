from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studio.core.label_answer import LabelValue, SessionAnswerInput, Span
from studio.core.sample import Box
from tests.compute.conftest import until
from tests.frontend.sessions import SENTENCE, Sessions

Value = LabelValue | Callable[[int], LabelValue]


def of_class(*names: str) -> LabelValue:
    return LabelValue(classes=names)


def boxed(name: str, left: float) -> LabelValue:
    return LabelValue(boxes=(Box(class_name=name, left=left, top=0.2, width=0.3, height=0.4),))


def answered(sessions: Sessions, name: str, **said: LabelValue) -> None:
    """Let people answer every sample of a session, each always the same."""
    for person, value in said.items():
        given = sessions.workspace.next_items(name, person, 20).items
        ops = [
            SessionAnswerInput(
                op_id=f"{name}-{person}-{item.item}",
                item=item.item,
                value=value,
                unsure=person == "bob",
                comment="Look at the ears." if person == "bob" else "",
            )
            for item in given
        ]
        sessions.workspace.answer_session(name, person, ops)


def decided(sessions: Sessions, name: str) -> list[tuple[str, LabelValue | None, str]]:
    return [(r.state, r.value, r.decided_by) for r in sessions.workspace.session_records(name)]


def states(sessions: Sessions, name: str) -> list[str]:
    return [state for state, _, _ in decided(sessions, name)]


@pytest.fixture
def review(show) -> Callable[..., Page]:
    """Shows a session's review to rita."""

    def open_review(name: str, *, queue: str = "disputed", **shown) -> Page:
        props = {"session": name, "annotator": "rita", "mode": "review", "queue": queue}
        page = show("labeller", props, **shown)
        page.locator(".review").wait_for()
        return page

    return open_review


def test_one_key_accepts_an_answer_the_majority_or_an_own_one_and_undo_reopens(review, sessions):
    sessions.make("review_keys", count=4, overlap=3)
    cat, apple = of_class("cat"), of_class("apple")
    answered(sessions, "review_keys", ann=cat, bob=apple, cem=cat)
    page = review("review_keys")
    expect(page.get_by_role("tab", name="Disagreements 4")).to_be_visible()
    card = page.get_by_role("article", name="Answer of bob")
    for text in ("apple", "unsure", "Look at the ears."):
        expect(card).to_contain_text(text)
    expect(page.get_by_role("button", name="Accept cat (2 of 3)")).to_be_enabled()
    page.locator(".review-main").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".review-title")).to_contain_text("2 of 4")
    page.keyboard.press("2")
    expect(page.locator(".review-title")).to_contain_text("3 of 4")
    page.keyboard.press("Shift+2")
    expect(page.get_by_role("tab", name="Disagreements 1")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")
    banana = of_class("banana")
    mine = [("settled", value, "rita") for value in (cat, apple, banana)]
    assert decided(sessions, "review_keys") == [*mine, ("disputed", None, "")]

    page.keyboard.press("Control+z")
    expect(page.locator(".review-title")).to_contain_text("3 of 4")
    expect(page.get_by_role("tab", name="Disagreements 2")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("article", name="What counts")).to_contain_text("by rita")
    page.keyboard.press("KeyU")
    expect(page.get_by_role("tab", name="Disagreements 3")).to_be_visible()
    until(lambda: states(sessions, "review_keys") == ["settled", *["disputed"] * 3])


def test_an_answer_is_sent_back_with_a_comment_and_can_be_called_back(review, sessions):
    sessions.make("review_back", count=2, overlap=2)
    answered(sessions, "review_back", ann=of_class("cat"), bob=of_class("apple"))
    page = review("review_back")
    expect(page.get_by_role("button", name="The answers are split")).to_be_disabled()
    page.get_by_role("button", name="Send the answer back to bob").click()
    page.get_by_label("Comment").fill("Is it not a cat?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Sent back 1")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")
    (returned,) = [
        item
        for item in sessions.workspace.next_items("review_back", "bob", 5).items
        if item.standing == "returned"
    ]
    assert returned.returned == "Is it not a cat?"
    page.keyboard.press("KeyN")
    expect(page.get_by_label("Send back to", exact=True)).to_have_value("ann")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("tab", name="Sent back 0")).to_be_visible()
    until(lambda: states(sessions, "review_back") == ["disputed"] * 2)


def test_lists_are_tabs_and_empty_ones_say_so(review, sessions):
    sessions.make("review_tabs", count=3, overlap=2)
    answered(sessions, "review_tabs", ann=of_class("cat"), bob=of_class("cat"))
    page = review("review_tabs")
    expect(page.get_by_text("No disagreements")).to_be_visible()
    tab = page.get_by_role("tab", name="Disagreements 0")
    tab.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Somebody was unsure 3")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.locator(".review-tile")).to_have_count(3)
    page.locator(".review-tile").nth(2).click()
    expect(page.locator(".review-title")).to_contain_text("3 of 3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have been through this list")).to_be_visible()
    page.get_by_role("tab", name="Decided 1").click()
    expect(page.get_by_role("article", name="What counts")).to_contain_text("cat")
    page.get_by_role("button", name="Reopen").click()
    expect(page.get_by_role("tab", name="Decided 0")).to_be_visible()


def test_boxes_of_all_are_shown_and_can_be_changed_before_they_are_accepted(review, sessions):
    sessions.make("review_boxes", count=2, side=240, overlap=2, answer="boxes")
    answered(sessions, "review_boxes", ann=boxed("cat", 0.1), bob=boxed("cat", 0.6))
    page = review("review_boxes")
    names = page.locator(".box-name.other")
    expect(names).to_have_count(2)
    page.get_by_role("button", name="Show these boxes").first.click()
    expect(names).to_have_count(1)
    page.get_by_role("article", name="Answer of bob").get_by_role("button", name="Edit").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+2")
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="Accept your 1 box").click()
    expect(page.get_by_role("tab", name="Decided 1")).to_be_visible()
    until(lambda: states(sessions, "review_boxes")[0] == "settled")
    state, value, who = decided(sessions, "review_boxes")[0]
    assert (state, who) == ("settled", "rita")
    assert value is not None
    assert value.boxes[0].class_name == "banana"
    assert value.boxes[0].left == pytest.approx(0.6 - 10 / 240, abs=1e-5)
    page.keyboard.press("1")
    expect(page.get_by_role("tab", name="Decided 2")).to_be_visible()
    until(lambda: decided(sessions, "review_boxes")[1][1] == boxed("cat", 0.1))


def test_spans_are_marked_in_the_text_and_an_own_class_keeps_them(review, sessions):
    sessions.make("review_texts", texts=[SENTENCE, "Short."], overlap=2, spans=True)
    start = SENTENCE.index("🍵")
    cup = LabelValue(classes=("cat",), spans=(Span(start=start, end=start + 5, class_name="cat"),))
    people = {"ann": cup, "bob": of_class("apple")}
    for person, value in people.items():
        item = sessions.workspace.items_of("review_texts", person, [0])[0].item
        sessions.workspace.next_items("review_texts", person, 2)
        op = SessionAnswerInput(op_id=f"review_texts-{person}", item=item, value=value)
        sessions.workspace.answer_session("review_texts", person, [op])
    page = review("review_texts")
    expect(page.locator("mark")).to_have_text("🍵 and")
    expect(page.get_by_role("article", name="Answer of ann").locator("q")).to_have_text("🍵 and")
    page.locator(".review-main").focus()
    page.keyboard.press("Shift+2")
    expect(page.get_by_role("tab", name="Decided 1")).to_be_visible()
    wanted = ("settled", cup.model_copy(update={"classes": ("banana",)}), "rita")
    until(lambda: wanted in decided(sessions, "review_texts"))


def test_decisions_wait_while_the_studio_is_away_and_refused_ones_say_why(review, sessions, tell):
    sessions.make("review_away", count=3, overlap=2)
    answered(sessions, "review_away", ann=of_class("cat"), bob=of_class("apple"))
    page = review("review_away", expected=("503", "409"))
    tell("session_fault", route="reviews", status=503, times=1_000)
    page.locator(".review-main").focus()
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.get_by_role("status")).to_have_text("offline, 2 waiting")
    tell("session_fault", route="reviews", status=503, times=0)
    expect(page.get_by_role("status")).to_have_text("saved")
    assert states(sessions, "review_away").count("settled") == 2
    sessions.workspace.close_session("review_away")
    page.keyboard.press("1")
    expect(page.get_by_role("alert")).to_contain_text("The session review_away is closed.")
    page.get_by_role("button", name="Discard 1 decision").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_review_fits_a_phone(review, sessions):
    sessions.make("review_phone", count=3, side=240, overlap=2, answer="boxes")
    answered(sessions, "review_phone", ann=boxed("cat", 0.1), bob=boxed("cat", 0.6))
    page = review("review_phone", width=390, height=844, touch=True)
    expect(page.locator(".box-name.other")).to_have_count(2)
    page.get_by_role("button", name="Accept the answer of bob: 1 box").tap()
    expect(page.get_by_role("status")).to_have_text("saved")
    sticking_out = page.evaluate(
        """() => [...document.querySelectorAll("*")].map(e => e.shadowRoot).filter(Boolean)
          .flatMap(root => [...root.querySelectorAll(".studio *:not(.visually-hidden)")])
          .filter(e => e.getClientRects().length && !e.closest("svg, .box-sheet, .review-tabs, .review-tiles"))
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"""
    )
    assert sticking_out == []
