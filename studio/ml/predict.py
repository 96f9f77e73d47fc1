"""Asking an exported `.tflite` model: what endpoints serve. Needs LiteRT and NumPy only, no TensorFlow."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, StudioError
from studio.core.layers import format_shape

BATCHES = (64, 8, 1)
"""Samples are asked about in batches of these sizes, the largest that fits first."""
ACTIVATION_BYTES = 256_000_000
"""Batches whose largest intermediate result is bigger than this are not made."""


class Predictor:
    """A `.tflite` model from uint8 pictures to probabilities. Safe to share between threads.

    Args:
        model: The file's path, or its bytes.
        threads: Cores one call may use. Default 1.

    Raises:
        StudioError: The file is missing, damaged, or not a picture classifier of the studio.
    """

    def __init__(self, model: str | Path | bytes, threads: int = 1) -> None:
        self._source = (
            {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
        )
        self._threads = threads
        self._lock = threading.Lock()
        self._interpreters: dict[int, Any] = {}
        single = self._interpreter(1)
        taken, given = single.get_input_details(), single.get_output_details()
        if not (
            len(taken) == len(given) == 1
            and taken[0]["dtype"] == np.uint8
            and given[0]["dtype"] == np.float32
            and len(taken[0]["shape"]) == 4
            and len(given[0]["shape"]) == 2
        ):
            raise StudioError(
                "The .tflite file is no picture classifier of the studio.",
                "It must take one uint8 picture (1, height, width, channels) and give float32 (1, classes).",
                "Export the model again from the Models page.",
            )
        height, width, channels = (int(size) for size in taken[0]["shape"][1:])
        self.shape: tuple[int, int, int] = (height, width, channels)
        self.classes = int(given[0]["shape"][1])
        largest = max(int(np.prod(tensor["shape"])) for tensor in single.get_tensor_details())
        self.batches = [n for n in BATCHES if n == 1 or n * largest * 4 <= ACTIVATION_BYTES]

    def predict(self, samples: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probability of every class for every sample.

        Args:
            samples: uint8 (n, height, width, channels), 0-255; n may be 0.

        Returns:
            float32 (n, classes).

        Raises:
            InvalidInput: Another shape or type.
        """
        samples = np.asarray(samples)
        self._check(samples)
        probabilities = np.empty((len(samples), self.classes), np.float32)
        start = 0
        with self._lock:
            for size in self.batches:
                while len(samples) - start >= size:
                    end = start + size
                    probabilities[start:end] = self._ask(samples[start:end])
                    start = end
        return probabilities

    def _check(self, samples: NDArray[Any]) -> None:
        if samples.dtype != np.uint8:
            raise InvalidInput(
                f"The samples are of type {samples.dtype}.",
                "The model takes pixels as whole numbers from 0 to 255 (uint8).",
                "Scale and convert them, for example with (pixels * 255).astype(numpy.uint8).",
            )
        if samples.shape[1:] != self.shape or samples.ndim != 4:
            raise InvalidInput(
                f"The samples have the shape {format_shape(samples.shape) or 'of a single number'}.",
                f"The model takes any number of pictures of {format_shape(self.shape)} "
                "(height x width x channels).",
                "Resize the pictures, and put one after the other along a first axis.",
            )

    def _ask(self, samples: NDArray[np.uint8]) -> NDArray[np.float32]:
        interpreter = self._interpreter(len(samples))
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], samples)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    def _interpreter(self, size: int) -> Any:
        if size not in self._interpreters:
            try:
                interpreter = Interpreter(**self._source, num_threads=self._threads)
                if size > 1:
                    index = interpreter.get_input_details()[0]["index"]
                    interpreter.resize_tensor_input(index, (size, *self.shape))
                interpreter.allocate_tensors()
            except (ValueError, RuntimeError) as error:
                raise StudioError(
                    "The .tflite file cannot be read.",
                    f"LiteRT says: {str(error).splitlines()[0][:200] if str(error) else 'nothing'}.",
                    "The file is missing or damaged. Export the model again from the Models page.",
                ) from error
            self._interpreters[size] = interpreter
        return self._interpreters[size]
