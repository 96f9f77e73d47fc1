"""Pictures in a folder, a zip archive or an upload: the folder a picture lies in is its class."""

from __future__ import annotations

import os
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.core.sources import FolderSource
from studio.sources.archive import Archive
from studio.sources.base import Chunk, Places, Progress, chunk_length, one_place, wait_for
from studio.sources.pictures import MAX_BYTES, Unreadable, decode, looks_like_picture
from studio.sources.tree import Directory, Read, Skipped, Tree, is_hidden

PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"}
MAX_CLASSES = 10_000
WORKERS = min(4, os.cpu_count() or 1)
BATCH_FILES, BATCH_BYTES = 32, 4 * 2**20
"""One thread decodes so many files, or bytes, at a time; more costs memory, fewer costs time."""
WAITING_BYTES = 64 * 2**20
"""Bytes that may wait to be decoded."""

Decoded = tuple[int, NDArray[np.uint8] | Unreadable]


@dataclass
class Folder:
    """Pictures of one tree of files, in the order of their names.

    Args:
        tree: The files.
        files: Indices into the tree's names of the files that may be pictures.
        labels: Class of each of these files, -1 for none.
        listed: Files that were skipped already when they were listed.
    """

    spec: FolderSource
    tree: Tree
    class_names: tuple[str, ...]
    files: list[int]
    labels: NDArray[np.int32]
    listed: Skipped
    progress: Progress
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
    def facts(self) -> dict[str, Any]:
        """Where the pictures were, how they were changed, and which files were skipped and why."""
        settings = self.spec.model_dump(exclude={"seed", "unlabelled_share"}, exclude_none=True)
        return {**settings, "files": self.count, "skipped": self.skipped.as_dict()}

    def chunks(self) -> Iterator[Chunk]:
        """Yield the pictures that can be read.

        Raises:
            InvalidInput: Not one of them can.
        """
        skipped, taken = self.listed.copy(), 0
        length = chunk_length(self.shape)
        samples: NDArray[np.uint8] = np.empty((length, *self.shape), np.uint8)
        labels: list[int] = []
        for index, found in self._decoded():
            if isinstance(found, Unreadable):
                skipped.add(self.tree.names[self.files[index]], str(found))
                continue
            samples[len(labels)] = found
            labels.append(int(self.labels[index]))
            taken += 1
            if len(labels) == length:
                yield samples, np.array(labels, np.int32)
                samples, labels = np.empty_like(samples), []
        self.skipped = skipped
        if not taken:
            raise _nothing(skipped)
        if labels:
            yield samples[: len(labels)].copy(), np.array(labels, np.int32)

    def _decoded(self) -> Iterator[Decoded]:
        """Yield every file's sample, or why it has none, in order, decoded by several threads."""
        waiting: deque[tuple[Future[list[Decoded]], int]] = deque()
        done = 0

        def tick() -> None:
            self.progress(done, self.count, "samples", "reading pictures")

        def oldest() -> list[Decoded]:
            nonlocal done
            results = wait_for(waiting.popleft()[0], tick)
            done += len(results)
            tick()
            return results

        with self.tree.opened() as read, ThreadPoolExecutor(WORKERS) as pool:
            try:
                for batch, size in self._batches(read):
                    waiting.append((pool.submit(self._decode, batch), size))
                    while len(waiting) > 2 * WORKERS or (
                        len(waiting) > 1 and sum(size for _, size in waiting) > WAITING_BYTES
                    ):
                        yield from oldest()
                    tick()
                while waiting:
                    yield from oldest()
            finally:
                for future, _ in waiting:
                    future.cancel()

    def _batches(self, read: Read) -> Iterator[tuple[list[tuple[int, bytes | Unreadable]], int]]:
        """Yield the bytes of some files, and their size in all."""
        batch: list[tuple[int, bytes | Unreadable]] = []
        size = 0
        for index, file in enumerate(self.files):
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
                    data, size=self.spec.size, colour=self.spec.colour, invert=self.spec.invert
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


def name_classes(names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Make classes of folders.

    A picture's class is the first folder on its path; at the top it has none. One single folder that holds folders
    (and everything else) is the root somebody zipped or picked, and is left out.

    Args:
        names: Paths of pictures, parts divided by `/`.

    Returns:
        The class names, sorted, and int32 (len(names),): the class of each picture, -1 for none.

    Raises:
        InvalidInput: A folder's name cannot be a class name.
        TooLarge: More than 10,000 folders.
    """
    paths = [name.split("/") for name in names]
    one_root = len({path[0] for path in paths}) == 1 and all(len(path) > 1 for path in paths)
    depth = 1 if one_root and any(len(path) > 2 for path in paths) else 0
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
    place = one_place("pictures", spec.path, spec.upload, places.uploads)
    if spec.upload is not None:
        place = _only_zip(place) or place
    tree: Tree
    if place.is_dir():
        tree = Directory(place, progress)
    elif place.is_file():
        tree = Archive(place, progress)
    else:
        raise InvalidInput(
            f'"{place}" is neither a folder nor a file.',
            "Pictures are read from a folder or from a zip archive.",
            "Give one of these.",
        )
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
    class_names, labels = name_classes([tree.names[index] for index in files])
    return Folder(spec, tree, class_names, files, labels, skipped, progress)


def _sniff(read: Read, index: int) -> bool:
    """Tell whether a file without a picture's suffix is a picture all the same."""
    try:
        return looks_like_picture(read(index, 12))
    except Unreadable:
        return False


def _only_zip(folder: Path) -> Path | None:
    """Return the zip archive that is all there is in an upload."""
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not is_hidden(path.relative_to(folder).as_posix())
    ]
    return files[0] if len(files) == 1 and files[0].suffix.lower() == ".zip" else None
