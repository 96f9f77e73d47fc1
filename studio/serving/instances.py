"""From what a caller sends to samples: nested lists of pixels, flat ones, picture files in base64, or texts."""

from __future__ import annotations

import base64
import binascii
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.layer import format_shape
from studio.sources.pictures import Unreadable, decode

BATCH_LIMIT = 256
INPUT_NAME, TEXT_NAME = "image", "text"
"""Name of the only input of models of pictures, and of texts; callers may wrap a value in it, as TensorFlow Serving
allows."""
Shape = tuple[int, int, int]


def read_samples(values: object, shape: Shape, field: str) -> NDArray[np.uint8]:
    """Return what a caller sent as uint8 (n, height, width, channels).

    Args:
        values: JSON: a list of instances.
        shape: (height, width, channels) the model takes.
        field: What the list is called in the body, for errors.

    Raises:
        InvalidInput: No list, an empty or too long one, or an instance that is no sample.
    """
    if not isinstance(values, list) or not values:
        raise InvalidInput(
            f'"{field}" is {_describe(values)}.',
            f"It must be a list of instances, each {_expected(shape)}.",
            f'Put the instance into a list: {{"{field}": [...]}}.',
        )
    if not isinstance(values[0], list | dict):
        raise InvalidInput(
            f"{field}[0] is {_describe(values[0])}.",
            f"Every instance is {_expected(shape)}.",
            f'Put one sample into a list of its own: {{"{field}": [[...]]}}.',
        )
    _check_count(values, field)
    samples = np.empty((len(values), *shape), np.uint8)
    for place, value in enumerate(values):
        samples[place] = read_sample(value, shape, f"{field}[{place}]")
    return samples


def read_texts(values: object, field: str) -> list[str]:
    """Return what a caller sent as texts.

    Args:
        values: JSON: a list of texts.
        field: What the list is called in the body, for errors.

    Raises:
        InvalidInput: No list, an empty or too long one, or an instance that is no text.
    """
    if not isinstance(values, list) or not values:
        raise InvalidInput(
            f'"{field}" is {_describe(values)}.',
            "It must be a list of texts.",
            f'Put the text into a list: {{"{field}": ["..."]}}.',
        )
    _check_count(values, field)
    texts = []
    for place, value in enumerate(values):
        if isinstance(value, dict) and set(value) == {TEXT_NAME}:
            value = value[TEXT_NAME]
        if not isinstance(value, str):
            raise InvalidInput(
                f"{field}[{place}] is {_describe(value)}.",
                "The model reads texts.",
                "Send each instance as a text in quotes.",
            )
        texts.append(value)
    return texts


def _check_count(values: list[Any], field: str) -> None:
    if len(values) > BATCH_LIMIT:
        raise InvalidInput(
            f'"{field}" has {len(values):,} instances.',
            f"One request carries at most {BATCH_LIMIT}.",
            "Send them in several requests.",
        )


def read_sample(value: object, shape: Shape, place: str) -> NDArray[np.uint8]:
    """Return one instance as uint8 (height, width, channels).

    Raises:
        InvalidInput: It is no sample; the error names `place`.
    """
    if isinstance(value, dict) and set(value) == {INPUT_NAME}:
        value = value[INPUT_NAME]
    if isinstance(value, dict) and set(value) == {"b64"}:
        return _picture(value["b64"], shape, place)
    if isinstance(value, list):
        return _pixels(value, shape, place)
    raise InvalidInput(
        f"{place} is {_describe(value)}.",
        f"An instance is {_expected(shape)}.",
        "Send pixels, or a picture file as base64.",
    )


def _pixels(value: list[Any], shape: Shape, place: str) -> NDArray[np.uint8]:
    _check_numbers(value, place)
    try:
        pixels = np.array(value, np.float64)
    except (ValueError, OverflowError) as error:
        too_large = isinstance(error, OverflowError)
        raise InvalidInput(
            f"{place} {'has a number of too many digits' if too_large else 'is ragged'}.",
            f"Expected: {_expected(shape)}.",
            "Give every row the same number of pixels, each from 0 to 255.",
        ) from error
    height, width, channels = shape
    accepted = [shape, (height * width * channels,), *([(height, width)] if channels == 1 else [])]
    if pixels.shape not in accepted:
        raise InvalidInput(
            f"{place} has the shape {format_shape(pixels.shape)}.",
            f"Expected: {_expected(shape)}.",
            "Resize the picture, or send it as a file in base64.",
        )
    wrong = ~((pixels >= 0) & (pixels <= 255) & (pixels == np.rint(pixels)))
    if wrong.any():
        raise InvalidInput(
            f"{place} has the value {pixels[wrong][0]:g}.",
            "Pixels are whole numbers from 0 to 255.",
            "Scale and round them; pixels from 0 to 1 are multiplied by 255.",
        )
    return pixels.astype(np.uint8).reshape(shape)


def _check_numbers(value: list[Any], place: str) -> None:
    """Refuse what NumPy would take for numbers without being asked: texts, true, null."""
    level: list[Any] = value
    while (kinds := set(map(type, level))) == {list}:
        level = list(chain.from_iterable(level))
    strange = kinds - {int, float, list}
    if strange:
        example = next(item for item in level if type(item) in strange)
        raise InvalidInput(
            f"{place} holds {_describe(example)}.",
            "Pixels are whole numbers from 0 to 255.",
            "Send numbers only.",
        )


def _picture(text: object, shape: Shape, place: str) -> NDArray[np.uint8]:
    if not isinstance(text, str):
        raise InvalidInput(
            f"The b64 of {place} is {_describe(text)}.",
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
        InvalidInput: It is no picture; the error names `place`.
    """
    height, width, channels = shape
    side = max(height, width)
    try:
        square = decode(data, size=side, colour="grey" if channels == 1 else "rgb", invert=False)
    except Unreadable as error:
        raise InvalidInput(
            f"The picture of {place} cannot be read.",
            f"Reason: {error}.",
            "Send a png, jpg, webp, bmp or gif file.",
        ) from error
    top, left = (side - height) // 2, (side - width) // 2
    return square[top : top + height, left : left + width]


def _expected(shape: Shape) -> str:
    height, width, channels = shape
    flat = f"{height * width * channels} in one row"
    return (
        f'{format_shape(shape)} pixels from 0 to 255 in nested lists, {flat}, or {{"b64": "..."}}'
    )


def _describe(value: object) -> str:
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
