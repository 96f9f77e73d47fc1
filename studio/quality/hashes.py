"""Short numbers that stand for samples: perceptual ones, alike for what looks alike, and ones of the exact content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.sample_blocks import is_text, walk
from studio.core.samples import Images, Words
from studio.quality.base import Paced, Progress
from studio.quality.pictures import Grey, frequencies, small_grey

Hashes = NDArray[np.uint64]

GRAMS = (2, 3)
"""Texts are told apart by the groups of so many letters in them."""
PIECE = 1 << 17
"""Groups of letters that are counted at a time."""
ASIDE = re.compile(r"[\x01-/:-@\[-`{-\x7f\s]+")
"""Spaces and ASCII punctuation: one space, as far as the hash of a text goes."""


def perceptual_hashes(
    samples: Images | Words, rows: NDArray[np.int64], progress: Progress
) -> Hashes:
    """Return a 64-bit hash of each sample, such that samples that look alike differ in few bits.

    Pictures: the signs of the 64 slowest waves (cosine transform, without the constant one) in their brightness,
    those larger than about 32 pixels a side reduced first. Texts: SimHash of their groups of two and three letters,
    small and capital letters, spaces and punctuation counted alike. Both use whole numbers only, so the same
    sample has the same hash on every machine. An even picture and an empty text have the hash 0.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        rows: int64 (n,), the samples wanted, ascending.
        progress: Told how far the work is.

    Returns:
        uint64 (n,).
    """
    hashes = np.empty(len(rows), np.uint64)
    paced = Paced(progress, len(rows), "reading the samples")
    of = text_hashes if is_text(samples) else _of_pictures
    for span, block in walk(samples, rows, paced):
        hashes[span] = of(block)
    return hashes


def _of_pictures(pictures: NDArray[np.uint8]) -> Hashes:
    return picture_hashes(small_grey(pictures))


def picture_hashes(grey: Grey) -> Hashes:
    """Return the perceptual hashes of pictures as `small_grey` returns them.

    Args:
        grey: uint8 (n, h, w).

    Returns:
        uint64 (n,). Bit by bit whether a wave, from slow to fast, is in the picture more than against it.
    """
    flat = grey.reshape(len(grey), -1).astype(np.float32)
    return _packed(flat @ frequencies(*grey.shape[1:]) > 0)


def text_hashes(texts: Sequence[str]) -> Hashes:
    """Return the SimHash of each text.

    Each group of two or three letters votes on all 64 bits, every time it occurs.

    Returns:
        uint64 (n,).

    Example:
        >>> first, second, third = text_hashes(["Good film.", "good  FILM", "a bad one"])
        >>> int(first ^ second), int(np.bitwise_count(first ^ third)) > 10
        (0, True)
    """
    if not texts:
        return np.empty(0, np.uint64)
    # Zeros stand around every text; none is inside one.
    joined = "\0".join(text.replace("\0", " ") for text in texts).lower()
    plain = "\0".join(part.strip(" ") for part in ASIDE.sub(" ", joined).split("\0"))
    letters = np.frombuffer(f"\0{plain}\0".encode("utf-32-le", "replace"), np.uint32)
    starts = np.flatnonzero(letters == 0)
    votes = np.zeros((len(texts), 64), np.int64)
    for length in GRAMS:
        for begin in range(0, len(letters) - length + 1, PIECE):
            end = min(begin + PIECE, len(letters) - length + 1)
            _vote(letters[begin : end + length - 1], starts - begin, length, votes)
    votes[np.diff(starts) == 1] = 0
    return _packed(votes > 0)


def _vote(
    letters: NDArray[np.uint32], starts: NDArray[np.int64], length: int, votes: NDArray[np.int64]
) -> None:
    """Count the votes of all groups of so many letters that begin in this piece.

    Args:
        letters: uint32 (k,).
        starts: int64 (texts + 1,), where texts begin, counted from the piece's first letter.
        votes: int64 (texts, 64), added to.
    """
    count = len(letters) - length + 1
    mixed = np.zeros(count, np.uint64)
    inside = np.ones(count, bool)
    for place in range(length):
        some = letters[place : place + count]
        mixed = _mix(mixed + some.astype(np.uint64) + np.uint64(1))
        if 0 < place < length - 1:
            inside &= some != 0
    bits = np.unpackbits(mixed.view(np.uint8).reshape(-1, 8), axis=1).view(np.int8)
    np.copyto(bits, 2 * bits - 1)
    bits[~inside] = 0
    first = int(np.searchsorted(starts, 0, side="right")) - 1
    last = int(np.searchsorted(starts, count))
    edges = np.maximum(starts[first:last], 0)
    votes[first:last] += np.add.reduceat(bits, edges, axis=0, dtype=np.int64)


def _mix(numbers: Hashes) -> Hashes:
    """Spread what differs over all bits. Source: the finaliser of SplitMix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(31))


def _packed(bits: NDArray[np.bool_]) -> Hashes:
    """Return rows of at most 64 bits as numbers, the first bit the highest."""
    filled = np.zeros((len(bits), 64), bool)
    filled[:, : bits.shape[1]] = bits
    return np.packbits(filled, axis=1).view(">u8").ravel().astype(np.uint64)


def content_hashes(block: NDArray[np.uint8] | Sequence[str]) -> Hashes:
    """Return a 64-bit hash (BLAKE2b) of the exact content of each sample; uint64 (n,).

    Equal hashes are a reason to compare the samples, not a proof that they are equal.
    """
    if isinstance(block, np.ndarray):
        parts: Any = np.ascontiguousarray(block).reshape(len(block), -1)
    else:
        parts = (text.encode("utf-8", "replace") for text in block)
    digests = b"".join(hashlib.blake2b(part, digest_size=8).digest() for part in parts)
    return np.frombuffer(digests, np.dtype("<u8")).astype(np.uint64)
