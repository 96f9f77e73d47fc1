from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.samples import Joined, JoinedTexts, Texts, let_go

# Cs: half a character, which has no place in UTF-8.
TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=9)
LENGTHS = st.lists(st.integers(0, 4), min_size=1, max_size=5)


def parts_of(lengths: list[int]) -> list[np.ndarray]:
    ends = np.cumsum([0, *lengths])
    rows = np.arange(ends[-1] * 6, dtype=np.uint8).reshape(-1, 3, 2)
    return [rows[start:end] for start, end in pairwise(ends)]


def indices(count: int) -> st.SearchStrategy[Any]:
    """What an array of so many rows may be asked for."""
    number = st.integers(-count, count - 1) if count else st.nothing()
    numbers = st.lists(number, max_size=6 if count else 0)
    bound = st.none() | st.integers(-count - 2, count + 2)
    return st.one_of(
        number,
        number.map(np.int32),
        st.builds(slice, bound, bound, st.sampled_from([None, 1, 2, -1, -3])),
        numbers,
        numbers.map(lambda rows: np.array(rows, np.int32)),
        st.lists(st.booleans(), min_size=count, max_size=count).map(lambda m: np.array(m, bool)),
    )


@given(st.data(), LENGTHS)
def test_joined_arrays_are_read_as_one(data: st.DataObject, lengths: list[int]) -> None:
    parts = parts_of(lengths)
    whole, joined = np.concatenate(parts), Joined(parts)
    assert (joined.shape, joined.dtype, joined.ndim) == (whole.shape, whole.dtype, 3)
    assert len(joined) == len(whole)
    np.testing.assert_array_equal(np.asarray(joined), whole)
    assert np.asarray(joined, np.float32).dtype == np.float32
    index = data.draw(indices(len(whole)))
    np.testing.assert_array_equal(joined[index], whole[index])


@given(st.data(), TEXTS, st.integers(1, 3))
def test_texts_are_read_as_a_list(data: st.DataObject, texts: list[str], pieces: int) -> None:
    cuts = [round(len(texts) * piece / pieces) for piece in range(pieces + 1)]
    parts = [Texts.of(texts[a:b]) for a, b in pairwise(cuts)]
    index = data.draw(indices(len(texts)))
    expected = np.array(texts, object)[index]
    for words in (Texts.of(texts), JoinedTexts(parts)):
        assert len(words) == len(texts)
        assert list(words) == texts
        found = words[index]
        assert found == (expected if isinstance(expected, str) else expected.tolist())


def test_many_texts_are_walked_through_in_blocks() -> None:
    texts = [f"text {number} ü" for number in range(10_000)]
    assert list(Texts.of(texts)) == texts
    assert list(Texts.of([])) == []


def test_texts_far_from_each_other_are_read_in_the_order_asked_for() -> None:
    texts = [f"text {number} ü" * (number % 3) for number in range(1_000)]
    rows = np.array([900, 3, 4, 4, 500, 0])
    parts = [Texts.of(texts[:400]), Texts.of(texts[400:])]
    for words in (Texts.of(texts), JoinedTexts(parts)):
        assert words[rows] == [texts[row] for row in rows]


@pytest.mark.parametrize("row", [3, -4, [0, 3], [-4]])
def test_rows_that_are_not_there_are_refused(row: Any) -> None:
    arrays = Joined([np.zeros((1, 2)), np.zeros((2, 2))])
    for samples in (arrays, Texts.of(["a", "b", "c"]), JoinedTexts([Texts.of(["a"] * 3)])):
        with pytest.raises(IndexError, match="of 3"):
            samples[row]


def test_joined_arrays_can_be_walked_through() -> None:
    parts = parts_of([2, 0, 3])
    np.testing.assert_array_equal(np.stack(list(Joined(parts))), np.concatenate(parts))


def resident(path: Path) -> int:
    """Bytes of a mapped file that count as this process's memory."""
    found, inside = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            inside = line.endswith(str(path))
        elif inside and words[0] == "Rss:":
            found += int(words[1]) * 1024
    return found


@pytest.mark.parametrize("joined", [False, True], ids=["alone", "joined"])
def test_memory_of_mapped_files_is_given_back(tmp_path: Path, joined: bool) -> None:
    path = tmp_path / "samples.npy"
    np.save(path, np.ones((4000, 28, 28, 1), np.uint8))
    mapped = np.load(path, mmap_mode="r")
    texts = Texts(np.array([0, 5], np.int64), mapped.reshape(-1))
    samples = Joined([mapped]) if joined else mapped
    words = JoinedTexts([texts]) if joined else texts
    for what in (samples, words):
        assert int(np.asarray(mapped).sum()) == 4000 * 784
        assert resident(path) > 3_000_000
        let_go(what)
        assert resident(path) < 200_000
    assert samples[3].sum() == 784  # what was given back can still be read


def test_giving_back_what_is_in_memory_changes_nothing() -> None:
    array = np.arange(3)
    let_go(array)
    let_go(Texts.of(["a"]))
    assert array.tolist() == [0, 1, 2]
