"""Texts: cleaned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studio.core.preparing_text import cleaned
from studio.exports.assets.pipeline_python.data import Data
from studio.exports.assets.pipeline_python.settings import Settings


def preprocess_text(
    dataset: Data,
    lower: bool = True,
    accents: bool = False,
    addresses: bool = True,
    digits: bool = False,
    punctuation: bool = False,
    repeated: bool = True,
    stop_words: Any = (),
) -> Data:
    """Clean every text."""
    params: Any = Settings(
        lower=lower,
        accents=accents,
        addresses=addresses,
        digits=digits,
        punctuation=punctuation,
        repeated=repeated,
        stop_words=stop_words,
    )
    return replace(dataset, samples=cleaned(dataset.samples, params))
