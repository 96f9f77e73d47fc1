"""Quick, Draw! bitmaps, from a folder of `<category>.npy`, an upload, or the public bucket."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.dataset import Task
from studio.core.errors import InvalidInput, NotFound, nearest
from studio.core.quickdraw import ATTRIBUTION, SIDE
from studio.core.samples import let_go
from studio.core.sources import QuickDrawSource
from studio.sources.base import Chunk, Places, Progress, chunk_length, one_place
from studio.sources.npy import Bitmaps, open_bitmaps

PUBLISHED_PREFIX = "full_numpy_bitmap_"
"""What the bucket's web page puts before a file's name."""
READ_ROWS = 512
"""Drawings read between two reports of progress; on a slow disk each may cost a seek."""


@dataclass
class QuickDraw:
    """Drawings of the chosen categories, one after the other.

    Args:
        files: Drawings of each class, in the order of class_names.
        at_random: Choose at random among a file's drawings, else take the first.
        origin: Where the files came from, for the facts.
    """

    class_names: tuple[str, ...]
    files: list[Bitmaps]
    per_class: int
    seed: int
    at_random: bool
    origin: dict[str, str]
    progress: Progress
    task: Task = "images"
    shape: tuple[int, int, int] = (SIDE, SIDE, 1)
    attribution: str = ATTRIBUTION

    @property
    def fingerprint(self) -> str:
        """The drawings there are of each category, and which of them are taken."""
        there = [file.available for file in self.files]
        return f"{self.class_names} {there} {self._taken()} {self.at_random} {self.seed}"

    @property
    def count(self) -> int:
        """Drawings that will be taken."""
        return sum(self._taken())

    @property
    def facts(self) -> dict[str, Any]:
        """Origin, and for each category how many drawings were taken of how many."""
        categories = {
            name: {"taken": taken, "available": file.available}
            for name, file, taken in zip(self.class_names, self.files, self._taken(), strict=True)
        }
        return {
            "kind": "quickdraw",
            **self.origin,
            "per_class": self.per_class,
            "choice": "at random" if self.at_random else "the first",
            "categories": categories,
            "fewer_than_asked": [n for n, c in categories.items() if c["taken"] < self.per_class],
        }

    def _taken(self) -> list[int]:
        return [min(self.per_class, len(file.pixels)) for file in self.files]

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the drawings class by class, each in the order of its file; the cursor counts those given out."""
        done, count = 0, self.count
        skip: int = cursor or 0
        step = chunk_length(self.shape)
        for label, (name, file) in enumerate(zip(self.class_names, self.files, strict=True)):
            rows = np.arange(min(self.per_class, len(file.pixels)))
            if self.at_random:
                # A stream of its own for each category: adding one does not change the others' choice.
                generator = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
                rows = np.sort(generator.choice(len(file.pixels), len(rows), replace=False))
            if skip >= done + len(rows):
                done += len(rows)
                continue
            first = max(0, skip - done)
            done += first
            for start in range(first, len(rows), step):
                chosen = rows[start : start + step]
                samples = np.empty((len(chosen), SIDE * SIDE), np.uint8)
                for at in range(0, len(chosen), READ_ROWS):
                    self.progress(done + at, count, "samples", f"reading {name}")
                    samples[at : at + READ_ROWS] = file.pixels[chosen[at : at + READ_ROWS]]
                done += len(chosen)
                let_go(file.pixels)
                labels = np.full(len(chosen), label, np.int32)
                yield Chunk(samples.reshape(-1, *self.shape), labels, done)
        self.progress(done, count, "samples", "read all drawings")


def _npy_files(place: Path) -> dict[str, Path]:
    """Return the folder's `.npy` files by category; those of its only folder if it has none itself."""
    if not place.is_dir():
        raise InvalidInput(
            f'"{place.name}" is not a folder.',
            "The drawings are read from a folder that holds one <category>.npy a category.",
            "Give the folder instead of the file.",
        )
    try:
        entries = sorted(place.iterdir())
        found = [path for path in entries if path.suffix == ".npy"]
        folders = [p for p in entries if p.is_dir() and not p.name.startswith(".")]
        if not found and len(folders) == 1:
            found = sorted(folders[0].glob("*.npy"))
    except OSError as error:
        raise InvalidInput(
            f'The folder "{place.name}" cannot be read.',
            f"The system says: {error.strerror}.",
            "Check that it may be read by the account the studio runs under.",
        ) from error
    return {path.stem.removeprefix(PUBLISHED_PREFIX): path for path in found}


def _find(category: str, files: dict[str, Path]) -> Path:
    if category in files:
        return files[category]
    names = sorted(files)
    listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    guess = nearest(category, names)
    raise NotFound(
        f'There is no file "{category}.npy".',
        f"The folder has drawings of: {listed}." if names else "The folder has no .npy files.",
        (f'Did you mean "{guess}"? If not, add' if guess else "Add")
        + f' "{category}.npy", or leave the folder empty to download it.',
    )


def open_quickdraw(spec: QuickDrawSource, places: Places, progress: Progress) -> QuickDraw:
    """Open, and where no folder or upload is given download, the drawings of the chosen categories.

    From files at hand `per_class` drawings are chosen at random. Of a download only the beginning is fetched, so there
    it is the first `per_class` of the published order.

    Raises:
        StudioError: A file is missing, broken or not to be reached.
    """
    categories = tuple(dict.fromkeys(spec.categories))
    at_hand = spec.folder is not None or spec.upload is not None
    if not at_hand:
        from studio.sources import download  # httpx takes a moment to import; few sources need it

        address = download.bucket()
        files = download.fetch(
            categories, spec.per_class, cache=places.cache / "quickdraw", progress=progress
        )
        origin = {"from": "download", "address": address}
    else:
        found = _npy_files(one_place("drawings", spec, places, progress))
        files = [open_bitmaps(_find(category, found)) for category in categories]
        origin = (
            {"from": "upload", "upload": spec.upload}
            if spec.upload
            else {"from": "folder", "folder": str(spec.folder)}
        )
    return QuickDraw(categories, files, spec.per_class, spec.seed, at_hand, origin, progress)
