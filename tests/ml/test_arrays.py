"""Which samples belong to a split, and in what order they are read."""

from __future__ import annotations

import itertools
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.ml import arrays
from studio.ml.arrays import Split, load_split, load_training_data

SHAPE = (2, 3, 1)


def numbered(count: int) -> NDArray[np.uint8]:
    """Samples that differ from each other: the first two bytes are the row."""
    samples = np.zeros((count, *SHAPE), np.uint8)
    samples[:, 0, 0, 0], samples[:, 0, 1, 0] = np.divmod(np.arange(count), 256)
    return samples


def rows_of(samples: NDArray[np.uint8]) -> list[int]:
    return (samples[:, 0, 0, 0].astype(int) * 256 + samples[:, 0, 1, 0]).tolist()


def split_of(count: int, *, memory_limit: int) -> Split:
    labels = (np.arange(count) % 4 - 1).astype(np.int32)
    codes = (np.arange(count) % 3 == 2).astype(np.uint8) * 2
    return load_split(numbered(count), labels, codes, 0, memory_limit=memory_limit)


@pytest.fixture(params=["in memory", "on disk"])
def limit(request: pytest.FixtureRequest) -> int:
    return 10**9 if request.param == "in memory" else 0


def test_a_split_has_its_labelled_samples_only(limit: int) -> None:
    split = split_of(100, memory_limit=limit)
    expected = [row for row in range(100) if row % 3 != 2 and row % 4 != 0]
    assert split.ids.tolist() == expected
    assert split.labels.tolist() == [row % 4 - 1 for row in expected]
    assert split.in_memory is (limit > 0)
    assert rows_of(split.take(np.arange(split.count))) == expected


def test_take_keeps_the_order_asked_for(limit: int) -> None:
    split = split_of(100, memory_limit=limit)
    positions = np.array([7, 0, 3, 3])
    assert rows_of(split.take(positions)) == split.ids[positions].tolist()


def test_blocks_are_the_split_in_order(limit: int) -> None:
    split = split_of(100, memory_limit=limit)
    blocks = list(split.blocks(7))
    assert [row for _, (samples, _) in blocks for row in rows_of(samples)] == split.ids.tolist()
    assert [label for _, (_, labels) in blocks for label in labels] == split.labels.tolist()
    assert blocks[-1][0].stop == split.count


@settings(max_examples=60)
@given(
    count=st.integers(3, 400),
    batch_size=st.integers(1, 50),
    seed=st.integers(0, 3),
    start=st.integers(0, 30),
    in_memory=st.booleans(),
)
def test_a_stream_shuffles_every_pass_and_can_start_anywhere(
    count: int, batch_size: int, seed: int, start: int, in_memory: bool
) -> None:
    split = split_of(count, memory_limit=10**9 if in_memory else 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "WINDOW_BYTES", 60 * 6)
        patch.setattr(arrays, "BLOCK_BYTES", 9 * 6)
        steps = split.steps(batch_size)
        whole = list(itertools.islice(split.stream(batch_size, seed=seed), start + 2 * steps))
        rest = list(itertools.islice(split.stream(batch_size, seed=seed, start=start), 2 * steps))
    for number in range(2):
        one_pass = whole[number * steps : (number + 1) * steps]
        assert sorted(r for s, _ in one_pass for r in rows_of(s)) == split.ids.tolist()
    for samples, labels in whole:
        assert [row % 4 - 1 for row in rows_of(samples)] == labels.tolist()
    for expected, found in zip(whole[start:], rest, strict=True):
        np.testing.assert_array_equal(expected[0], found[0])
        np.testing.assert_array_equal(expected[1], found[1])


def test_passes_and_seeds_differ(limit: int) -> None:
    split = split_of(300, memory_limit=limit)
    orders = {tuple(split.order(seed, number)) for seed in (0, 1) for number in (0, 1)}
    assert len(orders) == 4


def test_a_large_split_is_never_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 60_000
    file = np.lib.format.open_memmap(tmp_path / "samples.npy", "w+", np.uint8, (count, 28, 28, 1))
    labels = np.zeros(count, np.int32)
    split = load_split(
        np.load(tmp_path / "samples.npy", mmap_mode="r"),
        labels,
        np.zeros(count, np.uint8),
        0,
        memory_limit=0,
    )
    monkeypatch.setattr(arrays, "WINDOW_BYTES", 1_000_000)
    monkeypatch.setattr(arrays, "BLOCK_BYTES", 100_000)
    tracemalloc.start()
    try:
        for _ in itertools.islice(split.stream(64, seed=0), split.steps(64)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000 < file.nbytes / 5


def test_training_data_has_a_validation_split_only_where_there_are_samples() -> None:
    samples, labels = numbered(9), np.zeros(9, np.int32)
    codes = np.array([0] * 5 + [2] * 4, np.uint8)
    data = load_training_data(samples, labels, codes, 2)
    assert (data.train.count, data.validation, data.classes) == (5, None, 2)
    codes[5] = 1
    with_some = load_training_data(samples, labels, codes, 2)
    assert with_some.validation is not None
    assert with_some.validation.ids.tolist() == [5]
