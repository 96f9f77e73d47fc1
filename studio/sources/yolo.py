"""YOLO: pictures, beside each of them a text file with its boxes, and a file that names the classes."""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_left
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from studio.core.dataset import EXCLUDED, TEST, TRAIN, VALIDATION
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.core.sources import YoloSource
from studio.sources.annotated import BY_BOXES, Annotated, Marked, nothing
from studio.sources.archive import open_tree
from studio.sources.base import Places, Progress
from studio.sources.boxes import SHARES, Boxes
from studio.sources.lookup import is_picture, path_of
from studio.sources.pictures import Unreadable
from studio.sources.tree import PARTS, Read, Skipped, Tree

MAX_FACTS = 2**18
"""Bytes of data.yaml, which Python reads slowly."""
MAX_LABELS = 4 * 2**20
"""Bytes of the boxes of one picture, and of a list of pictures."""
MAX_CLASSES = 10_000
MAX_PLACES = 100
"""Folders and lists of pictures that data.yaml may name for one part."""
PARTS_OF_FACTS = {"train": TRAIN, "val": VALIDATION, "valid": VALIDATION, "test": TEST}


def open_yolo(spec: YoloSource, places: Places, progress: Progress) -> Annotated:
    """Read the boxes in a folder, archive or upload, and the pictures that they are on.

    The boxes of `images/train/1.jpg` are in `labels/train/1.txt`, or else in `images/train/1.txt`; a picture without
    such a file has none. Parts are those of data.yaml, else of the folders called train, val or test.

    Raises:
        StudioError: There is nothing, it breaks a rule, or the classes have no names.
    """
    tree = open_tree("pictures and labels", spec, places, progress)
    skipped, seen = tree.skipped.copy(), Boxes()
    with tree.opened() as read:
        facts, folder = read_facts(tree, read)
        codes = codes_of(facts, tree, read)
        class_names = tuple(dict.fromkeys(codes[number] for number in sorted(codes)))
        if len(class_names) > MAX_CLASSES:
            raise TooLarge(
                f"The labels have {len(class_names):,} classes.",
                f"A dataset has at most {MAX_CLASSES:,} classes.",
                "Check the names in data.yaml.",
            )
        labels = {number: class_names.index(name) for number, name in codes.items()}
        parts = _Parts(facts, folder, tree, read)
        known = {name: index for index, name in enumerate(tree.names)}
        files = [index for index, name in enumerate(tree.names) if is_picture(name)]
        marked, digest = Marked(), hashlib.sha256(repr(codes).encode())
        for done, index in enumerate(files):
            progress(done, len(files), "files", "reading labels")
            name = tree.names[index]
            text = b""
            if (found := _label_file(name, known)) is not None:
                text = _read(read, found, MAX_LABELS, tree.names[found], seen.dropped)
                digest.update(text)
            boxes = _boxes(text, labels, name, seen.dropped)
            marked.add(index, SHARES, boxes, BY_BOXES, parts.of(name))
    if not marked.files:
        raise nothing(skipped)
    return Annotated(spec, tree, class_names, marked, skipped, seen, digest.hexdigest(), progress)


def _read(read: Read, index: int, limit: int, name: str, skipped: Skipped) -> bytes:
    """Return a small file, nothing where it cannot be read or is too large."""
    try:
        data = read(index, limit + 1)
    except Unreadable as error:
        skipped.add(name, str(error))
        return b""
    if len(data) > limit:
        skipped.add(name, f"it has more than {limit:,} bytes")
        return b""
    return data


def read_facts(tree: Tree, read: Read) -> tuple[dict[str, Any], str]:
    """Return the mapping with the classes' names, of the data.yaml nearest to the top, and its folder."""
    found = [i for i, name in enumerate(tree.names) if name.lower().endswith((".yaml", ".yml"))]
    reasons = []
    for index in sorted(found, key=lambda index: (tree.names[index].count("/"), index)):
        name = tree.names[index]
        try:
            facts = parse_yaml(read(index, MAX_FACTS + 1))
        except Unreadable as error:
            reasons.append(f"{name}: {error}")
            continue
        if isinstance(facts, dict) and "names" in facts:
            return facts, name.rpartition("/")[0]
        reasons.append(f"{name}: it has no names")
    if reasons:
        raise InvalidInput(
            "The labels' classes have no names.",
            f"{'; '.join(reasons[:3])}.",
            "Write the names of the classes into data.yaml, such as names: [cat, dog].",
        )
    return {}, ""


def parse_yaml(data: bytes) -> Any:
    """Return what a YAML file holds, as text, lists and mappings and nothing else: `no` is a name, not False.

    Raises:
        Unreadable: It is too large, nests too deep or is no YAML.
    """
    if len(data) > MAX_FACTS:
        raise Unreadable(f"it has more than {MAX_FACTS:,} bytes")
    try:
        # BaseLoader makes no objects of any kind, so it is as safe as SafeLoader, and guesses no types.
        return yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8") from error
    except RecursionError as error:
        raise Unreadable("it nests too deep") from error
    except yaml.YAMLError as error:
        reason = getattr(error, "problem", None) or "it is no YAML"
        raise Unreadable(f"it cannot be read: {reason}") from error


def codes_of(facts: dict[str, Any], tree: Tree, read: Read) -> dict[int, str]:
    """Return the name of each class number."""
    names = facts.get("names")
    if isinstance(names, str):
        names = [names]
    if isinstance(names, list):
        names = dict(enumerate(names))
    if isinstance(names, dict):
        if all(_is_code(number) and isinstance(name, str) for number, name in names.items()):
            return {int(number): check_class_name(name) for number, name in names.items()}
        raise InvalidInput(
            "The names in data.yaml are no names of classes.",
            "Each class has a number and a name of its own.",
            "Write them as names: [cat, dog], or as names: {0: cat, 1: dog}.",
        )
    found = [i for i, name in enumerate(tree.names) if name.rsplit("/", 1)[-1] == "classes.txt"]
    if not found:
        raise InvalidInput(
            "The labels' classes have no names.",
            "There is neither a data.yaml with names nor a classes.txt.",
            "Add data.yaml with a line such as names: [cat, dog].",
        )
    nearest = min(found, key=lambda index: (tree.names[index].count("/"), index))
    try:
        text = read(nearest, MAX_FACTS).decode("utf-8-sig")
    except (Unreadable, UnicodeDecodeError) as error:
        raise InvalidInput(
            f'"{tree.names[nearest]}" cannot be read.',
            "It names the classes, one a line, in UTF-8.",
            "Save it again as text.",
        ) from error
    return {number: check_class_name(line) for number, line in enumerate(text.strip().splitlines())}


def _is_code(value: Any) -> bool:
    return isinstance(value, int) or (
        isinstance(value, str) and bool(re.fullmatch(r"\d{1,9}", value))
    )


class _Parts:
    """Tells the part of a picture by data.yaml, else by the folders on its path."""

    def __init__(self, facts: dict[str, Any], folder: str, tree: Tree, read: Read) -> None:
        self._folders: list[tuple[str, int]] = []
        self._files: dict[str, int] = {}
        root = path_of(str(facts.get("path", "")))
        known = {name: index for index, name in enumerate(tree.names)}
        for key, code in PARTS_OF_FACTS.items():
            given = facts.get(key, [])
            for text in given[:MAX_PLACES] if isinstance(given, list) else [given]:
                if not isinstance(text, str) or not (place := path_of(text)):
                    continue
                # The author's path may begin anywhere on his disk: each shorter end of it is tried.
                for name in _ends(folder, root, place):
                    if name in known and name.endswith(".txt"):
                        self._list(read, known[name], code)
                        break
                    if _holds(tree.names, f"{name}/"):
                        self._folders.append((f"{name}/", code))
                        break

    def _list(self, read: Read, index: int, code: int) -> None:
        try:
            text = read(index, MAX_LABELS).decode("utf-8", "replace")
        except Unreadable:
            return
        for line in text.splitlines():
            if path := path_of(line.strip()):
                self._files.setdefault("/".join(path.split("/")[-2:]), code)

    def of(self, name: str) -> int:
        """Return the split code of a picture, EXCLUDED where nothing is said."""
        if self._files:
            end = "/".join(name.split("/")[-2:])
            if end in self._files:
                return self._files[end]
        for folder, code in self._folders:
            if name.startswith(folder):
                return code
        if self._folders or self._files:
            return EXCLUDED
        folders = [part.lower() for part in name.split("/")[:-1]]
        return next((PARTS[part] for part in reversed(folders) if part in PARTS), EXCLUDED)


def _holds(names: list[str], start: str) -> bool:
    """Tell whether a name, of the sorted ones, begins like that."""
    at = bisect_left(names, start)
    return at < len(names) and names[at].startswith(start)


def _ends(folder: str, root: str, place: str) -> list[str]:
    """Return where a path of data.yaml may lead in the tree, the most exact place first."""
    parts = place.split("/")
    starts = [
        "/".join(part for part in (folder, root, place) if part),
        "/".join(part for part in (folder, place) if part),
    ]
    return starts + [
        "/".join(([folder] if folder else []) + parts[at:]) for at in range(1, len(parts))
    ]


def _label_file(name: str, known: dict[str, int]) -> int | None:
    """Return the index of the file with a picture's boxes, None where there is none."""
    stem = name.rpartition(".")[0]
    folders = stem.split("/")
    for at in range(len(folders) - 2, -1, -1):
        if folders[at].lower() == "images":
            found = known.get("/".join([*folders[:at], "labels", *folders[at + 1 :]]) + ".txt")
            if found is not None:
                return found
    return known.get(f"{stem}.txt")


def _boxes(text: bytes, labels: dict[int, int], name: str, dropped: Skipped) -> NDArray[np.float64]:
    """Return class, left, top, width and height of each line, float64 (m, 5)."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if fields := line.split():
            box = box_of(fields, labels)
            if isinstance(box, str):
                dropped.add(f"{name}, line {number}", box)
            else:
                found.append(box)
    return np.array(found, np.float64).reshape(-1, 5)


def box_of(fields: list[bytes], labels: dict[int, int]) -> tuple[float, ...] | str:
    """Return what a line says, or why it cannot be read. An outline of points is taken by the box around it."""
    try:
        first, *lengths = map(float, fields)
    except ValueError:
        return "it holds more than numbers"
    if not all(map(math.isfinite, (first, *lengths))):
        return "a number in it is not finite"
    if first != int(first) or int(first) not in labels:
        return f"there is no class {first:g}"
    if len(lengths) in (4, 5):  # a fifth number is how sure a model was
        x, y, width, height = lengths[:4]
        return labels[int(first)], x - width / 2, y - height / 2, width, height
    if len(lengths) < 6 or len(lengths) % 2:
        return f"it has {len(fields)} numbers; a box has 5, an outline an odd number from 7 on"
    xs, ys = lengths[::2], lengths[1::2]
    left, top = min(xs), min(ys)
    return labels[int(first)], left, top, max(xs) - left, max(ys) - top
