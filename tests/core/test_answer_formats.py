"""Formats of answers."""

from __future__ import annotations

import pytest

from studio.core.answer_formats import (
    ANSWER_FORMATS,
    answers_name,
    best_value,
    check_answer_format,
    is_said,
    possible_formats,
)
from studio.core.errors import InvalidInput, NotFound
from studio.core.label_session import ANSWER_TITLES
from tests.answers import answer, labelled, record


@pytest.mark.parametrize("kind", ANSWER_TITLES)
def test_every_format_is_possible_or_refused(kind: str) -> None:
    possible = possible_formats(kind)  # type: ignore[arg-type]
    for name in ANSWER_FORMATS:
        if name in possible:
            assert check_answer_format(name, kind, "pets").title  # type: ignore[arg-type]
        else:
            with pytest.raises(InvalidInput):
                check_answer_format(name, kind, "pets")  # type: ignore[arg-type]
    assert bool(possible) == (kind != "drawings")


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(NotFound, match="Did you mean"):
        check_answer_format("cocoo", "boxes", "pets")
    assert answers_name("pets", "yolo") == "pets-answers-yolo.zip"


def test_what_counts_goes_before_what_was_said_last() -> None:
    one, two = answer(1, labelled("cat")), answer(1, labelled("dog"), "bob", 2)
    skip = answer(1, None, "zoe", 3)
    assert best_value(record(1, one, two, skip)) == labelled("dog")
    assert best_value(record(1, one, two, value=labelled("cat"))) == labelled("cat")
    assert best_value(record(1, skip)) is None
    assert [is_said(r) for r in (record(1), record(1, skip), record(1, value=labelled()))] == [
        False, True, True,
    ]  # fmt: skip
