"""Looking for letters in stored texts, without making strings of them."""

from __future__ import annotations

import re
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from studio.core.samples import JoinedTexts, Words, let_go

SEARCH_BYTES = 64 * 2**20
"""Texts are searched through in blocks of this size."""


def rows_with_letters(words: Words, search: str) -> NDArray[np.int64]:
    """Return the numbers of the texts that have the letters in them, in whatever case.

    Args:
        words: Texts, or names.
        search: One letter or more.

    Returns:
        int64 (n,), ascending.

    Example:
        >>> from studio.core.samples import Texts
        >>> rows_with_letters(Texts.of(["Grün", "grau", "GRÜN"]), "grü").tolist()
        [0, 2]
    """
    if isinstance(words, JoinedTexts):
        starts = np.cumsum([0, *map(len, words.parts)]).tolist()
        found = [
            start + rows_with_letters(part, search)
            for start, part in zip(starts, words.parts, strict=False)
        ]
        return np.concatenate(found)
    pattern = _in_any_case(search)
    offsets = words.offsets
    rows = [np.empty(0, np.int64)]
    first = 0
    while first < len(words):
        end = int(np.searchsorted(offsets, offsets[first] + SEARCH_BYTES, side="left"))
        end = min(max(end, first + 1), len(words))
        bounds = np.asarray(offsets[first : end + 1])
        block = bytes(words.data[bounds[0] : bounds[-1]]).lower()
        rows.append(first + _rows_with(pattern, block, bounds - bounds[0]))
        let_go(words)
        first = end
    return np.unique(np.concatenate(rows))


def _in_any_case(search: str) -> re.Pattern[bytes]:
    """Return what finds the letters in UTF-8 whose a-z are lowered already; other letters have several spellings."""
    letters = []
    for letter in search:
        forms = letter, letter.lower(), letter.upper()
        spellings = {form.encode("utf-8", "replace").lower() for form in forms}
        letters.append(b"(?:" + b"|".join(map(re.escape, sorted(spellings))) + b")")
    return re.compile(b"".join(letters))


def _rows_with(
    pattern: re.Pattern[bytes], block: bytes, bounds: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return which of the texts in a block have a match; bounds: int64 (n + 1,), where each begins and ends."""
    found = chain.from_iterable(match.span() for match in pattern.finditer(block))
    spans = np.fromiter(found, np.int64).reshape(-1, 2)
    rows = np.searchsorted(bounds, spans[:, 0], side="right") - 1
    within = spans[:, 1] <= bounds[rows + 1]
    hidden = []
    for start, end in spans[~within].tolist():  # across texts: it may hide one that begins inside
        match = pattern.search(block, start + 1)
        while match and match.start() < end:
            row = int(np.searchsorted(bounds, match.start(), side="right")) - 1
            if match.end() <= bounds[row + 1]:
                hidden.append(row)
            match = pattern.search(block, match.start() + 1)
    return np.concatenate([rows[within], np.array(hidden, np.int64)])
