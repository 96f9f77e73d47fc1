"""Models of tables every workspace has from the start."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.core.layers import BatchNormalization, Dense, Dropout

TABLE_PRESETS: dict[str, ModelConfig] = {
    "table-classifier": ModelConfig(
        input="table",
        layers=(Dense(units=64), Dropout(rate=0.1), Dense(units=32), Dropout(rate=0.1)),
    ),
    "table-wide": ModelConfig(
        input="table",
        layers=(
            Dense(units=256),
            BatchNormalization(momentum=0.9),
            Dropout(rate=0.3),
            Dense(units=128),
            Dropout(rate=0.3),
        ),
    ),
    "table-linear": ModelConfig(input="table", layers=()),
}
"""Two dense layers, for most tables; more of them with dropout, for tables of many rows; and no layer at all, which
weighs each column by itself and is the one to beat."""
