"""Server folders: what of the studio's machine may be looked through and imported from a page.

Only what lies below a folder that an administrator named in `$STUDIO_DATA_ROOTS` can be named at all. Links are
followed first and judged by where they lead. On the wire a place is the number of its root and a relative path.
"""

from __future__ import annotations

import heapq
import itertools
import os
from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import Forbidden, NotFound

ROOTS_VARIABLE = "STUDIO_DATA_ROOTS"
"""Environment variable: folders, divided by colons."""
LISTED = 1000
LOOKED_THROUGH = 100_000
"""Entries of one folder that are looked at before the first ones of them are listed."""


@dataclass(frozen=True)
class File:
    """A file in a listing.

    Args:
        name: Without its folder.
        size: In bytes.
    """

    name: str
    size: int


@dataclass(frozen=True)
class Listing:
    """What lies in a server folder.

    Args:
        folders: Names, sorted.
        files: Sorted by name.
        more: There is more than is listed.
    """

    folders: tuple[str, ...]
    files: tuple[File, ...]
    more: bool


def data_roots() -> list[Path]:
    """Return the folders named in `$STUDIO_DATA_ROOTS`, links resolved; those that do not exist are left out."""
    texts = os.environ.get(ROOTS_VARIABLE, "").split(os.pathsep)
    paths = (Path(text).expanduser() for text in texts if text.strip())
    return list(dict.fromkeys(path.resolve() for path in paths if path.is_dir()))


def list_root(root: int, relative: str = "") -> Listing:
    """Return what lies in a folder below a root.

    Folders come before files, each sorted as people do, without regard to case. Left out: what is hidden, what
    is neither folder nor file, links out of the root, names that are no text. At most 1,000 entries are listed.

    Args:
        root: Number of the root, from 0, as in `data_roots()`.
        relative: Path below it, `/` between folders; empty: the root itself.

    Raises:
        NotFound: No such root or folder. Forbidden: The path leaves the root, or cannot be read.
    """
    top = _root(root)
    folder = path_in_root(root, relative)
    if not folder.is_dir():
        raise _missing(relative)
    try:
        with os.scandir(folder) as entries:
            seen = list(itertools.islice(entries, LOOKED_THROUGH + 1))
    except OSError as error:
        raise _unreadable(relative, error) from error
    known = (
        (not is_folder, entry) for entry in seen if (is_folder := _kind(entry, top)) is not None
    )
    first = heapq.nsmallest(
        LISTED + 1, known, key=lambda pair: (pair[0], pair[1].name.casefold(), pair[1].name)
    )
    listed = first[:LISTED]
    files = (_file(entry) for is_file, entry in listed if is_file)
    return Listing(
        tuple(entry.name for is_file, entry in listed if not is_file),
        tuple(file for file in files if file),
        more=len(first) > LISTED or len(seen) > LOOKED_THROUGH,
    )


def path_in_root(root: int, relative: str) -> Path:
    """Return what a root's number and a relative path stand for, links resolved.

    Raises:
        NotFound: No such root, or nothing there. Forbidden: The path leaves the root.
    """
    top = _root(root)
    if os.path.isabs(relative):
        raise _outside(relative)
    return _checked(relative, top / relative, [top])


def resolve_in_roots(path: str) -> Path:
    """Return an absolute path, links resolved, if it lies within a root.

    Raises:
        Forbidden: It does not, has a part `..`, or there are no roots. Said before anything is told about
            whether it exists.
        NotFound: There is nothing.
    """
    if not os.path.isabs(path):
        raise _outside(path)
    return _checked(path, Path(path), data_roots())


def _root(number: int) -> Path:
    roots = data_roots()
    if not 0 <= number < len(roots):
        raise NotFound(
            f"There is no server folder number {number}.",
            f"{len(roots)} are shared with the studio, counted from 0.",
            f"Name folders in {ROOTS_VARIABLE}, or choose another.",
        )
    return roots[number]


def _checked(given: str, path: Path, roots: list[Path]) -> Path:
    """Return the resolved `path` if it lies within one of `roots`."""
    if "\0" in given or ".." in path.parts:
        raise _outside(given)
    try:
        found = path.resolve()
        if not any(found.is_relative_to(root) for root in roots):
            raise _outside(given)
        found.stat()
    except PermissionError as error:
        raise _unreadable(given, error) from error
    except (
        OSError,
        RuntimeError,
        UnicodeError,
    ) as error:  # nothing, a loop of links, an impossible name
        raise _missing(given) from error
    return found


def _kind(entry: os.DirEntry[str], top: Path) -> bool | None:
    """Return whether an entry is a folder (True) or a file (False); None: it is not shown."""
    if entry.name.startswith(".") or not entry.name.isprintable():
        return None
    try:
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(top):
            return None
        return True if entry.is_dir() else False if entry.is_file() else None
    except (OSError, RuntimeError):
        return None


def _file(entry: os.DirEntry[str]) -> File | None:
    try:
        return File(entry.name, entry.stat().st_size)
    except OSError:  # it was removed just now
        return None


def _outside(path: str) -> Forbidden:
    return Forbidden(
        f"{path[:200]!r} is not within a shared server folder.",
        f"Of the studio's machine only the folders in {ROOTS_VARIABLE} can be read.",
        "Choose a folder below one of them, ask the administrator to add one, or upload the files.",
    )


def _missing(path: str) -> NotFound:
    return NotFound(
        f"There is nothing at {path[:200]!r}.",
        "The server folder has no such entry (any more).",
        "Look at the folder again and choose what is there.",
    )


def _unreadable(path: str, error: OSError) -> Forbidden:
    return Forbidden(
        f"{path[:200]!r} cannot be read.",
        f"The system says: {error.strerror}.",
        "Ask the administrator to let the studio read it.",
    )
