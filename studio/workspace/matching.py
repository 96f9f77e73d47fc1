"""Which samples of two versions are the same, where they were imported apart."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from studio.core.samples import Images, Joined, JoinedTexts, Texts, Words, let_go

BLOCK = 4096
Numbers = NDArray[np.int64]


def match_rows(
    before: Images | Words, ours: Numbers, after: Images | Words, theirs: Numbers
) -> tuple[Numbers, Numbers]:
    """Pair samples with the same content; of copies, the first with the first.

    Args:
        before, after: The samples of two versions.
        ours, theirs: int64, the rows of each to pair.

    Returns:
        int64 (n,) twice: rows of `before` and of `after` with the same content, ascending in `after`.
    """
    waiting: dict[bytes, list[int]] = {}
    for row, name in zip(ours[::-1].tolist(), _contents(before, ours)[::-1], strict=True):
        waiting.setdefault(name, []).append(row)
    pairs = [
        (waiting[name].pop(), row)
        for row, name in zip(theirs.tolist(), _contents(after, theirs), strict=True)
        if waiting.get(name)
    ]
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _contents(samples: Images | Words, rows: Numbers) -> list[bytes]:
    """Return a digest of each sample: the shape belongs to it."""
    names: list[bytes] = []
    for start in range(0, len(rows), BLOCK):
        chosen = rows[start : start + BLOCK]
        if isinstance(samples, Texts | JoinedTexts):
            blobs = [text.encode() for text in samples[chosen]]
        else:
            pictures: np.ndarray | Joined = samples
            shape = repr(pictures.shape[1:]).encode()
            blobs = [shape + picture.tobytes() for picture in pictures[chosen]]
        let_go(samples)
        names += [hashlib.blake2b(blob, digest_size=16).digest() for blob in blobs]
    return names
