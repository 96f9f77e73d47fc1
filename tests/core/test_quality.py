from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.dataset import EXCLUDED, TEST, TRAIN, VALIDATION
from studio.core.errors import InvalidInput
from studio.core.quality import (
    BLANK,
    CONFLICT,
    COPY,
    FLAG_TITLES,
    NEAR,
    TINY,
    Leakage,
    QualityParams,
    leakage,
    parse_quality,
)

CODES = st.sampled_from([TRAIN, VALIDATION, TEST, EXCLUDED])


def test_each_flag_is_a_bit_of_its_own_and_has_a_title() -> None:
    flags = [BLANK, TINY, COPY, NEAR, CONFLICT]
    assert sum(flags) == 0b11111
    assert all(flag & (flag - 1) == 0 for flag in flags)
    assert list(FLAG_TITLES) == flags
    assert len(set(FLAG_TITLES.values())) == 5


def test_settings_are_read_from_a_mapping() -> None:
    assert parse_quality({}) == QualityParams(distance=2, map_samples=4000, seed=0)
    assert parse_quality({"distance": 0, "seed": 4}).distance == 0


@pytest.mark.parametrize(
    "values",
    [
        {"distance": -1},
        {"distance": 5},
        {"distance": "far"},
        {"map_samples": 99},
        {"map_samples": 20_001},
        {"seed": -1},
        {"distanse": 1},
    ],
)
def test_impossible_settings_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_quality(values)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("groups", "codes", "expected"),
    [
        ([0, 0, 1], [TRAIN, TEST, TEST], (1, 2)),
        ([0, 0, 0], [TRAIN, TEST, VALIDATION], (2, 2)),
        ([0, 0, 0], [VALIDATION, TEST, VALIDATION], (0, 3)),
        ([0, 0, 1], [EXCLUDED, TEST, TRAIN], (0, 1)),
        ([0, 0, 7], [TRAIN, TRAIN, EXCLUDED], (0, 0)),
        ([5, 5, 0], [TEST, TRAIN, TRAIN], (1, 1)),
        ([], [], (0, 0)),
    ],
)
def test_what_is_held_out_leaks_when_it_looks_like_what_is_trained_on(
    groups: list[int], codes: list[int], expected: tuple[int, int]
) -> None:
    found = leakage(np.array(groups, np.int64), np.array(codes, np.uint8))
    assert (found.count, found.held_out) == expected


def test_the_share_that_leaks_is_of_what_is_held_out() -> None:
    assert Leakage(count=1, held_out=4).share == 0.25
    assert Leakage(count=0, held_out=0).share == 0


@given(st.lists(st.tuples(st.integers(0, 6), CODES), max_size=40))
def test_leakage_is_what_counting_by_hand_gives(samples: list[tuple[int, int]]) -> None:
    groups, codes = np.array(samples, np.int64).reshape(-1, 2).T
    trained = {group for group, code in samples if code == TRAIN}
    held_out = [group for group, code in samples if code in (TEST, VALIDATION)]
    found = leakage(groups, codes.astype(np.uint8))
    assert (found.count, found.held_out) == (
        sum(group in trained for group in held_out),
        len(held_out),
    )
