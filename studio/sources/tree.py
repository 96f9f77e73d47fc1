"""Trees of foreign files, on disk here and in archives next door, read one file at a time."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from studio.core.errors import TooLarge
from studio.sources.base import Progress
from studio.sources.pictures import Unreadable

MAX_FILES = 2_000_000
LISTED = 50
"""Skipped files that are named; the others are counted."""

Read = Callable[[int, int], bytes]
"""Returns at most so many bytes (second argument) of a file (its index); raises Unreadable."""


@dataclass
class Skipped:
    """Files that gave no sample, and why."""

    count: int = 0
    files: list[dict[str, str]] = field(default_factory=list)

    def add(self, name: str, reason: str) -> None:
        """Count a file, and name it while the list is short."""
        self.count += 1
        if len(self.files) < LISTED:
            printable = name.encode("utf-8", "replace").decode()
            self.files.append({"file": printable, "reason": reason})

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
                # A link or a pipe put in the file's place since it was listed is not followed or waited for.
                handle = os.open(paths[index], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                with open(handle, "rb", buffering=0) as file:
                    facts = os.fstat(handle)
                    if not stat.S_ISREG(facts.st_mode):
                        raise Unreadable("it is not a plain file")
                    return file.read(min(limit, facts.st_size))
            except OSError as error:
                raise Unreadable(f"it cannot be opened: {error.strerror}") from error

        yield read
