"""Datasets in a real browser: quality, classes, versions, choosing, export, texts, the webcam."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from studio.core.sources import FolderSource, QuickDrawSource
from tests.e2e.conftest import Studio, pick, settle, visit
from tests.e2e.test_walk import shoot

pytestmark = pytest.mark.e2e

CATEGORIES = ("apple", "bicycle", "diamond", "eye", "fish")


def drawings(studio: Studio, shared_data: Path) -> None:
    source = QuickDrawSource(
        categories=CATEGORIES, per_class=3000, folder=str(shared_data / "quickdraw")
    )
    studio.workspace().add_dataset("doodles", source, author="ann", message="Five categories")


def test_quality_is_checked_and_acted_on(
    strict_page: Page, studio: Studio, shared_data: Path
) -> None:
    page = strict_page
    drawings(studio, shared_data)
    workspace = studio.workspace()
    page.goto(f"{studio.url}/quality?dataset=doodles")
    settle(page)
    page.get_by_role("button", name="Settings").click()
    map_samples = page.get_by_role("spinbutton", name="Samples on the map")
    map_samples.fill("800")
    map_samples.press("Enter")
    settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Check the samples").click()
    expect(page.get_by_text("Checked 15,000 samples")).to_be_visible(timeout=240_000)
    expect(page.get_by_text(re.compile(r"Leakage: \d"))).to_be_visible()
    before = workspace.leakage(workspace.dataset("doodles"))
    assert before is not None
    assert before.count > 0
    shoot(page, "quality")

    page.get_by_role("button", name="Divide anew, near-duplicates together").click()
    expect(page.get_by_text("No leakage.")).to_be_visible(timeout=60_000)
    after = workspace.leakage(workspace.dataset("doodles"))
    assert after is not None
    assert (after.count, workspace.dataset("doodles").version) == (0, 2)

    # What lies inside a lasso on the map appears below it and can be set aside.
    settle(page)
    page.get_by_role("tab", name="Map").click()
    plot = page.locator(".js-plotly-plot .nsewdrag").last
    plot.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    box = plot.bounding_box()
    assert box
    corners = [(0.4, 0.4), (0.55, 0.4), (0.55, 0.6), (0.4, 0.6), (0.4, 0.4)]
    for number, (x, y) in enumerate(corners):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
        if number == 0:
            page.mouse.down()
    page.mouse.up()
    inside = page.get_by_text(re.compile(r"\d+ samples inside"))
    expect(inside).to_be_visible()
    count = int(inside.inner_text().split()[0].replace(",", ""))
    settle(page)
    page.get_by_role("button", name="Quarantine", exact=True).last.click()
    expect(page.get_by_text(f"{count} samples quarantined")).to_be_visible()
    assert workspace.dataset("doodles").states == (15_000 - count, count, 0)


def test_classes_change_and_versions_are_compared_and_brought_back(
    strict_page: Page, studio: Studio, shared_data: Path
) -> None:
    page = strict_page
    drawings(studio, shared_data)
    workspace = studio.workspace()
    workspace.relabel("doodles", [3, 5, 9, 3700], "fish", author="bob")
    page.goto(f"{studio.url}/datasets?dataset=doodles")
    settle(page)
    page.get_by_role("tab", name="Classes", exact=True).click()
    page.get_by_role("textbox", name="New name").fill("fruit")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text("apple is now fruit").first).to_be_visible()
    assert workspace.dataset("doodles").class_names[0] == "fruit"
    settle(page)

    page.get_by_role("tab", name="Samples", exact=True).click()
    page.get_by_text("Choose samples").click()
    tiles = page.get_by_role("listbox").get_by_role("option")
    expect(tiles.first).to_be_visible()
    for number in (1, 2, 4):
        tiles.nth(number).click()
    expect(page.get_by_text("3 chosen")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Quarantine", exact=True).first.click()
    expect(page.get_by_text("3 quarantined, 0 removed.")).to_be_visible()
    settle(page)

    page.get_by_role("tab", name="Versions", exact=True).click()
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
    page.get_by_role("button", name="Go back to it").click()
    expect(page.get_by_text("holds what version 1 held")).to_be_visible()
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
    wanted = studio.workspace().add_dataset("doodles", source)
    page.goto(f"{studio.url}/datasets?dataset=doodles")
    settle(page)
    page.get_by_role("tab", name="Export").click()
    pick(page, "Format", "Folder tree")
    page.get_by_role("button", name="Export", exact=True).click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "doodles-1-folder.zip"
    saved = studio.home.parent / "doodles.zip"
    download.value.save_as(saved)
    again = studio.workspace().add_dataset("again", FolderSource(path=str(saved)))
    assert (again.count, again.class_names) == (200, CATEGORIES)
    assert again.split_counts == wanted.split_counts


def test_texts_are_uploaded_searched_and_labelled(strict_page: Page, studio: Studio) -> None:
    page = strict_page
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
    page.get_by_role("button", name="Import texts").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("40", timeout=60_000)
    search = page.get_by_role("textbox", name="Search")
    search.fill("number 13")
    search.press("Enter")
    expect(page.get_by_text("a fine film, number 13")).to_be_visible()
    expect(page.get_by_text("a dull film, number 12")).to_have_count(0)

    visit(page, "Label")
    field = page.get_by_role("textbox", name="Add a class")
    field.fill("bad")
    field.press("Enter")
    settle(page)
    grid = page.get_by_role("listbox", name="Samples to label")
    expect(grid).to_be_visible()
    grid.focus()
    for _ in range(3):
        page.keyboard.press("Digit2")
    expect(page.get_by_text("23 of 40 labelled")).to_be_visible()
    page.wait_for_timeout(1000)
    workspace = studio.workspace()
    assert workspace.label_progress(workspace.dataset("reviews")).annotated == 3


def test_pictures_of_the_webcam_become_a_dataset(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    page.goto(f"{studio.url}/datasets?add=camera")
    settle(page)
    page.get_by_text("Turn the camera on").click()
    settle(page)
    taken = 0
    for class_name, count in (("left", 2), ("right", 3)):
        field = page.get_by_role("textbox", name="Class")
        field.first.fill(class_name)
        field.first.press("Enter")
        settle(page)
        shot = page.get_by_role("button", name="Take a picture")
        expect(shot).to_be_enabled()
        page.wait_for_timeout(500)
        for _ in range(count):
            shot.click()
            taken += 1
            expect(page.get_by_text(f"{taken} pictures").first).to_be_visible()
        settle(page)
    page.get_by_role("button", name="Make a dataset of the pictures").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("5", timeout=60_000)
    version = studio.workspace().dataset("my-pictures")
    assert dict(zip(version.class_names, version.class_counts, strict=True)) == {
        "left": 2,
        "right": 3,
    }
    assert version.shape == (64, 64, 3)


def test_annotated_pictures_show_their_boxes(strict_page: Page, studio: Studio) -> None:
    page = strict_page
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
    button.click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("1", timeout=60_000)
    assert studio.workspace().dataset("coco").box_count == 1
    page.get_by_role("listbox").get_by_role("option").first.dblclick()
    dialog = page.get_by_role("dialog", name="Sample")
    expect(dialog.get_by_text("cup").first).to_be_visible()
    expect(dialog.get_by_text("came in: class cup")).to_be_visible()
