"""Rows of CSV and JSON Lines files of strangers, one at a time, each with the byte at which the next one begins.

A row is at most 1 MB, so that memory stays flat; where it is longer, a quote was most often never closed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from studio.core.errors import InvalidInput, TooLarge
from studio.sources.pictures import Unreadable

MAX_ROW = 10**6
"""Bytes."""
MAX_DEPTH = 64
BLOCK = 2**18
BOM = b"\xef\xbb\xbf"
ONE_COLUMN = "\x1f"
"""A delimiter that no text has, for files of one column."""

Row = list[str] | dict[str, Any] | str
"""Cells, an object, or why there is neither."""


@dataclass
class Place:
    """Where reading has come to: the byte, and the number of the line, where the next row begins."""

    byte: int = 0
    line: int = 1


class Lines:
    """Lines of a file, as bytes with what ends them.

    Args:
        stream: The file, at its beginning.
        name: Of the file, for errors.
        place: Where to begin; moved on by what is read.
        ending: Of a line. Default "\\n", which ends "\\r\\n" too.
        block: Told every block that is read.
        longest: Bytes of a line. Default: 1 MB.

    Raises:
        InvalidInput: A line holds a NUL byte, or the file cannot be read. TooLarge: A line is longer than that.
    """

    def __init__(
        self,
        stream: IO[bytes],
        name: str,
        place: Place,
        ending: bytes = b"\n",
        block: Callable[[bytes], None] = lambda block: None,
        longest: int = MAX_ROW,
    ) -> None:
        self._stream, self.name, self.place = stream, name, place
        self._ending, self._block, self._longest = ending, block, longest
        self._lines: Iterator[bytes] = iter(())
        self._rest = b""
        self.ended = False
        stream.seek(place.byte)

    def __iter__(self) -> Iterator[bytes]:
        """Return itself."""
        return self

    def __next__(self) -> bytes:
        """Return the next line."""
        while (line := next(self._lines, None)) is None:
            self._read()
        self.place.byte += len(line)
        self.place.line += 1
        return line

    def _read(self) -> None:
        """Take another block, and keep what is behind its last whole line."""
        if self.ended:
            raise StopIteration
        block = self._stream.read(BLOCK)
        self._block(block)
        self.ended = not block
        lines = (self._rest + block).split(self._ending)
        self._rest = lines.pop()
        found = [line + self._ending for line in lines]
        if self.ended and self._rest:
            found.append(self._rest)
            self._rest = b""
        longest = self._longest
        if b"\0" in block or len(self._rest) > longest or any(len(li) > longest for li in found):
            self._check(found)
        self._lines = iter(found)

    def _check(self, found: list[bytes]) -> None:
        for number, line in enumerate([*found, self._rest], self.place.line):
            if b"\0" in line:
                raise InvalidInput(
                    f'Line {number:,} of "{self.name}" holds a NUL byte.',
                    "Texts have none: the file is damaged, of another kind, or UTF-16.",
                    "Save it as UTF-8.",
                )
            if len(line) > self._longest:
                raise too_long(self.name, number, self._longest)


def too_long(name: str, line: int, longest: int = MAX_ROW) -> TooLarge:
    """Return the error that a row has no end."""
    return TooLarge(
        f'The row that begins in line {line:,} of "{name}" has more than {longest:,} bytes.',
        "A row is that long at most; in a CSV file, a quote that is never closed makes longer ones.",
        "Correct that line.",
    )


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """Say of a file that it cannot be read where the system, or its archive, says so."""
    try:
        yield
    except Unreadable as error:
        reason = str(error)
    except OSError as error:
        reason = f"the system says: {error.strerror}"
    else:
        return
    raise InvalidInput(f'"{name}" cannot be read.', f"The reason: {reason}.", "Get the file again.")


def csv_rows(lines: Lines, delimiter: str, encoding: str) -> Iterator[tuple[int, Row]]:
    """Yield the number of the line where a row begins, and its cells or why there are none.

    Empty lines are passed over. When a row is out, the lines' place is behind it.

    Raises:
        InvalidInput: A quote is not closed at the end of the file. TooLarge: A row is longer than 1 MB.
    """
    begun = (lines.place.byte, lines.place.line)
    bad = asked = False

    def decoded() -> Iterator[str]:
        nonlocal bad, asked
        for line in lines:
            if lines.place.byte - begun[0] > MAX_ROW:
                raise too_long(lines.name, begun[1])
            try:
                yield line.decode(encoding)
            except UnicodeDecodeError:
                bad = True
                yield line.decode("ascii", "replace")
        asked = True

    csv.field_size_limit(
        max(csv.field_size_limit(), MAX_ROW)
    )  # for the whole process: never lowered
    reader = csv.reader(decoded(), delimiter=delimiter)
    while True:
        begun, bad = (lines.place.byte, lines.place.line), False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield begun[1], f"it is no row of a CSV file: {error}"
            continue
        if asked:
            raise InvalidInput(
                f'A quote in the row that begins in line {begun[1]:,} of "{lines.name}" is not closed.',
                "The file ends within it.",
                "Correct that line.",
            )
        if bad:
            yield begun[1], f"it is not {encoding.upper()}"
        elif cells:
            yield begun[1], cells


def json_rows(lines: Lines) -> Iterator[tuple[int, Row]]:
    """Yield the number of a line, and its object or why there is none. Empty lines are passed over.

    Raises:
        InvalidInput: A line nests deeper than 64 levels. TooLarge: A line is longer than 1 MB.
    """
    for line in lines:
        number = lines.place.line - 1
        if not line.strip():
            continue
        try:
            value = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            yield number, "it is not UTF-8"
        except RecursionError as error:
            raise _too_deep(lines.name, number) from error
        except ValueError as error:  # JSONDecodeError, or a number of thousands of digits
            yield number, f"it is not JSON: {str(error)[:80]}"
        else:
            if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
                raise _too_deep(lines.name, number)
            yield number, value if isinstance(value, dict) else "it is not a JSON object"


def _depth(value: Any) -> int:
    """Return how many lists and objects lie in one another, counted as far as is allowed and one further."""
    depth, level = 0, [value]
    while depth <= MAX_DEPTH and any(isinstance(one, dict | list) for one in level):
        depth += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def _too_deep(name: str, line: int) -> InvalidInput:
    return InvalidInput(
        f'Line {line:,} of "{name}" nests deeper than {MAX_DEPTH} levels.',
        "Rows of texts and classes are flat.",
        "Correct that line.",
    )


def guess_encoding(head: bytes) -> str:
    """Return "utf-8", or "cp1252" where most letters beyond ASCII are not UTF-8, as Excel saves CSV files.

    Args:
        head: The beginning of a file.
    """
    whole = head[: head.rfind(b"\n") + 1 or None]
    text = whole.decode("utf-8", "replace")
    wrong = text.count("\ufffd") - whole.count("\ufffd".encode())  # it may stand there as itself
    return "cp1252" if wrong > sum(not letter.isascii() for letter in text) - wrong else "utf-8"
