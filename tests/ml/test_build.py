"""What core computes about a stack of layers is what Keras makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.configs import DRAWING_CLASSIFIER, LayerRow, ModelConfig, TrainingConfig
from studio.core.errors import InvalidInput
from studio.core.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Shape,
)
from studio.ml.build import OPTIMIZERS, build, compile_model

padding = st.sampled_from(["same", "valid"])
small = st.integers(1, 4)
layers = st.one_of(
    st.builds(Conv2D, filters=small, kernel_size=small, pool_size=small, padding=padding),
    st.builds(MaxPooling2D, pool_size=st.integers(2, 3)),
    st.builds(AveragePooling2D, pool_size=st.integers(2, 3)),
    st.builds(GlobalAveragePooling2D),
    st.builds(Flatten),
    st.builds(Dense, units=st.integers(1, 9)),
    st.builds(Dropout, rate=st.sampled_from([0.0, 0.5])),
    st.builds(BatchNormalization),
)
stacks = st.lists(layers, max_size=5).map(lambda chosen: ModelConfig(layers=tuple(chosen)))
shapes = st.tuples(st.integers(1, 14), st.integers(1, 14), st.sampled_from([1, 3]))


def rows_or_refusal(
    config: ModelConfig, shape: Shape, classes: int
) -> list[LayerRow] | InvalidInput:
    try:
        return config.rows(shape, classes)
    except InvalidInput as refusal:
        return refusal


@settings(max_examples=250)
@given(stacks, shapes, st.integers(2, 7))
def test_shapes_and_parameters_equal_the_declared_ones(
    config: ModelConfig, shape: Shape, classes: int
) -> None:
    rows = rows_or_refusal(config, shape, classes)
    if isinstance(rows, InvalidInput):
        with pytest.raises(InvalidInput, match=r"^Layer ") as caught:
            build(config, shape, classes)
        assert caught.value.as_dict() == rows.as_dict()
        return
    model = build(config, shape, classes)
    groups = [f"layer_{number}" for number in range(1, len(rows))] + ["output"]
    for group, row in zip(groups, rows, strict=True):
        members = [
            layer
            for layer in model.layers
            if layer.name == group or layer.name.startswith(f"{group}_")
        ]
        assert members[-1].output.shape[1:] == row.output_shape
        assert sum(layer.count_params() for layer in members) == row.parameters
    assert model.count_params() == config.parameters(shape, classes)
    assert model.input_shape == (None, *shape)
    assert model.output_shape == (None, classes)


def test_the_default_model_has_110052_parameters() -> None:
    assert build(DRAWING_CLASSIFIER, (28, 28, 1), 100).count_params() == 110_052


def test_the_same_seed_builds_the_same_model() -> None:
    samples = np.full((1, 8, 8, 1), 200, np.uint8)
    first, again, other = (
        build(DRAWING_CLASSIFIER, (8, 8, 1), 3, seed=seed).predict_on_batch(samples)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-6


def test_pixels_are_scaled_inside_the_model() -> None:
    model = build(ModelConfig(layers=(Flatten(),)), (1, 1, 1), 2)
    assert model.get_layer("scale").scale == pytest.approx(1 / 255)
    assert model.inputs[0].dtype == "uint8"
    assert model.outputs[0].dtype == "float32"


@pytest.mark.parametrize(
    ("loss", "optimizer"),
    [
        ("sparse_categorical_crossentropy", "adam"),
        ("categorical_crossentropy", "adamw"),
        ("mean_squared_error", "sgd"),
        ("sparse_categorical_crossentropy", "rmsprop"),
        ("categorical_crossentropy", "nadam"),
    ],
)
def test_every_loss_and_optimizer_trains_on_class_numbers(loss: str, optimizer: str) -> None:
    classes = 3
    model = build(ModelConfig(layers=(Dense(units=4),)), (4, 4, 1), classes)
    training = TrainingConfig.model_validate(
        {"loss": loss, "optimizer": optimizer, "learning_rate": 0.01, "top_k": 100}
    )
    compile_model(model, training, classes)
    assert type(model.optimizer) is OPTIMIZERS[optimizer]
    generator = np.random.default_rng(0)
    samples = generator.integers(0, 256, (16, 4, 4, 1), np.uint8)
    labels = generator.integers(0, classes, 16).astype(np.int32)
    before = model.predict_on_batch(samples)
    logs = model.train_on_batch(samples, labels, return_dict=True)
    assert logs.keys() == {"loss", "accuracy", "top_k"}
    assert logs["top_k"] == 1.0  # k is at most the number of classes
    true = before[np.arange(16), labels]
    expected = (
        np.mean((np.eye(classes)[labels] - before) ** 2)
        if loss == "mean_squared_error"
        else np.mean(-np.log(true))
    )
    assert logs["loss"] == pytest.approx(expected, rel=1e-4)
