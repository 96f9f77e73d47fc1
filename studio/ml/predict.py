"""Asking a model's file: what endpoints serve. Needs LiteRT or ONNX Runtime and NumPy only, no TensorFlow."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.adapter import InputAdapter
from studio.core.errors import InvalidInput, StudioError
from studio.core.foreign import RunnableFormat
from studio.core.layer import Shape, format_shape
from studio.core.table import TableSettings, encode_rows
from studio.core.text import TextSettings
from studio.core.tokens import encode
from studio.ml.engines import BATCHES, Engine, LiteRT, Onnx, several

SAMPLES: dict[Any, tuple[str, str, tuple[int, ...]]] = {
    np.uint8: (
        "pixels as whole numbers from 0 to 255 (uint8)",
        "(pixels * 255).astype(numpy.uint8)",
        (4,),
    ),
    np.int32: ("the numbers of a text's tokens (int32)", "studio.core.tokens.encode", (2, 3)),
    np.float32: (
        "the steps of strokes, or the numbers of a row's columns (float32)",
        "samples.astype(numpy.float32)",
        (2, 3),
    ),
}
"""Type a model takes -> what that is, what makes it, and how many axes one sample's batch may have."""
COLOURS = (1, 3, 4)
"""Channels that a picture may have for a model of another program, whose adapter makes of them what it wants."""


class Predictor:
    """A model's file from samples to probabilities. Safe to share between threads.

    Args:
        model: The file's path, or its bytes.
        threads: Cores one call may use. Default 1.
        text: How texts become numbers for a model of texts; it then answers strings, too.
        table: How rows become numbers for a model of tables; it then answers rows, column -> value, too.
        adapter: How pictures become what a model of another program takes; None for a model of the studio.
        shape: (height, width, channels) of the pictures that such a model takes; needed with `adapter` only.
        file_format: "tflite" (default), or "onnx" for a model of another program.

    Raises:
        StudioError: The file is missing, damaged, or not a classifier.
    """

    def __init__(
        self,
        model: str | Path | bytes,
        threads: int = 1,
        *,
        text: TextSettings | None = None,
        table: TableSettings | None = None,
        adapter: InputAdapter | None = None,
        shape: Shape | None = None,
        file_format: RunnableFormat = "tflite",
    ) -> None:
        self._lock = threading.Lock()
        self._engine: Engine = (Onnx if file_format == "onnx" else LiteRT)(model, threads)
        self.text, self.table, self.adapter = text, table, adapter
        self.dtype: Any = np.uint8 if adapter is not None else self._engine.dtype
        if adapter is not None:
            self.shape = _foreign_shape(self._engine, adapter, shape)
            self.classes = max(2, self._numbers(file_format))
            return
        self.shape = self._engine.shape
        self._check_own()
        self.classes = self._engine.given[0]
        if text is not None and (self.dtype, self.shape) != (np.int32, text.shape):
            raise StudioError(
                "The .tflite file is not of this model of texts.",
                f"It takes {format_shape(self.shape)}, and a text becomes {format_shape(text.shape)} numbers.",
                "Export the model again from the Models page.",
            )
        if table is not None and (self.dtype, self.shape) != (np.float32, table.shape):
            raise StudioError(
                "The .tflite file is not of this model of tables.",
                f"It takes {format_shape(self.shape)}, and a row becomes {format_shape(table.shape)} numbers.",
                "Export the model again from the Models page.",
            )
        if self.dtype != np.uint8 and table is None:
            self._engine.batches = [1]

    @property
    def batches(self) -> list[int]:
        """Numbers of samples that are asked about at once, the largest first."""
        return self._engine.batches

    def predict(
        self, samples: NDArray[Any] | Sequence[str] | Sequence[Mapping[str, Any]]
    ) -> NDArray[np.float32]:
        """Return the probability of every class for every sample.

        Args:
            samples: (n, *shape) of the type the model takes, uint8 (n, height, width, channels), 0-255, for pictures;
                or n texts for a model of texts, or n rows, column -> value, for one of tables. n may be 0. A model of
                another program takes pictures of any size and colours, which its adapter fits.

        Returns:
            float32 (n, classes).

        Raises:
            InvalidInput: Another shape or type.
        """
        if not isinstance(samples, np.ndarray):
            if self.text is not None:
                samples = encode(cast(list[str], list(samples)), self.text)
            elif self.table is not None:
                samples = encode_rows(cast(list[Mapping[str, Any]], list(samples)), self.table)
        samples = np.asarray(samples)
        self._check(samples)
        probabilities = np.empty((len(samples), self.classes), np.float32)
        start = 0
        with self._lock:
            while start < len(samples):
                size = self._next_size(len(samples) - start)
                end = min(start + size, len(samples))
                probabilities[start:end] = self._ask(samples[start:end], size)
                start = end
        return probabilities

    def takes(self, shape: Shape) -> bool:
        """Return whether samples of a shape can be asked about: another program's model takes pictures of any size."""
        if self.adapter is None:
            return tuple(shape) == self.shape
        return len(shape) == 3 and shape[2] in COLOURS and min(shape) > 0

    def _next_size(self, left: int) -> int:
        """Return how many are asked about next; more than are left only where the file wants a fixed number."""
        for size in list(self.batches):
            if left >= size and self._engine.takes(size):
                return size
        return self.batches[-1]

    def _ask(self, samples: NDArray[Any], size: int) -> NDArray[np.float32]:
        if self.adapter is None:
            return self._engine.ask(samples)
        height, width = self.shape[:2]
        values = self._engine.quantised(self.adapter.inputs(samples, height, width))
        missing = size - len(values)
        if missing:
            values = np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])
        answers = self._engine.ask(values)[: len(samples)]
        return self.adapter.probabilities(answers.reshape(len(samples), -1))

    def raw(self, samples: NDArray[np.uint8]) -> NDArray[np.floating[Any]]:
        """Return what the file itself gives for pictures, (n, numbers), before it becomes probabilities."""
        assert self.adapter is not None
        height, width = self.shape[:2]
        size = self.batches[-1]
        found = []
        for sample in samples:
            values = self._engine.quantised(self.adapter.inputs(sample[None], height, width))
            found.append(self._engine.ask(np.repeat(values, size, axis=0))[:1].reshape(1, -1))
        return np.concatenate(found)

    def _numbers(self, file_format: str) -> int:
        """Return how many numbers a model of another program gives for a picture, by asking it about a black one."""
        found = self.raw(np.zeros((1, *self.shape), np.uint8))
        if found.ndim != 2 or found.shape[1] < 1 or found.dtype.kind != "f":
            raise several(file_format, 1, 0)
        return int(found.shape[1])

    def _check_own(self) -> None:
        taken, given = self._engine, self._engine.given
        if not (
            taken.dtype in SAMPLES
            and getattr(taken, "given_dtype", None) == np.float32
            and 1 + len(taken.shape) in SAMPLES[taken.dtype][2]
            and (taken.dtype != np.float32 or (len(taken.shape) == 1) == (self.table is not None))
            and len(given) == 1
        ):
            raise StudioError(
                "The .tflite file is no classifier of the studio.",
                "It must take one sample (a picture, a text as numbers, strokes, a row) and give float32 (1, classes).",
                "Export the model again from the Models page.",
            )

    def _check(self, samples: NDArray[Any]) -> None:
        if samples.dtype != self.dtype:
            wanted, made_by, _ = SAMPLES[self.dtype]
            raise InvalidInput(
                f"The samples are of type {samples.dtype}.",
                f"The model takes {wanted}.",
                f"Convert them, for example with {made_by}.",
            )
        if samples.ndim < 1 or not self.takes(samples.shape[1:]):
            pictures = self.dtype == np.uint8
            raise InvalidInput(
                f"The samples have the shape {format_shape(samples.shape) or 'of a single number'}.",
                f"The model takes any number of {'pictures' if pictures else 'samples'} of "
                f"{format_shape(self.shape)}{' (height x width x channels)' if pictures else ''}.",
                "Resize the pictures, and put one after the other along a first axis."
                if pictures
                else "Put one sample after the other along a first axis.",
            )


def _foreign_shape(engine: Engine, adapter: InputAdapter, shape: Shape | None) -> Shape:
    """Return (height, width, channels) that a model of another program takes: as said, if the file allows it.

    Raises:
        InvalidInput: The file is for other pictures.
    """
    wanted = shape or (28, 28, adapter.channels)
    height, width, channels = *wanted[:2], adapter.channels
    taken = (channels, height, width) if adapter.layout == "nchw" else (height, width, channels)
    fits = len(engine.shape) == 3 and all(
        size in (-1, said) for size, said in zip(engine.shape, taken, strict=True)
    )
    if not fits or engine.dtype is None:
        raise InvalidInput(
            f"The model does not take pictures of {height} x {width} with {channels} channels.",
            f"Its input is {format_shape(engine.shape)}, a -1 being left open.",
            "Say the size, the colours and the order of the axes that it was trained with.",
        )
    engine.settle(taken)
    return height, width, channels


__all__ = ["BATCHES", "Predictor"]
