"""A map of samples: those that look alike lie near each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.manifold import TSNE

from studio.core.sample_blocks import is_text, take, walk
from studio.core.samples import Images, Words
from studio.quality.base import Paced, Progress, is_numbers
from studio.quality.pictures import SIDE, small_grey

COMPONENTS = 30
"""Directions of greatest variance that the map is made from."""
PERPLEXITY = 30.0
"""About so many neighbours of each sample shape the map."""
FEWEST = 10
"""Fewer samples lie along their two directions of greatest variance: there is nothing else to arrange."""
STEPS, STEP = 3, 250
"""Parts that the arranging is divided into, between which it can be stopped, and rounds of each (scikit-learn's
fewest); in the first, groups are pulled together so that they form."""
COLOUR_SIDE = 16
"""Pixels a side that are looked at of coloured pictures."""
MESSAGE = "drawing the map"
WORDS = 2**16
"""Columns that the words of texts are spread over."""

Points = NDArray[np.float32]


def layout(
    samples: Images | Words, rows: NDArray[np.int64], seed: int, progress: Progress
) -> Points:
    """Lay samples out in the plane (principal components, then t-SNE).

    Args:
        samples: uint8 (N, H, W, C), texts, or float32 (N, F), rows of numbers.
        rows: int64 (m,), those on the map, ascending.
        seed: Same seed, same map, on the same machine.
        progress: Told how far the work is; it can stop the work before each of STEPS parts.

    Returns:
        float32 (m, 2), -1 to 1.
    """
    paced = Paced(progress, len(rows), MESSAGE)
    paced(0)
    if len(rows) == 0:
        return np.empty((0, 2), np.float32)
    if is_numbers(samples):
        features = _along(np.asarray(samples[rows], np.float32), seed)
    else:
        read = _words if is_text(samples) else _pixels
        features = read(samples, rows, seed)
    paced()
    points = features[:, :2]
    if len(rows) >= FEWEST and _differ(features):
        points = _start(points, seed)
        for step in range(STEPS):
            progress(len(rows) * step // STEPS, len(rows), "samples", MESSAGE)
            points = _arranged(features, points, seed, first=step == 0)
    paced(len(rows))
    return _within(points)


def _differ(features: Points) -> bool:
    """Return whether the samples differ by more than what rounding does."""
    return bool(np.ptp(features, axis=0).max() > 1e-5 * np.abs(features).max())


def _start(points: Points, seed: int) -> Points:
    """Return where the arranging begins: close together, because groups untangle better there."""
    points = points - points.mean(axis=0)
    if not _differ(points):
        points = np.random.default_rng(seed).standard_normal(points.shape, np.float32)
    return np.asarray(points / points.std(axis=0).max() * 1e-4, np.float32)


def _pixels(samples: Images | Words, rows: NDArray[np.int64], seed: int) -> Points:
    """Return the samples along the directions in which pictures differ most; float32 (m, at least 2)."""
    quiet = Paced(_say_nothing, len(rows), "")
    blocks = []
    for _, pictures in walk(samples, rows, quiet):
        if pictures.shape[3] < 3:
            parts = [small_grey(pictures, SIDE)]
        else:
            channels = (pictures[..., channel : channel + 1] for channel in range(3))
            parts = [small_grey(channel, COLOUR_SIDE) for channel in channels]
        blocks.append(np.stack(parts, axis=-1).reshape(len(pictures), -1))
    return _along(np.concatenate(blocks).astype(np.float32), seed)


def _along(numbers: Points, seed: int) -> Points:
    """Return rows of numbers along the directions in which they differ most; float32 (m, at least 2)."""
    wanted = min(COMPONENTS, *numbers.shape)
    if np.ptp(numbers, axis=0).max() == 0:  # all the same, or a single one
        return np.zeros((len(numbers), 2), np.float32)
    return _filled(PCA(wanted, random_state=seed).fit_transform(numbers))


def _words(samples: Images | Words, rows: NDArray[np.int64], seed: int) -> Points:
    """Return the samples along the directions in which the words of texts differ most."""
    texts = take(samples, rows)
    counting = HashingVectorizer(n_features=WORDS, alternate_sign=False, norm=None)
    counts = counting.transform(texts)
    weights = TfidfTransformer().fit_transform(counts)
    wanted = min(COMPONENTS, len(texts))
    if weights.nnz == 0 or len(texts) < 2:
        return np.zeros((len(rows), 2), np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):  # the share of no variance, unused
        return _filled(TruncatedSVD(wanted, random_state=seed).fit_transform(weights))


def _filled(features: NDArray[np.floating]) -> Points:
    """Return at least two columns, the missing ones 0."""
    missing = max(0, 2 - features.shape[1])
    return np.pad(features, ((0, 0), (0, missing))).astype(np.float32)


def _arranged(features: Points, points: Points, seed: int, first: bool) -> Points:
    """Return where points lie after STEP more rounds."""
    early = 12.0
    arranging = TSNE(
        perplexity=min(PERPLEXITY, (len(features) - 1) / 3),
        early_exaggeration=early if first else 1.0,
        learning_rate=max(len(features) / early / 4, 50.0),  # what "auto" means, in every step
        max_iter=STEP,
        init=points,
        random_state=seed,
    )
    return np.asarray(arranging.fit_transform(features), np.float32)


def _within(points: Points) -> Points:
    """Move the middle of the points to 0, and scale them to -1 to 1."""
    low, high = points.min(axis=0), points.max(axis=0)
    points = points - (low + high) / 2
    return np.asarray(points / max(float(np.abs(points).max()), 1e-12), np.float32)


def _say_nothing(done: int, total: int, unit: str, message: str) -> None:
    """Reading the few samples of the map takes a moment only."""
