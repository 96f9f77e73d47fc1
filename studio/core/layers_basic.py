"""Layers that work on whatever comes: a picture, a sequence or a vector."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import Field

from studio.core.errors import InvalidInput
from studio.core.layer import Activation, BaseLayer, Shape


class Flatten(BaseLayer):
    """Turn the picture into one long vector. Dense layers do it by themselves."""

    kind: Literal["flatten"] = "flatten"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return (math.prod(shape),), 0


class Dense(BaseLayer):
    """Every unit weighs every input."""

    kind: Literal["dense"] = "dense"
    units: int = Field(
        128, ge=1, le=16384, title="Units", description="How many sums the layer learns."
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for a vector."""
        return (self.units,), (math.prod(shape) + 1) * self.units


class Dropout(BaseLayer):
    """Forget a random share of the values while training, against learning by heart."""

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(
        0.3,
        ge=0,
        lt=1,
        title="Rate",
        description="Share of the values forgotten in each step.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return shape, 0


class BatchNormalization(BaseLayer):
    """Keep the values in a steady range; often trains faster."""

    kind: Literal["batch_normalization"] = "batch_normalization"
    momentum: float = Field(
        0.99,
        ge=0,
        lt=1,
        title="Momentum",
        description="How slowly the range that is used after training follows. 0.9 suits short trainings.",
        json_schema_extra={"step": 0.01},
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (4 a channel, 2 of them trained)."""
        return shape, 4 * shape[-1]


class LayerNormalization(BaseLayer):
    """Keep the values of each place in a steady range, whatever the other samples of the batch are."""

    kind: Literal["layer_normalization"] = "layer_normalization"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (2 a channel)."""
        return shape, 2 * shape[-1]


class GroupNormalization(BaseLayer):
    """Keep the values of groups of channels in a steady range; good with small batches."""

    kind: Literal["group_normalization"] = "group_normalization"
    groups: int = Field(
        8, ge=1, le=2048, title="Groups", description="Groups the channels are divided into."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (2 a channel)."""
        if shape[-1] % self.groups:
            raise InvalidInput(
                f"Group normalization: {shape[-1]} channels do not divide into {self.groups} groups.",
                "Every group must have the same number of channels.",
                f"Choose a number of groups that divides {shape[-1]}.",
            )
        return shape, 2 * shape[-1]


class ActivationLayer(BaseLayer):
    """A non-linearity by itself, for after a normalization."""

    kind: Literal["activation"] = "activation"
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return shape, 0


class LeakyReLU(BaseLayer):
    """Keep what is positive, and a little of what is negative."""

    kind: Literal["leaky_relu"] = "leaky_relu"
    slope: float = Field(
        0.3,
        ge=0,
        le=1,
        title="Slope",
        description="What negative values are multiplied with.",
        json_schema_extra={"step": 0.05},
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return shape, 0


class PReLU(BaseLayer):
    """Keep what is positive, and of what is negative as much as each channel learns to."""

    kind: Literal["prelu"] = "prelu"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (1 a channel)."""
        return shape, shape[-1]


class GaussianNoise(BaseLayer):
    """Add noise while training, against learning by heart."""

    kind: Literal["gaussian_noise"] = "gaussian_noise"
    deviation: float = Field(
        0.1,
        gt=0,
        le=10,
        title="Deviation",
        description="Standard deviation of the noise.",
        json_schema_extra={"step": 0.05},
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return shape, 0


class GaussianDropout(BaseLayer):
    """Multiply the values with noise around 1 while training: a smooth kind of dropout."""

    kind: Literal["gaussian_dropout"] = "gaussian_dropout"
    rate: float = Field(
        0.3,
        ge=0,
        lt=1,
        title="Rate",
        description="Strength, as the share that dropout would forget.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return shape, 0
