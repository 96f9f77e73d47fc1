"""Puts samples that look alike together, a page of the grid at a time, so that one key answers a page."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from studio.core.ranking import PAGE

CENTRED = 20_000
"""Samples that middles of clusters are looked for among."""
CLUSTERS = 64
"""Clusters at most that samples fall into before there is a model to ask."""
SLICE = 8
"""Pages of about equal confidence, among which samples are sorted by how they look."""
FEW = PAGE // 4
"""Pages of fewer samples are shown after all others."""
PROTOTYPES = 2000
"""Answered samples that others are compared with."""
USUAL = 0.95
"""Share of answered samples that lie as near to another one as others have to, to count as known."""

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Pages:
    """Samples in order, in groups. order: int64 (n,); groups: int32 (n,), 0, 1, 2 ... along the order."""

    order: Rows
    groups: NDArray[np.int32]


def similar_pages(features: Vectors, seed: int) -> Pages:
    """Return clusters of what looks alike, before anything is known: the hearts of clusters first, the densest first.

    Args:
        features: float32 (n, d). seed: Of the clustering.
    """
    return _joined([page for _, page in _hearts(features, np.arange(len(features)), seed)])


def learned_pages(
    features: Vectors,
    predicted: Rows,
    sure: NDArray[np.float32],
    known: Vectors,
    seed: int,
) -> Pages:
    """Return pages of one likely class each, the surest first; between them, pages of what looks like nothing known.

    Args:
        features: float32 (n, d), of what waits. known: float32 (m, d), of what is answered.
        predicted: int64 (n,), the class each is taken for. sure: float32 (n,), how surely, 0 to 1.
    """
    if len(features) == 0:
        return _joined([])
    strange = _strange(features, known, seed)
    pages = []
    for number in np.unique(predicted[~strange]).tolist():
        alike = np.flatnonzero((predicted == number) & ~strange)
        alike = alike[np.argsort(-sure[alike], kind="stable")]
        for start in range(0, len(alike), SLICE * PAGE):
            for page in _halved(features, alike[start : start + SLICE * PAGE]):
                pages.append((float(sure[page].mean()), page))
    pages.sort(key=lambda found: -found[0])
    new = _hearts(features, np.flatnonzero(strange), seed)
    places = [(i / max(1, len(pages)), 0, page) for i, (_, page) in enumerate(pages)]
    places += [((i + 0.5) / len(new), 1, page) for i, (_, page) in enumerate(new)]
    places.sort(key=lambda found: found[:2])
    return _joined([page for _, _, page in places])


def _joined(pages: list[Rows]) -> Pages:
    order = np.concatenate(pages) if pages else np.empty(0, np.int64)
    sizes = [len(page) for page in pages]
    return Pages(order, np.repeat(np.arange(len(pages), dtype=np.int32), sizes))


def _strange(features: Vectors, known: Vectors, seed: int) -> NDArray[np.bool_]:
    """Return which samples lie farther from every answered one than answered ones lie from each other."""
    if len(known) > PROTOTYPES:
        known = known[np.random.default_rng(seed).permutation(len(known))[:PROTOTYPES]]
    limit = float(np.quantile(_nearest(known, known, itself=True), USUAL))
    return _nearest(features, known) > limit


def _nearest(features: Vectors, known: Vectors, itself: bool = False) -> NDArray[np.float32]:
    """Return the squared distance to the nearest known sample; `itself`: to the nearest other one."""
    found = np.empty(len(features), np.float32)
    squares = np.einsum("nd,nd->n", known, known)
    for start in range(0, len(features), 4096):
        block = features[start : start + 4096]
        away = squares - 2 * (block @ known.T)
        if itself:
            away[np.arange(len(block)), np.arange(start, start + len(block))] = np.inf
        found[start : start + 4096] = away.min(axis=1) + np.einsum("nd,nd->n", block, block)
    return found


def _hearts(features: Vectors, rows: Rows, seed: int) -> list[tuple[float, Rows]]:
    """Return pages of clusters, the samples nearest to the middle of each first; of those pages the densest first.

    Pages of a few samples come last: a cluster of one is as dense as can be, and a key on it labels one.
    """
    if len(rows) == 0:
        return []
    own = features[rows]
    count = max(1, min(CLUSTERS, len(rows) // PAGE))
    some = np.random.default_rng(seed).permutation(len(rows))[:CENTRED]
    with warnings.catch_warnings():
        # Where many samples are the same, some clusters stay empty.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = KMeans(count, n_init=1, max_iter=40, random_state=seed).fit(own[np.sort(some)])
    cluster = model.predict(own)
    away = np.linalg.norm(own - model.cluster_centers_[cluster], axis=1)
    pages = []
    for number in range(count):
        members = np.flatnonzero(cluster == number)
        members = members[np.argsort(away[members], kind="stable")]
        for ring, start in enumerate(range(0, len(members), PAGE)):
            page = members[start : start + PAGE]
            pages.append((len(page) < FEW, ring, float(away[page].mean()), rows[page]))
    pages.sort(key=lambda found: found[:3])
    return [(density, page) for _, _, density, page in pages]


def _halved(features: Vectors, rows: Rows) -> list[Rows]:
    """Divide samples at the middle of the direction in which they differ most, until each part is a page."""
    if len(rows) <= PAGE:
        return [rows]
    own = features[rows] - features[rows].mean(axis=0)
    direction = np.linalg.svd(own, full_matrices=False)[2][0]
    pages = -(-len(rows) // PAGE)
    order = rows[np.argsort(own @ direction, kind="stable")]
    middle = (pages + 1) // 2 * PAGE
    return [*_halved(features, order[:middle]), *_halved(features, order[middle:])]
