"""Blocks: several Keras layers that belong together, set as one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from studio.core.backbones import BACKBONES, BackboneName
from studio.core.errors import InvalidInput
from studio.core.layer import Activation, BaseLayer, Shape
from studio.core.layers_image import PIXELS, strided

Convolution = Literal["plain", "separable"]


class ResidualBlock(BaseLayer):
    """Two convolutions and a way around them: the block learns only what to add to its input."""

    kind: Literal["residual"] = "residual"
    filters: int = Field(
        32,
        ge=1,
        le=2048,
        title="Filters",
        description="How many patterns each convolution looks for.",
    )
    kernel_size: int = Field(
        3,
        ge=1,
        le=15,
        title="Kernel size",
        description="Width and height of a pattern.",
        json_schema_extra=PIXELS,
    )
    strides: int = Field(
        1,
        ge=1,
        le=8,
        title="Strides",
        description="Pixels from one place to the next. 2 halves the picture.",
        json_schema_extra=PIXELS,
    )
    convolution: Convolution = Field(
        "plain",
        title="Convolution",
        description="separable has far fewer parameters; plain is often as fast on a CPU.",
    )
    normalization: Literal["none", "batch"] = Field(
        "batch",
        title="Normalization",
        description="batch steadies the values after each convolution: surer, and slower. none: faster.",
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for an input (height, width, channels)."""
        height, width, channels = self.image(shape, "Residual block")
        size = strided("Residual block", (height, width), self.kernel_size, self.strides, "same")
        parameters = self._convolution(channels) + self._convolution(self.filters)
        if self.projects(channels):
            parameters += channels * self.filters + self._after()
        return (*size, self.filters), parameters

    def projects(self, channels: int) -> bool:
        """Whether the way around needs a convolution of 1x1, because what is added has another shape."""
        return self.strides != 1 or channels != self.filters

    def _convolution(self, channels: int) -> int:
        area = self.kernel_size**2
        if self.convolution == "separable":
            return area * channels + channels * self.filters + self._after()
        return area * channels * self.filters + self._after()

    def _after(self) -> int:
        return (4 if self.normalization == "batch" else 1) * self.filters


class SqueezeExcite(BaseLayer):
    """Look at the whole picture to say how much each channel counts."""

    kind: Literal["squeeze_excite"] = "squeeze_excite"
    ratio: int = Field(
        4,
        ge=1,
        le=64,
        title="Ratio",
        description="How many times fewer units decide than there are channels.",
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters."""
        channels = self.image(shape, "Squeeze and excite")[2]
        units = self.units(channels)
        return shape, (channels + 1) * units + (units + 1) * channels

    def units(self, channels: int) -> int:
        """Return how many units decide."""
        return max(1, channels // self.ratio)


class Backbone(BaseLayer):
    """A network trained on photographs (ImageNet), without its last layers. It stays as it is; what follows learns."""

    kind: Literal["backbone"] = "backbone"
    network: BackboneName = Field(
        "mobilenet_v2_35",
        title="Network",
        description="From small and quick to large and exact.",
    )
    weights: str = Field(
        "",
        max_length=120,
        title="Weights",
        description='Name of the file of trained weights in the folder "weights" of the workspace or in '
        "~/.keras/models. Empty: the name Keras gives it.",
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return (channels,) and the number of parameters, all of them frozen."""
        height, width, channels = self.image(shape, "Pretrained network")
        facts = BACKBONES[self.network]
        if channels not in (1, 3):
            raise InvalidInput(
                f"A pretrained network cannot look at {channels} channels.",
                "It was trained on photographs: three channels, or one that is shown three times.",
                "Put it first in the stack, with nothing but a Resizing layer above it.",
            )
        if min(height, width) < facts.smallest:
            raise InvalidInput(
                f"{facts.title} cannot look at a picture of {height}x{width}.",
                f"It halves the picture five times and needs at least {facts.smallest}x{facts.smallest} pixels.",
                "Put a Resizing layer above it, for example to 96x96.",
            )
        return (facts.features,), facts.parameters
