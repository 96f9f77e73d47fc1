"""The gate that every form of a model has to pass: where it draws the line."""

from __future__ import annotations

import pytest

from studio.core.model_export import Exported, ExportKind, ParityRow, refusal


@pytest.mark.parametrize(
    ("kind", "agreement", "drop", "words"),
    [
        ("float", 0.999, 0.0, ""),
        ("float", 0.99899, 0.0, "about 99.89 % of the samples; 99.9 % are wanted"),
        ("package", 0.95, 0.0, "about 95 % of the samples"),
        ("int8", 0.95, 0.92 - 0.91, ""),  # one point, though the computer finds a little more
        ("int8", 1.0, 0.0104, "1.04 points lower than the model's; 1 is allowed"),
        ("int8", 0.99, None, ""),  # without labels it cannot have lost more than they disagree
        ("int8", 0.98, None, "about 98 % of the samples; 99 % are wanted"),
        ("int8", None, None, ""),
    ],
)
def test_a_form_is_refused_just_beyond_the_line(
    kind: ExportKind, agreement: float | None, drop: float | None, words: str
) -> None:
    row = ParityRow(format="x", bytes=1, samples=1000, agreement=agreement, accuracy_drop=drop)
    said = refusal(kind, row)
    assert (said == "") == (words == "")
    assert words in said


def test_one_place_where_a_form_is_refused_is_enough() -> None:
    row = ParityRow(format="page", bytes=1, samples=1000)
    wrong = row.model_copy(update={"where": "Chrome 149", "refused": "It differs."})
    assert Exported((row, wrong)).refused == {"page": "It differs."}
    assert Exported((row, wrong.model_copy(update={"accepted": True}))).refused == {}
