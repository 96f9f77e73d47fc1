"""Texts cut into tokens and hashed, outside every model's graph: exactly alike here and in the browser.

The rules, in terms of Unicode code points, which `frontend/src/text/tokens.ts` follows to the bit:

1. A surrogate without its partner is U+FFFD; U+2019 is an apostrophe, U+0027.
2. With `lower`, a code point below U+1C80, or of U+1E00-U+1FFF or U+FF21-U+FF3A, becomes its lower case where that
   is one code point.
3. Code points are separators (SEPARATORS, and what of ASCII is no letter or digit), singles (SINGLES: signs that
   stand for a word, and pictures) or letters (all others). An apostrophe between two letters is a letter.
4. A word is a single, or a run of letters as long as possible; its first WORD_LIMIT code points count.
5. Hash of numbers c: h = 2166136261, then h = (h xor c) * 16777619 mod 2^32 for each, then MurmurHash3's final mix.
6. words: 1 + hash mod (buckets - 1) of each word's code points; with `pairs` each word but the first is followed
   by the number of the hash of (hash of the word before, its own hash).
   characters: of `<word>`, first all of it where it is longer than `longest` or shorter than `shortest`, then from
   each code point on its runs of `shortest` to `longest` code points; numbers as for words.
   projection: number k of a word is mix(hash + k * 0x9E3779B9 mod 2^32), its two lowest bits left out.
7. What is beyond `length` is cut off; what is missing is 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.text import TextSettings

WORD_LIMIT = 64
BLOCK = 2048
"""Texts are encoded so many at a time."""
CHARACTERS_LIMIT = 1_000_000
"""What a text has beyond so many code points is left out."""
SEPARATOR, LETTER, SINGLE, APOSTROPHE = range(4)
SEPARATORS = (
    (0x80, 0xA9), (0xAB, 0xB4), (0xB6, 0xB9), (0xBB, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x1680, 0x1680),
    (0x2000, 0x200B), (0x200E, 0x206F), (0x2E00, 0x2E7F), (0x3000, 0x3004), (0x3008, 0x3020), (0xFE00, 0xFE0F),
    (0xFE30, 0xFE6F), (0xFF00, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0xFFF0, 0xFFFF),
)  # fmt: skip
SINGLES = (
    (0x2600, 0x27BF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x312F), (0x31A0, 0x9FFF), (0xF900, 0xFAFF),
    (0x1F000, 0x1FAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
_CASED = ((0x00, 0x1C7F), (0x1E00, 0x1FFF), (0xFF21, 0xFF3A))
_TOP = 0x110000
HASH_START, HASH_PRIME, GOLDEN = 2166136261, 16777619, 0x9E3779B9
_START, _PRIME = np.uint32(HASH_START), np.uint32(HASH_PRIME)
_SURROGATE = re.compile("[\ud800-\udfff]")

Numbers = NDArray[np.uint32]
Counts = NDArray[np.int64]


def encode(texts: Sequence[str], settings: TextSettings) -> NDArray[np.int32]:
    """Return texts as a model takes them.

    Args:
        texts: Any texts, from any script.
        settings: How.

    Returns:
        int32 (n, length), or (n, length, hash_words) for projection; 0 where a text has no more tokens.

    Example:
        >>> encode(["Good film!", ""], TextSettings(length=3, buckets=100)).tolist()
        [[56, 87, 0], [0, 0, 0]]
    """
    encoded = np.zeros((len(texts), *settings.shape), np.int32)
    for start in range(0, len(texts), BLOCK):
        block = [_whole(text[:CHARACTERS_LIMIT]) for text in texts[start : start + BLOCK]]
        _encode(block, settings, encoded[start : start + BLOCK])
    return encoded


def words_of(text: str, settings: TextSettings) -> list[str]:
    """Return the words of a text, for looking at what a model reads.

    Example:
        >>> words_of("It’s GOOD!", TextSettings())
        ["it's", 'good']
    """
    codes, starts, ends, _ = _words([_whole(text)], settings.lower)
    return [
        "".join(map(chr, codes[start:end].tolist()))
        for start, end in zip(starts, ends, strict=True)
    ]


def word_places(text: str, settings: TextSettings) -> list[tuple[int, int]]:
    """Return where the words of a text begin and end, for showing what a model makes of each.

    Places are those in `text`, unless it has surrogates that belong together, which no text of a dataset has.

    Example:
        >>> word_places("It’s GOOD!", TextSettings())
        [(0, 4), (5, 9)]
    """
    _, starts, ends, _ = _words([_whole(text[:CHARACTERS_LIMIT])], settings.lower)
    return [*zip(starts.tolist(), ends.tolist(), strict=True)]


def _encode(texts: list[str], settings: TextSettings, into: NDArray[np.int32]) -> None:
    codes, starts, ends, owners = _words(texts, settings.lower)
    keep = _ranks(owners) < settings.length  # every word is at least one token
    starts, ends, owners = starts[keep], np.minimum(ends, starts + WORD_LIMIT)[keep], owners[keep]
    if settings.unit == "characters":
        hashes, owners = _runs(codes, starts, ends, owners, settings)
    else:
        hashes = _hashed(codes, starts, ends)
        if settings.unit == "words" and settings.pairs:
            hashes, owners = _with_pairs(hashes, owners)
    ranks = _ranks(owners)
    keep = ranks < settings.length
    hashes, owners, ranks = hashes[keep], owners[keep], ranks[keep]
    if settings.unit == "projection":
        steps = (np.arange(settings.hash_words, dtype=np.uint64) * GOLDEN).astype(np.uint32)
        into[owners, ranks] = _mixed(hashes[:, None] + steps) >> np.uint32(2)
    else:
        into[owners, ranks] = 1 + hashes % np.uint32(settings.buckets - 1)


def _whole(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _words(texts: list[str], lower: bool) -> tuple[Numbers, Counts, Counts, Counts]:
    """Return the code points of texts, where each word begins and ends in them, and the text it is of."""
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    codes = np.where(codes == 0x2019, np.uint32(0x27), codes)
    if lower:
        codes = lower_cases()[codes]
    found = kinds()[codes]
    letters = found == LETTER
    if np.any(apostrophes := found == APOSTROPHE):
        inside = np.zeros_like(letters)
        inside[1:-1] = letters[:-2] & letters[2:]
        letters |= apostrophes & inside
    singles = found == SINGLE
    before, after = np.zeros_like(letters), np.zeros_like(letters)
    before[1:], after[:-1] = letters[:-1], letters[1:]
    starts = np.flatnonzero(singles | (letters & ~before))
    ends = np.flatnonzero(singles | (letters & ~after)) + 1
    limits = np.cumsum([len(text) + 1 for text in texts])
    return codes, starts, ends, np.searchsorted(limits, starts, side="right")


def _ranks(owners: Counts) -> Counts:
    """Return the place of each token in its text; owners ascend."""
    places = np.arange(len(owners))
    first = np.ones(len(owners), bool)
    first[1:] = owners[1:] != owners[:-1]
    return places - np.maximum.accumulate(np.where(first, places, 0))


def _hashed(codes: Numbers, starts: Counts, ends: Counts) -> Numbers:
    """Return the hash of each word."""
    sizes = ends - starts
    order = np.argsort(-sizes, kind="stable")
    sorted_starts, sorted_sizes = starts[order], sizes[order]
    hashes = np.full(len(starts), _START)
    for place in range(int(sizes.max(initial=0))):
        longer = int(
            np.searchsorted(-sorted_sizes, -place)
        )  # words with a code point at this place
        hashes[:longer] = (hashes[:longer] ^ codes[sorted_starts[:longer] + place]) * _PRIME
    found = np.empty_like(hashes)
    found[order] = _mixed(hashes)
    return found


def _with_pairs(hashes: Numbers, owners: Counts) -> tuple[Numbers, Counts]:
    both = np.stack([hashes, hashes], axis=1)
    wanted = np.ones(both.shape, bool)
    if len(hashes):
        pair = ((_START ^ hashes[:-1]) * _PRIME ^ hashes[1:]) * _PRIME
        both[1:, 1] = _mixed(pair)
        wanted[1:, 1] = owners[1:] == owners[:-1]
        wanted[0, 1] = False
    return both[wanted], np.repeat(owners, 2).reshape(both.shape)[wanted]


def _runs(
    codes: Numbers, starts: Counts, ends: Counts, owners: Counts, settings: TextSettings
) -> tuple[Numbers, Counts]:
    """Return the hashes of the runs of characters, and the text each is of."""
    shortest, longest = sorted((settings.shortest, settings.longest))
    sizes = ends - starts + 2
    begins = np.cumsum(sizes) - sizes
    total = int(sizes.sum())
    word = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(total) - begins[word]
    marked = codes[np.minimum(np.maximum(starts[word] + place - 1, 0), len(codes) - 1)]
    marked[begins] = ord("<")
    marked[begins + sizes - 1] = ord(">")
    found = np.zeros((total, longest - shortest + 2), np.uint32)
    wanted = np.zeros(found.shape, bool)
    alone = (sizes > longest) | (sizes < shortest)
    found[begins, 0] = _hashed(marked, begins, begins + sizes)
    wanted[begins, 0] = alone
    hashes = np.full(total, _START)
    room = sizes[word] - place
    for size in range(1, longest + 1):
        fits = np.flatnonzero(room >= size)
        hashes[fits] = (hashes[fits] ^ marked[fits + size - 1]) * _PRIME
        if size >= shortest:
            column = size - shortest + 1
            found[fits, column] = _mixed(hashes[fits])
            wanted[fits, column] = True
    texts = np.repeat(owners[word], found.shape[1]).reshape(found.shape)
    return found[wanted], texts[wanted]


def _mixed(hashes: Numbers) -> Numbers:
    """Return MurmurHash3's final mix: every bit of the input changes about half of the bits."""
    h = hashes ^ (hashes >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h = h ^ (h >> np.uint32(13))
    h = h * np.uint32(0xC2B2AE35)
    mixed: Numbers = h ^ (h >> np.uint32(16))
    return mixed


@cache
def kinds() -> NDArray[np.uint8]:
    """Return the kind of every code point, uint8 (0x110000,)."""
    found: NDArray[np.uint8] = np.full(_TOP, LETTER, np.uint8)
    found[:0x80] = SEPARATOR
    for first, last in ((0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)):
        found[first : last + 1] = LETTER
    for ranges, kind in ((SEPARATORS, SEPARATOR), (SINGLES, SINGLE)):
        for first, last in ranges:
            found[first : last + 1] = kind
    found[0xFFFD] = SEPARATOR
    found[0x27] = APOSTROPHE
    return found


@cache
def lower_cases() -> Numbers:
    """Return the lower case of every code point, uint32 (0x110000,)."""
    lower: NDArray[Any] = np.arange(_TOP, dtype=np.uint32)
    for first, last in _CASED:
        for code in range(first, last + 1):
            small = chr(code).lower()
            if len(small) == 1:
                lower[code] = ord(small)
    return lower
