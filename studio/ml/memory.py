"""How much memory training will need, and how much there is.

On a CPU, TensorFlow does not report that memory ran out: its process dies. So it is asked before.
"""

from __future__ import annotations

import math

from studio.core.errors import StudioError
from studio.ml.available import available_bytes
from studio.ml.backend import keras, tf

MEASURED_SHARE = 1.2
"""Real peaks were 1.21 to 1.41 times the sum below, over four models and two batch sizes."""


def training_bytes(model: keras.Model, batch_size: int) -> int:
    """Return what a training step takes at least: every layer's answers, a gradient, and the weights' states.

    Args:
        model: The model.
        batch_size: Samples a batch.
    """
    free = (keras.layers.InputLayer, keras.layers.Flatten, keras.layers.Dropout)
    values = [
        math.prod(layer.output.shape[1:]) for layer in model.layers if not isinstance(layer, free)
    ]
    answers = 4 * batch_size * (sum(values) + max(values))
    return round(MEASURED_SHARE * answers) + 4 * 4 * model.count_params()


def check_memory(model: keras.Model, batch_size: int) -> None:
    """Refuse a training that cannot fit into memory. On a GPU TensorFlow itself says so.

    Raises:
        StudioError: It needs more than there is.
    """
    available, needed = available_bytes(), training_bytes(model, batch_size)
    if available is None or needed <= available or tf.config.list_physical_devices("GPU"):
        return
    raise out_of_memory(
        batch_size,
        f"It needs at least {needed / 1e9:.1f} GB, and {available / 1e9:.1f} GB are free.",
    )


def out_of_memory(batch_size: int, detail: str = "") -> StudioError:
    """Return the error for a training that does not fit into memory."""
    why = "A batch, the model's answers to it and its corrections must fit into memory together."
    return StudioError(
        f"Memory does not suffice to train with batches of {batch_size:,} samples.",
        f"{why} {detail}".strip(),
        "Choose a smaller batch size, fewer filters or units, or earlier pooling.",
    )
