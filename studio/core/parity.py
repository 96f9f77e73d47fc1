"""How the answers of a model in another form differ from its own: what every replay is measured by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.model_export import ParityRow


def accuracy(answers: NDArray[np.float32], labels: NDArray[np.int32]) -> float | None:
    """Return the share of the labelled samples (label >= 0) whose likeliest class is theirs; None without any."""
    known = labels >= 0
    if not known.any():
        return None
    return float(np.mean(answers.argmax(axis=1)[known] == labels[known]))


def measured(
    row: ParityRow,
    answers: NDArray[np.float32],
    reference: NDArray[np.float32],
    labels: NDArray[np.int32],
) -> ParityRow:
    """Return a row with how answers differ from the model's own.

    Args:
        row: Of the form.
        answers, reference: float32 (n, classes), of the form and of the model.
        labels: int32 (n,), -1 for none.

    Example:
        >>> said = np.array([[0.2, 0.8]], np.float32)
        >>> row = ParityRow(format="page", where="Chrome 149", bytes=1, samples=0)
        >>> measured(row, said, said, np.array([1], np.int32)).agreement
        1.0
    """
    mine, own = accuracy(answers, labels), accuracy(reference, labels)
    return row.model_copy(
        update={
            "samples": len(answers),
            "max_difference": float(np.abs(answers - reference).max()),
            "agreement": float(np.mean(answers.argmax(axis=1) == reference.argmax(axis=1))),
            "accuracy": mine,
            "accuracy_drop": None if mine is None or own is None else own - mine,
        }
    )
