"""What the columns of a file of texts mean: found by their names, and read out of each row."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.dataset import EXCLUDED
from studio.core.errors import InvalidInput, nearest
from studio.core.sources import TextSource
from studio.sources.rows import (
    BLOCK,
    BOM,
    ONE_COLUMN,
    Lines,
    Place,
    Row,
    csv_rows,
    guarded,
    guess_encoding,
    json_rows,
)
from studio.sources.tree import PARTS, Tree

DELIMITERS = (",", ";", "\t", "|")
TEXT_COLUMNS = ("text", "sentence", "review", "content", "message")
LABEL_COLUMNS = ("label", "class", "category", "sentiment", "class_name")
SPLIT_COLUMNS = ("split",)
NAME_COLUMNS = ("name", "id")
LOOKED_AT = 100
"""Objects of a JSON Lines file that are looked at for the names of columns."""
SHOWN = 12


@dataclass(frozen=True)
class Sample:
    """What a row says; the label is as it stands there, empty for none."""

    text: str
    label: str
    split: int
    name: str


@dataclass(frozen=True)
class Table:
    """How a file is to be read.

    Args:
        columns: Their names: of the cells in their order, or the keys of the first objects.
        text, label, split: Positions in `columns`; None: there is no such column.
        names: Positions of columns with what a text is called; the first that says something is believed.
        begin: Where the first row of data begins.
        delimiter: Between cells; empty: it is JSON Lines.
        encoding: Of the file.
        ending: Of a line.
    """

    columns: tuple[str, ...]
    text: int
    label: int | None
    split: int | None
    names: tuple[int, ...]
    begin: Place
    delimiter: str = ""
    encoding: str = "utf-8"
    ending: bytes = b"\n"

    def read(self, row: Row) -> Sample | str:
        """Return what a row says, or why it says nothing."""
        if isinstance(row, str):
            return row
        if isinstance(row, dict):
            return self._read_object(row)
        width = len(self.columns)
        if len(row) < width:
            return f"it has {len(row)} of {width} columns"
        if any(row[width:]):
            return f"it has {len(row)} columns instead of {width}"
        text = row[self.text]
        if not text.strip():
            return "its text is empty"
        label = "" if self.label is None else row[self.label].strip()
        split = EXCLUDED if self.split is None else _code(row[self.split])
        return Sample(text, label, split, next(filter(None, (row[n] for n in self.names)), ""))

    def _read_object(self, row: dict[str, Any]) -> Sample | str:
        text = row.get(self.columns[self.text])
        if not isinstance(text, str):
            return "it has no text" if text is None else "its text is not a string"
        if not text.strip():
            return "its text is empty"
        label = None if self.label is None else row.get(self.columns[self.label])
        if isinstance(label, list | dict):
            return "its class is neither text nor a number"
        split = None if self.split is None else row.get(self.columns[self.split])
        names = (_word(row.get(self.columns[name])) for name in self.names)
        return Sample(text, _word(label).strip(), _code(split), next(filter(None, names), ""))


def _word(value: Any) -> str:
    """Return a value of JSON as a class, or a name, would be written."""
    if value is None or isinstance(value, list | dict):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _code(split: Any) -> int:
    return PARTS.get(split.strip().lower(), EXCLUDED) if isinstance(split, str) else EXCLUDED


def find_table(tree: Tree, index: int, spec: TextSource) -> Table:
    """Look at the beginning of a file for its encoding, its delimiter and its columns.

    Raises:
        InvalidInput: It is empty, or has no column that could be the texts, or none of a name that is asked for.
    """
    name = tree.names[index]
    with guarded(name), tree.stream(index) as stream:
        head = stream.read(BLOCK)
        start = len(BOM) if head.startswith(BOM) else 0
        if name.lower().endswith(".jsonl"):
            rows = itertools.islice(json_rows(Lines(stream, name, Place(start))), LOOKED_AT)
            keys = [key for _, row in rows if isinstance(row, dict) for key in row]
            return _table(list(dict.fromkeys(keys)), spec, name, Place(start))
        encoding = guess_encoding(head)
        ending = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
        found = []
        for delimiter in sorted(DELIMITERS, key=lambda d: d != "\t" or not name.endswith(".tsv")):
            lines = Lines(stream, name, Place(start), ending)
            _, first = next(csv_rows(lines, delimiter, encoding), (0, []))
            if isinstance(first, str):
                raise InvalidInput(
                    f'The first row of "{name}" cannot be read.',
                    f"The reason: {first}.",
                    "Correct it.",
                )
            cells = [cell.strip() for cell in first]
            texts = _position(cells, [spec.text_column] if spec.text_column else TEXT_COLUMNS)
            found.append((texts is not None, len(cells), cells, lines.place, delimiter))
    _, count, cells, begin, delimiter = max(found, key=lambda one: one[:2])
    if count == 1:
        delimiter = ONE_COLUMN
    return _table(cells, spec, name, begin, delimiter, encoding, ending)


def _table(columns: Sequence[str], spec: TextSource, name: str, *how: Any) -> Table:
    if not any(columns):
        raise InvalidInput(
            f'"{name}" holds no rows.',
            "It is empty, or its first rows are no rows of texts.",
            "Give a file with a row of column names and rows of texts, or an object a line.",
        )
    listed = ", ".join(f'"{column[:40]}"' for column in columns[:SHOWN])
    listed += ", …" if len(columns) > SHOWN else ""
    found: list[int | None] = []
    for given, usual in (
        (spec.text_column, TEXT_COLUMNS),
        (spec.label_column, LABEL_COLUMNS),
        (spec.split_column, SPLIT_COLUMNS),
    ):
        found.append(_position(columns, [given] if given else usual))
        if given and found[-1] is None:
            guess = nearest(given, columns)
            raise InvalidInput(
                f'"{name}" has no column called "{given}".',
                f"Its columns are {listed}.",
                f'Did you mean "{guess}"?' if guess else "Choose one of these.",
            )
    text, label, split = found
    if text is None:
        raise InvalidInput(
            f'No column of "{name}" is called {", ".join(TEXT_COLUMNS[:-1])} or {TEXT_COLUMNS[-1]}.',
            f"Its first row names {listed}.",
            "Say which of them holds the texts; if these are no names but data, put a row of names in front.",
        )
    names = [_position(columns, [column]) for column in NAME_COLUMNS]
    return Table(
        tuple(columns),
        text,
        label,
        split,
        tuple(position for position in names if position is not None),
        *how,
    )


def _position(columns: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Return where the first of the wanted names is that is there, exactly or in other letters."""
    lowered = [column.lower() for column in columns]
    for name in wanted:
        if name in columns:
            return columns.index(name)
        if name.strip().lower() in lowered:
            return lowered.index(name.strip().lower())
    return None
