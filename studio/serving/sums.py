"""From some requests that one version answered to their sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.drift import Known, binned, picture_features, stroke_features, text_features
from studio.core.model import ModelVersion
from studio.core.traffic import BATCH_EDGES, CONFIDENCE_BINS, LATENCY_EDGES, TrafficSums
from studio.serving.exchange import Exchange

FEATURES_EACH = 256
"""Samples of a turn whose features are counted, evenly chosen: enough to see drift, and cheap under any load."""
TEXT_LIMIT = 2000
"""Characters of a text that its features are made of."""


def summed(
    exchanges: Sequence[Exchange], version: ModelVersion | None, known: Known | None = None
) -> TrafficSums:
    """Return the sums of some exchanges.

    Args:
        exchanges: All of one version in one role.
        version: Which one; None where it is not known any more: classes and features are left out.
        known: Tokens of its training texts.
    """
    answered = [one for one in exchanges if one.probabilities is not None]
    found = [one.probabilities for one in exchanges if one.probabilities is not None]
    seconds = np.array([one.seconds for one in exchanges])
    sums = TrafficSums(
        requests=len(exchanges),
        samples=sum(len(one.samples) for one in exchanges if one.samples is not None),
        seconds=float(seconds.sum()),
        statuses=Counter(one.status for one in exchanges),
        dialects=Counter(one.dialect for one in exchanges),
        latency=_counted(np.searchsorted(LATENCY_EDGES, seconds)),
    )
    batches = np.array([one.batch for one in answered if one.batch])
    if len(batches):
        sums.batches = _counted(np.searchsorted(BATCH_EDGES, batches))
    if not answered:
        return sums
    probabilities = np.concatenate(found)
    likeliest = probabilities.argmax(axis=1)
    sure = probabilities.max(axis=1).astype(np.float64)
    sums.samples = max(sums.samples, len(probabilities))
    sums.confidence = _counted(np.clip(sure * CONFIDENCE_BINS, 0, CONFIDENCE_BINS - 1).astype(int))
    sums.confidence_sum = float(sure.sum())
    compared = [one for one in answered if one.answered is not None]
    for one in compared:
        said, theirs = one.probabilities, one.answered
        if said is not None and theirs is not None and len(said) == len(theirs):
            sums.compared += len(said)
            sums.agreed += int((said.argmax(axis=1) == theirs.argmax(axis=1)).sum())
    if version is not None:
        names = version.class_names
        sums.classes = Counter(
            {
                names[place]: count
                for place, count in _counted(likeliest).items()
                if place < len(names)
            }
        )
        sums.features = _features(answered, version, known)
    return sums


def _features(
    exchanges: Sequence[Exchange], version: ModelVersion, known: Known | None
) -> dict[str, Counter[int]]:
    """Return the features of what was sent, of at most FEATURES_EACH samples."""
    samples: list[Any] = []
    step = max(1, len(exchanges) // FEATURES_EACH)
    for one in exchanges[::step]:
        if one.samples is not None:
            samples.extend(one.samples[: FEATURES_EACH - len(samples)])
        if len(samples) >= FEATURES_EACH:
            break
    if not samples:
        return {}
    if version.text is not None:
        texts = [text[:TEXT_LIMIT] for text in samples if isinstance(text, str)]
        found = text_features(texts, version.text, known) if texts else {}
    elif version.table is not None:
        return {}
    else:
        shape = samples[0].shape
        stacked: NDArray[Any] = np.stack([one for one in samples if one.shape == shape])
        found = _seen(stacked)
    return {name: Counter(binned(name, values)) for name, values in found.items()}


def _seen(stacked: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """Return the features of pictures, or of the strokes of drawings."""
    if stacked.ndim == 4 and stacked.dtype == np.uint8:
        return picture_features(stacked)
    if stacked.ndim == 3 and stacked.dtype == np.float32:
        return stroke_features(stacked)
    return {}


def _counted(places: NDArray[Any]) -> Counter[int]:
    return Counter(places.tolist())
