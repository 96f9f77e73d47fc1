"""What each layer does to a shape, worked out by hand. `tests/ml/test_build.py` holds it equal to Keras."""

from __future__ import annotations

import pytest

from studio.core.errors import InvalidInput
from studio.core.layer import BaseLayer, Shape, format_shape
from studio.core.layers import (
    LAYER_CLASSES,
    LAYER_GROUPS,
    LAYER_TITLES,
    ActivationLayer,
    AveragePooling2D,
    Backbone,
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
    Layer,
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


@pytest.mark.parametrize(
    ("layer", "shape", "output", "parameters"),
    [
        (Conv2D(filters=16), (28, 28, 1), (14, 14, 16), 160),
        (Conv2D(filters=16, pool_size=1), (28, 28, 3), (28, 28, 16), 448),
        (Conv2D(filters=8, pool_size=2, padding="valid"), (28, 28, 1), (13, 13, 8), 80),
        (Conv2D(filters=8, kernel_size=5, pool_size=3), (8, 9, 2), (2, 3, 8), 408),
        (MaxPooling2D(pool_size=3), (28, 28, 4), (9, 9, 4), 0),
        (AveragePooling2D(), (7, 8, 4), (3, 4, 4), 0),
        (GlobalAveragePooling2D(), (7, 8, 4), (4,), 0),
        (Flatten(), (7, 8, 4), (224,), 0),
        (Flatten(), (10,), (10,), 0),
        (Dense(units=10), (7,), (10,), 80),
        (Dense(units=10), (2, 3, 4), (10,), 250),
        (Dropout(), (2, 3, 4), (2, 3, 4), 0),
        (Conv2D(filters=8, strides=2, pool_size=1), (7, 8, 1), (4, 4, 8), 80),
        (SeparableConv2D(filters=8), (7, 8, 4), (7, 8, 8), 9 * 4 + 5 * 8),
        (DepthwiseConv2D(multiplier=2, strides=2), (7, 8, 4), (4, 4, 8), 80),
        (Conv2DTranspose(filters=5, strides=3), (7, 8, 4), (21, 24, 5), 185),
        (GlobalMaxPooling2D(), (7, 8, 4), (4,), 0),
        (UpSampling2D(), (7, 8, 4), (14, 16, 4), 0),
        (Resizing(height=9, width=5), (7, 8, 4), (9, 5, 4), 0),
        (ZeroPadding2D(border=2), (7, 8, 4), (11, 12, 4), 0),
        (Cropping2D(border=2), (7, 8, 4), (3, 4, 4), 0),
        (SpatialDropout2D(), (7, 8, 4), (7, 8, 4), 0),
        (ResidualBlock(filters=4), (7, 8, 4), (7, 8, 4), 2 * (9 * 4 * 4 + 16)),
        (
            ResidualBlock(filters=8, strides=2, normalization="none"),
            (7, 8, 4),
            (4, 4, 8),
            (9 * 4 + 1) * 8 + (9 * 8 + 1) * 8 + 5 * 8,
        ),
        (SqueezeExcite(ratio=2), (7, 8, 4), (7, 8, 4), 22),
        (Backbone(), (96, 96, 1), (1280,), 410_208),
        (LayerNormalization(), (7, 4), (7, 4), 8),
        (GroupNormalization(groups=2), (7, 8, 4), (7, 8, 4), 8),
        (PReLU(), (7, 8, 4), (7, 8, 4), 4),
        (LeakyReLU(), (9,), (9,), 0),
        (ActivationLayer(), (9,), (9,), 0),
        (GaussianNoise(), (9,), (9,), 0),
        (GaussianDropout(), (9,), (9,), 0),
        (BatchNormalization(), (2, 3, 4), (2, 3, 4), 16),
        (BatchNormalization(), (10,), (10,), 40),
    ],
)
def test_output_shape_and_parameters(
    layer: Layer, shape: Shape, output: Shape, parameters: int
) -> None:
    assert layer.output(shape) == (output, parameters)


@pytest.mark.parametrize(
    ("layer", "shape", "fix"),
    [
        (Conv2D(), (10,), "above the first Dense"),
        (MaxPooling2D(), (10,), "above the first Dense"),
        (AveragePooling2D(), (10,), "above the first Dense"),
        (GlobalAveragePooling2D(), (10,), "above the first Dense"),
        (Conv2D(kernel_size=5, padding="valid"), (4, 9, 1), "smaller kernel"),
        (Conv2D(pool_size=4), (3, 9, 1), "smaller pooling size"),
        (MaxPooling2D(pool_size=2), (9, 1, 1), "smaller pooling size"),
        (Cropping2D(border=2), (9, 4, 1), "narrower border"),
        (GroupNormalization(groups=3), (9, 4, 8), "divides 8"),
        (Backbone(), (28, 28, 1), "Resizing layer"),
        (Backbone(), (96, 96, 16), "first in the stack"),
        (ResidualBlock(), (10,), "above the first Dense"),
        (AveragePooling2D(pool_size=9), (8, 8, 1), "smaller pooling size"),
    ],
)
def test_a_layer_that_does_not_fit_says_what_to_do(layer: Layer, shape: Shape, fix: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        layer.output(shape)
    assert fix in caught.value.fix
    assert caught.value.what
    assert caught.value.why


def test_every_layer_has_a_title_and_a_class_under_its_kind() -> None:
    assert LAYER_TITLES.keys() == LAYER_CLASSES.keys()
    for kind, layer in LAYER_CLASSES.items():
        assert layer.model_fields["kind"].default == kind


def test_every_setting_declares_title_and_description() -> None:
    for layer in LAYER_CLASSES.values():
        for name, field in layer.model_fields.items():
            if name != "kind":
                assert field.title, (layer, name)
                assert field.description, (layer, name)


def test_every_layer_says_what_it_does_and_belongs_to_one_group() -> None:
    assert len(LAYER_CLASSES) >= 20
    assert [kind for kinds in LAYER_GROUPS.values() for kind in kinds] == list(LAYER_CLASSES)
    for layer in LAYER_CLASSES.values():
        assert (layer.__doc__ or "").strip().endswith("."), layer
        assert layer.__doc__ != BaseLayer.__doc__, layer


def test_format_shape() -> None:
    assert format_shape((28, 28, 1)) == "28 x 28 x 1"
    assert format_shape((128,)) == "128"
