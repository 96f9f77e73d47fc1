"""CSV and JSON Lines: a row a sample, with id, name, text (of texts), label and split; Parquet of tables.

The rows of a table have its own columns, the target among them, and `split`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import numpy as np

from studio.exports.base import Content, Paced

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet run a cell instead of showing it."""

Cell = int | float | bool | str | None


def columns(content: Content) -> list[str]:
    """Return the names of the columns, which are also the keys in JSON Lines."""
    if content.table is not None:
        return [*content.table.names, split_name(content.table.names)]
    text = ["text"] if content.manifest.task == "text" else []
    return ["id", "name", *text, "label", "split"]


def split_name(names: list[str]) -> str:
    """Return what the column with the part of a row is called, unlike all others."""
    name = "split"
    while name in names:
        name += "_"
    return name


def _rows(content: Content, tick: Paced) -> Iterator[tuple[Cell, ...]]:
    """Yield a value for each column of each sample; None where there is no name or no class."""
    for rows in content.rows():
        if content.table is not None:
            parts = content.parts_of(rows)
            for values, part in zip(content.table.values(rows), parts, strict=True):
                yield *values, part
            tick(len(rows))
            continue
        texts = [list(content.samples[rows])] if content.manifest.task == "text" else []
        yield from zip(
            rows.tolist(),
            content.names_of(rows),
            *texts,
            content.classes_of(rows),
            content.parts_of(rows),
            strict=True,
        )
        tick(len(rows))


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return cell
    shown = cell.replace("\0", "\ufffd")
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def write_csv(content: Content, target: Path, tick: Paced) -> None:
    """Write a CSV file, UTF-8 with the line ends of RFC 4180; what is not known is an empty cell.

    A cell that begins with = + - @, a tab or a carriage return gets a ' in front, as spreadsheets would run it as a
    formula. The ' stays when the file is imported. A NUL, which no reader of CSV expects, becomes U+FFFD. JSON Lines
    is the format that keeps every text as it is.
    """
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(_safe, columns(content)))
        writer.writerows(map(_safe, row) for row in _rows(content, tick))


def write_parquet(content: Content, target: Path, tick: Paced) -> None:
    """Write the rows of a table with the types of its columns, and their part as the column `split`."""
    assert content.table is not None  # `check_export` lets nothing else through
    rows = np.concatenate(list(content.rows()))
    more = {split_name(content.table.names): content.parts_of(rows)}
    content.table.write_parquet(rows, more, target)
    tick(len(rows))


def write_jsonl(content: Content, target: Path, tick: Paced) -> None:
    """Write an object a line, UTF-8; what is not known is null.

    Where samples of the version may have several classes, `tags` lists them; where texts have marked stretches, `spans`
    lists them with start, end (characters) and class_name.
    """
    names = columns(content)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for row, marks in _with_marks(content, _rows(content, tick)):
            facts = {**dict(zip(names, row, strict=True)), **marks}
            file.write(json.dumps(facts, ensure_ascii=False) + "\n")


def _with_marks(
    content: Content, rows: Iterator[tuple[Cell, ...]]
) -> Iterator[tuple[tuple[Cell, ...], dict[str, object]]]:
    """Pair rows with their marks; a version without any is not walked through for them."""
    if len(content.tags) or len(content.spans):
        return zip(rows, _marks(content), strict=True)
    return zip(rows, repeat({}))


def _marks(content: Content) -> Iterator[dict[str, object]]:
    """Yield the tags and spans of each sample, as far as the version has any at all."""
    for rows in content.rows():
        tags = content.tags_of(rows) if len(content.tags) else None
        spans = content.spans_of(rows) if len(content.spans) else None
        for place in range(len(rows)):
            yield {
                **({} if tags is None else {"tags": tags[place]}),
                **({} if spans is None else {"spans": spans[place]}),
            }
