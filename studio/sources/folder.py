"""Pictures in a folder, a zip archive or an upload: the folder a picture lies in is its class."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import EXCLUDED, UNLABELLED, Task
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.core.sources import FolderSource
from studio.sources.archive import open_tree
from studio.sources.base import Chunk, Places, Progress, chunk_length
from studio.sources.ordered import WAITING_BYTES, in_order
from studio.sources.pictures import MAX_BYTES, Unreadable, decode, looks_like_picture
from studio.sources.tree import PARTS, Read, Skipped, Tree, fingerprint

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"}
MAX_CLASSES = 10_000
BATCH_FILES, BATCH_BYTES = 32, 4 * 2**20
"""One thread decodes so many files, or bytes, at a time; more costs memory, fewer costs time."""

Decoded = tuple[int, NDArray[np.uint8] | Unreadable]


@dataclass
class Folder:
    """Pictures of one tree of files, in the order of their names.

    Args:
        tree: The files.
        files: Indices into the tree's names of the files that may be pictures.
        labels: Class of each of these files, -1 for none.
        split: uint8 (files,), the part each file belongs to by its folder; None: the folders do not say.
        listed: Files that were skipped already when they were listed.
    """

    spec: FolderSource
    tree: Tree
    class_names: tuple[str, ...]
    files: list[int]
    labels: NDArray[np.int32]
    listed: Skipped
    progress: Progress
    split: NDArray[np.uint8] | None = None
    task: Task = "images"
    attribution: str = ""
    skipped: Skipped = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the files that were skipped already when they were listed."""
        self.skipped = self.listed.copy()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one sample."""
        return self.spec.size, self.spec.size, 1 if self.spec.colour == "grey" else 3

    @property
    def count(self) -> int:
        """Files that may be pictures; those that turn out unreadable are skipped."""
        return len(self.files)

    @property
    def fingerprint(self) -> str:
        """The files' names, and what changes with them."""
        return f"{fingerprint(self.tree)} {len(self.files)}"

    @property
    def facts(self) -> dict[str, Any]:
        """Where the pictures were, how they were changed, and which files were skipped and why."""
        settings = self.spec.model_dump(exclude={"seed", "unlabelled_share"}, exclude_none=True)
        return {**settings, "files": self.count, "skipped": self.skipped.as_dict()}

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the pictures that can be read. The cursor holds the files done, taken and skipped.

        Raises:
            InvalidInput: Not one of them can.
        """
        first, taken, skipped = 0, 0, self.listed.copy()
        if cursor is not None:
            first, taken = cursor["files"], cursor["taken"]
            skipped = Skipped(**cursor["skipped"])
        length = chunk_length(self.shape)
        samples: NDArray[np.uint8] = np.empty((length, *self.shape), np.uint8)
        rows: list[int] = []
        for index, found in self._decoded(first):
            if isinstance(found, Unreadable):
                skipped.add(self.tree.names[self.files[index]], str(found))
                continue
            samples[len(rows)] = found
            rows.append(index)
            taken += 1
            if len(rows) == length:
                yield self._chunk(samples, rows, taken, skipped)
                samples, rows = np.empty_like(samples), []
        self.skipped = skipped
        if not taken:
            raise _nothing(skipped)
        if rows:
            yield self._chunk(samples[: len(rows)].copy(), rows, taken, skipped)

    def _chunk(
        self, samples: NDArray[np.uint8], rows: list[int], taken: int, skipped: Skipped
    ) -> Chunk:
        cursor = {"files": rows[-1] + 1, "taken": taken, "skipped": skipped.as_dict()}
        names = [self.tree.names[self.files[row]] for row in rows]
        split = None if self.split is None else self.split[rows]
        return Chunk(samples, self.labels[rows].copy(), cursor, names, split)

    def _decoded(self, first: int) -> Iterator[Decoded]:
        """Yield every file's sample from `first` on, or why it has none, in order, decoded by several threads."""
        done = first

        def tick() -> None:
            self.progress(done, self.count, "samples", "reading pictures")

        with self.tree.opened() as read:
            for results in in_order(self._batches(read, first), self._decode, tick, WAITING_BYTES):
                done += len(results)
                tick()
                yield from results

    def _batches(
        self, read: Read, first: int
    ) -> Iterator[tuple[list[tuple[int, bytes | Unreadable]], int]]:
        """Yield the bytes of some files, and their size in all."""
        batch: list[tuple[int, bytes | Unreadable]] = []
        size = 0
        for index in range(first, len(self.files)):
            file = self.files[index]
            try:
                data = read(file, MAX_BYTES + 1)
                size += len(data)
                batch.append((index, data))
            except Unreadable as error:
                batch.append((index, error))
            if len(batch) == BATCH_FILES or size > BATCH_BYTES:
                yield batch, size
                batch, size = [], 0
        if batch:
            yield batch, size

    def _decode(self, batch: list[tuple[int, bytes | Unreadable]]) -> list[Decoded]:
        results: list[Decoded] = []
        for index, data in batch:
            try:
                if isinstance(data, Unreadable):
                    raise data
                if len(data) > MAX_BYTES:
                    raise Unreadable(f"it has more than {MAX_BYTES:,} bytes")
                sample = decode(
                    data,
                    size=self.spec.size,
                    colour=self.spec.colour,
                    fit=self.spec.fit,
                    invert=self.spec.invert,
                )
                results.append((index, sample))
            except Unreadable as error:
                results.append((index, error))
        return results


def _nothing(skipped: Skipped) -> InvalidInput:
    if not skipped.count:
        why = "There are no files in it."
    else:
        first = "; ".join(f"{entry['file']}: {entry['reason']}" for entry in skipped.files[:3])
        why = f"{skipped.count:,} files were looked at. {first}."
    return InvalidInput(
        "There is not one picture that can be read.",
        why,
        "Put png, jpg, webp, bmp or gif pictures into one folder for each class.",
    )


def name_parts(names: Sequence[str]) -> tuple[NDArray[np.uint8] | None, int]:
    """Tell by the folders of pictures whether somebody has divided them into parts.

    They have where there are at least two folders at the top and all are called train, validation (val, valid, dev)
    or test; the classes then lie below these.

    Args:
        names: Paths of pictures, parts divided by `/`.

    Returns:
        uint8 (len(names),), codes of SPLIT_NAMES, EXCLUDED for pictures outside these folders, or None where nobody
        has; and the number of folders on each path before the one that is the class.
    """
    paths = [name.split("/") for name in names]
    one_root = len({path[0] for path in paths}) == 1 and all(len(path) > 1 for path in paths)
    depth = 1 if one_root and any(len(path) > 2 for path in paths) else 0
    folders = [path[depth].lower() if len(path) > depth + 1 else "" for path in paths]
    if len(set(folders) - {""}) < 2 or not set(folders) <= {*PARTS, ""}:
        return None, depth
    return np.array([PARTS.get(folder, EXCLUDED) for folder in folders], np.uint8), depth + 1


def name_classes(
    names: Sequence[str], depth: int | None = None
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Make classes of folders.

    A picture's class is the first folder on its path; at the top it has none. One single folder that holds folders
    (and everything else) is the root somebody zipped or picked, and is left out, as are folders of parts.

    Args:
        names: Paths of pictures, parts divided by `/`.
        depth: Folders on each path before its class. Default: as `name_parts` finds it.

    Returns:
        The class names, sorted, and int32 (len(names),): the class of each picture, -1 for none.

    Raises:
        InvalidInput: A folder's name cannot be a class name.
        TooLarge: More than 10,000 folders.
    """
    if depth is None:
        depth = name_parts(names)[1]
    paths = [name.split("/") for name in names]
    folders = [path[depth] if len(path) > depth + 1 else None for path in paths]
    # The same name comes in two spellings from two systems: an accent apart from its letter, or with it.
    known = {
        folder: check_class_name(unicodedata.normalize("NFC", folder))
        for folder in set(folders)
        if folder is not None
    }
    class_names = tuple(sorted(set(known.values())))
    if len(class_names) > MAX_CLASSES:
        raise TooLarge(
            f"The pictures lie in {len(class_names):,} folders.",
            f"A dataset has at most {MAX_CLASSES:,} classes.",
            "Check that the folders are classes.",
        )
    labels = {name: label for label, name in enumerate(class_names)}
    codes = [UNLABELLED if folder is None else labels[known[folder]] for folder in folders]
    return class_names, np.array(codes, np.int32)


def open_folder(spec: FolderSource, places: Places, progress: Progress) -> Folder:
    """Open the folder, archive or upload that holds pictures.

    Raises:
        StudioError: There is none, it breaks a rule, or holds no pictures.
    """
    tree = open_tree("pictures", spec, places, progress)
    skipped = tree.skipped.copy()
    files = []
    with tree.opened() as read:
        for index, name in enumerate(tree.names):
            progress(index, len(tree.names), "files", "looking for pictures")
            if os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES or _sniff(read, index):
                files.append(index)
            else:
                skipped.add(name, "it is not a png, jpg, webp, bmp or gif picture")
    if not files:
        raise _nothing(skipped)
    names = [tree.names[index] for index in files]
    split, depth = name_parts(names)
    class_names, labels = name_classes(names, depth)
    return Folder(
        spec,
        tree,
        class_names,
        files,
        labels,
        skipped,
        progress,
        split if spec.own_split else None,
    )


def _sniff(read: Read, index: int) -> bool:
    """Tell whether a file without a picture's suffix is a picture all the same."""
    try:
        return looks_like_picture(read(index, 12))
    except Unreadable:
        return False
