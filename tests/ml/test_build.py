"""What core computes about a stack of layers is what Keras makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.configs import DRAWING_CLASSIFIER, LayerRow, ModelConfig
from studio.core.errors import InvalidInput
from studio.core.layer import Shape
from studio.core.layers import (
    LAYER_CLASSES,
    ActivationLayer,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GaussianDropout,
    GaussianNoise,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    GroupNormalization,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    PReLU,
    ResidualBlock,
    Resizing,
    SeparableConv2D,
    SpatialDropout2D,
    SqueezeExcite,
    UpSampling2D,
    ZeroPadding2D,
)
from studio.core.presets import PRESETS
from studio.ml.build import build

padding = st.sampled_from(["same", "valid"])
small = st.integers(1, 4)
strides = st.integers(1, 3)
window = {"kernel_size": small, "strides": strides, "padding": padding}
layers = st.one_of(
    st.builds(Conv2D, filters=small, pool_size=small, **window),
    st.builds(SeparableConv2D, filters=small, **window),
    st.builds(DepthwiseConv2D, multiplier=small, **window),
    st.builds(Conv2DTranspose, filters=small, kernel_size=small, strides=strides),
    st.builds(MaxPooling2D, pool_size=st.integers(2, 3)),
    st.builds(AveragePooling2D, pool_size=st.integers(2, 3)),
    st.builds(GlobalAveragePooling2D),
    st.builds(GlobalMaxPooling2D),
    st.builds(
        UpSampling2D, size=st.just(2), interpolation=st.sampled_from(["nearest", "bilinear"])
    ),
    st.builds(Resizing, height=st.integers(1, 9), width=st.integers(1, 9)),
    st.builds(ZeroPadding2D, border=small),
    st.builds(Cropping2D, border=small),
    st.builds(SpatialDropout2D),
    st.builds(
        ResidualBlock,
        filters=small,
        kernel_size=small,
        strides=strides,
        convolution=st.sampled_from(["plain", "separable"]),
        normalization=st.sampled_from(["none", "batch"]),
    ),
    st.builds(SqueezeExcite, ratio=small),
    st.builds(Flatten),
    st.builds(Dense, units=st.integers(1, 9)),
    st.builds(Dropout, rate=st.sampled_from([0.0, 0.5])),
    st.builds(BatchNormalization),
    st.builds(LayerNormalization),
    st.builds(GroupNormalization, groups=small),
    st.builds(ActivationLayer),
    st.builds(LeakyReLU),
    st.builds(PReLU),
    st.builds(GaussianNoise),
    st.builds(GaussianDropout),
)
stacks = st.lists(layers, max_size=4).map(lambda chosen: ModelConfig(layers=tuple(chosen)))
shapes = st.tuples(st.integers(1, 14), st.integers(1, 14), st.sampled_from([1, 3]))


def rows_or_refusal(
    config: ModelConfig, shape: Shape, classes: int
) -> list[LayerRow] | InvalidInput:
    try:
        return config.rows(shape, classes)
    except InvalidInput as refusal:
        return refusal


@settings(max_examples=120)
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


def test_every_kind_of_layer_is_built_as_declared() -> None:
    """Hypothesis may leave a kind out; here none is, and there are at least twenty."""
    built = 0
    for kind, layer in LAYER_CLASSES.items():
        chosen = layer()
        for shape in ((96, 96, 8), (96, 96, 1)):
            config = ModelConfig(layers=(chosen,))
            if isinstance(rows_or_refusal(config, shape, 2), InvalidInput):
                continue
            rows, model = config.rows(shape, 2), build(config, shape, 2)
            assert model.count_params() == sum(row.parameters for row in rows), kind
            members = [item for item in model.layers if item.name.startswith("layer_1")]
            assert members[-1].output.shape[1:] == rows[0].output_shape, kind
            built += 1
            break
    assert built >= 20


def test_every_layer_computes_in_bfloat16_but_the_last() -> None:
    config = PRESETS["drawing-residual"]
    model = build(config, (28, 28, 1), 3, precision="mixed_bfloat16", l2=0.01, fused=True)
    assert {layer.output.dtype for layer in model.layers[1:-1]} == {"bfloat16"}
    assert model.outputs[0].dtype == "float32"
    assert {weight.dtype for weight in model.weights} == {"float32"}
    kernels = [weight for weight in model.trainable_weights if weight.name == "kernel"]
    assert float(sum(model.losses)) == pytest.approx(
        0.01 * sum(float(np.sum(np.square(kernel))) for kernel in kernels), rel=1e-3
    )


def test_fused_normalization_computes_what_keras_does() -> None:
    config = ModelConfig(layers=(Conv2D(filters=3), BatchNormalization(momentum=0.5)))
    samples = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1), np.uint8)
    plain, fused = (build(config, (8, 8, 1), 2, fused=fused) for fused in (False, True))
    fused.set_weights(plain.get_weights())
    for _ in range(3):
        expected, found = plain(samples, training=True), fused(samples, training=True)
        np.testing.assert_allclose(found, expected, atol=1e-5)
    for ours, theirs in zip(fused.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-3)
    np.testing.assert_allclose(fused(samples), plain(samples), atol=1e-3)
