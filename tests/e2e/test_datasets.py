"""Datasets in a real browser: quality, classes, versions, choosing, export, texts, the webcam."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, TimeoutError, expect

from studio.core.sources import FolderSource, QuickDrawSource
from tests.compute.conftest import until
from tests.e2e.conftest import (
    ROOT,
    Studio,
    draw,
    enter,
    more_runs,
    pick,
    press,
    running_studio,
    settle,
    tab,
    visit,
)
from tests.e2e.test_walk import shoot

pytestmark = pytest.mark.e2e

LASSO = [[(0.4, 0.4), (0.55, 0.4), (0.55, 0.6), (0.4, 0.6), (0.4, 0.4)]]
CATEGORIES = ("apple", "bicycle", "diamond", "eye", "fish")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for all tests here: each has datasets of its own."""
    settings = {"STUDIO_DATA_ROOTS": str(ROOT.parent / "shared" / "data" / "quickdraw")}
    with running_studio(tmp_path_factory.mktemp("datasets") / "studio", settings) as running:
        yield running


def drawings(studio: Studio, shared_data: Path, name: str, per_class: int) -> None:
    source = QuickDrawSource(
        categories=CATEGORIES, per_class=per_class, folder=str(shared_data / "quickdraw")
    )
    studio.workspace().add_dataset(name, source, author="ann", message="Five categories")


def test_quality_is_checked_and_acted_on(
    strict_page: Page, studio: Studio, shared_data: Path
) -> None:
    page = strict_page
    drawings(studio, shared_data, "checked", 1000)
    workspace = studio.workspace()
    page.goto(f"{studio.url}/quality?dataset=checked")
    settle(page)
    map_samples = page.get_by_role("spinbutton", name="Samples on the map")
    press(page, "Settings", map_samples)
    enter(map_samples, "800", "Enter")
    page.keyboard.press("Escape")
    expect(map_samples).to_be_hidden()
    press(page, "Check the samples", more_runs(workspace))
    expect(page.get_by_text("Checked 5,000 samples")).to_be_visible(timeout=240_000)
    expect(page.get_by_text(re.compile(r"Leakage: \d"))).to_be_visible()
    before = workspace.leakage(workspace.dataset("checked"))
    assert before is not None
    assert before.count > 0
    shoot(page, "quality")

    divide = "Divide anew, near-duplicates together"
    press(page, divide, lambda: workspace.dataset("checked").version == 2)
    expect(page.get_by_text("No leakage.")).to_be_visible(timeout=180_000)
    after = workspace.leakage(workspace.dataset("checked"))
    assert after is not None
    assert (after.count, workspace.dataset("checked").version) == (0, 2)

    # What lies inside a lasso on the map appears below it and can be set aside.
    tab(page, "Map")
    inside = page.get_by_text(re.compile(r"\d+ samples inside"))
    for _ in range(3):
        draw(page, page.locator(".js-plotly-plot .nsewdrag").last, LASSO)
        with contextlib.suppress(TimeoutError):
            inside.wait_for(timeout=20_000)
            break
    settle(page)
    count = int(inside.inner_text().split()[0].replace(",", ""))
    said = page.get_by_text(f"{count} samples quarantined")
    press(page, page.get_by_role("button", name="Quarantine", exact=True).last, said)
    assert workspace.dataset("checked").states == (5_000 - count, count, 0)


@pytest.mark.long
def test_classes_change_and_versions_are_compared_and_brought_back(
    strict_page: Page, studio: Studio, shared_data: Path
) -> None:
    page = strict_page
    drawings(studio, shared_data, "doodles", 200)
    workspace = studio.workspace()
    workspace.relabel("doodles", [3, 5, 9, 240], "fish", author="bob")
    page.goto(f"{studio.url}/datasets?dataset=doodles")
    settle(page)
    tab(page, "Classes")
    enter(page.get_by_role("textbox", name="New name"), "fruit")
    press(page, "Rename", page.get_by_text("apple is now fruit"))
    assert workspace.dataset("doodles").class_names[0] == "fruit"

    tab(page, "Samples")
    switch = page.get_by_role("switch", name="Choose samples")
    press(page, page.get_by_text("Choose samples"), switch.is_checked)
    settle(page)  # the grid of before makes room for another
    tiles = page.get_by_role("listbox").get_by_role("option")
    expect(tiles.first).to_be_visible()
    for number in (1, 2, 4):
        tiles.nth(number).click()
        expect(tiles.nth(number)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("3 chosen")).to_be_visible()
    settle(page)
    quarantine = page.get_by_role("button", name="Quarantine", exact=True).first
    press(page, quarantine, page.get_by_text("3 quarantined, 0 removed."))

    tab(page, "Versions")
    pick(page, "From", "1 · Five categories")
    expect(page.get_by_text("renamed apple to fruit")).to_be_visible()
    numbers = page.get_by_test_id("stMetric").filter(has_text=re.compile("Removed|Relabelled"))
    expect(numbers.first).to_contain_text("3")
    expect(numbers.last).to_contain_text("4")
    expect(page.get_by_text("bicycle → fish")).to_be_visible()
    page.get_by_text("Compare two versions").scroll_into_view_if_needed()
    shoot(page, "versions")
    settle(page)
    pick(page, "Version to go back to", "1 · Five categories")
    press(page, "Go back to it", page.get_by_text("holds what version 1 held"))
    newest = workspace.dataset("doodles")
    assert newest.version == 5
    assert newest.digest == workspace.dataset("doodles", 1).digest


def test_a_dataset_is_exported_and_imported_again(
    strict_page: Page, studio: Studio, shared_data: Path
) -> None:
    page = strict_page
    source = QuickDrawSource(
        categories=CATEGORIES, per_class=40, folder=str(shared_data / "quickdraw")
    )
    workspace = studio.workspace()
    wanted = workspace.add_dataset("few", source)
    page.goto(f"{studio.url}/datasets?dataset=few")
    settle(page)
    tab(page, "Export")
    pick(page, "Format", "Folder tree")
    press(page, page.get_by_role("button", name="Export", exact=True), more_runs(workspace))
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=180_000)
    settle(page)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "few-1-folder.zip"
    saved = studio.home.parent / "few.zip"
    download.value.save_as(saved)
    again = workspace.add_dataset("again", FolderSource(path=str(saved)))
    assert (again.count, again.class_names) == (200, CATEGORIES)
    assert again.split_counts == wanted.split_counts


def test_texts_are_uploaded_searched_and_labelled(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    table = studio.home.parent / "reviews.csv"
    lines = [
        f'"a {"fine" if n % 2 else "dull"} film, number {n}",{"good" if n % 2 else ""}'
        for n in range(40)
    ]
    table.write_text("text,label\n" + "\n".join(lines) + "\n")
    page.goto(f"{studio.url}/datasets?add=text")
    settle(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("tabpanel", name="Texts").get_by_role(
            "button", name="Choose "
        ).first.click()
    chooser.value.set_files(table)
    expect(page.get_by_role("button", name="Import texts")).to_be_enabled()
    settle(page)
    press(page, "Import texts", more_runs(workspace))
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("40", timeout=180_000)
    enter(page.get_by_role("textbox", name="Search"), "number 13", "Enter")
    expect(page.get_by_text("a fine film, number 13")).to_be_visible()
    expect(page.get_by_text("a dull film, number 12")).to_have_count(0)

    visit(page, "Label")
    pick(page, "Dataset", "reviews")
    field = page.get_by_role("textbox", name="Add a class")
    field.fill("bad")
    field.press("Enter")
    settle(page)
    expect(page.get_by_role("button", name="bad", exact=True)).to_be_visible()
    grid = page.get_by_role("listbox", name="Samples to label")
    grid.focus()
    expect(grid).to_be_focused()
    for labelled in (21, 22, 23):
        page.keyboard.press("Digit2")
        expect(page.get_by_text(f"{labelled} of 40 labelled")).to_be_visible()
    until(lambda: workspace.label_progress(workspace.dataset("reviews")).annotated == 3)


@pytest.mark.long
def test_pictures_of_the_webcam_become_a_dataset(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    page.goto(f"{studio.url}/datasets?add=camera")
    settle(page)
    field = page.get_by_role("textbox", name="Class").first
    switch = page.get_by_role("switch", name="Turn the camera on")
    press(page, page.get_by_text("Turn the camera on"), switch.is_checked)
    settle(page)
    taken = 0
    for class_name, count in (("left", 2), ("right", 3)):
        enter(field, class_name, "Enter")
        expect(page.get_by_text(f"{class_name}: 0 pictures")).to_be_visible()
        shot = page.get_by_role("button", name="Take a picture")
        expect(shot).to_be_enabled()
        for _ in range(count):
            shot.click()
            taken += 1
            expect(page.get_by_text(f"{taken} pictures").first).to_be_visible()
        settle(page)
    press(page, "Make a dataset of the pictures", more_runs(workspace))
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("5", timeout=180_000)
    version = workspace.dataset("my-pictures")
    assert dict(zip(version.class_names, version.class_counts, strict=True)) == {
        "left": 2,
        "right": 3,
    }
    assert version.shape == (64, 64, 3)


def test_annotated_pictures_show_their_boxes(strict_page: Page, studio: Studio) -> None:
    page, workspace = strict_page, studio.workspace()
    archive = studio.home.parent / "coco.zip"
    content = io.BytesIO()
    Image.fromarray(np.full((60, 80, 3), 90, np.uint8)).save(content, "PNG")
    facts = {
        "images": [{"id": 1, "file_name": "a.png", "width": 80, "height": 60}],
        "categories": [{"id": 4, "name": "cup"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 4, "bbox": [8, 6, 40, 30]}],
    }
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.png", content.getvalue())
        file.writestr("instances_train.json", json.dumps(facts))
    page.goto(f"{studio.url}/datasets?add=more")
    settle(page)
    pick(page, "Format", "COCO annotations")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("tabpanel", name="Other formats").get_by_role(
            "button", name="Choose "
        ).first.click()
    chooser.value.set_files(archive)
    button = page.get_by_role("tabpanel", name="Other formats").get_by_role(
        "button", name="Import pictures"
    )
    expect(button).to_be_enabled()
    settle(page)
    press(page, button, more_runs(workspace))
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("1", timeout=180_000)
    assert workspace.dataset("coco").box_count == 1
    settle(page)
    page.get_by_role("listbox").get_by_role("option").first.dblclick()
    dialog = page.get_by_role("dialog", name="Sample")
    expect(dialog.get_by_text("cup").first).to_be_visible()
    expect(dialog.get_by_text("came in: class cup")).to_be_visible()
