"""Whether what an endpoint is asked still looks like what its model was trained on: PSI and KS over simple features.

A feature is a number that every sample has: how bright a picture is, how many words a text has. Its histogram over the
training version is the reference; that of what was asked is held against it. Edges of the bins are fixed, so that
counts of any time add up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from studio.core.text import TextSettings
from studio.core.tokens import encode

Drift = Literal["too few", "like", "somewhat", "different"]
DRIFT_WORDS: dict[Drift, str] = {
    "too few": "too few to tell",
    "like": "like the training data",
    "somewhat": "somewhat different",
    "different": "different",
}
SOMEWHAT, DIFFERENT = 0.1, 0.25
"""PSI from which on people usually speak of a shift, and of a large one."""
FEWEST = 100
"""Samples below which nothing is said."""
SURE = 0.01
"""A difference that chance makes more often than this is none."""
GROUPS = 10
"""Groups of about equally many training samples over which PSI is summed."""
FLOOR = 1e-4
"""Share that an empty group counts as."""
INK = 64
"""From this grey value on (0-255) a pixel is drawn on."""
SHARES = tuple(np.round(np.arange(1, 100) / 100, 2).tolist())
COUNTS = (
    *range(1, 21), 23, 26, 30, 35, 40, 46, 53, 61, 70, 80, 92, 106, 122, 140, 161, 185, 213, 245, 282, 324, 372, 428,
    492, 566, 651, 749, 861, 990, 1139, 1310, 1506, 1732, 1992, 2291, 2634, 3029, 3484, 4006, 4607,
)  # fmt: skip


class Feature(BaseModel):
    """A number that every sample has.

    Args:
        title: What people read. edges: Between its bins, rising; a value on an edge is in the bin above.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    edges: tuple[float, ...]


FEATURES: dict[str, Feature] = {
    "brightness": Feature(title="Brightness", edges=SHARES),
    "ink": Feature(title="Ink (share of bright pixels)", edges=SHARES),
    "width": Feature(title="Width of what is drawn", edges=SHARES),
    "height": Feature(title="Height of what is drawn", edges=SHARES),
    "words": Feature(title="Words", edges=COUNTS),
    "letters": Feature(title="Letters", edges=COUNTS),
    "unknown": Feature(title="Words the model never saw (share)", edges=SHARES),
    "points": Feature(title="Points", edges=COUNTS),
    "strokes": Feature(title="Strokes", edges=COUNTS),
}
Known = NDArray[np.int32]
"""int32 (n,), ascending: tokens that the training samples have."""


def picture_features(pictures: NDArray[np.uint8]) -> dict[str, NDArray[np.float64]]:
    """Return the features of pictures, float64 (n,) each, all 0 to 1.

    Args:
        pictures: uint8 (n, height, width, channels).

    Example:
        >>> drawn = np.zeros((1, 4, 4, 1), np.uint8)
        >>> drawn[0, 1, :2] = 255
        >>> {name: found.tolist() for name, found in picture_features(drawn).items()}
        {'brightness': [0.125], 'ink': [0.125], 'width': [0.5], 'height': [0.25]}
    """
    grey = pictures[..., 0] if pictures.shape[-1] == 1 else pictures.max(axis=-1)
    drawn = grey >= INK
    return {
        "brightness": pictures.mean(axis=(1, 2, 3), dtype=np.float64) / 255,
        "ink": drawn.mean(axis=(1, 2), dtype=np.float64),
        "width": _extent(drawn.any(axis=1)),
        "height": _extent(drawn.any(axis=2)),
    }


def _extent(lines: Any) -> NDArray[np.float64]:
    """Return which share of its lines lies between the first and the last one that is drawn on, float64 (n,)."""
    count = lines.shape[1]
    size = count - lines[:, ::-1].argmax(axis=1) - lines.argmax(axis=1)
    found: NDArray[np.float64] = np.where(lines.any(axis=1), size / count, 0.0)
    return found


def text_features(
    texts: Sequence[str], settings: TextSettings, known: Known | None = None
) -> dict[str, NDArray[np.float64]]:
    """Return the features of texts, float64 (n,) each.

    Args:
        texts: Any.
        settings: How they become tokens.
        known: Tokens of the training samples; None: the share of unknown ones is left out.

    Example:
        >>> found = text_features(["red red fish"], TextSettings(), known_tokens(["red"], TextSettings()))
        >>> {name: values.round(2).tolist() for name, values in found.items()}
        {'words': [3.0], 'letters': [12.0], 'unknown': [0.33]}
    """
    found = {
        "words": np.array([len(text.split()) for text in texts], np.float64),
        "letters": np.array([len(text) for text in texts], np.float64),
    }
    if known is not None:
        tokens = _tokens(texts, settings)
        there = tokens != 0
        strange = there & ~np.isin(tokens, known)
        found["unknown"] = strange.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return found


def known_tokens(texts: Sequence[str], settings: TextSettings) -> Known:
    """Return the tokens of some texts, int32 (n,), ascending."""
    return np.unique(_tokens(texts, settings)).astype(np.int32)


def _tokens(texts: Sequence[str], settings: TextSettings) -> NDArray[np.int32]:
    """Return int32 (n, length), 0 where there is no token; of a fingerprint its first number."""
    encoded = encode(texts, settings)
    return encoded if encoded.ndim == 2 else encoded[..., 0]


def stroke_features(drawings: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Return the features of drawings, float64 (n,) each.

    Args:
        drawings: float32 (n, points, 3), as `studio.core.strokes` encodes them.
    """
    there = (drawings != 0).any(axis=2)
    last = np.where(there.any(axis=1), there.shape[1] - there[:, ::-1].argmax(axis=1), 0)
    return {
        "points": last.astype(np.float64),
        "strokes": drawings[..., 2].sum(axis=1, dtype=np.float64),
    }


def binned(name: str, values: NDArray[np.floating[Any]]) -> dict[int, int]:
    """Return place of a bin -> how many values lie in it, the empty ones left out.

    Example:
        >>> binned("ink", np.array([0.0, 0.005, 0.5]))
        {0: 2, 50: 1}
    """
    places = np.searchsorted(FEATURES[name].edges, values, side="right")
    return dict(
        zip(*(part.tolist() for part in np.unique(places, return_counts=True)), strict=True)
    )


class Reference(BaseModel):
    """How the features of a model's training samples are distributed.

    Args:
        dataset: `name:version` they come from. samples: So many were looked at.
        features: Name -> place of a bin -> samples.
        classes: Class -> samples of the whole version.
    """

    model_config = ConfigDict(frozen=True)

    dataset: str
    samples: int
    features: dict[str, dict[int, int]]
    classes: dict[str, int]


class DriftRow(BaseModel):
    """How one feature of what was asked compares with the training samples.

    Args:
        samples: That were asked. psi: Population stability index. ks: Largest distance of the cumulated shares; None
            where the values have no order. p_value: How often chance makes `ks` that large.
        mean, reference_mean: Of the feature; None where it is no number.
        bins: (upper end or name, share when training, share now), for a picture of both.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    samples: int
    psi: float
    ks: float | None
    p_value: float | None
    verdict: Drift
    mean: float | None = None
    reference_mean: float | None = None
    bins: tuple[tuple[str, float, float], ...] = ()

    @property
    def words(self) -> str:
        """The verdict as people read it."""
        return DRIFT_WORDS[self.verdict]


class DriftReport(BaseModel):
    """How what an endpoint was asked compares with what its model was trained on.

    Args:
        model: `name:version` that it serves. dataset: `name:version` that it was trained on.
        rows: Feature by feature; none where `why` says so.
        why: Why there is nothing to compare with.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    dataset: str
    rows: tuple[DriftRow, ...] = ()
    why: str = ""


def psi(reference: Sequence[float], now: Sequence[float]) -> float:
    """Return the population stability index of two histograms over the same groups.

    Args:
        reference, now: Counts or shares; an empty group counts as a share of FLOOR.

    Source: Siddiqi, Credit Risk Scorecards (2006): the sum of (now - reference) ln(now / reference).

    Example:
        >>> round(psi([50, 50], [60, 40]), 4)
        0.0405
    """
    before = np.maximum(np.asarray(reference, np.float64) / max(np.sum(reference), 1e-12), FLOOR)
    after = np.maximum(np.asarray(now, np.float64) / max(np.sum(now), 1e-12), FLOOR)
    return float(((after - before) * np.log(after / before)).sum())


def ks(reference: Sequence[float], now: Sequence[float]) -> float:
    """Return the Kolmogorov-Smirnov distance of two histograms over the same bins: 0 to 1.

    Example:
        >>> ks([1, 1, 0], [0, 1, 1])
        0.5
    """
    before = np.cumsum(reference) / max(np.sum(reference), 1e-12)
    after = np.cumsum(now) / max(np.sum(now), 1e-12)
    return float(np.abs(before - after).max())


def ks_p_value(distance: float, count: int, other: int) -> float:
    """Return how often two samples of one distribution lie so far apart, by the asymptotic series.

    Source: Press et al., Numerical Recipes, 14.3: Q(x) = 2 sum (-1)^(j-1) exp(-2 j^2 x^2).
    """
    root = math.sqrt(count * other / max(count + other, 1))
    x = (root + 0.12 + 0.11 / max(root, 1e-9)) * distance
    if x < 0.2:
        return 1.0
    total = sum(math.copysign(2, j % 2 - 0.5) * math.exp(-2 * j * j * x * x) for j in range(1, 101))
    return min(1.0, max(0.0, total))


def grouped(reference: NDArray[np.int64], now: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """Return counts over at most GROUPS neighbouring groups of about equally many reference samples."""
    share = np.cumsum(reference) / max(int(reference.sum()), 1)
    before = np.concatenate([[0.0], share[:-1]])
    group = np.minimum((before * GROUPS + 1e-9).astype(np.int64), GROUPS - 1)
    _, group = np.unique(group, return_inverse=True)
    sizes = int(group.max()) + 1
    return (
        np.bincount(group, reference, sizes).astype(int).tolist(),
        np.bincount(group, now, sizes).astype(int).tolist(),
    )


def compare(reference: Reference, name: str, now: Mapping[int, int]) -> DriftRow | None:
    """Return how a feature of what was asked compares; None where the reference does not have it."""
    known = reference.features.get(name)
    if known is None:
        return None
    feature = FEATURES[name]
    bins = len(feature.edges) + 1
    before, after = _counts(known, bins), _counts(now, bins)
    samples, trained = int(after.sum()), int(before.sum())
    distance = ks(before.tolist(), after.tolist())
    chance = ks_p_value(distance, samples, trained)
    index = psi(*grouped(before, after))
    return DriftRow(
        name=name,
        title=feature.title,
        samples=samples,
        psi=index,
        ks=distance,
        p_value=chance,
        verdict=verdict(index, chance, samples),
        mean=_mean(after, feature.edges),
        reference_mean=_mean(before, feature.edges),
        bins=_shares(before, after, feature.edges),
    )


def compare_classes(reference: Reference, now: Mapping[str, int]) -> DriftRow:
    """Return how the classes that were answered compare with those of the training samples."""
    names = list(dict.fromkeys([*reference.classes, *now]))
    before = [reference.classes.get(name, 0) for name in names]
    after = [now.get(name, 0) for name in names]
    samples = sum(after)
    index = psi(before, after)
    trained = max(sum(before), 1)
    shares = [
        (name, x / trained, y / max(samples, 1))
        for name, x, y in zip(names, before, after, strict=True)
    ]
    # Chance alone gives about (classes - 1) (1 / asked + 1 / trained).
    by_chance = (len(names) - 1) * (1 / max(samples, 1) + 1 / trained)
    return DriftRow(
        name="classes",
        title="Classes",
        samples=samples,
        psi=index,
        ks=None,
        p_value=None,
        verdict=verdict(index, 1.0 if index < 3 * by_chance else 0.0, samples),
        bins=tuple(shares),
    )


def verdict(index: float, chance: float, samples: int) -> Drift:
    """Return what a PSI says, where chance alone would hardly make the difference.

    Example:
        >>> verdict(0.3, 0.0, 50), verdict(0.05, 0.0, 500), verdict(0.3, 0.5, 500), verdict(0.3, 0.0, 500)
        ('too few', 'like', 'like', 'different')
    """
    if samples < FEWEST:
        return "too few"
    if index < SOMEWHAT or chance >= SURE:
        return "like"
    return "somewhat" if index < DIFFERENT else "different"


def _counts(found: Mapping[int, int], bins: int) -> NDArray[np.int64]:
    counts = np.zeros(bins, np.int64)
    for place, count in found.items():
        counts[min(max(int(place), 0), bins - 1)] += count
    return counts


def _middles(edges: Sequence[float]) -> NDArray[np.float64]:
    """Return a value of each bin: the lower edge of counts, the middle of shares."""
    if edges[0] >= 1:
        return np.array([0.0, *edges], np.float64)
    return np.array([0.5 * (a + b) for a, b in pairwise([0.0, *edges, 1.0])], np.float64)


def _mean(counts: NDArray[np.int64], edges: Sequence[float]) -> float | None:
    total = int(counts.sum())
    return float(counts @ _middles(edges) / total) if total else None


def _shares(
    before: NDArray[np.int64], after: NDArray[np.int64], edges: Sequence[float]
) -> tuple[tuple[str, float, float], ...]:
    """Return the bins between the first and the last that hold anything."""
    held = np.flatnonzero(before + after)
    if not len(held):
        return ()
    middles = _middles(edges)
    trained, asked = max(int(before.sum()), 1), max(int(after.sum()), 1)
    return tuple(
        (f"{middles[place]:g}", float(before[place] / trained), float(after[place] / asked))
        for place in range(int(held[0]), int(held[-1]) + 1)
    )
