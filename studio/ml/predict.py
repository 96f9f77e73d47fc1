"""Asking an exported `.tflite` model: what endpoints serve. Needs LiteRT and NumPy only, no TensorFlow."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, StudioError
from studio.core.layer import format_shape
from studio.core.text import TextSettings
from studio.core.tokens import encode

BATCHES = (64, 8, 1)
"""Pictures are asked about in batches of these sizes, the largest that fits first; all else one by one."""
ACTIVATION_BYTES = 256_000_000
"""Batches whose largest intermediate result is bigger than this are not made."""
SAMPLES: dict[Any, tuple[str, str, tuple[int, ...]]] = {
    np.uint8: (
        "pixels as whole numbers from 0 to 255 (uint8)",
        "(pixels * 255).astype(numpy.uint8)",
        (4,),
    ),
    np.int32: ("the numbers of a text's tokens (int32)", "studio.core.tokens.encode", (2, 3)),
    np.float32: ("the steps of strokes (float32)", "strokes.astype(numpy.float32)", (3,)),
}
"""Type a model takes -> what that is, what makes it, and how many axes one sample's batch may have."""


class Predictor:
    """A `.tflite` model from samples to probabilities. Safe to share between threads.

    Args:
        model: The file's path, or its bytes.
        threads: Cores one call may use. Default 1.
        text: How texts become numbers for a model of texts; it then answers strings, too.

    Raises:
        StudioError: The file is missing, damaged, or not a classifier of the studio.
    """

    def __init__(
        self, model: str | Path | bytes, threads: int = 1, *, text: TextSettings | None = None
    ) -> None:
        self._source = (
            {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
        )
        self._threads = threads
        self._lock = threading.Lock()
        self._interpreters: dict[int, Any] = {}
        self.text = text
        single = self._interpreter(1)
        taken, given = single.get_input_details(), single.get_output_details()
        if not (
            len(taken) == len(given) == 1
            and taken[0]["dtype"] in SAMPLES
            and given[0]["dtype"] == np.float32
            and len(taken[0]["shape"]) in SAMPLES[taken[0]["dtype"]][2]
            and len(given[0]["shape"]) == 2
        ):
            raise StudioError(
                "The .tflite file is no classifier of the studio.",
                "It must take one sample (a picture, a text as numbers or strokes) and give float32 (1, classes).",
                "Export the model again from the Models page.",
            )
        self.dtype: Any = taken[0]["dtype"]
        self.shape: tuple[int, ...] = tuple(int(size) for size in taken[0]["shape"][1:])
        self.classes = int(given[0]["shape"][1])
        if text is not None and (self.dtype, self.shape) != (np.int32, text.shape):
            raise StudioError(
                "The .tflite file is not of this model of texts.",
                f"It takes {format_shape(self.shape)}, and a text becomes {format_shape(text.shape)} numbers.",
                "Export the model again from the Models page.",
            )
        largest = max(int(np.prod(tensor["shape"])) for tensor in single.get_tensor_details())
        sizes = BATCHES if self.dtype == np.uint8 else (1,)
        self.batches = [n for n in sizes if n == 1 or n * largest * 4 <= ACTIVATION_BYTES]

    def predict(self, samples: NDArray[Any] | Sequence[str]) -> NDArray[np.float32]:
        """Return the probability of every class for every sample.

        Args:
            samples: (n, *shape) of the type the model takes, uint8 (n, height, width, channels), 0-255, for pictures;
                or n texts for a model of texts. n may be 0.

        Returns:
            float32 (n, classes).

        Raises:
            InvalidInput: Another shape or type.
        """
        if self.text is not None and not isinstance(samples, np.ndarray):
            samples = encode(list(samples), self.text)
        samples = np.asarray(samples)
        self._check(samples)
        probabilities = np.empty((len(samples), self.classes), np.float32)
        start = 0
        with self._lock:
            for size in self.batches:
                while len(samples) - start >= size and self._takes(size):
                    end = start + size
                    probabilities[start:end] = self._ask(samples[start:end])
                    start = end
        return probabilities

    def _check(self, samples: NDArray[Any]) -> None:
        if samples.dtype != self.dtype:
            wanted, made_by, _ = SAMPLES[self.dtype]
            raise InvalidInput(
                f"The samples are of type {samples.dtype}.",
                f"The model takes {wanted}.",
                f"Convert them, for example with {made_by}.",
            )
        if samples.ndim != 1 + len(self.shape) or samples.shape[1:] != self.shape:
            pictures = self.dtype == np.uint8
            raise InvalidInput(
                f"The samples have the shape {format_shape(samples.shape) or 'of a single number'}.",
                f"The model takes any number of {'pictures' if pictures else 'samples'} of "
                f"{format_shape(self.shape)}{' (height x width x channels)' if pictures else ''}.",
                "Resize the pictures, and put one after the other along a first axis."
                if pictures
                else "Put one sample after the other along a first axis.",
            )

    def _ask(self, samples: NDArray[Any]) -> NDArray[np.float32]:
        interpreter = self._interpreter(len(samples))
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], samples)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    def _takes(self, size: int) -> bool:
        """Return whether so many samples can be asked about at once; a few stacks are exported for one only."""
        if size > 1 and size not in self._interpreters:
            try:
                self._interpreters[size] = self._made(size)
            except RuntimeError:
                self.batches = [n for n in self.batches if n != size]
                return False
        return True

    def _interpreter(self, size: int) -> Any:
        if size not in self._interpreters:
            try:
                self._interpreters[size] = self._made(size)
            except (ValueError, RuntimeError) as error:
                raise StudioError(
                    "The .tflite file cannot be read.",
                    f"LiteRT says: {str(error).splitlines()[0][:200] if str(error) else 'nothing'}.",
                    "The file is missing or damaged. Export the model again from the Models page.",
                ) from error
        return self._interpreters[size]

    def _made(self, size: int) -> Any:
        interpreter = Interpreter(**self._source, num_threads=self._threads)
        if size > 1:
            index = interpreter.get_input_details()[0]["index"]
            interpreter.resize_tensor_input(index, (size, *self.shape))
        interpreter.allocate_tensors()
        return interpreter
