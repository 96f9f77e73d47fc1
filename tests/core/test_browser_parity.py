from __future__ import annotations

import numpy as np
import pytest

from studio.core.browser_parity import browser_row
from studio.core.errors import InvalidInput
from studio.core.model_export import ParityRow

ROW = ParityRow(format="page", where="Firefox 130", bytes=10, samples=0)
REFERENCE = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]], np.float32)
LABELS = np.array([0, 1, 0, -1], np.int32)


def test_a_row_tells_how_a_browser_differs():
    answers = REFERENCE[:3].copy()
    answers[2] = [0.55, 0.45]

    row = browser_row(ROW, answers, REFERENCE, LABELS)

    assert (row.samples, row.where) == (3, "Firefox 130")
    assert row.max_difference == pytest.approx(0.15)
    assert row.agreement == pytest.approx(2 / 3)
    assert (row.accuracy, row.accuracy_drop) == (1.0, pytest.approx(-1 / 3))
    assert row.refused.startswith("It agrees with the model about 66.66 %")


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        (np.empty((0, 2), np.float32), "Firefox 130"),
        (np.zeros((5, 2), np.float32), "Firefox 130"),
        (np.zeros((3, 3), np.float32), "Firefox 130"),
        (np.full((3, 2), np.nan, np.float32), "Firefox 130"),
        (REFERENCE, "<b>me</b>"),
        (REFERENCE, ""),
    ],
)
def test_what_is_no_answer_of_a_browser_is_refused(answers, where):
    with pytest.raises(InvalidInput, match="no answers of a browser"):
        browser_row(ROW.model_copy(update={"where": where}), answers, REFERENCE, LABELS)
