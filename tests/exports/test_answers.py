"""Answers leave in files that other programs read."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from studio.core.answer_formats import ANSWER_FORMATS
from studio.core.errors import Cancelled, InvalidInput
from studio.core.label_answer import LabelRecord, Suggestion
from studio.exports.answers import AnswerContent, write_answers
from studio.exports.answers_rows import safe
from studio.sources.answers_rows import unsafe
from studio.sources.labelstudio import answer_of
from tests.answers import (
    CLASSES,
    HIGH,
    WIDE,
    answer,
    boxed,
    content_of,
    labelled,
    record,
    session_of,
    silent,
)


def written(
    tmp_path: Path, content: AnswerContent, format_name: str
) -> tuple[Path, dict[str, Any]]:
    path = tmp_path / f"a{ANSWER_FORMATS[format_name].suffix}"
    return path, write_answers(content, format_name, path, silent)


def test_tasks_of_label_studio(tmp_path: Path) -> None:
    given = [
        record(
            2,
            answer(2, labelled("cat"), seconds=1.5, unsure=True, comment="blurred"),
            answer(2, None, "bob", 2),
            value=labelled("über"),
            state="settled",
            decided_by="rita",
        ),
        record(3, answer(3, labelled("cat"), id=3), gold=labelled("cat")),
        record(4),
    ]

    def suggestion(item: int) -> Suggestion | None:
        return (
            Suggestion(value=labelled("cat"), score=0.75, source="model m:1") if item == 2 else None
        )

    content = content_of(session_of(), given, names=[f"{n}.jpg" for n in range(10)], suggestion=suggestion)  # fmt: skip
    path, facts = written(tmp_path, content, "labelstudio")
    first, gold = json.loads(path.read_text())
    assert facts == {
        "format": "labelstudio", "samples": 2, "answers": 3, "waiting": 0, "bytes": path.stat().st_size,
    }  # fmt: skip
    assert first["data"] == {"image": "images/00000002.png", "item": 2, "name": "2.jpg"}
    said, skip, decision = first["annotations"]
    assert said["meta"] == {"annotator": "ann", "unsure": True, "comment": "blurred"}
    assert (said["lead_time"], said["was_cancelled"], said["ground_truth"]) == (1.5, False, False)
    assert (skip["was_cancelled"], skip["result"]) == (True, [])
    assert decision["ground_truth"] is True
    assert decision["meta"] == {"role": "decision", "annotator": "rita"}
    assert [a["ground_truth"] for a in gold["annotations"]] == [False, True]
    (predicted,) = first["predictions"]
    assert (predicted["model_version"], predicted["score"]) == ("model m:1", 0.75)
    assert predicted["result"][0]["value"] == {"choices": ["cat"]}
    every = [a for task in (first, gold) for a in task["annotations"]]
    assert all("completed_by" not in a and isinstance(a["result"], list) for a in every)
    ids = [r["id"] for a in every for r in a["result"]] + [r["id"] for r in predicted["result"]]
    assert len(ids) == len(set(ids)), "Label Studio wants them unique within a task"
    assert answer_of(gold).class_name == "cat", "as a dataset it is read as well"


def test_coco_and_yolo_hold_what_counts(tmp_path: Path) -> None:
    counts = boxed(("cat", 0.25, 0.5, 0.5, 0.25), ("über", 0, 0, 1, 1))
    given = [
        record(2, answer(2, boxed()), value=counts),
        record(3, answer(3, counts, id=2)),
        record(5, answer(5, boxed(), id=3), value=boxed()),
    ]
    content = content_of(session_of("boxes"), given)
    path, facts = written(tmp_path, content, "coco")
    assert (facts["samples"], facts["waiting"]) == (2, 1)
    found = json.loads(path.read_text())
    assert [c["name"] for c in found["categories"]] == list(CLASSES)
    assert [(i["id"], i["file_name"], i["width"]) for i in found["images"]] == [
        (2, "00000002.png", WIDE),
        (5, "00000005.png", WIDE),
    ]
    whole, part = found["annotations"]
    assert (whole["bbox"], whole["category_id"]) == ([0, 0, WIDE, HIGH], 5)
    assert (part["bbox"], part["area"], part["image_id"]) == ([10, 10, 20, 5], 100, 2)
    path, _ = written(tmp_path, content_of(session_of("boxes"), given), "yolo")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "data.yaml", "labels/test/00000002.txt", "labels/test/00000005.txt",
        ]  # fmt: skip
        facts = yaml.safe_load(archive.read("data.yaml"))
        assert list(facts["names"].values()) == list(CLASSES)
        lines = archive.read("labels/test/00000002.txt").decode().split("\n")
        assert lines[1] == "0 0.5000000000 0.6250000000 0.5000000000 0.2500000000"
        assert archive.read("labels/test/00000005.txt") == b""


def test_spreadsheets_run_nothing(tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "''@x"]
    given = [
        record(n, answer(n, labelled("=1+1"), f"={n}", n + 1, comment=comment))
        for n, comment in enumerate(hostile)
    ]
    path, facts = written(tmp_path, content_of(session_of(), given), "csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert facts["answers"] == len(rows) == len(hostile)
    for row, comment in zip(rows, hostile, strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
        assert unsafe(row["comment"]) == comment
    assert rows[0]["time"] == "2023-11-14T22:13:21.000000+00:00"
    for harmless in ("'t Hooft", "''", "a=b", ""):
        assert safe(harmless) == harmless == unsafe(harmless)


def test_nothing_is_left_where_nothing_is_said_or_it_is_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with pytest.raises(InvalidInput, match="Nobody has answered"):
        write_answers(content_of(session_of(), [record(1)]), "labelstudio", path, silent)
    with pytest.raises(InvalidInput, match="holds boxes only"):
        write_answers(content_of(session_of(), []), "coco", path, silent)

    def stop(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Cancelled.", "Somebody asked for it.", "")

    def endless() -> Iterator[LabelRecord]:
        for item in range(10**9):
            yield record(0, answer(0, labelled("cat"), id=item + 1))

    for name in ("labelstudio", "csv", "jsonl"):
        with pytest.raises(Cancelled):
            write_answers(content_of(session_of(), endless()), name, path, stop)
    assert list(tmp_path.iterdir()) == []
