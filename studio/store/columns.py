"""Arrays that grow on disk, row by row, and are whole `.npy` files in the end."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER_BYTES = 128


def header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """Return a `.npy` 1.0 header of fixed length, so that the number of rows can be filled in at the end."""
    fields = f"{{'descr': {dtype.str!r}, 'fortran_order': False, 'shape': {shape}, }}"
    length = HEADER_BYTES - 10
    return (
        b"\x93NUMPY\x01\x00" + struct.pack("<H", length) + fields.ljust(length - 1).encode() + b"\n"
    )


class Column:
    """A file of equal rows that only ever gets longer.

    Args:
        path: The file; made when missing.
        dtype: Of its values.
        shape: Of one row; () for single values.
        rows: Rows to go on behind; what is behind them is cut off.
    """

    def __init__(
        self, path: Path, dtype: Any, shape: tuple[int, ...] = (), *, rows: int = 0
    ) -> None:
        self.path = path
        self.rows = rows
        self._dtype = np.dtype(dtype)
        self._shape = shape
        self._row_bytes = self._dtype.itemsize * int(np.prod(shape, dtype=np.int64))
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, HEADER_BYTES + rows * self._row_bytes)
        os.lseek(self._file, 0, os.SEEK_END)

    def append(self, array: NDArray[Any]) -> None:
        """Write rows behind the others."""
        left = (
            np.ascontiguousarray(array, self._dtype).data.cast("B")
            if array.size
            else memoryview(b"")
        )
        while left:
            left = left[os.write(self._file, left) :]
        self.rows += len(array)

    def sync(self) -> None:
        """Return once everything is on the disk."""
        os.fdatasync(self._file)

    def finish(self) -> None:
        """Make it a whole `.npy` file, on the disk."""
        os.pwrite(self._file, header(self._dtype, (self.rows, *self._shape)), 0)
        self.sync()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def column_bytes(dtype: Any, shape: tuple[int, ...], rows: int) -> int:
    """Return how large the file of a column is."""
    return HEADER_BYTES + rows * int(np.dtype(dtype).itemsize * np.prod(shape, dtype=np.int64))
