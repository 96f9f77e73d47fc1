"""CSV and JSON Lines."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from studio.exports import Content
from tests.exports.conftest import export, make_content


def csv_rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_of_texts(reviews: Content, tmp_path: Path) -> None:
    rows = csv_rows(export(reviews, "csv", tmp_path))
    assert rows == [
        {"id": "0", "name": "", "text": "fine", "label": "good", "split": "train"},
        {"id": "1", "name": "", "text": "'=cmd()", "label": "'=bad", "split": "test"},
        {"id": "2", "name": "", "text": 'so "so", really', "label": "'=bad", "split": "train"},
        {"id": "3", "name": "", "text": "gr\u00fcn\nand blue", "label": "", "split": "test"},
    ]


def test_csv_of_pictures(pets: Content, tmp_path: Path) -> None:
    rows = csv_rows(export(pets, "csv", tmp_path))
    assert [row["id"] for row in rows] == ["0", "1", "2", "3", "4", "7"]
    assert rows[3] == {"id": "3", "name": "album/3.jpg", "label": "dog", "split": "test"}
    assert rows[4]["label"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str, tmp_path: Path) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    content = make_content([evil], [0], ["=x"], names=[evil])
    (row,) = csv_rows(export(content, "csv", tmp_path))
    assert (row["text"], row["name"], row["label"]) == ("'" + evil, "'" + evil, "'=x")


def test_jsonl_keeps_everything_as_it_is(reviews: Content, tmp_path: Path) -> None:
    lines = export(reviews, "jsonl", tmp_path).read_bytes().decode().split("\n")
    assert lines[-1] == ""
    rows = [json.loads(line) for line in lines[:-1]]
    assert rows[1] == {"id": 1, "name": None, "text": "=cmd()", "label": "=bad", "split": "test"}
    assert rows[3]["label"] is None
    assert [row["text"] for row in rows] == list(reviews.samples)[:4]


def test_jsonl_of_pictures_has_no_text(pets: Content, tmp_path: Path) -> None:
    lines = export(pets, "jsonl", tmp_path).read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == {
        "id": 0,
        "name": "album/0.jpg",
        "label": "cat",
        "split": "train",
    }


def test_jsonl_has_all_classes_and_spans_of_a_sample(tmp_path: Path) -> None:
    texts = ["fine, then dull", "nothing", "dull"]
    content = make_content(
        texts,
        [-1, -1, 1],
        ["good", "bad"],
        state=[0, 2, 0],
        tags=[[0, 0], [0, 1], [1, 0], [2, 1]],
        spans=[[0, 0, 0, 4], [0, 1, 11, 15]],
    )
    lines = export(content, "jsonl", tmp_path).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["tags"] for row in rows] == [["good", "bad"], ["bad"]]
    assert rows[0]["spans"] == [
        {"start": 0, "end": 4, "class_name": "good"},
        {"start": 11, "end": 15, "class_name": "bad"},
    ]
    assert rows[1]["spans"] == []
