"""Label Studio's JSON export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import InvalidInput
from studio.sources import Places, Source, annotated, labelstudio
from tests.sources.conftest import picture_bytes, write_tree, write_zip
from tests.sources.reading import assert_resumes, dropped, opened, read, skipped

Json = dict[str, Any]
PICTURE = picture_bytes(200, (40, 20))


def choice(*names: str) -> Json:
    return {"id": "a", "from_name": "class", "type": "choices", "value": {"choices": list(names)}}


def rectangle(name: str, x: Any, y: Any, width: Any, height: Any, **more: Any) -> Json:
    place = {"x": x, "y": y, "width": width, "height": height, "rotation": 0}
    value = place | {"rectanglelabels": [name]} | more
    return {
        "type": "rectanglelabels",
        "value": value,
        "original_width": 40,
        "original_height": 20,
    }


def task(data: Json, *results: Json, **more: Any) -> Json:
    annotations = [{"id": 1, "result": list(results)}] if results else []
    return {"id": 1, "data": data, "annotations": annotations, "predictions": []} | more


def write(root: Path, tasks: Any, pictures: tuple[str, ...] = ("1.png", "2.png")) -> Path:
    files = {f"images/{name}": PICTURE for name in pictures}
    return write_tree(root, files | {"tasks.json": json.dumps(tasks).encode()})


def test_choices_are_classes_and_rectangles_are_boxes(places: Places, tmp_path: Path) -> None:
    tasks = [
        task({"image": "/data/upload/1/1.png"}, choice("dog", "cat"), rectangle("leg", 25, 50, 50, 50)),
        task({"image": "/data/upload/1/2.png"}, rectangle("leg", 0, 0, 100, 100)),
    ]  # fmt: skip
    source = opened(places, "labelstudio", write(tmp_path / "p", tasks), fit="stretch")
    assert source.class_names == ("dog", "leg")
    assert source.task == "images"
    first, second = read(source)
    assert (first.class_name, second.class_name) == ("dog", "leg")
    assert first.boxes == [("leg", 0.25, 0.5, 0.5, 0.5)]
    assert first.name == "images/1.png"
    crops = read(opened(places, "labelstudio", write(tmp_path / "p", tasks), take="boxes"))
    assert [(crop.class_name, crop.name) for crop in crops] == [
        ("leg", "images/1.png#0"),
        ("leg", "images/2.png#0"),
    ]


def test_latest_annotation_counts_and_cancelled_ones_do_not(places: Places, tmp_path: Path) -> None:
    def annotation(name: str, **facts: Any) -> Json:
        return {"result": [choice(name)]} | facts

    cases: list[tuple[str | None, list[Any]]] = [
        ("new", [annotation("old", id=1), annotation("new", id=2)]),
        ("new", [annotation("new", id=2), annotation("old", id=1)]),
        (
            "new",
            [
                annotation("new", id=1, updated_at="2024-02-01T10:00:00Z"),
                annotation("old", id=2, updated_at="2024-01-01T10:00:00Z"),
            ],
        ),
        ("old", [annotation("old", id=1), annotation("new", id=2, was_cancelled=True)]),
        ("new", [annotation("old"), annotation("new")]),
        (None, [annotation("new", was_cancelled=True)]),
        (None, [None, "x", {"result": None}, {"result": [None, {"value": 3}]}]),
        (None, []),
    ]
    for wanted, given in cases:
        tasks = [
            {"data": {"image": "1.png"}, "annotations": given},
            task({"image": "2.png"}, choice("other")),
        ]
        source = opened(places, "labelstudio", write(tmp_path / "p", tasks))
        assert read(source)[0].class_name == wanted


def test_predictions_are_ignored(places: Places, tmp_path: Path) -> None:
    guess = [{"result": [choice("wolf")], "score": 0.9}]
    tasks = [
        task({"image": "1.png"}, predictions=guess),
        task({"image": "2.png"}, choice("dog"), predictions=guess),
    ]
    source = opened(places, "labelstudio", write(tmp_path / "p", tasks))
    assert source.class_names == ("dog",)
    assert [sample.class_name for sample in read(source)] == [None, "dog"]


def test_turned_rectangle_becomes_the_box_around_it(places: Places, tmp_path: Path) -> None:
    turned = rectangle("leg", 50, 0, 25, 25, rotation=90)  # 10x5 pixels become 5x10
    source = opened(
        places,
        "labelstudio",
        write(tmp_path / "p", [task({"image": "1.png"}, turned)]),
        fit="stretch",
    )
    assert read(source)[0].boxes == [("leg", 0.375, 0, 0.125, 0.5)]


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        (rectangle("leg", None, 0, 10, 10), "not finite"),
        (rectangle("leg", "5", 0, 10, 10), "not finite"),
        (rectangle("leg", float("nan"), 0, 10, 10), "not finite"),
        (rectangle("leg", 0, 0, 10**400, 10), "not finite"),
        (rectangle("leg", 0, 0, 10, 10, rotation="x"), "not finite"),
        (rectangle("leg", 0, 0, 0, 10), "no width"),
        (rectangle("leg", 200, 0, 10, 10), "outside"),
    ],
)
def test_bad_rectangles_are_dropped_and_counted(
    places: Places, tmp_path: Path, box: Json, reason: str
) -> None:
    tasks = [task({"image": "1.png"}, box, rectangle("ear", 0, 0, 50, 50))]
    source = opened(places, "labelstudio", write(tmp_path / "p", tasks), fit="stretch")
    assert read(source)[0].boxes == [("ear", 0, 0, 0.5, 0.5)]
    assert reason in dropped(source)["images/1.png#0"]


@pytest.mark.parametrize(
    "path",
    [
        "/data/upload/3/0a1b2c3d-1.png",
        "/data/local-files/?d=images/1.png",
        "s3://bucket/images/1.png",
        "https://host/images/1.png?x=1",
        "images/1.png",
        "C:\\images\\1.png",
    ],
)
def test_pictures_are_found_however_their_path_is_written(
    places: Places, tmp_path: Path, path: str
) -> None:
    folder = write(tmp_path / "p", [task({"url": path, "note": "hello"}, choice("dog"))])
    assert [s.name for s in read(opened(places, "labelstudio", folder))] == ["images/1.png"]


def test_missing_picture_is_skipped(places: Places, tmp_path: Path) -> None:
    tasks = [task({"image": "x/9.png"}, choice("cat")), task({"image": "1.png"}, choice("dog"))]
    source = opened(places, "labelstudio", write(tmp_path / "p", tasks))
    assert [sample.class_name for sample in read(source)] == ["dog"]
    assert "no such picture" in skipped(source)["x/9.png"]
    assert source.class_names == ("dog",)


def test_parts_are_read_where_tasks_have_them(places: Places, tmp_path: Path) -> None:
    tasks = [
        task({"image": "1.png", "split": "test"}, choice("a")),
        task({"image": "2.png"}, choice("b")),
    ]
    folder = write(tmp_path / "p", tasks)
    assert [s.part for s in read(opened(places, "labelstudio", folder))] == ["test", None]
    samples = read(opened(places, "labelstudio", folder, own_split=False))
    assert [sample.part for sample in samples] == [None, None]


def test_strange_entries_and_files_are_counted(places: Places, tmp_path: Path) -> None:
    tasks = [task({"image": "1.png"}, choice("dog")), 3, {"no": "data"}, {"data": []}]
    folder = write(tmp_path / "p", tasks)
    write_tree(folder, {"other.json": b'{"a": [1]}'})
    source = opened(places, "labelstudio", folder)
    assert len(read(source)) == 1
    assert source.facts["skipped"]["count"] == 4
    assert "no tasks" in skipped(source)["other.json"]


TEXTS = [
    task({"text": "fine film", "split": "train"}, choice("good"), id=7),
    task({"review": "boring", "split": "test"}, choice("bad"), id=8),
    task({"text": "no answer", "name": "row 3"}, id=9),
    task({"number": 3}, choice("bad"), id=10),
    task({"a": "two", "b": "texts"}, choice("bad"), id=11),
]


@pytest.mark.parametrize("how", ["file", "folder", "zip", "upload"])
def test_texts_are_samples_where_no_task_has_a_picture(
    places: Places, tmp_path: Path, upload: Callable[[dict[str, bytes]], str], how: str
) -> None:
    files = {"tasks.json": json.dumps(TEXTS).encode()}
    if how == "upload":
        source = opened(places, "labelstudio", upload=upload(files))
    elif how == "zip":
        source = opened(places, "labelstudio", write_zip(tmp_path / "t.zip", files))
    else:
        folder = write_tree(tmp_path / "t", files)
        source = opened(places, "labelstudio", folder / "tasks.json" if how == "file" else folder)
    assert (source.task, source.shape, source.count) == ("text", (0, 0, 0), 5)
    assert source.class_names == ("bad", "good")
    samples = read(source)
    assert [sample.content for sample in samples] == ["fine film", "boring", "no answer"]
    assert [sample.class_name for sample in samples] == ["good", "bad", None]
    assert [sample.part for sample in samples] == ["train", "test", None]
    assert [sample.name for sample in samples] == ["tasks.json#7", "tasks.json#8", "row 3"]
    assert set(skipped(source)) == {"tasks.json#10", "tasks.json#11"}


def test_long_or_broken_texts_are_no_danger(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(labelstudio, "MAX_TEXT", 10)
    tasks = [task({"text": "x" * 11}), task({"text": "a\ud800b"}), task({"text": "\u732b" * 3})]
    folder = write_tree(tmp_path / "t", {"tasks.json": json.dumps(tasks).encode()})
    source = opened(places, "labelstudio", folder)
    assert [sample.content for sample in read(source)] == ["a?b", "\u732b" * 3]
    assert "10 bytes" in skipped(source)["tasks.json#1"]


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 200_000, b"[1, 2", b"\xff"])
def test_what_is_no_json_is_refused(places: Places, tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InvalidInput, match="cannot be read as JSON"):
        opened(places, "labelstudio", write_tree(tmp_path / "t", {"tasks.json": data}))


def test_without_tasks_nothing_is_imported(places: Places, tmp_path: Path) -> None:
    for number, data in enumerate((b"[]", b"{}", b'[{"id": 1}]')):
        with pytest.raises(InvalidInput, match="not one picture"):
            opened(places, "labelstudio", write_tree(tmp_path / str(number), {"t.json": data}))


def test_interrupted_import_of_texts_goes_on_where_it_was(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(labelstudio, "CHUNK_SAMPLES", 4)
    files = {
        f"{name}.json": json.dumps(
            [
                task({"text": "" if number % 5 == 0 else f"{name} {number}"}, choice(name))
                for number in range(13)
            ]
        ).encode()
        for name in ("one", "two")
    }
    folder = write_tree(tmp_path / "t", files)

    def make() -> Source:
        return opened(places, "labelstudio", folder)

    assert_resumes(make)


def test_interrupted_import_of_pictures_goes_on_where_it_was(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(annotated, "chunk_length", lambda shape: 4)
    names = tuple(f"{number}.png" for number in range(14))
    tasks = [
        task({"image": name}, choice("dog"), rectangle("leg", 0, 0, 50 * (number % 2), 50))
        for number, name in enumerate(names)
    ]
    folder = write(tmp_path / "p", tasks, names)

    def make() -> Source:
        return opened(places, "labelstudio", folder)

    assert_resumes(make)
    assert np.all(np.diff([len(chunk) for chunk in make().chunks()]) <= 0)
