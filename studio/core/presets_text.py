"""Models of texts every workspace has from the start: from the smallest idea to the one for small devices."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.core.layers import Dropout
from studio.core.layers_sequence import (
    AttentionPooling,
    Conv1D,
    Embedding,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    MultiWidthConv1D,
    Projection,
    SpatialDropout1D,
    TokenDropout,
)
from studio.core.text import TextSettings

WORDS = TextSettings(length=64)
CHARACTERS = TextSettings(unit="characters", length=512)
FINGERPRINTS = TextSettings(unit="projection", length=64, hash_words=28)

TEXT_PRESETS: dict[str, ModelConfig] = {
    "text-average": ModelConfig(
        input="text",
        text=WORDS,
        layers=(Embedding(), GlobalAveragePooling1D(), Dropout(rate=0.5)),
    ),
    "text-convolution": ModelConfig(
        input="text",
        text=WORDS,
        layers=(
            Embedding(),
            SpatialDropout1D(rate=0.3),
            MultiWidthConv1D(filters=48, narrowest=1, widest=3),
            GlobalMaxPooling1D(),
            Dropout(rate=0.5),
        ),
    ),
    "text-characters": ModelConfig(
        input="text",
        text=CHARACTERS,
        layers=(
            Embedding(features=16),
            TokenDropout(rate=0.2),
            GlobalAveragePooling1D(),
            Dropout(rate=0.3),
        ),
    ),
    "text-device": ModelConfig(
        input="text",
        text=FINGERPRINTS,
        layers=(
            Projection(),
            TokenDropout(rate=0.2),
            Conv1D(filters=64, kernel_size=1, activation="tanh"),
            Dropout(rate=0.3),
            MultiWidthConv1D(filters=48),
            AttentionPooling(),
            Dropout(rate=0.5),
        ),
    ),
}
"""The average of learned words; patterns of neighbouring words; runs of characters, good with rare and misspelt words;
and fingerprints of words without any vocabulary, for phones and small devices."""
