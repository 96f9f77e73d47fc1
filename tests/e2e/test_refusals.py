"""Files that must not get in, brought as a person would: through the page."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.e2e.conftest import Studio, more_runs, press, settle

pytestmark = pytest.mark.e2e


def picture(shade: int) -> bytes:
    """Return a PNG of one shade."""
    content = io.BytesIO()
    Image.new("L", (20, 20), shade).save(content, "PNG")
    return content.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """Return a zip with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, member in members.items():
            file.writestr(name, member)
    return content.getvalue()


def array(value: np.ndarray, *, pickled: bool = False) -> bytes:
    """Return a `.npy` file."""
    content = io.BytesIO()
    np.save(content, value, allow_pickle=pickled)
    return content.getvalue()


def upload(page: Page, name: str, content: bytes, folder: Path) -> None:
    """Choose a file in the visible uploader and wait until it is sent."""
    path = folder / name
    path.write_bytes(content)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose ").first.click()
    chooser.value.set_files(path)
    expect(page.get_by_text("Uploaded").first).to_be_visible()
    settle(page)


BAD_ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip-slip": (lambda: archive({"../up.png": picture(9)}), "../up.png"),
    "html-as-png": (lambda: archive({"cat/a.png": b"<html><p>Not a picture</p></html>"}), "a.png"),
}


def refusal(page: Page, part: str) -> Locator:
    """Return the box that says why an import ended.

    The page is loaded again where it is not there: an uploader that speaks in the moment in which the address
    changes makes Streamlit show the page with the former address.
    """
    box = page.get_by_test_id("stAlert").filter(has_text=part)
    with contextlib.suppress(TimeoutError):
        box.wait_for(timeout=20_000)
    if not box.is_visible():
        page.reload()
    expect(box).to_be_visible(timeout=120_000)
    return box


@pytest.mark.long
def test_bad_archives_are_refused_and_leave_nothing(
    strict_page: Page, studio: Studio, tmp_path: Path
) -> None:
    page, workspace = strict_page, studio.workspace()
    for name, (content, part) in BAD_ARCHIVES.items():
        page.goto(f"{studio.url}/datasets?add=upload")
        settle(page)
        upload(page, f"{name}.zip", content(), tmp_path)
        press(page, "Import pictures", more_runs(workspace))
        box = refusal(page, part)
        assert box.locator("br").count() == 2, "what, why and fix on a line each"
        assert studio.workspace().datasets() == []


BAD_ARRAYS: dict[str, tuple[Callable[[], bytes], str]] = {
    "shape": (lambda: array(np.zeros((5, 100), np.uint8)), "100"),
    "pickled": (lambda: array(np.array([{"a": 1}], object), pickled=True), "object"),
}


@pytest.mark.long
def test_bad_arrays_are_refused_and_leave_nothing(
    strict_page: Page, studio: Studio, tmp_path: Path
) -> None:
    page = strict_page
    for content, part in BAD_ARRAYS.values():
        page.goto(f"{studio.url}/datasets?add=quickdraw")
        settle(page)
        chooser = page.get_by_role("button", name="Choose ").first
        press(page, page.get_by_text("Upload .npy files"), chooser)
        settle(page)
        upload(page, "apple.npy", content(), tmp_path)
        page.get_by_role("combobox", name="Categories").fill("apple")
        page.get_by_role("option", name="apple", exact=True).click()
        page.keyboard.press("Escape")
        settle(page)
        box = page.get_by_test_id("stAlert").filter(has_text=part)
        press(page, "Import drawings", box)
        assert studio.workspace().datasets() == []


def test_a_zip_of_pictures_becomes_a_dataset(
    strict_page: Page, studio: Studio, tmp_path: Path
) -> None:
    page, workspace = strict_page, studio.workspace()
    members = {
        f"{c}/{i}.png": picture(50 * (k + 1) + i) for k, c in enumerate("ab") for i in range(5)
    }
    page.goto(f"{studio.url}/datasets?add=upload")
    settle(page)
    upload(page, "two classes.zip", archive(members), tmp_path)
    press(page, "Import pictures", more_runs(workspace))
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("10", timeout=120_000)
    version = workspace.datasets()[0].latest
    assert (version.class_names, version.class_counts) == (("a", "b"), (5, 5))
