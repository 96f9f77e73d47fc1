"""The table of a run that scores: it grows block by block beside a journal, and a killed run goes on behind that."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from studio.compute.folder import write_whole
from studio.exports.answers_rows import safe
from studio.exports.tables import FORMULA

SYNC_SECONDS = 2.0
"""So much work a kill may cost."""
ANSWER = np.dtype([("number", "<i4"), ("confidence", "<f4")])
"""The likeliest class of a sample and how likely it is, as they are kept for the dataset that may be made of them."""
_RISKY = frozenset((*FORMULA, "'"))
"""What a cell that a spreadsheet runs as a formula begins with."""
_QUOTED = '",\r\n'
"""Signs for which a cell stands in quotes."""
_NUMBER = np.dtype([("first", "S6"), ("rest", "S3")])
_FIRST = np.array([f",{n // 1000}.{n % 1000:03}" for n in range(1001)], "S6")
_REST = np.array([f"{n:03}" for n in range(1000)], "S3")
_END = b"\r\n"


class Tally(BaseModel):
    """How far a table is, and what its rows say in all.

    Args:
        rows, bytes: Of the table that are on the disk.
        counts: Rows whose likeliest class each class is.
        confidence: Sum of the likeliest classes' probabilities.
        known, right: Rows whose sample has a class that the model knows, and those where both agree.
        seconds: That it took so far.
    """

    model_config = ConfigDict(extra="forbid")

    rows: int = 0
    bytes: int = 0
    counts: list[int]
    confidence: float = 0.0
    known: int = 0
    right: int = 0
    seconds: float = 0.0


class ScoredTable:
    """A CSV file that is being written, UTF-8 with the line ends of RFC 4180. Use `open_table`.

    Args:
        folder: Where it lies, with its journal and the answers in short.
        head: Names of the columns that stand before those of the probabilities.
        class_names: One column each.
    """

    def __init__(self, folder: Path, head: Sequence[str], class_names: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "scored.csv"
        self._journal, self._answers = folder / "scored.json", folder / "scored.bin"
        self._named = cells(class_names)
        columns = [*head, *(f"p({name})" for name in class_names)]
        self._head = ",".join(cells(columns)).encode() + _END
        self.tally = self._load()
        self._table = _opened(self.path, self.tally.bytes)
        self._short = _opened(self._answers, self.tally.rows * ANSWER.itemsize)
        self._began = time.monotonic()
        self._synced = self._began - SYNC_SECONDS  # the first block is made safe at once
        self._before = self.tally.seconds
        if not self.tally.bytes:
            self._write(self._head)

    def append(
        self,
        columns: Sequence[Iterable[str]],
        probabilities: NDArray[np.float32],
        known: NDArray[np.integer[Any]],
    ) -> None:
        """Write a block of rows.

        Args:
            columns: Cells of each column before the class, already as CSV has them.
            probabilities: float32 (n, classes).
            known: int (n,), the place of each sample's class among the model's; -1 for none.
        """
        best = probabilities.argmax(axis=1)
        confidence = probabilities[np.arange(len(best)), best][:, None]
        numbers = decimals(np.concatenate([confidence, probabilities], axis=1))
        ends = numbers.view(f"S{numbers.shape[1]}").ravel().tolist()
        named = [self._named[number] for number in best.tolist()]
        begins = map(str.encode, map(",".join, zip(*columns, named, strict=True)))
        self._write(_END.join([*map(add, begins, ends), b""]))
        short = np.empty(len(best), ANSWER)
        short["number"], short["confidence"] = best, confidence[:, 0]
        self._short.write(short.tobytes())
        tally = self.tally
        counts = np.bincount(best, minlength=len(self._named))
        tally.counts = [a + b for a, b in zip(tally.counts, counts.tolist(), strict=True)]
        tally.rows += len(best)
        tally.confidence += float(confidence.sum(dtype=np.float64))
        tally.known += int(np.count_nonzero(known >= 0))
        tally.right += int(np.count_nonzero(known == best))
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self.checkpoint()

    def checkpoint(self) -> None:
        """See to it that all that was appended outlives a kill or a power cut."""
        for file in (self._table, self._short):
            file.flush()
            os.fsync(file.fileno())
        self.tally.seconds = self._before + time.monotonic() - self._began
        write_whole(self._journal, self.tally.model_dump_json().encode())
        self._synced = time.monotonic()

    def answers(self) -> NDArray[Any]:
        """Return the likeliest class of every row, as ANSWER, once `checkpoint` was called."""
        found: NDArray[Any] = np.fromfile(self._answers, ANSWER, self.tally.rows)
        return found

    def close(self) -> None:
        """Close the files."""
        self._table.close()
        self._short.close()

    def _write(self, content: bytes) -> None:
        self._table.write(content)
        self.tally.bytes += len(content)

    def _load(self) -> Tally:
        """Return how far an earlier process came, as far as the files are there for it."""
        fresh = Tally(counts=[0] * len(self._named))
        try:
            tally = Tally.model_validate_json(self._journal.read_bytes())
            whole = (
                self.path.stat().st_size >= tally.bytes
                and self._answers.stat().st_size >= tally.rows * ANSWER.itemsize
                and len(tally.counts) == len(self._named)
            )
        except (FileNotFoundError, ValidationError):
            return fresh
        return tally if whole else fresh


@contextmanager
def open_table(
    folder: Path, head: Sequence[str], class_names: Sequence[str]
) -> Iterator[ScoredTable]:
    """Open the table of a folder, or begin it; what was appended is safe however the `with` ends. As `ScoredTable`."""
    table = ScoredTable(folder, head, class_names)
    try:
        try:
            yield table
        finally:
            table.checkpoint()
    finally:
        table.close()


def decimals(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return numbers from 0 to 1 as text, each behind a comma: uint8 (n, columns * 9).

    A table of a million rows has hundreds of millions of numbers; written one by one they would take longer than the
    model takes to find them.

    Example:
        >>> decimals(np.array([[0.25, 1.0]], np.float32)).tobytes()
        b',0.250000,1.000000'
    """
    millionths = np.rint(np.multiply(values, 1e6, dtype=np.float64)).astype(np.int32)
    return np.take(_written(), millionths, mode="clip").view(np.uint8).reshape(len(values), -1)


@cache
def _written() -> NDArray[Any]:
    """Return all millionths from 0 to 1 as text, 9 MB: to look one up takes half the time of writing it."""
    numbers = np.arange(1_000_001)
    text = np.empty(numbers.shape, _NUMBER)
    text["first"], text["rest"] = _FIRST[numbers // 1000], _REST[numbers % 1000]
    return text.view("V9")


def cell(text: str) -> str:
    """Return a text as a cell of a CSV file that no spreadsheet runs as a formula.

    Example:
        >>> cell("cat"), cell('a "b", c'), cell("=1+1")
        ('cat', '"a ""b"", c"', "'=1+1")
    """
    return cells([text])[0]


def cells(texts: Sequence[str]) -> list[str]:
    """Return texts as `cell` does each; a look at all of them together leaves out what none of them needs."""
    joined = "".join(texts)
    odd = "\0" in joined
    found = [str(safe(text)) if odd or text[:1] in _RISKY else text for text in texts]
    return [*map(_quoted, found)] if any(sign in joined for sign in _QUOTED) else found


def _quoted(text: str) -> str:
    if '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return f'"{text}"' if "," in text or "\n" in text or "\r" in text else text


def _opened(path: Path, size: int) -> Any:
    """Open a file for appending behind its first bytes; what is beyond them is cut off."""
    with open(path, "ab") as file:
        file.truncate(size)
    return open(path, "ab")
