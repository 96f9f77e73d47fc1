"""Layers that slide a window along a sequence: convolutions, and pooling of neighbouring steps."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from studio.core.errors import InvalidInput
from studio.core.layer import Activation, BaseLayer, Padding, Shape

STEPS: dict[str, Any] = {"unit": "steps"}


def _windows(title: str, steps: int, kernel: int, strides: int, padding: Padding) -> int:
    """Return how many places a window of `kernel` steps that moves by `strides` has."""
    if padding == "same":
        return -(-steps // strides)
    if kernel > steps:
        raise InvalidInput(
            f"{title}: a kernel of {kernel} does not fit a sequence of {steps} steps.",
            'With padding "valid" the kernel must lie inside the sequence.',
            'Choose padding "same" or a smaller kernel.',
        )
    return (steps - kernel) // strides + 1


def _pooled(title: str, steps: int, size: int) -> int:
    if size > steps:
        raise InvalidInput(
            f"{title}: a pooling window of {size} does not fit a sequence of {steps} steps.",
            "Every pooling shortens the sequence, and here nothing would be left of it.",
            "Choose a smaller pooling size, or remove a layer above.",
        )
    return steps // size


class Conv1D(BaseLayer):
    """Learned filters sliding along the sequence, then an optional max pooling. Kernel size 1: each step by itself."""

    kind: Literal["conv1d"] = "conv1d"
    filters: int = Field(
        64, ge=1, le=4096, title="Filters", description="How many patterns the layer looks for."
    )
    kernel_size: int = Field(
        3,
        ge=1,
        le=63,
        title="Kernel size",
        description="Neighbouring steps that make a pattern.",
        json_schema_extra=STEPS,
    )
    strides: int = Field(
        1,
        ge=1,
        le=16,
        title="Strides",
        description="Steps from one place to the next. 2 halves the sequence.",
        json_schema_extra=STEPS,
    )
    pool_size: int = Field(
        1,
        ge=1,
        le=64,
        title="Pooling size",
        description="Keep the strongest answer of so many steps. 1: no pooling.",
        json_schema_extra=STEPS,
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")
    padding: Padding = Field(
        "same", title="Padding", description="same keeps the length, valid trims the ends."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for (steps, features)."""
        steps, features = self.sequence(shape, "Conv1D")
        steps = _windows("Conv1D", steps, self.kernel_size, self.strides, self.padding)
        parameters = (self.kernel_size * features + 1) * self.filters
        return (_pooled("Conv1D", steps, self.pool_size), self.filters), parameters


class SeparableConv1D(BaseLayer):
    """A convolution in two cheap halves: one filter a feature, then a mixing of the features."""

    kind: Literal["separable_conv1d"] = "separable_conv1d"
    filters: int = Field(
        64, ge=1, le=4096, title="Filters", description="How many patterns the layer looks for."
    )
    kernel_size: int = Field(
        3,
        ge=1,
        le=63,
        title="Kernel size",
        description="Neighbouring steps that make a pattern.",
        json_schema_extra=STEPS,
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for (steps, features)."""
        steps, features = self.sequence(shape, "Separable convolution of a sequence")
        parameters = self.kernel_size * features + (features + 1) * self.filters
        return (steps, self.filters), parameters


class MultiWidthConv1D(BaseLayer):
    """Convolutions of several widths side by side: single words, pairs, triples and so on at once."""

    kind: Literal["multi_width_conv1d"] = "multi_width_conv1d"
    filters: int = Field(
        32,
        ge=1,
        le=1024,
        title="Filters",
        description="How many patterns of each width the layer looks for.",
    )
    narrowest: int = Field(
        1,
        ge=1,
        le=16,
        title="Narrowest",
        description="Smallest kernel size.",
        json_schema_extra=STEPS,
    )
    widest: int = Field(
        3, ge=1, le=16, title="Widest", description="Largest kernel size.", json_schema_extra=STEPS
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    @property
    def widths(self) -> range:
        """Kernel sizes, from the narrowest to the widest."""
        return range(min(self.narrowest, self.widest), max(self.narrowest, self.widest) + 1)

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for (steps, features)."""
        steps, features = self.sequence(shape, "Convolutions of several widths")
        parameters = sum((width * features + 1) * self.filters for width in self.widths)
        return (steps, self.filters * len(self.widths)), parameters


class MaxPooling1D(BaseLayer):
    """Keep the strongest value of every few steps."""

    kind: Literal["max_pooling1d"] = "max_pooling1d"
    pool_size: int = Field(
        2,
        ge=1,
        le=64,
        title="Pooling size",
        description="Steps that become one.",
        json_schema_extra=STEPS,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        steps, features = self.sequence(shape, "Max pooling of a sequence")
        return (_pooled("Max pooling of a sequence", steps, self.pool_size), features), 0


class AveragePooling1D(BaseLayer):
    """Average every few steps."""

    kind: Literal["average_pooling1d"] = "average_pooling1d"
    pool_size: int = Field(
        2,
        ge=1,
        le=64,
        title="Pooling size",
        description="Steps that become one.",
        json_schema_extra=STEPS,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        steps, features = self.sequence(shape, "Average pooling of a sequence")
        return (_pooled("Average pooling of a sequence", steps, self.pool_size), features), 0
