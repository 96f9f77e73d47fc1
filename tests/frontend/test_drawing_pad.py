from __future__ import annotations

import base64
import io
import math

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.compute.conftest import until


def draw_circle(page: Page, radius: float = 0.3, at: tuple[float, float] = (0.5, 0.5)) -> None:
    box = page.locator(".paper").bounding_box()
    assert box is not None
    points = [
        (
            box["x"] + box["width"] * (at[0] + radius * math.cos(step / 16 * 2 * math.pi)),
            box["y"] + box["height"] * (at[1] + radius * math.sin(step / 16 * 2 * math.pi)),
        )
        for step in range(17)
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=2)
    page.mouse.up()


def decode(image: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(image)))


def collect(name: str, **props):
    return {"mode": "collect", "collection": name, "class_name": "cat", **props}


def test_added_drawing_is_a_centred_grey_png_with_strokes(show, state):
    page = show("drawing_pad", collect("png"))
    expect(page.get_by_role("button", name="Add")).to_be_disabled()
    draw_circle(page, radius=0.1, at=(0.2, 0.2))
    page.keyboard.press("Enter")
    expect(page.get_by_text("cat: 1 drawing")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")

    (drawing,) = [one for one in state()["drawings"].values() if one["collection"] == "png"]
    ((xs, ys, ts),) = drawing["strokes"]
    assert len(xs) == len(ys) == len(ts) > 16
    assert all(isinstance(value, int) and 0 <= value <= 255 for value in [*xs, *ys])
    assert min(xs) < 40 < max(xs) < 100
    assert ts == sorted(ts)

    picture = decode(drawing["image"])
    assert (picture.mode, picture.size) == ("L", (28, 28))
    pixels = np.asarray(picture).astype(float)
    rows, columns = np.nonzero(pixels > 64)
    # 256 - 2 * 16 of 256 are 24.5 of 28 pixels, and half a line of 1.75 stands out on each side.
    for places in (rows, columns):
        assert 25 <= places.max() - places.min() + 1 <= 27
        assert abs((places.max() + places.min()) / 2 - 13.5) <= 0.5
    assert pixels[14, 14] == 0
    assert set(np.unique(pixels)) - {0, 255}, "edges are antialiased"


def test_undo_takes_back_a_stroke_and_remove_a_drawing(show, state):
    page = show("drawing_pad", collect("undo"))
    draw_circle(page)
    draw_circle(page, radius=0.1)
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status")).to_have_text("saved")
    (drawing,) = [one for one in state()["drawings"].values() if one["collection"] == "undo"]
    assert len(drawing["strokes"]) == 1

    page.get_by_role("button", name="Remove this drawing of cat").click()
    expect(page.get_by_text("cat: 0 drawings")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")
    assert not [one for one in state()["drawings"].values() if one["collection"] == "undo"]


def test_failing_server_loses_no_drawing_and_a_new_class_keeps_the_old_ones(show, state, tell):
    page = show("drawing_pad", collect("fail"), changed={"class_name": "dog"}, expected=("503",))
    tell("fault", route="drawings", status=503, times=1_000)
    draw_circle(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("offline, 1 waiting")
    tell("fault", route="drawings", status=503, times=0)
    draw_circle(page)
    page.get_by_text("Change the props").click()
    expect(page.get_by_text("dog: 0 drawings")).to_be_visible()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("dog: 1 drawing")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("saved")
    kept = [
        one["class_name"] for one in state()["drawings"].values() if one["collection"] == "fail"
    ]
    assert kept == ["cat", "dog"]


def test_notify_reruns_the_page_with_the_count(show):
    page = show("drawing_pad", collect("notify", notify=True))
    for total in ("1", "2"):
        draw_circle(page)
        page.keyboard.press("Enter")
        expect(page.locator("code")).to_have_text(total)


def test_prediction_shows_five_bars_and_follows_the_strokes(show, state):
    page = show("drawing_pad", {"mode": "predict", "endpoint": "fish"})
    expect(page.get_by_text("The model answers after every stroke.")).to_be_visible()
    before = len(state()["predictions"])
    draw_circle(page)
    rows = page.locator(".bars li")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("fish")
    expect(rows.first).to_contain_text("%")
    expect(page.get_by_text("answered in 1.2 ms")).to_be_visible()
    first = rows.first.inner_text()
    draw_circle(page, radius=0.1)
    expect(rows.first).not_to_have_text(first, use_inner_text=True)
    until(lambda: len(state()["predictions"]) == before + 2)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("The model answers after every stroke.")).to_be_visible()
    expect(page.get_by_text("Runs of the page: 1")).to_be_visible()


def test_refused_prediction_says_what_why_and_how_to_go_on(show, tell):
    page = show("drawing_pad", {"mode": "predict", "endpoint": "fish"}, expected=("409",))
    tell("fault", route="predict", status=409, times=1)
    draw_circle(page)
    alert = page.get_by_role("alert")
    for sentence in ("The harness was told to fail.", "A test asked for it.", "Wait, or ask"):
        expect(alert).to_contain_text(sentence)
    alert.get_by_role("button", name="Try again").click()
    expect(page.locator(".bars li")).to_have_count(5)
    expect(alert).to_have_count(0)
