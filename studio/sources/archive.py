"""Zip archives from strangers: refused whole when they break a rule, and never extracted."""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from studio.core.errors import InvalidInput, TooLarge
from studio.sources.base import Placed, Places, Progress, one_place, wait_for
from studio.sources.pictures import Unreadable
from studio.sources.tree import MAX_FILES, Directory, Read, Single, Skipped, Tree, is_hidden

MAX_EXPANDED = 50 * 10**9
MAX_RATIO = 100
RATIO_FROM = 2**20
"""Bytes up to which nothing expands far enough to matter: one blank picture packs a thousandfold."""
MAX_DIRECTORY = 2**30
LOCAL_HEADER = 30
NESTED = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|gz|bz2|xz|zst|7z|rar|jar)$", re.IGNORECASE)
ENCRYPTED = 0x1 | 0x40 | 0x2000

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile raises on damaged archives."""
DAMAGED = "it is damaged inside the archive"


class _Guarded(io.RawIOBase):
    """A file in an archive, of which damage is an Unreadable."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be sought in, for which it is read from the beginning."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the file."""
        try:
            return self._file.seek(offset, whence)
        except BROKEN as error:
            raise Unreadable(DAMAGED) from error

    def read(self, size: int = -1) -> bytes:
        """Read some bytes."""
        try:
            return self._file.read(size)
        except BROKEN as error:
            raise Unreadable(DAMAGED) from error

    def readinto(self, buffer: Any) -> int:
        """Read bytes into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Archive:
    """The files in a zip archive that keeps the rules.

    Raises:
        InvalidInput: It is no zip archive, is damaged, or has names that leave the folder, links, archives within,
            encrypted or overlapping entries, or packs more than 100 to 1.
        TooLarge: More than 2,000,000 entries, or more than 50 GB when expanded.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self.skipped = Skipped()
        self._path = path
        self._progress = progress
        self._state = self._look()
        with self._open() as archive:
            entries = archive.infolist()
            self._check(entries, archive.start_dir)
        names = [entry.filename.replace("\\", "/") for entry in entries]
        order = sorted(range(len(names)), key=names.__getitem__)
        self._order = [
            index for index in order if not (entries[index].is_dir() or is_hidden(names[index]))
        ]
        self.names = [names[index] for index in self._order]
        self._sizes = [entries[index].file_size for index in self._order]
        self._marks = [entries[index].CRC for index in self._order]

    @contextmanager
    def opened(self) -> Iterator[Read]:
        """Give the function that reads files; only one thread may call it."""
        with self._reopened() as (archive, infos):

            def read(index: int, limit: int) -> bytes:
                try:
                    with archive.open(infos[index]) as file:
                        return file.read(limit)
                except BROKEN as error:
                    raise Unreadable(DAMAGED) from error

            yield read

    @contextmanager
    def stream(self, index: int) -> Iterator[IO[bytes]]:
        """Open one file to be read piece by piece."""
        with self._reopened() as (archive, infos):
            try:
                file = archive.open(infos[index])
            except BROKEN as error:
                raise Unreadable(DAMAGED) from error
            with file:
                yield cast(IO[bytes], io.BufferedReader(_Guarded(file), 2**16))

    def size(self, index: int) -> int:
        """Return the bytes of one file when expanded."""
        return self._sizes[index]

    def mark(self, index: int) -> int:
        """Return the checksum of one file."""
        return self._marks[index]

    @contextmanager
    def _reopened(self) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
        """Open the archive again, if it is still the one that was checked."""
        if self._look() != self._state:
            raise self._refuse(
                "changed while it was read.",
                "Its size or time is not what it was a moment ago.",
                "Wait until it is complete, then try again.",
            )
        with self._open() as archive:
            entries = archive.infolist()
            yield archive, [entries[index] for index in self._order]

    def _refuse(self, what: str, why: str, fix: str) -> InvalidInput:
        return InvalidInput(f'The archive "{self._path.name}" {what}', why, fix)

    def _look(self) -> tuple[int, int]:
        facts = self._path.stat()
        return facts.st_size, facts.st_mtime_ns

    @contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        """Open the archive in another thread: listing a million entries takes ten seconds."""

        def tick() -> None:
            self._progress(0, 0, "files", "listing the archive")

        tick()
        self._check_directory()
        pool = ThreadPoolExecutor(1)
        try:
            archive = wait_for(pool.submit(self._list), tick)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        with archive:
            yield archive

    def _list(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self._path)
        except BROKEN as error:
            raise self._not_a_zip(str(error)) from error

    def _not_a_zip(self, reason: str) -> InvalidInput:
        return self._refuse(
            "cannot be read as a zip archive.",
            f"It is damaged, cut short or another kind of file ({reason[:100]}).",
            "Make the zip archive again, or upload the folder instead.",
        )

    def _check_directory(self) -> None:
        """Bound the archive's table of contents before zipfile takes all of it into memory."""
        try:
            with self._path.open("rb") as file:
                entries = _count_entries(file)
        except OSError as error:
            raise self._refuse(
                "cannot be opened.",
                f"The system says: {error.strerror}.",
                "Check that the file may be read by the account the studio runs under.",
            ) from error
        except (ValueError, struct.error) as error:
            raise self._not_a_zip(str(error)) from error
        if entries > MAX_FILES:
            raise TooLarge(
                f'The archive "{self._path.name}" has {entries:,} entries.',
                f"At most {MAX_FILES:,} are imported at once.",
                "Split the archive and import the parts.",
            )

    def _check(self, entries: list[zipfile.ZipInfo], directory: int) -> None:
        expanded = packed = 0
        for done, entry in enumerate(entries):
            if done % 1024 == 0:
                self._progress(done, len(entries), "files", "checking the archive")
            self._check_entry(entry)
            expanded += entry.file_size
            packed += entry.compress_size
        if expanded > MAX_EXPANDED:
            raise TooLarge(
                f'The archive "{self._path.name}" has {expanded:,} bytes when expanded.',
                f"At most {MAX_EXPANDED:,} are imported at once.",
                "Split the archive and import the parts.",
            )
        self._check_ratio("", expanded, packed)
        starts = np.array([entry.header_offset for entry in entries], np.int64)
        sizes = np.array([LOCAL_HEADER + entry.compress_size for entry in entries], np.int64)
        order = np.argsort(starts, kind="stable")
        nexts = np.append(starts[order][1:], directory)
        if np.any(starts[order] + sizes[order] > nexts):
            raise self._refuse(
                "has entries that overlap.",
                "Two entries share the same bytes, as only archives made to do harm have it.",
                "Make the zip archive again from the pictures.",
            )

    def _check_ratio(self, entry: str, expanded: int, packed: int) -> None:
        if expanded > RATIO_FROM and expanded > MAX_RATIO * packed:
            raise self._refuse(
                f"expands from {packed:,} to {expanded:,} bytes{entry}.",
                f"Pictures never pack more than {MAX_RATIO} to 1; archives made to do harm do.",
                "Make the zip archive again with nothing but pictures.",
            )

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        name = entry.orig_filename.replace("\\", "/")
        shown = repr(name[:80])
        if (
            name.startswith("/")
            or "\0" in name
            or re.match(r"[A-Za-z]:", name)
            or ".." in name.split("/")
        ):
            raise self._refuse(
                f"has an entry called {shown}.",
                "That name leads out of the archive's own folder.",
                "Make the zip archive again from within the folder.",
            )
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise self._refuse(
                f"holds a link or a device, {shown}.",
                "Only plain files and folders are read.",
                "Make the zip archive again with the pictures themselves (zip without -y).",
            )
        if entry.flag_bits & ENCRYPTED:
            raise self._refuse(
                f"is encrypted ({shown}).",
                "The studio asks for no passwords.",
                "Make the zip archive again without a password.",
            )
        if NESTED.search(name) and not is_hidden(name):
            raise self._refuse(
                f"holds another archive, {shown}.",
                "Archives within archives are not opened.",
                "Unpack it, and zip the pictures themselves.",
            )
        self._check_ratio(f" in {shown}", entry.file_size, entry.compress_size)


def _count_entries(file: IO[bytes]) -> int:
    """Return an upper bound of the entries that zipfile would read, without keeping them.

    Args:
        file: The archive.

    Raises:
        ValueError: The file has no table of contents, or an impossible one.
    """
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise ValueError("the file is empty")
    start = max(0, size - 65_557)  # the end record and the longest comment
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise ValueError("it has no table of contents")
    (length,) = struct.unpack("<L", tail[at + 12 : at + 16])
    end = start + at
    if tail[at - 20 : at - 16] == b"PK\x06\x07" and at >= 20:
        end -= 20 + 56
        file.seek(max(0, end))
        record = file.read(56)
        if record.startswith(b"PK\x06\x06"):
            (length,) = struct.unpack("<Q", record[40:48])
    if length > min(end, MAX_DIRECTORY):
        raise ValueError(f"its table of contents would have {length:,} bytes")
    file.seek(end - length)
    count, rest = 0, b""
    while length > 0:
        block = file.read(min(length, 2**20))
        if not block:
            break
        length -= len(block)
        count += (rest + block).count(b"PK\x01\x02")
        rest = block[-3:]
    return count


def open_tree(
    noun: str,
    spec: Placed,
    places: Places,
    progress: Progress,
    alone: tuple[str, ...] = (),
) -> Tree:
    """Open the folder, zip archive, upload or download that a spec names. An upload of one zip is that zip.

    Args:
        noun: What is looked for there, such as `pictures`.
        spec: Names exactly one place.
        places: Where uploads and the cache are.
        progress: Told how far the work is.
        alone: Endings of files that may come by themselves, in small letters.

    Raises:
        StudioError: There is nothing, or it breaks a rule.
    """
    place = one_place(noun, spec, places, progress)
    if spec.upload is not None:
        place = _only_zip(place) or place
    if place.is_dir():
        return Directory(place, progress)
    if not place.is_file():
        raise InvalidInput(
            f'"{place}" is neither a folder nor a file.',
            f"The {noun} are read from {_kinds(alone)}.",
            "Give one of these.",
        )
    if place.name.lower().endswith(alone):
        return Single(place)
    return Archive(place, progress)


def _kinds(alone: tuple[str, ...]) -> str:
    listed = "".join(f", a {ending} file" for ending in alone)
    return f"a folder{listed} or a zip archive"


def _only_zip(folder: Path) -> Path | None:
    """Return the zip archive that is all there is in an upload."""
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not is_hidden(path.relative_to(folder).as_posix())
    ]
    return files[0] if len(files) == 1 and files[0].suffix.lower() == ".zip" else None
