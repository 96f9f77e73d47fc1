from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.folds import fold_codes


@settings(max_examples=40)
@given(
    labels=st.lists(st.integers(0, 4), min_size=1, max_size=120),
    folds=st.integers(2, 7),
    seed=st.integers(0, 2**31 - 1),
)
def test_every_fold_has_its_share_of_every_class(labels: list[int], folds: int, seed: int) -> None:
    known = np.array(labels)
    codes = fold_codes(known, folds, seed=seed)
    assert np.array_equal(codes, fold_codes(known, folds, seed=seed))
    sizes = np.bincount(codes, minlength=folds)
    assert sizes.max() - sizes.min() <= 1 + len(set(labels))
    for number in set(labels):
        counts = np.bincount(codes[known == number], minlength=folds)
        assert counts.max() - counts.min() <= 1


@settings(max_examples=40)
@given(
    samples=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=80),
    folds=st.integers(2, 5),
)
def test_samples_of_a_group_stay_together(samples: list[tuple[int, int]], folds: int) -> None:
    labels, groups = np.array(samples).T
    codes = fold_codes(labels, folds, seed=1, groups=groups)
    for number in set(labels.tolist()):
        for group in set(groups.tolist()):
            mine = codes[(labels == number) & (groups == group)]
            assert len(set(mine.tolist())) <= 1


def test_single_samples_make_up_for_a_large_group() -> None:
    labels, groups = np.zeros(40, int), np.concatenate([np.zeros(10, int), np.arange(1, 31)])
    codes = fold_codes(labels, 4, groups=groups)
    assert np.bincount(codes).tolist() == [10, 10, 10, 10]
