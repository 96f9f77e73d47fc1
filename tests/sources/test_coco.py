"""Pictures with COCO annotations, and what all annotated pictures have in common."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.core.errors import Cancelled, InvalidInput, NotFound, TooLarge
from studio.core.sources import parse_source
from studio.sources import Places, Source, annotated, open_source, records
from studio.sources.boxes import in_square, turned
from studio.sources.lookup import Lookup, part_of, path_of
from studio.sources.pictures import TURNS, placed
from tests.sources.conftest import picture_bytes, quiet, write_tree, write_zip
from tests.sources.reading import assert_resumes, dropped, opened, read, skipped

Upload = Callable[[dict[str, bytes]], str]
Json = dict[str, Any]

CATEGORIES = [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}]


def coco(
    pictures: dict[str, list[tuple[int, list[float]]]],
    size: tuple[int, int] | None = (40, 20),
    categories: list[Json] = CATEGORIES,
    first: int = 1,
    **more: Any,
) -> bytes:
    """Return a COCO file: picture -> category and bbox of each of its boxes."""
    images, annotations = [], []
    for number, (name, boxes) in enumerate(pictures.items(), first):
        known = {"width": size[0], "height": size[1]} if size else {}
        images.append({"id": number, "file_name": name} | known)
        for category, box in boxes:
            facts = {"image_id": number, "category_id": category, "bbox": box}
            annotations.append({"id": len(annotations) + 1} | facts)
    parts = {"images": images, "annotations": annotations, "categories": categories}
    return json.dumps({"info": {"year": 2020}} | parts | more).encode()


def picture(value: int = 200, size: tuple[int, int] = (40, 20)) -> bytes:
    return picture_bytes(value, size)


def quarters(orientation: int = 1) -> bytes:
    """A picture of 40x20 that is 100 at the upper left, 150 right of it, 200 and 250 below, stored turned."""
    upright = np.repeat(np.repeat(np.array([[100, 150], [200, 250]], np.uint8), 10, 0), 20, 1)
    turn = TURNS.get(orientation)
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    image = Image.fromarray(upright)
    image = image if turn is None else image.transpose(TURNS[back])
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    image.save(stream, "PNG", exif=exif.tobytes())
    return stream.getvalue()


def noise() -> bytes:
    stream = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (20, 40), np.uint8)
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Three pictures: two boxes of a dog, a cat and a dog, nothing."""
    boxes = {
        "1.png": [(7, [0, 0, 20, 10]), (7, [20, 10, 20, 10])],
        "2.png": [(3, [10, 5, 20, 10]), (7, [0, 0, 40, 20])],
        "3.png": [],
    }
    files = {f"images/{name}": quarters() for name in boxes}
    return write_tree(tmp_path / "pets", files | {"annotations.json": coco(boxes)})


def test_pictures_have_their_boxes_and_the_class_that_these_share(
    places: Places, pets: Path
) -> None:
    source = opened(places, "coco", pets, size=40)
    assert source.class_names == ("cat", "dog")
    assert (source.count, source.shape, source.task) == (3, (40, 40, 1), "images")
    first, second, third = read(source)
    assert (first.class_name, second.class_name, third.class_name) == ("dog", None, None)
    assert first.name == "images/1.png"
    assert first.boxes == [("dog", 0, 0.25, 0.5, 0.25), ("dog", 0.5, 0.5, 0.5, 0.25)]
    assert second.boxes == [("cat", 0.25, 0.375, 0.5, 0.25), ("dog", 0, 0.25, 1, 0.5)]
    assert third.boxes == []
    assert first.content[11, 5, 0] == 100
    assert source.facts["boxes"] == {
        "count": 4,
        "clipped": 0,
        "dropped": {"count": 0, "files": []},
    }


def test_stretched_pictures_have_stretched_boxes(places: Places, pets: Path) -> None:
    first = read(opened(places, "coco", pets, size=16, fit="stretch"))[0]
    assert first.boxes == [("dog", 0, 0, 0.5, 0.5), ("dog", 0.5, 0.5, 0.5, 0.5)]
    assert [first.content[2, 2, 0], first.content[-2, -2, 0]] == [100, 250]


def test_what_is_inside_boxes_is_cut_out_of_the_original(places: Places, pets: Path) -> None:
    source = opened(places, "coco", pets, size=16, take="boxes", fit="stretch")
    assert source.count == 4
    samples = read(source)
    assert [sample.class_name for sample in samples] == ["dog", "dog", "cat", "dog"]
    assert [sample.name for sample in samples] == [
        "images/1.png#0",
        "images/1.png#1",
        "images/2.png#0",
        "images/2.png#1",
    ]
    assert set(samples[0].content.ravel()) == {100}
    assert set(samples[1].content.ravel()) == {250}
    assert samples[0].boxes == []
    kept = read(opened(places, "coco", pets, size=16, take="boxes", colour="rgb", invert=True))[0]
    assert kept.content[8, 8].tolist() == [155] * 3
    assert kept.content[0].max() == 0


@pytest.mark.parametrize("how", ["zip", "upload", "upload of a zip"])
def test_wherever_the_files_lie_the_samples_are_the_same(
    places: Places, pets: Path, upload: Upload, tmp_path: Path, how: str
) -> None:
    files = {
        path.relative_to(pets).as_posix(): path.read_bytes()
        for path in pets.rglob("*")
        if path.is_file()
    }
    plain = read(opened(places, "coco", pets))
    packed = write_zip(tmp_path / "p.zip", files)
    if how == "zip":
        found = read(opened(places, "coco", packed))
    elif how == "upload":
        found = read(opened(places, "coco", upload=upload(files)))
    else:
        found = read(opened(places, "coco", upload=upload({"p.zip": packed.read_bytes()})))
    assert [s.boxes for s in found] == [s.boxes for s in plain]
    for one, other in zip(found, plain, strict=True):
        np.testing.assert_array_equal(one.content, other.content)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("declared", ["upright", "stored", "none"])
def test_boxes_lie_right_on_turned_pictures(
    places: Places, tmp_path: Path, orientation: int, declared: str
) -> None:
    """The upper left quarter, measured on the upright picture or, where its size says so, before it was turned."""
    box, size = [0.0, 0.0, 20.0, 10.0], (40, 20)
    if declared == "stored" and orientation > 4:
        size = (20, 40)
        left, top = {5: (0, 0), 6: (0, 20), 7: (10, 20), 8: (10, 0)}[orientation]
        box = [left, top, 10, 20]
    data = coco({"1.png": [(7, box)]}, None if declared == "none" else size)
    folder = write_tree(tmp_path / "p", {"1.png": quarters(orientation), "annotations.json": data})
    [sample] = read(opened(places, "coco", folder, size=40))
    assert sample.boxes == [("dog", 0, 0.25, 0.5, 0.25)]
    assert sample.content[12, 2, 0] == 100
    [crop] = read(opened(places, "coco", folder, size=8, take="boxes", fit="stretch"))
    assert set(crop.content.ravel()) == {100}


def test_annotations_of_a_resized_picture_fit(places: Places, tmp_path: Path) -> None:
    data = coco({"1.png": [(7, [0, 0, 500, 250])]}, (1000, 500))
    folder = write_tree(tmp_path / "p", {"1.png": quarters(), "annotations.json": data})
    assert read(opened(places, "coco", folder, fit="stretch"))[0].boxes == [("dog", 0, 0, 0.5, 0.5)]


NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("box", "found", "reason"),
    [
        ([-10, -5, 20, 10], (0, 0, 0.25, 0.25), "clipped"),
        ([30, 15, 100, 100], (0.75, 0.75, 0.25, 0.25), "clipped"),
        ([-1e300, -1e300, 2e300, 2e300], (0, 0, 1, 1), "clipped"),
        ([0, 0, 40.00001, 20], (0, 0, 1, 1), ""),
        ([5, 5, 0, 10], None, "no width or no height"),
        ([5, 5, 10, -10], None, "no width or no height"),
        ([50, 5, 10, 10], None, "outside"),
        ([-50, -50, 10, 10], None, "outside"),
        ([NAN, 5, 10, 10], None, "not finite"),
        ([5, 5, INF, 10], None, "not finite"),
        ([1e308, 5, 1e308, 10], None, "outside"),
        ([10**400, 5, 10, 10], None, "not finite"),
        ([5, 5, 10], None, "four numbers"),
        (["5", 5, 10, 10], None, "four numbers"),
        ([True, 5, 10, 10], None, "four numbers"),
        (None, None, "four numbers"),
    ],
)
@pytest.mark.parametrize("take", ["pictures", "boxes"])
def test_bad_boxes_are_clipped_or_dropped_and_counted(
    places: Places, tmp_path: Path, box: Any, found: Any, reason: str, take: str
) -> None:
    data = coco({"1.png": [(7, [0, 0, 20, 10]), (3, box)]})
    folder = write_tree(tmp_path / "p", {"1.png": picture(), "annotations.json": data})
    source = opened(places, "coco", folder, fit="stretch", take=take)
    samples = read(source)
    if take == "pictures":
        whole = [("dog", 0, 0, 0.5, 0.5)]
        assert samples[0].boxes == whole + ([] if found is None else [("cat", *found)])
    assert len(samples) == (1 if take == "pictures" or found is None else 2)
    facts = source.facts["boxes"]
    assert facts["count"] == (1 if found is None else 2)
    assert facts["clipped"] == (reason == "clipped")
    assert facts["dropped"]["count"] == (found is None)
    if found is None:
        assert reason in "".join(dropped(source).values())


def test_dangling_and_double_numbers_are_counted(places: Places, tmp_path: Path) -> None:
    parts = json.loads(coco({"1.png": [(7, [0, 0, 20, 10])], "gone.png": [(7, [0, 0, 9, 9])]}))
    parts["images"] += [
        {"id": 1, "file_name": "double.png"},
        {"file_name": "nameless.png"},
        {"id": 9},
        "nonsense",
    ]
    parts["annotations"] += [
        {"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 1, 5, 5]},
        {"id": 50, "image_id": 77, "category_id": 3, "bbox": [1, 1, 5, 5]},
        {"id": 51, "image_id": 1, "category_id": 99, "bbox": [1, 1, 5, 5]},
        {"id": 52, "category_id": 3, "bbox": [1, 1, 5, 5]},
        {"id": [53], "image_id": [1], "category_id": 3, "bbox": [1, 1, 5, 5]},
        None,
    ]
    files = {"1.png": picture(), "annotations.json": json.dumps(parts).encode()}
    source = opened(places, "coco", write_tree(tmp_path / "p", files))
    assert [sample.class_name for sample in read(source)] == ["dog"]
    assert source.facts["boxes"]["dropped"]["count"] == 7
    reasons = json.dumps(source.facts["boxes"]["dropped"])
    for words in ("twice", "picture 77", "category 99", "no picture or no category", "missing"):
        assert words in reasons
    assert source.facts["skipped"]["count"] == 5
    assert "used twice" in skipped(source)["double.png"]
    assert "no such picture" in skipped(source)["gone.png"]


def test_unreadable_picture_is_skipped_with_a_reason(places: Places, tmp_path: Path) -> None:
    boxes = {f"{name}.png": [(7, [0, 0, 20, 10]), (3, [0, 0, 1, 1])] for name in "abc"}
    files = {"a.png": picture(), "b.png": b"<html>", "c.png": noise()[:-100]}
    folder = write_tree(tmp_path / "p", files | {"annotations.json": coco(boxes)})
    for take, missing in (("pictures", 1), ("boxes", 2)):
        source = opened(places, "coco", folder, take=take)
        assert {sample.name.split("#")[0] for sample in read(source)} == {"a.png"}
        assert skipped(source) == {
            "b.png": "it is a web page, not a picture",
            "c.png": "it is cut short or damaged",
        }
        assert source.facts["skipped"]["count"] == 2 * missing
        assert len(read(source)) == source.count - 2 * missing


@pytest.mark.parametrize(
    ("files", "parts"),
    [
        (
            {
                "annotations/instances_train2017.json": "a",
                "annotations/instances_val2017.json": "b",
            },
            ["train", "validation"],
        ),
        (
            {"train/_annotations.coco.json": "train/a", "valid/_annotations.coco.json": "valid/b"},
            ["train", "validation"],
        ),
        ({"annotations_test.json": "a", "annotations_train.json": "b"}, ["test", "train"]),
        ({"annotations.json": "a"}, [None]),
    ],
)
def test_parts_are_those_of_the_files_names(
    places: Places, tmp_path: Path, files: dict[str, str], parts: list[str | None]
) -> None:
    tree = {name: coco({f"{at.rsplit('/', 1)[-1]}.png": []}) for name, at in files.items()}
    tree |= {f"{at}.png": picture() for at in files.values()}
    folder = write_tree(tmp_path / "p", tree)
    assert [sample.part for sample in read(opened(places, "coco", folder))] == parts
    assert {s.part for s in read(opened(places, "coco", folder, own_split=False))} == {None}


def test_pictures_of_one_name_in_two_parts_are_told_apart(places: Places, tmp_path: Path) -> None:
    files = {
        "annotations/instances_train.json": coco({"1.png": [(7, [0, 0, 20, 10])]}),
        "annotations/instances_val.json": coco({"1.png": [(3, [0, 0, 20, 10])]}),
        "images/train/1.png": picture(10),
        "images/val/1.png": picture(20),
    }
    samples = read(opened(places, "coco", write_tree(tmp_path / "p", files), fit="stretch"))
    found = [(s.class_name, s.name, s.content[9, 9, 0]) for s in samples]
    assert found == [("dog", "images/train/1.png", 10), ("cat", "images/val/1.png", 20)]


def test_other_json_files_are_left_alone(places: Places, pets: Path) -> None:
    write_tree(pets, {"captions_train.json": b"{broken", "notes.json": b"[1, 2]"})
    assert len(read(opened(places, "coco", pets))) == 3


def test_json_under_any_name_is_read_where_there_is_no_better(places: Places, pets: Path) -> None:
    (pets / "annotations.json").rename(pets / "pets.json")
    write_tree(pets, {"notes.json": b'{"a": [1]}'})
    source = opened(places, "coco", pets)
    assert len(read(source)) == 3
    assert skipped(source) == {"notes.json": "it holds no COCO annotations"}


def test_same_category_in_two_files_is_one_class(places: Places, tmp_path: Path) -> None:
    cat, dog = [{"id": 1, "name": "cat"}], [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}]
    box = (1, [0, 0, 9, 9])
    files = {
        "annotations_a.json": coco({"1.png": [box]}, categories=cat),
        "annotations_b.json": coco({"2.png": [box]}, categories=dog),
        "1.png": picture(),
        "2.png": picture(),
    }
    source = opened(places, "coco", write_tree(tmp_path / "p", files))
    assert source.class_names == ("cat", "dog")
    assert [sample.class_name for sample in read(source)] == ["cat", "dog"]


DEEP = b'{"images": ' + b"[" * 100 + b"]" * 100 + b"}"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "neither"),
        (b"hello", "neither"),
        (b"{", "delimiter|end|expecting"),
        (b'{"images": [}', "expecting"),
        (b'{"images": [] "annotations": []}', "should be"),
        (b'{"images": []} x', "behind"),
        (b'{"images": [1', "it ends"),
        (b'{1: 2}', "key"),
        (b'\xff\xfe{"images"', "UTF-8"),
        (b'{"images": [' + b"1" * 5000 + b"]}", "digits"),
        (DEEP, "64 levels"),
        (b'{"images": ' + b"[" * 300_000, "64 levels"),
        (b'{"images": [' + b'{"a":' * 300_000, "64 levels"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(
    places: Places, tmp_path: Path, data: bytes, words: str
) -> None:
    folder = write_tree(tmp_path / "p", {"1.png": picture(), "annotations.json": data})
    with pytest.raises(InvalidInput, match=r"annotations\.json") as caught:
        opened(places, "coco", folder)
    assert any(word in caught.value.why for word in words.split("|"))


def test_json_too_large_is_refused(places: Places, pets: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(records, "MAX_BYTES", 100)
    with pytest.raises(TooLarge, match="100 bytes"):
        opened(places, "coco", pets)
    monkeypatch.undo()
    monkeypatch.setattr(records, "MAX_RECORD", 1000)
    monkeypatch.setattr(records, "BLOCK", 100)
    write_tree(pets, {"annotations.json": b'{"images": ["' + b"x" * 5000})
    with pytest.raises(TooLarge, match="1,000 characters"):
        opened(places, "coco", pets)


def test_json_is_read_in_pieces_of_any_size(places: Places, pets: Path, monkeypatch: Any) -> None:
    whole = read(opened(places, "coco", pets))
    for size in (1, 2, 7, 64):
        monkeypatch.setattr(records, "BLOCK", size)
        assert [s.boxes for s in read(opened(places, "coco", pets))] == [s.boxes for s in whole]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).filter(lambda value: isinstance(value, list | dict)),
    st.sampled_from([None, 1, 2]),
)
def test_records_are_what_json_is(value: Any, indent: int | None) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=bool(indent)).encode()
    found = list(records.Records(io.BytesIO(data), "x.json", lambda done: None))
    if isinstance(value, list):
        assert found == [("", entry) for entry in value]
        return
    wanted: list[tuple[str, Any]] = []
    for key, inner in value.items():
        wanted += [(key, entry) for entry in inner] if isinstance(inner, list) else [(key, inner)]
    assert found == wanted


def test_without_annotations_or_pictures_nothing_is_imported(
    places: Places, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="no COCO annotations"):
        opened(places, "coco", write_tree(tmp_path / "a", {"1.png": picture()}))
    data = coco({"1.png": [(7, [0, 0, 9, 9])]})
    with pytest.raises(InvalidInput, match="not one picture"):
        opened(places, "coco", write_tree(tmp_path / "b", {"annotations.json": data}))
    with pytest.raises(NotFound):
        opened(places, "coco", tmp_path / "nowhere")
    bad = coco({"1.png": []}, categories=[{"id": 1, "name": "a\nb"}])
    files = {"1.png": picture(), "annotations.json": bad}
    with pytest.raises(InvalidInput, match="cannot name a class"):
        opened(places, "coco", write_tree(tmp_path / "c", files))
    files = {"1.png": b"<html>", "annotations.json": data}
    with pytest.raises(InvalidInput, match="not one picture"):
        list(opened(places, "coco", write_tree(tmp_path / "d", files)).chunks())


@pytest.mark.parametrize("take", ["pictures", "boxes"])
def test_interrupted_import_goes_on_where_it_was(
    places: Places, tmp_path: Path, monkeypatch: Any, take: str
) -> None:
    monkeypatch.setattr(annotated, "chunk_length", lambda shape: 4)
    monkeypatch.setattr(annotated, "BATCH_BYTES", 3 * 28 * 28)
    boxes = {
        f"{number:02}.png": [
            (3 + 4 * (each % 2), [each, 0, 5 if number % 5 else 0, 50])
            for each in range(number % 7)
        ]
        for number in range(24)
    }
    files = {
        f"images/{name}": b"broken" if index % 6 == 5 else picture(index)
        for index, name in enumerate(boxes)
    }
    folder = write_tree(tmp_path / "p", files | {"annotations_train.json": coco(boxes)})

    def make() -> Source:
        return opened(places, "coco", folder, take=take)

    assert_resumes(make)
    assert {len(chunk) for chunk in make().chunks()} <= {1, 2, 3, 4}


def test_crowded_picture_is_cut_out_in_portions(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    boxes = [(7, [each % 40, each % 20, 1, 1]) for each in range(700)]
    files = {"1.png": picture(), "annotations.json": coco({"1.png": boxes})}
    folder = write_tree(tmp_path / "p", files)
    monkeypatch.setattr(annotated, "BATCH_BYTES", 100 * 8 * 8)
    source = opened(places, "coco", folder, take="boxes", size=8)
    assert [sample.name for sample in read(source)] == [f"1.png#{each}" for each in range(700)]


def test_reading_annotations_can_be_cancelled(places: Places, pets: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.base.PACE", 0.0)
    seen = []

    def stop(done: int, total: int, unit: str, message: str) -> None:
        seen.append(unit)
        if unit == "bytes":
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    spec = parse_source({"kind": "coco", "path": str(pets)})
    with pytest.raises(Cancelled):
        open_source(spec, places=places, progress=stop)
    assert seen[-1] == "bytes"
    open_source(spec, places=places, progress=quiet)


@given(
    st.integers(1, 8),
    st.lists(st.tuples(*[st.floats(0.01, 0.49)] * 4), min_size=1, max_size=3),
)
def test_turning_boxes_turns_what_they_hold(
    orientation: int, boxes: list[tuple[float, ...]]
) -> None:
    stored = np.array(boxes)
    upright = turned(stored, orientation)
    assert ((upright >= 0) & (upright <= 1)).all()
    undone = turned(upright, {6: 8, 8: 6}.get(orientation, orientation))
    np.testing.assert_allclose(undone, stored, atol=1e-9)


@given(
    st.integers(1, 3000), st.integers(1, 3000), st.integers(8, 64), st.sampled_from(["keep", "stretch"])
)  # fmt: skip
def test_whole_picture_is_a_box_within_the_square(
    width: int, height: int, size: int, fit: Any
) -> None:
    box = in_square(np.array([[0, 0, 0, 1, 1.0]]), (width, height), size, fit)[0]
    left, top, wide, high = placed(width, height, size, fit)
    np.testing.assert_allclose(box[1:] * size, [left, top, wide, high], atol=1e-9)
    assert max(wide, high) == size


def test_pictures_are_found_by_the_end_of_their_path() -> None:
    names = ["a/1.png", "a/x/2.png", "b/x/2.png", "images/train/3.png", "images/val/3.png"]
    lookup = Lookup(names, range(len(names)))
    assert lookup.find("home/me/1.png") == 0
    assert lookup.find("b/x/2.png") == 2
    assert lookup.find("c/x/2.png") is None
    assert lookup.find("3.png") is None
    assert lookup.find("3.png", "annotations/instances_val.json") == 4
    assert lookup.find("2.png", "b/annotations.json") == 2
    assert lookup.find("4.png") is None
    assert lookup.find("") is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/data/upload/3/0a1b2c3d-cat.png", "data/upload/3/0a1b2c3d-cat.png"),
        ("/data/local-files/?d=cats/big%20one.png", "cats/big one.png"),
        ("s3://bucket/cats/1.png", "cats/1.png"),
        ("https://host/cats/1.png?sig=1&x=2", "cats/1.png"),
        ("..\\images\\1.png", "images/1.png"),
        ("../../etc/passwd", "etc/passwd"),
        ("http://[broken/1.png", ""),
    ],
)
def test_paths_of_other_machines_are_cut_to_names(text: str, path: str) -> None:
    assert path_of(text) == path


def test_words_of_parts_are_known() -> None:
    names = ("Train", "val2017", "instances_test-dev", "dev", "latest", "contest", "valid_set")
    assert [part_of(name) for name in names] == [0, 1, 2, 1, None, None, 1]
