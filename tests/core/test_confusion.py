from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from studio.core.confusion import class_order, confused_pairs, normalised

COUNTS = np.array([[8, 0, 2], [0, 5, 0], [1, 3, 6]])
NAMES = ["pear", "Apple", "fig"]


@pytest.mark.parametrize(("unit", "of"), [("true", "true"), ("predicted", "pred"), ("count", None)])
def test_shares_are_those_of_scikit_learn(unit, of):
    cells = [
        (true, said) for true in range(3) for said in range(3) for _ in range(COUNTS[true, said])
    ]
    true, said = zip(*cells, strict=True)
    np.testing.assert_allclose(
        normalised(COUNTS, unit), confusion_matrix(true, said, normalize=of), atol=1e-12
    )


def test_a_class_without_samples_has_shares_of_nothing():
    assert normalised(np.zeros((2, 2), np.int64), "predicted").tolist() == [[0, 0], [0, 0]]


def test_pairs_come_most_samples_first():
    found = [(pair.true, pair.predicted, pair.samples) for pair in confused_pairs(COUNTS)]
    assert found == [(2, 1, 3), (0, 2, 2), (2, 0, 1)]
    assert confused_pairs(COUNTS)[1].share == 0.2
    assert len(confused_pairs(COUNTS, limit=1)) == 1


def test_order_by_confusion_puts_what_is_confused_side_by_side():
    assert class_order(COUNTS, NAMES, "declared") == [0, 1, 2]
    assert class_order(COUNTS, NAMES, "alphabetical") == [1, 2, 0]
    assert sorted(class_order(COUNTS, NAMES, "confused")) == [0, 1, 2]
    many = np.diag([9] * 6)
    many[4, 1] = 7
    many[2, 5] = 3
    assert class_order(many, list("abcdef"), "confused") == [1, 4, 2, 5, 0, 3]
