"""Confident learning gives what its authors' own program gives."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core import confident
from studio.core.confident import confident_joint, find_suspects


def answers(
    seed: int, count: int, classes: int, noise: float, skill: float = 2.5
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.bool_]]:
    """Return labels, what a fair model says, and which labels are wrong."""
    draw = np.random.default_rng(seed)
    true = np.concatenate([np.arange(classes), np.arange(classes)])
    true = np.concatenate([true, draw.integers(0, classes, count - len(true))])
    wrong = draw.random(count) < noise
    wrong[: 2 * classes] = False  # every class keeps two right ones
    labels = np.where(wrong, (true + draw.integers(1, classes, count)) % classes, true)
    logits = draw.normal(size=(count, classes))
    logits[np.arange(count), true] += skill
    odds = np.exp(logits)
    return labels, (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32), wrong


@settings(max_examples=20)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(60, 500),
    classes=st.integers(2, 9),
    noise=st.floats(0.0, 0.4),
)
def test_joint_and_flags_are_those_of_cleanlab(
    seed: int, count: int, classes: int, noise: float
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from cleanlab.count import compute_confident_joint
        from cleanlab.filter import find_label_issues

        labels, probabilities, _ = answers(seed, count, classes, noise)
        theirs = compute_confident_joint(labels, probabilities)
        issues = find_label_issues(
            labels, probabilities, confident_joint=theirs, n_jobs=1,
            return_indices_ranked_by="normalized_margin",
        )  # fmt: skip
    ours = confident_joint(labels, probabilities)
    assert np.array_equal(ours.sum(axis=1), theirs.sum(axis=1))
    assert np.abs(ours - theirs).max() <= 1  # where remainders are equal, either may be rounded up
    found = find_suspects(labels, probabilities)
    if np.array_equal(ours, theirs):
        assert found.rows[: found.likely].tolist() == issues.tolist()


def test_planted_errors_come_first_with_the_right_class() -> None:
    labels, probabilities, wrong = answers(1, 4000, 6, 0.1, skill=5.0)
    found = find_suspects(labels, probabilities)
    likely = found.rows[: found.likely]
    assert wrong[likely].mean() > 0.8
    assert wrong[likely].sum() / wrong.sum() > 0.8
    assert np.all(np.diff(found.scores[: found.likely]) <= 0)
    assert np.all(np.diff(found.scores[found.likely :]) <= 0)
    assert np.all(found.suggested != labels[found.rows])


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, probabilities, _ = answers(2, 500, 5, 0.2)
    whole = find_suspects(labels, probabilities)
    monkeypatch.setattr(confident, "BLOCK_VALUES", 37)
    parts = find_suspects(labels, probabilities)
    for one, other in zip(whole, parts, strict=True):
        assert np.array_equal(one, other)


def test_a_class_nobody_has_and_a_single_sample_are_left_alone() -> None:
    labels = np.array([0, 0, 0, 1])
    probabilities = np.array(
        [[0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.9, 0.05, 0.05], [0.9, 0.05, 0.05]], np.float32
    )
    found = find_suspects(labels, probabilities)
    assert found.likely == 0
    assert found.rows.tolist() == [3]
    assert found.joint[2].tolist() == [0, 0, 0]
