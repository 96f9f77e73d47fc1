"""Drawings made on the studio's own pad."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.core.dataset import Task
from studio.core.errors import InvalidInput, NotFound
from studio.core.names import check_class_name
from studio.core.quickdraw import SIDE
from studio.core.sources import DrawingsSource
from studio.sources.base import Chunk, Collected, Places, Progress, chunk_length
from studio.sources.lines import own_strokes


@dataclass
class Drawings:
    """One collection of 28x28 drawings, at most as many as there were when it was opened."""

    collection: str
    class_names: tuple[str, ...]
    count: int
    collect: Callable[[str], Collected | None]
    progress: Progress
    task: Task = "images"
    shape: tuple[int, int, int] = (SIDE, SIDE, 1)
    attribution: str = ""

    @property
    def fingerprint(self) -> str:
        """Name, classes and number of drawings."""
        return f"{self.collection} {self.class_names} {self.count}"

    @property
    def facts(self) -> dict[str, Any]:
        """Kind and name of the collection."""
        return {"kind": "drawings", "collection": self.collection}

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the drawings in the collection's order; the cursor is the number of those given out."""
        found = self.collect(self.collection)
        if found is None or _checked(found[0]) != self.class_names:
            raise InvalidInput(
                f'The collection "{self.collection}" changed while it was read.',
                "Its classes are not those it had at the start.",
                "Try again.",
            )
        done: int = cursor or 0
        rows = itertools.islice(found[1], done, self.count)
        while batch := list(itertools.islice(rows, chunk_length(self.shape))):
            self.progress(done, self.count, "samples", "reading drawings")
            done += len(batch)
            for pixels, label, _ in batch:
                self._check(pixels, label)
            samples = np.frombuffer(b"".join(pixels for pixels, _, _ in batch), np.uint8)
            labels = np.array([label for _, label, _ in batch], np.int32)
            strokes = [own_strokes(text) for _, _, text in batch]
            yield Chunk(
                samples.reshape(-1, *self.shape).copy(),
                labels,
                done,
                strokes=strokes,
            )
        self.progress(done, self.count, "samples", "reading drawings")

    def _check(self, pixels: bytes, label: int) -> None:
        if len(pixels) == SIDE * SIDE and 0 <= label < len(self.class_names):
            return
        raise InvalidInput(
            f'A drawing of the collection "{self.collection}" has {len(pixels)} bytes and class number {label}.',
            f"A drawing has {SIDE * SIDE} bytes and one of the {len(self.class_names)} classes.",
            "Remove that drawing.",
        )


def open_drawings(spec: DrawingsSource, places: Places, progress: Progress) -> Drawings:
    """Open a collection of drawings.

    Raises:
        NotFound: There is no collection of that name.
        InvalidInput: It holds no drawings.
    """
    found = places.drawings(spec.collection) if places.drawings else None
    if places.drawings is None or found is None:
        raise NotFound(
            f'There is no collection of drawings called "{spec.collection}".',
            "Nobody has drawn anything under that name.",
            "Draw something first, or choose another collection.",
        )
    class_names, _, count = found
    if not count:
        raise InvalidInput(
            f'The collection "{spec.collection}" is empty.',
            "A dataset holds at least one sample.",
            "Draw something first.",
        )
    return Drawings(spec.collection, _checked(class_names), count, places.drawings, progress)


def _checked(class_names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(check_class_name(name) for name in class_names)
