from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.stopping import LEAST_SCALE, EarlyStopping, PlateauRule
from studio.core.training import TrainingConfig

LOSSES = st.lists(st.one_of(st.floats(0, 10), st.just(math.nan)), max_size=30)


@settings(max_examples=80)
@given(LOSSES, st.integers(1, 5), st.sampled_from([0.0, 0.1, 1.0]))
def test_stops_once_so_many_epochs_in_a_row_were_not_lower(
    losses: list[float], patience: int, delta: float
) -> None:
    rule = EarlyStopping(patience, delta)
    best, since = math.inf, 0
    for loss in losses:
        since = 0 if loss < best - delta else since + 1
        best = loss if since == 0 else best
        assert rule.update(loss) == (since >= patience)


@settings(max_examples=40)
@given(LOSSES, st.integers(0, 30))
def test_rules_go_on_from_a_checkpoint_as_if_nothing_had_been(
    losses: list[float], cut: int
) -> None:
    training = TrainingConfig(schedule="on_plateau", plateau_patience=2, early_stopping=3)
    for kind in (EarlyStopping, PlateauRule):
        whole, first = kind.of(training), kind.of(training)
        for loss in losses[:cut]:
            first.update(loss)
        saved = json.loads(json.dumps(first.to_dict(), allow_nan=False))
        resumed = kind.of(training).restore(saved)
        answers = [whole.update(loss) for loss in losses]
        assert [resumed.update(loss) for loss in losses[cut:]] == answers[cut:]
        assert resumed == whole


def test_a_rule_that_is_not_wanted_never_speaks() -> None:
    training = TrainingConfig(schedule="cosine")
    for rule in (EarlyStopping.of(training), PlateauRule.of(training)):
        assert not any(rule.update(1.0) for _ in range(100))


def test_the_rate_is_cut_again_and_again_but_not_to_nothing() -> None:
    rule = PlateauRule.of(
        TrainingConfig(schedule="on_plateau", plateau_patience=1, plateau_factor=0.1)
    )
    cuts = [rule.update(1.0) for _ in range(20)]
    assert cuts == [False] + [True] * 4 + [False] * 15
    assert rule.scale == pytest.approx(LEAST_SCALE)
