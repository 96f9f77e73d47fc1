"""What a search may try, and what a trial of it trains with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.automl import automl
from studio.core.choices import Choice, grid_values, settings_of_model, title_of
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.dataset import DatasetVersion
from studio.core.errors import StudioError
from studio.core.events import ObservationEvent
from studio.core.layers import Dense
from studio.core.pipeline import Pipeline
from studio.core.presets import PRESETS
from studio.core.run import kind_of
from studio.core.search import SearchParams, parse_search, settings_of_trial
from studio.core.standard import search_pipeline
from studio.core.training import TrainingConfig
from studio.core.trials import Trial, best_trial, importances_of, trials_of

SMALL = ModelConfig(layers=(Dense(units=8),))
RATES = Choice(field="learning_rate", low=0.001, high=0.1, log=True)


def test_search_is_one_run_whose_best_model_is_judged() -> None:
    pipeline = search_pipeline("digits", SearchParams(space=(RATES,)), version=3)
    pipeline.check()
    assert pipeline.order() == ["dataset", "split", "search", "evaluate"]
    assert kind_of(pipeline) == "search"
    again = Pipeline.model_validate_json(pipeline.model_dump_json())
    assert again.params("search") == SearchParams(space=(RATES,))


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ({"space": []}, "nothing to search"),
        ({"space": [{"field": "lerning_rate", "values": [1]}]}, "no setting to search"),
        ({"space": [{"field": "metrics", "values": ["f1"]}]}, "no setting to search"),
        ({"space": [{"field": "layers.9.filters", "values": [1]}]}, "no setting to search"),
        ({"space": [{"field": "layers.0.filters", "values": [0]}]}, "not possible"),
        ({"space": [{"field": "optimizer", "values": ["adam", "best"]}]}, "not possible"),
        ({"space": [{"field": "optimizer", "low": 0, "high": 1}]}, "from a range"),
        ({"space": [{"field": "epochs", "low": 1, "high": 2.5}]}, "from 1 to 2.5"),
        ({"space": [{"field": "learning_rate", "low": 0.1, "high": 100}]}, "not possible"),
        ({"space": [{"field": "learning_rate", "low": 0.1}]}, "cannot choose learning_rate"),
        ({"space": [{"field": "learning_rate", "low": 0.1, "high": 0.01}]}, "cannot choose"),
        ({"space": [{"field": "mixup", "low": 0, "high": 1, "log": True}]}, "cannot choose mixup"),
        ({"space": [{"field": "epochs"}]}, "cannot choose epochs"),
        ({"space": [{"field": "epochs", "values": [1, 1]}]}, "cannot choose epochs"),
        ({"space": [{"field": "model", "values": ["other"]}]}, "no model of the search"),
        ({"space": [RATES.model_dump()] * 2}, "twice"),
        ({"space": [RATES.model_dump()], "trials": None}, "never end"),
        ({"space": [RATES.model_dump()], "trials": 0}, "not possible"),
        ({"space": [{"field": n, "low": 0, "high": 0.5, "step": 0.005} for n in ("shift", "scale", "warm_up")],
          "sampler": "grid"}, "combinations"),
    ],
)  # fmt: skip
def test_search_that_makes_no_sense_is_refused(wanted: dict[str, Any], what: str) -> None:
    with pytest.raises(StudioError) as refused:
        parse_search(wanted)
    assert what in refused.value.what


def test_trial_has_what_was_chosen_and_else_the_usual() -> None:
    params = SearchParams(
        models={"drawings": DRAWING_CLASSIFIER, "small": SMALL},
        training=TrainingConfig(epochs=3),
        space=(RATES,),
        objective="f1",
    )
    assert [choice.field for choice in params.choices] == ["model", "learning_rate"]
    model, training = settings_of_trial(params, {"model": "small", "learning_rate": 0.5})
    assert model == SMALL
    assert training.learning_rate == 0.5
    assert training.epochs == 3
    assert "f1" in training.metrics
    params = SearchParams(space=(Choice(field="layers.2.filters", values=(8, 16)),))
    model, _ = settings_of_trial(params, {"layers.2.filters": 8})
    assert [getattr(layer, "filters", None) for layer in model.layers] == [16, 32, 8, None]


def test_every_setting_of_a_preset_can_be_tried() -> None:
    for config in PRESETS.values():
        for field, info in settings_of_model(config).items():
            default = info.default if info.default is not None else 1
            if isinstance(default, bool | int | float | str):
                Choice(field=field, values=(default,)).check()
            assert title_of(field, {"one": config})


@settings(max_examples=60)
@given(
    low=st.floats(1e-6, 5), span=st.floats(1e-3, 5), log=st.booleans(), step=st.none() | st.floats(1e-3, 5)
)  # fmt: skip
def test_grid_stays_within_its_range(
    low: float, span: float, log: bool, step: float | None
) -> None:
    choice = Choice(field="learning_rate", low=low, high=low + span, log=log and step is None,
                    step=step if step and step <= span else None)  # fmt: skip
    found = grid_values(choice, {})
    assert 1 <= len(found) == len(set(found))
    assert all(low * (1 - 1e-5) <= float(str(v)) <= (low + span) * (1 + 1e-5) for v in found)


def test_usual_settings_are_tried_first_where_they_can_be_chosen() -> None:
    space = (
        RATES,
        Choice(field="optimizer", values=("adam", "sgd")),
        Choice(field="epochs", low=10, high=20),
        Choice(field="batch_size", low=56, high=256, step=100),
    )
    usual = {"learning_rate": 0.001, "optimizer": "adam", "batch_size": 256}
    assert SearchParams(space=space).usual() == [usual]
    both = {"drawings": DRAWING_CLASSIFIER, "small": SMALL}
    assert SearchParams(space=space, models=both).usual() == [
        {"model": "drawings", **usual},
        {"model": "small", **usual},
    ]
    assert SearchParams(space=space[2:3]).usual() == []


def test_newest_word_about_a_trial_counts_and_the_best_is_one_that_was_not_given_up() -> None:
    def seen(seq: int, **facts: Any) -> ObservationEvent:
        trial = Trial.model_validate(facts)
        return ObservationEvent(seq=seq, time=0, kind="trial", step=trial.number, body=trial.model_dump())  # fmt: skip

    engine = ObservationEvent(seq=1, time=0, kind="engine", step=0, body={})
    trials = trials_of([
        engine,
        seen(2, number=2, state="running"),
        seen(3, number=1, state="completed", value=0.4, importances={"a": 0.2, "b": 0.8}),
        seen(4, number=2, state="completed", value=0.4),
        seen(5, number=3, state="pruned", value=0.1),
        seen(6, number=4, state="failed", reason="no"),
    ])  # fmt: skip
    assert [trial.state for trial in trials] == ["completed", "completed", "pruned", "failed"]
    for lower in (True, False):
        best = best_trial(trials, lower_is_better=lower)
        assert best is not None
        assert best.number == 1
    assert list(importances_of(trials)) == ["b", "a"]
    assert best_trial(trials[2:], lower_is_better=True) is None


@pytest.mark.parametrize("samples", [50, 5_000, 5_000_000])
def test_automl_suits_the_samples(samples: int) -> None:
    version = DatasetVersion.model_construct(
        dataset="d", version=1, task="images", shape=(28, 28, 1), class_names=("a", "b"),
        split_counts=(samples, 0, 10),
    )  # fmt: skip
    params = automl(PRESETS, version, 10)
    assert params.minutes == 10
    assert params.trials is None
    assert {"drawing-classifier", "drawing-residual"} <= set(params.models)
    assert not [name for name, model in params.models.items() if model.backbone()]
    assert not [name for name, model in params.models.items() if model.input != "images"]
    steps = params.training.steps_per_epoch or -(-samples // 256)
    assert steps <= 250
    assert params.training.epochs >= 10
