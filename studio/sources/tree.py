"""Trees of foreign files, on disk here and in archives next door, read one file at a time."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from studio.core.dataset import TEST, TRAIN, VALIDATION
from studio.core.errors import InvalidInput, TooLarge
from studio.sources.base import Progress
from studio.sources.pictures import Unreadable

MAX_FILES = 2_000_000
LISTED = 50
"""Skipped files that are named; the others are counted."""

PARTS = {
    "train": TRAIN,
    "training": TRAIN,
    "validation": VALIDATION,
    "val": VALIDATION,
    "valid": VALIDATION,
    "dev": VALIDATION,
    "test": TEST,
    "testing": TEST,
}
"""What the parts of a data set are called by those who divide it, in small letters -> split code."""

Read = Callable[[int, int], bytes]
"""Returns at most so many bytes (second argument) of a file (its index); raises Unreadable."""


@dataclass
class Skipped:
    """Files that gave no sample, and why."""

    count: int = 0
    files: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, reason: str, count: int = 1) -> None:
        """Count a file, or the samples that are missed with it, and name it while the list is short."""
        self.count += count
        if len(self.files) < LISTED:
            printable = name.encode("utf-8", "replace").decode()
            self.files.append({"file": printable, "reason": reason})

    def merge(self, other: Skipped) -> None:
        """Count what another list counts, and name it while the list is short."""
        self.count += other.count
        self.files += other.files[: LISTED - len(self.files)]

    def copy(self) -> Skipped:
        """Return the same list, to be continued."""
        return Skipped(self.count, list(self.files))

    def as_dict(self) -> dict[str, Any]:
        """Return ``{"count", "files": [{"file", "reason"}]}``."""
        return {"count": self.count, "files": list(self.files)}


class Tree(Protocol):
    """Files below one root.

    Args:
        names: Their paths below the root, parts divided by `/`, sorted; hidden ones left out.
        skipped: What was left out for a reason that people should hear.
    """

    names: list[str]
    skipped: Skipped

    def opened(self) -> AbstractContextManager[Read]:
        """Give the function that reads files, for the time of a `with`."""
        ...

    def stream(self, index: int) -> AbstractContextManager[IO[bytes]]:
        """Open one file to be read piece by piece; raises Unreadable."""
        ...

    def size(self, index: int) -> int:
        """Return the bytes of one file when read; 0 where it is gone."""
        ...

    def mark(self, index: int) -> int:
        """Return a number that changes when the content of one file does; 0 where it is gone."""
        ...


def fingerprint(tree: Tree) -> str:
    """Return a SHA-256 (hex) that changes when a file comes, goes, or changes."""
    digest = hashlib.sha256()
    for index, name in enumerate(tree.names):
        digest.update(f"{name}\0{tree.mark(index)}\0".encode("utf-8", "replace"))
    return digest.hexdigest()


def only_file(tree: Tree, suffixes: tuple[str, ...], noun: str) -> int:
    """Return the index of the one file with one of some suffixes, in small letters.

    Args:
        noun: What several of them are called, such as `tables`.

    Raises:
        InvalidInput: There is none, or there are several.
    """
    files = [n for n, name in enumerate(tree.names) if name.lower().endswith(suffixes)]
    if len(files) == 1:
        return files[0]
    listed = ", ".join(tree.names[number] for number in (files or range(len(tree.names)))[:3])
    raise InvalidInput(
        f"{len(files):,} {noun} were found, and one is needed.",
        f"There are: {listed}." if listed else "There are no files.",
        f"Give one {', '.join(suffixes[:-1])} or {suffixes[-1]} file.",
    )


def is_hidden(name: str) -> bool:
    """Tell whether a path has a part that systems add and nobody means: `.DS_Store`, `__MACOSX`."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


class Directory:
    """The files below a folder. Links that lead out of it, and anything but plain files, are skipped."""

    def __init__(self, root: Path, progress: Progress) -> None:
        self.skipped = Skipped()
        self._root = root.resolve()
        self._progress = progress
        self._paths = dict(sorted(self._walk()))
        self.names = list(self._paths)

    def _walk(self) -> Iterator[tuple[str, str]]:
        """Yield the name below the root, and the path to open, of every plain file."""
        found, folders = 0, [""]
        while folders:
            folder = folders.pop()
            try:
                entries = list(os.scandir(self._root / folder))
            except OSError as error:
                self.skipped.add(folder or ".", f"the folder cannot be read: {error.strerror}")
                continue
            for entry in entries:
                name = folder + entry.name
                if is_hidden(entry.name):
                    continue
                found += 1
                self._progress(found, 0, "files", "looking through the folder")
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name + "/")
                elif entry.is_file(follow_symlinks=False):
                    yield name, entry.path
                elif target := self._inside(entry):
                    yield name, target
                else:
                    self.skipped.add(name, "it is a link out of the folder, or not a plain file")
            if found > MAX_FILES:
                raise TooLarge(
                    f'The folder "{self._root.name}" holds more than {MAX_FILES:,} files.',
                    "That many are not imported at once.",
                    "Split the folder and import the parts.",
                )

    def _inside(self, entry: os.DirEntry[str]) -> str | None:
        """Return what a link leads to if that is a plain file below the root."""
        if not entry.is_symlink():
            return None
        target = os.path.realpath(entry.path)
        below = Path(target).is_relative_to(self._root)
        return target if below and os.path.isfile(target) else None

    @contextmanager
    def opened(self) -> Iterator[Read]:
        """Give the function that reads files."""
        paths = list(self._paths.values())

        def read(index: int, limit: int) -> bytes:
            try:
                with _plain(paths[index]) as file:
                    return file.read(min(limit, os.fstat(file.fileno()).st_size))
            except OSError as error:
                raise Unreadable(f"it cannot be read: {error.strerror}") from error

        yield read

    @contextmanager
    def stream(self, index: int) -> Iterator[IO[bytes]]:
        """Open one file to be read piece by piece."""
        with _plain(self._paths[self.names[index]]) as file:
            yield file

    def size(self, index: int) -> int:
        """Return the bytes of one file; 0 where it is gone."""
        return _size(self._paths[self.names[index]])

    def mark(self, index: int) -> int:
        """Return when one file was changed, in ns; 0 where it is gone."""
        return _mark(self._paths[self.names[index]])


class Single:
    """One file by itself."""

    def __init__(self, path: Path) -> None:
        self.names = [path.name]
        self.skipped = Skipped()
        self._path = path

    @contextmanager
    def opened(self) -> Iterator[Read]:
        """Give the function that reads the file."""

        def read(index: int, limit: int) -> bytes:
            with self.stream(index) as file:
                return file.read(limit)

        yield read

    @contextmanager
    def stream(self, index: int) -> Iterator[IO[bytes]]:
        """Open the file to be read piece by piece."""
        with _plain(str(self._path)) as file:
            yield file

    def size(self, index: int) -> int:
        """Return the bytes of the file; 0 where it is gone."""
        return _size(str(self._path))

    def mark(self, index: int) -> int:
        """Return when the file was changed, in ns; 0 where it is gone."""
        return _mark(str(self._path))


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _mark(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _plain(path: str) -> IO[bytes]:
    """Open a plain file. A link or a pipe put in its place since it was listed is not followed or waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror}") from error
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return open(handle, "rb", buffering=0)
    os.close(handle)
    raise Unreadable("it is not a plain file")
