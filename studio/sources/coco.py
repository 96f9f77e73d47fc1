"""COCO: pictures, and JSON files that say which boxes are on them."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.core.dataset import EXCLUDED
from studio.core.errors import InvalidInput
from studio.core.names import check_class_name
from studio.core.sources import CocoSource
from studio.sources.annotated import BY_BOXES, Annotated, Marked, nothing
from studio.sources.archive import open_tree
from studio.sources.base import Places, Progress
from studio.sources.boxes import Boxes, Frame
from studio.sources.lookup import Lookup, is_picture, part_of, path_of
from studio.sources.records import Files
from studio.sources.tree import Skipped, Tree

ANNOTATIONS = re.compile(r"(.*/)?_?(annotations|instances)[^/]*\.json", re.IGNORECASE)
"""What files of boxes are called; those of captions and key points, which lie beside them, are called otherwise."""

Key = int | str


@dataclass
class _File:
    """What one JSON file says.

    Args:
        categories: Name of each, by its number.
        pictures: Path, width and height of each, by its number.
        owners, classes, places: Picture, category, and left, top, width and height of each box.
        seen: Numbers of boxes.
        found: It has pictures, annotations or categories at all.
    """

    categories: dict[Key, str] = field(default_factory=dict)
    pictures: dict[Key, tuple[str, float, float]] = field(default_factory=dict)
    owners: list[Key] = field(default_factory=list)
    classes: list[Key] = field(default_factory=list)
    places: array[float] = field(default_factory=lambda: array("d"))
    seen: set[Key] = field(default_factory=set)
    found: bool = False


def open_coco(spec: CocoSource, places: Places, progress: Progress) -> Annotated:
    """Read the annotations in a folder, archive or upload, and find their pictures.

    `annotations*.json` and `instances*.json` are read wherever they lie, else every JSON file. A file whose name, or
    whose folder's, has a word such as train, val or test is that part. Classes are in the order of their numbers.

    Raises:
        StudioError: There is nothing, it breaks a rule, or no picture is found.
    """
    tree = open_tree("pictures and annotations", spec, places, progress)
    skipped, seen = tree.skipped.copy(), Boxes()
    files = [index for index, name in enumerate(tree.names) if name.lower().endswith(".json")]
    files = [index for index in files if ANNOTATIONS.fullmatch(tree.names[index])] or files
    records = Files(tree, files, progress)
    parsed = {index: _File() for index in files}
    for index, key, value in records:
        _take(parsed[index], key, value, tree.names[index], skipped, seen.dropped)
    used = {index: file for index, file in parsed.items() if file.found}
    for index in parsed.keys() - used.keys():
        skipped.add(tree.names[index], "it holds no COCO annotations")
    class_names = _class_names(list(used.values()))
    marked = Marked()
    lookup = Lookup(tree.names, [i for i, name in enumerate(tree.names) if is_picture(name)])
    for index, file in used.items():
        _mark(file, tree, index, lookup, class_names, marked, skipped, seen.dropped)
    if not used:
        raise _no_annotations(tree)
    if not marked.files:
        raise nothing(skipped)
    return Annotated(spec, tree, class_names, marked, skipped, seen, records.digest, progress)


def _no_annotations(tree: Tree) -> InvalidInput:
    return InvalidInput(
        "There are no COCO annotations.",
        f"Of {len(tree.names):,} files none is a .json file with images, annotations and categories.",
        "Put annotations/instances_train.json beside the pictures, or choose another kind of source.",
    )


def _take(file: _File, key: str, value: Any, name: str, skipped: Skipped, dropped: Skipped) -> None:
    """Keep what is needed of one record; what is wrong with it is said later by what is missing."""
    if key not in ("images", "annotations", "categories"):
        return
    file.found = True
    number = value.get("id") if isinstance(value, dict) else None
    if key == "annotations":
        if reason := _take_box(file, value):
            dropped.add(name if number is None else f"{name}#{number}", reason)
    elif not isinstance(value, dict) or not isinstance(number, Key):
        skipped.add(name, f"an entry of {key} is no object with a number (id)")
    elif key == "categories":
        file.categories.setdefault(number, str(value.get("name", number)))
    elif number in file.pictures:
        skipped.add(
            str(value.get("file_name")), f"its number (id) {number} is used twice in {name}"
        )
    elif isinstance(path := value.get("file_name"), str):
        width, height = _length(value.get("width")), _length(value.get("height"))
        file.pictures[number] = (path, width, height) if width and height else (path, 0, 0)
    else:
        skipped.add(name, f"picture {number} has no file_name")


def _take_box(file: _File, value: Any) -> str:
    """Keep a box, or return why it cannot be kept."""
    if not isinstance(value, dict):
        return "an entry of annotations is no object"
    box, owner, category = value.get("bbox"), value.get("image_id"), value.get("category_id")
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
        return "its bbox is not a list of four numbers"
    if not isinstance(owner, Key) or not isinstance(category, Key):
        return "it names no picture or no category"
    if isinstance(number := value.get("id"), Key):
        if number in file.seen:
            return "its number (id) is used twice"
        file.seen.add(number)
    try:
        file.places.extend([float(length) for length in box])
    except OverflowError:
        return "a number in it is not finite"
    file.owners.append(owner)
    file.classes.append(category)
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _length(value: Any) -> float:
    """Return a picture's declared width or height, 0 where it makes no sense."""
    return float(value) if _is_number(value) and 0 < value < 2**31 else 0.0


def _class_names(files: list[_File]) -> tuple[str, ...]:
    """Return the classes of all files in the order of their numbers; the same name is the same class."""
    numbered: dict[Key, dict[str, None]] = {}
    for file in files:
        for number, name in file.categories.items():
            numbered.setdefault(number, {})[check_class_name(name)] = None
    order = sorted(numbered, key=lambda number: (isinstance(number, str), number))
    return tuple(dict.fromkeys(name for number in order for name in numbered[number]))


def _mark(
    file: _File,
    tree: Tree,
    index: int,
    lookup: Lookup,
    class_names: tuple[str, ...],
    marked: Marked,
    skipped: Skipped,
    dropped: Skipped,
) -> None:
    """Find the pictures of one file, and give them their boxes."""
    name = tree.names[index]
    part = part_of(name.rsplit("/", 1)[-1])
    if part is None:
        part = next(
            filter(lambda code: code is not None, map(part_of, name.split("/")[-2::-1])), None
        )
    labels = {name: label for label, name in enumerate(class_names)}
    codes = {number: labels[check_class_name(name)] for number, name in file.categories.items()}
    rows: dict[Key, list[int]] = {}
    for row, (owner, category) in enumerate(zip(file.owners, file.classes, strict=True)):
        if owner not in file.pictures:
            dropped.add(name, f"a box is on picture {owner}, which is not listed")
        elif category not in codes:
            dropped.add(name, f"a box has the category {category}, which is not listed")
        else:
            rows.setdefault(owner, []).append(row)
    boxes = (
        np.frombuffer(file.places, np.float64).reshape(-1, 4) if file.owners else np.empty((0, 4))
    )
    for number, (path, width, height) in file.pictures.items():
        mine = rows.get(number, [])
        found = lookup.find(path_of(path), name)
        if found is None:
            skipped.add(path, "there is no such picture, or there are several")
            if mine:
                dropped.add(path, "its picture is missing", len(mine))
            continue
        classes = [codes[file.classes[row]] for row in mine]
        marked.add(
            found,
            Frame(width, height, True),
            np.column_stack([classes, boxes[mine]]) if mine else np.empty((0, 5)),
            BY_BOXES,
            EXCLUDED if part is None else part,
        )
