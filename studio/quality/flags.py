"""What is wrong with single samples: nothing on them, hardly anything, copies of others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from studio.core.quality import BLANK, CONFLICT, NEAR, TINY
from studio.core.sample_blocks import block_length, take
from studio.core.samples import Images, Words
from studio.quality.base import Paced, Progress
from studio.quality.groups import first_of
from studio.quality.pictures import Grey, blank, tiny

LETTERS = 3
"""A text with fewer is tiny."""

Flags = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def picture_flags(pictures: NDArray[np.uint8], grey: Grey) -> Flags:
    """Return BLANK or TINY of each picture, 0 where neither.

    Args:
        pictures: uint8 (n, H, W, C).
        grey: What `small_grey` made of them.
    """
    empty = blank(pictures, grey)
    return np.where(empty, BLANK, np.where(tiny(grey), TINY, 0)).astype(np.uint8)


def text_flags(texts: Sequence[str]) -> Flags:
    """Return BLANK or TINY of each text, 0 where neither."""
    return np.array([_text_flag(text) for text in texts], np.uint8)


def _text_flag(text: str) -> int:
    if not text.strip():
        return BLANK
    letters = filter(str.isalpha, text)
    return 0 if next(islice(letters, LETTERS - 1, None), None) else TINY


def find_copies(
    samples: Images | Words,
    rows: NDArray[np.int64],
    content: NDArray[np.uint64],
    progress: Progress,
) -> Mask:
    """Return which samples are the same as an earlier one, after comparing the samples themselves.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        rows: int64 (n,), the samples that count, ascending.
        content: uint64 (n,), `content_hashes` of these.
        progress: Told how far the work is.

    Returns:
        bool (n,).
    """
    paced = Paced(progress, len(rows), "comparing copies")
    paced()
    copies = np.zeros(len(rows), bool)
    _, inverse, counts = np.unique(content, return_inverse=True, return_counts=True)
    left = np.flatnonzero(counts[inverse] > 1)
    while len(left):
        _, first, inverse = np.unique(content[left], return_index=True, return_inverse=True)
        original = left[first[inverse]]
        behind = left != original
        left, original = left[behind], original[behind]
        same = _equal(samples, rows[left], rows[original], paced)
        copies[left[same]] = True
        left = left[~same]  # equal hashes of unequal samples: these are compared among themselves
    paced(len(rows))
    return copies


def _equal(
    samples: Images | Words, left: NDArray[np.int64], right: NDArray[np.int64], paced: Paced
) -> Mask:
    """Return whether the samples of each pair are equal."""
    length = block_length(samples)
    equal = np.empty(len(left), bool)
    for start in range(0, len(left), length):
        some = slice(start, start + length)
        first, second = take(samples, left[some]), take(samples, right[some])
        if isinstance(first, np.ndarray):
            equal[some] = (first == second).reshape(len(first), -1).all(axis=1)
        else:
            equal[some] = [a == b for a, b in zip(first, second, strict=True)]
        paced()
    return equal


def group_flags(groups: NDArray[np.int64], labels: NDArray[np.int32]) -> Flags:
    """Return NEAR and CONFLICT of each sample.

    NEAR: an earlier sample is in the same group, so copies are among them. CONFLICT: the sample has a class, and
    one of its group has another.

    Args:
        groups: int64 (n,), equal within a group, 0 or more.
        labels: int32 (n,), -1 for no class.
    """
    first = first_of(groups)
    flags = np.where(first[groups] == np.arange(len(groups)), 0, NEAR).astype(np.uint8)
    known = labels >= 0
    lowest = np.full(len(first), np.iinfo(np.int32).max, np.int32)
    highest = np.full(len(first), -1, np.int32)
    np.minimum.at(lowest, groups[known], labels[known])
    np.maximum.at(highest, groups[known], labels[known])
    flags[known & (lowest < highest)[groups]] |= CONFLICT
    return flags
