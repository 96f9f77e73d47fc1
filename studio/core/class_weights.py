"""Weights that let rare classes count as much as common ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def class_weights(labels: NDArray[np.integer], classes: int) -> NDArray[np.float32]:
    """Return what a sample of each class counts in the loss, so that every class counts alike.

    The mean over the samples is 1, so the learning rate keeps its meaning. Classes without samples have weight 1.

    Args:
        labels: integers (n,), the class of each sample; negative ones have none and are left out.
        classes: Number of classes.

    Returns:
        float32 (classes,).

    Example:
        >>> class_weights(np.array([0, 0, 0, 1]), 2).tolist()
        [0.6666666865348816, 2.0]
    """
    counts = np.bincount(labels[labels >= 0], minlength=classes)[:classes]
    present = np.count_nonzero(counts)
    even = counts.sum() / max(1, present)
    weights: NDArray[np.float32] = np.where(counts > 0, even / np.maximum(1, counts), 1.0).astype(
        np.float32
    )
    return weights
