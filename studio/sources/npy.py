"""`.npy` files, Quick, Draw! bitmaps among them: the header is believed only after it was checked."""

from __future__ import annotations

import io
import math
import os
import stat
import struct
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.quickdraw import SIDE

ROW = SIDE * SIDE
"""Bytes of one drawing."""
HEAD = 4096
"""Bytes within which a header has to end."""
BROKEN_HEADER = (
    ValueError,
    TypeError,
    KeyError,
    SyntaxError,
    RecursionError,
    MemoryError,  # how Python's parser answers too deep a nesting
    struct.error,
    tokenize.TokenError,
)


@dataclass(frozen=True)
class Bitmaps:
    """Drawings in a file, read through a memory map.

    Args:
        pixels: uint8 (rows, 784), read-only, not in memory until touched.
        available: Drawings that the whole file holds, of which a half-downloaded one has the first.
    """

    pixels: NDArray[np.uint8]
    available: int


@dataclass(frozen=True)
class Header:
    """Where the drawings begin, in bytes, and how many there are."""

    offset: int
    rows: int

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.offset + self.rows * ROW


def _refuse(name: str, what: str, why: str, fix: str) -> InvalidInput:
    return InvalidInput(f'"{name}" {what}', why, fix)


@dataclass(frozen=True)
class ArrayHeader:
    """What a `.npy` file says about itself.

    Args:
        offset: Bytes before the array.
        shape: Of the array; no length is negative.
        dtype: Never one of Python objects.
        fortran: The array is stored column by column.
    """

    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.offset + math.prod(self.shape) * self.dtype.itemsize


def read_array_header(
    head: bytes, name: str, fix: str = "Save the array again with numpy.save."
) -> ArrayHeader:
    """Read the first bytes of any `.npy` file; nothing in them is ever executed.

    Args:
        head: The file's first bytes, at least `HEAD` of them or all there are.
        name: Of the file, for the error.
        fix: What to do about a file that is no `.npy` file.

    Raises:
        InvalidInput: No `.npy` header, an impossible shape, or pickled objects.
    """
    if not head:
        raise _refuse(name, "is empty.", "The file has no bytes.", "Get the file again.")
    if not head.startswith(npy_format.MAGIC_PREFIX):
        raise _refuse(
            name,
            f"is not a .npy file: it begins with {head[:12]!r}.",
            "A .npy file begins with the bytes \\x93NUMPY.",
            fix,
        )
    stream = io.BytesIO(head)
    try:
        version = npy_format.read_magic(stream)
        if version == (1, 0):
            shape, fortran, dtype = npy_format.read_array_header_1_0(stream, max_header_size=HEAD)
        elif version == (2, 0):
            shape, fortran, dtype = npy_format.read_array_header_2_0(stream, max_header_size=HEAD)
        else:
            raise ValueError(f"format version {version} is not known")
    except BROKEN_HEADER as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise _refuse(name, "has a broken header.", f"NumPy says: {reason}.", fix) from error
    if dtype.hasobject:
        raise _refuse(
            name,
            "holds pickled Python objects.",
            "Unpickling runs whatever code the file's author wrote.",
            "Save plain numbers: numpy.save(path, pixels.astype('uint8'), allow_pickle=False).",
        )
    if any(length < 0 for length in shape):
        raise _refuse(name, f"has the shape {shape}.", "No array has a negative length.", fix)
    return ArrayHeader(stream.tell(), shape, dtype, fortran)


def read_header(head: bytes, name: str) -> Header:
    """Read the first bytes of a `.npy` file of drawings.

    Args:
        head: The file's first bytes, at least `HEAD` of them or all there are.
        name: Of the file, for the error.

    Raises:
        InvalidInput: No `.npy` header, pickled objects, or not uint8 (N, 784) or (N, 28, 28) row by row.
    """
    again = "Use the numpy_bitmap files of Quick, Draw! as they are published."
    header = read_array_header(head, name, again)
    shape = header.shape
    if header.dtype != np.uint8:
        raise _refuse(
            name,
            f"holds {header.dtype} values.",
            "A pixel is one byte from 0 to 255 (uint8).",
            "Scale the pixels to 0-255 and save them with .astype('uint8').",
        )
    if shape[1:] not in ((ROW,), (SIDE, SIDE)):
        raise _refuse(
            name,
            f"has the shape {shape}.",
            f"Drawings are stored as (N, {ROW}) or (N, {SIDE}, {SIDE}).",
            f"Save the array with .reshape(-1, {ROW}), or import pictures from a folder instead.",
        )
    if header.fortran:
        raise _refuse(
            name,
            "is stored column by column (Fortran order).",
            "Drawings are read row by row.",
            "Save it again with numpy.save(path, numpy.ascontiguousarray(pixels)).",
        )
    if not shape[0]:
        raise _refuse(name, "holds no drawings.", f"Its shape is {shape}.", "Leave this class out.")
    return Header(header.offset, int(shape[0]))


def map_rows(path: Path, header: Header, rows: int) -> Bitmaps:
    """Return the first `rows` drawings of a file whose header and size were checked."""
    pixels = np.memmap(path, np.uint8, "r", header.offset, (rows, ROW))
    return Bitmaps(pixels, header.rows)


def open_bitmaps(path: Path) -> Bitmaps:
    """Open a complete `.npy` file of drawings.

    Raises:
        InvalidInput: It cannot be read, is no such file, or its size is not what its header says.
    """
    name = path.name
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _refuse(name, "is not a file.", "Only plain files are read.", "Remove it.")
        with path.open("rb") as file:
            head, size = file.read(HEAD), os.fstat(file.fileno()).st_size
    except OSError as error:
        raise _refuse(
            name,
            "cannot be opened.",
            f"The system says: {error.strerror}.",
            "Check that the file may be read by the account the studio runs under.",
        ) from error
    header = read_header(head, name)
    if size != header.size:
        state = "cut short" if size < header.size else "followed by other bytes"
        raise _refuse(
            name,
            f"is {state}: it has {size:,} bytes.",
            f"Its header announces {header.rows:,} drawings, which make {header.size:,} bytes.",
            "Copy or download the file again.",
        )
    return map_rows(path, header, header.rows)
