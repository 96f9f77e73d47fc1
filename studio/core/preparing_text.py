"""Texts cleaned one by one: what `preprocess_text` does, for a dataset and for a single request alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from studio.core.components_data import PreprocessTextParams

ADDRESSES = re.compile(r"(?:https?://|www\.)\S+|(?<![^\s@])[^\s@]+@[^\s@]+\.[^\s@]+", re.IGNORECASE)
"""A mail address is looked for at the beginning of a word only, so that a long text takes no longer than its length."""
REPEATED = re.compile(r"([^\d\s])\1{2,}")
"""Three or more of the same sign; numbers such as 1000 stay."""
INSIDE = re.compile(r"(?<=\w)['’](?=\w)")
"""An apostrophe inside a word: the word stays one."""
VARIANTS = range(0xFE00, 0xFE10)
"""Marks that only choose how the sign before is drawn."""


class _Letters(dict[int, str]):
    """Code of a sign -> a space for signs that are neither letters nor digits, found as they come."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kept = unicodedata.category(sign)[0] in "LMN" and code not in VARIANTS
        self[code] = sign if kept else " "
        return self[code]


class _Digitless(dict[int, str]):
    """Code of a sign -> nothing for digits of any script, found as they come."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = "" if sign.isdecimal() else sign
        return self[code]


_LETTERS, _DIGITLESS = _Letters(), _Digitless()


def cleaned(texts: Sequence[str], params: PreprocessTextParams) -> list[str]:
    """Return texts without what is to be cleaned away; spaces between words become single ones.

    Args:
        texts: One or many.
        params: What is cleaned away.

    Example:
        >>> cleaned(["Soooo good!  See http://a.b"], PreprocessTextParams(punctuation=True))
        ['soo good see']
    """
    stop = _stop_pattern(params)
    return [_cleaned(text, params, stop) for text in texts]


def _cleaned(text: str, params: PreprocessTextParams, stop: re.Pattern[str] | None) -> str:
    if params.addresses:
        text = ADDRESSES.sub(" ", text)
    text = _plain(text, params)
    if params.digits:
        text = text.translate(_DIGITLESS)
    if stop is not None:
        text = stop.sub(" ", text)
    if params.punctuation:
        text = INSIDE.sub("", text).translate(_LETTERS)
    if params.repeated:
        text = REPEATED.sub(r"\1\1", text)
    return " ".join(text.split())


def _plain(text: str, params: PreprocessTextParams) -> str:
    """Return a text in small letters and without accents, where that is wanted."""
    if params.lower:
        text = text.lower()
    if params.accents:
        apart = unicodedata.normalize("NFD", text)
        text = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
        text = unicodedata.normalize("NFC", text)
    return text


def _stop_pattern(params: PreprocessTextParams) -> re.Pattern[str] | None:
    """Return what finds the stop words, whole words only, however they are written."""
    plain = {_plain(word.strip(), params) for word in params.stop_words} - {""}
    if not plain:
        return None
    longest_first = sorted(plain, key=lambda word: (-len(word), word))
    either = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
