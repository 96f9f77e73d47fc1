"""The answers of a labelling session as JSON Lines, which keep everything, and as CSV, which spreadsheets open."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.core.label_answer import LabelValue
from studio.core.label_session import LabelSession
from studio.exports.answers_base import AnswerContent, Written, iso
from studio.exports.base import Paced
from studio.exports.tables import FORMULA

LIKE_A_FORMULA = re.compile(r"'*[{}]".format(re.escape("".join(FORMULA))))


def write_jsonl(content: AnswerContent, target: Path, tick: Paced) -> Written:
    """Write a record a line, whole; what is as usual is left out, and comes back when it is read."""
    written = Written()
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for record in content.walk(tick):
            file.write(record.model_dump_json(exclude_defaults=True) + "\n")
            written.count(record)
    return written


def csv_columns(session: LabelSession) -> list[str]:
    """Return the columns of a session's CSV file."""
    columns = ["item", "name", "annotator", "act", "classes"]
    columns += ["spans"] if session.config.spans else []
    columns += ["boxes"] if session.config.answer == "boxes" else []
    return [*columns, "unsure", "comment", "seconds", "counted", "state", "resolved", "time"]


def write_csv(content: AnswerContent, target: Path, tick: Paced) -> Written:
    """Write a row an answer, UTF-8 with the line ends of RFC 4180.

    Several classes stand in one cell, divided by semicolons; marks are JSON. A cell that begins like a formula gets a
    ' in front, which is taken away when the file comes back. `resolved` is what counts for the sample, also where that
    is not what the row's person said.
    """
    written = Written()
    columns = csv_columns(content.session)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for record in content.walk(tick):
            shared = {
                "item": record.item,
                "name": content.name(record.item),
                "state": record.state,
                "resolved": _resolved(record.value),
            }
            for answer in record.answers:
                row: dict[str, Any] = {
                    **shared,
                    "annotator": answer.annotator,
                    "act": answer.act,
                    "unsure": int(answer.unsure),
                    "comment": answer.comment,
                    "seconds": answer.seconds,
                    "counted": int(answer.counted),
                    "time": iso(answer.time),
                }
                if answer.value is not None:
                    row["classes"] = joined(answer.value.classes)
                    row["spans"] = _marks(answer.value, "spans")
                    row["boxes"] = _marks(answer.value, "boxes")
                writer.writerow([safe(row.get(column)) for column in columns])
            written.count(record)
    return written


def joined(names: Sequence[str]) -> str:
    """Return class names in one cell, divided by semicolons; a name that has one is quoted.

    Example:
        >>> joined(["cat", "dog; wet"])
        'cat;"dog; wet"'
    """
    if not names:
        return ""
    cell = io.StringIO()
    csv.writer(cell, delimiter=";", lineterminator="").writerow(names)
    return cell.getvalue()


def _resolved(value: LabelValue | None) -> str:
    if value is None:
        return ""
    return joined(value.classes) or _marks(value, "boxes")


def _marks(value: LabelValue, kind: str) -> str:
    marks = value.boxes if kind == "boxes" else value.spans
    return json.dumps([mark.model_dump() for mark in marks], ensure_ascii=False) if marks else ""


def safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet runs as a formula and every reader of CSV takes."""
    if not isinstance(cell, str):
        return cell
    shown = cell.replace("\0", "\ufffd")
    return f"'{shown}" if LIKE_A_FORMULA.match(shown) else shown
