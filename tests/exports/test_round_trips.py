"""What is exported and imported again is the same: pictures, texts, classes, parts and boxes.

What a format cannot hold is said here: a folder has no boxes, its name may stand for a
class and one part alone is no part, YOLO rounds to ten
decimals, COCO and YOLO know the classes of boxes only, and a CSV file defuses formulas and has no NUL.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from studio.exports import Content
from tests.exports.conftest import (
    SIDE,
    Sample,
    by_number,
    expected,
    export,
    imported,
    make_content,
    members,
    opened,
    picture_contents,
    text_contents,
)

ROUND = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=60,
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def colour(content: Content) -> str:
    return "grey" if content.manifest.shape[2] == 1 else "rgb"


def without_boxes(samples: dict[int, Sample]) -> dict[int, Sample]:
    return {row: Sample(s.content, s.class_name, s.part, []) for row, s in samples.items()}


def assert_same_boxes(found: dict[int, Sample], wanted: dict[int, Sample]) -> None:
    for row, sample in wanted.items():
        assert [name for name, _ in found[row].boxes] == [name for name, _ in sample.boxes]
        for (_, box), (_, other) in zip(found[row].boxes, sample.boxes, strict=True):
            np.testing.assert_allclose(box, other, atol=1e-6, rtol=0)


def marked(samples: dict[int, Sample]) -> dict[int, Sample]:
    """Give samples that have a class and no boxes the box that COCO and YOLO carry the class in."""
    return {
        row: Sample(s.content, s.class_name, s.part, [(s.class_name, [0.0, 0.0, 1.0, 1.0])])
        if s.class_name is not None and not s.boxes
        else s
        for row, s in samples.items()
    }


@ROUND
@given(content=picture_contents())
def test_folder(content: Content, tmp_path: Path) -> None:
    path = export(content, "folder", tmp_path)
    found = by_number(imported(path, "folder", size=SIDE, colour=colour(content)))
    known = json.loads(members(path).get("classes.json", b"{}"))
    for sample in found.values():
        if sample.class_name is not None:
            sample.class_name = known.get(sample.class_name, sample.class_name)
    wanted = expected(content)
    if len({sample.part for sample in wanted.values()}) == 1:
        wanted = {row: Sample(s.content, s.class_name, None, []) for row, s in wanted.items()}
    assert found == wanted


@ROUND
@given(content=picture_contents())
def test_npz(content: Content, tmp_path: Path) -> None:
    path = export(content, "npz", tmp_path)
    assert opened(path, "arrays").shape == content.manifest.shape
    assert by_number(imported(path, "arrays")) == expected(content)


@ROUND
@given(content=picture_contents(boxes=True))
def test_coco(content: Content, tmp_path: Path) -> None:
    path = export(content, "coco", tmp_path)
    found = by_number(imported(path, "coco", size=SIDE, colour=colour(content)))
    wanted = marked(expected(content))
    assert without_boxes(found) == without_boxes(wanted)
    assert_same_boxes(found, wanted)


@ROUND
@given(content=picture_contents(boxes=True))
def test_yolo(content: Content, tmp_path: Path) -> None:
    path = export(content, "yolo", tmp_path)
    found = by_number(imported(path, "yolo", size=SIDE, colour=colour(content)))
    wanted = marked(expected(content))
    assert without_boxes(found) == without_boxes(wanted)
    assert_same_boxes(found, wanted)


@ROUND
@given(content=picture_contents(boxes=True))
def test_label_studio_pictures(content: Content, tmp_path: Path) -> None:
    path = export(content, "labelstudio", tmp_path)
    found = by_number(imported(path, "labelstudio", size=SIDE, colour=colour(content)))
    wanted = expected(content)
    assert without_boxes(found) == without_boxes(wanted)
    assert_same_boxes(found, wanted)


@ROUND
@given(content=text_contents())
def test_label_studio_texts(content: Content, tmp_path: Path) -> None:
    path = export(content, "labelstudio", tmp_path)
    assert imported(path, "labelstudio") == list(expected(content).values())


@ROUND
@given(content=text_contents())
def test_json_lines(content: Content, tmp_path: Path) -> None:
    path = export(content, "jsonl", tmp_path)
    assert imported(path, "text") == list(expected(content).values())


@ROUND
@given(content=text_contents())
def test_csv_up_to_the_sign_in_front_of_formulas(content: Content, tmp_path: Path) -> None:
    def defused(cell: str) -> str:
        shown = cell.replace("\0", "\ufffd")
        return f"'{shown}" if shown.startswith(FORMULA) else shown

    path = export(content, "csv", tmp_path)
    assert imported(path, "text") == [
        Sample(
            defused(str(sample.content)),
            None if sample.class_name is None else defused(sample.class_name),
            sample.part,
            [],
        )
        for sample in expected(content).values()
    ]


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_texts_that_were_damaged_before_are_not_damaged_more(name: str, tmp_path: Path) -> None:
    """What was no UTF-8 once has been U+FFFD since, which must not look like another encoding."""
    content = make_content(["ol\ufffd"], [0])
    assert [sample.content for sample in imported(export(content, name, tmp_path), "text")] == [
        "ol\ufffd"
    ]
