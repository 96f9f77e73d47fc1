"""How fast models are, side by side: each file in each batch size, in turns, on this machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

SPEED_MODELS_LIMIT = 50
SPEED_FORMATS = ("keras", "tflite", "int8", "onnx")
"""Formats that the studio itself can run; others are made for other programs."""
LARGEST_BATCH = 4096


class SpeedParams(BaseModel):
    """What is timed.

    Args:
        models: References: name:version, name@alias, or run/NAME.
        formats: Only these formats of each model; empty: all that this machine can run.
        batch_sizes: Samples that are asked about at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[str, ...] = Field(min_length=1, max_length=SPEED_MODELS_LIMIT)
    formats: tuple[str, ...] = ()
    batch_sizes: tuple[int, ...] = Field((1, 32, 256), min_length=1, max_length=10)
    rounds: int = Field(
        7,
        ge=3,
        le=100,
        title="Rounds",
        description="How often each is timed, all of them in turns; the median counts.",
    )

    @field_validator("batch_sizes")
    @classmethod
    def _check_batch_sizes(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        if not all(1 <= size <= LARGEST_BATCH for size in sizes):
            raise ValueError(f"A batch has 1 to {LARGEST_BATCH:,} samples")
        return tuple(sorted(set(sizes)))


class SpeedRow(BaseModel):
    """One file of a model, asked about so many samples at once.

    Args:
        model: `name:version` or `run/NAME`.
        milliseconds: Median time of one call, over the rounds.
        low, high: A tenth of the rounds was faster than `low`, a tenth slower than `high`.
        size_bytes: Of the file.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    file_format: str
    batch_size: int
    milliseconds: float
    low: float
    high: float
    size_bytes: int

    @property
    def milliseconds_per_sample(self) -> float:
        """Time of a call divided by its samples."""
        return self.milliseconds / self.batch_size

    @property
    def samples_per_second(self) -> float:
        """Samples that are answered in a second."""
        return 1000 / self.milliseconds_per_sample if self.milliseconds else 0.0


class SpeedReport(BaseModel):
    """What a run of kind "speed" found. All of it was measured in turns, so that nothing had the quieter minutes.

    Args:
        rounds: How often each was timed.
        device: Name of the processor, "" where the system does not say.
        cores: Cores that Keras files could use; the others are given one, as an endpoint gives them.
        left_out: What could not be timed, and why, in words.
    """

    model_config = ConfigDict(frozen=True)

    rows: tuple[SpeedRow, ...]
    rounds: int
    device: str = ""
    cores: int = 1
    left_out: tuple[str, ...] = ()


def speed_row(
    model: str, file_format: str, batch_size: int, seconds: Sequence[float], size_bytes: int
) -> SpeedRow:
    """Return the row of one file and batch size.

    Args:
        seconds: Time of one call in each round.

    Example:
        >>> speed_row("digits:1", "tflite", 2, [0.001, 0.003, 0.002], 900).milliseconds_per_sample
        1.0
    """
    low, middle, high = (1000 * float(x) for x in np.quantile(seconds, [0.1, 0.5, 0.9]))
    return SpeedRow(
        model=model,
        file_format=file_format,
        batch_size=batch_size,
        milliseconds=middle,
        low=low,
        high=high,
        size_bytes=size_bytes,
    )
