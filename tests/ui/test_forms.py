"""What a form says and lets through."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.training import TrainingConfig
from studio.ui.forms import differences


def form() -> None:
    """Show all settings of a training."""
    import streamlit as st

    from studio.core.training import TrainingConfig
    from studio.ui.forms import fields

    st.session_state["found"] = fields(TrainingConfig, {"learning_rate": 0.003}, "key", columns=2)


def test_untouched_form_holds_the_defaults() -> None:
    app = AppTest.from_function(form).run()
    assert not app.exception
    found = TrainingConfig.model_validate(app.session_state["found"])
    assert found == TrainingConfig(learning_rate=0.003)


def test_number_on_a_logarithmic_scale_is_stepped_by_half_and_never_reaches_nought() -> None:
    app = AppTest.from_function(form).run()
    rate = app.number_input(key="key.learning_rate")
    assert (rate.value, rate.step) == (0.003, 0.002)
    for _ in range(12):
        rate = app.number_input(key="key.learning_rate")
        rate.decrement().run()
    assert 0 < app.session_state["found"]["learning_rate"] < 1e-5
    assert not app.exception


def test_empty_number_says_what_that_means() -> None:
    app = AppTest.from_function(form).run()
    field = app.number_input(key="key.clip_norm")
    assert (field.value, field.placeholder) == (None, "none")
    field.set_value(1.5).run()
    assert app.session_state["found"]["clip_norm"] == 1.5


def test_several_choices_come_back_in_the_declared_order() -> None:
    app = AppTest.from_function(form).run()
    app.multiselect(key="key.metrics").set_value(["f1", "precision", "accuracy"]).run()
    assert app.session_state["found"]["metrics"] == ("accuracy", "precision", "f1")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"deterministic": True}, "deterministic"),
        ({"l2": 0.0001}, "L2 penalty 0.0001"),
        ({"metrics": ()}, "metrics: none"),
        ({"early_stopping": 4, "keep": "last"}, "keep last, early stopping 4 epochs"),
        ({"schedule": "on_plateau", "warm_up": 0.05}, "schedule on plateau, warm-up 5 %"),
    ],
)
def test_differences_from_the_defaults_are_said(changed: dict[str, object], said: str) -> None:
    assert differences(TrainingConfig, TrainingConfig(**changed).model_dump()) == said
