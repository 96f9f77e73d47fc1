"""The acts of a labelling session as columns that grow with it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.answer_table import AnswerTable, Marks, read_marks
from studio.core.tallies import expanded

ANSWER, SKIP, TAKE_BACK = range(3)
ACTS = {"answer": ANSWER, "skip": SKIP, "take_back": TAKE_BACK}
NO_VALUE = -1


class Act(NamedTuple):
    """One act as it is stored; see `SessionAnswer`. `unsure`, `accepted` and `counted` are 0 or 1."""

    item: int
    annotator: str
    act: str
    value: str | None
    revision: int
    unsure: int
    seconds: float | None
    accepted: int
    counted: int
    source: str
    time: float


@dataclass(frozen=True)
class Columns:
    """Acts, oldest first, each an array (n,).

    Args:
        items: int64. people: int64, places in the log's names. acts: int64, ANSWER, SKIP or TAKE_BACK.
        values: int64, places in the log's values, NO_VALUE where it says nothing of today's classes.
        seconds: float64, NaN where not known. times: float64, Unix seconds.
        by_hand: bool, whether a person did it, rather than a split of a class or an import.
    """

    items: NDArray[np.int64]
    people: NDArray[np.int64]
    acts: NDArray[np.int64]
    values: NDArray[np.int64]
    seconds: NDArray[np.float64]
    times: NDArray[np.float64]
    unsure: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    counted: NDArray[np.bool_]
    by_hand: NDArray[np.bool_]

    def latest(self, among: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return the rows that are somebody's latest act about a sample, oldest first.

        Args:
            among: bool (n,), acts that are looked at. Default: all.
        """
        rows = np.arange(len(self.items)) if among is None else np.flatnonzero(among)
        key = self.items[rows] * (int(self.people.max(initial=0)) + 1) + self.people[rows]
        order = np.argsort(key, kind="stable")
        last = np.flatnonzero(np.diff(key[order], append=-1))
        found: NDArray[np.int64] = np.sort(rows[order[last]])
        return found


class ActLog:
    """All acts of one session so far, in the class names of one revision.

    Args:
        class_names: Today's classes.
        boxes: Whether answers are boxes rather than classes.
    """

    def __init__(self, class_names: Sequence[str], *, boxes: bool) -> None:
        self.class_names = tuple(class_names)
        self.names: list[str] = []
        self.values: list[Marks] = []
        self._codes = {name: code for code, name in enumerate(class_names)}
        self._boxes = boxes
        self._people: dict[str, int] = {}
        self._known: dict[tuple[str, int], int] = {}
        self._integers = array("q")
        self._floats = array("d")

    def __len__(self) -> int:
        return len(self._floats) // 2

    def add(self, act: Act, names: Mapping[str, str]) -> None:
        """Append an act; `names` maps the class names of its time to today's."""
        person = self._people.setdefault(act.annotator, len(self.names))
        if person == len(self.names):
            self.names.append(act.annotator)
        flags = act.unsure | act.accepted << 1 | act.counted << 2 | (not act.source) << 3
        value = self._value(act, names)
        self._integers.extend((act.item, person, ACTS[act.act], value, flags))
        self._floats.extend((np.nan if act.seconds is None else act.seconds, act.time))

    def _value(self, act: Act, names: Mapping[str, str]) -> int:
        if act.value is None:
            return NO_VALUE
        key = act.value, act.revision
        known = self._known.get(key)
        if known is not None:
            return known
        marks = read_marks(act.value, names, self._codes, boxes=self._boxes)
        code = NO_VALUE if marks is None else len(self.values)
        if marks is not None:
            self.values.append(marks)
        if not self._boxes:  # hardly two answers have the same boxes
            self._known[key] = code
        return code

    def columns(self) -> Columns:
        """Return all acts as arrays of their own."""
        integers = np.array(self._integers, np.int64).reshape(-1, 5)
        floats = np.array(self._floats, np.float64).reshape(-1, 2)
        items, people, acts, values, flags = integers.T
        return Columns(
            items=items,
            people=people,
            acts=acts,
            values=values,
            seconds=floats[:, 0],
            times=floats[:, 1],
            unsure=flags & 1 > 0,
            accepted=flags & 2 > 0,
            counted=flags & 4 > 0,
            by_hand=flags & 8 > 0,
        )

    def table(self, columns: Columns, rows: NDArray[np.int64]) -> AnswerTable:
        """Return some acts, which must be answers with a value, as a table to compare."""
        lengths = np.array([len(value.classes) for value in self.values], np.int64)
        flat = np.array([code for value in self.values for code in value.classes], np.int64)
        owners, place = expanded(lengths, columns.values[rows])
        boxes = None
        if self._boxes:
            drawn = [box for value in self.values for box in value.boxes]
            boxes = np.array(drawn, np.float64).reshape(-1, 4)[place]
        return AnswerTable(
            items=columns.items[rows],
            annotators=columns.people[rows],
            names=tuple(self.names),
            owners=owners,
            classes=flat[place],
            class_names=self.class_names,
            boxes=boxes,
        )
