from __future__ import annotations

import itertools
from math import comb, erfc, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import InvalidInput
from studio.core.paired import (
    aligned,
    compare_paired,
    difference_interval,
    disagreements,
    holm,
    mcnemar,
)
from studio.core.predictions import Predictions


def predictions(said, labels, names=("a", "b", "c"), ids=None, dataset="pets:1", base="x"):
    count = len(said)
    probabilities = np.full((count, len(names)), 0.1, np.float32)
    probabilities[np.arange(count), said] = 0.8
    return Predictions(
        dataset=dataset,
        base=base,
        class_names=tuple(names),
        ids=np.arange(count) if ids is None else np.array(ids),
        labels=np.array(labels, np.int32),
        probabilities=probabilities,
    )


# --- what chance does ---


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(a: int, b: int) -> None:
    tail = sum(comb(a + b, k) for k in range(min(a, b) + 1)) / 2 ** (a + b)
    assert mcnemar(a, b) == pytest.approx(min(1.0, 2 * tail), rel=1e-9)


def test_mcnemar_of_many_samples_is_fast_and_finite() -> None:
    assert mcnemar(500_000, 500_000) == 1.0
    # The normal approximation with a correction for continuity is as good as exact here.
    assert mcnemar(499_000, 501_000) == pytest.approx(erfc(1.999 / sqrt(2)), abs=1e-6)
    assert 0.0 <= mcnemar(0, 1_000_000) < 1e-300


def test_interval_of_a_difference_holds_what_it_promises() -> None:
    generator = np.random.default_rng(0)
    n, lose, win = 60, 0.1, 0.2
    drawn = generator.multinomial(n, [lose, win, 1 - lose - win], 2000)
    bounds = np.array([difference_interval(int(x), int(y), n) for x, y, _ in drawn])
    holds = (bounds[:, 0] <= win - lose) & (win - lose <= bounds[:, 1])
    assert 0.93 <= holds.mean() <= 0.98


def test_interval_without_any_difference_is_no_point() -> None:
    low, high = difference_interval(0, 0, 20)
    assert low < 0 < high
    assert low == -high


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_makes_a_p_value_smaller(values: list[float]) -> None:
    found = holm(np.array(values))
    assert np.all(found >= np.array(values) - 1e-12)
    assert np.all(found <= 1)
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(found[order]) >= 0)


# --- two models ---


def test_samples_are_matched_by_number_and_classes_by_name() -> None:
    a = predictions([0, 1, 2], [0, 1, 1], ids=[5, 7, 9])
    b = predictions([2, 0, 1], [0, 2, 1], names=("b", "c", "a"), ids=[7, 9, 11])
    rows_a, rows_b = aligned(a, b)
    assert (rows_a.tolist(), rows_b.tolist()) == ([1, 2], [0, 1])
    found = compare_paired(a, b)
    assert (found.n, found.left_out) == (2, 2)
    # Sample 7: A says b, B says a. Its label is b by both.
    assert {row.class_name for row in found.per_class} <= {"a", "b", "c"}


def test_counts_and_differences_are_those_of_the_samples() -> None:
    labels = [0, 0, 0, 1, 1, 1]
    found = compare_paired(
        predictions([0, 0, 1, 1, 1, 0], labels), predictions([0, 0, 0, 1, 1, 0], labels)
    )
    assert (found.wins_a, found.wins_b, found.n) == (0, 1, 6)
    assert found.difference == pytest.approx(1 / 6)
    assert found.accuracy_b - found.accuracy_a == pytest.approx(found.difference)
    rows = {row.class_name: row for row in found.per_class}
    assert (rows["a"].recall_a, rows["a"].recall_b) == (pytest.approx(2 / 3), 1.0)
    assert (rows["b"].precision_a, rows["b"].precision_b) == (pytest.approx(2 / 3), 1.0)
    assert rows["b"].precision_low <= rows["b"].precision_difference <= rows["b"].precision_high
    assert found.winner is None
    assert "cannot be told apart" in found.sentence


def test_a_clear_winner_is_named() -> None:
    labels = [0] * 100
    found = compare_paired(
        predictions([0] * 60 + [1] * 40, labels), predictions([0] * 90 + [1] * 10, labels)
    )
    assert found.winner == "B"
    assert found.said("old", "new").startswith(
        "new wins, and it is not noise: it names 30.0 points more"
    )
    turned = compare_paired(
        predictions([0] * 90 + [1] * 10, labels), predictions([0] * 60 + [1] * 40, labels)
    )
    assert turned.winner == "A"
    assert turned.said("new", "old").startswith("new wins")
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_equal_answers_cannot_be_told_apart() -> None:
    a = predictions([0, 1], [0, 0])
    found = compare_paired(a, a)
    assert (found.p_value, found.difference) == (1.0, 0.0)
    assert "right about the same of the 2 samples" in found.sentence


def test_a_corrected_label_counts_for_both() -> None:
    old = predictions([0, 1], [0, 1], dataset="pets:1")
    new = predictions([1, 1], [1, 1], dataset="pets:2")
    for a, b in itertools.permutations((old, new)):
        found = compare_paired(a, b)
        assert found.relabelled == 1
        assert {found.accuracy_a, found.accuracy_b} == {0.5, 1.0}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_disagreements_are_all_and_only_the_samples_with_other_answers(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 30))
    draw = lambda: data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))  # noqa: E731
    labels, said_a, said_b = draw(), draw(), draw()
    found = disagreements(predictions(said_a, labels), predictions(said_b, labels))
    rows = sorted(row for rows, _ in found.values() for row in rows.tolist())
    assert rows == [i for i in range(n) if said_a[i] != said_b[i]]
    assert all(said_a[i] == labels[i] for i in found["A"][0])
    assert all(said_b[i] == labels[i] for i in found["B"][1])


def test_other_datasets_and_other_samples_are_refused() -> None:
    with pytest.raises(InvalidInput, match="different datasets"):
        aligned(predictions([0], [0]), predictions([0], [0], base="y"))
    with pytest.raises(InvalidInput, match="no sample"):
        aligned(predictions([0], [0]), predictions([0], [0], ids=[3]))
