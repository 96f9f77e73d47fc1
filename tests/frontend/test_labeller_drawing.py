from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

CLASSES = ("apple", "banana", "cat")


@pytest.fixture
def desk(show, sessions) -> Callable[..., Page]:
    """Makes a session of drawings and shows it to ann."""

    def open_desk(name: str, *, seconds: int = 30, drawings: int = 2, **shown) -> Page:
        sessions.make(name, count=12, answer="drawings", seconds=seconds, drawings=drawings)
        props = {"session": name, "annotator": "ann", "mode": "one"}
        page = show("labeller", props, **shown)
        page.locator(".paper").wait_for()
        return page

    return open_desk


def asked(page: Page) -> str:
    return page.locator(".ask").inner_text().removeprefix("Draw: ")


def stroke(page: Page, height: float = 0.5) -> None:
    box = page.locator(".paper").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] * height
    page.mouse.move(box["x"] + box["width"] * 0.2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, y + 5, steps=4)
    page.mouse.up()


def stored(sessions, name: str) -> dict[str, int]:
    counts: dict[str, int] = sessions.workspace.session_asks(name, "ann", 1)[1]
    return {class_name: count for class_name, count in counts.items() if count}


def test_what_is_asked_is_drawn_until_every_class_has_enough(desk, sessions):
    page = desk("draw_all")
    order = []
    for number in range(6):
        order.append(asked(page))
        stroke(page)
        stroke(page, 0.7)
        page.keyboard.press("Enter")
        if number < 5:
            expect(page.locator(".ask")).not_to_have_text(f"Draw: {order[-1]}")
    expect(page.get_by_text("Everything is drawn")).to_be_visible()
    expect(page.get_by_text("6 of 6 drawings")).to_be_visible()
    assert set(order) == set(CLASSES)
    assert all(one != other for one, other in pairwise(order))
    expect(page.get_by_role("status")).to_have_text("saved")
    assert stored(sessions, "draw_all") == dict.fromkeys(CLASSES, 2)
    expect(page.locator("code")).to_contain_text('"drawings": 6')


def test_the_clock_starts_with_the_first_stroke_and_saves_when_it_is_over(desk, sessions):
    page = desk("draw_time", seconds=3)
    first = asked(page)
    clock = page.get_by_role("timer")
    page.wait_for_timeout(1_200)
    expect(clock).to_have_text("3")
    stroke(page)
    box = page.locator(".paper").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()  # still drawing when the time is over: that stroke counts too
    page.mouse.move(box["x"] + 90, box["y"] + 90, steps=3)
    expect(page.get_by_role("button", name=f"Remove this drawing of {first}")).to_be_attached()
    assert asked(page) != first
    page.mouse.move(box["x"] + 140, box["y"] + 40, steps=3)
    page.mouse.up()
    expect(clock).to_have_text("3")
    expect(page.get_by_text("You have 3 seconds from the first stroke.")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")
    assert stored(sessions, "draw_time") == {first: 1}


def test_undo_clear_another_and_pause(desk, sessions):
    page = desk("draw_undo", seconds=30)
    first = asked(page)
    stroke(page)
    page.keyboard.press("Enter")
    expect(page.locator(".ask")).not_to_have_text(f"Draw: {first}")
    second = asked(page)
    stroke(page)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    page.keyboard.press("Minus")
    expect(page.locator(".ask")).not_to_have_text(f"Draw: {second}")
    page.keyboard.press("Control+z")  # nothing is drawn: the drawing before is taken back
    expect(page.locator(".ask")).to_have_text(f"Draw: {first}")
    expect(page.get_by_text("0 of 6 drawings")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")
    assert stored(sessions, "draw_undo") == {}

    stroke(page)
    page.get_by_role("button", name="Pause").click()
    clock = page.get_by_role("timer")
    left = clock.inner_text()
    page.wait_for_timeout(1_300)
    expect(clock).to_have_text(left)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Paused", exact=True)).to_have_count(0)
    expect(clock).not_to_have_text(left)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("saved")
    assert stored(sessions, "draw_undo") == {first: 1}


def test_nothing_drawn_is_lost_while_the_studio_is_away(desk, sessions, tell):
    tell("session_fault", route="asks", status=503, times=1)
    tell("session_fault", route="drawings", status=503, times=1_000)
    page = desk("draw_away", expected=("503",))
    for _ in range(3):
        stroke(page)
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("offline, 3 waiting")
    expect(page.get_by_text("3 of 6 drawings")).to_be_visible()
    tell("session_fault", route="drawings", status=503, times=0)
    expect(page.get_by_role("status")).to_have_text("saved")
    assert stored(sessions, "draw_away") == dict.fromkeys(CLASSES, 1)


def test_a_tap_right_after_a_fast_stroke_is_a_stroke_too(desk):
    page = desk("draw_touch", touch=True, width=390, height=844)
    client = page.context.new_cdp_session(page)
    page.locator(".paper").scroll_into_view_if_needed()
    box = page.locator(".paper").bounding_box()
    assert box is not None

    def touch(kind: str, *shares: float) -> None:
        points = [{"x": box["x"] + box["width"] * s, "y": box["y"] + 40} for s in shares]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.1)
    for share in (0.3, 0.6, 0.9):
        touch("touchMove", share)
    touch("touchEnd")
    touch("touchStart", 0.5)
    touch("touchEnd")
    undo = page.get_by_role("button", name="Undo")
    undo.tap()
    expect(undo).to_be_enabled()  # two strokes were there
    undo.tap()
    expect(undo).to_be_disabled()
