"""One model in several forms, asked about the same samples: how much their answers differ."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.model_export import ParityRow
from studio.core.parity import measured

BATCH = 64
TIMED_SAMPLES = 100
TIMED_SECONDS = 0.5
"""So many samples are asked about one at a time, or for so long."""


class Asked(NamedTuple):
    """Samples that a model is asked about.

    Args:
        values: As the model takes them, (n, ...).
        texts: Of a model of texts, what they were; else None.
    """

    values: NDArray[Any]
    texts: tuple[str, ...] | None = None

    def part(self, start: int, stop: int) -> Asked:
        """Return some of them."""
        return Asked(
            self.values[start:stop], None if self.texts is None else self.texts[start:stop]
        )


Ask = Callable[[Asked], NDArray[Any]]
"""From samples to float (n, classes)."""


def replay(ask: Ask, asked: Asked, step: Callable[[int], None]) -> NDArray[np.float32]:
    """Return the answers to all samples, float32 (n, classes).

    Args:
        ask: What answers.
        asked: The samples.
        step: Told after every batch how many are done; may raise.

    Raises:
        StudioError: An answer is no number.
    """
    answers = []
    count = len(asked.values)
    for start in range(0, count, BATCH):
        part = asked.part(start, min(start + BATCH, count))
        answers.append(np.asarray(ask(part), np.float32).reshape(len(part.values), -1))
        if not np.isfinite(answers[-1]).all():
            raise StudioError(
                f"Its answers from sample {start:,} on are no numbers.",
                "Weights that grew without bounds, or what the form cannot hold, make such answers.",
                "Use another form, or train again with a lower learning rate.",
            )
        step(min(start + BATCH, count))
    return np.concatenate(answers)


def milliseconds(ask: Ask, asked: Asked) -> float:
    """Return the median time of one sample, asked about alone, in ms."""
    ask(asked.part(0, 1))
    seconds: list[float] = []
    while len(seconds) < TIMED_SAMPLES and sum(seconds) < TIMED_SECONDS:
        number = len(seconds) % len(asked.values)
        sample = asked.part(number, number + 1)
        begin = time.perf_counter()
        ask(sample)
        seconds.append(time.perf_counter() - begin)
    return median(seconds) * 1000


def compared(
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

    Raises:
        StudioError: The form answers about another number of classes.
    """
    if answers.shape != reference.shape:
        raise StudioError(
            f"It gives {answers.shape[1:]} numbers for a sample.",
            f"The model gives {reference.shape[1:]}.",
            "Export the model again.",
        )
    return measured(row, answers, reference, labels)
