"""Answers in CSV and JSON Lines files: those that the studio wrote, and simple tables that anybody makes."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from studio.core.answer_formats import best_value
from studio.core.errors import InvalidInput, StudioError, from_validation
from studio.core.label_answer import LabelRecord, LabelValue, SessionAnswer, Span
from studio.core.labelstudio import in_picture
from studio.core.names import check_class_name
from studio.core.sample import Box
from studio.sources.answers_base import (
    MAX_FILE,
    Fault,
    Said,
    Wish,
    comment_of,
    score_of,
    seconds_of,
    word_of,
)
from studio.sources.answers_lookup import KnownSamples
from studio.sources.base import Progress
from studio.sources.rows import BOM, Lines, Place, Row, csv_rows, guarded, guess_encoding, json_rows
from studio.sources.tables import DELIMITERS
from studio.sources.tree import Single

MAX_RECORD = 16 * 2**20
"""Bytes of a line of JSON: twenty people with two thousand boxes each."""
MAX_MARKS = 10**6
"""Characters of one cell of boxes or spans."""
HEAD = 2**16
COLUMNS = {
    "item": ("item", "id", "sample", "number"),
    "name": ("name", "file", "filename", "file_name"),
    "text": ("text",),
    "classes": ("classes", "class", "label", "labels", "class_name", "category"),
    "annotator": ("annotator", "by", "who"),
    "act": ("act",),
    "spans": ("spans",),
    "boxes": ("boxes",),
    "unsure": ("unsure",),
    "comment": ("comment",),
    "seconds": ("seconds", "lead_time"),
    "score": ("score", "confidence"),
    "time": ("time",),
}
"""What the columns of a table, or the keys of simple objects, may be called."""
_MARKS = "Boxes and spans are a JSON list of objects, at most 1 MB in a cell."
LIKE_A_FORMULA = re.compile(r"'+[=+\-@\t\r]")
YES = ("1", "true", "yes", "x")
_BOXES, _SPANS = TypeAdapter(tuple[Box, ...]), TypeAdapter(tuple[Span, ...])


def read_csv(
    path: Path, samples: KnownSamples, wish: Wish, progress: Progress
) -> Iterator[Said | Fault]:
    """Yield what each row says. A row without classes or marks is passed over where no `act` says that it is an answer.

    With suggestions, the last row of a sample counts; its rows stand behind one another.
    """
    with guarded(path.name), Single(path).stream(0) as stream:
        head = stream.read(HEAD)
        begin = len(BOM) if head.startswith(BOM) else 0
        encoding = guess_encoding(head)
        size = path.stat().st_size
        _check_size(path, size)
        first = head[begin:].split(b"\n", 1)[0].decode(encoding, "replace")
        delimiter = max(DELIMITERS, key=lambda d: len(_places(_cells(first, d))))
        lines = Lines(stream, path.name, Place(begin))
        rows = csv_rows(lines, delimiter, encoding)
        _, names = next(rows, (0, []))
        places = _places(names if isinstance(names, list) else [])
        _check_columns(path.name, places)
        found = _said_rows(rows, places, len(names), samples)
        for said in _last_of_each(found) if wish == "suggestions" else found:
            progress(min(lines.place.byte, size), size, "bytes", "reading answers")
            yield said


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r")], delimiter=delimiter), [])


def _places(names: Sequence[str]) -> dict[str, int]:
    """Return where the column of each kind is."""
    lowered = [name.strip().lower() for name in names]
    found = {}
    for kind, known in COLUMNS.items():
        for name in known:
            if name in lowered:
                found[kind] = lowered.index(name)
                break
    return found


def _check_columns(name: str, places: Mapping[str, int]) -> None:
    if not {"item", "name", "text"} & places.keys() or not {"classes", "spans", "boxes"} & set(
        places
    ):
        raise InvalidInput(
            f'"{name}" has no columns of answers.',
            "Its first row must name a column item, name or text, and one of classes, boxes or spans.",
            "Put such a row in front, or choose another format.",
        )


def _check_size(path: Path, size: int) -> None:
    if size > MAX_FILE:
        raise InvalidInput(
            f'"{path.name}" has {size:,} bytes.',
            f"A file of answers has at most {MAX_FILE:,}.",
            "Divide it into several files.",
        )


def _said_rows(
    rows: Iterator[tuple[int, Row]], places: Mapping[str, int], width: int, samples: KnownSamples
) -> Iterator[Said | Fault]:
    for number, row in rows:
        place = f"line {number:,}"
        if not isinstance(row, list):
            yield Fault(place, str(row))
        elif len(row) != width:
            yield Fault(place, f"it has {len(row)} of {width} columns")
        else:
            fields = {kind: unsafe(row[at]) for kind, at in places.items()}
            said = _from_fields(place, fields, samples)
            if said is not None:
                yield said


def unsafe(cell: str) -> str:
    """Return a cell as it was before a ' kept spreadsheets from running it.

    Example:
        >>> unsafe("'=1+1"), unsafe("'t Hooft")
        ('=1+1', "'t Hooft")
    """
    return cell[1:] if LIKE_A_FORMULA.match(cell) else cell


def _from_fields(
    place: str, fields: Mapping[str, Any], samples: KnownSamples
) -> Said | Fault | None:
    """Return what a row or a simple object says; None where it is empty and does not say that this is an answer."""
    try:
        value = LabelValue(
            classes=tuple(_names(fields.get("classes"))),
            spans=_SPANS.validate_python(_list(fields.get("spans"))),
            boxes=tuple(map(in_picture, _BOXES.validate_python(_list(fields.get("boxes"))))),
        )
        act = word_of(fields.get("act")) or "answer"
        if act not in ("answer", "skip"):
            return Fault(place, f"act is “{act[:40]}”, not answer or skip")
        if "act" not in fields and not value.names:
            return None
        number, name, text = fields.get("item"), word_of(fields.get("name")), fields.get("text")
        alone = isinstance(text, str) and text and number in (None, "") and not name
        item = samples.find(item=number, name=name, text=str(text) if alone else None)
        unsure = fields.get("unsure")
        return Said(
            place,
            item,
            value if act == "answer" else None,
            annotator=word_of(fields.get("annotator")),
            unsure=unsure is True or str(unsure).strip().lower() in YES,
            comment=comment_of(fields.get("comment")),
            seconds=seconds_of(fields.get("seconds")),
            score=score_of(fields.get("score")),
            time=word_of(fields.get("time")),
        )
    except ValidationError as error:
        return Fault(place, _reason("marks", error))
    except StudioError as error:
        return Fault(place, error.what)


def _reason(noun: str, error: ValidationError) -> str:
    readable = from_validation(noun, error)
    return f"{readable.what} {readable.why}"


def _names(value: Any) -> list[str]:
    """Return class names: a list of them, or a cell in which they are divided by semicolons."""
    if isinstance(value, str):
        value = _cells(value, ";") if value.strip() else []
    if isinstance(value, int) and not isinstance(value, bool):
        value = [str(value)]  # digits, as JSON may write them
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InvalidInput("Classes are no names.", "A class has a name.", "Give names.")
    return [check_class_name(name) for name in value if name.strip()]


def _list(value: Any) -> Any:
    """Return marks as a list: as they are, or out of the JSON in a cell."""
    if value is None or value == "":
        return []
    if not isinstance(value, str):
        return value
    if len(value) > MAX_MARKS:
        raise InvalidInput("There are too many marks.", _MARKS, "Leave some out.")
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("Marks are no JSON.", _MARKS, "Write them anew.") from error


def _last_of_each(found: Iterator[Said | Fault]) -> Iterator[Said | Fault]:
    """Yield the last answer of each run of entries about one sample, and every fault."""
    last: Said | None = None
    for said in found:
        if isinstance(said, Fault):
            yield said
            continue
        if said.value is None:
            continue
        if last is not None and last.item != said.item:
            yield last
        last = said
    if last is not None:
        yield last


def read_jsonl(
    path: Path, samples: KnownSamples, wish: Wish, progress: Progress
) -> Iterator[Said | Fault]:
    """Yield what each line says: a record as the studio writes it, or a simple object with the keys of `COLUMNS`."""
    with guarded(path.name), Single(path).stream(0) as stream:
        size = path.stat().st_size
        _check_size(path, size)
        begin = len(BOM) if stream.read(len(BOM)) == BOM else 0
        lines = Lines(stream, path.name, Place(begin), longest=MAX_RECORD)
        for number, row in json_rows(lines):
            progress(min(lines.place.byte, size), size, "bytes", "reading answers")
            place = f"line {number:,}"
            if not isinstance(row, dict):
                yield Fault(place, str(row))
            elif "answers" in row or "state" in row:
                yield from _from_record(place, row, samples, wish)
            else:
                fields = {
                    kind: row[name] for kind, known in COLUMNS.items() for name in known if name in row
                }  # fmt: skip
                if isinstance(row.get("value"), dict):
                    fields |= row["value"]
                    fields.setdefault("act", "answer")
                if said := _from_fields(place, fields, samples):
                    yield said


def _from_record(
    place: str, row: dict[str, Any], samples: KnownSamples, wish: Wish
) -> Iterator[Said | Fault]:
    try:
        record = LabelRecord.model_validate(row)
        item = samples.find(item=record.item)
    except ValidationError as error:
        yield Fault(place, _reason("record", error))
        return
    except StudioError as error:
        yield Fault(place, error.what)
        return
    if wish == "answers":
        for answer in record.answers:
            yield _said(place, item, answer)
        return
    if (value := best_value(record)) is not None:
        yield Said(place, item, value)


def _said(place: str, item: int, answer: SessionAnswer) -> Said | Fault:
    if answer.item != item or answer.act == "take_back":
        return Fault(place, f"an answer of {answer.annotator} is about another sample, or none")
    value = answer.value if answer.act == "answer" else None
    if value is not None and value.boxes:
        try:
            boxes = tuple(map(in_picture, value.boxes))
        except StudioError as error:
            return Fault(place, error.what)
        value = value.model_copy(update={"boxes": boxes})
    return Said(
        place,
        item,
        value,
        annotator=answer.annotator,
        unsure=answer.unsure,
        comment=answer.comment,
        seconds=answer.seconds,
        accepted=answer.accepted,
        time=repr(answer.time),
    )
