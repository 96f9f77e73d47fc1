"""Making a model as sure as it is right: a temperature, found on samples it has not learned from, baked into it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from studio.core.calibration import FIT_SAMPLES, CrossFitted, cross_fitted
from studio.core.errors import Cancelled, InvalidInput
from studio.core.run import Progress
from studio.ml.arrays import Split
from studio.ml.backend import keras
from studio.ml.state import Emit

OUTPUT = "output"
"""Name of the last layer of every model of the studio."""
BATCH_SIZE = 256


def calibrate(
    model: keras.Model,
    split: Split,
    *,
    emit: Emit,
    should_stop: Callable[[], bool] = lambda: False,
) -> CrossFitted:
    """Fit a temperature, and divide the weights of the last layer by it: the same answers, as sure as they are right.

    Args:
        model: A model of the studio; its last layer is changed.
        split: Samples it has not learned from; at most 10,000 of them, drawn at random, are asked about.
        emit: Where progress goes.
        should_stop: Asked after every batch. Default never.

    Raises:
        InvalidInput: The model ends otherwise. Cancelled: `should_stop` said so.
    """
    last = model.layers[-1]
    if last.name != OUTPUT or last.activation is not keras.activations.softmax:
        raise InvalidInput(
            "This model has no softmax of the studio at its end.",
            f'Its last layer is "{last.name}"; a temperature belongs into the layer "{OUTPUT}".',
            "Calibrate a model that was trained here.",
        )
    rows = np.arange(split.count)
    if split.count > FIT_SAMPLES:
        rows = np.sort(np.random.default_rng(0).choice(rows, FIT_SAMPLES, replace=False))
    answers = np.empty((len(rows), last.units), np.float32)
    for start in range(0, len(rows), BATCH_SIZE):
        batch = rows[start : start + BATCH_SIZE]
        answers[start : start + BATCH_SIZE] = model.predict_on_batch(split.take(batch))
        done = start + len(batch)
        if should_stop():
            raise Cancelled(
                f"The calibration was stopped after {done:,} of {len(rows):,} samples.",
                "Somebody asked to stop.",
                "Start it again.",
            )
        emit.progress(Progress(done=done, total=len(rows), unit="samples", message="calibrating"))
    found = cross_fitted(answers, split.labels[rows])
    last.set_weights([weights / found.temperature for weights in last.get_weights()])
    return found
