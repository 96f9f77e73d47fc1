"""Keras layers in front of a model of tables: from one number a column to what the stack reads.

Keras' own layers and operations only, and of these only what every export knows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core.errors import InvalidInput
from studio.core.table_input import TableInput, features_of
from studio.ml.backend import keras

ops = keras.ops


def table_layers(table: TableInput, x: Any, seed: int) -> Any:
    """Put the layers of a table's columns behind the input.

    Args:
        table: The columns, with the means and deviations of the training rows; 0 and 1 where it has none yet.
        x: Symbolic tensor, float32 (batch, columns).
        seed: Start of the first weights of categories with many values.

    Returns:
        float32 (batch, table.features): scaled numbers, a 1 for each missing number, then the categories.

    Raises:
        InvalidInput: There are no columns.
    """
    if not table.columns:
        raise InvalidInput(
            "The model has no columns to look at.",
            "The columns of a table are read when a run trains the model; texts and the target are left out.",
            "Choose a table that has numbers or categories besides its target.",
        )
    parts = [_numbers(table, x)] if table.numbers else []
    if table.one_hot:
        parts.append(_one_hot(table, x))
    for place, at in zip(table.embedded, _seeds(seed, len(table.embedded)), strict=True):
        column = table.columns[place]
        number = ops.cast(ops.take(x, [place], axis=1), "int32")
        found = keras.layers.Embedding(
            len(column.categories) + 1,
            features_of(column),
            embeddings_initializer=keras.initializers.RandomUniform(seed=at),
            name=f"column_{place + 1}",
            dtype="float32",
        )(number)
        parts.append(ops.reshape(found, (-1, features_of(column))))
    if len(parts) == 1:
        return parts[0]
    return keras.layers.Concatenate(name="columns", dtype="float32")(parts)


def _numbers(table: TableInput, x: Any) -> Any:
    """Scale numbers, the mean (0 by then) in place of a missing one, and say which are missing."""
    places = table.numbers
    means = [table.means[i] if table.means else 0.0 for i in places]
    deviations = [table.deviations[i] if table.deviations else 1.0 for i in places]
    taken = ops.take(x, places, axis=1)
    missing = ops.not_equal(taken, taken)  # what is no number; ONNX keeps just this question
    away = ops.subtract(taken, np.array([means], np.float32))
    scaled = ops.multiply(away, np.array([1 / np.array(deviations)], np.float32))
    scaled = ops.where(
        missing, 0.0, scaled
    )  # a number for each would break files that take many rows
    if not table.gaps:
        return scaled
    gaps = ops.take(ops.cast(missing, "float32"), [places.index(i) for i in table.gaps], axis=1)
    return keras.layers.Concatenate(name="numbers", dtype="float32")([scaled, gaps])


def _one_hot(table: TableInput, x: Any) -> Any:
    """Give each value of a category a place, the first for none and unknown ones, and put a 1 where it stands."""
    sizes = [len(table.columns[i].categories) + 1 for i in table.one_hot]
    repeated = np.repeat(table.one_hot, sizes).tolist()
    values = np.concatenate([np.arange(size) for size in sizes]).astype(np.float32)
    return ops.cast(ops.equal(ops.take(x, repeated, axis=1), values[None]), "float32")


def _seeds(seed: int, count: int) -> list[int]:
    return [int(n) for n in np.random.SeedSequence(seed).generate_state(count)] if count else []
