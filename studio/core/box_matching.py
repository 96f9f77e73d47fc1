"""Which boxes of several people surround the same thing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from studio.core.answer_table import AnswerTable, pairs_within
from studio.core.label_judge import SAME_BOX


@dataclass(frozen=True)
class PlacePair:
    """Two people's boxes over the samples that both have answered.

    Args:
        items: Samples both answered. boxes: Boxes of both in them.
        matched: Boxes of the one that surround the same as one of the other. alike: Those of the same class.
        overlap: Sum of the intersections over union of the matched ones.
    """

    one: str
    other: str
    items: int
    boxes: int
    matched: int
    alike: int
    overlap: float


@dataclass(frozen=True)
class MatchedBoxes:
    """Boxes told apart by what they surround.

    Args:
        things: A table in which each sample is a thing, and each answer the class somebody gave it.
        pairs: Each two people who share samples.
    """

    things: AnswerTable
    pairs: list[PlacePair]


def match_boxes(table: AnswerTable) -> MatchedBoxes:
    """Match the boxes of different people in the same sample whose overlap is at least SAME_BOX, whatever their class.

    The best fitting boxes find each other first, one to one. What surrounds a thing is found across all people in the
    same manner: a box joins the boxes it fits best as long as none of them is by the same person.

    Args:
        table: Answers sorted by sample and person, as `several_answers` returns them.
    """
    assert table.boxes is not None
    order = np.argsort(table.owners, kind="stable")
    owners, boxes, classes = table.owners[order], table.boxes[order], table.classes[order]
    people = table.annotators[owners]
    left, right, fits = _candidates(table.items[owners], people, boxes)
    alone = replace(
        table,
        items=_things(len(owners), people, left, right),
        annotators=people,
        owners=np.arange(len(owners), dtype=np.int64),
        classes=classes,
        boxes=None,
    )
    return MatchedBoxes(alone, _pairs(table, owners, classes, left, right, fits))


def _candidates(
    items: NDArray[np.int64], people: NDArray[np.int64], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return pairs of boxes that may be the same, the best fitting first, and their overlaps."""
    lefts, rights, overlaps = [], [], []
    far = boxes[:, :2] + boxes[:, 2:]
    area = boxes[:, 2] * boxes[:, 3]
    for one, other in pairs_within(items):
        sides = np.minimum(far[one], far[other]) - np.maximum(boxes[one, :2], boxes[other, :2])
        both = np.where((sides > 0).all(axis=1), sides.prod(axis=1), 0.0)
        either = area[one] + area[other] - both
        fit = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
        good = np.flatnonzero((fit >= SAME_BOX) & (people[one] != people[other]))
        lefts.append(one[good])
        rights.append(other[good])
        overlaps.append(fit[good])
    none = [np.zeros(0, np.int64)]
    left, right = np.concatenate(none + lefts), np.concatenate(none + rights)
    fits = np.concatenate([np.zeros(0), *overlaps])
    best = np.lexsort((right, left, -fits))
    return left[best], right[best], fits[best]


def _things(
    count: int,
    people: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return int64 (count,): the number of the thing that each box surrounds."""
    joined = _connected(count, left, right)
    several = int(people.max(initial=0)) + 1
    whose, boxes = np.unique(joined * several + people, return_counts=True)
    # Where nobody has two boxes among those that are connected, all of them are one thing.
    doubtful = np.zeros(count, bool)
    doubtful[whose[boxes > 1] // several] = True
    rows = np.flatnonzero(doubtful[joined[left]])
    thing = joined.copy()
    loose = np.flatnonzero(doubtful[joined])
    thing[loose] = loose
    members: dict[int, list[int]] = {}
    for one, other in zip(left[rows].tolist(), right[rows].tolist(), strict=True):
        first, second = int(thing[one]), int(thing[other])
        if first == second:
            continue
        ours, theirs = members.get(first, [first]), members.get(second, [second])
        if set(people[ours].tolist()) & set(people[theirs].tolist()):
            continue
        thing[theirs] = first
        members[first] = ours + theirs
    return thing


def _connected(count: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64 (count,): the lowest box that each one is connected with, by any number of steps."""
    lowest = np.arange(count, dtype=np.int64)
    while True:
        before = lowest.copy()
        both = np.minimum(lowest[left], lowest[right])
        np.minimum.at(lowest, left, both)
        np.minimum.at(lowest, right, both)
        lowest = lowest[lowest]
        if np.array_equal(lowest, before):
            return lowest


def _pairs(
    table: AnswerTable,
    owners: NDArray[np.int64],
    classes: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    fits: NDArray[np.float64],
) -> list[PlacePair]:
    """Return what each two people have in common; a box is matched once with each other person."""
    several, people = len(table.names), table.annotators
    drawn = np.bincount(owners, minlength=table.count)
    items, boxes = np.zeros(several**2, np.int64), np.zeros(several**2, np.int64)
    for one, other in pairs_within(table.items):
        key = people[one] * several + people[other]
        np.add.at(items, key, 1)
        np.add.at(boxes, key, drawn[one] + drawn[other])
    ones, others = people[owners[left]], people[owners[right]]
    kept = _one_to_one(left * several + others, right * several + ones)
    key = (ones * several + others)[kept]
    alike = (classes[left] == classes[right])[kept]
    matched = np.bincount(key, minlength=several**2)
    same = np.bincount(key, alike, several**2)
    overlap = np.bincount(key, fits[kept], several**2)
    return [
        PlacePair(
            one=table.names[k // several],
            other=table.names[k % several],
            items=int(items[k]),
            boxes=int(boxes[k]),
            matched=int(matched[k]),
            alike=int(same[k]),
            overlap=float(overlap[k]),
        )
        for k in np.flatnonzero(items).tolist()
    ]


def _one_to_one(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that stay when each number may be used once on its side, earlier rows first."""
    clear = np.ones(len(first), bool)
    for side in (first, second):
        _, where, used = np.unique(side, return_inverse=True, return_counts=True)
        clear &= used[where] == 1
    taken: tuple[set[int], set[int]] = (set(), set())
    for row in np.flatnonzero(~clear).tolist():
        one, other = int(first[row]), int(second[row])
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            clear[row] = True
    return np.flatnonzero(clear)
