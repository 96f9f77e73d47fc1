"""95 % intervals: how much the numbers of an evaluation would change with other test samples.

Of few samples the whole evaluation is resampled (the bootstrap of Efron 1979). Of many, random parts are resampled up
to the size of the whole (the bag of little bootstraps, Kleiner et al. 2014): it takes a fraction of the time, and the
interval is that of all samples, not of a part. Where one part holds all samples both are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.calibration import BINS, bin_of
from studio.core.evaluation import Interval

LEVEL = 0.95
SCORE = 1.959963984540054
"""Of a normal distribution, so many standard deviations on either side hold 95 %."""
PART_VALUES = 1_000_000
"""A part of the samples has at most so many probabilities."""
PART_SAMPLES_A_CLASS = 50
"""But so many samples a class, however many classes there are."""
PARTS = 5
LEAST, MOST = 200, 1000
"""Resamples, as many as the time allows."""
WORK = 200_000_000
"""Values that all resamples together may read."""
SHARES = ("accuracy", "top_k", "macro_f1", "mean_average_precision", "expected_calibration_error")


class Answers(NamedTuple):
    """Answers on some samples, as far as headline numbers depend on them.

    Args:
        probabilities: Float (n, classes).
        labels: Integer (n,), the true classes.
        predicted: Integer (n,), the most likely classes.
        confidence: Float (n,), their probabilities.
        within: Boolean (n,), whether the true class is among the k most likely.
        loss: float64 (n,), cross-entropy.
    """

    probabilities: NDArray[np.floating]
    labels: NDArray[np.integer]
    predicted: NDArray[np.integer]
    confidence: NDArray[np.floating]
    within: NDArray[np.bool_]
    loss: NDArray[np.float64]

    def part(self, rows: NDArray[np.integer]) -> Answers:
        """Return the answers on some of the samples."""
        return Answers(*(column[rows] for column in self))


def wilson(successes: int, trials: int) -> Interval | None:
    """Return the 95 % Wilson interval of a share, None for a share of nothing.

    Example:
        >>> low, high = wilson(8, 10)
        >>> round(low, 3), round(high, 3)
        (0.49, 0.943)
    """
    if not trials:
        return None
    share, extra = successes / trials, SCORE**2 / trials
    centre = (share + extra / 2) / (1 + extra)
    half = SCORE / (1 + extra) * (share * (1 - share) / trials + extra / (4 * trials)) ** 0.5
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def bootstrap_intervals(
    answers: Answers,
    estimates: dict[str, float],
    *,
    seed: int = 0,
    step: Callable[[], None] = lambda: None,
) -> dict[str, Interval]:
    """Return 95 % intervals of the headline numbers.

    Percentile intervals; of the calibration error the reversed ones, because resampling makes it larger than it is by
    as much as chance has made it already. The estimate is always inside. Where all answers are alike, so that
    resampling shows nothing, accuracy and top-k have Wilson's interval.

    Args:
        answers: On all samples.
        estimates: accuracy, top_k, macro_f1, mean_average_precision, loss and expected_calibration_error on them.
        seed: Of the resamples; the same seed gives the same intervals. Default 0.
        step: Called before each resample, to say how far it is, or to end it by an exception.
    """
    count, classes = answers.probabilities.shape
    size = min(count, max(PART_VALUES // classes, PART_SAMPLES_A_CLASS * classes, 1))
    parts = 1 if size == count else PARTS
    rounds = int(np.clip(WORK // (size * classes), LEAST, MOST)) // parts
    generator = np.random.default_rng(seed)
    apart: dict[str, list[float]] = {name: [] for name in estimates}
    for _ in range(parts):
        rows = generator.choice(count, size, replace=False) if parts > 1 else np.arange(count)
        part = _Part(answers.part(np.sort(rows)))
        centre = part.numbers(np.ones(size, np.int64))
        for _ in range(rounds):
            step()
            drawn = _drawn(generator, size, count)
            for name, value in part.numbers(drawn).items():
                apart[name].append(value - centre[name])
    found = {name: _interval(name, estimates[name], np.array(apart[name])) for name in estimates}
    for name, right in (
        ("accuracy", answers.predicted == answers.labels),
        ("top_k", answers.within),
    ):
        if found[name][0] == found[name][1] and (share := wilson(int(right.sum()), count)):
            found[name] = share
    return found


def _drawn(generator: np.random.Generator, size: int, count: int) -> NDArray[np.int64]:
    """Return how often each of `size` samples is drawn when `count` are, with replacement, int64 (size,)."""
    if size == count:
        return np.bincount(generator.integers(0, size, count), minlength=size)
    return generator.multinomial(count, np.full(size, 1 / size))


class _Part:
    """Samples whose headline numbers are asked for again and again, each time with other weights."""

    def __init__(self, answers: Answers) -> None:
        self._labels, self._predicted = answers.labels, answers.predicted
        self._classes = answers.probabilities.shape[1]
        right = answers.predicted == answers.labels
        self._right = right.astype(np.float64)
        self._within = answers.within.astype(np.float64)
        self._loss = answers.loss
        self._bins = bin_of(answers.confidence)
        self._gap = np.asarray(answers.confidence, np.float64) - right
        self._rank(np.ascontiguousarray(answers.probabilities.T))

    def _rank(self, scores: NDArray[np.floating]) -> None:
        """Put the samples of each class in order; note for each sample how many have at least its score."""
        count = scores.shape[1]
        self._order = np.argsort(-scores, axis=1)
        self._samples, self._ends, self._starts = [], [], []
        for number, order in enumerate(self._order):
            ranked = -scores[number, order]
            places = np.flatnonzero(self._labels[order] == number)
            values = ranked[places]
            self._samples.append(order[places])
            self._ends.append(np.searchsorted(ranked, values, side="right"))
            first = np.append(True, values[1:] != values[:-1])[: len(values)]
            self._starts.append(np.flatnonzero(first))
        self._above = np.zeros(count + 1, np.int64)

    def numbers(self, weights: NDArray[np.int64]) -> dict[str, float]:
        """Return the headline numbers when each sample counts so often.

        Args:
            weights: int64 (n,), how often.
        """
        total = weights.sum()
        right = weights * self._right
        true = np.bincount(self._labels, weights, self._classes)
        both = np.bincount(self._predicted, weights, self._classes) + true
        hits = np.bincount(self._labels, right, self._classes)
        f1 = np.divide(2 * hits, both, out=np.zeros(self._classes), where=both > 0)
        gaps = np.bincount(self._bins, weights * self._gap, BINS)
        present = true > 0
        return {
            "accuracy": float(right.sum() / total),
            "top_k": float(weights @ self._within / total),
            "macro_f1": float(f1[present].mean()),
            "mean_average_precision": float(
                np.mean([self._precision(weights, c) for c in np.flatnonzero(present).tolist()])
            ),
            "loss": float(weights @ self._loss / total),
            "expected_calibration_error": float(np.abs(gaps).sum() / total),
        }

    def _precision(self, weights: NDArray[np.int64], number: int) -> float:
        """Return the average precision of one class."""
        np.cumsum(weights[self._order[number]], out=self._above[1:])
        mine = weights[self._samples[number]]
        starts = self._starts[number]
        gained = np.add.reduceat(mine, starts)
        found = np.cumsum(gained)
        chosen = self._above[self._ends[number][starts]]
        precision = np.divide(found, chosen, out=np.zeros(len(found)), where=chosen > 0)
        return float(gained @ precision / found[-1])


def _interval(name: str, estimate: float, apart: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(apart, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    if name == "expected_calibration_error":
        low, high = -high, -low
    most = 1.0 if name in SHARES else float("inf")
    return max(0.0, estimate + min(low, 0.0)), min(most, estimate + max(high, 0.0))
