"""From a declared stack of layers to a Keras model, and to one that can be trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core import layers as declared
from studio.core.configs import ModelConfig, TrainingConfig
from studio.core.layers import Shape
from studio.ml.backend import keras

OPTIMIZERS: dict[str, Any] = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "nadam": keras.optimizers.Nadam,
}


def build(config: ModelConfig, shape: Shape, classes: int, *, seed: int = 0) -> keras.Model:
    """Make the Keras model of a declared stack.

    Args:
        config: The stack of layers.
        shape: (height, width, channels) of a sample.
        classes: Number of classes, the units of the softmax at the end.
        seed: Start of the first weights' and of dropout's randomness. Default 0.

    Returns:
        A model from uint8 `image` (batch, height, width, channels) to float32 probabilities (batch, classes).

    Raises:
        InvalidInput: The stack is impossible for this shape, as `ModelConfig.rows` says.
    """
    config.rows(shape, classes)
    inputs = keras.Input(shape, dtype="uint8", name="image")
    x = keras.layers.Rescaling(1 / 255, name="scale")(inputs)
    *seeds, last = np.random.SeedSequence(seed).generate_state(len(config.layers) + 1).tolist()
    for number, (layer, layer_seed) in enumerate(zip(config.layers, seeds, strict=True), start=1):
        x = _stack(layer, x, f"layer_{number}", layer_seed)
    x = _dense(x, "output", classes, "softmax", last)
    return keras.Model(inputs, x, name="classifier")


def compile_model(model: keras.Model, training: TrainingConfig, classes: int) -> None:
    """Give a model its optimizer, its loss and its metrics `accuracy` and `top_k`.

    Labels are class numbers for every loss; a loss that wants one-hot vectors makes them itself.

    Args:
        model: What `build` made.
        training: Optimizer, learning rate, loss and k.
        classes: Number of classes; k is at most this.
    """
    model.compile(
        optimizer=OPTIMIZERS[training.optimizer](learning_rate=training.learning_rate),
        loss=_loss(training.loss, classes),
        metrics=[
            keras.metrics.SparseCategoricalAccuracy(name="accuracy"),
            keras.metrics.SparseTopKCategoricalAccuracy(
                k=min(training.top_k, classes), name="top_k"
            ),
        ],
    )


def _stack(layer: declared.Layer, x: Any, name: str, seed: int) -> Any:
    match layer:
        case declared.Conv2D():
            x = keras.layers.Conv2D(
                layer.filters,
                layer.kernel_size,
                padding=layer.padding,
                activation=layer.activation,
                kernel_initializer=keras.initializers.GlorotUniform(seed),
                name=name,
            )(x)
            if layer.pool_size == 1:
                return x
            return keras.layers.MaxPooling2D(layer.pool_size, name=f"{name}_pooling")(x)
        case declared.MaxPooling2D():
            return keras.layers.MaxPooling2D(layer.pool_size, name=name)(x)
        case declared.AveragePooling2D():
            return keras.layers.AveragePooling2D(layer.pool_size, name=name)(x)
        case declared.GlobalAveragePooling2D():
            return keras.layers.GlobalAveragePooling2D(name=name)(x)
        case declared.Flatten():
            return keras.layers.Flatten(name=name)(x)
        case declared.Dense():
            return _dense(x, name, layer.units, layer.activation, seed)
        case declared.Dropout():
            return keras.layers.Dropout(layer.rate, seed=seed, name=name)(x)
        case declared.BatchNormalization():
            return keras.layers.BatchNormalization(name=name)(x)


def _dense(x: Any, name: str, units: int, activation: str, seed: int) -> Any:
    if len(x.shape) > 2:
        x = keras.layers.Flatten(name=f"{name}_flatten")(x)
    return keras.layers.Dense(
        units,
        activation=activation,
        kernel_initializer=keras.initializers.GlorotUniform(seed),
        name=name,
    )(x)


def _loss(name: str, classes: int) -> Any:
    if name == "sparse_categorical_crossentropy":
        return keras.losses.SparseCategoricalCrossentropy()
    dense_loss = getattr(keras.losses, name)

    def one_hot_loss(y_true: Any, y_predicted: Any) -> Any:
        numbers = keras.ops.cast(keras.ops.reshape(y_true, (-1,)), "int32")
        return dense_loss(keras.ops.one_hot(numbers, classes), y_predicted)

    return one_hot_loss
