"""Rows of one array in a file, plain, packed or in an archive, read a block at a time into memory of one's own.

A memory map would end the whole process when somebody shortens the file under it; reading is as fast.
"""

from __future__ import annotations

import io
import math
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.sources.pictures import Unreadable
from studio.sources.tree import Tree

PACKED_BLOCK = 2**16
GZIP = 31
"""Tells zlib that what follows has a gzip header."""


@dataclass(frozen=True)
class Column:
    """One array of a file.

    Args:
        tree, index: The file.
        offset: Bytes before the array.
        shape: Of the array; its first length is the number of rows.
        dtype: Never one of Python objects.
        packed: The file is a gzip file of what is described here.
    """

    tree: Tree
    index: int
    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    packed: bool = False

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.tree.names[self.index]

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.shape[0]

    @property
    def size(self) -> int:
        """Bytes of the whole file, unpacked."""
        return self.offset + math.prod(self.shape) * self.dtype.itemsize

    @property
    def mark(self) -> tuple[str, int, int]:
        """What changes when the file does."""
        return self.name, self.tree.size(self.index), self.tree.mark(self.index)

    def rows(self, first: int, step: int) -> Iterator[NDArray[Any]]:
        """Yield the rows from `first` on, `step` at a time, and make sure that nothing follows them.

        Raises:
            InvalidInput: The file is shorter or longer than it says, damaged, or cannot be read.
        """
        row = math.prod(self.shape[1:]) * self.dtype.itemsize
        with self._opened() as stream:
            stream.seek(self.offset + first * row)
            for start in range(first, len(self), step):
                block = np.empty((min(step, len(self) - start), *self.shape[1:]), self.dtype)
                self._fill(stream, block.reshape(-1).view(np.uint8).data)
                yield block
            if stream.read(1):
                raise self._refuse("other bytes follow the array")

    def _fill(self, stream: IO[bytes], room: memoryview) -> None:
        filled = 0
        while filled < len(room):
            taken = cast(io.RawIOBase, stream).readinto(room[filled:])
            if not taken:
                raise self._refuse("it ends before the array does")
            filled += taken

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            with self.tree.stream(self.index) as file:
                yield cast(IO[bytes], Unpacked(file)) if self.packed else file
        except Unreadable as error:
            raise self._refuse(str(error)) from error
        except OSError as error:
            raise self._refuse(f"the system says: {error.strerror}") from error

    def _refuse(self, reason: str) -> InvalidInput:
        return InvalidInput(
            f'"{self.name}" cannot be read to its end.',
            f"Its array has the shape {self.shape}: {reason}.",
            "Copy or save the file again.",
        )


class Unpacked(io.RawIOBase):
    """What a gzip file holds, expanded no further than it is read.

    Raises:
        Unreadable: It is damaged, or other bytes follow.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._begin()

    def _begin(self) -> None:
        self._zlib = zlib.decompressobj(GZIP)
        self._at = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be sought in, for which it is read from the beginning."""
        return True

    def tell(self) -> int:
        """Return the place where reading goes on."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted from the beginning."""
        if offset < self._at:
            self._file.seek(0)
            self._begin()
        while self._at < offset:
            if not self._piece(min(offset - self._at, 2**20)):
                break
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read some bytes into a buffer; none at the end."""
        data = self._piece(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _piece(self, size: int) -> bytes:
        while True:
            packed = self._zlib.unconsumed_tail or self._file.read(PACKED_BLOCK)
            if self._zlib.eof:
                if packed or self._zlib.unused_data:
                    raise Unreadable("other bytes follow what was packed")
                return b""
            try:
                data = self._zlib.decompress(packed, size)
            except zlib.error as error:
                raise Unreadable("it is damaged") from error
            if data:
                self._at += len(data)
                return data
            if not packed:
                raise Unreadable("it is cut short")
