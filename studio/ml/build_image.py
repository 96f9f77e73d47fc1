"""Keras layers of the declared layers and blocks that work on pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core import layers as declared
from studio.ml.backbone import backbone
from studio.ml.backend import keras

BLOCK_MOMENTUM = 0.9
"""Of the normalisations inside blocks: short trainings are usual here, and the range must have settled by their end."""


def image_layer(layer: declared.ImageLayer, x: Any, name: str, seed: int, policy: Any) -> Any:
    """Put the Keras layers of a declared picture layer behind `x`.

    Args:
        layer: The declaration.
        x: Symbolic tensor (batch, height, width, channels).
        name: Name of the last Keras layer, beginning of the others'.
        seed: Start of the first weights' randomness.
        policy: Keras' dtype policy of every layer.
    """
    common = {"name": name, "dtype": policy}
    start = keras.initializers.GlorotUniform(seed)
    match layer:
        case declared.Conv2D():
            x = keras.layers.Conv2D(
                layer.filters,
                layer.kernel_size,
                strides=layer.strides,
                padding=layer.padding,
                activation=layer.activation,
                kernel_initializer=start,
                **common,
            )(x)
            if layer.pool_size == 1:
                return x
            common["name"] = f"{name}_pooling"
            return keras.layers.MaxPooling2D(layer.pool_size, **common)(x)
        case declared.SeparableConv2D():
            first, second = _seeds(seed, 2)
            return keras.layers.SeparableConv2D(
                layer.filters,
                layer.kernel_size,
                strides=layer.strides,
                padding=layer.padding,
                activation=layer.activation,
                depthwise_initializer=keras.initializers.GlorotUniform(first),
                pointwise_initializer=keras.initializers.GlorotUniform(second),
                **common,
            )(x)
        case declared.DepthwiseConv2D():
            return keras.layers.DepthwiseConv2D(
                layer.kernel_size,
                strides=layer.strides,
                padding=layer.padding,
                depth_multiplier=layer.multiplier,
                activation=layer.activation,
                depthwise_initializer=start,
                **common,
            )(x)
        case declared.Conv2DTranspose():
            return keras.layers.Conv2DTranspose(
                layer.filters,
                layer.kernel_size,
                strides=layer.strides,
                padding="same",
                activation=layer.activation,
                kernel_initializer=start,
                **common,
            )(x)
        case declared.MaxPooling2D():
            return keras.layers.MaxPooling2D(layer.pool_size, **common)(x)
        case declared.AveragePooling2D():
            return keras.layers.AveragePooling2D(layer.pool_size, **common)(x)
        case declared.GlobalAveragePooling2D():
            return keras.layers.GlobalAveragePooling2D(**common)(x)
        case declared.GlobalMaxPooling2D():
            return keras.layers.GlobalMaxPooling2D(**common)(x)
        case declared.UpSampling2D():
            return keras.layers.UpSampling2D(
                layer.size, interpolation=layer.interpolation, **common
            )(x)
        case declared.Resizing():
            return keras.layers.Resizing(
                layer.height, layer.width, interpolation=layer.interpolation, **common
            )(x)
        case declared.ZeroPadding2D():
            return keras.layers.ZeroPadding2D(layer.border, **common)(x)
        case declared.Cropping2D():
            return keras.layers.Cropping2D(layer.border, **common)(x)
        case declared.SpatialDropout2D():
            return keras.layers.SpatialDropout2D(layer.rate, seed=seed, **common)(x)


def block(
    layer: declared.BlockLayer, x: Any, name: str, seed: int, policy: Any, normalization: type
) -> Any:
    """Put the Keras layers of a declared block behind `x`.

    Args:
        layer, x, name, seed, policy: As of `image_layer`.
        normalization: Class of batch normalizations.
    """
    match layer:
        case declared.ResidualBlock():
            return _residual(layer, x, name, seed, policy, normalization)
        case declared.SqueezeExcite():
            return _squeeze_excite(layer, x, name, seed, policy)
        case declared.Backbone():
            return backbone(layer, x, name)


def _residual(
    layer: declared.ResidualBlock, x: Any, name: str, seed: int, policy: Any, normalization: type
) -> Any:
    """Both ways start alike: what the second convolution adds starts at nothing."""
    first, second, around = _seeds(seed, 3)
    batch = layer.normalization == "batch"
    y = _convolution(layer, x, f"{name}_first", layer.strides, first, policy)
    if batch:
        y = _normalized(y, f"{name}_first_batch", policy, normalization)
    y = keras.layers.Activation(layer.activation, name=f"{name}_first_activation", dtype=policy)(y)
    y = _convolution(layer, y, f"{name}_second", 1, second, policy, silent=not batch)
    if batch:
        y = _normalized(y, f"{name}_second_batch", policy, normalization, silent=True)
    if layer.projects(x.shape[-1]):
        x = keras.layers.Conv2D(
            layer.filters,
            1,
            strides=layer.strides,
            padding="same",
            use_bias=not batch,
            kernel_initializer=keras.initializers.GlorotUniform(around),
            name=f"{name}_around",
            dtype=policy,
        )(x)
        if batch:
            x = _normalized(x, f"{name}_around_batch", policy, normalization)
    x = keras.layers.Add(name=f"{name}_add", dtype=policy)([x, y])
    return keras.layers.Activation(layer.activation, name=name, dtype=policy)(x)


def _convolution(
    layer: declared.ResidualBlock,
    x: Any,
    name: str,
    strides: int,
    seed: int,
    policy: Any,
    *,
    silent: bool = False,
) -> Any:
    """Put a convolution of a residual block behind `x`; a silent one gives nothing at first."""
    first, second = _seeds(seed, 2)
    start = keras.initializers.Zeros() if silent else keras.initializers.GlorotUniform(second)
    common = {
        "strides": strides,
        "padding": "same",
        "use_bias": layer.normalization == "none",
        "name": name,
        "dtype": policy,
    }
    if layer.convolution == "separable":
        return keras.layers.SeparableConv2D(
            layer.filters,
            layer.kernel_size,
            depthwise_initializer=keras.initializers.GlorotUniform(first),
            pointwise_initializer=start,
            **common,
        )(x)
    return keras.layers.Conv2D(
        layer.filters, layer.kernel_size, kernel_initializer=start, **common
    )(x)


def _normalized(
    x: Any, name: str, policy: Any, normalization: type, *, silent: bool = False
) -> Any:
    return normalization(
        momentum=BLOCK_MOMENTUM,
        gamma_initializer="zeros" if silent else "ones",
        name=name,
        dtype=policy,
    )(x)


def _squeeze_excite(
    layer: declared.SqueezeExcite, x: Any, name: str, seed: int, policy: Any
) -> Any:
    first, second = _seeds(seed, 2)
    channels = x.shape[-1]
    share = keras.layers.GlobalAveragePooling2D(
        keepdims=True, name=f"{name}_squeeze", dtype=policy
    )(x)
    for step, units, activation, start in (
        ("decide", layer.units(channels), "relu", first),
        ("excite", channels, "sigmoid", second),
    ):
        share = keras.layers.Dense(
            units,
            activation=activation,
            kernel_initializer=keras.initializers.GlorotUniform(start),
            name=f"{name}_{step}",
            dtype=policy,
        )(share)
    return keras.layers.Multiply(name=name, dtype=policy)([x, share])


def _seeds(seed: int, count: int) -> list[int]:
    """Return independent seeds for the parts of a layer."""
    seeds: list[int] = np.random.SeedSequence(seed).generate_state(count).tolist()
    return seeds
