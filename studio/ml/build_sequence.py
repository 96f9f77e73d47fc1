"""Keras layers of the declared layers that work on sequences. Keras' own layers and operations only.

A token 0 and a step of nothing but zeros are empty: they stand behind a text that is shorter than others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core import layers_sequence as declared
from studio.core.text import TERNARY_FEATURES
from studio.ml.backend import keras

ops = keras.ops


def sequence_layer(layer: declared.SequenceLayer, x: Any, name: str, seed: int, policy: Any) -> Any:
    """Put the Keras layers of a declared sequence layer behind `x`.

    Args:
        layer: The declaration.
        x: Symbolic tensor: int32 (batch, tokens[, hashes]) in front of an embedding or a projection, else float
            (batch, steps, features).
        name: Name of the last Keras layer, beginning of the others'.
        seed: Start of the first weights' and of dropout's randomness.
        policy: Keras' dtype policy of every layer.
    """
    common = {"name": name, "dtype": policy}
    start = keras.initializers.GlorotUniform(seed)
    match layer:
        case declared.Embedding():
            return _embedding(layer, x, name, seed, policy)
        case declared.Projection():
            return _ternary(x, policy.compute_dtype)
        case declared.TokenDropout():
            shape = (None, x.shape[1], 1)
            return keras.layers.Dropout(layer.rate, noise_shape=shape, seed=seed, **common)(x)
        case declared.SpatialDropout1D():
            return keras.layers.SpatialDropout1D(layer.rate, seed=seed, **common)(x)
        case declared.Conv1D():
            x = keras.layers.Conv1D(
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
            return keras.layers.MaxPooling1D(layer.pool_size, name=f"{name}_pooling", dtype=policy)(
                x
            )
        case declared.SeparableConv1D():
            first, second = _seeds(seed, 2)
            return keras.layers.SeparableConv1D(
                layer.filters,
                layer.kernel_size,
                padding="same",
                activation=layer.activation,
                depthwise_initializer=keras.initializers.GlorotUniform(first),
                pointwise_initializer=keras.initializers.GlorotUniform(second),
                **common,
            )(x)
        case declared.MultiWidthConv1D():
            return _multi_width(layer, x, name, seed, policy)
        case declared.AttentionEncoder():
            return _encoder(layer, x, name, seed, policy)
        case declared.AttentionPooling():
            scores = keras.layers.Dense(
                x.shape[-1], kernel_initializer=start, name=f"{name}_scores", dtype=policy
            )(x)
            shares = keras.layers.Softmax(axis=1, name=f"{name}_shares", dtype=policy)(scores)
            return ops.sum(ops.multiply(x, shares), axis=1)
        case declared.LSTM() | declared.GRU():
            return _reader(layer, x, name, seed, policy)
        case declared.MaxPooling1D():
            return keras.layers.MaxPooling1D(layer.pool_size, **common)(x)
        case declared.AveragePooling1D():
            return keras.layers.AveragePooling1D(layer.pool_size, **common)(x)
        case declared.GlobalMaxPooling1D():
            return keras.layers.GlobalMaxPooling1D(**common)(x)
        case declared.GlobalAveragePooling1D():
            present = ops.any(ops.not_equal(x, 0), axis=-1, keepdims=True)
            count = ops.sum(ops.cast(present, policy.compute_dtype), axis=1)
            return ops.divide(ops.sum(x, axis=1), ops.maximum(count, 1))


def _embedding(layer: declared.Embedding, x: Any, name: str, seed: int, policy: Any) -> Any:
    """Give every token its numbers, and zeros where there is none."""
    found = keras.layers.Embedding(
        layer.buckets,
        layer.features,
        embeddings_initializer=keras.initializers.RandomUniform(-0.05, 0.05, seed=seed),
        name=name,
        dtype=policy,
    )(x)
    present = ops.cast(ops.not_equal(x, 0), policy.compute_dtype)
    return ops.multiply(found, ops.expand_dims(present, -1))


def _ternary(x: Any, dtype: str) -> Any:
    """Turn every whole number (30 bits) into 15 features: of each two bits, 1 is 1, 2 is -1, 0 and 3 are 0."""
    powers = (4 ** np.arange(TERNARY_FEATURES)).astype(np.int32)
    digits = ops.mod(ops.floor_divide(ops.expand_dims(x, -1), powers), 4)
    features = ops.subtract(
        ops.cast(ops.equal(digits, 1), dtype), ops.cast(ops.equal(digits, 2), dtype)
    )
    return ops.reshape(features, (-1, x.shape[1], x.shape[2] * TERNARY_FEATURES))


def _multi_width(
    layer: declared.MultiWidthConv1D, x: Any, name: str, seed: int, policy: Any
) -> Any:
    found = [
        keras.layers.Conv1D(
            layer.filters,
            width,
            padding="same",
            activation=layer.activation,
            kernel_initializer=keras.initializers.GlorotUniform(start),
            name=f"{name}_{width}",
            dtype=policy,
        )(x)
        for width, start in zip(layer.widths, _seeds(seed, len(layer.widths)), strict=True)
    ]
    if len(found) == 1:
        return found[0]
    return keras.layers.Concatenate(name=name, dtype=policy)(found)


def _encoder(layer: declared.AttentionEncoder, x: Any, name: str, seed: int, policy: Any) -> Any:
    first, second, third, fourth, fifth = _seeds(seed, 5)
    features = x.shape[-1]
    seen = keras.layers.MultiHeadAttention(
        layer.heads,
        layer.head_size,
        dropout=layer.rate,
        kernel_initializer=keras.initializers.GlorotUniform(first),
        seed=second,
        flash_attention=False,
        name=f"{name}_attention",
        dtype=policy,
    )(x, x)
    x = keras.layers.Add(name=f"{name}_add", dtype=policy)([x, seen])
    x = keras.layers.LayerNormalization(name=f"{name}_steady", dtype=policy)(x)
    y = keras.layers.Dense(
        layer.units,
        activation="relu",
        kernel_initializer=keras.initializers.GlorotUniform(third),
        name=f"{name}_wide",
        dtype=policy,
    )(x)
    y = keras.layers.Dropout(layer.rate, seed=fourth, name=f"{name}_dropout", dtype=policy)(y)
    y = keras.layers.Dense(
        features,
        kernel_initializer=keras.initializers.GlorotUniform(fifth),
        name=f"{name}_narrow",
        dtype=policy,
    )(y)
    x = keras.layers.Add(name=f"{name}_sum", dtype=policy)([x, y])
    return keras.layers.LayerNormalization(name=name, dtype=policy)(x)


def _reader(layer: declared.LSTM | declared.GRU, x: Any, name: str, seed: int, policy: Any) -> Any:
    first, second = _seeds(seed, 2)
    kind = keras.layers.LSTM if isinstance(layer, declared.LSTM) else keras.layers.GRU
    reader = kind(
        layer.units,
        return_sequences=layer.sequences,
        kernel_initializer=keras.initializers.GlorotUniform(first),
        recurrent_initializer=keras.initializers.Orthogonal(seed=second),
        name=f"{name}_reader" if layer.bidirectional else name,
        dtype=policy,
    )
    if layer.bidirectional:
        reader = keras.layers.Bidirectional(reader, name=name, dtype=policy)
    return reader(x)


def _seeds(seed: int, count: int) -> list[int]:
    """Return independent seeds for the parts of a layer."""
    seeds: list[int] = np.random.SeedSequence(seed).generate_state(count).tolist()
    return seeds
