"""Losses of the compiled loop: one number a sample, from class numbers or from shares of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.core.training import TrainingConfig
from studio.ml.backend import tf

SampleLoss = Callable[[Any, Any], Any]
"""(y_true int (b,) or float32 (b, classes), y_predicted float32 (b, classes)) -> float32 (b,)."""
SMALLEST = 1e-7
"""Probabilities are taken as at least this, so that their logarithm stays a number."""


def loss_of(training: TrainingConfig, classes: int) -> SampleLoss:
    """Return the loss of some settings, computed sample by sample in float32.

    Both cross-entropies are the same number here: labels may be class numbers, or the shares of classes that mixup
    makes, whichever the loss is called.

    Args:
        training: Loss and label smoothing.
        classes: Number of classes.
    """
    smoothing = training.label_smoothing
    squared = training.loss == "mean_squared_error"

    def loss(y_true: Any, y_predicted: Any) -> Any:
        predicted = tf.cast(y_predicted, tf.float32)
        numbers = y_true.dtype.is_integer
        if numbers and not squared and not smoothing:
            logits = _logits(predicted)
            if logits is not None:
                rows = tf.reshape(y_true, (-1,))
                return tf.nn.sparse_softmax_cross_entropy_with_logits(rows, logits)
            own = tf.gather(predicted, tf.reshape(y_true, (-1,)), axis=1, batch_dims=1)
            return -tf.math.log(tf.clip_by_value(own, SMALLEST, 1.0))
        target = shares_of(y_true, classes)
        if smoothing:
            target = target * (1 - smoothing) + smoothing / classes
        if squared:
            return tf.reduce_mean(tf.square(target - predicted), axis=-1)
        logits = _logits(predicted)
        if logits is not None:
            return tf.nn.softmax_cross_entropy_with_logits(target, logits)
        log = tf.math.log(tf.clip_by_value(predicted, SMALLEST, 1.0))
        return -tf.reduce_sum(target * log, axis=-1)

    return loss


def _logits(predicted: Any) -> Any:
    """Return what a softmax made the shares from, None where they are not known to be of one.

    From there the gradient of a share that is almost 0 is exact; from the clipped share it would be none at all.
    """
    made_by = None if tf.executing_eagerly() else predicted.op
    return made_by.inputs[0] if made_by is not None and made_by.type == "Softmax" else None


def shares_of(y_true: Any, classes: int) -> Any:
    """Return float32 (b, classes): class numbers as one-hot rows, shares as they are."""
    if y_true.dtype.is_integer:
        return tf.one_hot(tf.reshape(y_true, (-1,)), classes, dtype=tf.float32)
    return tf.cast(y_true, tf.float32)


def sample_weights(y_true: Any, weights: Any) -> Any:
    """Return what each sample counts, float32 (b,); one that mixup made counts as its classes do, by their shares.

    Args:
        y_true: int (b,) or float32 (b, classes).
        weights: float32 (classes,), as `class_weights` returns.
    """
    weights = tf.convert_to_tensor(weights, tf.float32)
    if y_true.dtype.is_integer:
        return tf.gather(weights, tf.reshape(y_true, (-1,)))
    return tf.linalg.matvec(tf.cast(y_true, tf.float32), weights)
