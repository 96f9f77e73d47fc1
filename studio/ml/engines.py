"""What runs a model's file: LiteRT for `.tflite`, ONNX Runtime for `.onnx`. One model, any number of samples.

An engine takes arrays of the type and shape that the file says and gives what the file gives. What a picture has to
become before, and what the numbers mean, is the business of `predict`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError

BATCHES = (64, 8, 1)
"""Samples are asked about in batches of these sizes, the largest that fits first; all else one by one."""
ACTIVATION_BYTES = 256_000_000
"""Batches whose largest intermediate result is bigger than this are not made."""
ONNX_TYPES = {
    "tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8, "tensor(int8)": np.int8, "tensor(int32)": np.int32,
}  # fmt: skip


class Engine(Protocol):
    """A model's file, ready to be asked.

    Args:
        dtype: NumPy type of the input.
        shape: Shape of one sample; -1 for a size that is left open.
        given: Shape of one answer.
        batches: Numbers of samples that can be asked about at once, the largest first; 1, or the only one, is the last.
    """

    dtype: Any
    shape: tuple[int, ...]
    given: tuple[int, ...]
    batches: list[int]

    def takes(self, size: int) -> bool:
        """Return whether so many samples can be asked about at once."""

    def ask(self, samples: NDArray[Any]) -> NDArray[Any]:
        """Return the answers to (n, *shape) samples, n being one of `batches`."""

    def quantised(self, values: NDArray[np.float32]) -> NDArray[Any]:
        """Return values as the input's type has them."""

    def settle(self, shape: tuple[int, ...]) -> None:
        """Let samples be of this shape, which fills in what `shape` leaves open."""


def whole(values: NDArray[np.float32], dtype: Any) -> NDArray[Any]:
    """Return values as a type has them: rounded and kept within its bounds, where it is one of whole numbers."""
    if np.issubdtype(dtype, np.integer):
        bounds = np.iinfo(dtype)
        values = np.clip(np.rint(values), bounds.min, bounds.max)
    return values.astype(dtype)


class LiteRT:
    """A `.tflite` file. Args as `Predictor`; attributes as `Engine`.

    Raises:
        StudioError: The file is missing or damaged, or has more than one input or output.
    """

    def __init__(self, model: str | Path | bytes, threads: int) -> None:
        self._source = (
            {"model_content": model} if isinstance(model, bytes) else {"model_path": str(model)}
        )
        self._threads = threads
        self._interpreters: dict[int, Any] = {}
        self._sizes: tuple[int, ...] | None = None
        single = self._interpreter(1)
        taken, given = single.get_input_details(), single.get_output_details()
        if len(taken) != 1 or len(given) != 1 or not len(taken[0]["shape"]):
            raise several("tflite", len(taken), len(given))
        self._taken_at, self._given_at = taken[0]["index"], given[0]["index"]
        self.dtype: Any = taken[0]["dtype"]
        self.shape: tuple[int, ...] = _sample(taken[0])
        self.given: tuple[int, ...] = tuple(int(size) for size in given[0]["shape"][1:])
        self.given_dtype: Any = given[0]["dtype"]
        self._scale, self._zero = taken[0]["quantization"]
        self._given_scale, self._given_zero = given[0]["quantization"]
        largest = max(int(np.prod(tensor["shape"])) for tensor in single.get_tensor_details())
        self.batches = [n for n in BATCHES if n == 1 or n * largest * 4 <= ACTIVATION_BYTES]

    @property
    def raw_range(self) -> tuple[float, float] | None:
        """Scale and offset with which a pixel becomes what the file means by it; None where it is not quantised."""
        if not self._scale or not np.issubdtype(self.dtype, np.integer):
            return None
        lowest = int(np.iinfo(self.dtype).min)
        return float(self._scale), float(self._scale * (lowest - self._zero))

    def takes(self, size: int) -> bool:
        """Return whether so many samples can be asked about at once; a few stacks are exported for one only."""
        if size > 1 and size not in self._interpreters:
            try:
                self._interpreters[size] = self._made(size)
            except RuntimeError:
                self.batches = [n for n in self.batches if n != size]
                return False
        return True

    def ask(self, samples: NDArray[Any]) -> NDArray[Any]:
        """Return the answers as numbers, whatever whole numbers stand for them in the file."""
        interpreter = self._interpreter(len(samples))
        interpreter.set_tensor(self._taken_at, samples)
        interpreter.invoke()
        answers: NDArray[Any] = interpreter.get_tensor(self._given_at)
        if self._given_scale and answers.dtype != np.float32:
            answers = (answers.astype(np.float32) - self._given_zero) * self._given_scale
        return answers

    def quantised(self, values: NDArray[np.float32]) -> NDArray[Any]:
        """Return values as the input's type has them."""
        if self._scale and self.dtype != np.float32:
            values = values / np.float32(self._scale) + self._zero
        return whole(values, self.dtype)

    def settle(self, shape: tuple[int, ...]) -> None:
        """Let samples be of this shape, which fills in what `shape` leaves open."""
        if shape != self.shape:
            self._sizes = self.shape = shape
            self._interpreters.clear()

    def _interpreter(self, size: int) -> Any:
        if size not in self._interpreters:
            try:
                self._interpreters[size] = self._made(size)
            except (ValueError, RuntimeError) as error:
                raise unreadable("tflite", "LiteRT", error) from error
        return self._interpreters[size]

    def _made(self, size: int) -> Any:
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(**self._source, num_threads=self._threads)
        taken = interpreter.get_input_details()[0]
        sizes = self._sizes or _sample(taken)
        if any(open_size < 0 for open_size in sizes):
            return interpreter  # nobody said yet how large samples are
        if tuple(taken["shape"]) != (size, *sizes):
            interpreter.resize_tensor_input(taken["index"], (size, *sizes))
        interpreter.allocate_tensors()
        return interpreter


def _sample(taken: dict[str, Any]) -> tuple[int, ...]:
    """Return the shape of one sample, -1 for a size that the file leaves open."""
    signature = taken["shape_signature"]
    sizes = signature if len(signature) == len(taken["shape"]) else taken["shape"]
    return tuple(int(size) for size in sizes[1:])


class Onnx:
    """An `.onnx` file, weights inside. Args as `Predictor`; attributes as `Engine`.

    Raises:
        StudioError: The file is missing or damaged, or has more than one input or output.
    """

    def __init__(self, model: str | Path | bytes, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 4
        content = model if isinstance(model, bytes) else str(model)
        try:
            self._session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except onnx_errors() as error:
            raise unreadable("onnx", "ONNX Runtime", error) from error
        taken, given = self._session.get_inputs(), self._session.get_outputs()
        if len(taken) != 1 or len(given) != 1 or not taken[0].shape:
            raise several("onnx", len(taken), len(given))
        self.dtype: Any = ONNX_TYPES.get(taken[0].type)
        self.given_dtype: Any = ONNX_TYPES.get(given[0].type)
        first, *sizes = taken[0].shape
        self.shape: tuple[int, ...] = tuple(n if isinstance(n, int) else -1 for n in sizes)
        self.given: tuple[int, ...] = tuple(
            n if isinstance(n, int) else -1 for n in given[0].shape[1:]
        )
        self._name = taken[0].name
        self.batches = [first] if isinstance(first, int) and first > 0 else list(BATCHES)

    def takes(self, size: int) -> bool:
        """Return whether so many samples can be asked about at once."""
        return size in self.batches

    def ask(self, samples: NDArray[Any]) -> NDArray[Any]:
        """Return the answers."""
        try:
            (answers,) = self._session.run(None, {self._name: samples})
        except onnx_errors() as error:
            raise unreadable("onnx", "ONNX Runtime", error) from error
        return np.asarray(answers)

    def quantised(self, values: NDArray[np.float32]) -> NDArray[Any]:
        """Return values as the input's type has them."""
        return whole(values, self.dtype)

    def settle(self, shape: tuple[int, ...]) -> None:
        """Let samples be of this shape, which fills in what `shape` leaves open."""
        self.shape = shape


def onnx_errors() -> tuple[type[Exception], ...]:
    """Return what ONNX Runtime raises."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = "EPFail Fail InvalidArgument InvalidGraph InvalidProtobuf NoSuchFile NotImplemented RuntimeException"
    return (RuntimeError, ValueError, *(getattr(state, name) for name in names.split()))


def unreadable(suffix: str, reader: str, error: Exception) -> StudioError:
    """Return the error of a file that its engine refuses."""
    said = (str(error).splitlines() or [""])[0][:200] or "nothing"
    return StudioError(
        f"The .{suffix} file cannot be read.",
        f"{reader} says: {said}.",
        "The file is missing or damaged. Export the model again from the Models page."
        if suffix == "tflite"
        else "The file is missing or damaged. Export the model again, and import it again.",
    )


def several(suffix: str, taken: int, given: int) -> StudioError:
    """Return the error of a file with too many inputs or outputs."""
    return StudioError(
        f"The .{suffix} file is no classifier of single samples.",
        f"It has {taken} inputs and {given} outputs, and must have one of each.",
        "Export it again with the picture as the only input and the classes' numbers as the only output.",
    )
