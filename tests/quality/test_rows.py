"""Rows of a table: those that are the same are found, and all are laid out by what they hold."""

from __future__ import annotations

import numpy as np

from studio.core.quality import QualityParams
from studio.quality import check_quality
from studio.tables import describe, frame_of_columns, row_features, row_texts

FRAME = frame_of_columns(
    {
        "size": [*range(9), 7, 7, None],
        "kind": [*("ab" * 4), "a", "b", "b", None],
        "note": ["text"] * 11 + [None],
        "target": [*("xy" * 4), "x", "y", "x", "x"],
    }
)
LABELS = np.array([0, 1] * 4 + [0, 1, 0, 0], np.int32)


def test_rows_become_numbers_without_their_class() -> None:
    numbers = row_features(FRAME, describe(FRAME), "target")
    assert numbers.dtype == np.float32
    assert numbers[:2, 1:].tolist() == [[0, 1, 1], [1, 0, 1]]
    assert numbers[-1].tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(numbers[:, 0].mean(), 0, atol=1e-6)


def test_equal_rows_are_copies_and_their_classes_are_compared() -> None:
    found = check_quality(
        row_texts(FRAME, ["size", "kind", "note"]),
        LABELS,
        None,
        QualityParams(),
        title="rows:1",
        digest="0" * 64,
        progress=lambda *told: None,
        numbers=row_features(FRAME, describe(FRAME), "target"),
    )
    report = found.report
    assert (report.copies, report.near_duplicates, report.conflicts) == (2, 2, 3)
    assert (report.blank, report.largest_group) == (1, 3)
    assert found.map_points.shape == (12, 2)
