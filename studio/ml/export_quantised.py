"""Smaller `.tflite` files: half as precise numbers, or whole numbers of 8 bits from the first pixel to the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.ml.backend import keras, tf
from studio.ml.export import any_batch, litert_bytes, one_sample

REPRESENTATIVE = 200
"""So many training samples show a file in whole numbers which ranges it has to hold."""
EDGE_ROWS = 2
"""So many of the values of the first sample are set to the ends of the range."""


def to_float16(model: keras.Model) -> bytes:
    """Return a model as a `.tflite` file whose weights are float16; it takes and gives what `to_tflite` does."""
    return litert_bytes(
        any_batch(model),
        one_sample(model),
        [tf.lite.Optimize.DEFAULT],
        target={"supported_types": [tf.float16]},
    )


def to_full_int8(model: keras.Model, samples: NDArray[np.uint8]) -> bytes:
    """Return a model of pictures as a `.tflite` file that calculates with whole numbers of 8 bits only.

    It takes pixels as they are, uint8 from 0 to 255, and gives uint8: the probability times 256.

    Args:
        model: What `build` made, trained.
        samples: uint8 (n, height, width, channels), n > 0, training samples that stand for all: their ranges are those
            that the file can hold.
    """
    shown = np.array(samples[:REPRESENTATIVE], np.float32)
    shown[0].reshape(-1)[:EDGE_ROWS] = (0, 255)  # so that one step of the input is one of a pixel

    def representative() -> Iterator[list[NDArray[np.float32]]]:
        for sample in shown:
            yield [sample[None]]

    copy = any_batch(model, dtype="float32")
    signature: Any = one_sample(copy)
    return litert_bytes(
        copy,
        signature,
        [tf.lite.Optimize.DEFAULT],
        target={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]},
        representative_dataset=representative,
        inference_input_type=tf.uint8,
        inference_output_type=tf.uint8,
    )
