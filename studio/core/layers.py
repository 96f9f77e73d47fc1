"""Layers a model is stacked of: their settings, declared once, and what each does to a shape.

A layer computes its output shape and its number of parameters here, without TensorFlow, so that a form can
show both while one edits. `studio.ml.build` makes the Keras layers; a test holds the two equal.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.errors import InvalidInput

Shape = tuple[int, ...]
Activation = Literal["relu", "gelu", "elu", "tanh", "sigmoid", "swish", "linear"]
Padding = Literal["same", "valid"]


class _Layer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def _image(self, shape: Shape, title: str) -> tuple[int, int, int]:
        if len(shape) != 3:
            raise InvalidInput(
                f"{title} cannot follow a layer whose output is {format_shape(shape)}.",
                "It works on pictures (height, width, channels), and the picture was flattened before.",
                "Move it above the first Dense or Flatten layer.",
            )
        return shape


def _pooled(title: str, shape: tuple[int, int, int], size: int) -> Shape:
    height, width, channels = shape
    if size > height or size > width:
        raise InvalidInput(
            f"{title}: a pooling window of {size}x{size} does not fit a picture of {height}x{width}.",
            "Every pooling shrinks the picture, and here nothing would be left of it.",
            "Choose a smaller pooling size, or remove a layer above.",
        )
    return height // size, width // size, channels


class Conv2D(_Layer):
    """Learned filters sliding over the picture, then an optional max pooling."""

    kind: Literal["conv2d"] = "conv2d"
    filters: int = Field(
        32, ge=1, le=2048, title="Filters", description="How many patterns the layer looks for."
    )
    kernel_size: int = Field(
        3,
        ge=1,
        le=15,
        title="Kernel size",
        description="Width and height of a pattern.",
        json_schema_extra={"unit": "pixels"},
    )
    pool_size: int = Field(
        2,
        ge=1,
        le=16,
        title="Pooling size",
        description="Keep the strongest answer of every window of this size. 1: no pooling.",
        json_schema_extra={"unit": "pixels"},
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")
    padding: Padding = Field(
        "same", title="Padding", description="same keeps the size, valid trims the border."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for an input (height, width, channels)."""
        height, width, channels = self._image(shape, "Conv2D")
        if self.padding == "valid":
            height, width = height - self.kernel_size + 1, width - self.kernel_size + 1
            if height < 1 or width < 1:
                raise InvalidInput(
                    f"Conv2D: a kernel of {self.kernel_size}x{self.kernel_size} does not fit a picture of "
                    f"{shape[0]}x{shape[1]}.",
                    'With padding "valid" the kernel must lie inside the picture.',
                    'Choose padding "same" or a smaller kernel.',
                )
        parameters = (self.kernel_size**2 * channels + 1) * self.filters
        return _pooled("Conv2D", (height, width, self.filters), self.pool_size), parameters


class MaxPooling2D(_Layer):
    """Keep the strongest answer of every window."""

    kind: Literal["max_pooling2d"] = "max_pooling2d"
    pool_size: int = Field(
        2, ge=2, le=16, title="Pooling size", description="Width and height of the window."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return _pooled("Max pooling", self._image(shape, "Max pooling"), self.pool_size), 0


class AveragePooling2D(_Layer):
    """Keep the mean of every window."""

    kind: Literal["average_pooling2d"] = "average_pooling2d"
    pool_size: int = Field(
        2, ge=2, le=16, title="Pooling size", description="Width and height of the window."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return _pooled("Average pooling", self._image(shape, "Average pooling"), self.pool_size), 0


class GlobalAveragePooling2D(_Layer):
    """Keep one mean a channel: a short vector whatever the picture's size."""

    kind: Literal["global_average_pooling2d"] = "global_average_pooling2d"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return (self._image(shape, "Global average pooling")[2],), 0


class Flatten(_Layer):
    """Turn the picture into one long vector. Dense layers do it by themselves."""

    kind: Literal["flatten"] = "flatten"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return (math.prod(shape),), 0


class Dense(_Layer):
    """Every unit weighs every input."""

    kind: Literal["dense"] = "dense"
    units: int = Field(
        128, ge=1, le=16384, title="Units", description="How many sums the layer learns."
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for a vector."""
        return (self.units,), (math.prod(shape) + 1) * self.units


class Dropout(_Layer):
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


class BatchNormalization(_Layer):
    """Keep the values in a steady range; often trains faster."""

    kind: Literal["batch_normalization"] = "batch_normalization"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (4 a channel, 2 of them trained)."""
        return shape, 4 * shape[-1]


Layer = Annotated[
    Conv2D
    | MaxPooling2D
    | AveragePooling2D
    | GlobalAveragePooling2D
    | Flatten
    | Dense
    | Dropout
    | BatchNormalization,
    Field(discriminator="kind"),
]

LAYER_TITLES: dict[str, str] = {
    "conv2d": "Convolution (Conv2D)",
    "max_pooling2d": "Max pooling",
    "average_pooling2d": "Average pooling",
    "global_average_pooling2d": "Global average pooling",
    "flatten": "Flatten",
    "dense": "Dense",
    "dropout": "Dropout",
    "batch_normalization": "Batch normalization",
}
LAYER_CLASSES: dict[str, type[_Layer]] = {
    "conv2d": Conv2D,
    "max_pooling2d": MaxPooling2D,
    "average_pooling2d": AveragePooling2D,
    "global_average_pooling2d": GlobalAveragePooling2D,
    "flatten": Flatten,
    "dense": Dense,
    "dropout": Dropout,
    "batch_normalization": BatchNormalization,
}


def format_shape(shape: Shape) -> str:
    """Return `28 x 28 x 1` for (28, 28, 1)."""
    return " x ".join(str(size) for size in shape)
