"""Pictures with YOLO labels."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InvalidInput, TooLarge
from studio.sources import Places, Source, annotated, yolo
from studio.sources.pictures import Unreadable
from studio.sources.yolo import parse_yaml
from tests.sources.conftest import picture_bytes, write_tree, write_zip
from tests.sources.reading import assert_resumes, dropped, opened, read, skipped

FACTS = b"path: ../datasets/pets\ntrain: images/train\nval: images/val\nnames: [cat, dog]\n"
PICTURE = picture_bytes(200, (40, 20))
FILES = {
    "data.yaml": FACTS,
    "images/train/1.png": PICTURE,
    "labels/train/1.txt": b"1 0.25 0.25 0.5 0.5\n0 0.75 0.75 0.5 0.5\n",
    "images/train/2.png": PICTURE,
    "images/val/3.png": PICTURE,
    "labels/val/3.txt": b"0 0.5 0.5 1 1\n",
}


def pets(tmp_path: Path, changes: dict[str, bytes | None] | None = None) -> Path:
    files = {**FILES, **(changes or {})}
    return write_tree(
        tmp_path / "pets", {name: data for name, data in files.items() if data is not None}
    )


def test_boxes_classes_and_parts_are_read(places: Places, tmp_path: Path) -> None:
    source = opened(places, "yolo", pets(tmp_path), fit="stretch")
    assert source.class_names == ("cat", "dog")
    assert source.count == 3
    first, second, third = read(source)
    assert first.boxes == [("dog", 0, 0, 0.5, 0.5), ("cat", 0.5, 0.5, 0.5, 0.5)]
    assert (first.class_name, second.class_name, third.class_name) == (None, None, "cat")
    assert [sample.part for sample in (first, second, third)] == ["train", "train", "validation"]
    assert first.name == "images/train/1.png"


def test_boxes_are_cut_out(places: Places, tmp_path: Path) -> None:
    samples = read(opened(places, "yolo", pets(tmp_path), take="boxes"))
    assert [sample.class_name for sample in samples] == ["dog", "cat", "cat"]
    assert [sample.part for sample in samples] == ["train", "train", "validation"]


def test_zip_gives_what_its_folder_gives(places: Places, tmp_path: Path) -> None:
    plain = read(opened(places, "yolo", pets(tmp_path)))
    packed = write_zip(tmp_path / "p.zip", {f"pets/{name}": data for name, data in FILES.items()})
    found = read(opened(places, "yolo", packed))
    assert [(s.boxes, s.part) for s in found] == [(s.boxes, s.part) for s in plain]


@pytest.mark.parametrize(
    ("facts", "classes"),
    [
        (b"names: [cat, dog]", ("cat", "dog")),
        (b"names:\n- cat\n- dog\nnc: 2", ("cat", "dog")),
        (b"names: {0: cat, 1: dog}", ("cat", "dog")),
        (b"names: {1: dog, 0: cat}", ("cat", "dog")),
        (b"names: {0: 'no', 1: 3}", ("no", "3")),
        (b"names: [no, on]", ("no", "on")),
        (b"names: [null, 1e3]", ("null", "1e3")),
        (b"names: [cat, cat]", ("cat",)),
        ("names: ['Katze 🐱', \"a: b # c\"]".encode(), ("Katze \U0001f431", "a: b # c")),
        (b"# c\r\nnames: ['cat', dog]\r\n", ("cat", "dog")),
        (b"\xef\xbb\xbfnames: [cat, dog]", ("cat", "dog")),
    ],
)
def test_names_are_read_however_they_are_written(
    places: Places, tmp_path: Path, facts: bytes, classes: tuple[str, ...]
) -> None:
    assert opened(places, "yolo", pets(tmp_path, {"data.yaml": facts})).class_names == classes


@pytest.mark.parametrize(
    "facts",
    [
        b"names: 3: 4: x",
        b"names: [cat, [dog]]",
        b"names: {a: cat}",
        b"names: {-1: cat}",
        b"nc: 3",
        b"[1, 2",
        b"names: &a [*a]",
        b"\xff\xfe",
        b"names: ['']",
        b"names: " + b"[" * 20_000,
        b"#" * 300_000,
        b"names: {? [a] : b}",
    ],
)
def test_broken_or_harmful_facts_are_refused(places: Places, tmp_path: Path, facts: bytes) -> None:
    folder = pets(tmp_path, {"data.yaml": facts})
    with pytest.raises(InvalidInput):
        opened(places, "yolo", folder)


def test_nothing_in_the_facts_is_ever_executed(places: Places, tmp_path: Path) -> None:
    facts = f"names: !!python/object/apply:os.system [touch {tmp_path}/done]"
    source = opened(places, "yolo", pets(tmp_path, {"data.yaml": facts.encode()}))
    assert source.class_names == (f"touch {tmp_path}/done",)
    assert not (tmp_path / "done").exists()


def test_yaml_that_explodes_is_read_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for one, other in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{other}: &{other} [{', '.join([f'*{one}'] * 9)}]")
    begun = time.process_time()
    assert set(parse_yaml("\n".join(lines).encode())) == set("abcdefghi")
    assert time.process_time() - begun < 1


@given(st.binary(max_size=80) | st.text(":-[]{}&*!|>'\"#,? \nab1", max_size=60).map(str.encode))
def test_yaml_never_escapes_as_another_error(data: bytes) -> None:
    try:
        found = parse_yaml(data)
    except Unreadable:
        return
    assert found is None or isinstance(found, str | list | dict)


def test_classes_txt_names_the_classes_too(places: Places, tmp_path: Path) -> None:
    folder = pets(tmp_path, {"data.yaml": None, "classes.txt": b"cat\r\ndog\n\n"})
    source = opened(places, "yolo", folder)
    assert source.class_names == ("cat", "dog")
    assert [sample.part for sample in read(source)] == ["train", "train", "validation"]
    (folder / "classes.txt").unlink()
    with pytest.raises(InvalidInput, match="no names"):
        opened(places, "yolo", folder)


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"data.yaml": b"names: [cat, dog]"}, ["train", "train", "validation"]),
        ({"data.yaml": FACTS.replace(b"val:", b"test:")}, ["train", "train", "test"]),
        ({"data.yaml": b"train: ../images/train\nnames: [cat, dog]"}, ["train", "train", None]),
        ({"data.yaml": b"train: /home/me/pets/images/val\nnames: [cat, dog]"}, [None, None, "train"]),
        ({"data.yaml": b"val: [images/train, images/val]\nnames: [cat, dog]"}, ["validation"] * 3),
        (
            {
                "data.yaml": b"train: train.txt\ntest: test.txt\nnames: [cat, dog]",
                "train.txt": b"./images/train/1.png\n/data/images/val/3.png\n",
                "test.txt": b"images/train/2.png\n",
            },
            ["train", "test", "train"],
        ),
        ({"data.yaml": b"train: nowhere\nnames: [cat, dog]"}, ["train", "train", "validation"]),
    ],
)  # fmt: skip
def test_parts_are_those_of_the_facts_else_of_the_folders(
    places: Places, tmp_path: Path, changes: dict[str, bytes | None], parts: list[str | None]
) -> None:
    folder = pets(tmp_path, changes)
    assert [sample.part for sample in read(opened(places, "yolo", folder))] == parts
    assert {s.part for s in read(opened(places, "yolo", folder, own_split=False))} == {None}


def test_roboflows_folders_are_understood(places: Places, tmp_path: Path) -> None:
    facts = b"train: ../train/images\nval: ../valid/images\nnames: ['cat']\n"
    files = {
        "data.yaml": facts,
        "train/images/a.png": PICTURE,
        "train/labels/a.txt": b"0 0.5 0.5 1 1",
        "valid/images/b.png": PICTURE,
        "valid/labels/b.txt": b"",
    }
    samples = read(opened(places, "yolo", write_tree(tmp_path / "r", files)))
    assert [(s.class_name, s.part) for s in samples] == [("cat", "train"), (None, "validation")]


def test_labels_may_lie_beside_the_pictures(places: Places, tmp_path: Path) -> None:
    files = {"classes.txt": b"cat", "a.png": PICTURE, "a.txt": b"0 0.5 0.5 1 1"}
    source = opened(places, "yolo", write_tree(tmp_path / "r", files))
    assert [sample.class_name for sample in read(source)] == ["cat"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"0 0.5 0.5 1", "numbers"),
        (b"0", "numbers"),
        (b"0 0.1 0.1 0.2 0.2 0.3 0.3 0.4", "numbers"),
        (b"cat 0.5 0.5 1 1", "more than numbers"),
        (b"0 0.5 0.5 1 \xff", "more than numbers"),
        (b"2 0.5 0.5 1 1", "no class 2"),
        (b"-1 0.5 0.5 1 1", "no class -1"),
        (b"0.5 0.5 0.5 1 1", "no class 0.5"),
        (b"0 nan 0.5 1 1", "not finite"),
        (b"0 0.5 inf 1 1", "not finite"),
        (b"1e999 0.5 0.5 1 1", "not finite"),
        (b"0 0.5 0.5 0 1", "no width"),
        (b"0 3 3 1 1", "outside"),
    ],
)
def test_bad_lines_are_dropped_with_a_reason(
    places: Places, tmp_path: Path, line: bytes, reason: str
) -> None:
    labels = b"\n" + line + b"\n1 0.5 0.5 1 1\n"
    source = opened(places, "yolo", pets(tmp_path, {"labels/train/1.txt": labels}), fit="stretch")
    assert read(source)[0].boxes == [("dog", 0, 0, 1, 1)]
    assert source.facts["boxes"]["dropped"]["count"] == 1
    assert reason in next(iter(dropped(source).values()))


def test_confidence_is_ignored_and_outlines_become_boxes(places: Places, tmp_path: Path) -> None:
    labels = b"0 0.5 0.5 1 1 0.93\n1 0.1 0.2 0.5 0.1 0.3 0.7\n"
    source = opened(places, "yolo", pets(tmp_path, {"labels/train/1.txt": labels}), fit="stretch")
    assert read(source)[0].boxes == [("cat", 0, 0, 1, 1), ("dog", 0.1, 0.1, 0.4, 0.6)]


def test_boxes_that_reach_out_are_clipped_and_counted(places: Places, tmp_path: Path) -> None:
    labels = b"0 0.0 0.5 0.5 1\n0 0.333333333 0.5 0.666666668 1\n"
    source = opened(places, "yolo", pets(tmp_path, {"labels/train/1.txt": labels}), fit="stretch")
    assert read(source)[0].boxes[0] == ("cat", 0, 0, 0.25, 1)
    assert source.facts["boxes"]["clipped"] == 1


def test_what_is_too_large_is_refused_or_left_out(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(yolo, "MAX_LABELS", 30)
    source = opened(places, "yolo", pets(tmp_path))
    assert read(source)[0].boxes == []
    assert "30 bytes" in dropped(source)["labels/train/1.txt"]
    monkeypatch.setattr(yolo, "MAX_CLASSES", 1)
    with pytest.raises(TooLarge):
        opened(places, "yolo", pets(tmp_path))


def test_unreadable_pictures_are_skipped(places: Places, tmp_path: Path) -> None:
    source = opened(places, "yolo", pets(tmp_path, {"images/train/2.png": b"<html>"}))
    assert len(read(source)) == 2
    assert "web page" in skipped(source)["images/train/2.png"]


@pytest.mark.parametrize("take", ["pictures", "boxes"])
def test_interrupted_import_goes_on_where_it_was(
    places: Places, tmp_path: Path, monkeypatch: Any, take: str
) -> None:
    monkeypatch.setattr(annotated, "chunk_length", lambda shape: 4)
    files: dict[str, bytes] = {"data.yaml": FACTS}
    for number in range(20):
        part = "train" if number % 3 else "val"
        files[f"images/{part}/{number}.png"] = picture_bytes(number, (40, 20))
        files[f"labels/{part}/{number}.txt"] = b"1 0.5 0.5 1 1\n7 1 1 1 1\n" * (number % 4)
    folder = write_tree(tmp_path / "p", files)

    def make() -> Source:
        return opened(places, "yolo", folder, take=take)

    assert_resumes(make)
