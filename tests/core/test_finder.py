from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import InvalidInput
from studio.core.finder import FinderParams, evened, fell_apart, parse_finder, suggested

RATES = np.geomspace(1e-6, 1, 150)


def curve(falls_at: float, fails_at: float, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Return losses that fall from 2.3 around one rate and rise again around another."""
    losses = 0.3 + 2 / (1 + (RATES / falls_at) ** 2) + (RATES / fails_at) ** 2
    return losses + np.random.default_rng(seed).normal(0, noise, len(RATES))


@settings(max_examples=30)
@given(st.floats(-4.5, -1.7), st.integers(0, 9))
def test_suggests_a_rate_around_which_the_loss_falls(power: float, seed: int) -> None:
    falls = 10**power
    rate = suggested(RATES, curve(falls, 30 * falls, 0.03, seed))
    assert rate is not None
    assert 0.3 * falls < rate < 3 * falls


@settings(max_examples=20)
@given(st.integers(0, 50))
def test_suggests_nothing_where_the_loss_does_not_fall(seed: int) -> None:
    flat = 2.3 + np.random.default_rng(seed).normal(0, 0.02, len(RATES))
    assert suggested(RATES, flat) is None
    assert suggested(RATES, 2.3 + (RATES / 0.01) ** 2) is None
    assert suggested(RATES[:5], flat[:5]) is None


def test_what_is_no_number_is_left_out() -> None:
    losses = curve(1e-3, 3e-2)
    losses[140:] = np.nan
    assert suggested(RATES, losses) == pytest.approx(1e-3, rel=0.5)


def test_evening_out_keeps_the_mean_and_moves_nothing() -> None:
    line = np.linspace(3, 1, 80)
    np.testing.assert_allclose(evened(line)[10:-10], line[10:-10])
    noisy = line + np.random.default_rng(0).normal(0, 0.1, 80)
    assert np.abs(evened(noisy) - line)[10:-10].max() < 0.12


def test_notices_when_training_falls_apart_and_not_before() -> None:
    losses = curve(1e-3, 3e-2, 0.03)
    apart = [fell_apart(losses[: n + 1]) for n in range(len(losses))]
    first = apart.index(True)
    assert 1e-2 < RATES[first] < 1e-1
    assert not fell_apart(np.full(40, 2.3))
    assert fell_apart(np.append(np.full(3, 2.3), np.inf))
    assert fell_apart(np.concatenate([np.full(20, 2.3), np.geomspace(2.3, 40, 20)]))


def test_rates_rise_by_the_same_share_each_step() -> None:
    rates = FinderParams(lowest=1e-4, highest=1, steps=50).rates()
    np.testing.assert_allclose(np.diff(np.log(rates)), np.log(1e4) / 49, rtol=1e-3)


def test_a_range_that_does_not_rise_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least 10 times"):
        parse_finder({"lowest": 0.1, "highest": 0.2})
