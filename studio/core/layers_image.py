"""Layers that work on pictures: convolutions, pooling, and what changes a picture's size."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic.config import JsonDict

from studio.core.errors import InvalidInput
from studio.core.layer import Activation, BaseLayer, Padding, Shape

PIXELS: JsonDict = {"unit": "pixels"}


def _pooled(title: str, shape: tuple[int, int, int], size: int) -> Shape:
    height, width, channels = shape
    if size > height or size > width:
        raise InvalidInput(
            f"{title}: a pooling window of {size}x{size} does not fit a picture of {height}x{width}.",
            "Every pooling shrinks the picture, and here nothing would be left of it.",
            "Choose a smaller pooling size, or remove a layer above.",
        )
    return height // size, width // size, channels


def strided(
    title: str, size: tuple[int, int], kernel: int, strides: int, padding: Padding
) -> Shape:
    """Return (height, width) of what a window of `kernel` pixels that moves by `strides` makes of `size`.

    Raises:
        InvalidInput: The window does not fit.

    Example:
        >>> strided("Conv2D", (28, 28), 3, 2, "same"), strided("Conv2D", (28, 28), 3, 2, "valid")
        ((14, 14), (13, 13))
    """
    if padding == "same":
        return -(-size[0] // strides), -(-size[1] // strides)
    if kernel > min(size):
        raise InvalidInput(
            f"{title}: a kernel of {kernel}x{kernel} does not fit a picture of {size[0]}x{size[1]}.",
            'With padding "valid" the kernel must lie inside the picture.',
            'Choose padding "same" or a smaller kernel.',
        )
    return (size[0] - kernel) // strides + 1, (size[1] - kernel) // strides + 1


class Conv2D(BaseLayer):
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
    strides: int = Field(
        1,
        ge=1,
        le=8,
        title="Strides",
        description="Pixels from one place to the next. 2 halves the picture, as pooling does, and is faster.",
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
        height, width, channels = self.image(shape, "Conv2D")
        height, width = strided(
            "Conv2D", (height, width), self.kernel_size, self.strides, self.padding
        )
        parameters = (self.kernel_size**2 * channels + 1) * self.filters
        return _pooled("Conv2D", (height, width, self.filters), self.pool_size), parameters


class SeparableConv2D(BaseLayer):
    """A convolution in two cheap halves: one filter a channel, then a mixing of the channels."""

    kind: Literal["separable_conv2d"] = "separable_conv2d"
    filters: int = Field(
        32, ge=1, le=2048, title="Filters", description="How many patterns the layer looks for."
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
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")
    padding: Padding = Field(
        "same", title="Padding", description="same keeps the size, valid trims the border."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for an input (height, width, channels)."""
        height, width, channels = self.image(shape, "Separable convolution")
        size = strided(
            "Separable convolution", (height, width), self.kernel_size, self.strides, self.padding
        )
        parameters = self.kernel_size**2 * channels + (channels + 1) * self.filters
        return (*size, self.filters), parameters


class DepthwiseConv2D(BaseLayer):
    """One filter a channel; the channels are not mixed."""

    kind: Literal["depthwise_conv2d"] = "depthwise_conv2d"
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
    multiplier: int = Field(
        1,
        ge=1,
        le=16,
        title="Filters a channel",
        description="How many filters look at each channel.",
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")
    padding: Padding = Field(
        "same", title="Padding", description="same keeps the size, valid trims the border."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for an input (height, width, channels)."""
        height, width, channels = self.image(shape, "Depthwise convolution")
        size = strided(
            "Depthwise convolution", (height, width), self.kernel_size, self.strides, self.padding
        )
        out = channels * self.multiplier
        return (*size, out), (self.kernel_size**2 + 1) * out


class Conv2DTranspose(BaseLayer):
    """A convolution backwards: makes a larger picture."""

    kind: Literal["conv2d_transpose"] = "conv2d_transpose"
    filters: int = Field(
        32, ge=1, le=2048, title="Filters", description="How many patterns the layer draws with."
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
        2, ge=1, le=8, title="Strides", description="How many times larger the picture becomes."
    )
    activation: Activation = Field("relu", title="Activation", description="Non-linearity.")

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters for an input (height, width, channels)."""
        height, width, channels = self.image(shape, "Transposed convolution")
        size = (height * self.strides, width * self.strides)
        return (*size, self.filters), (self.kernel_size**2 * channels + 1) * self.filters


class MaxPooling2D(BaseLayer):
    """Keep the strongest answer of every window."""

    kind: Literal["max_pooling2d"] = "max_pooling2d"
    pool_size: int = Field(
        2, ge=2, le=16, title="Pooling size", description="Width and height of the window."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return _pooled("Max pooling", self.image(shape, "Max pooling"), self.pool_size), 0


class AveragePooling2D(BaseLayer):
    """Keep the mean of every window."""

    kind: Literal["average_pooling2d"] = "average_pooling2d"
    pool_size: int = Field(
        2, ge=2, le=16, title="Pooling size", description="Width and height of the window."
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return _pooled("Average pooling", self.image(shape, "Average pooling"), self.pool_size), 0


class GlobalAveragePooling2D(BaseLayer):
    """Keep one mean a channel: a short vector whatever the picture's size."""

    kind: Literal["global_average_pooling2d"] = "global_average_pooling2d"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return (self.image(shape, "Global average pooling")[2],), 0


class GlobalMaxPooling2D(BaseLayer):
    """Keep the strongest answer of each channel: a short vector whatever the picture's size."""

    kind: Literal["global_max_pooling2d"] = "global_max_pooling2d"

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return (self.image(shape, "Global max pooling")[2],), 0


class UpSampling2D(BaseLayer):
    """Make a picture larger by a whole number of times."""

    kind: Literal["up_sampling2d"] = "up_sampling2d"
    size: int = Field(2, ge=2, le=8, title="Times", description="How many times larger.")
    interpolation: Literal["nearest", "bilinear"] = Field(
        "nearest",
        title="Interpolation",
        description="nearest repeats pixels, bilinear blends them.",
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        height, width, channels = self.image(shape, "Up-sampling")
        return (height * self.size, width * self.size, channels), 0


class Resizing(BaseLayer):
    """Bring a picture to a size, such as the one a pretrained model wants."""

    kind: Literal["resizing"] = "resizing"
    height: int = Field(
        32,
        ge=1,
        le=1024,
        title="Height",
        description="Height of the result.",
        json_schema_extra=PIXELS,
    )
    width: int = Field(
        32,
        ge=1,
        le=1024,
        title="Width",
        description="Width of the result.",
        json_schema_extra=PIXELS,
    )
    interpolation: Literal["nearest", "bilinear"] = Field(
        "bilinear",
        title="Interpolation",
        description="nearest repeats pixels, bilinear blends them.",
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        return (self.height, self.width, self.image(shape, "Resizing")[2]), 0


class ZeroPadding2D(BaseLayer):
    """Put an empty border around the picture."""

    kind: Literal["zero_padding2d"] = "zero_padding2d"
    border: int = Field(
        1,
        ge=1,
        le=64,
        title="Border",
        description="Empty pixels on each side.",
        json_schema_extra=PIXELS,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        height, width, channels = self.image(shape, "Zero padding")
        return (height + 2 * self.border, width + 2 * self.border, channels), 0


class Cropping2D(BaseLayer):
    """Cut a border off the picture."""

    kind: Literal["cropping2d"] = "cropping2d"
    border: int = Field(
        1,
        ge=1,
        le=64,
        title="Border",
        description="Pixels cut off on each side.",
        json_schema_extra=PIXELS,
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the output shape and the number of parameters (0)."""
        height, width, channels = self.image(shape, "Cropping")
        if 2 * self.border >= min(height, width):
            raise InvalidInput(
                f"Cropping: {self.border} pixels on each side leave nothing of a picture of {height}x{width}.",
                "Something must be left in the middle.",
                "Choose a narrower border, or remove a layer above.",
            )
        return (height - 2 * self.border, width - 2 * self.border, channels), 0


class SpatialDropout2D(BaseLayer):
    """Forget a random share of whole channels while training, against learning by heart."""

    kind: Literal["spatial_dropout2d"] = "spatial_dropout2d"
    rate: float = Field(
        0.2,
        ge=0,
        lt=1,
        title="Rate",
        description="Share of the channels forgotten in each step.",
        json_schema_extra={"unit": "share", "step": 0.05},
    )

    def output(self, shape: Shape) -> tuple[Shape, int]:
        """Return the input shape and the number of parameters (0)."""
        return self.image(shape, "Spatial dropout"), 0
