"""Pictures one behind the other in arrays, with an array of their labels: what NumPy's and MNIST's files share."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import EXCLUDED, SPLIT_NAMES, UNLABELLED, Task
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.sources.base import Chunk, Progress, chunk_length
from studio.sources.columns import Column
from studio.sources.tree import LISTED, Skipped

MAX_CLASSES = 10_000
MAX_SIDE = 1024
LABEL_ROWS = 2**16
"""Labels looked through at a time."""


@dataclass(frozen=True)
class Part:
    """Pictures of one array, and their labels.

    Args:
        pictures: uint8 or bool; its rows are pictures.
        labels: Of integers or strings, as many rows; or the one class of all, -1 for none.
        split: Code of SPLIT_NAMES, EXCLUDED where nothing is said.
    """

    pictures: Column
    labels: Column | int = UNLABELLED
    split: int = EXCLUDED

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self.pictures)


@dataclass(frozen=True)
class Naming:
    """Which class each value in an array of labels means.

    Args:
        class_names: Names of the classes.
        values: Sorted, all that there are.
        codes: int32, the class of each value, -1 for none.
    """

    class_names: tuple[str, ...] = ()
    values: NDArray[Any] | None = None
    codes: NDArray[np.int32] | None = None

    def codes_of(self, block: NDArray[Any]) -> NDArray[np.int32]:
        """Return the classes of some labels, int32 (n,).

        Raises:
            InvalidInput: There is a value that was not there when all were looked through.
        """
        flat = _plain_numbers(block.reshape(-1))
        if self.values is None or self.codes is None:
            return np.full(len(flat), UNLABELLED, np.int32)
        places = np.searchsorted(self.values, flat).clip(max=len(self.values) - 1)
        if not np.array_equal(self.values[places], flat):
            raise InvalidInput(
                "The labels changed while they were read.",
                "There is one that was not there at the start.",
                "Wait until the file is complete, then try again.",
            )
        return np.take(self.codes, places)


@dataclass
class Stack:
    """Pictures of several arrays, part after part, each in the order of its file.

    Args:
        facts: What is stored with the version, complete from the beginning.
        shape: (height, width, channels); each row of each part has as many values.
        own_split: Say which part a picture belongs to.
    """

    parts: Sequence[Part]
    naming: Naming
    shape: tuple[int, int, int]
    facts: dict[str, Any]
    invert: bool
    own_split: bool
    progress: Progress
    task: Task = "images"
    attribution: str = ""

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self.naming.class_names

    @property
    def count(self) -> int:
        """Number of pictures."""
        return sum(len(part) for part in self.parts)

    @property
    def fingerprint(self) -> str:
        """The files, their sizes and when they were changed, and the classes."""
        files = [
            column.mark
            for part in self.parts
            for column in (part.pictures, part.labels)
            if isinstance(column, Column)
        ]
        described = json.dumps([files, self.class_names, self.shape])
        return hashlib.sha256(described.encode()).hexdigest()

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the pictures; the cursor counts those given out.

        Raises:
            InvalidInput: A file is damaged, or not as long as it says.
        """
        done, count = 0, self.count
        skip: int = cursor or 0
        step = chunk_length(self.shape)
        for part in self.parts:
            if skip >= done + len(part):
                done += len(part)
                continue
            first = max(0, skip - done)
            done += first
            self.progress(done, count, "samples", f"reading {part.pictures.name}")
            pictures, labels = part.pictures.rows(first, step), self._labels(part, first, step)
            for block, codes in zip(pictures, labels, strict=True):
                done += len(block)
                split = np.full(len(block), part.split, np.uint8) if self.own_split else None
                yield Chunk(self._samples(block), codes, done, None, split)
                self.progress(done, count, "samples", f"reading {part.pictures.name}")

    def _labels(self, part: Part, first: int, step: int) -> Iterator[NDArray[np.int32]]:
        if isinstance(part.labels, Column):
            for block in part.labels.rows(first, step):
                yield self.naming.codes_of(block)
            return
        for start in range(first, len(part), step):
            yield np.full(min(step, len(part) - start), part.labels, np.int32)

    def _samples(self, block: NDArray[Any]) -> NDArray[np.uint8]:
        pixels: NDArray[np.uint8] = block.reshape(-1, *self.shape).view(np.uint8)
        if block.dtype == bool:
            np.multiply(pixels != 0, 255, out=pixels, casting="unsafe")
        if self.invert:
            np.subtract(255, pixels, out=pixels)
        return pixels


def picture_shape(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Return (height, width, channels) of the pictures in an array, None where they are no pictures."""
    if len(shape) == 2 and math.isqrt(shape[1]) ** 2 == shape[1]:
        shape = (shape[0], math.isqrt(shape[1]), math.isqrt(shape[1]))
    if len(shape) == 3:
        shape = (*shape, 1)
    if len(shape) != 4 or shape[3] not in (1, 3) or not all(1 <= s <= MAX_SIDE for s in shape[1:]):
        return None
    return shape[1], shape[2], shape[3]


def same_shape(columns: Sequence[Column]) -> tuple[int, int, int]:
    """Return (height, width, channels) of the pictures in arrays that were checked.

    Raises:
        InvalidInput: Those of one array have another shape than those of the first.
    """
    first = picture_shape(columns[0].shape)
    for column in columns:
        if picture_shape(column.shape) != first:
            raise InvalidInput(
                f'"{column.name}" has the shape {column.shape}.',
                f'The pictures in "{columns[0].name}" have the shape {first}, and in a dataset all are alike.',
                "Import them as two datasets, or bring them to one size.",
            )
    assert first is not None  # every array was checked
    return first


def list_parts(parts: Sequence[Part], own_split: bool, skipped: Skipped) -> dict[str, Any]:
    """Return the facts about files that were taken, the first 50 by name, and about those that were not."""
    arrays = []
    for part in parts[:LISTED]:
        entry: dict[str, Any] = {"pictures": part.pictures.name, "samples": len(part)}
        if isinstance(part.labels, Column):
            entry["labels"] = part.labels.name
        if own_split and part.split != EXCLUDED:
            entry["split"] = SPLIT_NAMES[part.split]
        arrays.append(entry)
    return {"files": len(parts), "arrays": arrays, "skipped": skipped.as_dict()}


def look_through(columns: Sequence[Column], progress: Progress) -> NDArray[Any] | None:
    """Return the distinct labels in some arrays, sorted; None where there are no arrays.

    Raises:
        InvalidInput: A file cannot be read. TooLarge: More than 10,000 distinct labels.
    """
    values: NDArray[Any] | None = None
    done, count = 0, sum(len(column) for column in columns)
    for column in columns:
        for block in column.rows(0, LABEL_ROWS):
            progress(done, count, "samples", "looking through the labels")
            done += len(block)
            new = np.unique(_plain_numbers(block))
            values = new if values is None else np.union1d(values, new)
            if len(values) > MAX_CLASSES:
                raise TooLarge(
                    f'"{column.name}" holds more than {MAX_CLASSES:,} different labels.',
                    f"A dataset has at most {MAX_CLASSES:,} classes.",
                    "Check that the array holds classes, not numbers of samples.",
                )
    return values


def _plain_numbers(labels: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers of any kind as int64, and strings as they are."""
    return labels.astype(np.int64) if labels.dtype.kind in "iub" else labels


def name_labels(values: NDArray[Any] | None, class_names: tuple[str, ...] | None) -> Naming:
    """Make classes of labels.

    Args:
        values: Distinct labels, sorted: int64, of which -1 means none, or strings, of which the empty one does.
        class_names: Of the classes 0, 1, 2 ...; None: the labels themselves name the classes.

    Raises:
        InvalidInput: A label lies outside the class names, or cannot name a class.
    """
    if values is None:
        return Naming(class_names or ())
    if values.dtype.kind in "iu":
        return _name_numbers(values, class_names)
    texts = texts_of(values)
    known = {text: check_class_name(text) for text in texts if text.strip()}
    names = tuple(sorted(set(known.values()))) if class_names is None else class_names
    places = {name: code for code, name in enumerate(names)}
    for text, name in known.items():
        if name not in places:
            raise _outside(repr(text), names)
    codes = [places[known[text]] if text in known else UNLABELLED for text in texts]
    return Naming(names, values, np.array(codes, np.int32))


def _name_numbers(values: NDArray[np.int64], class_names: tuple[str, ...] | None) -> Naming:
    classes = values[values != UNLABELLED]
    if len(classes) and classes[0] < 0:
        raise InvalidInput(
            f"A label is {classes[0]}.",
            "Labels are numbers from 0 on, and -1 for no class.",
            "Correct the labels and save them again.",
        )
    if class_names is None:
        codes = np.where(values == UNLABELLED, UNLABELLED, np.searchsorted(classes, values))
        return Naming(
            tuple(str(value) for value in classes.tolist()), values, codes.astype(np.int32)
        )
    if len(classes) and classes[-1] >= len(class_names):
        raise _outside(str(classes[-1]), class_names)
    return Naming(class_names, values, values.astype(np.int32))


def texts_of(values: NDArray[Any]) -> list[str]:
    """Return the strings of an array.

    Raises:
        InvalidInput: There is a number among them that is no character.
    """
    try:
        if values.dtype.kind == "S":
            return [value.decode("utf-8", "replace") for value in values.tolist()]
        return [str(value) for value in values.tolist()]
    except ValueError as error:
        raise InvalidInput(
            "An array of strings holds what is no text.",
            f"NumPy says: {error}.",
            "Save the array again.",
        ) from error


def _outside(label: str, class_names: tuple[str, ...]) -> InvalidInput:
    return InvalidInput(
        f"A label is {label[:60]}.",
        f"There are {len(class_names):,} class names, for the classes 0 to {len(class_names) - 1:,}.",
        "Give a name for each class, or none at all.",
    )


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of classes without surrounding spaces.

    Raises:
        InvalidInput: One cannot name a class, or two are the same. TooLarge: More than 10,000.
    """
    if len(names) > MAX_CLASSES:
        raise TooLarge(
            f"There are {len(names):,} class names.",
            f"A dataset has at most {MAX_CLASSES:,} classes.",
            "Give fewer.",
        )
    checked = tuple(check_class_name(name) for name in names)
    if twice := [name for name, times in Counter(checked).items() if times > 1]:
        raise InvalidInput(
            f'Two classes are called "{twice[0]}".',
            "Classes are told apart by their names.",
            "Give each class a name of its own.",
        )
    return checked
