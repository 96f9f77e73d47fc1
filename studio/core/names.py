"""Names that people give: to datasets, runs, models, endpoints."""

from __future__ import annotations

import re
from collections.abc import Container

from studio.core.errors import InvalidInput, with_article

NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CLASS_NAME_LIMIT = 100


def slug(text: str) -> str:
    """Return a legal name made of `text`.

    Example:
        >>> slug("My drawings, day 2")
        'my-drawings-day-2'
    """
    words = re.sub(r"[^a-z0-9._]+", "-", text.strip().lower()).strip("-._")
    return words[:64].rstrip("-._") or "unnamed"


def free_name(wanted: str, taken: Container[str]) -> str:
    """Return `wanted`, or `wanted-2`, `wanted-3` ... where that is taken, at most 64 characters.

    Example:
        >>> free_name("digits", {"digits", "digits-2"})
        'digits-3'
    """
    if wanted not in taken:
        return wanted
    return next(n for i in range(2, 10**6) if (n := f"{wanted[:58]}-{i}") not in taken)


def check_name(noun: str, name: str) -> str:
    """Return `name` if it can name a `noun`, else say what is wrong with it.

    A name has 1 to 64 characters: letters, digits, dot, dash and underscore, and starts with a
    letter or digit, so that it can stand in an address, a file name and a command line.

    Raises:
        InvalidInput: The name is empty, too long or has other characters.
    """
    if NAME_PATTERN.fullmatch(name):
        return name
    shown = name if len(name) <= 60 else name[:57] + "..."
    raise InvalidInput(
        f'"{shown}" cannot name {with_article(noun)}.',
        "A name has 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter or digit.",
        f'Try "{slug(name)}".',
    )


def check_class_name(name: str) -> str:
    """Return the class name without surrounding spaces, else say what is wrong with it.

    A class name is what people read: any script, spaces included, 1 to 100 characters, no control characters.

    Raises:
        InvalidInput: The name is empty, too long or has control characters.
    """
    cleaned = name.strip()
    if 0 < len(cleaned) <= CLASS_NAME_LIMIT and cleaned.isprintable():
        return cleaned
    raise InvalidInput(
        f"{name[:60]!r} cannot name a class.",
        f"A class name has 1 to {CLASS_NAME_LIMIT} visible characters.",
        'Choose a short word such as "apple".',
    )
