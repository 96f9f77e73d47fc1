"""What can be kept: values that JSON gives back as they were."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from studio.core.errors import InvalidInput

DEPTH = 64
"""Values are put into each other this often at most."""
_WHOLE = 2**63


def check_plain(value: Any, noun: str) -> None:
    """Refuse what JSON would not give back as it was, or a database not take.

    Args:
        value: Numbers, words, true, false, nothing, lists and names with values; models of them.
        noun: What it is part of, such as `the draft`.

    Raises:
        InvalidInput: What is in the way.

    Example:
        >>> check_plain({"rate": [0.1, None]}, "the draft")
    """
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        held, depth = waiting.pop()
        if depth > DEPTH:
            raise _refused(noun, f"It is nested more than {DEPTH} times.")
        match held:
            case None | bool():
                continue
            case int():
                if not -_WHOLE <= held < _WHOLE:
                    raise _refused(noun, "It has a whole number that is too large to be kept.")
            case float():
                if not math.isfinite(held):
                    raise _refused(noun, f"It has {held}, which is no number.")
            case str():
                if not held.isascii() and any("\ud800" <= letter <= "\udfff" for letter in held):
                    raise _refused(noun, "It has a text with half a character.")
            case dict() | list() | tuple() | BaseModel():
                waiting += [(part, depth + 1) for part in _parts(held)]
            case _:
                raise _refused(noun, f"It has a value of the kind {type(held).__name__}.")


def _parts(held: Any) -> Iterator[Any]:
    if isinstance(held, BaseModel):
        yield from (getattr(held, name) for name in type(held).model_fields)
    elif isinstance(held, dict):
        for name, value in held.items():
            yield name if isinstance(name, str) else type(name)  # which is refused: names are text
            yield value
    else:
        yield from held


def _refused(noun: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"What is in {noun} cannot be kept.",
        why,
        "Use numbers, words, true, false, and lists or names with such values.",
    )
