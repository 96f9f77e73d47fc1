"""What holds for every format."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import SPLIT_NAMES
from studio.core.errors import Cancelled, InvalidInput, NotFound, StudioError
from studio.core.exports import EXPORT_FORMATS
from studio.exports import WRITERS, Content, write_export
from studio.exports.base import BLOCK
from tests.exports.conftest import as_rows, export, make_content, members, pictures, quiet

CASES = [(name, task) for name, found in EXPORT_FORMATS.items() for task in found.tasks]


@pytest.fixture
def content(task: str, pets: Content, reviews: Content) -> Content:
    return {"images": pets, "text": reviews, "table": as_rows(reviews)}[task]


def test_every_format_has_a_writer() -> None:
    assert set(WRITERS) == set(EXPORT_FORMATS)


@pytest.mark.parametrize(("name", "task"), CASES)
def test_facts_count_what_is_kept(name: str, task: str, content: Content, tmp_path: Path) -> None:
    target = tmp_path / "export"
    facts = write_export(content, name, target, quiet)
    assert json.loads(json.dumps(facts)) == {
        "format": name,
        "samples": 6 if task == "images" else 4,
        "bytes": target.stat().st_size,
        "splits": {"train": 4, "validation": 1, "test": 1}
        if task == "images"
        else {"train": 2, "validation": 0, "test": 2},
    }


@pytest.mark.parametrize(("name", "task"), CASES)
def test_same_version_gives_same_bytes(
    name: str, task: str, content: Content, tmp_path: Path
) -> None:
    first = export(content, name, tmp_path).read_bytes()
    assert export(content, name, tmp_path).read_bytes() == first


@pytest.mark.parametrize(("name", "task"), CASES)
def test_progress_rises_to_the_total(
    name: str, task: str, content: Content, tmp_path: Path
) -> None:
    calls: list[tuple[int, int]] = []
    target = tmp_path / "export"
    facts = write_export(
        content, name, target, lambda done, total, unit, message: calls.append((done, total))
    )
    assert calls == sorted(calls)
    assert calls[-1] == (facts["samples"], facts["samples"])


@pytest.mark.parametrize(("name", "task"), CASES)
def test_cancelled_export_leaves_nothing(
    name: str, task: str, content: Content, tmp_path: Path
) -> None:
    def cancel(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Stopped.", "Somebody asked for it.", "Start again.")

    with pytest.raises(Cancelled):
        write_export(content, name, tmp_path / "export", cancel)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "task"), CASES)
def test_full_disk_is_said_and_leaves_nothing(
    name: str, task: str, content: Content, tmp_path: Path
) -> None:
    target = tmp_path / "export"
    target.symlink_to("/dev/full")
    with pytest.raises(StudioError, match="No space left"):
        write_export(content, name, target, quiet)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "task"), CASES)
def test_nothing_kept_is_refused(name: str, task: str, tmp_path: Path) -> None:
    samples = pictures(2) if task == "images" else ["a", "b"]
    content = make_content(samples, [0, 1], state=[1, 2])
    content = as_rows(content) if task == "table" else content
    with pytest.raises(InvalidInput, match="nothing to export"):
        write_export(content, name, tmp_path / "export", quiet)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["folder", "npz", "coco", "yolo", "labelstudio", "tfrecord"])
def test_cancelled_half_way_leaves_nothing_and_no_threads(name: str, tmp_path: Path) -> None:
    count = 20 * BLOCK
    content = make_content(np.zeros((count, 8, 8, 1), np.uint8), [0] * count)
    seen: list[int] = []
    threads = set(threading.enumerate())

    def cancel(done: int, total: int, unit: str, message: str) -> None:
        seen.append(done)
        if done:
            raise Cancelled("Stopped.", "Somebody asked for it.", "Start again.")

    with pytest.raises(Cancelled):
        write_export(content, name, tmp_path / "export", cancel)
    assert 0 < seen[-1] <= count
    assert not list(tmp_path.iterdir())
    assert set(threading.enumerate()) <= threads


def test_several_blocks_lose_and_double_nothing(tmp_path: Path) -> None:
    count = 2 * BLOCK + 3
    content = make_content(
        np.zeros((count, 8, 8, 1), np.uint8),
        [0] * count,
        split=[number % 3 for number in range(count)],
        state=[number % 5 == 0 for number in range(count)],
    )
    kept = [number for number in range(count) if number % 5]
    found = members(export(content, "folder", tmp_path))
    assert sorted(int(name[-12:-4]) for name in found) == kept
    found = members(export(content, "coco", tmp_path))
    parts = [json.loads(found[f"annotations/instances_{part}.json"]) for part in SPLIT_NAMES]
    assert sorted(image["id"] for part in parts for image in part["images"]) == kept
    assert sorted(entry["image_id"] for part in parts for entry in part["annotations"]) == kept
    for part in parts:
        numbers = [entry["id"] for entry in part["annotations"]]
        assert numbers == list(range(1, len(numbers) + 1))
    tasks = json.loads(members(export(content, "labelstudio", tmp_path))["tasks.json"])
    assert [task["id"] for task in tasks] == kept
    with np.load(export(content, "npz", tmp_path)) as arrays:
        ids = [arrays[f"ids_{part}"] for part in SPLIT_NAMES]
        assert [len(arrays[f"x_{part}"]) for part in SPLIT_NAMES] == [len(rows) for rows in ids]
    assert sorted(np.concatenate(ids).tolist()) == kept


def test_unknown_format_is_refused(pets: Content, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="tfrecord"):
        write_export(pets, "tfrecords", tmp_path / "export", quiet)


def test_texts_are_not_exported_as_arrays(reviews: Content, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds text"):
        write_export(reviews, "npz", tmp_path / "export", quiet)


def test_samples_are_read_a_block_at_a_time() -> None:
    small = make_content(np.zeros((2 * BLOCK + 1, 8, 8, 1), np.uint8), [0] * (2 * BLOCK + 1))
    assert [len(rows) for rows in small.rows()] == [BLOCK, BLOCK, 1]
    large = make_content(np.zeros((50, 512, 512, 3), np.uint8), [0] * 50)
    assert max(len(rows) for rows in large.rows()) * 512 * 512 * 3 <= 16 * 2**20


def test_rows_are_the_kept_ones_of_a_part(pets: Content) -> None:
    assert np.concatenate(list(pets.rows())).tolist() == [0, 1, 2, 3, 4, 7]
    assert np.concatenate(list(pets.rows(0))).tolist() == [0, 1, 4, 7]
    assert list(make_content(pictures(1), [0]).rows(2)) == []


def test_boxes_are_found_by_sample(pets: Content) -> None:
    rows = np.array([0, 2, 3, 7])
    assert [len(boxes) for boxes in pets.boxes_of(rows)] == [1, 0, 2, 0]
    assert pets.marks_of(rows) == [
        [(0, 0.25, 0.5, 0.5, 0.25)],
        [(0, 0.0, 0.0, 1.0, 1.0)],
        [(1, 0.0, 0.0, 0.5, 1.0), (1, 0.5, 0.5, 0.5, 0.5)],
        [(0, 0.0, 0.0, 1.0, 1.0)],
    ]
