from __future__ import annotations

import json
from typing import get_args

import numpy as np
import pytest
from sklearn.datasets import load_digits

from studio.core.label_session import Strategy
from studio.core.ranking import Answered
from studio.core.samples import Texts
from studio.quality import ranking
from studio.quality.ranking import fixed_part, rank
from tests.quality.conftest import silent

CLASSES = tuple("0123456789")


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """600 real digits, uint8 (600, 8, 8, 1), and their classes."""
    pictures, labels = load_digits(return_X_y=True)
    return (pictures[:600] * 15).astype(np.uint8).reshape(-1, 8, 8, 1), labels[:600].astype(
        np.int32
    )


def answered(labels: np.ndarray | None, count: int, total: int) -> Answered:
    """The first `count` samples are answered, the next ten given out, the rest waits."""
    return Answered(
        waiting=np.arange(count + 10, total),
        open=np.arange(count, total),
        items=np.arange(count),
        labels=None if labels is None else labels[:count],
        class_names=CLASSES,
    )


@pytest.mark.parametrize("count", [0, 100])
@pytest.mark.parametrize("strategy", get_args(Strategy))
def test_every_waiting_sample_is_in_the_queue_once(
    digits: tuple[np.ndarray, np.ndarray], strategy: Strategy, count: int
) -> None:
    samples, labels = digits
    known = answered(labels, count, 600)
    made = rank(samples, known, strategy, 0, silent)
    assert np.array_equal(np.sort(made.queue), known.waiting)
    assert (made.groups is not None) == (strategy == "clusters")
    assert made.groups is None or len(made.groups) == len(made.queue)
    assert made.labelled == count
    assert (made.suggestions is None) == (count == 0)
    again = rank(samples, known, strategy, 0, silent)
    assert again.queue.tolist() == made.queue.tolist()


def test_suggestions_are_mostly_right_and_know_when(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    samples, labels = digits
    made = rank(samples, answered(labels, 200, 600), "margin", 0, silent)
    assert made.suggestions is not None
    items, values, scores = made.suggestions
    assert items.tolist() == list(range(200, 600))
    right = np.array(
        [json.loads(v)["classes"] == [str(labels[i])] for i, v in zip(items, values, strict=True)]
    )
    assert right.mean() > 0.75
    assert scores[right].mean() > scores[~right].mean() + 0.15
    assert made.curve[-1].accuracy > 0.75
    doubts = dict(zip(items.tolist(), scores.tolist(), strict=True))
    first, last = made.queue[:60], made.queue[-60:]
    assert np.mean([doubts[i] for i in first.tolist()]) < np.mean(
        [doubts[i] for i in last.tolist()]
    )


def test_samples_with_several_classes_get_suggestions(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    samples, labels = digits
    several = np.zeros((600, 10), np.uint8)
    several[:, 0], several[:, 1] = labels % 2 == 0, labels > 4
    for strategy in ("balanced", "clusters", "entropy", "margin"):
        made = rank(samples, answered(several, 300, 600), strategy, 0, silent)
        assert made.suggestions is not None
        items, values, scores = made.suggestions
        said = [set(json.loads(value).get("classes", [])) for value in values]
        true = [{n for n, on in zip("01", several[i], strict=False) if on} for i in items]
        assert np.mean([a == b for a, b in zip(said, true, strict=True)]) > 0.7
        assert 0.5 <= scores.min() <= scores.max() <= 1


def test_boxes_have_an_order_but_no_suggestions(digits: tuple[np.ndarray, np.ndarray]) -> None:
    for strategy in ("clusters", "diversity", "margin"):
        made = rank(digits[0], answered(None, 50, 600), strategy, 0, silent)
        assert len(made.queue) == 540
        assert made.suggestions is None
        assert made.curve == ()


def test_texts_are_put_in_order() -> None:
    noise = np.random.default_rng(0)
    labels = noise.integers(0, 2, 200).astype(np.int32)
    words = ("oven salt soup", "ball goal match")
    texts = Texts.of([f"{words[label]} {noise.integers(50)}" for label in labels])
    for strategy in get_args(Strategy):
        made = rank(texts, answered(labels, 60, 200), strategy, 0, silent)
        assert np.array_equal(np.sort(made.queue), np.arange(70, 200))
        assert made.suggestions is not None
        right = [
            json.loads(v)["classes"] == [str(labels[i])]
            for i, v in zip(*made.suggestions[:2], strict=True)
        ]
        assert np.mean(right) > 0.95


def test_of_very_many_a_fixed_part_is_looked_at(
    digits: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "PICTURES_LOOKED_AT", 100)
    samples, labels = digits
    made = rank(samples, answered(labels, 50, 600), "margin", 0, silent)
    assert 80 <= len(made.queue) <= 100
    assert made.suggestions is not None
    assert len(made.suggestions[0]) == 100


def test_a_part_stays_the_same_while_others_leave() -> None:
    rows = np.arange(0, 30_000, 3)
    part = fixed_part(rows, 1000, 7)
    assert len(part) == len(np.unique(part)) == 1000
    assert (np.diff(part) > 0).all()
    left = np.setdiff1d(rows, part[:100])
    assert set(part[100:]) <= set(fixed_part(left, 1000, 7))
    assert not np.array_equal(part, fixed_part(rows, 1000, 8))
    assert 14_000 < part.mean() < 16_000


def test_nothing_waiting_is_no_fault(digits: tuple[np.ndarray, np.ndarray]) -> None:
    none = np.empty(0, np.int64)
    samples, labels = digits
    for strategy in get_args(Strategy):
        known = Answered(none, none, np.arange(600), labels, CLASSES)
        made = rank(samples, known, strategy, 0, silent)
        assert len(made.queue) == 0
        assert len(made.curve) > 0
