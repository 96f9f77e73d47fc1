"""A zip of folders: `train/cats/00000001.png`, or `.txt` for texts. Samples without a class lie in `train/` itself.

A version of which all samples are in one part has no folders of parts, as nobody who reads it could tell them from
folders of classes. `FolderSource` reads the pictures back: pixels and parts as they were, and the classes, as far as
their names can name folders. Where they cannot, the folder's name is percent-encoded and `classes.json` says which
class it stands for.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.exports.archive import zipped
from studio.exports.base import Content, Paced
from studio.exports.pictures import encoded

MOST_CHARACTERS, MOST_BYTES = 100, 240
"""Of a folder's name: what may be a class's name when it comes back, and what file systems allow."""
SHORT = 50
"""Characters that are left of a longer name, in front of a hash."""
UNSAFE = re.compile(r'[%<>:"/\\|?*]|^[. ]|[. ]$|[^\x20-\x7e\u00a0-\U0010ffff]')
"""What some file system refuses, hides or drops in a name, and the sign that encodes it."""
RESERVED = re.compile(
    r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|__macosx|train(ing)?|val(id(ation)?)?|dev|test(ing)?",
    re.IGNORECASE,
)
"""What Windows keeps for devices, macOS for itself, and everybody for parts."""


def folder_names(class_names: Sequence[str]) -> list[str]:
    """Return a folder's name for each class: its own where every file system takes it, unlike all others.

    Names that differ only in case or in the spelling of an accent are the same to some file systems; all but the first
    of them end in a few digits of a hash, as do names that are too long.

    Example:
        >>> folder_names(["cats", "and/or", "..", "CON", "50 %"])
        ['cats', 'and%2For', '%2E%2E', '%43ON', '50 %25']
    """
    found: list[str] = []
    taken: set[str] = set()
    for name in class_names:
        safe = _encode(name)
        key = unicodedata.normalize("NFC", safe).casefold()
        long = len(safe) > MOST_CHARACTERS or len(safe.encode()) > MOST_BYTES
        start, digest = re.sub("%[0-9A-F]?$", "", safe[:SHORT]), name
        while long or key in taken:
            long = False
            digest = hashlib.sha256(digest.encode()).hexdigest()
            safe = f"{start}~{digest[:8]}"
            key = unicodedata.normalize("NFC", safe).casefold()
        taken.add(key)
        found.append(safe)
    return found


def _encode(name: str) -> str:
    """Percent-encode what cannot stand in a folder's name."""
    if RESERVED.fullmatch(name):
        return _percent(name[0]) + _encode(name[1:])
    if unicodedata.normalize("NFC", name) != name:
        return "".join(c if c.isalnum() and c.isascii() else _percent(c) for c in name)
    return UNSAFE.sub(lambda found: _percent(found.group()), name)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def write_folder(content: Content, target: Path, tick: Paced) -> None:
    """Write the zip.

    Beside the samples it holds `classes.json`, folder's name -> class name, where these differ, and
    `attribution.txt` where somebody is to be credited.
    """
    class_names = content.manifest.class_names
    folders = folder_names(class_names)
    places = {name: f"{folder}/" for name, folder in zip(class_names, folders, strict=True)}
    divided = np.count_nonzero(content.part_counts()) > 1
    suffix = ".png" if content.manifest.task == "images" else ".txt"
    with zipped(target) as archive:
        with closing(_files(content, tick)) as files:
            for rows, data in files:
                facts = zip(
                    rows.tolist(),
                    content.parts_of(rows),
                    content.classes_of(rows),
                    data,
                    strict=True,
                )
                for row, part, name, file in facts:
                    folder = (f"{part}/" if divided else "") + (
                        "" if name is None else places[name]
                    )
                    archive.write(f"{folder}{row:08}{suffix}", file)
        if folders != list(class_names):
            known = dict(zip(folders, class_names, strict=True))
            archive.write("classes.json", json.dumps(known, indent=1, ensure_ascii=False).encode())
        if content.manifest.attribution:
            archive.write("attribution.txt", f"{content.manifest.attribution}\n".encode())


def _files(
    content: Content, tick: Paced
) -> Generator[tuple[NDArray[np.int64], list[bytes]], None, None]:
    """Yield the numbers of some samples, and what their files hold."""
    if content.manifest.task == "images":
        yield from encoded(content, tick)
        return
    for rows in content.rows():
        yield rows, [text.encode() for text in content.samples[rows]]
        tick(len(rows))
