from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.label_answer import LabelValue
from studio.core.label_session import Strategy
from studio.core.prelabels import prelabel_arrays
from studio.core.ranking import (
    by_score,
    describe_order,
    entropy,
    farthest_first,
    in_turn,
    is_due,
    least_confidence,
    margin,
)


def probabilities(seed: int, count: int, classes: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), count).astype(np.float32)


@pytest.mark.parametrize("rate", [least_confidence, margin, entropy])
@pytest.mark.parametrize("multi", [False, True])
def test_doubt_rates_above_certainty(rate, multi: bool) -> None:
    sure, split = np.float32([[1, 0, 0]]), np.float32([[0.5, 0.5, 0]])
    assert rate(sure, multi)[0] < 1e-6 < 0.4 < rate(split, multi)[0]
    assert rate(probabilities(0, 50, 4), multi).dtype == np.float32


def test_scores_say_what_the_field_means_by_them() -> None:
    known = np.float32([[0.5, 0.3, 0.2]])
    assert least_confidence(known)[0] == pytest.approx(0.5)
    assert margin(known)[0] == pytest.approx(1 - (0.5 - 0.3))
    assert entropy(known)[0] == pytest.approx(-(known * np.log(known)).sum())
    several = np.float32([[0.9, 0.6]])
    assert least_confidence(several, multi=True)[0] == pytest.approx(0.4)
    assert margin(several, multi=True)[0] == pytest.approx(1 - 0.2)


def test_one_class_alone_is_never_in_doubt() -> None:
    assert margin(np.ones((3, 1), np.float32)).tolist() == [0, 0, 0]


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=30), st.integers(0, 9))
@settings(max_examples=30)
def test_by_score_is_the_same_samples_highest_first(values: list[float], seed: int) -> None:
    scores = np.array(values, np.float32)
    order = by_score(scores, seed)
    assert sorted(order.tolist()) == list(range(len(scores)))
    assert (np.diff(scores[order]) <= 0).all()
    assert order.tolist() == by_score(scores, seed).tolist()


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(0, 9))
@settings(max_examples=30)
def test_classes_take_turns_as_long_as_they_last(classes: list[int], seed: int) -> None:
    predicted = np.array(classes, np.int64)
    order = in_turn(predicted, np.zeros(4, np.int64), seed)
    assert sorted(order.tolist()) == list(range(len(predicted)))
    seen = [0] * 4
    for number in predicted[order].tolist():
        left = [c for c in range(4) if seen[c] < classes.count(c)]
        assert seen[number] == min(seen[c] for c in left)
        seen[number] += 1


def test_classes_with_few_answers_catch_up_first() -> None:
    predicted = np.array([0] * 5 + [1] * 5)
    order = in_turn(predicted, np.array([3, 0]), 0)
    assert predicted[order].tolist()[:3] == [1, 1, 1]


@given(st.integers(0, 9), st.integers(0, 12), st.integers(0, 3))
@settings(max_examples=25)
def test_farthest_first_is_greedy(seed: int, count: int, known_count: int) -> None:
    noise = np.random.default_rng(seed)
    features = noise.normal(size=(count, 3)).astype(np.float32)
    known = noise.normal(size=(known_count, 3)).astype(np.float32)
    order = farthest_first(features, known, 5, seed).tolist()
    assert len(order) == len(set(order)) == min(5, count)
    for place, number in enumerate(order):
        before = np.concatenate([known, features[order[:place]]])
        if len(before):
            away = np.linalg.norm(features[:, None] - before[None], axis=2).min(axis=1)
            left = [i for i in range(count) if i not in order[:place]]
            assert away[number] == pytest.approx(max(away[left]), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("strategy", "answers", "ranked_from", "ranked", "due"),
    [
        ("random", 10_000, 0, False, False),
        ("margin", 19, 0, False, False),
        ("margin", 20, 0, False, True),
        ("clusters", 0, 0, False, True),
        ("clusters", 0, 0, True, False),
        ("diversity", 0, 0, False, True),
        ("entropy", 1099, 1000, True, False),
        ("balanced", 1100, 1000, True, True),
    ],
)
def test_an_order_is_due_after_twenty_answers_or_a_tenth_more(
    strategy: Strategy, answers: int, ranked_from: int, ranked: bool, due: bool
) -> None:
    assert is_due(strategy, answers, ranked_from, ranked) is due


def test_an_order_is_described() -> None:
    assert describe_order("clusters", 0, 5, 5) == "Similar together, before any answer."
    assert describe_order("margin", 30, 5, 9) == (
        "Close calls first, learned from 30 answered samples; 5 of 9 were looked at."
    )


def test_the_last_suggestion_for_a_sample_counts() -> None:
    cat, dog = LabelValue(classes=("cat",)), LabelValue(classes=("dog",))
    items, values, scores = prelabel_arrays([(3, cat, 0.5), (1, dog, float("nan")), (3, dog, -1)])
    assert items.tolist() == [1, 3]
    assert values == [dog.as_json(), dog.as_json()]
    assert scores.tolist() == [0, 0]
    assert [len(part) for part in prelabel_arrays([])] == [0, 0, 0]
