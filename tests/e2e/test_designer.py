"""The designer in a real browser: draw a pipeline, run it, change one thing, run it again, take it back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.core.pipeline import Pipeline
from studio.core.sources import DigitsSource
from studio.workspace import Workspace
from tests.compute.conftest import until
from tests.e2e.conftest import Studio, enter, press, settle, tab

SCREENSHOTS = Path(__file__).parent / "screenshots"

pytestmark = pytest.mark.e2e


def shoot(page: Page, name: str) -> None:
    """Keep a picture for the README when `make screenshots` asks for it."""
    if os.environ.get("STUDIO_SCREENSHOTS"):
        SCREENSHOTS.mkdir(exist_ok=True)
        expect(page.get_by_test_id("stToast")).to_have_count(0)
        page.wait_for_timeout(1500)
        page.screenshot(path=SCREENSHOTS / f"{name}.png")


def node(page: Page, name: str) -> Locator:
    """Return a node of the canvas."""
    return page.locator(f'.react-flow__node[data-id="{name}"]')


def at_the_canvas(page: Page) -> None:
    """Bring the keys to the canvas."""
    settle(page)
    stage = page.locator(".stage")
    stage.focus()
    expect(stage).to_be_focused()


def select(page: Page, name: str) -> None:
    """Select a node, with all of the drawing in view, and wait for its panel."""
    at_the_canvas(page)
    page.keyboard.press("f")
    page.wait_for_timeout(400)
    one = page.locator(f'.react-flow__node.selected[data-id="{name}"]')
    press(page, node(page, name), one)
    page.wait_for_timeout(300)  # the canvas says so a little later
    settle(page)


def add(page: Page, words: str) -> None:
    """Take the first component of the palette that has these words, by keyboard."""
    canvas, search = page.locator(".stage"), page.get_by_label("Search the palette")
    at_the_canvas(page)
    before = canvas.get_attribute("aria-label") or ""  # it says how many nodes there are
    page.keyboard.press("/")
    expect(search).to_be_focused()
    search.fill(words)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(canvas).not_to_have_attribute("aria-label", before)
    settle(page)


def submit(page: Page, workspace: Workspace, expected: str = "") -> None:
    """Submit the draft; the dialog says what will be reused, and stays whatever runs anew beneath it."""
    before, dialog = len(workspace.runs()), page.get_by_role("dialog")
    press(page, page.get_by_role("button", name="Submit", exact=True), dialog)
    expect(dialog).to_contain_text(expected)
    now = dialog.get_by_role("button", name="Submit the run")
    press(page, now, lambda: len(workspace.runs()) > before)
    expect(dialog).to_have_count(0)


def test_a_pipeline_is_drawn_run_changed_run_again_and_undone(
    studio: Studio, strict_page: Page
) -> None:
    page, workspace = strict_page, studio.workspace()
    workspace.add_dataset("digits", DigitsSource())

    def drawing() -> Pipeline:
        return workspace.draft("pipeline").draft.pipeline

    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto(f"{studio.url}/designer")
    press(page, "Start with an empty canvas", page.locator(".stage"))
    settle(page)

    # What is added is wired to the selected node; the second input of the evaluation is wired by keys.
    press(page, page.get_by_role("button", name="digits", exact=True), node(page, "dataset"))
    add(page, "divides training")
    add(page, "model learn from the training")
    add(page, "known classes")
    at_the_canvas(page)
    page.keyboard.press("c")
    ports = page.get_by_label("Search ports")
    expect(ports).to_be_focused()
    ports.fill("split")
    page.keyboard.press("Enter")
    expect(ports).to_have_count(0)
    select(page, "split")
    add(page, "random share")
    expect(page.get_by_role("status").filter(has_text="saved")).to_be_visible()
    until(lambda: len(drawing().links) == 5)
    drawn = drawing()
    assert [n.component for n in drawn.nodes] == ["dataset", "split", "train", "evaluate", "sample"]
    assert {(link.source, link.target, link.target_port) for link in drawn.links} == {
        ("dataset", "split", "dataset"), ("split", "train", "dataset"), ("train", "evaluate", "model"),
        ("split", "evaluate", "dataset"), ("split", "sample", "dataset"),
    }  # fmt: skip

    # A setting is an edit of the draft like any other.
    select(page, "train")
    for title, value in (("Epochs", "3"), ("Batch size (samples)", "32")):
        enter(page.get_by_role("spinbutton", name=title, exact=True), value, "Enter")
    until(lambda: drawing().node("train").params == {"epochs": 3, "batch_size": 32})

    submit(page, workspace)
    expect(node(page, "dataset")).to_contain_text("completed")
    expect(page.get_by_text("pipeline: 5 of 5 nodes done in")).to_be_visible(timeout=180_000)
    for name in ("split", "train", "evaluate", "sample"):
        expect(node(page, name)).to_contain_text("completed")
    select(page, "evaluate")
    tab(page, "Output")
    expect(page.get_by_test_id("stMetric").filter(has_text="Accuracy")).to_be_visible()
    shoot(page, "designer")

    # One slider moved: what does not depend on it is taken from the run before.
    select(page, "sample")
    tab(page, "Settings")
    slider = page.get_by_role("slider", name="Share")
    slider.press("ArrowRight")
    expect(slider).to_have_value("15")
    until(lambda: drawing().node("sample").params != {})
    submit(page, workspace, "4 of 5 nodes have been done before")
    expect(page.get_by_text("4 were taken from earlier runs, which saved")).to_be_visible(timeout=180_000)  # fmt: skip
    expect(node(page, "train")).to_contain_text("reused")
    expect(node(page, "sample")).to_contain_text("completed")

    # Undo takes the slider back, in the panel, too.
    expect(slider).to_have_value("15")
    at_the_canvas(page)
    page.keyboard.press("Control+z")
    expect(slider).to_have_value("10")
    until(lambda: drawing().node("sample").params == {})

    page.goto(f"{studio.url}/designer?view=runs&run=pipeline&with=pipeline-2")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    expect(page.locator(".react-flow__node")).to_have_count(10)
    shoot(page, "designer-compare")
