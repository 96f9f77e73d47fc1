"""From a declared stack of layers to a Keras model."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core import layers as declared
from studio.core.configs import ModelConfig
from studio.core.layer import Shape
from studio.ml.backend import keras
from studio.ml.build_image import block, image_layer
from studio.ml.build_sequence import sequence_layer
from studio.ml.build_table import table_layers
from studio.ml.normalization import FusedBatchNormalization

OPTIMIZERS: dict[str, Any] = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "nadam": keras.optimizers.Nadam,
}


KERNELS = ("kernel", "depthwise_kernel", "pointwise_kernel")
"""Weights of convolution and dense layers that an L2 penalty is for."""
INPUTS = {
    "images": ("image", "uint8"),
    "text": ("tokens", "int32"),
    "strokes": ("strokes", "float32"),
    "table": ("row", "float32"),
    "features": ("features", "float32"),
}
"""Kind of input -> what the model calls it, and its type."""


def build(
    config: ModelConfig,
    shape: Shape,
    classes: int,
    *,
    seed: int = 0,
    precision: str = "float32",
    l2: float = 0.0,
    fused: bool = False,
) -> keras.Model:
    """Make the Keras model of a declared stack.

    Args:
        config: The stack of layers.
        shape: Shape of a sample of the dataset; (height, width, channels) of pictures.
        classes: Number of classes, the units of the softmax at the end.
        seed: Start of the first weights' and of dropout's randomness. Default 0.
        precision: float32, or mixed_bfloat16: layers compute in bfloat16, weights and the output stay float32.
        l2: Penalty on the kernels of convolution and dense layers; 0: none.
        fused: Normalise batches by a faster operation with the same weights. For training only: files are made of a
            model without it.

    Returns:
        A model to float32 probabilities (batch, classes) from uint8 `image` (batch, height, width, channels), int32
        `tokens` (batch, length[, hashes]), float32 `strokes` (batch, points, 3) or float32 `row` (batch, columns).

    Raises:
        InvalidInput: The stack is impossible for this shape, as `ModelConfig.rows` says, or has no columns.
    """
    config.rows(shape, classes)
    policy = keras.DTypePolicy(precision)
    normalization = FusedBatchNormalization if fused else keras.layers.BatchNormalization
    name, dtype = INPUTS[config.input]
    inputs = keras.Input(config.input_shape(shape), dtype=dtype, name=name)
    x = inputs
    if config.input == "images":
        x = keras.layers.Rescaling(1 / 255, name="scale", dtype=policy)(inputs)
    elif config.input == "table":
        x = table_layers(config.table, inputs, seed)
    *seeds, last = np.random.SeedSequence(seed).generate_state(len(config.layers) + 1).tolist()
    for number, (layer, layer_seed) in enumerate(zip(config.layers, seeds, strict=True), start=1):
        made = f"layer_{number}", layer_seed, policy
        if isinstance(layer, declared.ImageLayer):
            x = image_layer(layer, x, *made)
        elif isinstance(layer, declared.BlockLayer):
            x = block(layer, x, *made, normalization)
        elif isinstance(layer, declared.SequenceLayer):
            x = sequence_layer(layer, x, *made)
        else:
            x = _basic(layer, x, *made, normalization)
    x = _dense(x, "output", classes, "softmax", last, "float32")
    model = keras.Model(inputs, x, name="classifier")
    if l2:
        for variable in model.trainable_variables:
            if variable.name in KERNELS:
                variable.regularizer = keras.regularizers.L2(l2)
    return model


def _basic(
    layer: declared.BasicLayer, x: Any, name: str, seed: int, policy: Any, normalization: type
) -> Any:
    common = {"name": name, "dtype": policy}
    match layer:
        case declared.Flatten():
            return keras.layers.Flatten(**common)(x)
        case declared.Dense():
            return _dense(x, name, layer.units, layer.activation, seed, policy)
        case declared.Dropout():
            return keras.layers.Dropout(layer.rate, seed=seed, **common)(x)
        case declared.BatchNormalization():
            return normalization(momentum=layer.momentum, **common)(x)
        case declared.LayerNormalization():
            return keras.layers.LayerNormalization(**common)(x)
        case declared.GroupNormalization():
            return keras.layers.GroupNormalization(layer.groups, **common)(x)
        case declared.ActivationLayer():
            return keras.layers.Activation(layer.activation, **common)(x)
        case declared.LeakyReLU():
            return keras.layers.LeakyReLU(layer.slope, **common)(x)
        case declared.PReLU():
            shared = list(range(1, len(x.shape) - 1))
            return keras.layers.PReLU(shared_axes=shared or None, **common)(x)
        case declared.GaussianNoise():
            return keras.layers.GaussianNoise(layer.deviation, seed=seed, **common)(x)
        case declared.GaussianDropout():
            return keras.layers.GaussianDropout(layer.rate, seed=seed, **common)(x)


def _dense(x: Any, name: str, units: int, activation: str, seed: int, policy: Any) -> Any:
    if len(x.shape) > 2:
        x = keras.layers.Flatten(name=f"{name}_flatten", dtype=policy)(x)
    return keras.layers.Dense(
        units,
        activation=activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed),
        name=name,
        dtype=policy,
    )(x)
