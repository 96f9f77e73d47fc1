import numpy as np
import pytest

from studio.core.equivalence import TOLERANCE, compare_answers
from studio.core.errors import Conflict

NAMES = ("cat", "dog")
ANSWERS = np.array([[0.25, 0.75], [0.5, 0.5], [0.875, 0.125]], np.float32)


def test_the_largest_difference_is_told() -> None:
    near = ANSWERS + np.float32(TOLERANCE / 2)
    assert 0 < compare_answers(ANSWERS, near, NAMES, ["a", "b", "c"]) <= TOLERANCE
    assert compare_answers(ANSWERS[:0], near[:0], NAMES, []) == 0


def test_other_answers_are_refused_with_the_worst_sample_and_both_answers() -> None:
    other = ANSWERS.copy()
    other[2] = 0.25, 0.75
    other[0, 0] += 1e-3
    with pytest.raises(Conflict, match="2 of 3") as refused:
        compare_answers(ANSWERS, other, NAMES, ["a", "b", "sample 7"])
    assert "About sample 7 the training says cat (0.875000)" in refused.value.why
    assert "dog (0.750000); samples with another class: 1" in refused.value.why


def test_what_is_no_number_is_a_difference() -> None:
    with pytest.raises(Conflict):
        compare_answers(ANSWERS, np.full_like(ANSWERS, np.nan), NAMES, ["a", "b", "c"])
