"""What every layer has in common: settings, and what it does to the shape of a sample."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.core.errors import InvalidInput

Shape = tuple[int, ...]
"""Of one sample: (height, width, channels) of a picture, (steps, features) of a sequence, (values,) of a vector."""
Activation = Literal["relu", "gelu", "elu", "tanh", "sigmoid", "swish", "linear"]
Padding = Literal["same", "valid"]


class BaseLayer(BaseModel):
    """A layer's settings. Each kind adds `kind` and `output(shape)`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def image(self, shape: Shape, title: str) -> tuple[int, int, int]:
        """Return the shape of the picture that comes in.

        Raises:
            InvalidInput: It is no picture (any more).
        """
        if len(shape) != 3:
            raise InvalidInput(
                f"{title} cannot follow a layer whose output is {format_shape(shape)}.",
                "It works on pictures (height, width, channels), and the picture was flattened before.",
                "Move it above the first Dense or Flatten layer.",
            )
        return shape

    def sequence(self, shape: Shape, title: str) -> tuple[int, int]:
        """Return the shape of the sequence that comes in.

        Raises:
            InvalidInput: It is no sequence.
        """
        if len(shape) != 2:
            raise InvalidInput(
                f"{title} cannot follow a layer whose output is {format_shape(shape)}.",
                "It works on sequences (steps, features), such as the words of a text or the points of a drawing.",
                "Move it above the layer that makes one vector of the sequence, or choose another kind of input.",
            )
        return shape


def format_shape(shape: Shape) -> str:
    """Return `28 x 28 x 1` for (28, 28, 1)."""
    return " x ".join(str(size) for size in shape)
