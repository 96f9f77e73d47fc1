"""IDX files, as MNIST and its family have them: pictures in one file, their labels in another, gzipped or not."""

from __future__ import annotations

import os
import re
import struct
import zlib
from dataclasses import dataclass

import numpy as np

from studio.core.dataset import EXCLUDED, TEST, UNLABELLED
from studio.core.errors import InvalidInput, TooLarge
from studio.core.sources import IdxSource
from studio.sources.archive import MAX_EXPANDED, MAX_RATIO, RATIO_FROM, open_tree
from studio.sources.base import Places, Progress
from studio.sources.columns import GZIP, Column
from studio.sources.pictures import Unreadable
from studio.sources.stacks import (
    MAX_SIDE,
    Part,
    Stack,
    check_names,
    list_parts,
    look_through,
    name_labels,
    picture_shape,
    same_shape,
)
from studio.sources.tree import PARTS, Tree

ALONE = ("ubyte", ".idx", ".gz")
"""Endings of files that are read by themselves, in a folder or out of it."""
DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""What the third byte of a file says about its values."""
HEAD = 4 + 4 * 4
"""Bytes of the longest header that is read: four lengths."""
PACKED_HEAD = 2**16
TEST_WORDS = {"t10k"}
KIND_WORDS = re.compile(r"images?|labels?|idx\d?|ubyte|gz")


@dataclass(frozen=True)
class _Named:
    """A file and what its name says: which others belong to it, and to which part of the data."""

    column: Column
    key: tuple[str, ...]
    split: int


def open_idx(spec: IdxSource, places: Places, progress: Progress) -> Stack:
    """Open pairs of IDX files of pictures and labels; headers and sizes are checked before anything else is read.

    Raises:
        StudioError: There are none, a file breaks a rule, or pictures and labels do not belong together.
    """
    tree = open_tree("IDX files", spec, places, progress, alone=ALONE)
    skipped = tree.skipped.copy()
    pictures: dict[tuple[str, ...], _Named] = {}
    labels: dict[tuple[str, ...], _Named] = {}
    for index, name in enumerate(tree.names):
        progress(index, len(tree.names), "files", "reading headers")
        if not name.lower().endswith(ALONE):
            skipped.add(name, "its name is not one of an IDX file")
            continue
        named = _name(_open_column(tree, index))
        of_kind = labels if len(named.column.shape) == 1 else pictures
        if named.key in of_kind:
            raise InvalidInput(
                f'"{name}" and "{of_kind[named.key].column.name}" are the same part of the data.',
                "Their names differ in nothing that says otherwise.",
                "Leave one of them out.",
            )
        of_kind[named.key] = named
    if not pictures:
        raise InvalidInput(
            "There is not one IDX file of pictures.",
            f"{len(tree.names):,} files were found: {', '.join(tree.names[:3]) or 'none'}.",
            "Give files such as train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz.",
        )
    for key in labels.keys() - pictures.keys():
        skipped.add(labels[key].column.name, "there are no pictures for these labels")
    parts = [
        Part(found.column, _labels_of(found, labels.get(found.key)), found.split)
        for found in sorted(pictures.values(), key=lambda found: (found.split, found.key))
    ]
    shape = same_shape([part.pictures for part in parts])
    columns = [part.labels for part in parts if isinstance(part.labels, Column)]
    given = check_names(spec.class_names) if spec.class_names else None
    naming = name_labels(look_through(columns, progress), given)
    said = {part.split for part in parts} - {EXCLUDED}
    own_split = spec.own_split and len(said) > 1  # one part alone is no division
    settings = spec.model_dump(mode="json", exclude={"seed", "unlabelled_share"}, exclude_none=True)
    facts = {**settings, **list_parts(parts, own_split, skipped)}
    return Stack(parts, naming, shape, facts, False, own_split, progress)


def _name(column: Column) -> _Named:
    """Read a file's name: `emnist-letters-train-images-idx3-ubyte.gz` is of emnist letters, to train on."""
    path = column.name.lower()
    words = [word for word in re.split(r"[^a-z0-9]+", path) if not KIND_WORDS.fullmatch(word)]
    codes = [TEST if word in TEST_WORDS else PARTS.get(word, EXCLUDED) for word in words]
    said = [code for code in codes if code != EXCLUDED]
    return _Named(column, tuple(words), said[-1] if said else EXCLUDED)


def _refuse(name: str, what: str, why: str, fix: str = "Get the file again.") -> InvalidInput:
    return InvalidInput(f'"{name}" {what}', why, fix)


def _open_column(tree: Tree, index: int) -> Column:
    """Read the header of a file, and make sure that its size is what the header says."""
    name, size = tree.names[index], tree.size(index)
    packed = name.lower().endswith(".gz")
    try:
        with tree.stream(index) as file:
            head = file.read(PACKED_HEAD if packed else HEAD)
            if packed:
                file.seek(-min(4, size), os.SEEK_END)
                expanded = int.from_bytes(file.read(4), "little")
                head = _unpack(head, name)
    except Unreadable as error:
        raise _refuse(name, "cannot be opened.", f"It says: {error}.") from error
    except OSError as error:
        raise _refuse(name, "cannot be read.", f"The system says: {error.strerror}.") from error
    column = _read_header(head, tree, index, packed)
    if packed:
        _check_ratio(column, size)
        size, expected = expanded, column.size % 2**32
    else:
        expected = column.size
    if size != expected:
        raise _refuse(
            name,
            f"is cut short, or other bytes follow: it has {size:,} bytes{' unpacked' * packed}.",
            f"Its header announces the shape {column.shape}, which makes {column.size:,} bytes.",
        )
    return column


def _unpack(packed: bytes, name: str) -> bytes:
    """Return the first bytes of a gzip file's content."""
    try:
        return zlib.decompressobj(GZIP).decompress(packed, HEAD)
    except zlib.error as error:
        raise _refuse(
            name, "is not a gzip file, or damaged.", f"It begins with {packed[:12]!r}."
        ) from error


def _read_header(head: bytes, tree: Tree, index: int, packed: bool) -> Column:
    name = tree.names[index]
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in DTYPES or not 1 <= head[3] <= 4:
        raise _refuse(
            name,
            f"is not an IDX file: it begins with {head[:4]!r}.",
            "An IDX file begins with two zero bytes, the kind of its values and the number of its lengths.",
            "Give files such as train-images-idx3-ubyte.gz and train-labels-idx1-ubyte.gz.",
        )
    dtype, dimensions = np.dtype(DTYPES[head[2]]), head[3]
    offset = 4 + 4 * dimensions
    if len(head) < offset:
        raise _refuse(name, "is cut short.", f"It has {len(head)} bytes.")
    shape = struct.unpack(f">{dimensions}I", head[4:offset])
    labels = dimensions == 1
    if dtype.kind not in "iu" if labels else dtype != np.uint8:
        raise _refuse(
            name,
            f"holds {dtype.name} values.",
            "Labels are whole numbers." if labels else "A pixel is one byte from 0 to 255 (uint8).",
            "Save them as unsigned bytes.",
        )
    if not labels and picture_shape(shape) is None:
        raise _refuse(
            name,
            f"has the shape {shape}.",
            f"Pictures are (N, height, width) or (N, height, width, 1 or 3); no side is longer "
            f"than {MAX_SIDE:,} pixels.",
            "Choose another file.",
        )
    if not shape[0]:
        raise _refuse(name, "is empty.", f"Its shape is {shape}.", "Leave it out.")
    return Column(tree, index, offset, shape, dtype, packed)


def _check_ratio(column: Column, size: int) -> None:
    """Refuse a bomb by what it announces, before it is unpacked."""
    if column.size > MAX_EXPANDED:
        raise TooLarge(
            f'"{column.name}" has {column.size:,} bytes when unpacked.',
            f"At most {MAX_EXPANDED:,} are imported at once.",
            "Split the file and import the parts.",
        )
    if column.size > RATIO_FROM and column.size > MAX_RATIO * size:
        raise _refuse(
            column.name,
            f"expands from {size:,} to {column.size:,} bytes.",
            f"Pictures never pack more than {MAX_RATIO} to 1; files made to do harm do.",
            "Unpack it (gunzip) if you trust it.",
        )


def _labels_of(pictures: _Named, labels: _Named | None) -> Column | int:
    if labels is None:
        return UNLABELLED
    if len(labels.column) != len(pictures.column):
        raise _refuse(
            labels.column.name,
            f"has {len(labels.column):,} labels.",
            f'"{pictures.column.name}" has {len(pictures.column):,} pictures, and each has one label.',
            "Give the labels that belong to these pictures.",
        )
    return labels.column
