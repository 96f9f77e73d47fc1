"""The queue of trainings: who may run at once, and how much memory a training will take."""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.configs import ModelConfig
from studio.core.errors import refuse
from studio.core.layer import Shape
from studio.core.run import RunKind
from studio.core.training import TrainingConfig

QUEUED_KINDS: tuple[RunKind, ...] = ("training", "search", "finder", "label_errors", "pipeline")
"""Runs that wait for each other in one queue, in an order that people change."""
PAUSABLE_KINDS: tuple[RunKind, ...] = ("training", "search", "label_errors", "pipeline")
"""Runs that save what they have and go on from there later."""
TENSORFLOW_BYTES = 750_000_000
"""What a run's process takes before it has any data, measured; the export at the end included."""
MEASURED_SHARE = 1.2
"""Real peaks of training were about that many times the sum of what the layers answer."""
BLOCK_SHARE = 5
"""A layer holds about so many times its answer while it learns: a picture before its pooling, too."""
_HOLD_NOTHING = ("Dropout", "Flatten")

Move = Literal["first", "up", "down", "last"]


class QueueLimits(BaseModel):
    """How much may be trained at once on this machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parallel_runs: int = Field(
        1,
        ge=1,
        le=64,
        title="Runs at once",
        description="Trainings and searches that run side by side; the others wait in the queue.",
        json_schema_extra={"unit": "runs"},
    )
    parallel_nodes: int = Field(
        2,
        ge=1,
        le=16,
        title="Nodes at once",
        description="Trainings and searches of one pipeline run that go on side by side, where memory allows.",
        json_schema_extra={"unit": "nodes"},
    )
    memory_gb: float | None = Field(
        None,
        gt=0,
        le=4096,
        title="Memory",
        description="What all of them together may take, by estimate. Empty: what the machine has free.",
        json_schema_extra={"unit": "GB"},
    )


def parse_limits(value: Any) -> QueueLimits:
    """Return the limits described by a mapping.

    Raises:
        InvalidInput: An impossible value.
    """
    try:
        return QueueLimits.model_validate(value)
    except ValidationError as error:
        refuse("limits of the queue", error)


def estimated_bytes(
    model: ModelConfig,
    training: TrainingConfig,
    shape: Shape,
    classes: int,
    *,
    samples: int = 0,
) -> int:
    """Return about how much memory a training will take.

    It is the process, the samples, every layer's answers to a batch with one gradient, and the weights four times
    over: themselves, their corrections and the two averages of Adam.

    Args:
        model: The stack of layers.
        training: Its batch size counts.
        shape: Of a sample of the dataset.
        classes: Number of classes.
        samples: Labelled samples that are held in memory.

    Raises:
        InvalidInput: A layer does not fit the one above it.

    Example:
        >>> from studio.core.configs import DRAWING_CLASSIFIER
        >>> round(estimated_bytes(DRAWING_CLASSIFIER, TrainingConfig(), (28, 28, 1), 100) / 1e6)
        805
    """
    rows = model.rows(shape, classes)
    values = [math.prod(row.output_shape) for row in rows if row.title not in _HOLD_NOTHING]
    answers = 4 * BLOCK_SHARE * training.batch_size * (sum(values) + max(values))
    value_bytes = 1 if model.input == "images" else 4
    data = samples * math.prod(model.input_shape(shape)) * value_bytes
    weights = 4 * 4 * sum(row.parameters for row in rows)
    return TENSORFLOW_BYTES + data + round(MEASURED_SHARE * answers) + weights
