from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterable, Sequence
from itertools import combinations

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from studio.core.agreement import Agreement, agreement
from studio.core.answer_table import AnswerTable, read_marks
from studio.core.label_answer import LabelValue
from studio.core.label_judge import SAME_BOX, overlap_of
from studio.core.sample import Box

CLASSES = ("ant", "bee", "cat", "dog")
PEOPLE = ("ann", "bob", "cem", "dan")
Grid = list[list[int | None]]
"""A row a person, a column a sample: the code of the class, None where the person did not answer."""


def table_of(
    answers: Iterable[tuple[int, int, Sequence[int], Sequence[Sequence[float]]]],
    classes: Sequence[str] = CLASSES,
    *,
    boxes: bool = False,
) -> AnswerTable:
    """Make a table of (item, annotator, classes, boxes)."""
    rows = list(answers)
    marks = [(owner, code) for owner, row in enumerate(rows) for code in row[2]]
    places = [place for row in rows for place in row[3]]
    return AnswerTable(
        items=np.array([row[0] for row in rows], np.int64),
        annotators=np.array([row[1] for row in rows], np.int64),
        names=PEOPLE,
        owners=np.array([owner for owner, _ in marks], np.int64),
        classes=np.array([code for _, code in marks], np.int64),
        class_names=tuple(classes),
        boxes=np.array(places, np.float64).reshape(-1, 4) if boxes else None,
    )


def of_grid(grid: Grid) -> Agreement:
    rows = [
        (item, person, [code], [])
        for person, own in enumerate(grid)
        for item, code in enumerate(own)
        if code is not None
    ]
    return agreement(table_of(reversed(rows)), "single")


def same(found: float | None, wanted: float | None) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=0, abs_tol=1e-9)


def defined(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def cohen(one: Sequence[int], other: Sequence[int]) -> float | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return defined(cohen_kappa_score(one, other)) if one else None


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def alpha(grid: Grid) -> float | None:
    shared = [c for c in zip(*grid, strict=True) if sum(v is not None for v in c) > 1]
    if len({value for column in shared for value in column if value is not None}) < 2:
        return None
    data = [[np.nan if v is None else v for v in row] for row in zip(*shared, strict=True)]
    return float(krippendorff.alpha(np.array(data, float), level_of_measurement="nominal"))


def cohens(grid: Grid) -> dict[tuple[str, str], tuple[int, float | None]]:
    found = {}
    for one, other in combinations(range(len(grid)), 2):
        both = [
            (a, b)
            for a, b in zip(grid[one], grid[other], strict=True)
            if a is not None and b is not None
        ]
        if both:
            kappa = cohen([a for a, _ in both], [b for _, b in both])
            found[PEOPLE[one], PEOPLE[other]] = len(both), kappa
    return found


def binary(grid: Grid, code: int) -> Grid:
    return [[None if v is None else int(v == code) for v in row] for row in grid]


grids = st.integers(2, 4).flatmap(
    lambda people: st.lists(
        st.lists(st.none() | st.integers(0, 3), min_size=people, max_size=people),
        min_size=1,
        max_size=14,
    ).map(lambda columns: [list(row) for row in zip(*columns, strict=True)])
)
full_grids = st.integers(2, 4).flatmap(
    lambda people: st.lists(
        st.lists(st.integers(0, 3), min_size=people, max_size=people), min_size=1, max_size=14
    ).map(lambda columns: [list(row) for row in zip(*columns, strict=True)])
)


@given(grids)
@settings(max_examples=80)
def test_cohen_and_krippendorff_equal_their_references(grid: Grid) -> None:
    found = of_grid(grid)
    wanted = cohens(grid)
    assert {(p.one, p.other) for p in found.pairs} == wanted.keys()
    for pair in found.pairs:
        items, kappa = wanted[pair.one, pair.other]
        assert pair.items == items
        assert same(pair.cohen, kappa)
    assert same(found.cohen, mean(kappa for _, kappa in wanted.values()))
    assert same(found.alpha, alpha(grid))
    for code, row in enumerate(found.classes):
        assert same(row.alpha, alpha(binary(grid, code)))
        assert same(row.cohen, mean(kappa for _, kappa in cohens(binary(grid, code)).values()))


@given(full_grids)
@settings(max_examples=60)
def test_fleiss_equals_its_reference(grid: Grid) -> None:
    def fleiss(own: Grid) -> float | None:
        if len({value for row in own for value in row}) < 2:
            return None
        table, _ = aggregate_raters(np.array(own).T)
        return float(fleiss_kappa(table))

    found = of_grid(grid)
    assert same(found.fleiss, fleiss(grid))
    for code, row in enumerate(found.classes):
        assert same(row.fleiss, fleiss(binary(grid, code)))
    columns = list(zip(*grid, strict=True))
    pairs = [(a, b) for column in columns for a, b in combinations(column, 2)]
    assert same(found.percent, sum(a == b for a, b in pairs) / len(pairs))
    for code, row in enumerate(found.classes):
        either = [(a == code) + (b == code) for a, b in pairs]
        assert same(row.percent, sum(n != 1 for n in either) / len(pairs))
        both, one = either.count(2), either.count(1)
        assert same(row.also, 2 * both / (2 * both + one) if both + one else None)


def test_samples_with_unequally_many_answers_weigh_alike() -> None:
    grid: Grid = [[0, 0, 1, 2], [0, 1, 1, None], [0, None, 1, None]]
    # Gwet's form: shares of answers a sample, a mean over the samples with several answers.
    alike, share = (1 + 0 + 1) / 3, np.array([1 + 0.5 + 0, 0 + 0.5 + 1, 0]) / 3
    chance = float((share**2).sum())
    assert same(of_grid(grid).fleiss, (alike - chance) / (1 - chance))


sets = st.lists(
    st.lists(st.none() | st.frozensets(st.integers(0, 3)), min_size=3, max_size=3),
    min_size=1,
    max_size=12,
)


def masi(one: frozenset[int], other: frozenset[int]) -> float:
    if one == other:
        return 0.0
    jaccard = len(one & other) / len(one | other)
    within = one <= other or other <= one
    return 1 - jaccard * (2 / 3 if within else 1 / 3)


@given(sets)
@settings(max_examples=60)
def test_several_classes_equal_the_references_class_by_class(
    columns: list[list[frozenset[int] | None]],
) -> None:
    rows = [
        (item, person, sorted(value), [])
        for item, column in enumerate(columns)
        for person, value in enumerate(column)
        if value is not None
    ]
    found = agreement(table_of(rows), "multi")
    grid = [list(row) for row in zip(*columns, strict=True)]
    wanted: list[tuple[float | None, float | None]] = []
    for code in range(len(CLASSES)):
        own: Grid = [[None if v is None else int(code in v) for v in row] for row in grid]
        wanted.append((alpha(own), mean(kappa for _, kappa in cohens(own).values())))
    shared = [[v for v in c if v is not None] for c in columns]
    shared = [column for column in shared if len(column) > 1]
    if not shared:
        assert found == Agreement()
        return
    for row, (krippendorffs, cohens_mean) in zip(found.classes, wanted, strict=True):
        assert same(row.alpha, krippendorffs)
        assert same(row.cohen, cohens_mean)
    assert same(found.alpha, mean(a for a, _ in wanted))
    pairs = [pair for column in shared for pair in combinations(column, 2)]
    assert same(found.percent, sum(a == b for a, b in pairs) / len(pairs))
    values = sorted({value for column in shared for value in column}, key=sorted)
    if len(values) < 2:
        assert found.masi is None
        return
    data = np.full((3, len(shared)), np.nan)
    for place, column in enumerate(shared):
        data[: len(column), place] = [values.index(value) for value in column]

    def distance(v1: np.ndarray, v2: np.ndarray, **_: object) -> np.ndarray:
        named = np.vectorize(lambda a, b: masi(values[int(a)], values[int(b)]))
        return named(v1, v2)  # type: ignore[no-any-return]

    reference = krippendorff.alpha(
        data, level_of_measurement=distance, value_domain=list(range(len(values)))
    )
    assert same(found.masi, float(reference))


A, B, C = (0.1, 0.1, 0.2, 0.2), (0.5, 0.5, 0.3, 0.3), (0.12, 0.1, 0.2, 0.2)
FAR = (0.8, 0.05, 0.1, 0.1)


def test_boxes_are_matched_by_place_and_then_compared_by_class() -> None:
    rows = [
        (0, 0, [0, 1], [A, B]),
        (0, 1, [0, 2, 0], [C, B, FAR]),
        (1, 0, [1], [A]),
        (1, 1, [], []),
        (2, 0, [3], [A]),
        (3, 0, [1], [A]),
        (3, 1, [1], [A]),
    ]
    found = agreement(table_of(rows, boxes=True), "boxes")
    assert (found.items, found.answers, found.things) == (3, 6, 3)
    (pair,) = found.pairs
    assert (pair.one, pair.other, pair.items, pair.things) == ("ann", "bob", 3, 3)
    # Of 8 boxes in shared samples 4 have one of the same place and class with the other.
    assert same(pair.f1, 4 / 8)
    assert same(pair.iou, (0.18 * 0.2 / (2 * 0.04 - 0.18 * 0.2) + 1 + 1) / 3)
    assert same(pair.percent, 2 / 3)
    assert same(pair.cohen, cohen([0, 1, 1], [0, 2, 1]))
    assert same(found.f1, pair.f1)
    assert same(found.alpha, alpha([[0, 1, 1], [0, 2, 1]]))


def test_pictures_in_which_nobody_saw_anything_have_no_boxes_to_compare() -> None:
    found = agreement(table_of([(0, 0, [], []), (0, 1, [], [])], boxes=True), "boxes")
    assert (found.items, found.answers, found.things) == (1, 2, 0)
    assert (found.f1, found.iou, found.alpha, found.pairs[0].f1) == (None, None, None, None)


def test_a_thing_has_at_most_one_box_of_a_person() -> None:
    # Both of ann's boxes fit bob's; the better one is the same thing, the other stands alone.
    near = (0.05, 0.1, 0.2, 0.2)
    rows = [(0, 0, [0, 1], [near, A]), (0, 1, [1], [A]), (0, 2, [1], [C])]
    found = agreement(table_of(rows, boxes=True), "boxes")
    assert found.things == 1
    assert found.percent == 1.0
    assert found.alpha is None
    assert [same(p.f1, 2 / 3) for p in found.pairs] == [True, True, False]
    assert found.pairs[2].f1 == 1.0


eighths = st.integers(0, 3).map(lambda n: n / 8)
drawn = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 1),
        st.tuples(eighths, eighths, st.just(0.5), st.just(0.5)),
    ),
    max_size=9,
)


@given(drawn)
@settings(max_examples=120)
def test_the_best_fitting_boxes_find_each_other_first(
    drawn: list[tuple[int, int, tuple[float, ...]]],
) -> None:
    drawn = sorted(drawn, key=lambda row: row[0])
    rows = []
    for person in range(3):
        own = [row for row in drawn if row[0] == person]
        rows.append((0, person, [row[1] for row in own], [row[2] for row in own]))
    boxes = [
        Box(class_name=CLASSES[code], left=x, top=y, width=w, height=h)
        for _, code, (x, y, w, h) in drawn
    ]
    edges = sorted(
        (-overlap_of(boxes[one], boxes[other]), one, other)
        for one, other in combinations(range(len(boxes)), 2)
        if drawn[one][0] != drawn[other][0] and overlap_of(boxes[one], boxes[other]) >= SAME_BOX
    )
    things = {box: {box} for box in range(len(boxes))}
    taken, same_class, overlaps = set(), 0, 0.0
    for fit, one, other in edges:
        if not {drawn[box][0] for box in things[one]} & {drawn[box][0] for box in things[other]}:
            both = things[one] | things[other]
            things |= dict.fromkeys(both, both)
        ends = {(one, drawn[other][0]), (other, drawn[one][0])}
        if not ends & taken:
            taken |= ends
            same_class += drawn[one][1] == drawn[other][1]
            overlaps -= fit
    found = agreement(table_of(rows, boxes=True), "boxes")
    assert found.things == len({frozenset(own) for own in things.values() if len(own) > 1})
    assert same(found.f1, 2 * same_class / (2 * len(drawn)) if drawn else None)
    assert same(found.iou, overlaps / (len(taken) / 2) if taken else None)


@pytest.mark.parametrize("kind", ["single", "multi", "boxes", "drawings"])
@pytest.mark.parametrize(
    "rows", [[], [(0, 0, [0], [A])], [(0, 0, [0], [A]), (1, 1, [1], [A])]], ids=len
)
def test_nothing_to_compare_is_none(kind: str, rows: list) -> None:
    found = agreement(table_of(rows, boxes=kind == "boxes"), kind)  # type: ignore[arg-type]
    assert found == Agreement()


@pytest.mark.parametrize("kind", ["single", "multi", "boxes"])
def test_one_class_only_is_alike_but_not_more_than_chance(kind: str) -> None:
    rows = [(item, person, [2], [A]) for item in range(3) for person in range(2)]
    found = agreement(table_of(rows, boxes=kind == "boxes"), kind)  # type: ignore[arg-type]
    assert found.percent == 1.0
    assert (found.cohen, found.fleiss, found.alpha, found.masi) == (None,) * 4
    assert found.pairs[0].cohen is None
    assert "NaN" not in json.dumps(found.model_dump())


def test_of_very_many_classes_sets_are_still_told_apart() -> None:
    names = [f"c{n}" for n in range(150)]
    rows = [(n, p, [n, 149 - p * (n % 2)], []) for n in range(100) for p in range(2)]
    found = agreement(table_of(rows, names), "multi")
    assert found.percent == 0.5
    assert len(found.classes) == 150


@pytest.mark.parametrize(
    ("text", "boxes", "wanted"),
    [
        (None, False, None),
        (LabelValue(classes=("puss", "cat")).as_json(), False, ((0,), ())),
        (LabelValue(classes=("gone",)).as_json(), False, None),
        (LabelValue().as_json(), False, ((), ())),
        (LabelValue().as_json(), True, ((), ())),
        (
            LabelValue(
                boxes=(Box(class_name="puss", left=0.1, top=0.2, width=0.3, height=0.4),)
            ).as_json(),
            True,
            ((0,), ((0.1, 0.2, 0.3, 0.4),)),
        ),
    ],
)
def test_stored_answers_are_read(
    text: str | None, boxes: bool, wanted: tuple[tuple, tuple] | None
) -> None:
    found = read_marks(text, {"puss": "cat"}, {"cat": 0}, boxes=boxes)
    assert (found and (found.classes, found.boxes)) == wanted
