"""Model and training settings: what they compute, and how they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig, parse_model
from studio.core.errors import InvalidInput, NotFound
from studio.core.layers import LAYER_CLASSES, Conv2D, Dense, MaxPooling2D, UpSampling2D
from studio.core.presets import PRESET_GROUPS, PRESETS
from studio.core.training import TrainingConfig, parse_training


def test_the_drawing_classifier_has_110052_parameters_for_100_classes() -> None:
    rows = DRAWING_CLASSIFIER.rows((28, 28, 1), 100)
    assert [row.output_shape for row in rows] == [
        (14, 14, 16),
        (7, 7, 32),
        (3, 3, 64),
        (128,),
        (100,),
    ]
    assert [row.parameters for row in rows] == [160, 4640, 18496, 73856, 12900]
    assert DRAWING_CLASSIFIER.parameters((28, 28, 1), 100) == 110_052


def test_every_preset_fits_drawings_and_digits() -> None:
    for config in PRESETS.values():
        for shape in ((28, 28, 1), (8, 8, 1), (32, 32, 3)):
            assert config.parameters(shape, 10) > 0


def test_presets_are_grouped_and_each_reads_what_its_group_says() -> None:
    assert [name for names in PRESET_GROUPS.values() for name in names] == list(PRESETS)
    for name in PRESET_GROUPS["Strokes"]:
        assert PRESETS[name].input == "strokes"
    for name in PRESET_GROUPS["Photographs"]:
        assert PRESETS[name].backbone() is not None
    assert PRESETS["drawing-residual"].backbone() is None


def test_layers_are_offered_where_they_fit() -> None:
    for config in PRESETS.values():
        places = config.places((28, 28, 1))
        assert {"dense", "dropout"} <= places.keys()
        for kind, place in places.items():
            layers = list(config.layers)
            layers.insert(place, LAYER_CLASSES[kind]())
            rows = ModelConfig(
                layers=tuple(layers[: place + 1]), input=config.input, text=config.text
            )
            assert rows.rows((28, 28, 1), 2), kind
    pictures = DRAWING_CLASSIFIER.places((28, 28, 1))
    assert (pictures["conv2d"], pictures["dense"]) == (3, 4)
    assert not {"lstm", "embedding", "conv1d"} & pictures.keys()
    strokes = PRESETS["drawing-strokes"].places((28, 28, 1))
    assert "lstm" in strokes
    assert "conv2d" not in strokes


def test_a_layer_that_makes_too_many_values_is_refused() -> None:
    config = ModelConfig(layers=(UpSampling2D(size=8), UpSampling2D(size=8), Conv2D(filters=64)))
    with pytest.raises(InvalidInput, match="values of one sample"):
        config.rows((28, 28, 1), 2)


def test_the_summary_lists_input_layers_output_and_total() -> None:
    lines = DRAWING_CLASSIFIER.summary((28, 28, 1), 100).splitlines()
    assert lines[0].split() == ["Layer", "Output", "shape", "Parameters"]
    assert lines[1].split() == ["Input", "28", "x", "28", "x", "1", "0"]
    assert lines[-1].split() == ["Total", "110,052"]
    assert len(lines) == 8


def test_a_stack_that_does_not_fit_names_the_layer() -> None:
    config = ModelConfig(layers=(Conv2D(filters=4), MaxPooling2D(pool_size=16)))
    with pytest.raises(InvalidInput) as caught:
        config.rows((28, 28, 1), 10)
    assert caught.value.what.startswith("Layer 2: ")
    assert "14x14" in caught.value.what


def test_a_stack_that_is_too_large_is_refused() -> None:
    config = ModelConfig(layers=(Dense(units=16384), Dense(units=16384)))
    with pytest.raises(InvalidInput) as caught:
        config.rows((28, 28, 1), 10)
    assert "281,4" in caught.value.what
    assert "50,000,000" in caught.value.why


def test_an_empty_stack_is_one_dense_layer() -> None:
    assert ModelConfig(layers=()).parameters((28, 28, 1), 10) == 7850


def test_model_settings_survive_json() -> None:
    assert parse_model(DRAWING_CLASSIFIER.model_dump(mode="json")) == DRAWING_CLASSIFIER


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"layers": "conv2d"},
        {"layers": [{"kind": "conv3d"}]},
        {"layers": [{"filters": 3}]},
        {"layers": [{"kind": "dense", "units": 0}]},
        {"layers": [{"kind": "dense", "units": 10**9}]},
        {"layers": [{"kind": "dense", "activation": "lambda x: x"}]},
        {"layers": [{"kind": "dropout", "rate": 1}]},
        {"layers": [{"kind": "dense"}] * 65},
        {"layers": [], "name": "mine"},
    ],
)
def test_impossible_model_settings_say_what_why_fix(value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_model(value)
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix


def test_training_defaults() -> None:
    training = parse_training({})
    assert training == TrainingConfig()
    assert (training.epochs, training.batch_size, training.optimizer) == (5, 256, "adam")
    assert training.steps_per_epoch is None
    assert parse_training({"steps_per_epoch": 5}).steps_per_epoch == 5


@pytest.mark.parametrize(
    "value",
    [
        {"epochs": 0},
        {"epochs": 10**9},
        {"epochs": "many"},
        {"batch_size": 0},
        {"steps_per_epoch": 0},
        {"learning_rate": 0},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"optimizer": "adamant"},
        {"loss": "none"},
        {"top_k": 0},
        {"keep": "first"},
        {"seed": -1},
        7,
    ],
)
def test_impossible_training_settings_say_what_why_fix(value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_training(value)
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix


def test_an_unknown_training_setting_suggests_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        parse_training({"lerning_rate": 0.1})
    assert caught.value.fix == 'Did you mean "learning_rate"?'


def test_every_training_setting_declares_title_and_description() -> None:
    for name, field in TrainingConfig.model_fields.items():
        assert field.title, name
        assert field.description, name
