"""Pictures that callers send: nested lists of pixels, flat ones, or picture files."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, TooLarge
from studio.core.layer import format_shape
from studio.sources.pictures import Picture, Unreadable

Shape = tuple[int, int, int]


class ReadLater(Exception):
    """The picture files of a request take longer to read than others can wait for."""


@dataclass(slots=True)
class _Room:
    pixels: int
    later: bool


_room: ContextVar[_Room | None] = ContextVar("room", default=None)


@contextmanager
def room(pixels: int, *, later: bool = False) -> Iterator[None]:
    """Let the picture files that are read inside have so many pixels together: a few bytes can hold many.

    Args:
        later: More raise ReadLater. Default: they are too large.
    """
    before = _room.set(_Room(pixels, later))
    try:
        yield
    finally:
        _room.reset(before)


def _take_room(width: int, height: int, place: str) -> None:
    found = _room.get()
    if found is None:
        return
    found.pixels -= width * height
    if found.pixels >= 0:
        return
    if found.later:
        raise ReadLater
    raise TooLarge(
        f"With the picture of {place} the request has too many pixels.",
        "Its pictures are small files of very large pictures.",
        "Make them smaller, or send them in several requests.",
    )


def read_pixels(value: list[Any], shape: Shape, place: str) -> NDArray[np.uint8]:
    """Return pixels in nested lists, or in one row, as uint8 (height, width, channels).

    Raises:
        InvalidInput: They are no pixels, or not so many; the error names `place`.
    """
    found = _whole(value, shape)
    return _careful(value, shape, place) if found is None else found


def _whole(value: list[Any], shape: Shape) -> NDArray[np.uint8] | None:
    """Return pixels that are just as they should be, the fast way; None where they need a closer look."""
    height, width, channels = shape
    level = value
    try:
        if len(value) == height and type(value[0]) is list:
            level = _opened(value, width)
            if channels > 1 or type(level[0]) is list:
                level = _opened(level, channels)
        if len(level) != height * width * channels or list(map(type, level)).count(int) != len(
            level
        ):
            return None
        return np.frombuffer(bytes(level), np.uint8).reshape(shape)
    except (ValueError, TypeError):  # beyond 0 to 255, ragged, or no list
        return None


def _opened(lists: list[Any], length: int) -> list[Any]:
    """Return what is in lists of one length.

    Raises:
        ValueError, TypeError: They are no lists, or of another length.
    """
    if length == 1:
        return [item for (item,) in lists]
    if set(map(type, lists)) != {list} or set(map(len, lists)) != {length}:
        raise ValueError("other lists")
    return list(chain.from_iterable(lists))


def _careful(value: list[Any], shape: Shape, place: str) -> NDArray[np.uint8]:
    _check_numbers(value, place)
    try:
        pixels = np.array(value, np.float64)
    except (ValueError, OverflowError) as error:
        too_large = isinstance(error, OverflowError)
        raise InvalidInput(
            f"{place} {'has a number of too many digits' if too_large else 'is ragged'}.",
            f"Expected: {expected(shape)}.",
            "Give every row the same number of pixels, each from 0 to 255.",
        ) from error
    height, width, channels = shape
    accepted = [shape, (height * width * channels,), *([(height, width)] if channels == 1 else [])]
    if pixels.shape not in accepted:
        raise InvalidInput(
            f"{place} has the shape {format_shape(pixels.shape)}.",
            f"Expected: {expected(shape)}.",
            "Resize the picture, or send it as a file in base64.",
        )
    return whole_pixels(pixels, place).reshape(shape)


def whole_pixels(pixels: NDArray[Any], place: str) -> NDArray[np.uint8]:
    """Return numbers as pixels.

    Raises:
        InvalidInput: One is no whole number from 0 to 255.
    """
    wrong = ~((pixels >= 0) & (pixels <= 255) & (pixels == np.rint(pixels)))
    if wrong.any():
        raise InvalidInput(
            f"{place} has the value {pixels[wrong][0]:g}.",
            "Pixels are whole numbers from 0 to 255.",
            "Scale and round them; pixels from 0 to 1 are multiplied by 255.",
        )
    return pixels.astype(np.uint8)


def _check_numbers(value: list[Any], place: str) -> None:
    """Refuse what NumPy would take for numbers without being asked: texts, true, null."""
    level: list[Any] = value
    while (kinds := set(map(type, level))) == {list}:
        level = list(chain.from_iterable(level))
    strange = kinds - {int, float, list}
    if strange:
        example = next(item for item in level if type(item) in strange)
        raise InvalidInput(
            f"{place} holds {describe(example)}.",
            "Pixels are whole numbers from 0 to 255.",
            "Send numbers only.",
        )


def read_b64(text: object, shape: Shape, place: str) -> NDArray[np.uint8]:
    """Return the picture whose file stands in base64 as uint8 (height, width, channels).

    Raises:
        InvalidInput: It is no base64, or no picture; the error names `place`.
    """
    if not isinstance(text, str):
        raise InvalidInput(
            f"The b64 of {place} is {describe(text)}.",
            "It must be the base64 text of a picture file.",
            "Encode the file's bytes with base64.",
        )
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(
            f"The b64 of {place} is not base64.",
            "It must be the base64 text of a picture file.",
            "Encode the file's bytes with base64, without a data: prefix or line breaks.",
        ) from error
    return read_picture(data, shape, place)


def read_picture(data: bytes, shape: Shape, place: str) -> NDArray[np.uint8]:
    """Return a picture file as uint8 (height, width, channels).

    Raises:
        InvalidInput: It is no picture; the error names `place`. TooLarge, ReadLater: There is no `room` for it.
    """
    height, width, channels = shape
    side = max(height, width)
    try:
        picture = Picture(data)
        _take_room(*picture.stored, place)
        square = picture.whole(side, "grey" if channels == 1 else "rgb", "keep", invert=False)
    except Unreadable as error:
        raise InvalidInput(
            f"The picture of {place} cannot be read.",
            f"Reason: {error}.",
            "Send a png, jpg, webp, bmp or gif file.",
        ) from error
    top, left = (side - height) // 2, (side - width) // 2
    return square[top : top + height, left : left + width]


def expected(shape: Shape) -> str:
    """Return which forms a picture of a shape may have, for errors."""
    height, width, channels = shape
    flat = f"{height * width * channels} in one row"
    return (
        f'{format_shape(shape)} pixels from 0 to 255 in nested lists, {flat}, {{"b64": "..."}} or '
        '{"strokes": [...]}'
    )


def describe(value: object) -> str:
    """Return what a JSON value is, for errors."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case str():
            return f"the text {value[:20]!r}"
        case list():
            return "an empty list" if not value else "a list"
        case dict():
            return f"an object with the keys {', '.join(map(repr, list(value)[:4]))[:60] or 'none'}"
    return "nothing"
