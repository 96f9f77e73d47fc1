"""Answers come back out of files: of the studio, of Label Studio, of COCO and YOLO, and of hostile strangers."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.answer_formats import ANSWER_FORMATS, possible_formats
from studio.core.errors import Cancelled, InvalidInput, StudioError, TooLarge
from studio.core.label_answer import LabelRecord, LabelValue
from studio.core.label_judge import check_value
from studio.core.label_session import LabelSession
from studio.exports.answers import AnswerContent, write_answers
from studio.sources import answers_rows
from studio.sources.answers import Fault, KnownSamples, Said, read_answers
from tests.answers import (
    CLASSES,
    TEXT,
    answer,
    boxed,
    content_of,
    labelled,
    record,
    records,
    samples_of,
    session_of,
    silent,
)

SESSIONS = {
    "single": session_of("single"),
    "multi": session_of("multi"),
    "boxes": session_of("boxes"),
    "spans": session_of("multi", task="text", spans=True),
}
ROUNDS = [
    (kind, name) for kind, s in SESSIONS.items() for name in possible_formats(s.config.answer)
]
EASY = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def read(
    path: Path, format_name: str, samples: KnownSamples, wish: Any = "answers"
) -> list[Said | Fault]:
    return list(read_answers(path, format_name, samples, silent, wish=wish))


def said(path: Path, format_name: str, samples: KnownSamples, wish: Any = "answers") -> list[Said]:
    found = read(path, format_name, samples, wish)
    assert [fault for fault in found if isinstance(fault, Fault)] == []
    return [one for one in found if isinstance(one, Said)]


def faults(path: Path, format_name: str, samples: KnownSamples) -> list[str]:
    found = read(path, format_name, samples)
    return [f"{one.place}: {one.reason}" for one in found if isinstance(one, Fault)]


def round_trip(
    folder: Path, content: AnswerContent, format_name: str, wish: Any = "answers"
) -> list[Said]:
    path = folder / f"answers{ANSWER_FORMATS[format_name].suffix}"
    path.unlink(missing_ok=True)
    write_answers(content, format_name, path, silent)
    return said(path, format_name, samples_of(content), wish)


def alike(one: LabelValue | None, other: LabelValue | None) -> bool:
    """Tell whether two values are the same up to the rounding of a format."""
    if one is None or other is None:
        return one is other
    if (one.classes, one.spans, len(one.boxes)) != (other.classes, other.spans, len(other.boxes)):
        return False
    left = list(other.boxes)
    for box in one.boxes:
        ours = (box.left, box.top, box.width, box.height)
        near = [
            b
            for b in left
            if b.class_name == box.class_name
            and (b.left, b.top, b.width, b.height) == pytest.approx(ours, abs=2e-9)
        ]
        if not near:
            return False
        left.remove(near[0])
    return True


@pytest.mark.parametrize(("kind", "format_name"), ROUNDS)
@EASY
@given(data=st.data())
def test_what_leaves_comes_back(
    tmp_path: Path, kind: str, format_name: str, data: st.DataObject
) -> None:
    session = SESSIONS[kind]
    given_records = data.draw(records(session))
    content = content_of(session, given_records, names=[f"pets/{n}.png" for n in range(10)])
    settled = {r.item: r.value for r in given_records if r.value is not None}
    if format_name in ("coco", "yolo"):
        if not settled:
            with pytest.raises(InvalidInput, match="none that counts yet"):
                round_trip(tmp_path, content, format_name)
            return
        found = {one.item: one.value for one in round_trip(tmp_path, content, format_name)}
        assert found.keys() == settled.keys()
        assert all(alike(found[item], value) for item, value in settled.items())
        return
    found = round_trip(tmp_path, content, format_name)
    wanted = [a for r in given_records for a in r.answers]
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert (one.item, one.annotator) == (other.item, other.annotator)
        assert (one.unsure, one.comment, one.seconds) == (
            other.unsure,
            other.comment,
            other.seconds,
        )
        assert alike(one.value, other.value)
        if one.value is not None:
            length = None if session.task == "images" else len(TEXT)
            check_value(session, one.value, 0, length)


@pytest.mark.parametrize("kind", SESSIONS)
@EASY
@given(data=st.data())
def test_json_lines_lose_nothing(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    session = SESSIONS[kind]
    given_records = data.draw(records(session))
    path = tmp_path / "all.jsonl"
    write_answers(content_of(session, given_records), "jsonl", path, silent)
    lines = path.read_text().splitlines()
    assert [LabelRecord.model_validate_json(line) for line in lines] == given_records


def test_suggestions_are_predictions_or_what_counts(tmp_path: Path) -> None:
    session = session_of("single")
    content = content_of(
        session,
        [
            record(1, answer(1, labelled("cat")), answer(1, labelled("über"), "bob", 2)),
            record(2, answer(2, labelled("cat"), id=3), value=labelled("über")),
        ],
    )
    for name in ("jsonl", "csv", "labelstudio"):
        found = round_trip(tmp_path, content, name, "suggestions")
        values = {one.item: one.value for one in found}
        assert values[1] == labelled("über"), "the latest answer"
        assert values[2] == (labelled("über") if name == "jsonl" else labelled("cat"))
    tasks = [
        {"data": {"item": 1}, "predictions": [prediction("cat", 0.2), prediction("über", 0.7)]},
        {"data": {"item": 2}, "predictions": [prediction("cat", 7)], "annotations": []},
    ]
    found = said(
        write(tmp_path, "p.json", tasks), "labelstudio", samples_of(content), "suggestions"
    )
    assert [(one.item, one.value, one.score) for one in found] == [
        (1, labelled("über"), 0.7),
        (2, labelled("cat"), 1.0),
    ]


def prediction(name: str, score: float) -> dict[str, Any]:
    return {"score": score, "model_version": "m", "result": [choice(name)]}


def choice(*names: str) -> dict[str, Any]:
    place = {"id": "x", "from_name": "c", "to_name": "i", "type": "choices"}
    return place | {"value": {"choices": list(names)}}


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_tasks_as_label_studio_exports_them(tmp_path: Path) -> None:
    """Shapes of Label Studio 1.x: upload paths, people as numbers or objects, drafts, several annotations."""
    content = content_of(
        session_of("boxes"), [], names=["cats/tom.png", "dogs/rex.png", *map(str, range(8))]
    )
    box = {
        "original_width": 400, "original_height": 200, "image_rotation": 0, "id": "aB3", "from_name": "label",
        "to_name": "image", "type": "rectanglelabels", "origin": "manual",
        "value": {"x": 25, "y": 50, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["cat"]},
    }  # fmt: skip
    brush = {"type": "brushlabels", "value": {"brushlabels": ["cat"], "rle": [1, 2]}}
    tasks = [
        {
            "id": 41,
            "annotations": [
                {"id": 9, "completed_by": 3, "result": [box, brush], "was_cancelled": False, "lead_time": 4.5,
                 "created_at": "2024-03-05T10:00:00.000000Z", "updated_at": "2024-03-05T11:00:00.000000Z"},
                {"id": 8, "completed_by": {"id": 1, "email": "a@b.org"}, "result": [], "was_cancelled": True,
                 "created_at": "2024-03-04T10:00:00.000000Z", "updated_at": "2024-03-04T10:00:00.000000Z"},
            ],
            "drafts": [], "predictions": [], "meta": {}, "total_annotations": 2,
            "data": {"image": "/data/upload/2/1f2e3d4c-tom.png"},
        }
    ]  # fmt: skip
    skip, found = said(write(tmp_path, "t.json", tasks), "labelstudio", samples_of(content))
    assert (skip.value, skip.annotator, skip.item) == (None, "a@b.org", 0)
    assert (found.annotator, found.seconds) == ("user 3", 4.5)
    assert found.value == boxed(("cat", 0.25, 0.5, 0.5, 0.5))
    assert found.ignored == ("brushlabels",)


def test_samples_are_found_by_number_name_and_text(tmp_path: Path) -> None:
    texts = content_of(session_of("single", task="text"), [], count=3)
    samples = samples_of(texts)
    task = {"annotations": [{"result": [choice("cat")]}]}
    tasks = [{**task, "data": {"text": f"{TEXT} 2"}}, {**task, "data": {"item": 1}}]
    found = said(write(tmp_path, "t.json", tasks), "labelstudio", samples)
    assert [one.item for one in found] == [2, 1]
    wrong = [
        {**task, "data": {"text": "nobody wrote this"}},
        {**task, "data": {"text": f"{TEXT} 2", "item": 1}},
        {**task, "data": {"item": 3}},
        {**task, "data": {}},
        {"id": 5},
    ]
    assert faults(write(tmp_path, "w.json", wrong), "labelstudio", samples) == [
        "task 1: No sample has the text “nobody wrote this”.",
        "task 2: Sample 1 of zoo:1 has another text.",
        "task 3: There is no sample 3: zoo:1 has 0 to 2.",
        "task 4: It does not say which sample it is about.",
        "task 5: it is no task of Label Studio, which has data and annotations",
    ]
    names = ["a/1.png", "b/1.png", "tom.png", "", "00000001.png"]
    pictures = samples_of(content_of(session_of(), [], count=5, names=names))
    table = "name,class\nb/1.png,cat\ntom,cat\n00000001.png,cat\nx/a/1.png,cat\n"
    found = said(write(tmp_path, "t.csv", table), "csv", pictures)
    assert [one.item for one in found] == [1, 2, 4, 0]
    table = "name,class,item\n1.png,cat,\nrex.png,cat,\nrex.png,cat,2\n,cat,x\n"
    assert faults(write(tmp_path, "w.csv", table), "csv", pictures) == [
        "line 2: 2 samples are called like “1.png”; say which by item.",
        "line 3: No sample “rex.png” is known.",
        "line 4: Sample 2 of zoo:1 is called “tom.png”, not “rex.png”.",
        "line 5: There is no sample x: zoo:1 has 0 to 4.",
    ]


def test_tables_that_people_make(tmp_path: Path) -> None:
    samples = samples_of(content_of(session_of(), []))
    table = (
        "\ufeffNumber;Label;By;Unsure;Seconds\r\n"
        "3;dog; ann ;yes;2,5\r\n"
        "4;'=1+1;bob;;nan\r\n"
        '5;"""dog; wet""";bob;0;1e400\r\n'
        "6;;bob;1;\r\n"
    )
    found = said(write(tmp_path, "t.csv", table), "csv", samples)
    assert [(o.item, o.value, o.annotator, o.unsure, o.seconds) for o in found] == [
        (3, labelled("dog"), "ann", True, None),
        (4, labelled("=1+1"), "bob", False, None),
        (5, labelled("dog; wet"), "bob", False, None),
    ]
    lines = '{"item": 3, "label": 7}\n\n{"item": 4, "value": {"classes": []}}\n{"item": 5, "classes": ["a", "b"]}'
    found = said(write(tmp_path, "t.jsonl", lines), "jsonl", samples)
    assert [one.value for one in found] == [labelled("7"), labelled(), labelled("a", "b")]


NESTED = "[" * 70 + "]" * 70
BAD_FILES: list[tuple[str, str, str]] = [
    ("csv", "", "has no columns of answers"),
    ("csv", "a,b\n1,2\n", "has no columns of answers"),
    ("csv", "item,class\n1\n", "it has 1 of 2 columns"),
    ("csv", 'item,class\n1,"cat\n', "is not closed"),
    ("csv", "item,class\n1,c\0t\n", "NUL"),
    ("csv", "item,class\n1," + "x" * 1_100_000, "more than 1,000,000 bytes"),
    ("csv", 'item,boxes\n1,"[{""class_name"": ""cat""}]"\n', "is not set"),
    ("csv", "item,boxes\n1,[[[\n", "Marks are no JSON"),
    ("csv", 'item,boxes\n1,"[{""class_name"":""c"",""left"":NaN,""top"":0,""width"":1,""height"":1}]"\n', "finite"),
    ("csv", "item,class,act\n1,cat,perhaps\n", "not answer or skip"),
    ("jsonl", "{", "it is not JSON"),
    ("jsonl", "[]", "not a JSON object"),
    ("jsonl", '{"item": 1, "x": ' + NESTED + "}", "nests deeper"),
    ("jsonl", '{"item": 1, "state": "open"}', "is not set"),
    ("jsonl", '{"item": -1, "state": "open", "value": null}', "no sample -1"),
    ("jsonl", '{"item": 1e999, "class": "cat"}', "no sample inf"),
    ("jsonl", '{"item": true, "class": "cat"}', "no sample True"),
    ("jsonl", '{"item": 1, "classes": [["cat"]]}', "no names"),
    ("labelstudio", "", "neither a list nor an object"),
    ("labelstudio", "[{]", "cannot be read as JSON"),
    ("labelstudio", f'[{{"data": {{}}, "x": {NESTED}}}]', "nests deeper"),
    ("labelstudio", '{"a": [1]}', "no task"),
    ("labelstudio", '[{"data": {"item": 1}, "annotations": [{"result": 1}]}]', "no list"),
    ("labelstudio", '[{"data": {"item": 1}, "annotations": [{"result": [1]}]}]', "no value"),
    ("coco", "[]", "holds no COCO images"),
    ("coco", '{"images": [1]}', "no object"),
    ("coco", '{"images": [{"id": 1, "file_name": "00000001.png"}]}', "no width"),
    ("coco", '{"images": [{"id": 1, "file_name": "00000001.png", "width": 3, "height": 9}]}', "displaced"),
    ("yolo", "no zip", "cannot be read as a zip archive"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("format_name", "text", "reason"),
    BAD_FILES,
    ids=[f"{number}-{case[0]}" for number, case in enumerate(BAD_FILES)],
)
def test_bad_files_say_what_is_wrong(
    tmp_path: Path, format_name: str, text: str, reason: str
) -> None:
    samples = samples_of(content_of(session_of("boxes"), []))
    path = write(tmp_path, "bad", text)
    try:
        words = " ".join(faults(path, format_name, samples))
    except StudioError as error:
        words = str(error)
    assert reason in words


def test_boxes_of_coco_are_checked(tmp_path: Path) -> None:
    samples = samples_of(content_of(session_of("boxes"), []))
    image = {"id": 7, "file_name": "00000001.png", "width": 400, "height": 200}

    def boxes(*entries: dict[str, Any], images: Any = (image,)) -> Path:
        categories = [{"id": 1, "name": "cat"}]
        annotations = [{"image_id": 7, "category_id": 1, **entry} for entry in entries]
        return write(
            tmp_path,
            "c.json",
            {"annotations": annotations, "images": list(images), "categories": categories},
        )

    found = said(
        boxes({"bbox": [100, 50, 200, 150.1], "score": 0.5}, {"bbox": [0, 0, 40, 20]}),
        "coco",
        samples,
    )
    assert [(one.item, one.score) for one in found] == [(1, 0.5)]
    assert alike(found[0].value, boxed(("cat", 0.25, 0.25, 0.5, 0.75), ("cat", 0, 0, 0.1, 0.1)))
    for entry, reason in (
        ({"bbox": [0, 0, 500, 20]}, "outside of the picture"),
        ({"bbox": [0, 0, 0, 20]}, "no width"),
        ({"bbox": [0, 0, 20]}, "four numbers"),
        ({"bbox": [0, 0, None, 20]}, "four numbers"),
        ({"bbox": [0, 0, 9, 20], "category_id": 3}, "category 3 is not listed"),
        ({"bbox": [0, 0, 9, 20], "image_id": 3}, "image 3, which is not listed"),
        ({"bbox": [0, 0, 9, 20], "image_id": 10**30}, "image_id is no number"),
    ):
        assert reason in " ".join(faults(boxes(entry), "coco", samples))
    twice = faults(boxes(images=[image, {**image, "id": 8}]), "coco", samples)
    assert "two images have the sample 1" in " ".join(twice)


def test_labels_of_yolo_are_checked(tmp_path: Path) -> None:
    names = [*(f"pets/{n}.png" for n in range(9)), "00000001.png"]
    samples = samples_of(content_of(session_of("boxes"), [], names=names))

    def archive(**files: str) -> Path:
        path = tmp_path / "y.zip"
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("data.yaml", "names: [cat, dog]")
            for name, text in files.items():
                made.writestr(name.replace("__", "/") + ".txt", text)
        return path

    found = said(
        archive(labels__3="1 .5 .5 1 1 .25\n0 .25 .25 .5 .5\n", labels__4=""), "yolo", samples
    )
    assert [(one.item, len(one.value.boxes), one.score) for one in found if one.value] == [
        (3, 2, 0.25),
        (4, 0, 1.0),
    ]
    assert [one.item for one in said(archive(labels__00000001=""), "yolo", samples)] == [9], (
        "a name goes before a number where the file is not the studio's own"
    )
    for text, reason in (
        ("7 .5 .5 1 1", "no class 7"),
        ("0 .5 .5 1", "4 numbers"),
        ("0 .5 .5 1 x", "more than numbers"),
        ("0 .9 .5 1 1", "outside of the picture"),
        ("0 .5 .5 1 1\n" * 2001, "more than 2,000 boxes"),
    ):
        assert reason in " ".join(faults(archive(labels__3=text), "yolo", samples))
    assert "no sample" in " ".join(faults(archive(labels__tom=""), "yolo", samples)).lower()
    assert "another file" in " ".join(faults(archive(a__3="", b__3=""), "yolo", samples))
    with pytest.raises(InvalidInput, match="holds no labels"):
        read(archive(), "yolo", samples)


def test_yolo_bombs_are_refused(tmp_path: Path) -> None:
    samples = samples_of(content_of(session_of("boxes"), []))
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.yaml", "names: [cat]")
        made.writestr("labels/1.txt", b"0" * 30_000_000)
    with pytest.raises(InvalidInput, match="expands from"):
        read(path, "yolo", samples)


def test_own_archives_are_read_by_number(tmp_path: Path) -> None:
    """Also where another sample is called like a number."""
    content = content_of(
        session_of("boxes"),
        [record(2, answer(2, boxed()), value=boxed(("cat", 0, 0, 1, 1)))],
        names=["00000002.png", *(str(n) for n in range(9))],
    )
    for name in ("yolo", "coco", "csv", "labelstudio", "jsonl"):
        assert {one.item for one in round_trip(tmp_path, content, name)} == {2}


def test_json_lines_may_be_longer_than_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = samples_of(content_of(session_of(), []))
    path = write(
        tmp_path, "l.jsonl", json.dumps({"item": 1, "class": "cat", "more": "x" * 1_500_000})
    )
    assert [one.item for one in said(path, "jsonl", samples)] == [1]
    monkeypatch.setattr(answers_rows, "MAX_RECORD", 1_000_000)
    with pytest.raises(TooLarge, match="more than 1,000,000 bytes"):
        read(path, "jsonl", samples)


@pytest.mark.parametrize("format_name", ANSWER_FORMATS)
def test_reading_can_be_cancelled(tmp_path: Path, format_name: str) -> None:
    session = session_of("boxes")
    content = content_of(session, [record(1, answer(1, boxed()), value=boxed())])
    path = tmp_path / f"a{ANSWER_FORMATS[format_name].suffix}"
    write_answers(content, format_name, path, silent)

    def stop(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Cancelled.", "Somebody asked for it.", "")

    with pytest.raises(Cancelled):
        list(read_answers(path, format_name, samples_of(content), stop))


def test_names_of_classes_survive(tmp_path: Path) -> None:
    session: LabelSession = session_of("multi")
    every = [record(1, answer(1, labelled(*CLASSES)), value=labelled(*CLASSES))]
    make: Callable[[], AnswerContent] = lambda: content_of(session, every)  # noqa: E731
    for name in ("csv", "jsonl", "labelstudio"):
        (found,) = round_trip(tmp_path, make(), name)
        assert found.value == labelled(*CLASSES)
