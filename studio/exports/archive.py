"""Zip archives, written one member behind the other.

Written by hand because `zipfile` keeps half a kilobyte in memory for every member, and a version may have millions of
pictures: here the table of contents waits in a file. Nothing is compressed: pictures are already, and an archive that
is not can never be mistaken for a bomb when it comes back. Equal content gives equal bytes.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LARGE, MANY = 0xFFFFFFFF, 0xFFFF
"""What old fields say where the number is in a ZIP64 field."""
VERSION = 45
UNIX = 3 << 8
UTF8 = 0x800
DAY = 0x21
"""1 January 1980, the first that a zip archive knows."""
MODE = 0o100644 << 16
BUFFER = 2**20
TABLE_IN_MEMORY = 4 * 2**20


@contextmanager
def zipped(target: Path) -> Iterator[Archive]:
    """Give an archive to write for the time of a `with`, at the end of which it is complete.

    Args:
        target: The file, which is overwritten.
    """
    with (
        target.open("wb", buffering=BUFFER) as file,
        tempfile.SpooledTemporaryFile(TABLE_IN_MEMORY, dir=str(target.parent)) as table,
    ):
        archive = Archive(file, table)
        yield archive
        archive.finish()


class Member:
    """A member while it is written.

    Args:
        file: The archive.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.size = self.crc = 0
        self._file = file

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        self._file.write(data)
        self.size += len(data)
        self.crc = zlib.crc32(data, self.crc)


class Archive:
    """A zip archive while it is written.

    Args:
        file: The archive, empty.
        table: Where the table of contents waits, empty.
    """

    def __init__(self, file: IO[bytes], table: IO[bytes]) -> None:
        self._file, self._table = file, table
        self._count = 0

    def write(self, name: str, data: bytes) -> None:
        """Write a whole member.

        Args:
            name: Its path, parts divided by `/`.
            data: Less than 4 GiB.
        """
        at = self._file.tell()
        encoded = name.encode()
        crc, size = zlib.crc32(data), len(data)
        self._file.write(_local(encoded, crc, size))
        self._file.write(data)
        self._list(encoded, crc, size, at)

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """Write a member of any size, piece by piece."""
        at = self._file.tell()
        encoded = name.encode()
        self._file.write(_local(encoded, 0, 0, large=True))
        member = Member(self._file)
        yield member
        end = self._file.tell()
        self._file.seek(at)
        self._file.write(_local(encoded, member.crc, member.size, large=True))
        self._file.seek(end)
        self._list(encoded, member.crc, member.size, at)

    def _list(self, name: bytes, crc: int, size: int, at: int) -> None:
        """Add a line to the table of contents."""
        more = b"".join(struct.pack("<Q", n) for n in (size, size, at) if n >= LARGE)
        extra = struct.pack("<HH", 1, len(more)) + more if more else b""
        short = min(size, LARGE)
        self._table.write(
            struct.pack(
                "<4s6H3L5H2L",
                b"PK\x01\x02",
                *(UNIX | VERSION, VERSION, UTF8, 0, 0, DAY),
                *(crc, short, short),
                *(len(name), len(extra), 0, 0, 0),
                *(MODE, min(at, LARGE)),
            )
            + name
            + extra
        )
        self._count += 1

    def finish(self) -> None:
        """Write the table of contents and the records that point at it."""
        start = self._file.tell()
        self._table.seek(0)
        shutil.copyfileobj(self._table, self._file, BUFFER)
        end = self._file.tell()
        count, length = self._count, end - start
        if count >= MANY or start >= LARGE or length >= LARGE:
            facts = (44, VERSION, VERSION, 0, 0, count, count, length, start)
            self._file.write(struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", *facts))
            self._file.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1))
        count = min(count, MANY)
        end_facts = (0, 0, count, count, min(length, LARGE), min(start, LARGE), 0)
        self._file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", *end_facts))


def _local(name: bytes, crc: int, size: int, large: bool = False) -> bytes:
    """Return what stands in front of a member's bytes; `large` makes room for any size."""
    extra = struct.pack("<HHQQ", 1, 16, size, size) if large else b""
    short = LARGE if large else size
    facts = (VERSION, UTF8, 0, 0, DAY, crc, short, short, len(name), len(extra))
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", *facts) + name + extra
