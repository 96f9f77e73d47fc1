"""Quick, Draw! drawings as strokes: `.ndjson` files, one drawing a line, simplified or raw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.core.dataset import Task
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.core.quickdraw import ATTRIBUTION, SIDE
from studio.core.sources import StrokesSource
from studio.sources.archive import open_tree
from studio.sources.base import Chunk, Places, Progress, chunk_length
from studio.sources.lines import Block, Drawing, blocks, count_words, kept_strokes, parse, word_of
from studio.sources.pictures import Unreadable
from studio.sources.raster import rasterise_all
from studio.sources.tree import Skipped, Tree

SUFFIXES = (".ndjson", ".ndjson.gz")
MAX_CLASSES = 10_000
BATCH_DRAWINGS, BATCH_POINTS = 64, 20_000
"""Drawings, or points, that are drawn at a time."""


@dataclass
class _State:
    """How far a run through the files is; what a cursor holds.

    Args:
        file: Position in the list of files.
        offset, line: Bytes and lines of it that were read.
        taken: Drawings taken of each word.
        unrecognized: Drawings left out because the game did not recognise them.
    """

    file: int = 0
    offset: int = 0
    line: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    unrecognized: int = 0
    skipped: Skipped = field(default_factory=Skipped)

    def as_dict(self) -> dict[str, Any]:
        """Return what `of` reads."""
        return {**vars(self), "taken": dict(self.taken), "skipped": self.skipped.as_dict()}

    @classmethod
    def of(cls, value: dict[str, Any]) -> _State:
        """Return what `as_dict` made."""
        taken, skipped = Counter(value["taken"]), Skipped(**value["skipped"]).copy()
        return cls(**{**value, "taken": taken, "skipped": skipped})


@dataclass
class Strokes:
    """Drawings in the order of the files and of their lines.

    Args:
        files: Indices into the tree's names.
        counts: Lines of each word, of each of these files.
    """

    spec: StrokesSource
    tree: Tree
    files: list[int]
    counts: list[Counter[str]]
    class_names: tuple[str, ...]
    listed: Skipped
    progress: Progress
    task: Task = "images"
    shape: tuple[int, int, int] = (SIDE, SIDE, 1)
    attribution: str = ATTRIBUTION

    def __post_init__(self) -> None:
        """Sum up what there is, and how much of it is taken."""
        self.available: Counter[str] = sum(self.counts, Counter())
        most = self.spec.per_class or self.available.total()
        self._wanted = {word: min(count, most) for word, count in self.available.items()}
        self._end = _State(skipped=self.listed.copy())

    @property
    def count(self) -> int:
        """Drawings that will be taken, or fewer where lines turn out to be none."""
        return sum(self._wanted.values())

    @property
    def fingerprint(self) -> str:
        """The files' names and sizes, and the words in them."""
        files = [(self.tree.names[index], self.tree.size(index)) for index in self.files]
        return f"{files} {sorted(self._wanted.items())} {self.spec.recognized_only}"

    @property
    def facts(self) -> dict[str, Any]:
        """Where the files were, for each word how many drawings were taken of how many, and what was skipped."""
        settings = self.spec.model_dump(exclude={"seed", "unlabelled_share"}, exclude_none=True)
        return {
            **settings,
            "categories": {
                word: {"taken": self._end.taken[word], "available": self.available[word]}
                for word in self.class_names
            },
            "unrecognized": self._end.unrecognized,
            "skipped": self._end.skipped.as_dict(),
        }

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the drawings. The cursor holds file, place in it, and the counts so far.

        Raises:
            InvalidInput: There is not one drawing.
        """
        state = _State(skipped=self.listed.copy()) if cursor is None else _State.of(cursor)
        labels = {word: label for label, word in enumerate(self.class_names)}
        length = chunk_length(self.shape)
        codes: list[int] = []
        names: list[str] = []
        strokes: list[str] = []
        samples = np.empty((length, *self.shape), np.uint8)
        batch: list[Drawing] = []
        points = 0
        for drawing in self._drawings(state):
            codes.append(labels[drawing.word])
            names.append(drawing.key or f"{self.tree.names[self.files[state.file]]}:{state.line}")
            strokes.append(kept_strokes(drawing.points, drawing.lengths))
            batch.append(drawing)
            points += drawing.points.shape[1]
            if len(codes) == length or len(batch) == BATCH_DRAWINGS or points > BATCH_POINTS:
                samples[len(codes) - len(batch) : len(codes), :, :, 0] = _draw(batch)
                batch, points = [], 0
                self.progress(state.taken.total(), self.count, "samples", "drawing strokes")
            if len(codes) == length:
                yield Chunk(
                    samples, np.array(codes, np.int32), state.as_dict(), names, strokes=strokes
                )
                samples, codes, names, strokes = np.empty_like(samples), [], [], []
        if batch:
            samples[len(codes) - len(batch) : len(codes), :, :, 0] = _draw(batch)
        self._end = state
        if not state.taken:
            raise _nothing(state.skipped)
        if codes:
            kept = samples[: len(codes)].copy()
            yield Chunk(kept, np.array(codes, np.int32), state.as_dict(), names, strokes=strokes)
        self.progress(self.count, self.count, "samples", "drew all strokes")

    def _drawings(self, state: _State) -> Iterator[Drawing]:
        """Yield the drawings that are taken; `state` is then what holds behind each."""
        for number in range(state.file, len(self.files)):
            state.file = number
            name = self.tree.names[self.files[state.file]]
            here = self.counts[state.file]
            if not self._is_full(here, state):
                try:
                    with blocks(self.tree, self.files[state.file], state.offset) as found:
                        yield from self._of_file(found, name, here, state)
                except Unreadable as error:
                    state.skipped.add(name, str(error))
            state.file, state.offset, state.line = number + 1, 0, 0

    def _of_file(
        self, found: Iterator[Block], name: str, here: Counter[str], state: _State
    ) -> Iterator[Drawing]:
        for block, length in found:
            self.progress(state.taken.total(), self.count, "samples", "reading strokes")
            end = state.offset + length
            for line in block.removesuffix(b"\n").split(b"\n"):
                state.offset = min(state.offset + len(line) + 1, end)
                state.line += 1
                if drawing := self._take(line, name, state):
                    yield drawing
                    if self._is_full(here, state):
                        return
            state.offset = end

    def _take(self, line: bytes, name: str, state: _State) -> Drawing | None:
        """Return the line's drawing if it is one and is wanted."""
        if not line.strip():
            return None
        if self.spec.per_class and (word := word_of(line)) and not self._wants(word, state):
            return None
        try:
            drawing = parse(line)
        except Unreadable as error:
            state.skipped.add(f"{name}:{state.line}", str(error))
            return None
        if not self._wants(drawing.word, state):
            return None
        if self.spec.recognized_only and not drawing.recognized:
            state.unrecognized += 1
            return None
        state.taken[drawing.word] += 1
        return drawing

    def _wants(self, word: str, state: _State) -> bool:
        return state.taken[word] < self._wanted.get(word, 0)

    def _is_full(self, words: Counter[str], state: _State) -> bool:
        return self.spec.per_class is not None and not any(
            self._wants(word, state) for word in words
        )


def _draw(batch: list[Drawing]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    points = np.concatenate([drawing.points for drawing in batch], axis=1)
    lengths = [length for drawing in batch for length in drawing.lengths]
    return rasterise_all(points, lengths, [len(drawing.lengths) for drawing in batch])


def open_strokes(spec: StrokesSource, places: Places, progress: Progress) -> Strokes:
    """Look through the `.ndjson` (or `.ndjson.gz`) files of a folder, archive or upload for the words in them.

    Raises:
        StudioError: There are none, they break a rule, or hold no drawings.
    """
    tree = open_tree("drawings", spec, places, progress, alone=SUFFIXES)
    skipped = tree.skipped.copy()
    files = []
    for index, name in enumerate(tree.names):
        if name.lower().endswith(SUFFIXES):
            files.append(index)
        else:
            skipped.add(name, "it is not an .ndjson file")
    sizes = [tree.size(index) for index in files]
    counts = []
    words: set[str] = set()
    for number, index in enumerate(files):
        before, size = sum(sizes[:number]), sizes[number]
        counts.append(_count(tree, index, before, size, sum(sizes), progress))
        words.update(counts[-1])
        if len(words) > MAX_CLASSES:
            raise TooLarge(
                f"The drawings are of more than {MAX_CLASSES:,} words.",
                f"A dataset has at most {MAX_CLASSES:,} classes.",
                "Check that the files are drawings of Quick, Draw!.",
            )
    if not words:
        raise _nothing(skipped)
    return Strokes(spec, tree, files, counts, tuple(sorted(words)), skipped, progress)


def _count(
    tree: Tree, index: int, before: int, size: int, total: int, progress: Progress
) -> Counter[str]:
    """Count the lines of each word in one file."""
    words: Counter[bytes] = Counter()
    read = 0
    try:
        with blocks(tree, index) as found:
            for block, length in found:
                read += length
                progress(before + min(read, size), total, "bytes", "looking for words")
                words.update(count_words(block))
    except Unreadable:
        pass  # said when the file is read
    checked: Counter[str] = Counter()
    for word, count in words.items():
        with suppress(InvalidInput, UnicodeDecodeError):  # said line by line
            checked[check_class_name(word.decode())] += count
    return checked


def _nothing(skipped: Skipped) -> InvalidInput:
    first = "; ".join(f"{entry['file']}: {entry['reason']}" for entry in skipped.files[:3])
    return InvalidInput(
        "There is not one drawing that can be read.",
        f"{skipped.count:,} lines or files were looked at. {first}."
        if first
        else "There are no .ndjson files with drawings.",
        'Use the .ndjson files of Quick, Draw!, one {"word", "drawing"} a line.',
    )
