"""Pictures that annotations name by paths of another machine, found by the end of these paths."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from studio.sources.tree import PARTS

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"}
LOCAL = re.compile(r"[?&]d=([^&]+)")
"""How Label Studio writes the path of a file on its own disk."""
UPLOADED = re.compile(r"[0-9a-f]{8}-")
"""What Label Studio puts before the name of an uploaded file."""


def is_picture(name: str) -> bool:
    """Tell by its ending whether a file may be a picture."""
    return os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES


def part_of(name: str) -> int | None:
    """Return the split code of the first word in a name that is a part's, None where there is none.

    Example:
        >>> part_of("instances_val2017"), part_of("instances")
        (1, None)
    """
    words = re.split(r"[^a-z]+", name.lower())
    return next((PARTS[word] for word in words if word in PARTS), None)


def path_of(text: str) -> str:
    """Return the path in an address or in a path of any system.

    Example:
        >>> path_of("http://host/a/b%20c.png?x=1"), path_of("C:\\\\a\\\\b.png")
        ('a/b c.png', 'a/b.png')
    """
    if local := LOCAL.search(text):
        text = unquote(local[1])
    elif "://" in text:
        try:
            text = unquote(urlsplit(text).path)
        except ValueError:
            return ""
    parts = re.split(r"[/\\]", re.sub(r"^[A-Za-z]:", "", text))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


class Lookup:
    """Finds files of a tree by the end of a path.

    Args:
        names: Of the tree's files.
        wanted: Indices of those that may be found.
    """

    def __init__(self, names: Sequence[str], wanted: Iterable[int]) -> None:
        self._names = names
        self._known: dict[str, list[int]] = {}
        for index in wanted:
            self._known.setdefault(names[index].rsplit("/", 1)[-1], []).append(index)

    def find(self, path: str, near: str = "") -> int | None:
        """Return the index of the file whose path ends most like `path`; None where none does, or several do alike.

        Args:
            path: As `path_of` returns it.
            near: Name of the file of annotations: among equals the file that lies in a folder of its part, then the
                one that lies nearest, is meant.
        """
        name = path.rsplit("/", 1)[-1]
        found = self._known.get(name) or self._known.get(UPLOADED.sub("", name, count=1), [])
        if len(found) <= 1:
            return found[0] if found else None
        parts, part = path.split("/")[::-1], part_of(near)
        scores = []
        for index in found:
            folders = self._names[index].split("/")[:-1]
            ours = self._names[index].split("/")[::-1]
            same = part is not None and part in map(part_of, folders)
            scores.append((_common(parts, ours), same, _common(near.split("/")[:-1], folders)))
        best = max(scores)
        return None if scores.count(best) > 1 else found[scores.index(best)]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts are the same from the beginning on."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
