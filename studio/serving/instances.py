"""From what a caller sends to samples: pixels, picture files in base64, strokes, texts or rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.layer import format_shape
from studio.serving.counts import BATCH_LIMIT, check_count
from studio.serving.drawn import STROKES_FORM, drawn_picture, drawn_sequence
from studio.serving.exchange import Samples
from studio.serving.pixels import (
    Shape,
    describe,
    expected,
    read_b64,
    read_picture,
    read_pixels,
)
from studio.serving.records import read_records
from studio.serving.taken import DTYPES, Taken

INPUT_NAME, TEXT_NAME, STROKES_NAME = "image", "text", "strokes"
"""Name of the only input of models of pictures, of texts and of strokes; callers may wrap a value in it, as TensorFlow
Serving allows."""


def read(values: object, taken: Taken, field: str, *, words: bool = False) -> Samples:
    """Return what a caller sent as samples.

    Args:
        values: JSON: a list of instances.
        taken: What the model takes.
        field: What the list is called in the body, for errors.
        words: A text alone stands for a picture file in base64, or for the JSON of strokes. Default: it does not.

    Returns:
        n texts; n rows, column -> value; uint8 (n, height, width, channels) of pictures; float32 (n, points, 3) of
        strokes.

    Raises:
        InvalidInput: No list, an empty or too long one, or an instance that is no sample.
    """
    if taken.kind == "text":
        return read_texts(values, field)
    if taken.kind == "row":
        return read_records(values, taken, field)
    if not isinstance(values, list) or not values:
        raise InvalidInput(
            f'"{field}" is {describe(values)}.',
            f"It must be a list of instances, each {_expected(taken)}.",
            f'Put the instance into a list: {{"{field}": [...]}}.',
        )
    if not isinstance(values[0], list | dict) and not (words and isinstance(values[0], str)):
        raise InvalidInput(
            f"{field}[0] is {describe(values[0])}.",
            f"Every instance is {_expected(taken)}.",
            f'Put one sample into a list of its own: {{"{field}": [[...]]}}.',
        )
    check_count(len(values), field)
    samples = np.empty((len(values), *taken.shape), DTYPES[taken.kind])
    for number, value in enumerate(values):
        samples[number] = read_one(value, taken, f"{field}[{number}]", words=words)
    return samples


def read_one(value: object, taken: Taken, place: str, *, words: bool = False) -> NDArray[Any]:
    """Return one picture or drawing as a sample. Args as `read`.

    Raises:
        InvalidInput: It is no sample; the error names `place`.
    """
    if taken.kind == "strokes":
        value = _unwrapped(value, STROKES_NAME)
        if isinstance(value, list) or (words and isinstance(value, str)):
            return drawn_sequence(value, taken, place)
        raise InvalidInput(
            f"{place} is {describe(value)}.", "The model takes strokes.", f"Send {STROKES_FORM}."
        )
    height, width, channels = taken.shape
    shape = height, width, channels
    value = _unwrapped(value, INPUT_NAME)
    if isinstance(value, list):
        return read_pixels(value, shape, place)
    if isinstance(value, dict) and len(value) == 1:
        if "b64" in value:
            return read_b64(value["b64"], shape, place)
        if STROKES_NAME in value:
            return drawn_picture(value[STROKES_NAME], shape, place)
    if words and isinstance(value, str):
        text = value.strip()
        return (drawn_picture if text.startswith("[") else read_b64)(text, shape, place)
    raise InvalidInput(
        f"{place} is {describe(value)}.",
        f"An instance is {_expected(taken)}.",
        "Send pixels, strokes, or a picture file as base64.",
    )


def _unwrapped(value: object, name: str) -> object:
    return value[name] if isinstance(value, dict) and len(value) == 1 and name in value else value


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
            f'"{field}" is {describe(values)}.',
            "It must be a list of texts.",
            f'Put the text into a list: {{"{field}": ["..."]}}.',
        )
    check_count(len(values), field)
    texts = []
    for number, value in enumerate(values):
        value = _unwrapped(value, TEXT_NAME)
        if not isinstance(value, str):
            raise InvalidInput(
                f"{field}[{number}] is {describe(value)}.",
                "The model reads texts.",
                "Send each instance as a text in quotes.",
            )
        texts.append(value)
    return texts


def _expected(taken: Taken) -> str:
    if taken.kind == "strokes":
        return f"{STROKES_FORM}, or {format_shape(taken.shape)} numbers"
    height, width, channels = taken.shape
    return expected((height, width, channels))


__all__ = ["BATCH_LIMIT", "Shape", "check_count", "read", "read_one", "read_picture", "read_texts"]
