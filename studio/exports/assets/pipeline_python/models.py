"""Models that have not learned yet, and how they are built with Keras."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.core.tokens import encode
from studio.exports.assets.pipeline_python.settings import Settings


@dataclass(frozen=True)
class Untrained:
    """A model that has not learned yet.

    Args:
        layers: The stack, each with its kind and settings.
        reads: images, text or table.
        text: How texts become numbers.
    """

    layers: list[dict[str, Any]]
    reads: str = "images"
    text: dict[str, Any] = field(default_factory=dict)


TEXT = {
    "unit": "words", "lower": True, "pairs": False, "length": 64, "buckets": 20_000,
    "shortest": 3, "longest": 5, "hash_words": 8,
}  # fmt: skip
TEXT_MODELS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "text-average": (
        TEXT,
        [
            {"kind": "embedding", "buckets": 20_000, "features": 64},
            {"kind": "global_average_pooling1d"},
            {"kind": "dropout", "rate": 0.5},
        ],
    ),
    "text-characters": (
        {**TEXT, "unit": "characters", "length": 512},
        [
            {"kind": "embedding", "buckets": 20_000, "features": 16},
            {"kind": "token_dropout", "rate": 0.2},
            {"kind": "global_average_pooling1d"},
            {"kind": "dropout", "rate": 0.3},
        ],
    ),
}


def drawing_classifier(
    filters: int = 16, kernel_size: int = 3, units: int = 128, dropout: float = 0.0
) -> Untrained:
    """Three convolutions and two dense layers."""
    layers: list[dict[str, Any]] = [
        {"kind": "conv2d", "filters": filters * times, "kernel_size": kernel_size}
        for times in (1, 2, 4)
    ]
    layers.append({"kind": "dense", "units": units})
    return Untrained([*layers, *_dropout(dropout)])


def text_classifier(preset: str = "text-average") -> Untrained:
    """A small model of texts."""
    if preset not in TEXT_MODELS:
        raise ValueError(f"{preset} needs the studio; known here are: {', '.join(TEXT_MODELS)}.")
    text, layers = TEXT_MODELS[preset]
    return Untrained(layers, "text", text)


def table_classifier(units: Any = (64, 32), dropout: float = 0.1) -> Untrained:
    """Dense layers over the columns of a table."""
    layers: list[dict[str, Any]] = []
    for number in units:
        layers += [{"kind": "dense", "units": number}, *_dropout(dropout)]
    return Untrained(layers, "table")


def layers(name: str = "drawing-classifier", model: dict[str, Any] | None = None) -> Untrained:
    """A stack of layers, as it was when the script was written."""
    if model is None:
        if name == "dense-baseline":
            return Untrained([{"kind": "dense", "units": 128}])
        return drawing_classifier()
    text = {**TEXT, **model.get("text", {})}
    return Untrained(list(model["layers"]), model.get("input", "images"), text)


def _dropout(rate: float) -> list[dict[str, Any]]:
    return [{"kind": "dropout", "rate": rate}] if rate else []


class Reader:
    """Makes of samples the numbers that a model takes, by what the training samples are like.

    Args:
        model: What is trained.
        training: The training samples.
    """

    def __init__(self, model: Untrained, training: Any) -> None:
        self.model = model
        self._means: dict[str, tuple[float, float]] = {}
        self._values: dict[str, list[str]] = {}
        if model.reads == "table":
            for name in training.columns:
                column = training[name].dropna()
                if column.dtype.kind in "iufb":
                    numbers = column.to_numpy(float)
                    middle = float(numbers.mean()) if len(numbers) else 0.0
                    self._means[name] = middle, float(numbers.std()) or 1.0
                elif column.dtype.kind != "M":
                    self._values[name] = sorted(column.astype(str).unique())

    def __call__(self, samples: Any) -> Any:
        """Return uint8 pictures, int32 tokens or float32 columns."""
        if self.model.reads == "images":
            return np.asarray(samples)
        if self.model.reads == "text":
            settings: Any = Settings(**self.model.text)
            shape: tuple[int, ...] = (settings.length,)
            if settings.unit == "projection":
                shape = (settings.length, settings.hash_words)
            settings.shape = shape
            return encode([*samples], settings)
        columns = []
        for name, (middle, width) in self._means.items():
            numbers = samples[name].to_numpy(float, na_value=np.nan)
            columns += [np.nan_to_num((numbers - middle) / width), np.isnan(numbers)]
        for name, values in self._values.items():
            words = samples[name].astype(str).to_numpy()
            columns += [words == value for value in values]
        return np.stack(columns, axis=1).astype(np.float32)


def build(model: Untrained, shape: tuple[int, ...], classes: int, seed: int) -> Any:
    """Return the Keras model of a stack.

    Args:
        model: The stack.
        shape: Of what goes into it.
        classes: Number of classes.
        seed: Start of all randomness.
    """
    import keras

    keras.utils.set_random_seed(seed)
    kind = {"images": "uint8", "text": "int32", "table": "float32"}.get(model.reads)
    if kind is None:
        raise ValueError(f"A model that reads {model.reads} needs the studio.")
    x = inputs = keras.Input(shape, dtype=kind)
    if model.reads == "images":
        x = keras.layers.Rescaling(1 / 255)(inputs)
    for layer in model.layers:
        x = _layer(dict(layer), x)
    if len(x.shape) > 2:
        x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(classes, activation="softmax", dtype="float32")(x)
    return keras.Model(inputs, x)


def _layer(settings: dict[str, Any], x: Any) -> Any:
    """Put a layer behind `x`."""
    from keras import layers as made
    from keras import ops

    kind = settings.pop("kind")
    known = settings.get
    match kind:
        case "dense":
            if len(x.shape) > 2:
                x = made.Flatten()(x)
            return made.Dense(known("units", 128), activation=known("activation", "relu"))(x)
        case "conv2d" | "conv1d":
            two = kind == "conv2d"
            x = (made.Conv2D if two else made.Conv1D)(
                known("filters", 32),
                known("kernel_size", 3),
                strides=known("strides", 1),
                padding=known("padding", "same"),
                activation=known("activation", "relu"),
            )(x)
            pool = known("pool_size", 2 if two else 1)
            if pool == 1:
                return x
            return (made.MaxPooling2D if two else made.MaxPooling1D)(pool)(x)
        case "dropout":
            return made.Dropout(known("rate", 0.3))(x)
        case "token_dropout":
            return made.Dropout(known("rate", 0.2), noise_shape=(None, x.shape[1], 1))(x)
        case "embedding":
            tokens = x
            x = made.Embedding(known("buckets", 20_000), known("features", 64))(tokens)
            there = ops.expand_dims(ops.cast(ops.not_equal(tokens, 0), "float32"), -1)
            return ops.multiply(x, there)
        case "global_average_pooling1d":
            there = ops.cast(ops.any(ops.not_equal(x, 0), axis=-1, keepdims=True), "float32")
            return ops.divide(ops.sum(x, axis=1), ops.maximum(ops.sum(there, axis=1), 1))
        case "flatten":
            return made.Flatten()(x)
        case "activation":
            return made.Activation(known("activation", "relu"))(x)
        case "batch_normalization":
            return made.BatchNormalization(momentum=known("momentum", 0.99))(x)
        case "layer_normalization":
            return made.LayerNormalization()(x)
        case "max_pooling2d":
            return made.MaxPooling2D(known("pool_size", 2))(x)
        case "average_pooling2d":
            return made.AveragePooling2D(known("pool_size", 2))(x)
        case "global_average_pooling2d":
            return made.GlobalAveragePooling2D()(x)
        case "global_max_pooling2d":
            return made.GlobalMaxPooling2D()(x)
        case "global_max_pooling1d":
            return made.GlobalMaxPooling1D()(x)
    raise ValueError(f"A layer of the kind {kind} needs the studio.")
