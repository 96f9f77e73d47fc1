"""From the bytes of a body to JSON, safely and fast."""

from __future__ import annotations

import json
import re
import zlib
from typing import Any, NoReturn

import numpy as np
import orjson

from studio.core.errors import InvalidInput, TooLarge
from studio.serving.body import BODY_LIMIT_BYTES
from studio.serving.exchange import Asked

FORM = '{"instances": [...]}'
PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""Content-Encoding -> how zlib unpacks it."""
DEPTH_LIMIT = 64
# Possessive, and with an optional closing quote, so that no body makes the search go back.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def content(asked: Asked) -> bytes:
    """Return the body of a request, unpacked where the client packed it.

    Raises:
        InvalidInput: It is packed in another way, or damaged. TooLarge: It has more than 8 MB unpacked.
    """
    encoding = asked.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return asked.body
    if encoding not in PACKED:
        raise InvalidInput(
            f"The body is packed as {encoding[:20]!r}.",
            "Bodies may come as they are, or packed by gzip or deflate.",
            "Send it without packing it.",
        )
    unpacker = zlib.decompressobj(PACKED[encoding])
    try:
        body = unpacker.decompress(asked.body, BODY_LIMIT_BYTES + 1)
    except zlib.error as error:
        raise InvalidInput(
            f"The body cannot be unpacked as {encoding}.",
            f"{error}.",
            "Send it without packing it.",
        ) from error
    if len(body) > BODY_LIMIT_BYTES:
        raise TooLarge(
            f"The body has more than {BODY_LIMIT_BYTES:,} bytes when it is unpacked.",
            "Larger ones are refused before they fill the memory.",
            "Send fewer instances at once.",
        )
    if not unpacker.eof:
        raise InvalidInput(
            "The packed body is cut short.", "Its end is missing.", "Send all of it."
        )
    return body


def parse_body(body: bytes, form: str = FORM) -> dict[str, Any]:
    """Return the JSON object of a body.

    Args:
        body: As it came.
        form: What a right one looks like, for errors.

    Raises:
        InvalidInput: It is no JSON object, nested deeper than 64, or has numbers such as NaN.

    Example:
        >>> parse_body(b'{"instances": ["a text"]}')
        {'instances': ['a text']}
    """
    if body.count(b"[") + body.count(b"{") > DEPTH_LIMIT < _depth(body):
        raise _too_deep(form)
    try:
        parsed = orjson.loads(body)
    except ValueError as error:
        parsed = _second_look(body, error, form)
    if not isinstance(parsed, dict):
        raise InvalidInput(
            "The body is no JSON object.", "What is asked stands in an object.", f"Send {form}."
        )
    return parsed


def _depth(body: bytes) -> int:
    """Return how deep brackets and braces are nested, those inside texts not counted."""
    marks = np.frombuffer(_STRING.sub(b"", body), np.uint8)
    opened = (marks == ord("[")) | (marks == ord("{"))
    closed = (marks == ord("]")) | (marks == ord("}"))
    steps = opened.astype(np.int32) - closed
    return int(np.cumsum(steps, dtype=np.int32).max(initial=0))


def _too_deep(form: str) -> InvalidInput:
    return InvalidInput(
        f"The JSON is nested deeper than {DEPTH_LIMIT}.", "No sample needs that.", f"Send {form}."
    )


def _second_look(body: bytes, error: ValueError, form: str) -> Any:
    """Read what orjson does not: texts with half of a pair of surrogates, as browsers cut them.

    Raises:
        InvalidInput: It is no JSON for others either.
    """
    said = str(error)
    if "surrogate in" in said:
        try:
            return json.loads(body, parse_constant=_refuse_constant)
        except ValueError as other:
            said = str(other)
    if "infinity" in said:
        raise InvalidInput(
            "The body has a number of too many digits.",
            "No number that a model takes is so large.",
            f"Send {form}.",
        ) from error
    raise InvalidInput(
        "The body is not JSON." if body else "The body is empty.",
        f"{said[:100].rstrip('.')}.",
        f"Send {form}.",
    ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def dump(value: Any) -> bytes:
    """Return JSON, arrays of NumPy included.

    Example:
        >>> dump({"scores": np.ones(2, np.float32), "id": chr(0xD83D)})
        b'{"scores": [1.0, 1.0], "id": "\\\\ud83d"}'
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY, default=_plain)
    except orjson.JSONEncodeError:  # half of a pair of surrogates that a caller sent comes back
        return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):  # one whose rows do not lie one behind the other
        return value.tolist()
    raise TypeError(f"{type(value)} is not JSON")
