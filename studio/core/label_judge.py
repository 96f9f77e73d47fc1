"""Which answers are possible in a session, which are the same, and what counts in the end."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.errors import InvalidInput
from studio.core.label_answer import LabelValue, SessionAnswer, checked_names, latest
from studio.core.label_session import ItemState, LabelSession
from studio.core.sample import Box

SAME_BOX = 0.5
"""Boxes of one class are the same box from this intersection over union on."""


def check_value(
    session: LabelSession, value: LabelValue, revision: int, length: int | None
) -> LabelValue:
    """Return the value in today's class names if it is an answer to what the session asks.

    Args:
        session: What is asked.
        value: As it was given.
        revision: Of the classes it was given under.
        length: Characters of the text; None for pictures.

    Raises:
        NotFound: No such class. InvalidInput: Several classes where one is asked, none where one is needed, boxes or
            spans where none are asked or outside of the sample.
    """
    config = session.config
    now = checked_names(value.renamed(session.names_since(revision)), config.class_names)
    if config.answer == "single" and len(now.classes) != 1:
        raise _not_asked(f"{len(now.classes)} classes", "exactly one class a sample")
    if config.answer == "boxes" and now.classes:
        raise _not_asked("a class of the whole picture", "boxes")
    if now.boxes and config.answer != "boxes":
        raise _not_asked("boxes", "classes")
    if now.spans and (not config.spans or length is None):
        raise _not_asked("spans", "classes")
    if now.spans and length is not None and now.spans[-1].end > length:
        raise _not_asked(
            "a span behind the end of the text", f"spans within its {length} characters"
        )
    for box in now.boxes:
        _check_box(box)
    return now


def _not_asked(given: str, asked: str) -> InvalidInput:
    return InvalidInput(
        f"The answer has {given}.",
        f"This session asks for {asked}.",
        "Reload the page, and answer again.",
    )


def _check_box(box: Box) -> None:
    edges = (box.left, box.top, box.left + box.width, box.top + box.height)
    within = all(-1e-6 <= edge <= 1 + 1e-6 for edge in edges)  # false for what is no number, too
    if not (within and box.width > 0 and box.height > 0):
        raise InvalidInput(
            "A box lies outside of the picture, or is empty.",
            "Left, top, width and height are shares of the picture, 0 to 1.",
            "Draw it again.",
        )


def overlap_of(one: Box, other: Box) -> float:
    """Return the intersection over union of two boxes, 0 to 1."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (one.width * one.height + other.width * other.height - both)


def same_answer(one: LabelValue, other: LabelValue) -> bool:
    """Return whether two answers say the same: equal classes and spans, boxes matched one to one at SAME_BOX."""
    if (
        one.classes != other.classes
        or one.spans != other.spans
        or len(one.boxes) != len(other.boxes)
    ):
        return False
    left = list(other.boxes)
    for box in one.boxes:
        fits = [
            b for b in left if b.class_name == box.class_name and overlap_of(box, b) >= SAME_BOX
        ]
        if not fits:
            return False
        left.remove(max(fits, key=lambda b: overlap_of(box, b)))
    return True


def judge(answers: Sequence[SessionAnswer], wanted: int) -> tuple[ItemState, LabelValue | None]:
    """Return the state of an item nobody has decided, and the value that counts.

    Args:
        answers: All acts about it; those that count, the latest of each person, decide.
        wanted: Answers it needs.
    """
    values = [
        a.value for a in latest(answers).values() if a.counted and a.act == "answer" and a.value
    ]
    if len(values) < wanted or not values:
        return "open", None
    if all(same_answer(values[0], value) for value in values[1:]):
        return "agreed", values[0]
    return "disputed", None
