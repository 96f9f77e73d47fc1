from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core.samples import Joined, JoinedTexts, Texts
from studio.workspace.matching import BLOCK, match_rows

CONTENTS = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def pictures(contents: list[int], shape: tuple[int, ...] = (2, 3, 1)) -> np.ndarray:
    return np.stack([np.full(shape, content, np.uint8) for content in contents])


def by_hand(
    before: list[int], ours: list[int], after: list[int], theirs: list[int]
) -> list[list[int]]:
    """Take for every sample of `after` the first of `before` that is left."""
    left, found = list(ours), []
    for row in theirs:
        partner = next((other for other in left if before[other] == after[row]), None)
        if partner is not None:
            left.remove(partner)
            found.append([partner, row])
    return found


@given(before=CONTENTS, after=CONTENTS, data=st.data())
def test_copies_are_paired_first_with_first(
    before: list[int], after: list[int], data: st.DataObject
) -> None:
    ours = sorted(data.draw(st.sets(st.integers(0, len(before) - 1))))
    theirs = sorted(data.draw(st.sets(st.integers(0, len(after) - 1))))
    expected = by_hand(before, ours, after, theirs)
    rows = np.array(ours, np.int64), np.array(theirs, np.int64)
    halves = Joined([pictures(after)[: len(after) // 2], pictures(after)[len(after) // 2 :]])
    words = [Texts.of([f"text {content}" for content in contents]) for contents in (before, after)]
    for samples, others in (
        (pictures(before), pictures(after)),
        (pictures(before), halves),
        (words[0], JoinedTexts([words[1]])),
    ):
        mine, yours = match_rows(samples, rows[0], others, rows[1])
        assert np.stack([mine, yours], axis=1).tolist() == expected
        assert mine.dtype == yours.dtype == np.int64


def test_pictures_of_another_shape_are_other_pictures() -> None:
    """Their bytes are the same."""
    rows = np.arange(2)
    mine, _ = match_rows(pictures([1, 2]), rows, pictures([1, 2], (3, 2, 1)), rows)
    assert len(mine) == 0


def test_many_are_matched_block_by_block() -> None:
    count = 2 * BLOCK + 7
    samples = np.random.default_rng(0).integers(0, 256, (count, 4, 1, 1), np.uint8)
    order = np.random.default_rng(1).permutation(count)
    mine, yours = match_rows(samples, np.arange(count), samples[order], np.arange(count))
    assert len(mine) == count
    np.testing.assert_array_equal(samples[mine], samples[order][yours])
