"""Calibration: whether a model that says 80 % is right in 80 of 100 cases, and the temperature that makes it so."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from studio.core.evaluation import ReliabilityBin
from studio.core.metrics import argmax, blocks

BINS = 15
HISTOGRAM_BINS = 20
TINY = 1e-12
"""A probability below this counts as this when its logarithm is taken."""
TEMPERATURES = (0.02, 50.0)
ROUNDS = 100
CLOSE = 1e-10
"""A step of less than this share of 1 / T is the last one."""
FIT_SAMPLES = 10_000
"""A temperature is one number: more samples than these, drawn at random, do not change it."""


class CalibrateParams(BaseModel):
    """On which samples a model is calibrated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    split: Literal["validation", "test"] = Field(
        "validation",
        title="Samples",
        description="The part of the dataset that the temperature is fitted on. The test part only where there is no "
        "validation part: the model is judged on it.",
    )


class CrossFitted(NamedTuple):
    """Calibration before and after a temperature, each judged on samples the temperature was not fitted on.

    Args:
        temperature: Fitted on all samples: the one to use.
        before, after: Expected calibration error.
    """

    temperature: float
    before: float
    after: float


def bin_of(confidence: NDArray[np.floating], bins: int = BINS) -> NDArray[np.int64]:
    """Return the bin of each confidence, int64 (n,): equal widths from 0 to 1, 1 itself in the last one."""
    return np.minimum((np.asarray(confidence, np.float64) * bins).astype(np.int64), bins - 1)


def reliability(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> tuple[ReliabilityBin, ...]:
    """Return, for equal bins of confidence, how sure the model was and how often it was right.

    Args:
        confidence: Float (n,), probability of each answer, 0-1.
        right: Boolean (n,), whether the answer was right.
        bins: Default 15.

    Example:
        >>> found = reliability(np.array([0.9, 0.7]), np.array([True, False]), bins=2)
        >>> (found[0].count, found[1].count, found[1].accuracy, round(found[1].confidence, 2))
        (0, 2, 0.5, 0.8)
    """
    place = bin_of(confidence, bins)
    counts = np.bincount(place, minlength=bins)
    sure = np.bincount(place, np.asarray(confidence, np.float64), bins) / np.maximum(counts, 1)
    share = np.bincount(place, np.asarray(right, np.float64), bins) / np.maximum(counts, 1)
    return tuple(
        ReliabilityBin(count=count, confidence=c, accuracy=a)
        for count, c, a in zip(counts.tolist(), sure.tolist(), share.tolist(), strict=True)
    )


def calibration_error(bins: tuple[ReliabilityBin, ...]) -> float:
    """Return the expected calibration error: distance of confidence and accuracy, over bins, by their samples.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    count = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.accuracy) for one in bins) / max(count, 1)


def histograms(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = HISTOGRAM_BINS
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many right and how many wrong answers are in each bin of confidence, int64 (bins,) each."""
    place = bin_of(confidence, bins)
    right = np.asarray(right, bool)
    found = np.bincount(place[right], minlength=bins)
    return found, np.bincount(place[~right], minlength=bins)


def tempered(probabilities: NDArray[np.floating], temperature: float) -> NDArray[np.float32]:
    """Return probabilities at another temperature: above 1 less sure, below 1 surer, with the same best class.

    Dividing a softmax's logits by T is the same as raising its probabilities to 1 / T and making them sum to 1.

    Args:
        probabilities: Float (n, classes).
        temperature: Above 0.
    """
    found = np.empty(probabilities.shape, np.float32)
    for rows in blocks(probabilities):
        scaled = _logs(probabilities[rows]) / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        np.exp(scaled, out=scaled)
        found[rows] = scaled / scaled.sum(axis=1, keepdims=True)
    return found


def fit_temperature(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], *, seed: int = 0
) -> float:
    """Return the temperature with which the cross-entropy of the labels is least.

    The loss is convex in 1 / T, so its slope has one zero, found by Newton's steps between bounds. Only logarithms of
    the probabilities are needed, so any model that gives probabilities can be calibrated. Between 0.02 and 50.

    Args:
        probabilities: Float (n, classes), on samples the model has not learned from.
        labels: Integer (n,), their classes.
        seed: Which samples are drawn where there are more than 10,000. Default 0.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    rows = _drawn(np.arange(len(labels)), seed)
    return _fitted(probabilities[rows], labels[rows])


def _drawn(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the rows, or as many of them as a temperature needs, drawn at random."""
    if len(rows) <= FIT_SAMPLES:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, FIT_SAMPLES, replace=False))


def _fitted(probabilities: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    logs = _logs(probabilities)
    true = float(logs[np.arange(len(labels)), labels].mean())
    logs -= (highest := logs.max(axis=1, keepdims=True))
    true -= float(highest.mean())
    low, high = 1 / TEMPERATURES[1], 1 / TEMPERATURES[0]
    if _slope(logs, low)[0] >= true:
        return 1 / low
    if _slope(logs, high)[0] <= true:
        return 1 / high
    cold = 1.0
    for _ in range(ROUNDS):
        slope, bend = _slope(logs, cold)
        low, high = (low, cold) if slope > true else (cold, high)
        wanted = cold - (slope - true) / bend if bend > 0 else high
        if not low < wanted < high:
            wanted = (low * high) ** 0.5
        if abs(wanted - cold) <= CLOSE * cold:
            break
        cold = wanted
    return 1 / cold


def _slope(logs: NDArray[np.float64], cold: float) -> tuple[float, float]:
    """Return mean and variance of the logarithms, weighed by the probabilities at 1 / T, over all samples."""
    weights = np.exp(cold * logs)
    weights /= weights.sum(axis=1, keepdims=True)
    weights *= logs
    means = weights.sum(axis=1)
    squares = np.einsum("ij,ij->i", weights, logs)
    return float(means.mean()), float((squares - means**2).mean())


def cross_fitted(
    probabilities: NDArray[np.floating],
    labels: NDArray[np.integer],
    *,
    folds: int = 5,
    seed: int = 0,
) -> CrossFitted:
    """Return the temperature for some samples, and honestly what it does: each fold is judged with that of the others.

    Args:
        probabilities: Float (n, classes).
        labels: Integer (n,), the true classes.
        folds: Default 5; at most as many as there are samples.
        seed: Which sample is in which fold. Default 0.
    """
    right = argmax(probabilities) == labels
    before = probabilities.max(axis=1)
    after = np.array(before, np.float32)
    fold = np.random.default_rng(seed).permutation(len(labels)) % folds
    for number in range(min(folds, len(labels))):
        held = fold == number
        if held.all():
            continue
        others = _drawn(np.flatnonzero(~held), seed)
        temperature = _fitted(probabilities[others], labels[others])
        after[held] = tempered(probabilities[held], temperature).max(axis=1)
    return CrossFitted(
        fit_temperature(probabilities, labels, seed=seed),
        calibration_error(reliability(before, right)),
        calibration_error(reliability(after, right)),
    )


def _logs(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(np.asarray(probabilities, np.float64), TINY))
