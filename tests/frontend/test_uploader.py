from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.compute.conftest import until


def value(page: Page) -> dict[str, object] | None:
    return json.loads(page.locator("code").inner_text())


def make_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pets"
    for number in range(8):
        file = folder / ("cats" if number % 2 else "dogs") / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(100 + number))
    (folder / "notes.txt").write_text("not a picture")
    (folder / ".hidden.png").write_bytes(b"x")
    return folder


def test_zip_is_uploaded_and_can_be_removed(show, state, tmp_path):
    archive = tmp_path / "pets.zip"
    archive.write_bytes(bytes(200_000))
    page = show("uploader", {})
    page.locator("input[accept*='.zip']").set_input_files(archive)
    expect(page.locator(".status")).to_have_text("uploaded")
    expect(page.get_by_text("1 file · 200 KB")).to_be_visible()
    expect(page.locator("code")).to_contain_text("pets.zip")
    result = value(page)
    assert result is not None
    assert (result["files"], result["bytes"], result["label"]) == (1, 200_000, "pets.zip")
    assert state()["uploads"][result["upload"]] == {"pets.zip": 200_000}
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("code")).to_have_text("null")
    expect(page.get_by_role("button", name="Choose a zip")).to_be_visible()
    until(lambda: result["upload"] in state()["deleted_uploads"])


def test_folder_keeps_its_paths_and_survives_a_failing_server(show, state, tell, tmp_path):
    page = show("uploader", {}, expected=("503",))
    tell("fault", route="batch", status=503, times=1_000)
    page.locator("input[webkitdirectory]").set_input_files(make_folder(tmp_path))
    expect(page.locator(".status")).to_have_text("connection lost, trying again")
    tell("fault", route="batch", status=503, times=0)
    expect(page.locator(".status")).to_have_text("uploaded")
    expect(page.get_by_text("8 files · 828 bytes · 1 other file left out")).to_be_visible()
    expect(page.locator("code")).to_contain_text("pets")
    result = value(page)
    assert result is not None
    assert (result["files"], result["label"]) == (8, "pets")
    assert state()["uploads"][result["upload"]] == {
        f"{'cats' if number % 2 else 'dogs'}/{number}.png": 100 + number for number in range(8)
    }


@pytest.mark.long
def test_ten_thousand_small_files_travel_in_few_requests(show, state, tmp_path):
    folder = tmp_path / "many"
    for number in range(10_000):
        file = folder / f"class {number % 10}" / f"{number}.png"
        if number < 10:
            file.parent.mkdir(parents=True)
        file.write_bytes(b"x" * (300 + number % 7))
    big = folder / "class 0" / "größer.png"
    big.write_bytes(bytes(1_500_000))
    page = show("uploader", {})
    before = state()["upload_requests"]
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.locator(".status")).to_have_text("uploaded", timeout=120_000)
    expect(page.locator("code")).to_contain_text("many")
    result = value(page)
    assert result is not None
    files = state()["uploads"][result["upload"]]
    assert len(files) == result["files"] == 10_001
    assert files["class 0/größer.png"] == 1_500_000
    assert files["class 3/9993.png"] == 300 + 9993 % 7
    after = state()["upload_requests"]
    assert after["batch"] - before.get("batch", 0) == 10
    assert after["files"] - before.get("files", 0) == 1


def test_cancel_stops_batches_on_their_way(show, state, tell, tmp_path):
    page = show("uploader", {}, expected=("503",))
    tell("fault", route="batch", status=503, times=1_000)
    page.locator("input[webkitdirectory]").set_input_files(make_folder(tmp_path))
    expect(page.locator(".status")).to_have_text("connection lost, trying again")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose a zip")).to_be_visible()
    tell("fault", route="batch", status=503, times=0)
    page.wait_for_timeout(1_500)
    assert value(page) is None


@pytest.mark.parametrize(
    ("kind", "fitting", "left_out"),
    [
        ("arrays", ["a.npy", "b.NPZ"], ["c.csv"]),
        ("idx", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", "t.idx"], ["notes.txt"]),
        ("text", ["a.csv", "b.tsv", "c.jsonl"], ["d.pdf"]),
        ("strokes", ["cat.ndjson", "dog.ndjson.gz"], ["cat.npy", "other.gz"]),
    ],
)
def test_each_kind_takes_the_files_that_fit_it(kind, fitting, left_out, show, state, tmp_path):
    files = [tmp_path / name for name in (*fitting, *left_out)]
    for file in files:
        file.write_bytes(b"content")
    page = show("uploader", {"kind": kind})
    page.locator("input[type=file]").set_input_files(files)
    expect(page.locator(".status")).to_have_text("uploaded")
    expect(page.locator("code")).to_contain_text("upload")
    result = value(page)
    assert result is not None
    assert set(state()["uploads"][result["upload"]]) == set(fitting)


def test_annotated_folder_keeps_pictures_and_annotations(show, state, tmp_path):
    folder = tmp_path / "boxes"
    for name in ("images/1.jpg", "labels/1.txt", "data.yaml", "coco.json", "1.xml", "thumbs.ini"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"content")
    page = show("uploader", {"kind": "annotated"})
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.get_by_text("5 files · 35 bytes · 1 other file left out")).to_be_visible()
    expect(page.locator("code")).to_contain_text("boxes")
    result = value(page)
    assert result is not None
    assert "labels/1.txt" in state()["uploads"][result["upload"]]


def test_refused_file_is_explained_and_cancel_forgets_the_upload(show, state, tell, tmp_path):
    page = show("uploader", {"kind": "npy"}, expected=("413",))
    file = tmp_path / "cat.npy"
    file.write_bytes(bytes(1_000))
    tell("fault", route="files", status=413, times=1)
    page.locator("input[accept='.npy']").set_input_files(file)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The harness was told to fail.")
    before = len(state()["deleted_uploads"])
    alert.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Choose .npy files")).to_be_visible()
    until(lambda: len(state()["deleted_uploads"]) == before + 1)
    assert value(page) is None


def test_wrong_files_are_refused_with_words(show, tmp_path):
    page = show("uploader", {})
    wrong = tmp_path / "notes.txt"
    wrong.write_text("hello")
    page.locator("input[accept*='.zip']").set_input_files(wrong)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("“notes.txt” holds nothing that fits here.")
    expect(alert).to_contain_text("Choose another zip or folder.")
