from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from studio.core.label_answer import LabelValue
from studio.core.sample import Box
from tests.compute.conftest import until

SIDE = 240
PIXEL = 1 / SIDE


@pytest.fixture
def desk(show, sessions) -> Callable[..., Page]:
    """Makes a session of boxes, shows it to ann, and waits for its first picture."""

    def open_desk(name: str, *, count: int = 6, touch: bool = False, **shown) -> Page:
        sessions.make(name, count=count, side=SIDE, answer="boxes")
        return opened(show, name, touch=touch, **shown)

    return open_desk


def opened(show, name: str, *, touch: bool = False, **shown) -> Page:
    props = {"session": name, "annotator": "ann", "mode": "one"}
    page = show("labeller", props, touch=touch, **shown)
    stage = page.locator(".box-stage")
    stage.wait_for()
    if page.locator("dialog[open]").count():
        page.keyboard.press("Escape")
    expect(page.locator(".box-empty")).to_be_hidden()
    stage.focus()
    return page


def picture(page: Page) -> dict[str, float]:
    """Where the picture lies on the screen."""
    box = page.locator(".box-sheet").bounding_box()
    assert box is not None
    return dict(box)


def steady(page: Page) -> None:
    """Wait until the picture stays where it is: wheels are turned, and noticed later."""
    seen: list[dict[str, float]] = []
    while len(seen) < 3 or seen[-1] != seen[-3]:
        seen.append(picture(page))
        page.wait_for_timeout(60)


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    seen = picture(page)
    return seen["x"] + seen["width"] * x, seen["y"] + seen["height"] * y


def drag(page: Page, *points: tuple[float, float], button: str = "left") -> None:
    """Drags through shares of the picture."""
    places = [at(page, *point) for point in points]
    page.mouse.move(*places[0])
    page.mouse.down(button=button)
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up(button=button)


def chips(page: Page) -> Locator:
    return page.locator(".box-chip")


def submitted(page: Page, sessions, name: str) -> tuple[Box, ...]:
    """Submits, and returns the boxes of the only answer."""
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("saved")
    (value,) = sessions.values(name).values()
    assert value is not None
    return value.boxes


def edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.left + box.width, box.top + box.height


def test_boxes_are_drawn_named_undone_and_stored(desk, sessions):
    page = desk("boxes_draw")
    drag(page, (0.2, 0.3), (0.5, 0.6))
    page.keyboard.press("2")
    drag(page, (0.95, 0.9), (0.7, 1.4))  # upwards is as good, and outside is the edge
    expect(chips(page)).to_have_text(["banana", "banana"])
    page.keyboard.press("Control+z")
    expect(chips(page)).to_have_text(["banana"])
    page.keyboard.press("Control+z")
    expect(chips(page)).to_have_text(["apple"])
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    expect(chips(page)).to_have_text(["banana", "banana"])
    first, second = submitted(page, sessions, "boxes_draw")
    assert edges(first) == pytest.approx((0.2, 0.3, 0.5, 0.6), abs=0.01)
    assert edges(second) == pytest.approx((0.7, 0.9, 0.95, 1), abs=0.01)
    assert (first.class_name, second.class_name) == ("banana", "banana")


def test_boxes_are_moved_resized_and_turned_over_but_stay_in_the_picture(desk, sessions):
    page = desk("boxes_change")
    drag(page, (0.3, 0.3), (0.6, 0.6))
    drag(page, (0.45, 0.5), (0.45, 0.7))  # its inside moves it
    drag(page, (0.6, 0.8), (0.2, 0.9))  # its lower right corner, over to the other side
    drag(page, (0.25, 0.7), (-0.5, 0.7))  # against the edge
    (box,) = submitted(page, sessions, "boxes_change")
    assert edges(box) == pytest.approx((0, 0.5, 0.1, 0.9), abs=0.015)


def test_a_box_can_be_drawn_inside_another_and_the_smaller_one_is_chosen(desk):
    page = desk("boxes_nested")
    drag(page, (0.1, 0.1), (0.9, 0.9))
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    drag(page, (0.4, 0.4), (0.6, 0.6))
    page.keyboard.press("Escape")
    expect(chips(page)).to_have_text(["apple", "cat"])
    page.mouse.click(*at(page, 0.5, 0.5))
    expect(chips(page).nth(1)).to_have_attribute("aria-pressed", "true")
    page.mouse.click(*at(page, 0.2, 0.2))
    expect(chips(page).nth(0)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Delete")
    expect(chips(page)).to_have_text(["cat"])


def test_boxes_are_made_and_changed_by_keys_alone(desk, sessions):
    page = desk("boxes_keys")
    stage = page.get_by_role("application")
    stage.focus()
    page.keyboard.press("Insert")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("Alt+Shift+ArrowDown")
    page.keyboard.press("3")
    page.get_by_role("button", name="New box").click()
    page.keyboard.press("Tab")  # behind the last one the focus goes on
    expect(stage).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(stage).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_text("cat, box 1 of 2")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Backspace")
    expect(page.get_by_text("cat removed, 1 box left")).to_have_count(1)
    (box,) = submitted(page, sessions, "boxes_keys")
    assert box.class_name == "cat"
    expected = (0.35 + PIXEL, 0.35 + 10 * PIXEL, 0.65, 0.65 + 20 * PIXEL)
    assert edges(box) == pytest.approx(expected, abs=1e-5)


def test_zoom_keeps_the_point_below_the_pointer_and_boxes_drawn_there_are_right(desk, sessions):
    page = desk("boxes_zoom")
    x, y = at(page, 0.25, 0.75)
    page.mouse.move(x, y)
    for _ in range(4):
        page.mouse.wheel(0, -200)
    until(lambda: picture(page)["width"] > 2 * 300)
    steady(page)
    assert at(page, 0.25, 0.75) == pytest.approx((x, y), abs=1.5)
    before = picture(page)
    page.keyboard.down("Space")
    drag(page, (0.25, 0.75), (0.28, 0.72))
    page.keyboard.up("Space")
    drag(page, (0.28, 0.72), (0.3, 0.7), button="middle")
    after = picture(page)
    assert after["x"] - before["x"] == pytest.approx(0.05 * before["width"], abs=3)
    expect(chips(page)).to_have_count(0)
    drag(page, (0.2, 0.7), (0.3, 0.8))
    page.keyboard.press("Equal")
    expect(page.locator(".box-zoom")).to_have_text("100 %")
    (box,) = submitted(page, sessions, "boxes_zoom")
    assert edges(box) == pytest.approx((0.2, 0.7, 0.3, 0.8), abs=0.005)


def test_suggested_boxes_are_taken_over_by_one_key_and_boxes_copied_from_before(show, sessions):
    sessions.make("boxes_suggested", count=3, side=SIDE, answer="boxes")
    box = Box(class_name="cat", left=0.1, top=0.2, width=0.3, height=0.4)
    value = LabelValue(boxes=(box, box.model_copy(update={"left": 0.5})))
    sessions.workspace.suggest(
        "boxes_suggested", [(item, value, 0.9) for item in range(3)], "file boxes.json"
    )
    page = opened(show, "boxes_suggested")
    expect(page.locator(".box-name.suggested")).to_have_text(["cat?", "cat?"])
    page.mouse.click(*at(page, 0.2, 0.4))
    expect(chips(page)).to_have_text(["cat"])
    page.get_by_role("button", name="Take 1 suggested box").click()
    expect(chips(page)).to_have_text(["cat", "cat"])
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(0)
    page.keyboard.press("KeyP")
    expect(chips(page)).to_have_text(["cat", "cat"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("saved")
    assert [v and v.boxes for v in sessions.values("boxes_suggested").values()] == [value.boxes] * 2


def touch(client: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    client.send(
        "Input.dispatchTouchEvent",
        {
            "type": kind,
            "touchPoints": [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)],
        },
    )


def stroke(client: CDPSession, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Swipes fast with one finger."""
    touch(client, "touchStart", start)
    for share in (0.35, 0.7, 1):
        touch(
            client,
            "touchMove",
            tuple(a + (b - a) * share for a, b in zip(start, end, strict=True)),  # type: ignore[arg-type]
        )
    touch(client, "touchEnd")


def test_one_finger_draws_and_two_fingers_zoom(desk):
    page = desk("boxes_touch", touch=True, width=390, height=844)
    client = page.context.new_cdp_session(page)
    page.locator(".box-stage").scroll_into_view_if_needed()
    stroke(client, at(page, 0.2, 0.2), at(page, 0.5, 0.5))
    expect(chips(page)).to_have_count(1)
    # At once, as people do: a browser that takes the stroke for a fling would eat this tap.
    touch(client, "touchStart", at(page, 0.8, 0.8))
    touch(client, "touchEnd")
    expect(chips(page).first).to_have_attribute("aria-pressed", "false")
    before = picture(page)
    left, right = at(page, 0.4, 0.5), at(page, 0.6, 0.5)
    touch(client, "touchStart", left)
    touch(client, "touchStart", left, right)
    for step in (15, 30, 45):
        touch(client, "touchMove", (left[0] - step, left[1] + 10), (right[0] + step, right[1] + 10))
    touch(client, "touchEnd", (left[0] - 45, left[1] + 10))
    touch(client, "touchEnd")
    until(lambda: picture(page)["width"] > before["width"] * 1.5)
    expect(chips(page)).to_have_count(1)
    page.get_by_role("button", name="Fit").tap()
    until(lambda: picture(page)["width"] == pytest.approx(before["width"], abs=1))
