"""How a picture becomes what a model of another program takes, and its answer probabilities.

The adapter stays outside of the model's file, for every format alike: the file remains what its maker made (or what
was converted from it), and what is done to a picture before can be read in the registry, not only inside a graph.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Layout = Literal["nhwc", "nchw"]
OutputKind = Literal["probabilities", "logits"]
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in a grey picture, as Pillow has them."""
SUM_TOLERANCE = 1e-3
"""Rows of probabilities that miss 1 by more are divided by their sum: quantised ones, and sigmoids side by side."""


class InputAdapter(BaseModel):
    """From uint8 pictures (n, height, width, channels) to the input of a foreign model, and from its output back.

    Args:
        scale, offset: A pixel 0-255 becomes `pixel * scale + offset`.
        mean, std: Then, a channel each, `(value - mean) / std`; empty for none.
        layout: Where the channels are.
        dtype: Type of the input; whole numbers are quantised as the file says, or taken as they are where it says
            nothing.
        channels: Channels the model wants; one channel is shown three times, three become one as the eye weighs them.
        reverse: Whether the model wants blue first, then green and red.
        output: Whether the model gives probabilities or logits, which a softmax makes probabilities. One number for two
            classes is that of the second class.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scale: float = Field(1.0 / 255, title="Scale", allow_inf_nan=False)
    offset: float = Field(0.0, title="Offset", allow_inf_nan=False)
    mean: tuple[float, ...] = Field((), max_length=4)
    std: tuple[float, ...] = Field((), max_length=4)
    layout: Layout = "nhwc"
    dtype: Literal["float32", "uint8", "int8"] = "float32"
    channels: int = Field(1, ge=1, le=4)
    reverse: bool = False
    output: OutputKind = "probabilities"

    @field_validator("mean", "std")
    @classmethod
    def _finite(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if not np.isfinite(values).all():
            raise ValueError("Each number must be finite")
        return values

    @model_validator(mode="after")
    def _fits(self) -> InputAdapter:
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (0, 1, self.channels):
                raise ValueError(
                    f"There must be one {name} for each of the {self.channels} channels, one for all, or none"
                )
        if any(value == 0 for value in self.std):
            raise ValueError("A std of 0 would divide by nothing")
        return self

    def inputs(self, pictures: NDArray[np.uint8], height: int, width: int) -> NDArray[np.float32]:
        """Return pictures as the model takes them, before they are quantised.

        Args:
            pictures: uint8 (n, any height, any width, 1, 3 or 4).
            height, width: Of the pictures that the model takes; others are resized.

        Returns:
            float32 (n, height, width, channels), or (n, channels, height, width).

        Example:
            >>> grey = np.array([[[[0], [255]]]], np.uint8)
            >>> InputAdapter(scale=1 / 127.5, offset=-1).inputs(grey, 1, 2).ravel().tolist()
            [-1.0, 1.0]
        """
        values = coloured(resized(pictures, height, width), self.channels)
        if self.reverse:
            values = values[..., ::-1]
        values = values * np.float32(self.scale) + np.float32(self.offset)
        if self.mean:
            values -= np.array(self.mean, np.float32)
        if self.std:
            values /= np.array(self.std, np.float32)
        if self.layout == "nchw":
            values = values.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(values, np.float32)

    def probabilities(self, answers: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Return a model's answers (n, m) as probabilities, float32 (n, m), or (n, 2) for one number each.

        Example:
            >>> InputAdapter().probabilities(np.array([[0.25]])).tolist()
            [[0.75, 0.25]]
        """
        values = answers.astype(np.float64)
        if values.shape[1] == 1:
            if self.output == "logits":
                values = 1 / (1 + np.exp(-np.clip(values, -700, 700)))
            return np.concatenate([1 - values, values], axis=1).astype(np.float32)
        if self.output == "logits":
            values = np.exp(values - values.max(axis=1, keepdims=True))
            return np.asarray(values / values.sum(axis=1, keepdims=True), np.float32)
        sums = values.sum(axis=1, keepdims=True)
        off = np.abs(sums - 1) > SUM_TOLERANCE
        even = np.full_like(values, 1 / values.shape[1])
        shared = np.divide(values, sums, out=even, where=sums > 0)
        return np.where(off, shared, values).astype(np.float32)


def coloured(pictures: NDArray[Any], channels: int) -> NDArray[np.float32]:
    """Return pictures (n, height, width, any) with so many channels, as float32.

    Example:
        >>> coloured(np.full((1, 1, 1, 1), 7, np.uint8), 3).ravel().tolist()
        [7.0, 7.0, 7.0]
    """
    values: NDArray[np.float32] = np.asarray(pictures, np.float32)
    found = values.shape[3]
    if found == channels:
        return values
    grey = values[..., :3] @ LUMA if found >= 3 else values[..., 0]
    if channels == 1:
        return np.asarray(grey[..., None], np.float32)
    colours = values[..., :3] if found >= 3 else np.repeat(grey[..., None], 3, axis=3)
    if channels == 4:  # nothing is seen through
        opaque = np.full((*colours.shape[:3], 1), 255, np.float32)
        colours = np.concatenate([colours, opaque], axis=3)
    return np.asarray(colours[..., :channels], np.float32)


def resized(pictures: NDArray[np.uint8], height: int, width: int) -> NDArray[Any]:
    """Return pictures of another size: by weighing neighbours, as Pillow's BILINEAR does.

    Args:
        pictures: uint8 (n, h, w, c).
        height, width: Wanted.

    Returns:
        (n, height, width, c): the same pictures where the size is right, else float32.

    Example:
        >>> resized(np.array([0, 9], np.uint8).reshape(1, 1, 2, 1), 1, 3).ravel().tolist()
        [0.0, 4.5, 9.0]
    """
    if pictures.shape[1:3] == (height, width):
        return pictures
    rows = _weights(pictures.shape[1], height)
    columns = _weights(pictures.shape[2], width)
    found = np.einsum("yh,nhwc,xw->nyxc", rows, pictures.astype(np.float32), columns, optimize=True)
    return np.asarray(found, np.float32)


def _weights(old: int, new: int) -> NDArray[np.float32]:
    """Return the share of each old pixel in each new one, (new, old): a triangle as wide as a pixel of the coarser."""
    places = (np.arange(new) + 0.5) * (old / new) - 0.5
    reach = max(1.0, old / new)
    away = np.abs(places[:, None] - np.arange(old)[None, :]) / reach
    shares = np.maximum(0, 1 - away)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)
