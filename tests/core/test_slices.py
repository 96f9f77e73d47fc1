from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from studio.core.slices import by_band, by_code, slices_of

SOME = hypothesis_settings(max_examples=30)


@SOME
@given(st.lists(st.integers(0, 3), max_size=40))
def test_every_sample_is_in_the_group_of_its_code_and_in_no_other(codes):
    groups = by_code(np.array(codes, np.int64), ["a", "b", "c", "d"])
    assert [name for name, _ in groups] == ["a", "b", "c", "d"]
    for code, (_, rows) in enumerate(groups):
        assert rows.tolist() == [row for row, own in enumerate(codes) if own == code]


def test_codes_below_nothing_are_in_no_group():
    assert by_code(np.array([-1, 0, -1]), ["a"])[0][1].tolist() == [1]


@SOME
@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.integers(1, 5))
def test_bands_hold_every_sample_once_and_never_divide_equal_values(values, bands):
    groups = by_band(np.array(values), bands=bands)
    assert len(groups) <= bands
    together = np.concatenate([rows for _, rows in groups])
    assert sorted(together.tolist()) == list(range(len(values)))
    seen = [{values[row] for row in rows.tolist()} for _, rows in groups]
    for one, other in itertools.pairwise(seen):
        assert max(one) < min(other)


def test_a_slice_stands_out_where_its_interval_leaves_the_accuracy_of_all_out():
    wrong = np.zeros(200, bool)
    wrong[:30] = True
    poor, good, few = (np.arange(40), np.arange(40, 200), np.arange(29, 31))
    found = slices_of([("poor", poor), ("good", good), ("few", few), ("none", poor[:0])], wrong)
    assert [(one.name, one.right, one.stands_out) for one in found] == [
        ("poor", 10, "worse"),
        ("good", 160, "better"),
        ("few", 1, ""),
    ]
    assert all(one.low <= one.accuracy <= one.high for one in found)
