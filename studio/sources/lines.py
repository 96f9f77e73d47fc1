"""Lines of foreign files, and the drawings that Quick, Draw! writes into them."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.names import check_class_name
from studio.core.strokes import dump_strokes
from studio.sources.archive import MAX_RATIO, RATIO_FROM
from studio.sources.pictures import Unreadable
from studio.sources.simplify import LARGEST, aligned, simplified
from studio.sources.tree import Tree

MAX_LINE = 1_000_000
"""Bytes."""
MAX_POINTS = 10_000
"""Of one drawing."""
FARTHEST = 1e6
"""Of a coordinate from 0."""
BLOCK = 2**20
FIRST = b'{"word":"'
"""How lines begin as Google writes them."""
WORD = re.compile(rb'"word"\s*:\s*"([^"\\]{1,400})"')

Block = tuple[bytes, int]
"""Whole lines and their length; where that is more, they are the beginning of one line that is too long."""


@dataclass(frozen=True)
class Drawing:
    """One line of a file.

    Args:
        points: float64 (2, points), 0 to 255.
        lengths: Number of points of each stroke.
        key: Its name in the data set, empty where it has none.
        recognized: Google's game knew what it was.
    """

    word: str
    points: NDArray[np.float64]
    lengths: list[int]
    key: str
    recognized: bool


class Packed:
    """A gzip file that expands no further than drawings do."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._packed = stream
        self._file = gzip.GzipFile(fileobj=stream, mode="rb")

    def read(self, size: int) -> bytes:
        """Read some bytes of what is in it.

        Raises:
            Unreadable: It is damaged, or expands more than a hundredfold.
        """
        try:
            data = self._file.read1(size)  # what comes before damage is not lost
        except (OSError, EOFError, zlib.error) as error:
            raise Unreadable("it is cut short or damaged") from error
        expanded = self._file.tell()
        if expanded > RATIO_FROM and expanded > MAX_RATIO * self._packed.tell():
            raise Unreadable(f"it expands more than {MAX_RATIO} to 1, as no drawings do")
        return data

    def skip(self, offset: int) -> None:
        """Go forward to a place in what is in it."""
        while offset > 0 and (data := self.read(min(offset, BLOCK))):
            offset -= len(data)


@contextmanager
def blocks(tree: Tree, index: int, offset: int = 0) -> Iterator[Iterator[Block]]:
    """Give whole lines of a file, some at a time.

    Args:
        tree: The files.
        index: Of the file; one that ends in .gz is unpacked.
        offset: Bytes that were read before.
    """
    with tree.stream(index) as stream:
        if tree.names[index].lower().endswith(".gz"):
            packed = Packed(stream)
            packed.skip(offset)
            yield _lines(packed)
        else:
            if offset:
                stream.seek(offset)
            yield _lines(stream)


def _lines(stream: IO[bytes] | Packed) -> Iterator[Block]:
    rest, length = b"", 0  # what is kept of the line that has not ended, and how long it is so far
    while block := stream.read(BLOCK):
        if length > MAX_LINE:
            end = block.find(b"\n") + 1
            length += end or len(block)
            if not end:
                continue
            yield rest, length
            rest, length, block = b"", 0, block[end:]
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end], length + end
            rest, length = b"", 0
        rest += block[end:]
        length = len(rest)
        rest = rest[: MAX_LINE + 1]
    if rest:
        yield rest, length


def count_words(block: bytes) -> Counter[bytes]:
    """Count the lines of each word in whole lines, not yet checked; those without one count as nothing."""
    lines = block.removesuffix(b"\n").split(b"\n")
    at = len(FIRST)
    if block.count(b'"word"') == len(lines) and all(line.startswith(FIRST) for line in lines):
        found = Counter([line[at : line.find(b'"', at)] for line in lines])
        if not any(b"\\" in word for word in found):
            return found
    words = map(word_of, lines)
    return Counter(word.encode() for word in words if word is not None)


def word_of(line: bytes) -> str | None:
    """Return the word of a line without reading the rest of it; None where it has none that can name a class."""
    found = WORD.findall(line)
    try:
        if len(found) == 1 and line.count(b'"word"') == 1:
            return check_class_name(found[0].decode())
        return check_class_name(_object(line)["word"])
    except (Unreadable, KeyError, TypeError, AttributeError, UnicodeDecodeError, InvalidInput):
        return None


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise Unreadable(f"it has more than {MAX_LINE:,} bytes")
    try:
        value = json.loads(line)
    except RecursionError as error:
        raise Unreadable("it nests too deep") from error
    except ValueError as error:
        raise Unreadable("it is not JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("it is no JSON object")
    return value


def parse(line: bytes) -> Drawing:
    """Read one line.

    Raises:
        Unreadable: It is no drawing.
    """
    value = _object(line)
    try:
        word = check_class_name(value["word"])
    except (KeyError, AttributeError, TypeError, InvalidInput) as error:
        raise Unreadable("it has no word that can name a class") from error
    points, lengths = simple_points(value.get("drawing"))
    key = value.get("key_id")
    name = key if isinstance(key, str) and key.isprintable() else ""
    return Drawing(word, points, lengths, name[:100], value.get("recognized") is True)


def simple_points(strokes: Any) -> tuple[NDArray[np.float64], list[int]]:
    """Return the points of a drawing, float64 (2, n), 0 to 255, and how many each stroke has; few, if they came raw.

    Raises:
        Unreadable: These are no strokes.
    """
    if not isinstance(strokes, list):
        raise Unreadable("it has no drawing")
    xs, ys, lengths, raw = _flat(strokes)
    points = _numbers(xs, ys)
    raw = raw or bool(points.min() < 0 or points.max() > LARGEST)
    points = aligned(points, raw)
    if raw:
        parts = np.split(points, np.cumsum(lengths[:-1]), axis=1)
        fewer = [simplified(part) for part in parts]
        points, lengths = np.concatenate(fewer, axis=1), [part.shape[1] for part in fewer]
    return points, lengths


def kept_strokes(points: NDArray[np.float64], lengths: list[int]) -> str:
    """Return the JSON in which a drawing's strokes are kept beside its picture. Args as `simple_points` returns."""
    parts = np.split(points, np.cumsum(lengths[:-1]), axis=1)
    return dump_strokes((part[0].tolist(), part[1].tolist()) for part in parts)


def own_strokes(text: str) -> str:
    """Return the strokes of a drawing of the studio's own pad as they are kept beside a picture; "" if it has none.

    Args:
        text: JSON `[[xs, ys, ts], ...]`.
    """
    try:
        return kept_strokes(*simple_points(json.loads(text)))
    except (ValueError, RecursionError, Unreadable):
        return ""


def _flat(strokes: list[Any]) -> tuple[list[Any], list[Any], list[int], bool]:
    """Return the x and the y of all points, the number of points of each stroke, and whether they have times."""
    xs: list[Any] = []
    ys: list[Any] = []
    lengths: list[int] = []
    raw = False
    for stroke in strokes:
        if not isinstance(stroke, list) or len(stroke) not in (2, 3):
            raise Unreadable("a stroke is not two or three lists")
        if not all(isinstance(numbers, list) for numbers in stroke):
            raise Unreadable("a stroke is not two or three lists")
        if len({len(numbers) for numbers in stroke}) > 1:
            raise Unreadable("a stroke's lists differ in length")
        if stroke[0]:
            xs += stroke[0]
            ys += stroke[1]
            lengths.append(len(stroke[0]))
            raw = raw or len(stroke) == 3
    if not xs:
        raise Unreadable("it has no points")
    if len(xs) > MAX_POINTS:
        raise Unreadable(f"it has more than {MAX_POINTS:,} points")
    return xs, ys, lengths, raw


def _numbers(xs: list[Any], ys: list[Any]) -> NDArray[np.float64]:
    if not {*map(type, xs), *map(type, ys)} <= {int, float}:
        raise Unreadable("a coordinate is no number")
    try:
        points = np.array([xs, ys], np.float64)
    except OverflowError as error:
        raise Unreadable("a coordinate is too large") from error
    if not np.isfinite(points).all():
        raise Unreadable("a coordinate is not finite")
    if np.abs(points).max() > FARTHEST:
        raise Unreadable(f"a coordinate is beyond {FARTHEST:,.0f}")
    return points
