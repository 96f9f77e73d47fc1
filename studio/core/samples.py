"""Samples as they are read: arrays, one behind the other where versions share parts, and texts."""

from __future__ import annotations

import mmap
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

Index = int | np.integer[Any]
Rows = slice | NDArray[np.integer[Any]] | list[int]
NEAR = 4
"""Texts are read together with what lies between them, if that makes no more than so many times their bytes."""


class Joined:
    """Arrays of equal rows as one, without copying them.

    Args:
        parts: Arrays of the same dtype and row shape, usually memory-mapped; at least one.

    Example:
        >>> both = Joined([np.zeros((2, 3)), np.ones((1, 3))])
        >>> both.shape, both[2].tolist()
        ((3, 3), [1.0, 1.0, 1.0])
    """

    def __init__(self, parts: Sequence[NDArray[Any]]) -> None:
        self.parts = list(parts)
        self._ends = np.cumsum([len(part) for part in parts])
        self.shape: tuple[int, ...] = (int(self._ends[-1]), *parts[0].shape[1:])
        self.dtype = parts[0].dtype
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.shape[0]

    def __getitem__(self, rows: Index | Rows) -> NDArray[Any]:
        """Return one row, or copies of some, in the order asked for."""
        if isinstance(rows, int | np.integer):
            row = int(rows) + (len(self) if rows < 0 else 0)
            if not 0 <= row < len(self):
                raise IndexError(f"row {rows} of {len(self)}")
            part = int(np.searchsorted(self._ends, row, side="right"))
            return np.asarray(self.parts[part][row - self._start(part)])
        wanted = _numbers(rows, len(self))
        found = np.empty((len(wanted), *self.shape[1:]), self.dtype)
        owners = np.searchsorted(self._ends, wanted, side="right")
        for part in np.unique(owners).tolist():
            chosen = owners == part
            found[chosen] = self.parts[part][wanted[chosen] - self._start(part)]
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return all rows in memory."""
        return np.concatenate(self.parts).astype(dtype or self.dtype, copy=False)

    def _start(self, part: int) -> int:
        return int(self._ends[part - 1]) if part else 0


class _Rows(Sequence[str]):
    """Texts found by their number, negative ones from the end, or by several numbers at once."""

    @overload
    def __getitem__(self, rows: Index) -> str: ...
    @overload
    def __getitem__(self, rows: Rows) -> list[str]: ...
    def __getitem__(self, rows: Any) -> str | list[str]:
        """Return one text, or some, in the order asked for."""
        if not isinstance(rows, int | np.integer):
            return self._texts(_numbers(rows, len(self)))
        row = int(rows) + (len(self) if rows < 0 else 0)
        if not 0 <= row < len(self):
            raise IndexError(f"text {rows} of {len(self)}")
        return self._texts(np.array([row]))[0]

    @abstractmethod
    def _texts(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the texts with these numbers, each from 0 on."""


class Texts(_Rows):
    """Texts, UTF-8 behind one another, found through their offsets.

    Args:
        offsets: int64 (n + 1,), where each text begins in `data`; the last is where the last text ends.
        data: uint8 (bytes,).

    Example:
        >>> texts = Texts.of(["red", "grün"])
        >>> len(texts), texts[1], texts[:1]
        (2, 'grün', ['red'])
    """

    def __init__(self, offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> None:
        self.offsets = offsets
        self.data = data

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Return texts that are in memory."""
        encoded = [text.encode("utf-8", "replace") for text in texts]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(encoded), np.uint8))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.offsets) - 1

    def _texts(self, rows: NDArray[np.int64]) -> list[str]:
        starts, ends = self.offsets[rows], self.offsets[rows + 1]
        first, last = int(starts.min(initial=len(self.data))), int(ends.max(initial=0))
        sizes = ends - starts
        if last - first <= NEAR * int(sizes.sum()):  # neighbours are read at once
            data, starts = bytes(self.data[first:last]), starts - first
        else:
            view = self.data.data
            each = zip(starts.tolist(), ends.tolist(), strict=True)
            data = b"".join([view[start:end] for start, end in each])
            starts = np.cumsum(sizes) - sizes
        each = zip(starts.tolist(), (starts + sizes).tolist(), strict=True)
        return [data[start:end].decode("utf-8", "replace") for start, end in each]

    def __iter__(self) -> Iterator[str]:
        """Yield every text, a few thousand at a time from the disk."""
        for start in range(0, len(self), 4096):
            yield from self[start : start + 4096]


class JoinedTexts(_Rows):
    """Texts as one, without copying them. Args as `Joined`."""

    def __init__(self, parts: Sequence[Texts]) -> None:
        self.parts = list(parts)
        self._ends = np.cumsum([len(part) for part in parts])

    def __len__(self) -> int:
        """Return the number of texts."""
        return int(self._ends[-1])

    def _texts(self, rows: NDArray[np.int64]) -> list[str]:
        found = np.empty(len(rows), object)
        owners = np.searchsorted(self._ends, rows, side="right")
        for part in np.unique(owners).tolist():
            chosen = owners == part
            found[chosen] = self.parts[part][rows[chosen] - (self._ends[part - 1] if part else 0)]
        return cast(list[str], found.tolist())

    def __iter__(self) -> Iterator[str]:
        """Yield every text."""
        for part in self.parts:
            yield from part


Images = NDArray[np.uint8] | Joined
"""Pictures, uint8 (N, H, W, C)."""
Words = Texts | JoinedTexts
"""Texts, or the names of samples."""


def let_go(samples: Images | Words) -> None:
    """Give back the memory of mapped files that was read.

    What is read of a mapped file counts as the process's memory until its end, unless it is given back; read again,
    it comes from the system's cache. Call it after each block of a walk through many samples.
    """
    if isinstance(samples, Joined | JoinedTexts):
        for part in samples.parts:
            let_go(part)
        return
    owner: Any = samples.data if isinstance(samples, Texts) else samples
    while isinstance(owner, np.ndarray):
        owner = owner.base
    if isinstance(owner, mmap.mmap):
        owner.madvise(mmap.MADV_DONTNEED)


def _numbers(rows: Rows, count: int) -> NDArray[np.int64]:
    """Return the rows as int64 numbers from 0, as an array's index may name them."""
    if isinstance(rows, slice):
        return np.arange(*rows.indices(count))
    found = np.asarray(rows)
    found = np.flatnonzero(found) if found.dtype == bool else found.astype(np.int64)
    numbers = np.where(found < 0, found + count, found)
    wrong = found[(numbers < 0) | (numbers >= count)]
    if len(wrong):
        raise IndexError(f"row {wrong[0]} of {count}")
    return numbers
