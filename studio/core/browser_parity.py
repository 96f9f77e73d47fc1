"""How a model's web page answered in somebody's browser, beside the model itself."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.core.model_export import ParityRow, refusal
from studio.core.parity import measured

REPLAYED_LIMIT = 2_000
"""So many samples a browser is asked about, at most."""
ANSWERS_LIMIT = 1_000_000
"""And so many probabilities it sends, at most: 4 MB of them."""
BROWSER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{0,39}")


def replayed_count(samples: int, classes: int) -> int:
    """Return how many of the samples that are there a browser is asked about.

    Example:
        >>> replayed_count(20_000, 100), replayed_count(2_000, 4_000)
        (2000, 250)
    """
    return min(samples, REPLAYED_LIMIT, max(1, ANSWERS_LIMIT // max(classes, 1)))


def browser_row(
    row: ParityRow,
    answers: NDArray[np.float32],
    reference: NDArray[np.float32],
    labels: NDArray[np.int32],
) -> ParityRow:
    """Return a row with what the answers of a browser show.

    Args:
        row: Its form, size, browser (`where`) and milliseconds.
        answers: float32 (n, classes), of the browser.
        reference: float32 (m, classes), of the model, the first n about the same samples.
        labels: int32 (m,), -1 for none.

    Raises:
        InvalidInput: There are no answers, or answers of another shape, or they are no numbers, or it is no name of a
            browser.

    Example:
        >>> said = np.array([[0.2, 0.8]], np.float32)
        >>> row = ParityRow(format="page", where="Chrome 149", bytes=1, samples=0)
        >>> browser_row(row, said, said, np.array([1], np.int32)).agreement
        1.0
    """
    if not BROWSER_NAME.fullmatch(row.where):
        raise _odd(f"{row.where[:40]!r} is no name of a browser.")
    fits = answers.ndim == 2 and answers.shape[1] == reference.shape[1]
    if not (fits and 0 < len(answers) <= len(reference)):
        raise _odd(f"It sent answers of the shape {answers.shape}.")
    if not np.isfinite(answers).all():
        raise _odd("Some of its answers are no numbers.")
    count = len(answers)
    found = measured(row, answers, reference[:count], labels[:count])
    return found.model_copy(update={"refused": refusal("float", found)})


def _odd(why: str) -> InvalidInput:
    return InvalidInput(
        "These are no answers of a browser.", why, "Press Replay in this browser on the Files view."
    )
