from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.store.columns import HEADER_BYTES, Column, column_bytes, header

LAYOUTS: list[tuple[Any, tuple[int, ...]]] = [
    (np.uint8, ()),
    (np.uint8, (28, 28, 1)),
    (np.int32, ()),
    (np.int64, (3,)),
    (np.float64, (6,)),
]


def some_rows(dtype: Any, shape: tuple[int, ...], count: int, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 200, (count, *shape))
    return noise.astype(dtype)


@pytest.mark.parametrize(("dtype", "shape"), LAYOUTS)
@settings(max_examples=30)
@given(sizes=st.lists(st.integers(0, 9), max_size=6))
def test_a_finished_column_is_the_npy_file_of_its_rows(
    tmp_path_factory: pytest.TempPathFactory, dtype: Any, shape: tuple[int, ...], sizes: list[int]
) -> None:
    path = tmp_path_factory.mktemp("columns") / "a.npy"
    chunks = [some_rows(dtype, shape, size, seed) for seed, size in enumerate(sizes)]
    with closing(Column(path, dtype, shape)) as column:
        for chunk in chunks:
            column.append(chunk)
        assert column.rows == sum(sizes)
        column.finish()
    expected = np.concatenate([np.empty((0, *shape), dtype), *chunks])
    for mode in (None, "r"):
        found = np.load(path, mmap_mode=mode, allow_pickle=False)
        assert (found.dtype, found.shape) == (np.dtype(dtype), (sum(sizes), *shape))
        np.testing.assert_array_equal(found, expected)
    assert path.stat().st_size == column_bytes(dtype, shape, sum(sizes))


def test_rows_behind_the_known_ones_are_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    with closing(Column(path, np.int32, (2,))) as column:
        column.append(np.arange(20, dtype=np.int32).reshape(10, 2))
        column.finish()
    with open(path, "ab") as file:
        file.write(b"half a row")
    with closing(Column(path, np.int32, (2,), rows=7)) as column:
        assert column.rows == 7
        assert path.stat().st_size == column_bytes(np.int32, (2,), 7)
        column.append(np.array([[100, 101]], np.int32))
        column.finish()
    assert np.load(path).tolist() == [*([2 * i, 2 * i + 1] for i in range(7)), [100, 101]]


def test_rows_become_the_columns_type_and_order(tmp_path: Path) -> None:
    """A chunk may be a view, transposed, or of a wider type."""
    wide = np.arange(24, dtype=np.int64).reshape(6, 4)
    with closing(Column(tmp_path / "a.npy", np.int32, (6,))) as column:
        column.append(wide.T)
        column.append(wide.T[::-2])
        column.finish()
    found = np.load(tmp_path / "a.npy")
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, np.concatenate([wide.T, wide.T[::-2]]))


def test_an_unfinished_column_is_no_array(tmp_path: Path) -> None:
    with closing(Column(tmp_path / "a.npy", np.uint8)) as column:
        column.append(np.ones(5, np.uint8))
        column.sync()
    with pytest.raises(ValueError, match="pickle"):
        np.load(tmp_path / "a.npy", allow_pickle=False)


@given(rows=st.integers(0, 10**12), sides=st.lists(st.integers(1, 4096), max_size=3))
def test_a_header_has_the_same_length_whatever_it_says(rows: int, sides: list[int]) -> None:
    for dtype in (np.uint8, np.int32, np.float64):
        assert len(header(np.dtype(dtype), (rows, *sides))) == HEADER_BYTES
