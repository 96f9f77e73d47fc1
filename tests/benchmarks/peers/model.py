"""The model as every peer has it: LiteRT, one interpreter for each size of batch, one core."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter


class Model:
    """A `.tflite` file that takes uint8 pictures."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._interpreters: dict[int, Any] = {}
        self._lock = threading.Lock()

    def _interpreter(self, size: int) -> Any:
        if size not in self._interpreters:
            interpreter = Interpreter(self._path, num_threads=1)
            taken = interpreter.get_input_details()[0]
            interpreter.resize_tensor_input(taken["index"], (size, *taken["shape"][1:]))
            interpreter.allocate_tensors()
            self._interpreters[size] = interpreter
        return self._interpreters[size]

    def predict(self, instances: Any) -> np.ndarray:
        """Return probabilities, float32 (n, classes), for n flat pictures."""
        with self._lock:
            interpreter = self._interpreter(len(instances))
            taken = interpreter.get_input_details()[0]
            pixels = np.asarray(instances, np.uint8).reshape(len(instances), *taken["shape"][1:])
            interpreter.set_tensor(taken["index"], pixels)
            interpreter.invoke()
            return interpreter.get_tensor(interpreter.get_output_details()[0]["index"]).copy()
