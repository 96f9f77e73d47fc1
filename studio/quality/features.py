"""Samples as rows of numbers that a small model learns from: strokes and colours of pictures, words of texts.

Quick to have (some 20,000 pictures a second on one core) and the same for the same samples, so that a queue can be
put in order anew while people go on answering.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from studio.core.sample_blocks import is_text, walk
from studio.core.samples import Images, Words
from studio.quality.base import Paced, Progress, is_numbers
from studio.quality.pictures import small_grey

DIRECTIONS = 8
"""Into which the edges of a picture are sorted."""
CELLS, COARSE, COLOURS = 7, 10, 4
"""Cells a side in which edges, brightness and colours are summed up."""
COMPONENTS = 96
"""Directions of greatest variance that are kept of pictures; THEMES of texts."""
THEMES = 64
AT_ONCE = 64
"""Pictures that are described at a time: what is made of so few stays in the processor's cache."""
FITTED = 8000
"""Samples that those directions are found from."""
COLUMNS = 2**18
"""Columns that words and parts of words are spread over."""
SHARED = 2**15
"""Columns at most that themes are made of."""
CHARACTERS, FEWEST_CHARACTERS, MOST_CHARACTERS = 20_000_000, 400, 4000
"""Read in all; and of the beginning of each text, at least and at most."""
READING = "looking at the samples"

Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Features:
    """Samples as numbers.

    Args:
        dense: float32 (n, d): near rows are samples that look alike.
        sparse: (n, COLUMNS) weights of words, on which models of texts learn; None for pictures.
    """

    dense: Vectors
    sparse: csr_matrix | None = None

    def __len__(self) -> int:
        """Return the number of samples."""
        return len(self.dense)


def features_of(
    samples: Images | Words, rows: NDArray[np.int64], seed: int, progress: Progress
) -> Features:
    """Return the features of some samples.

    Args:
        samples: uint8 (N, H, W, C), texts, or float32 (N, F), which are features already.
        rows: int64 (n,), ascending.
        seed: Chooses the samples that the directions are found from.
        progress: Told how far the work is; what it raises stops the work.
    """
    paced = Paced(progress, len(rows), READING)
    paced(0)
    if is_numbers(samples):
        return Features(np.asarray(samples[rows], np.float32))
    if len(rows) == 0:
        return Features(np.empty((0, 1), np.float32))
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:FITTED])
    if is_text(samples):
        return _text_features(samples, rows, chosen, seed, paced)
    return Features(_picture_features(samples, rows, chosen, seed, paced))


def _picture_features(
    samples: Images | Words,
    rows: NDArray[np.int64],
    chosen: NDArray[np.int64],
    seed: int,
    paced: Paced,
) -> Vectors:
    quiet = Paced(_say_nothing, len(chosen), READING)
    known = np.concatenate([describe(block) for _, block in walk(samples, rows[chosen], quiet)])
    kept = min(COMPONENTS, *known.shape)
    if np.ptp(known, axis=0).max() == 0:  # all the same, or a single one
        return np.zeros((len(rows), 1), np.float32)
    model = PCA(kept, svd_solver="covariance_eigh").fit(known)
    # The root of the usual whitening: what differs most still counts most, and nothing drowns.
    scale = np.maximum(model.explained_variance_, 1e-9) ** -0.25
    turn = (model.components_ * scale[:, None]).T.astype(np.float32)
    middle = model.mean_.astype(np.float32) @ turn
    found = np.empty((len(rows), kept), np.float32)
    for span, block in walk(samples, rows, paced):
        found[span] = describe(block) @ turn - middle
    return np.asarray(found / max(float(np.sqrt((found**2).mean())), 1e-12), np.float32)


def describe(pictures: NDArray[np.uint8]) -> Vectors:
    """Return what is drawn where: the directions of edges in each cell, brightness, and colours where there are any.

    Args:
        pictures: uint8 (n, H, W, C), at least one.

    Returns:
        float32 (n, d), d the same for all pictures of a dataset.
    """
    parts = [_describe(pictures[i : i + AT_ONCE]) for i in range(0, len(pictures), AT_ONCE)]
    return np.concatenate(parts)


def _describe(pictures: NDArray[np.uint8]) -> Vectors:
    grey = small_grey(pictures).astype(np.float32) / np.float32(255)
    count, height, width = grey.shape
    soft = _smoothed(grey)
    padded = np.pad(soft, ((0, 0), (1, 1), (1, 1)), mode="edge")
    down = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    across = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    strength = np.sqrt(down * down + across * across)
    turn = np.arctan2(down, across) * np.float32(DIRECTIONS / np.pi)
    turn += np.float32(DIRECTIONS) * (turn < 0)  # an edge has no front
    parts = []
    rows, columns = _cells(height, CELLS), _cells(width, CELLS)
    for direction in range(DIRECTIONS):
        away = np.abs(turn - direction)
        share = np.maximum(1 - np.minimum(away, DIRECTIONS - away), 0)
        parts.append((rows @ (share * strength) @ columns.T).reshape(count, -1))
    edges = np.concatenate(parts, axis=1)
    edges = np.sqrt(edges / (edges.sum(axis=1, keepdims=True) + 1e-3))
    coarse = (_cells(height, COARSE) @ soft @ _cells(width, COARSE).T).reshape(count, -1)
    found = [edges, 0.5 * coarse / COARSE]
    if pictures.shape[3] >= 3:
        for channel in range(3):
            one = small_grey(pictures[..., channel : channel + 1]).astype(np.float32)
            tint = one / np.float32(255) - grey
            tint = _cells(height, COLOURS) @ tint @ _cells(width, COLOURS).T
            found.append(tint.reshape(count, -1) / COLOURS)
    return np.concatenate(found, axis=1).astype(np.float32)


def _smoothed(grey: Vectors) -> Vectors:
    """Return pictures with each pixel mixed with its neighbours."""
    padded = np.pad(grey, ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = padded[:, :-2] + padded[:, 1:-1] * np.float32(2) + padded[:, 2:]
    mixed = rows[..., :-2] + rows[..., 1:-1] * np.float32(2) + rows[..., 2:]
    return np.asarray(mixed / np.float32(16), np.float32)


@cache
def _cells(length: int, cells: int) -> Vectors:
    """Return float32 (cells, length): how much each pixel counts in each cell; a pixel counts 1 in all of them."""
    places = (np.arange(length) + 0.5) * cells / length - 0.5
    away = np.abs(places - np.arange(cells)[:, None])
    weights = np.maximum(1 - away, 0)
    return np.asarray(weights / weights.sum(axis=0, keepdims=True), np.float32)


def _text_features(
    samples: Images | Words,
    rows: NDArray[np.int64],
    chosen: NDArray[np.int64],
    seed: int,
    paced: Paced,
) -> Features:
    words = HashingVectorizer(n_features=COLUMNS, alternate_sign=False, norm=None)
    parts = HashingVectorizer(
        n_features=COLUMNS, alternate_sign=False, norm=None, analyzer="char_wb", ngram_range=(3, 4)
    )
    length = min(MOST_CHARACTERS, max(FEWEST_CHARACTERS, CHARACTERS // len(rows)))
    blocks: list[Any] = []
    for _, block in walk(samples, rows, paced):
        texts = [text[:length] for text in block]
        # A word is one column whatever its length, and its parts share as much weight as the word.
        blocks.append(words.transform(texts) + 0.3 * parts.transform(texts))
    counts = vstack(blocks, format="csr").astype(np.float32)
    counts.data = np.log1p(counts.data)
    weights = csr_matrix(TfidfTransformer().fit_transform(counts), dtype=np.float32)
    shared = _shared_columns(weights[chosen])
    kept = min(THEMES, len(rows) - 1, len(shared) - 1)
    if kept < 1:
        return Features(np.zeros((len(rows), 1), np.float32), weights)
    with np.errstate(invalid="ignore", divide="ignore"):  # the share of no variance, unused
        model = TruncatedSVD(kept, n_iter=2, random_state=seed).fit(weights[chosen][:, shared])
    dense = np.asarray(normalize(model.transform(weights[:, shared])), np.float32)
    return Features(dense * np.float32(np.sqrt(kept)), weights)


def _shared_columns(weights: csr_matrix) -> NDArray[np.int64]:
    """Return the columns of words that two texts or more have, the SHARED most frequent ones, ascending."""
    seen = np.bincount(weights.indices, minlength=weights.shape[1])
    found = np.flatnonzero(seen > 1)
    if len(found) > SHARED:
        found = np.sort(found[np.argsort(-seen[found], kind="stable")[:SHARED]])
    return found


def _say_nothing(done: int, total: int, unit: str, message: str) -> None:
    """Reading the samples that directions are found from is a part of reading them all."""
