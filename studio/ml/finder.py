"""The learning-rate finder: some steps of training in which the rate rises, to see where it helps."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.class_weights import class_weights
from studio.core.finder import FinderParams, fell_apart, suggested
from studio.core.precision import choose_precision
from studio.core.run import Progress
from studio.ml.arrays import Split
from studio.ml.backend import tf
from studio.ml.build import build
from studio.ml.device import gpu, processor_flags
from studio.ml.feed import Feed
from studio.ml.loop import Loop, make_optimizer
from studio.ml.memory import check_memory, out_of_memory
from studio.ml.state import Emit

STEPS_A_LOOK = 5
"""So many steps are trained between two looks at the losses and at what people ask."""
SAY_SECONDS = 0.3


def find_rate(
    params: FinderParams,
    samples: Split,
    classes: int,
    *,
    emit: Emit,
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    """Train some steps with a rising learning rate, and suggest one. The model is thrown away.

    It sees what training would see: the same precision, optimizer, loss, augmentation and first batches.

    Args:
        params: Model, settings and range.
        samples: The training split.
        classes: Number of classes.
        emit: Told how far it is, and every now and then of the curve so far as an observation "finder".
        should_stop: Asked every few steps; once True, what is known so far is returned.

    Returns:
        `learning_rates` and `losses` of the steps taken, `suggested` (None where no rate stands out), and
        `fell_apart`, whether training ended because the rate had become too high.

    Raises:
        InvalidInput: The stack does not fit the samples. StudioError: Memory does not suffice.
    """
    try:
        return _find(params, samples, classes, emit, should_stop)
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise out_of_memory(params.training.batch_size) from error


def _find(
    params: FinderParams,
    samples: Split,
    classes: int,
    emit: Emit,
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    loop = _loop(params, samples, classes)
    rates, losses = params.rates(), np.zeros(0)
    feed = Feed(samples, params.training.batch_size, seed=params.training.seed, start=0)
    began, said, apart = time.monotonic(), 0.0, False
    try:
        while len(losses) < len(rates) and not apart and not should_stop():
            done = len(losses)
            window = feed.take(min(STEPS_A_LOOK, len(rates) - done))
            chosen = rates[done : done + window.steps]
            steps = loop.train(
                window.samples, window.labels, window.order, window.bounds, chosen, done + 1
            )
            losses = np.append(losses, steps.sums[:, 0] / steps.sizes)
            apart = fell_apart(losses)
            now = time.monotonic()
            if now - said >= SAY_SECONDS:
                said = now
                left = (len(rates) - len(losses)) * (now - began) / len(losses)
                _say(emit, len(losses), len(rates), left)
                emit.observation("finder", 0, _body(rates, losses, apart))
    finally:
        feed.close()
    body = _body(rates, losses, apart)
    _say(emit, len(rates), len(rates), 0.0)
    emit.observation("finder", 0, body)
    return body


def _loop(params: FinderParams, samples: Split, classes: int) -> Loop:
    training = params.training
    precision, _ = choose_precision(training.precision, processor_flags(), gpu())
    model = build(
        params.model,
        samples.shape,
        classes,
        seed=training.seed,
        precision=precision,
        l2=training.l2,
    )
    check_memory(model, min(training.batch_size, samples.count))
    optimizer = make_optimizer(training)
    optimizer.build(model.trainable_variables)
    return Loop(
        model,
        optimizer,
        training.model_copy(update={"metrics": ()}),
        classes,
        class_weights=(
            class_weights(samples.labels, classes) if training.class_weights == "balanced" else None
        ),
        pictures=params.model.input == "images",
    )


def _say(emit: Emit, done: int, total: int, left: float) -> None:
    emit.progress(
        Progress(
            done=done,
            total=total,
            unit="steps",
            message="trying learning rates",
            seconds_left=left,
        )
    )


def _body(rates: NDArray[np.float32], losses: NDArray[np.float64], apart: bool) -> dict[str, Any]:
    good = np.isfinite(losses)
    count = len(losses) if good.all() else int(np.argmin(good))
    return {
        "learning_rates": [float(f"{rate:.4g}") for rate in rates[:count]],
        "losses": [float(f"{loss:.5g}") for loss in losses[:count]],
        "suggested": suggested(rates[:count], losses[:count]),
        "fell_apart": apart,
    }
