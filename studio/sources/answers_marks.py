"""Answers that are boxes: COCO's JSON, and archives of YOLO's text files."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.answer_formats import BY_NUMBER
from studio.core.errors import InvalidInput, StudioError
from studio.core.label_answer import MARKS_LIMIT, LabelValue
from studio.core.labelstudio import shares_of
from studio.core.names import check_class_name
from studio.core.sample import Box
from studio.sources.answers_base import MAX_FILE, Fault, Said, Wish, number_of, score_of
from studio.sources.answers_lookup import KnownSamples
from studio.sources.archive import Archive
from studio.sources.base import Progress
from studio.sources.pictures import Unreadable
from studio.sources.records import Records
from studio.sources.rows import guarded
from studio.sources.tree import Read, Single
from studio.sources.yolo import MAX_LABELS, box_of, codes_of, read_facts

SAME_SHAPE = 0.02
"""How far width through height of a picture may be from those of its sample."""
LARGEST_ID = 2**62
NOTES = ("classes.txt", "attribution.txt", "readme.txt", "train.txt", "val.txt", "test.txt")
"""Text files beside labels that hold no boxes."""


@dataclass
class _Coco:
    """What a file says, in 72 bytes a box and 40 a picture.

    Args:
        categories: Name of each class, by its number.
        pictures: Number of each picture. items, sizes: Its sample, and its width and height.
        owners, labels: Picture and class of each box. places: Left, top, width, height and score.
    """

    categories: dict[int, str] = field(default_factory=dict)
    pictures: array[int] = field(default_factory=lambda: array("q"))
    items: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[float] = field(default_factory=lambda: array("d"))
    owners: array[int] = field(default_factory=lambda: array("q"))
    labels: array[int] = field(default_factory=lambda: array("q"))
    places: array[float] = field(default_factory=lambda: array("d"))


def read_coco(
    path: Path, samples: KnownSamples, wish: Wish, progress: Progress
) -> Iterator[Said | Fault]:
    """Yield the boxes of each image, in the order of the samples. An image without any says that nothing is on it."""
    size = path.stat().st_size

    def tick(done: int) -> None:
        progress(min(done, size), size, "bytes", "reading answers")

    coco = _Coco()
    counts = {"images": 0, "annotations": 0, "categories": 0}
    with guarded(path.name), Single(path).stream(0) as stream:
        for key, value in Records(stream, path.name, tick, longest=MAX_FILE):
            if key not in counts:
                continue
            counts[key] += 1
            try:
                _TAKE[key](coco, value, samples)
            except StudioError as error:
                yield Fault(f"{key} entry {counts[key]:,}", error.what)
    if not counts["images"]:
        raise InvalidInput(
            f'"{path.name}" holds no COCO images.',
            "It is an object with the lists images, annotations and categories.",
            "Choose another format.",
        )
    yield from _said_coco(coco)


def _take_category(coco: _Coco, value: Any, samples: KnownSamples) -> None:
    entry = _object(value)
    name = entry.get("name")
    if not isinstance(name, str):
        raise _wrong("A category has no name")
    coco.categories.setdefault(_id(entry, "id"), check_class_name(name))


def _take_image(coco: _Coco, value: Any, samples: KnownSamples) -> None:
    entry = _object(value)
    number = _id(entry, "id")
    name = entry.get("file_name")
    if not isinstance(name, str):
        raise _wrong("An image has no file_name")
    width, height = number_of(entry.get("width")), number_of(entry.get("height"))
    if not width or not height or width < 0 or height < 0:
        raise _wrong(f"The image {name[:80]} has no width and height, in which its boxes are given")
    if entry.get("item") is not None:
        item = samples.find(item=entry["item"])
    else:
        item = samples.find(name=name)
    high, wide, _ = samples.shape
    if wide and high and abs(width / height * high / wide - 1) > SAME_SHAPE:
        raise _wrong(
            f"The image {name[:80]} is {width:g}×{height:g}, and its sample {wide}×{high}: its boxes would be displaced"
        )
    coco.pictures.append(number)
    coco.items.append(item)
    coco.sizes.extend((width, height))


def _take_box(coco: _Coco, value: Any, samples: KnownSamples) -> None:
    entry = _object(value)
    given = entry.get("bbox")
    place = [number_of(n) for n in given] if isinstance(given, list) else []
    if len(place) != 4 or None in place:
        raise _wrong("Its bbox is not a list of four numbers")
    owner, label = _id(entry, "image_id"), _id(entry, "category_id")
    coco.owners.append(owner)
    coco.labels.append(label)
    coco.places.extend([*(n for n in place if n is not None), score_of(entry.get("score"))])


_TAKE = {"images": _take_image, "annotations": _take_box, "categories": _take_category}


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong("It is no object")
    return value


def _id(entry: dict[str, Any], key: str) -> int:
    number = entry.get(key)
    if isinstance(number, str) and number.isascii() and number.isdecimal() and len(number) < 18:
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) > LARGEST_ID:
        raise _wrong(f"Its {key} is no number")
    return number


def _wrong(what: str) -> InvalidInput:
    return InvalidInput(f"{what}.", "COCO says which box is where.", "Correct that entry.")


def _said_coco(coco: _Coco) -> Iterator[Said | Fault]:
    pictures, items = (np.frombuffer(a, np.int64) for a in (coco.pictures, coco.items))
    sizes = np.frombuffer(coco.sizes, np.float64).reshape(-1, 2)
    owners, labels = (np.frombuffer(a, np.int64) for a in (coco.owners, coco.labels))
    places = np.frombuffer(coco.places, np.float64).reshape(-1, 5)
    yield from _doubles(pictures, "image number")
    yield from _doubles(items, "sample")
    strange = np.flatnonzero(~np.isin(owners, pictures))
    for row in strange[:1].tolist():
        yield Fault("annotations", f"a box is on image {owners[row]}, which is not listed")
    boxes = np.argsort(owners, kind="stable")
    sorted_owners = owners[boxes]
    for at in np.argsort(items, kind="stable").tolist():
        number, item = int(pictures[at]), int(items[at])
        first, end = np.searchsorted(sorted_owners, [number, number + 1]).tolist()
        whole = (float(sizes[at, 0]), float(sizes[at, 1]))
        place = f"image {number}"
        if end - first > MARKS_LIMIT:
            yield Fault(
                place, f"it has {end - first:,} boxes, and an answer at most {MARKS_LIMIT:,}"
            )
            continue
        mine = boxes[first:end]
        try:
            found = [
                _box(_name(coco.categories, label), row[:4], whole)
                for label, row in zip(labels[mine].tolist(), places[mine].tolist(), strict=True)
            ]
            yield Said(
                place,
                item,
                LabelValue(boxes=tuple(found)),
                score=float(places[mine, 4].min(initial=1.0)),
            )
        except StudioError as error:
            yield Fault(place, error.what)


def _doubles(numbers: NDArray[np.int64], noun: str) -> Iterator[Fault]:
    unique, counts = np.unique(numbers, return_counts=True)
    for number in unique[counts > 1][:1].tolist():
        yield Fault("images", f"two images have the {noun} {number}")


def _name(names: dict[int, str], code: int) -> str:
    if code not in names:
        raise _wrong(f"Its category {code} is not listed")
    return names[code]


def _box(name: str, place: Any, whole: tuple[float, float]) -> Box:
    left, top, width, height = shares_of(tuple(place), whole)
    return Box(class_name=name, left=left, top=top, width=width, height=height)


def read_yolo(
    path: Path, samples: KnownSamples, wish: Wish, progress: Progress
) -> Iterator[Said | Fault]:
    """Yield the boxes in each text file of a zip archive. An empty file says that nothing is on the picture."""
    tree = Archive(path, progress)
    seen: set[int] = set()
    with tree.opened() as read:
        facts, _ = read_facts(tree, read)
        names = codes_of(facts, tree, read)
        own = facts.get(BY_NUMBER) == "true"
        numbers = {code: code for code in names}
        files = [
            index
            for index, name in enumerate(tree.names)
            if name.lower().endswith(".txt") and name.rsplit("/", 1)[-1].lower() not in NOTES
        ]
        for done, index in enumerate(files):
            progress(done, len(files), "files", "reading answers")
            name = tree.names[index]
            try:
                item = samples.find(name=name, own=own)
                if item in seen:
                    raise _wrong("There are boxes of this sample in another file")
                seen.add(item)
                yield _read_labels(read, index, name, item, names, numbers)
            except StudioError as error:
                yield Fault(name[:200], error.what)
    if not files:
        raise InvalidInput(
            f'"{path.name}" holds no labels.',
            "YOLO's boxes are in text files, one a picture.",
            "Choose another format.",
        )


def _read_labels(
    read: Read, index: int, name: str, item: int, names: dict[int, str], numbers: dict[int, int]
) -> Said | Fault:
    try:
        data = read(index, MAX_LABELS + 1)
    except Unreadable as error:
        return Fault(name[:200], str(error))
    lines = [line.split() for line in data.splitlines() if line.strip()]
    if len(data) > MAX_LABELS or len(lines) > MARKS_LIMIT:
        return Fault(name[:200], f"it has more than {MARKS_LIMIT:,} boxes")
    boxes, score = [], 1.0
    for number, fields in enumerate(lines, 1):
        found = box_of(fields, numbers)
        if isinstance(found, str):
            return Fault(f"{name[:200]}, line {number}", found)
        boxes.append(_box(names[int(found[0])], found[1:], (1, 1)))
        if len(fields) == 6:
            score = min(score, score_of(float(fields[5])))
    return Said(name[:200], item, LabelValue(boxes=tuple(boxes)), score=score)
