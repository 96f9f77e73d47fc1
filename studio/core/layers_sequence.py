"""Layers that work on sequences: the tokens of a text, the points of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from studio.core.errors import InvalidInput
from studio.core.layer import BaseLayer, Shape, format_shape
from studio.core.layers_windows import (
    AveragePooling1D,
    Conv1D,
    MaxPooling1D,
    MultiWidthConv1D,
    SeparableConv1D,
)
from studio.core.text import TERNARY_FEATURES, TextSettings

SHARE: dict[str, Any] = {"unit": "share", "step": 0.05}


class Embedding(BaseLayer):
    """Learn a few numbers for every token. Stands first in a model of words or characters."""

    kind: Literal["embedding"] = "embedding"
    buckets: int = Field(
        20_000,
        ge=2,
        le=1_000_000,
        title="Buckets",
        description="Tokens it can tell apart: at least as many as the text settings have.",
    )
    features: int = Field(
        64, ge=1, le=4096, title="Features", description="Numbers learned for each token."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return (tokens, features) and the number of parameters for (tokens,)."""
        if len(shape) != 1:
            raise InvalidInput(
                f"Embedding cannot look at {format_shape(shape)}.",
                "It takes the numbers of the tokens of a text, one each.",
                'Put it first in a model of texts whose tokens are "words" or "characters".',
            )
        return (shape[0], self.features), self.buckets * self.features


class Projection(BaseLayer):
    """Spread the fingerprint of every word into features -1, 0 and 1: no vocabulary, no parameters."""

    kind: Literal["projection"] = "projection"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return (words, 15 features a hash) and the number of parameters (0) for (words, hashes)."""
        steps, hashes = self.sequence(shape, "Projection")
        return (steps, hashes * TERNARY_FEATURES), 0


class TokenDropout(BaseLayer):
    """Forget whole steps at random while training, such as words of a text: against learning by heart."""

    kind: Literal["token_dropout"] = "token_dropout"
    rate: float = Field(
        0.2,
        ge=0,
        lt=1,
        title="Rate",
        description="Share of the steps forgotten each time.",
        json_schema_extra=SHARE,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return self.sequence(shape, "Token dropout"), 0


class SpatialDropout1D(BaseLayer):
    """Forget whole features at random while training, the same ones at every step."""

    kind: Literal["spatial_dropout1d"] = "spatial_dropout1d"
    rate: float = Field(
        0.2,
        ge=0,
        lt=1,
        title="Rate",
        description="Share of the features forgotten each time.",
        json_schema_extra=SHARE,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return self.sequence(shape, "Spatial dropout of a sequence"), 0


class AttentionEncoder(BaseLayer):
    """Let every step look at all others (a transformer encoder): attention, then a small network, each steadied."""

    kind: Literal["attention_encoder"] = "attention_encoder"
    heads: int = Field(
        2, ge=1, le=32, title="Heads", description="Ways of looking at the other steps."
    )
    head_size: int = Field(
        16, ge=1, le=256, title="Head size", description="Numbers by which a head compares steps."
    )
    units: int = Field(
        64, ge=1, le=8192, title="Units", description="Units of the small network behind it."
    )
    rate: float = Field(
        0.1,
        ge=0,
        lt=1,
        title="Dropout",
        description="Share of the values forgotten while training.",
        json_schema_extra=SHARE,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters for (steps, features)."""
        steps, features = self.sequence(shape, "Attention encoder")
        inner = self.heads * self.head_size
        attention = 3 * (features + 1) * inner + (inner + 1) * features
        network = (features + 1) * self.units + (self.units + 1) * features
        return (steps, features), attention + network + 2 * 2 * features


class AttentionPooling(BaseLayer):
    """One vector of the sequence: every feature is averaged over the steps that matter to it, as learned."""

    kind: Literal["attention_pooling"] = "attention_pooling"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return (features,) and the number of parameters for (steps, features)."""
        _, features = self.sequence(shape, "Attention pooling")
        return (features,), (features + 1) * features


class LSTM(BaseLayer):
    """Read the sequence step by step with a memory that it learns to keep and to clear."""

    kind: Literal["lstm"] = "lstm"
    units: int = Field(64, ge=1, le=2048, title="Units", description="Size of the memory.")
    sequences: bool = Field(
        False,
        title="Every step",
        description="Give what was remembered at every step, for another such layer; else at the end only.",
    )
    bidirectional: bool = Field(
        False, title="Both directions", description="Read it backwards, too: twice the units."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for (steps, features)."""
        steps, features = self.sequence(shape, "LSTM")
        parameters = 4 * (features + self.units + 1) * self.units
        return _read(self, steps, parameters)


class GRU(BaseLayer):
    """Read the sequence step by step with a simpler memory than LSTM's."""

    kind: Literal["gru"] = "gru"
    units: int = Field(64, ge=1, le=2048, title="Units", description="Size of the memory.")
    sequences: bool = Field(
        False,
        title="Every step",
        description="Give what was remembered at every step, for another such layer; else at the end only.",
    )
    bidirectional: bool = Field(
        False, title="Both directions", description="Read it backwards, too: twice the units."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for (steps, features)."""
        steps, features = self.sequence(shape, "GRU")
        parameters = 3 * (features + self.units + 2) * self.units
        return _read(self, steps, parameters)


def _read(layer: LSTM | GRU, steps: int, parameters: int) -> tuple[Shape, int]:
    directions = 2 if layer.bidirectional else 1
    units = layer.units * directions
    return ((steps, units) if layer.sequences else (units,)), parameters * directions


class GlobalMaxPooling1D(BaseLayer):
    """One vector of the sequence: the strongest value of each feature."""

    kind: Literal["global_max_pooling1d"] = "global_max_pooling1d"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return (features,) and the number of parameters (0)."""
        return (self.sequence(shape, "Global max pooling of a sequence")[1],), 0


class GlobalAveragePooling1D(BaseLayer):
    """One vector of the sequence: the average of each feature over the steps that are not empty."""

    kind: Literal["global_average_pooling1d"] = "global_average_pooling1d"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return (features,) and the number of parameters (0)."""
        return (self.sequence(shape, "Global average pooling of a sequence")[1],), 0


SequenceLayer = (
    Embedding
    | Projection
    | TokenDropout
    | SpatialDropout1D
    | Conv1D
    | SeparableConv1D
    | MultiWidthConv1D
    | AttentionEncoder
    | AttentionPooling
    | LSTM
    | GRU
    | MaxPooling1D
    | AveragePooling1D
    | GlobalMaxPooling1D
    | GlobalAveragePooling1D
)


def check_reader(layers: Sequence[BaseLayer], text: TextSettings | None) -> None:
    """Refuse a stack whose reading layer does not fit what comes in.

    Args:
        layers: The stack.
        text: How texts become numbers; None for a model of something else.

    Raises:
        InvalidInput: A model of texts does not begin with the layer for its tokens, or such a layer stands elsewhere.
    """
    wanted: type[BaseLayer] | None = None
    if text is not None:
        wanted = Projection if text.unit == "projection" else Embedding
        if not layers or not isinstance(layers[0], wanted):
            raise InvalidInput(
                f"A model of texts begins with the layer {SEQUENCE_TITLES[wanted]} here.",
                f'Its tokens are "{text.unit}", and only that layer reads them.',
                "Put it first in the stack, or choose another kind of token.",
            )
        if isinstance(layers[0], Embedding) and layers[0].buckets < text.buckets:
            raise InvalidInput(
                f"Layer 1: Embedding tells apart {layers[0].buckets:,} tokens.",
                f"The text settings make up to {text.buckets:,}.",
                "Give both the same number of buckets.",
            )
    for number, layer in enumerate(layers, start=1):
        if isinstance(layer, Embedding | Projection) and (wanted is None or number > 1):
            raise InvalidInput(
                f"Layer {number}: {SEQUENCE_TITLES[type(layer)]} cannot stand here.",
                "It reads the tokens of a text.",
                "Put it first in a model of texts, and nowhere else.",
            )


SEQUENCE_TITLES: dict[type[BaseLayer], str] = {
    Embedding: "Embedding",
    Projection: "Projection (fingerprints)",
    TokenDropout: "Token dropout",
    SpatialDropout1D: "Spatial dropout of a sequence",
    Conv1D: "Convolution of a sequence (Conv1D)",
    SeparableConv1D: "Separable convolution of a sequence",
    MultiWidthConv1D: "Convolutions of several widths",
    AttentionEncoder: "Attention encoder",
    AttentionPooling: "Attention pooling",
    LSTM: "LSTM",
    GRU: "GRU",
    MaxPooling1D: "Max pooling of a sequence",
    AveragePooling1D: "Average pooling of a sequence",
    GlobalMaxPooling1D: "Global max pooling of a sequence",
    GlobalAveragePooling1D: "Global average pooling of a sequence",
}
"""Layer -> what people call it, in the order of forms."""

__all__ = [
    "GRU",
    "LSTM",
    "SEQUENCE_TITLES",
    "AttentionEncoder",
    "AttentionPooling",
    "AveragePooling1D",
    "Conv1D",
    "Embedding",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "MaxPooling1D",
    "MultiWidthConv1D",
    "Projection",
    "SeparableConv1D",
    "SequenceLayer",
    "SpatialDropout1D",
    "TokenDropout",
    "check_reader",
]
