"""NumPy arrays: one `.npy` of pictures, a folder or zip of `<class>.npy`, or an `.npz` of pictures and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from studio.core.dataset import EXCLUDED, UNLABELLED
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.core.sources import ArraysSource
from studio.sources.archive import Archive
from studio.sources.base import Places, Progress, one_place
from studio.sources.columns import Column
from studio.sources.folder import name_parts
from studio.sources.npy import HEAD, read_array_header
from studio.sources.pictures import Unreadable
from studio.sources.quickdraw import PUBLISHED_PREFIX
from studio.sources.stacks import (
    MAX_CLASSES,
    MAX_SIDE,
    Naming,
    Part,
    Stack,
    check_names,
    list_parts,
    look_through,
    name_labels,
    picture_shape,
    same_shape,
    texts_of,
)
from studio.sources.tree import LISTED, PARTS, Directory, Single, Tree

MAX_TEXT = 4096
"""Bytes of one label, or class name, that is text."""
PICTURE_WORDS = {"x", "image", "images"}
LABEL_WORDS = {"y", "label", "labels"}
NAME_WORDS = {"class_names", "classes", "label_names"}


@dataclass
class _Roles:
    """What the arrays of a file are for, by their names; each is an index into the tree's names.

    Args:
        pictures, labels: By the code of the part they belong to.
        names: The class names.
        credit: Whom to credit.
        others: Arrays whose names say nothing.
    """

    pictures: dict[int, int] = field(default_factory=dict)
    labels: dict[int, int] = field(default_factory=dict)
    names: int | None = None
    credit: int | None = None
    others: list[int] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether the names are about pictures and labels, and not about classes."""
        said = self.labels or set(self.pictures) - {EXCLUDED} or self.names is not None
        return bool(self.pictures) and bool(said or not self.others)


def open_arrays(spec: ArraysSource, places: Places, progress: Progress) -> Stack:
    """Open the arrays that a spec names; every header is checked before anything else of a file is read.

    Raises:
        StudioError: There are none, a file breaks a rule, or arrays do not fit together.
    """
    tree = _open_tree(one_place("arrays", spec, places, progress), progress)
    skipped = tree.skipped.copy()
    files = []
    for index, name in enumerate(tree.names):
        if name.lower().endswith(".npy"):
            files.append(index)
        else:
            skipped.add(name, "it is not a .npy array")
    if not files:
        raise _nothing(tree)
    columns = _read_headers(tree, files, progress)
    roles = _find_roles(tree, files)
    unused: list[int] = []
    if roles.known:
        parts, naming = _by_role(roles, columns, progress)
        unused = roles.others + [i for s, i in roles.labels.items() if s not in roles.pictures]
    else:
        parts, naming = _by_class(tree, files, columns)
    shape = same_shape([part.pictures for part in parts])
    own_split = spec.own_split and any(part.split != EXCLUDED for part in parts)
    settings = spec.model_dump(mode="json", exclude={"seed", "unlabelled_share"}, exclude_none=True)
    facts = {**settings, **list_parts(parts, own_split, skipped)}
    if unused:
        facts["ignored"] = [tree.names[index] for index in unused[:LISTED]]
    source = Stack(parts, naming, shape, facts, spec.invert, own_split, progress)
    if roles.known and roles.credit is not None:
        source.attribution = _read_credit(columns[roles.credit])
    return source


def _open_tree(place: Path, progress: Progress) -> Tree:
    """Open a place, or the one `.npz` or zip archive in it that is all there is of arrays."""
    if not place.is_dir():
        return Single(place) if place.suffix.lower() == ".npy" else _archive(place, progress)
    tree = Directory(place, progress)
    endings = [Path(name).suffix.lower() for name in tree.names]
    archives = [
        n for n, ending in zip(tree.names, endings, strict=True) if ending in (".npz", ".zip")
    ]
    if ".npy" in endings or not archives:
        return tree
    if len(archives) > 1:
        raise InvalidInput(
            f'"{place.name}" holds {len(archives)} archives, {archives[0]} and {archives[1]} among them.',
            "Arrays are read from one at a time.",
            "Give one of them by its own path, or upload it alone.",
        )
    return _archive(place / archives[0], progress)


def _archive(place: Path, progress: Progress) -> Archive:
    if not place.is_file():
        raise InvalidInput(
            f'"{place}" is neither a folder nor a file.',
            "Arrays are read from a .npy file, a folder or zip archive of these, or an .npz file.",
            "Give one of these.",
        )
    return Archive(place, progress)


def _nothing(tree: Tree) -> InvalidInput:
    packed = [name for name in tree.names if name.lower().endswith(".npz")]
    if packed:
        return InvalidInput(
            f'The zip archive holds "{packed[0]}", which is an archive itself.',
            "Archives within archives are not opened.",
            "Give the .npz file as it is.",
        )
    there = ", ".join(tree.names[:3])
    return InvalidInput(
        "There is not one .npy array.",
        f"{len(tree.names):,} other files were found: {there}." if there else "There are no files.",
        "Give a .npy file, a folder of <class>.npy, or an .npz file.",
    )


def _read_headers(tree: Tree, files: list[int], progress: Progress) -> dict[int, Column]:
    """Return what each file says about its array, and make sure that its size is what it says."""
    columns = {}
    with tree.opened() as read:
        for done, index in enumerate(files):
            progress(done, len(files), "files", "reading headers")
            name = tree.names[index]
            try:
                header = read_array_header(read(index, HEAD), name)
            except Unreadable as error:
                raise InvalidInput(
                    f'"{name}" cannot be opened.', f"It says: {error}.", "Get the file again."
                ) from error
            if header.fortran and 0 not in header.shape:
                raise InvalidInput(
                    f'"{name}" is stored column by column (Fortran order).',
                    "Arrays are read row by row.",
                    "Save it again with numpy.save(path, numpy.ascontiguousarray(array)).",
                )
            size = tree.size(index)
            if size != header.size:
                state = "cut short" if size < header.size else "followed by other bytes"
                raise InvalidInput(
                    f'"{name}" is {state}: it has {size:,} bytes.',
                    f"Its header announces {header.dtype} of the shape {header.shape}, "
                    f"which make {header.size:,} bytes.",
                    "Copy or save the file again.",
                )
            columns[index] = Column(tree, index, header.offset, header.shape, header.dtype)
    return columns


def _find_roles(tree: Tree, files: list[int]) -> _Roles:
    roles = _Roles()
    for index in files:
        stem = Path(tree.names[index]).stem.lower()
        if stem in NAME_WORDS and roles.names is None:
            roles.names = index
            continue
        if stem == "attribution":
            roles.credit = index
            continue
        words = re.split(r"[_-]", stem)
        parts = [PARTS[word] for word in words if word in PARTS]
        rest = [word for word in words if word not in PARTS]
        part = parts[0] if parts else EXCLUDED
        if len(rest) == 1 and len(parts) < 2 and rest[0] in PICTURE_WORDS | LABEL_WORDS:
            of_kind = roles.pictures if rest[0] in PICTURE_WORDS else roles.labels
            if part not in of_kind:
                of_kind[part] = index
                continue
        roles.others.append(index)
    return roles


def _by_role(
    roles: _Roles, columns: dict[int, Column], progress: Progress
) -> tuple[list[Part], Naming]:
    parts = []
    for split in sorted(roles.pictures, key=lambda code: -1 if code == EXCLUDED else code):
        pictures = columns[roles.pictures[split]]
        if split not in roles.labels:
            parts.append(Part(pictures, UNLABELLED, split))
            continue
        labels = columns[roles.labels[split]]
        _check_labels(labels, len(pictures))
        parts.append(Part(pictures, labels, split))
    labelled = [part.labels for part in parts if isinstance(part.labels, Column)]
    if len({column.dtype.kind in "US" for column in labelled}) > 1:
        raise InvalidInput(
            f'"{labelled[0].name}" and the other labels are not of one kind.',
            "Labels are numbers in all arrays, or strings in all.",
            "Save them alike.",
        )
    class_names = None if roles.names is None else _read_names(columns[roles.names])
    for part in parts:
        _check_pictures(part.pictures)
    return parts, name_labels(look_through(labelled, progress), class_names)


def _by_class(
    tree: Tree, files: list[int], columns: dict[int, Column]
) -> tuple[list[Part], Naming]:
    for index in files:
        _check_pictures(columns[index])
    if len(files) == 1:
        return [Part(columns[files[0]])], Naming()
    stems = [Path(tree.names[index]).stem for index in files]
    if all(re.fullmatch(r"arr_\d+", stem) for stem in stems):
        raise InvalidInput(
            f"The arrays are called {stems[0]}, {stems[1]} and so on.",
            "Such names do not say what is pictures and what is labels.",
            "Save them with names: numpy.savez(path, images=..., labels=...).",
        )
    names = [check_class_name(stem.removeprefix(PUBLISHED_PREFIX)) for stem in stems]
    class_names = tuple(sorted(set(names)))
    if len(class_names) > MAX_CLASSES:
        raise TooLarge(
            f"There are {len(class_names):,} arrays, each of a class.",
            f"A dataset has at most {MAX_CLASSES:,} classes.",
            "Check that the files are classes.",
        )
    codes = {name: code for code, name in enumerate(class_names)}
    split, _ = name_parts([tree.names[index] for index in files])
    said = [EXCLUDED] * len(files) if split is None else split.tolist()
    parts = [
        Part(columns[index], codes[name], part)
        for index, name, part in zip(files, names, said, strict=True)
    ]
    return parts, Naming(class_names)


def _check_pictures(column: Column) -> None:
    name, shape = column.name, column.shape
    if column.dtype != np.uint8 and column.dtype != np.bool_:
        raise InvalidInput(
            f'"{name}" holds {column.dtype} values.',
            "A pixel is one byte from 0 to 255 (uint8), or True and False.",
            "If they go from 0 to 1, save (pixels * 255).astype('uint8'), else pixels.astype('uint8').",
        )
    if shape[:1] == (0,):
        raise InvalidInput(
            f'"{name}" holds no pictures.', f"Its shape is {shape}.", "Leave it out."
        )
    if picture_shape(shape) is not None:
        return
    fix = "Save the array in one of these shapes."
    if len(shape) == 4 and shape[1] in (1, 3):
        fix = "Save it with the colours last: pixels.transpose(0, 2, 3, 1)."
    elif len(shape) == 4 and shape[3] == 4:
        fix = "Leave out the transparency: save pixels[..., :3]."
    raise InvalidInput(
        f'"{name}" has the shape {shape}.',
        "Pictures are (N, height, width), (N, height, width, 1 or 3) or square and laid flat, (N, pixels); "
        f"no side is longer than {MAX_SIDE:,} pixels.",
        fix,
    )


def _check_labels(column: Column, count: int) -> None:
    name, shape = column.name, column.shape
    if column.dtype.kind not in "iubUS" or not 0 < column.dtype.itemsize <= MAX_TEXT:
        raise InvalidInput(
            f'"{name}" holds {column.dtype} values.',
            f"Labels are whole numbers, or strings of at most {MAX_TEXT:,} bytes.",
            "Save labels.astype('int32').",
        )
    if shape not in ((count,), (count, 1)):
        flat = len(shape) == 2 and shape[0] == count
        raise InvalidInput(
            f'"{name}" has the shape {shape}.',
            f"There are {count:,} pictures, and each has one label.",
            "Save labels.argmax(axis=1)." if flat else "Save one label for each picture.",
        )


def _read_names(column: Column) -> tuple[str, ...]:
    listed = len(column.shape) == 1 and 0 < column.dtype.itemsize <= MAX_TEXT
    if column.dtype.kind not in "US" or not listed:
        raise InvalidInput(
            f'"{column.name}" holds {column.dtype} of the shape {column.shape}.',
            "Class names are a list of strings.",
            "Save numpy.array(['first', 'second']).",
        )
    if len(column) > MAX_CLASSES:
        raise TooLarge(
            f'"{column.name}" holds {len(column):,} names.',
            f"A dataset has at most {MAX_CLASSES:,} classes.",
            "Check that they are the names of classes.",
        )
    return check_names([name for block in column.rows(0, MAX_CLASSES) for name in texts_of(block)])


def _read_credit(column: Column) -> str:
    """Return the attribution that the studio's own exports carry, empty where it is something else."""
    if column.dtype.kind != "U" or column.shape or not 0 < column.dtype.itemsize <= MAX_TEXT:
        return ""
    (block,) = replace(column, shape=(1,)).rows(0, 1)
    return texts_of(block)[0]
