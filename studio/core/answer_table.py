"""Many answers as arrays, so that they can be counted and compared without a loop over them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class AnswerTable:
    """Answers of several people about several samples, at most one of a person about a sample.

    Args:
        items: int64 (n,), the sample of each answer.
        annotators: int64 (n,), who gave it, as a place in `names`.
        names: The people.
        owners: int64 (m,), the answer that each mark belongs to. A mark is a class of the whole sample, or a box.
        classes: int64 (m,), the class of each mark, as a place in `class_names`.
        class_names: The classes.
        boxes: float64 (m, 4), left, top, width and height of each mark; None where marks are classes.
    """

    items: NDArray[np.int64]
    annotators: NDArray[np.int64]
    names: tuple[str, ...]
    owners: NDArray[np.int64]
    classes: NDArray[np.int64]
    class_names: tuple[str, ...]
    boxes: NDArray[np.float64] | None = None

    @property
    def count(self) -> int:
        """Number of answers."""
        return len(self.items)


@dataclass(frozen=True)
class Marks:
    """What one answer says, read: codes of its classes, or codes and places of its boxes."""

    classes: tuple[int, ...]
    boxes: tuple[tuple[float, float, float, float], ...] = ()


def read_marks(
    text: str | None, names: Mapping[str, str], codes: Mapping[str, int], *, boxes: bool
) -> Marks | None:
    """Return what a stored answer says; None when there is nothing, or nothing of today's classes.

    Reads the JSON itself rather than a `LabelValue`: there are a hundred thousand of them.

    Args:
        text: JSON of a `LabelValue`.
        names: Former -> today's class names.
        codes: Today's class name -> code.
        boxes: Read boxes rather than classes.

    Example:
        >>> read_marks('{"classes": ["cat", "puss"]}', {"puss": "cat"}, {"cat": 0}, boxes=False)
        Marks(classes=(0,), boxes=())
    """
    if text is None:
        return None
    value = json.loads(text)
    if not boxes:
        said = [names.get(name, name) for name in value.get("classes", ())]
        known = sorted({codes[name] for name in said if name in codes})
        return Marks(tuple(known)) if known or not said else None
    drawn = [
        (
            codes[names.get(box["class_name"], box["class_name"])],
            (box["left"], box["top"], box["width"], box["height"]),
        )
        for box in value.get("boxes", ())
        if names.get(box["class_name"], box["class_name"]) in codes
    ]
    return Marks(tuple(code for code, _ in drawn), tuple(place for _, place in drawn))


def several_answers(table: AnswerTable) -> AnswerTable:
    """Return the answers about samples that at least two people answered, by sample and then by person."""
    order = np.lexsort((table.annotators, table.items))
    items = table.items[order]
    first = np.flatnonzero(np.diff(items, prepend=items[:1] - 1))
    answers = np.diff(first, append=len(items))
    kept = order[np.repeat(answers, answers) > 1]
    place = np.full(table.count, -1, np.int64)
    place[kept] = np.arange(len(kept))
    marks = np.flatnonzero(place[table.owners] >= 0)
    return replace(
        table,
        items=table.items[kept],
        annotators=table.annotators[kept],
        owners=place[table.owners[marks]],
        classes=table.classes[marks],
        boxes=None if table.boxes is None else table.boxes[marks],
    )


def pairs_within(
    groups: NDArray[np.int64],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield all pairs of rows of the same group, once each, in portions that need no more memory than the rows.

    Args:
        groups: int64 (n,), ascending.

    Yields:
        int64 (k,) earlier rows, int64 (k,) later rows.

    Example:
        >>> [(a.tolist(), b.tolist()) for a, b in pairs_within(np.array([3, 3, 3, 5]))]
        [([0, 1], [1, 2]), ([0], [2])]
    """
    rows = np.arange(len(groups), dtype=np.int64)
    lag = 1
    while True:
        rows = rows[rows + lag < len(groups)]
        rows = rows[groups[rows] == groups[rows + lag]]
        if not len(rows):
            return
        yield rows, rows + lag
        lag += 1
