from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.label_session import LearningPoint
from studio.core.learning_curve import worth


def curve(points: dict[int, float]) -> list[LearningPoint]:
    return [LearningPoint(answers=n, accuracy=accuracy) for n, accuracy in points.items()]


@pytest.mark.parametrize("points", [{}, {100: 0.5}, {10: 0.4, 20: 0.5}])
def test_too_early_to_say(points: dict[int, float]) -> None:
    assert worth(curve(points)) is None


@given(st.floats(0, 0.2), st.floats(0.3, 2), st.floats(0.3, 0.9), st.sampled_from([50, 200, 1000]))
@settings(max_examples=30)
def test_a_power_law_is_found_again(floor: float, scale: float, power: float, more: int) -> None:
    def error(n: int) -> float:
        return min(1.0, floor + scale * n**-power)

    sizes = (60, 120, 240, 400, 600)
    points = curve({n: 1 - error(n) for n in sizes if error(n) < 1})
    true = 100 * (error(600) - error(600 + more))
    assert worth(points, more) == pytest.approx(true, rel=0.15, abs=0.1)


def test_nothing_is_gained_where_the_curve_is_flat_or_falls() -> None:
    assert worth(curve({40: 0.9, 80: 0.9, 160: 0.9})) == pytest.approx(0, abs=1e-9)
    assert worth(curve({40: 1.0, 80: 1.0})) == pytest.approx(0, abs=1e-9)
    assert worth(curve({40: 0.9, 80: 0.8, 160: 0.7})) == 0


def test_more_labels_are_worth_more_and_never_more_than_what_is_wrong() -> None:
    points = curve({160: 0.85, 32: 0.67, 64: 0.79, 16: 0.5, 112: 0.82})
    gains = [worth(points, more) for more in (10, 50, 500, 10**9)]
    assert gains == sorted(gains)
    assert 0.3 < gains[1] < 3
    assert gains[-1] <= 15
