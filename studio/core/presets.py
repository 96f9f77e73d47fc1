"""Models every workspace has from the start."""

from __future__ import annotations

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.layers import (
    ActivationLayer,
    Backbone,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Layer,
    ResidualBlock,
    Resizing,
    SqueezeExcite,
)
from studio.core.layers_sequence import LSTM, Conv1D, GlobalAveragePooling1D
from studio.core.presets_table import TABLE_PRESETS
from studio.core.presets_text import TEXT_PRESETS


def _pooled(filters: int) -> tuple[Layer, ...]:
    """A convolution whose answers are pooled before they are steadied: a quarter of the work, for the same layer."""
    return (
        Conv2D(filters=filters, activation="linear"),
        BatchNormalization(momentum=0.9),
        ActivationLayer(),
    )


_BLOCKS = (*_pooled(16), *_pooled(32), *_pooled(64))

DRAWING_PRESETS: dict[str, ModelConfig] = {
    "drawing-classifier": DRAWING_CLASSIFIER,
    "drawing-normalized": ModelConfig(layers=(*_BLOCKS, SqueezeExcite(), Dense(units=128))),
    "drawing-residual": ModelConfig(
        layers=(*_BLOCKS, ResidualBlock(filters=64), Dense(units=128), Dropout(rate=0.2))
    ),
    "dense-baseline": ModelConfig(layers=(Dense(units=128),)),
}
"""The default; the same with steadied values and channels weighed by the whole picture, which learns faster; steadied
values with a residual block and dropout, for longer trainings; and the least that learns at all."""

STROKE_PRESETS: dict[str, ModelConfig] = {
    "drawing-strokes": ModelConfig(
        input="strokes",
        layers=(
            Conv1D(filters=48, kernel_size=5, pool_size=2),
            Conv1D(filters=64, kernel_size=5, pool_size=2),
            LSTM(units=64, sequences=True, bidirectional=True),
            GlobalAveragePooling1D(),
            Dropout(rate=0.3),
        ),
    ),
}
"""Looks at the pen's way instead of the picture: convolutions along it, then a memory that reads it both ways."""

TRANSFER_PRESETS: dict[str, ModelConfig] = {
    "transfer-mobilenet-v2": ModelConfig(
        layers=(Resizing(height=96, width=96), Backbone(), Dropout(rate=0.2))
    ),
    "transfer-mobilenet-v3": ModelConfig(
        layers=(
            Resizing(height=96, width=96),
            Backbone(network="mobilenet_v3_small"),
            Dropout(rate=0.2),
        )
    ),
}
"""On top of a network trained on photographs, whose file of weights somebody put into the workspace."""

PRESETS: dict[str, ModelConfig] = {
    **DRAWING_PRESETS,
    **STROKE_PRESETS,
    **TRANSFER_PRESETS,
    **TEXT_PRESETS,
    **TABLE_PRESETS,
}
"""Every model of them, by name."""

PRESET_GROUPS: dict[str, tuple[str, ...]] = {
    "Drawings and pictures": tuple(DRAWING_PRESETS),
    "Strokes": tuple(STROKE_PRESETS),
    "Photographs": tuple(TRANSFER_PRESETS),
    "Texts": tuple(TEXT_PRESETS),
    "Tables": tuple(TABLE_PRESETS),
}
"""What presets are for -> their names."""
