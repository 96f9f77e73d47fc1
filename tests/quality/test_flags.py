from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.quality import BLANK, CONFLICT, NEAR, TINY
from studio.core.samples import Joined, Texts
from studio.quality.flags import find_copies, group_flags, picture_flags, text_flags
from studio.quality.hashes import content_hashes
from studio.quality.pictures import small_grey


def silent(done: int, total: int, unit: str, message: str) -> None: ...


def test_a_blank_picture_is_not_tiny_as_well(made: NDArray[np.uint8]) -> None:
    made[3], made[5] = 40, 0
    made[5, 8, 8] = 255
    flags = picture_flags(made, small_grey(made))
    assert np.flatnonzero(flags).tolist() == [3, 5]
    assert flags[[3, 5]].tolist() == [BLANK, TINY]


def test_texts_without_letters_are_blank_or_tiny() -> None:
    texts = ["", " \n\t", "ok", "a b", "10/10", "yes", "日本語", "I am"]
    assert text_flags(texts).tolist() == [BLANK, BLANK, TINY, TINY, TINY, 0, 0, 0]
    assert text_flags([]).dtype == np.uint8


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 3))
def test_copies_are_found_even_where_hashes_collide(kinds: list[int], hashes: int) -> None:
    """Hashes that say little: what is called a copy must still be one, and no copy is missed."""
    samples = np.array(kinds, np.uint8).repeat(12).reshape(-1, 2, 2, 3)
    content = np.array([kind % hashes for kind in kinds], np.uint64)
    found = find_copies(samples, np.arange(len(kinds)), content, silent)
    assert found.tolist() == [kind in kinds[:place] for place, kind in enumerate(kinds)]


def test_only_the_rows_that_count_are_compared(made: NDArray[np.uint8]) -> None:
    both = Joined([made[:50], made[:50], made[:1]])
    rows = np.arange(20, 101)
    found = find_copies(both, rows, content_hashes(both[rows]), silent)
    assert rows[found].tolist() == [*range(70, 101 - 1), 100]


def test_copies_of_texts_are_equal_to_the_letter() -> None:
    texts = Texts.of(["red", "Red", "red", "", "", "red"])
    content = content_hashes(texts[:])
    assert find_copies(texts, np.arange(6), content, silent).tolist() == [
        False,
        False,
        True,
        False,
        True,
        True,
    ]


def test_near_and_conflict_come_from_groups_and_classes() -> None:
    groups = np.array([0, 1, 0, 2, 1, 2, 3, 0, 4, 4])
    labels = np.array([0, 1, 0, 2, 3, -1, 1, -1, -1, -1], np.int32)
    flags = group_flags(groups, labels)
    near = [2, 4, 5, 7, 9]
    assert np.flatnonzero(flags & NEAR).tolist() == near
    assert np.flatnonzero(flags & CONFLICT).tolist() == [1, 4]  # unlabelled ones contradict nobody


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 2)), max_size=30))
def test_flags_of_groups_are_those_of_their_members(members: list[tuple[int, int]]) -> None:
    groups, labels = np.array(members, np.int64).reshape(-1, 2).T
    flags = group_flags(groups, labels.astype(np.int32))
    for place, (group, label) in enumerate(members):
        classes = {other for number, other in members if number == group and other >= 0}
        conflict = label >= 0 and len(classes) > 1
        near = any(number == group for number, _ in members[:place])
        assert flags[place] == NEAR * near + CONFLICT * conflict


def test_what_progress_raises_stops_the_comparison(made: NDArray[np.uint8]) -> None:
    def stop(done: int, total: int, unit: str, message: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        find_copies(made, np.arange(200), np.zeros(200, np.uint64), stop)
