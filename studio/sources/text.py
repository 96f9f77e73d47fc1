"""Texts in a `.csv`, `.tsv` or `.jsonl` file, one a row, with their class in a column."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.core.dataset import UNLABELLED, Task
from studio.core.errors import InvalidInput, TooLarge
from studio.core.names import check_class_name
from studio.core.sources import TextSource
from studio.sources.archive import open_tree
from studio.sources.base import CHUNK_BYTES, Chunk, Places, Progress, chunk_length
from studio.sources.rows import MAX_ROW, Lines, Place, csv_rows, guarded, json_rows
from studio.sources.tables import Sample, Table, find_table
from studio.sources.tree import Skipped, Tree, only_file

SUFFIXES = (".csv", ".tsv", ".jsonl")
MAX_CLASSES = 10_000


@dataclass
class Text:
    """Texts in the order of their file.

    Args:
        tree, index: The file.
        table: How to read it.
        classes: Label as it stands in the file -> class name.
        digest: SHA-256 of the rows.
        mark: Changes when the file does.
        skipped: Rows that give no text, known since the file was opened.
    """

    spec: TextSource
    tree: Tree
    index: int
    table: Table
    progress: Progress
    classes: dict[str, str] = field(default_factory=dict)
    count: int = 0
    digest: str = ""
    mark: int = 0
    skipped: Skipped = field(default_factory=Skipped)
    task: Task = "text"
    shape: tuple[int, int, int] = (0, 0, 0)
    attribution: str = ""

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.tree.names[self.index]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, sorted."""
        return tuple(sorted(set(self.classes.values())))

    @property
    def fingerprint(self) -> str:
        """The file's content, and how it is read."""
        return f"{self.name} {self.digest} {self.count} {self.table}"

    @property
    def facts(self) -> dict[str, Any]:
        """Which file was read how, and which rows were skipped and why."""
        settings = self.spec.model_dump(
            mode="json", exclude={"seed", "unlabelled_share"}, exclude_none=True
        )
        table = self.table
        used = {"text": table.text, "label": table.label, "split": table.split}
        return {
            **settings,
            "file": self.name,
            "encoding": table.encoding,
            "delimiter": table.delimiter.strip("\x1f"),
            "columns": {key: table.columns[at] for key, at in used.items() if at is not None},
            "skipped": self.skipped.as_dict(),
        }

    def look_through(self) -> None:
        """Read the whole file once: count its texts, find its classes, and what has to be skipped.

        Raises:
            InvalidInput: It holds no text, or cannot be read. TooLarge: A row is, or there are too many classes.
        """
        size, done = self.tree.size(self.index), self.table.begin.byte
        digest = hashlib.sha256()

        def look(block: bytes) -> None:
            nonlocal done
            digest.update(block)
            done = min(done + len(block), size)
            self.progress(done, size, "bytes", "looking through the texts")

        for line, sample in self._rows(_copy(self.table.begin), look):
            reason = sample if isinstance(sample, str) else self._learn(sample.label)
            if reason:
                self.skipped.add(f"line {line}", reason)
            else:
                self.count += 1
        self.digest, self.mark = digest.hexdigest(), self.tree.mark(self.index)
        if not self.count:
            first = "; ".join(f"{e['file']}: {e['reason']}" for e in self.skipped.files[:3])
            raise InvalidInput(
                f'There is not one text in "{self.name}".',
                f"{self.skipped.count:,} rows were skipped. {first}."
                if first
                else "It has no rows.",
                "Check that the columns are the right ones.",
            )

    def _learn(self, label: str) -> str:
        """Note which class a label means; return why it cannot mean one, empty where it can."""
        if not label or label in self.classes:
            return ""
        try:
            self.classes[label] = check_class_name(label)
        except InvalidInput as error:
            return f"{error.what} {error.why}".rstrip(".")
        if len(self.classes) > MAX_CLASSES:
            raise TooLarge(
                f'"{self.name}" has more than {MAX_CLASSES:,} classes, "{label}" among them.',
                f"A dataset has at most {MAX_CLASSES:,}.",
                "Choose another column for the classes.",
            )
        return ""

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        """Yield the texts. The cursor holds the byte and the line of the next row, and the texts given out.

        Raises:
            InvalidInput: The file changed since it was opened, or cannot be read.
        """
        codes = {name: code for code, name in enumerate(self.class_names)}
        known = {label: codes[name] for label, name in self.classes.items()} | {"": UNLABELLED}
        place, done = _copy(self.table.begin), 0
        if cursor is not None:
            place, done = Place(cursor["byte"], cursor["line"]), cursor["done"]
        rows: list[Sample] = []
        size, most = 0, chunk_length((1, 1, 1))
        self.progress(done, self.count, "samples", "reading texts")
        for _, sample in self._rows(place):
            if isinstance(sample, str) or sample.label not in known:
                continue
            rows.append(sample)
            size += 4 * len(sample.text)
            if len(rows) == most or size > CHUNK_BYTES - 4 * MAX_ROW:
                done += len(rows)
                yield self._chunk(rows, known, place, done)
                self.progress(min(done, self.count), self.count, "samples", "reading texts")
                rows, size = [], 0
        done += len(rows)
        if done != self.count or self.tree.mark(self.index) != self.mark:
            raise InvalidInput(
                f'"{self.name}" changed while it was read.',
                "Its texts are not those it had at the start.",
                "Wait until it is complete, then try again.",
            )
        if rows:
            yield self._chunk(rows, known, place, done)
        self.progress(done, self.count, "samples", "reading texts")

    def _chunk(self, rows: list[Sample], known: dict[str, int], place: Place, done: int) -> Chunk:
        said = self.spec.own_split and self.table.split is not None
        return Chunk(
            [row.text for row in rows],
            np.array([known[row.label] for row in rows], np.int32),
            {"byte": place.byte, "line": place.line, "done": done},
            [row.name for row in rows] if self.table.names else None,
            np.array([row.split for row in rows], np.uint8) if said else None,
        )

    def _rows(
        self, place: Place, look: Callable[[bytes], None] = lambda block: None
    ) -> Iterator[tuple[int, Sample | str]]:
        """Yield the line of every row from a place on, and what it says, or why it says nothing."""
        table = self.table
        with guarded(self.name), self.tree.stream(self.index) as stream:
            lines = Lines(stream, self.name, place, table.ending, look)
            if table.delimiter:
                rows = csv_rows(lines, table.delimiter, table.encoding)
            else:
                rows = json_rows(lines)
            for line, row in rows:
                yield line, table.read(row)


def _copy(place: Place) -> Place:
    return Place(place.byte, place.line)


def open_text(spec: TextSource, places: Places, progress: Progress) -> Text:
    """Open the one file of texts that a spec names, and look it through.

    Raises:
        StudioError: There is none or several, it breaks a rule, or holds no texts.
    """
    tree = open_tree("texts", spec, places, progress, alone=SUFFIXES)
    index = only_file(tree, SUFFIXES, "files of texts")
    source = Text(spec, tree, index, find_table(tree, index, spec), progress)
    source.look_through()
    return source
