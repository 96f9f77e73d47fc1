"""What every reader of answers gives out, and how it reads numbers and words of strangers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from studio.core.label_answer import COMMENT_LIMIT, LabelValue

MAX_FILE = 20 * 10**9
"""Bytes of a file of answers."""
LONGEST_SECONDS = 86_400.0


@dataclass(frozen=True)
class Said:
    """What one entry says of one sample.

    Args:
        place: Where it stands, such as "line 7".
        item: Number of the sample.
        value: None for a skip.
        annotator: Who said it; "" where the file does not say.
        seconds: How long they looked at it; None when not known.
        accepted: It was a suggestion, accepted as it was.
        score: How sure whoever said it is, 0 to 1.
        time: ISO 8601, as the file has it; "" where it does not say.
        ignored: Kinds of marks beside it that the studio has not.
    """

    place: str
    item: int
    value: LabelValue | None
    annotator: str = ""
    unsure: bool = False
    comment: str = ""
    seconds: float | None = None
    accepted: bool = False
    score: float = 1.0
    time: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """Why an entry says nothing that can be kept."""

    place: str
    reason: str


Wish = Literal["answers", "suggestions"]
"""Every answer, or for each sample the one that is suggested."""


def seconds_of(value: Any) -> float | None:
    """Return a time that somebody took, None where it makes no sense."""
    number = number_of(value)
    return number if number is not None and 0 <= number <= LONGEST_SECONDS else None


def score_of(value: Any) -> float:
    """Return how sure somebody is, 0 to 1; 1 where nothing is said."""
    number = number_of(value)
    return 1.0 if number is None else min(1.0, max(0.0, number))


def number_of(value: Any) -> float | None:
    """Return a number, also one that stands there as text; None where it is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def comment_of(value: Any) -> str:
    """Return what somebody wrote, as far as a comment goes."""
    return value[:COMMENT_LIMIT] if isinstance(value, str) else ""


def word_of(value: Any) -> str:
    """Return a text without surrounding spaces, empty where it is none."""
    return value.strip() if isinstance(value, str) else ""
