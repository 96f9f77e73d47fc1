from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.conftest import FAKE_CAMERA, PATIENCE

JPEG = "ffd8ff"
Show = Callable[..., Page]
setups = itertools.count(1)


def cameras(
    base: str, browser_type: BrowserType, launch_args: dict[str, Any], *flags: str
) -> Iterator[Show]:
    """Opens a browser of its own; each component shown takes the place of the one before."""
    usual = [flag for flag in launch_args["args"] if flag not in FAKE_CAMERA]
    arguments = {**launch_args, "args": [*usual, *flags]}
    browser: Browser = browser_type.launch(**arguments)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(base)

    def show(changed: dict[str, Any] | None = None, **props: Any) -> Page:
        key = f"camera {next(setups)}"
        props = {"class_name": "cat", **props}
        setup = {"key": key, "component": "camera", "props": props, "changed": changed}
        page.get_by_label("Setup").fill(json.dumps(setup))
        page.get_by_label("Setup").press("Enter")
        page.get_by_text(f"Setup {key}", exact=True).wait_for()
        expect(page.locator(".camera")).to_have_count(1)
        return page

    yield show
    browser.close()


@pytest.fixture(scope="module")
def show(base, browser_type, browser_type_launch_args) -> Iterator[Show]:
    """A browser with a camera, which shows a pattern that moves and may be used without asking."""
    yield from cameras(base, browser_type, browser_type_launch_args, *FAKE_CAMERA)


@pytest.fixture
def show_without_camera(base, browser_type, browser_type_launch_args) -> Iterator[Show]:
    """A browser on a machine that has no camera."""
    yield from cameras(base, browser_type, browser_type_launch_args, FAKE_CAMERA[1])


@pytest.fixture
def show_forbidden(base, browser_type, browser_type_launch_args) -> Iterator[Show]:
    """A browser with a camera that it lends to nobody."""
    flags = (FAKE_CAMERA[0], "--deny-permission-prompts")
    yield from cameras(base, browser_type, browser_type_launch_args, *flags)


def live(page: Page) -> Page:
    expect(page.locator(".view.live")).to_be_focused()
    return page


def saved(page: Page) -> None:
    expect(page.locator(".status")).to_have_text("saved")


def value(page: Page) -> dict[str, Any]:
    expect(page.locator("code")).to_contain_text("upload")
    return json.loads(page.locator("code").inner_text())


def is_running(page: Page) -> bool:
    return page.locator("video").evaluate(
        "video => video.srcObject !== null && video.srcObject.active"
    )


def test_pictures_land_in_an_upload_under_their_class(show, state):
    page = live(show(changed={"class_name": "a/b"}))
    page.keyboard.press("Space")
    page.get_by_role("button", name="Take a picture").click()
    expect(page.get_by_text("cat: 2 pictures")).to_be_visible()
    saved(page)
    page.get_by_text("Change the props").click()
    expect(page.get_by_text("a/b: 0 pictures")).to_be_visible()
    page.get_by_role("button", name="Take a picture").click()
    expect(page.locator("code")).to_contain_text('"total": 3')
    shots = value(page)
    assert shots["counts"] == {"cat": 2, "a/b": 1}
    files = state()["uploads"][shots["upload"]]
    assert sorted(name.split("/")[0] for name in files) == ["a-b", "cat", "cat"]
    assert all(name.endswith(".jpg") for name in files)
    heads = state()["heads"][shots["upload"]].values()
    assert {head[:6] for head in heads} == {JPEG}
    assert all(size > 1_000 for size in files.values())


def test_saved_picture_is_a_square_of_the_wanted_size(show):
    page = live(show(size=96))
    page.keyboard.press("Space")
    picture = page.get_by_role("img", name="picture of cat")
    sides = picture.evaluate(
        "async img => (await img.decode(), [img.naturalWidth, img.naturalHeight])"
    )
    assert sides == [96, 96]


def test_holding_records_about_ten_a_second_and_reports_once(show):
    page = live(show())
    box = page.get_by_role("button", name="Hold to record").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    began = time.monotonic()
    page.mouse.down()
    expect(page.get_by_role("button", name="Recording…")).to_be_visible()
    expect(page.locator(".badge")).to_have_text(re.compile(r"[89]|\d\d"))
    page.mouse.up()
    held = time.monotonic() - began
    expect(page.get_by_role("button", name="Hold to record")).to_be_visible()
    saved(page)
    shots = value(page)
    assert 8 <= shots["total"] <= 10 * held + 5
    expect(page.get_by_text("Runs of the page: 2")).to_be_visible()
    page.wait_for_timeout(400)
    assert value(page) == shots, "nothing is taken after the button was let go"


def test_key_held_on_the_record_button_records_until_it_is_let_go(show):
    page = live(show())
    page.get_by_role("button", name="Hold to record").focus()
    page.keyboard.down("Space")
    expect(page.locator(".badge")).to_have_text(re.compile(r"[3-9]|\d\d"))
    page.keyboard.up("Space")
    saved(page)
    assert value(page)["total"] >= 3


def test_removed_picture_is_gone_from_the_upload(show, state):
    page = live(show())
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    expect(page.get_by_text("cat: 2 pictures")).to_be_visible()
    saved(page)
    page.get_by_role("button", name="Remove this picture of cat").first.click()
    expect(page.get_by_text("cat: 1 picture", exact=True)).to_be_visible()
    expect(page.locator("code")).to_contain_text('"total": 1')
    assert len(state()["uploads"][value(page)["upload"]]) == 1


def test_pictures_wait_for_a_failing_studio(show, state, tell):
    page = live(show())
    tell("fault", route="files", status=503, times=1_000)
    page.keyboard.press("Space")
    expect(page.locator(".status")).to_have_text("offline, 1 waiting")
    tell("fault", route="files", status=503, times=0)
    page.keyboard.press("Space")
    saved(page)
    assert value(page)["counts"] == {"cat": 2}


def test_refused_picture_is_explained_and_can_be_discarded(show, tell):
    page = live(show())
    tell("fault", route="files", status=413, times=1)
    page.keyboard.press("Space")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The harness was told to fail.")
    alert.get_by_role("button", name="Discard 1 picture").click()
    expect(page.get_by_text("cat: 0 pictures")).to_be_visible()
    page.keyboard.press("Space")
    expect(alert).to_have_count(0)


def test_given_upload_is_continued(show, state):
    first = live(show())
    first.keyboard.press("Space")
    upload = value(first)["upload"]
    page = live(show(upload=upload, class_name="dog"))
    page.keyboard.press("Space")
    assert value(page)["upload"] == upload
    assert len(state()["uploads"][upload]) == 2


def test_hidden_page_lets_the_camera_go_and_takes_it_back(show):
    page = live(show())
    hide = """hidden => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    assert not is_running(page)
    expect(page.get_by_role("button", name="Take a picture")).to_be_disabled()
    page.evaluate(hide, False)
    expect(page.get_by_role("button", name="Take a picture")).to_be_enabled()
    assert is_running(page)


def test_leaving_the_page_ends_the_camera(show):
    page = live(show())
    page.locator("video").evaluate("video => { window.track = video.srcObject.getTracks()[0]; }")
    assert page.evaluate("window.track.readyState") == "live"
    page.get_by_text("Leave the page").click()
    page.wait_for_function("window.track.readyState === 'ended'")


def test_without_a_class_nothing_is_taken(show):
    page = live(show(class_name=None))
    expect(page.get_by_text("Choose a class to take pictures of.")).to_be_visible()
    expect(page.get_by_role("button", name="Take a picture")).to_be_disabled()


def test_missing_camera_is_said_in_words(show_without_camera):
    page = show_without_camera()
    expect(page.get_by_role("alert")).to_contain_text("There is no camera.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_refused_permission_says_how_to_give_it(show_forbidden):
    page = show_forbidden()
    page.get_by_role("button", name="Start the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("This page may not use the camera.")
    expect(page.get_by_role("alert")).to_contain_text("allow the camera")


def test_address_without_https_is_explained(show):
    page = show(class_name="nothing yet")
    page.evaluate("""() => Object.defineProperty(
        navigator, "mediaDevices", { configurable: true, get: () => undefined })""")
    page = show()
    expect(page.get_by_role("alert")).to_contain_text("only over HTTPS")
    page.evaluate("() => delete navigator.mediaDevices")
    page.get_by_role("button", name="Try again").click()
    live(page)
