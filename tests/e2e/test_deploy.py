"""Deploying in a real browser: a model answers drawings, picture files and samples; the shown code works as it is."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Studio, draw, press, settle, view, without_worker
from tests.trained import register, register_texts

CLASSES = ("apple", "fish", "the Eiffel Tower")
CORNER = [[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)]]

pytestmark = pytest.mark.e2e


def shown_code(page: Page, with_text: str) -> str:
    """Return the code on the page that has this text."""
    return (
        page.get_by_test_id("stCode").filter(has_text=with_text).inner_text().replace("\xa0", " ")
    )


def registered(studio: Studio, folder: Path) -> None:
    """Register a model of drawings and one of texts."""
    with without_worker(studio.home):
        register(studio.workspace(), "drawings", class_names=CLASSES, alias="champion")
        register_texts(studio.workspace(), "mood", folder, alias="champion")


def test_a_model_is_deployed_tried_called_and_retired(
    strict_page: Page, studio: Studio, tmp_path: Path
) -> None:
    page, workspace = strict_page, studio.workspace()
    registered(studio, tmp_path)
    page.goto(f"{studio.url}/deploy?model=drawings")
    settle(page)
    press(page, "Deploy", page.get_by_text("This is a key of the endpoint."))
    settle(page)
    key = shown_code(page, "studio_").strip()
    assert workspace.check_key(workspace.endpoint("drawings"), key).key_hint == key[-4:]

    # Drawn, taken from a file, and one of the samples that were held out: each is answered at once.
    bars, cover = page.locator("ol.bars li"), page.locator("img.cover")
    draw(page, page.locator("canvas.paper"), CORNER)
    expect(bars).to_have_count(3)
    expect(page.get_by_text(re.compile(r"drawings:1 answered in"))).to_be_visible()
    drawn = bars.all_inner_texts()
    picture = tmp_path / "noise.png"
    noise = np.random.default_rng(0).integers(0, 256, (1200, 900, 3), np.uint8)
    Image.fromarray(noise).save(picture)  # too large to send as it is
    with page.expect_response("**/predict") as answered, page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture …").click()
        chooser.value.set_files(picture)
    assert answered.value.ok
    expect(cover).to_be_visible()
    settle(page)
    with page.expect_response("**/predict") as answered:
        page.get_by_role("button", name=re.compile(r"Try sample \d+: fish")).first.click()
    assert answered.value.ok
    expect(cover).to_have_attribute("alt", "fish")
    with page.expect_response("**/predict"):
        draw(page, page.locator("canvas.paper"), CORNER)
    expect(cover).to_be_hidden()
    expect(bars).to_have_text(drawn, use_inner_text=True)

    # The code does what it says, copied as it stands.
    view(page, "Call it")
    done = subprocess.run(
        ["bash", "-c", shown_code(page, "curl")], capture_output=True, timeout=120, check=True
    )
    assert b'"predictions"' in done.stdout
    view(page, "Open Inference")
    view(page, "Python")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(shown_code(page, "import requests"), "snippet", "exec"), {})
    assert said.getvalue().startswith(CLASSES)
    address = page.get_by_role("link", name="All its addresses").get_attribute("href")
    assert address
    assert address.endswith("/docs?endpoint=drawings")

    # A key of its own for another program, and the end.
    view(page, "Settings")
    sure = page.get_by_role("button", name="Retire it now")
    press(page, "Retire this endpoint", sure)
    press(page, sure, page.get_by_text("answers no more"))
    assert workspace.endpoints() == []

    # Texts are typed, or taken from the samples.
    page.goto(f"{studio.url}/deploy?model=mood")
    settle(page)
    press(page, "Deploy", page.get_by_text("This is a key of the endpoint."))
    settle(page)
    called = page.get_by_text(re.compile("In the dataset it is called: (bad|good)"))
    press(page, "Try an example", called)
    expect(bars).to_have_count(2)

    # On a phone nothing is wider than the page.
    page.set_viewport_size({"width": 390, "height": 800})
    for place in ("endpoint=mood&show=call", "view=files&of=mood:1", "view=score"):
        page.goto(f"{studio.url}/deploy?{place}")
        settle(page)
        page.wait_for_function("document.documentElement.scrollWidth <= 390")
