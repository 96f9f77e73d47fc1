"""JSON of strangers, read one record at a time: memory stays flat however long the file is."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from studio.core.errors import InvalidInput, StudioError, TooLarge
from studio.sources.base import Progress
from studio.sources.pictures import Unreadable
from studio.sources.tree import Tree

MAX_BYTES = 10**9
"""Of a whole file."""
MAX_RECORD = 16 * 2**20
"""Characters of one record."""
MAX_DEPTH = 64
BLOCK = 2**18
SPACE = re.compile(r"[ \t\n\r]*")

Tick = Callable[[int], None]
"""Told how many bytes were read so far."""


class Files:
    """The records of several JSON files of one tree, one file after the other.

    Args:
        tree: The files.
        indices: Which of them.
        progress: Told how many bytes are read; what it raises ends the work.
    """

    def __init__(self, tree: Tree, indices: list[int], progress: Progress) -> None:
        self._tree, self._indices, self._progress = tree, indices, progress
        self._sizes = [tree.size(index) for index in indices]
        self.digest = ""

    def __iter__(self) -> Iterator[tuple[int, str, Any]]:
        """Yield index of the file, key and record, as `Records` does. `digest` is known afterwards.

        Raises:
            InvalidInput: A file is no JSON, nests too deep, or cannot be read.
            TooLarge: A file, or a record, is.
        """
        digest = hashlib.sha256()
        total = sum(self._sizes)
        for number, index in enumerate(self._indices):
            before, name = sum(self._sizes[:number]), self._tree.names[index]

            def tick(done: int, before: int = before, size: int = self._sizes[number]) -> None:
                self._progress(before + min(done, size), total, "bytes", "reading annotations")

            try:
                with self._tree.stream(index) as stream:
                    records = Records(stream, name, tick)
                    for key, value in records:
                        yield index, key, value
                    digest.update(records.digest.encode())
            except Unreadable as error:
                raise refuse(name, str(error)) from error
        self.digest = digest.hexdigest()


def refuse(name: str, reason: str) -> InvalidInput:
    """Return the error that a file of annotations cannot be read."""
    return InvalidInput(
        f'"{name}" cannot be read as JSON.',
        f"{reason[:1].upper()}{reason[1:]}.",
        "Export the file again.",
    )


class Records:
    """The records of one JSON file.

    Args:
        stream: The file.
        name: Of the file, for errors.
        tick: Told often how far the work is; what it raises ends it.
        longest: Bytes of the whole file. Default: 1 GB.
    """

    def __init__(
        self, stream: IO[bytes], name: str, tick: Tick, *, longest: int | None = None
    ) -> None:
        self._stream, self._name, self._tick = stream, name, tick
        self._longest = longest or MAX_BYTES
        self._text, self._at, self._ended = "", 0, False
        self._read = 0
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder()
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of what was read."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield the elements of the list that the file is, with the key "".

        Of an object the elements of every list in it are yielded with the list's key, and other values with their own.

        Raises:
            InvalidInput: It is no JSON, nests deeper than 64 levels, or cannot be read.
            TooLarge: The file, or a record in it, is.
        """
        if self._peek() == "[":
            for value in self._list():
                yield "", value
        elif self._peek() == "{":
            yield from self._object()
        else:
            raise self._refuse("it begins with neither a list nor an object")
        if self._peek():
            raise self._refuse("something follows behind its end")

    def _object(self) -> Iterator[tuple[str, Any]]:
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            key = self._value()
            if not isinstance(key, str):
                raise self._refuse("a key is not text")
            self._expect(":")
            if self._peek() == "[":
                for value in self._list():
                    yield key, value
            else:
                yield key, self._value()
            if self._expect(",}") == "}":
                return

    def _list(self) -> Iterator[Any]:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            yield self._value()
            if self._expect(",]") == "]":
                return

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._more():
                    continue
                raise self._refuse(error.msg.lower()) from error
            except RecursionError as error:
                raise self._too_deep() from error
            except ValueError as error:  # a number of thousands of digits
                raise self._refuse(str(error)[:100]) from error
            if end == len(self._text) and self._more():
                continue  # a number may go on behind the end of what was read
            self._check_depth(value, self._text, self._at, end)
            self._at = end
            return value

    def _expect(self, characters: str) -> str:
        found = self._peek()
        if not found or found not in characters:
            shown = f"{found!r} stands" if found else "it ends"
            raise self._refuse(f"{shown} where one of {characters!r} should be")
        self._at += 1
        return found

    def _peek(self) -> str:
        """Skip blanks and return the next character, empty at the end."""
        while True:
            found = SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on, keeping what has not been used; False at the end."""
        kept = len(self._text) - self._at
        if self._ended:
            return False
        if kept > MAX_RECORD:
            raise TooLarge(
                f'"{self._name}" has a record of more than {MAX_RECORD:,} characters.',
                "A record is one picture, one annotation or one task.",
                "Check that the file is what you think it is.",
            )
        try:
            block = self._stream.read(max(BLOCK, kept))
            self._ended = not block
            text = self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError as error:
            raise self._refuse("it is not UTF-8") from error
        except Unreadable as error:
            raise self._refuse(str(error)) from error
        except OSError as error:
            raise self._refuse(f"the system says: {error.strerror}") from error
        self._read += len(block)
        if self._read > self._longest:
            raise TooLarge(
                f'"{self._name}" has more than {self._longest:,} bytes.',
                "JSON files of that size are not imported.",
                "Divide the annotations into several files.",
            )
        self._digest.update(block)
        self._tick(self._read)
        self._text = self._text[self._at :] + text
        self._at = 0
        return not self._ended or bool(text)

    def _check_depth(self, value: Any, text: str, start: int, end: int) -> None:
        if text.count("[", start, end) + text.count("{", start, end) >= MAX_DEPTH - 2:
            level = [value]
            for _ in range(MAX_DEPTH - 2):  # the file's own list or object, and the list in it
                level = [inner for outer in level for inner in _inner(outer)]
                if not level:
                    return
            raise self._too_deep()

    def _too_deep(self) -> StudioError:
        return self._refuse(f"it nests deeper than {MAX_DEPTH} levels")

    def _refuse(self, reason: str) -> InvalidInput:
        return refuse(self._name, f"about byte {self._read:,}: {reason}")


def _inner(value: Any) -> list[Any]:
    """Return the lists and objects directly in a value."""
    if isinstance(value, dict):
        values = list(value.values())
    elif isinstance(value, list):
        values = value
    else:
        return []
    return [inner for inner in values if isinstance(inner, list | dict)]
