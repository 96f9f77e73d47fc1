from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.dataset import SplitConfig, split_codes
from studio.core.quality import leakage
from studio.quality import base
from studio.quality import groups as module
from studio.quality.groups import Forest, first_of, near_groups, number_groups

Hashes = NDArray[np.uint64]


def silent(done: int, total: int, unit: str, message: str) -> None: ...


def brute(hashes: Hashes, distance: int) -> list[int]:
    """The groups found by comparing all pairs, one after the other."""
    groups = list(range(len(hashes)))
    numbers = [int(value) for value in hashes]
    for left, right in combinations(range(len(numbers)), 2):
        if (numbers[left] ^ numbers[right]).bit_count() <= distance:
            low, high = sorted((groups[left], groups[right]))
            groups = [low if group == high else group for group in groups]
    order = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return [order[group] for group in groups]


def test_the_reference_groups_chains() -> None:
    assert brute(np.array([0, 1, 3, 3 << 62, 0], np.uint64), 1) == [0, 0, 0, 1, 0]


WORDS = st.integers(0, 2**64 - 1)
# Few bits that vary on a common ground, so that everything lies in the same buckets; those at the ends of bands too.
BITS = st.one_of(st.integers(0, 63), st.sampled_from([0, 1, 60, 61, 62, 63]))
DENSE = st.tuples(WORDS, st.lists(BITS, min_size=1, max_size=9, unique=True))


@st.composite
def clustered(draw: st.DrawFn) -> Hashes:
    """Hashes around a few centres, some of which differ in few bits themselves."""
    centres = draw(st.lists(WORDS, min_size=1, max_size=4))
    flips = st.lists(st.integers(0, 63), max_size=6)
    chosen = draw(st.lists(st.tuples(st.sampled_from(centres), flips), max_size=60))
    hashes = []
    for centre, bits in chosen:
        for bit in bits:
            centre ^= 1 << bit
        hashes.append(centre)
    return np.array(hashes, np.uint64)


@st.composite
def dense(draw: st.DrawFn) -> Hashes:
    """Hashes that differ in the same few bits."""
    ground, bits = draw(DENSE)
    choices = draw(st.lists(st.lists(st.sampled_from(bits), unique=True), max_size=40))
    return np.array([ground ^ sum(1 << bit for bit in choice) for choice in choices], np.uint64)


HASHES = st.one_of(
    st.lists(WORDS, max_size=30).map(lambda w: np.array(w, np.uint64)), clustered(), dense()
)


@given(HASHES, st.integers(0, 4))
def test_groups_are_those_of_all_pairs(hashes: Hashes, distance: int) -> None:
    assert near_groups(hashes, distance, silent).tolist() == brute(hashes, distance)


@pytest.mark.parametrize(
    ("large", "chunk", "more"), [(4096, 1 << 17, 1), (2, 3, 1), (2, 3, 3), (4, 1, 6)]
)
@settings(max_examples=60)
@given(hashes=HASHES, distance=st.integers(0, 4))
def test_the_ways_of_millions_find_the_same(
    hashes: Hashes, distance: int, large: int, chunk: int, more: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", large)
        patch.setattr(module, "CHUNK", chunk)
        patch.setattr(module, "_bands", lambda count, free, d: min(free, d + more))
        found = near_groups(hashes, distance, silent)
    assert found.tolist() == brute(hashes, distance)


@pytest.mark.parametrize("distance", [1, 2, 3])
def test_thousands_of_clustered_hashes_are_grouped_as_all_pairs_are(distance: int) -> None:
    generator = np.random.default_rng(distance)
    centres = generator.integers(0, 2**64, 40, dtype=np.uint64)
    hashes = centres[generator.integers(0, 40, 3000)]
    for _ in range(5):
        hashes ^= np.uint64(1) << generator.integers(0, 64, 3000, dtype=np.uint64)
    groups = near_groups(hashes, distance, silent)
    near = np.bitwise_count(hashes[:, None] ^ hashes) <= distance
    reached = np.arange(3000)
    while True:  # the lowest number within reach, again and again
        lower = np.where(near, reached, 3000).min(axis=1)
        if np.array_equal(lower, reached):
            break
        reached = lower
    np.testing.assert_array_equal(groups, number_groups(reached))
    assert groups.max() > 40  # so there was something to tell apart


def test_a_hundred_thousand_hashes_of_one_cluster_are_grouped() -> None:
    everything = np.random.default_rng(1).permutation(2**17).astype(np.uint64) << np.uint64(30)
    assert near_groups(everything, 1, silent).max() == 0
    even = everything[np.bitwise_count(everything) % 2 == 0]
    assert len(np.unique(near_groups(even, 1, silent))) == len(even)
    assert near_groups(even, 2, silent).max() == 0


@given(
    HASHES,
    st.integers(0, 4),
    st.floats(0.05, 0.6),
    st.floats(0, 0.39),
    st.integers(0, 99),
    st.booleans(),
)
def test_near_duplicates_never_straddle_a_split(
    hashes: Hashes, distance: int, test: float, validation: float, seed: int, stratified: bool
) -> None:
    config = SplitConfig(
        test_share=test, validation_share=validation, seed=seed, stratified=stratified
    )
    labels = (hashes % np.uint64(3)).astype(np.int32) - 1
    groups = near_groups(hashes, distance, silent)
    codes = split_codes(len(hashes), config, labels, groups)
    near = np.bitwise_count(hashes[:, None] ^ hashes) <= distance
    assert np.all((codes[:, None] == codes) | ~near)
    assert leakage(groups, codes).count == 0


def test_a_split_into_singles_does_leak() -> None:
    hashes = np.repeat(np.arange(50, dtype=np.uint64) << np.uint64(10), 2)
    groups = near_groups(hashes, 0, silent)
    assert leakage(groups, split_codes(100, SplitConfig())).count > 0


@given(st.lists(st.integers(0, 9), max_size=40))
def test_groups_are_numbered_by_their_first_samples(numbers: list[int]) -> None:
    found = number_groups(np.array(numbers, np.int64)).tolist()
    order = list(dict.fromkeys(numbers))
    assert found == [order.index(number) for number in numbers]


def test_the_first_of_each_group_is_found() -> None:
    assert first_of(np.array([2, 0, 2, 0])).tolist() == [1, 4, 0]  # 4: there is no group 1
    assert first_of(np.array([], np.int64)).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=60))
def test_a_forest_joins_what_is_connected(pairs: list[tuple[int, int]]) -> None:
    forest, sets = Forest(30), list(range(30))
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    forest.join(left, right)
    for one, other in pairs:
        sets = [sets[one] if found == sets[other] else found for found in sets]
    np.testing.assert_array_equal(number_groups(forest.roots()), number_groups(np.array(sets)))


def test_progress_never_falls_and_ends_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "PACE", 0)
    said: list[tuple[int, int, str, str]] = []
    hashes = np.random.default_rng(0).integers(0, 2**64, 200_000, dtype=np.uint64)
    near_groups(hashes, 4, lambda *facts: said.append(facts))
    done = [facts[0] for facts in said]
    assert done == sorted(done)
    assert said[-1] == (200_000, 200_000, "samples", "looking for near-duplicates")
    assert len(set(done)) > 10


def test_what_progress_raises_stops_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "PACE", 0)

    def stop(done: int, total: int, unit: str, message: str) -> None:
        if done:
            raise InterruptedError

    hashes = np.random.default_rng(0).integers(0, 2**64, 200_000, dtype=np.uint64)
    with pytest.raises(InterruptedError):
        near_groups(hashes, 4, stop)
