from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.schedules import COSINE_END, CYCLE_END, CYCLE_RISE, learning_rates
from studio.core.training import TrainingConfig

WANTED = st.builds(
    TrainingConfig,
    schedule=st.sampled_from(["constant", "cosine", "on_plateau", "one_cycle"]),
    warm_up=st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.5]),
    learning_rate=st.floats(1e-6, 10),
)


def whole(training: TrainingConfig, total: int) -> np.ndarray:
    return learning_rates(training, 1, total, total_steps=total)


@settings(max_examples=60)
@given(WANTED, st.integers(1, 300), st.data())
def test_a_part_is_what_the_whole_has_there(
    training: TrainingConfig, total: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, total))
    count = data.draw(st.integers(0, total - first + 1))
    part = learning_rates(training, first, count, total_steps=total)
    assert part.dtype == np.float32
    assert np.array_equal(part, whole(training, total)[first - 1 : first - 1 + count])


@settings(max_examples=60)
@given(WANTED, st.integers(1, 300), st.floats(0.001, 10))
def test_rates_are_above_nothing_at_most_what_is_set_and_scaled(
    training: TrainingConfig, total: int, scale: float
) -> None:
    rates = whole(training, total)
    assert (rates > 0).all()
    assert (rates <= np.float32(training.learning_rate) * (1 + 1e-6)).all()
    scaled = learning_rates(training, 1, total, total_steps=total, scale=scale)
    np.testing.assert_allclose(scaled, rates * scale, rtol=1e-5)


@settings(max_examples=60)
@given(WANTED, st.integers(2, 300))
def test_rates_rise_to_a_top_and_never_again(training: TrainingConfig, total: int) -> None:
    rates = whole(training, total)
    top = int(rates.argmax())
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) <= 0).all()


def test_each_schedule_begins_and_ends_as_it_says() -> None:
    rate, total = 0.1, 1000

    def of(**wanted: object) -> np.ndarray:
        return whole(TrainingConfig.model_validate({"learning_rate": rate, **wanted}), total)

    assert set(of().tolist()) == set(of(schedule="on_plateau").tolist()) == {np.float32(rate)}
    cosine = of(schedule="cosine")
    np.testing.assert_allclose(cosine[[0, -1]], [rate, rate * COSINE_END], rtol=1e-5)
    np.testing.assert_allclose(cosine[500], rate * (1 + COSINE_END) / 2, rtol=0.01)
    warm = of(warm_up=0.1)
    np.testing.assert_allclose(
        warm[[0, 49, 99, 100]], [rate / 100, rate / 2, rate, rate], rtol=1e-5
    )
    cycle = of(schedule="one_cycle")
    assert int(cycle.argmax()) == round(CYCLE_RISE * total)
    np.testing.assert_allclose(cycle[[0, -1]], [rate / 25, rate * CYCLE_END], rtol=1e-5)
    assert int(of(schedule="one_cycle", warm_up=0.1).argmax()) == 100


def test_steps_behind_the_plan_have_the_rate_of_its_last_one() -> None:
    training = TrainingConfig(schedule="cosine")
    assert set(learning_rates(training, 10, 5, total_steps=10).tolist()) == {
        whole(training, 10)[-1]
    }
