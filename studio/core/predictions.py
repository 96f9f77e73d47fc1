"""What a model answered for every sample it was judged on: the ground of curves, comparisons and samples to look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.core.metrics import argmax, cross_entropy

IDS, LABELS, PROBABILITIES = "prediction_ids.npy", "prediction_labels.npy", "predictions.npy"
"""Files of an evaluation beside evaluation.json."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """A model's answers on the labelled samples of one part of a dataset version. Rows are called places.

    Args:
        dataset: `name:version`.
        base: Digest of the dataset's first samples: sample numbers mean the same in all versions with this base.
        class_names: Names of the model's outputs, in order.
        ids: int64 (n,), numbers of the samples in the dataset, ascending.
        labels: int32 (n,), the true classes, as places in `class_names`.
        probabilities: float32 (n, classes), usually memory-mapped.

    Example:
        >>> found = Predictions(
        ...     dataset="fruit:1",
        ...     base="",
        ...     class_names=("apple", "fish"),
        ...     ids=np.array([3, 7]),
        ...     labels=np.array([0, 1], np.int32),
        ...     probabilities=np.array([[0.9, 0.1], [0.7, 0.3]], np.float32),
        ... )
        >>> found.predicted.tolist(), found.wrong.tolist()
        ([0, 0], [False, True])
    """

    dataset: str
    base: str
    class_names: tuple[str, ...]
    ids: NDArray[np.int64]
    labels: NDArray[np.int32]
    probabilities: NDArray[np.float32]

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.labels)

    @cached_property
    def predicted(self) -> NDArray[np.int64]:
        """The most likely class of each sample, int64 (n,); of equally likely ones the first."""
        return argmax(self.probabilities)

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of the most likely class, float32 (n,)."""
        return np.asarray(self.probabilities[np.arange(self.count), self.predicted], np.float32)

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """Cross-entropy of each sample's true class, float64 (n,)."""
        return cross_entropy(self.probabilities, self.labels)

    @cached_property
    def wrong(self) -> NDArray[np.bool_]:
        """Whether the most likely class is not the true one, boolean (n,)."""
        return np.asarray(self.predicted != self.labels)
