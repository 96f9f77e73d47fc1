"""From a text to the whole numbers that a text model takes, the same in Python and in the browser.

The settings are a small JSON that travels with every model. What they describe happens outside the model's graph,
so that every export runs on built-in operations.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

TERNARY_FEATURES = 15
"""Features -1, 0 or 1 that one whole number of a fingerprint holds, two bits each."""


class TextSettings(BaseModel):
    """How a text becomes int32 numbers.

    Args:
        unit: What a token is. words: a word is the number of a hash bucket. characters: every run of `shortest` to
            `longest` characters of a word is one. projection: a word is `hash_words` hashes that the model
            expands to ternary features, so that no vocabulary is stored.
        lower: Capital letters count as small ones.
        pairs: words: the pair of each word and the one before it is a token, too, behind it.
        length: Tokens of a text; what is beyond is cut off, what is missing is 0.
        buckets: Hash buckets of words and characters; number 0 means no token.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Literal["words", "characters", "projection"] = Field(
        "words",
        title="Token",
        description="What the model reads one by one: words, runs of characters, or words as fingerprints "
        "that need no vocabulary.",
    )
    lower: bool = Field(
        True, title="Ignore capitals", description="Capital letters count as small ones."
    )
    pairs: bool = Field(
        False,
        title="Word pairs",
        description="words: two words that follow each other are a token, too. For models that only average.",
    )
    length: int = Field(
        64,
        ge=1,
        le=4096,
        title="Length",
        description="Tokens of a text the model reads; what is beyond is cut off.",
        json_schema_extra={"unit": "tokens"},
    )
    buckets: int = Field(
        20_000,
        ge=2,
        le=1_000_000,
        title="Buckets",
        description="Numbers that tokens are hashed to. More: fewer words share one, and the model is larger.",
    )
    shortest: int = Field(
        3,
        ge=1,
        le=8,
        title="Shortest run",
        description="characters: fewest characters of a run.",
    )
    longest: int = Field(
        5, ge=1, le=8, title="Longest run", description="characters: most characters of a run."
    )
    hash_words: int = Field(
        8,
        ge=1,
        le=32,
        title="Fingerprint size",
        description="projection: whole numbers of a fingerprint; each gives 15 features.",
    )

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one encoded text: (length,), or (length, hash_words) for projection."""
        return (self.length, self.hash_words) if self.unit == "projection" else (self.length,)
