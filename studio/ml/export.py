"""Models as files: `.keras` to go on working with, `.tflite` to run anywhere; and back."""

from __future__ import annotations

import math
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py

from studio.core.configs import ModelConfig
from studio.core.errors import StudioError
from studio.core.layer import Shape
from studio.ml.backend import keras, quiet, tf
from studio.ml.build import build

WEIGHTS = "model.weights.h5"
"""The member of a `.keras` archive that holds the weights."""
_WEIGHT_OVERHEAD = 4_000_000
_DAMAGED = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
)
"""What the readers of zip, JSON and HDF5 raise when a file is not what it says."""


def save_keras(model: keras.Model, path: Path) -> None:
    """Write a model as `.keras`, without the optimizer's state: a third of the size, loads without compiling.

    Args:
        model: The model.
        path: The file to write; any suffix.
    """
    bare = keras.Model(model.inputs, model.outputs, name=model.name)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder, quiet():
        file = Path(folder) / "model.keras"
        bare.save(file)
        file.replace(path)


def to_tflite(model: keras.Model, *, int8: bool = False) -> bytes:
    """Return a model as a `.tflite` file, from what the model takes, one sample, to float32 (1, classes).

    Only LiteRT's own operations are allowed: with others the file would be written and could not run.
    The file says one sample at a time, as browsers need it; the input of a model of pictures can be resized to any
    number.

    Args:
        model: What `build` made, trained.
        int8: Keep the weights as whole numbers of 8 bits: a quarter of the size; what flows through stays float32.
    """
    optimizations = [tf.lite.Optimize.DEFAULT] if int8 else []
    return litert_bytes(any_batch(model), one_sample(model), optimizations)


def one_sample(model: keras.Model) -> Any:
    """Return the signature of a model's input, one sample at a time."""
    taken = model.inputs[0]
    return tf.TensorSpec((1, *taken.shape[1:]), taken.dtype, name=taken.name)


def any_batch(model: keras.Model, *, dtype: str | None = None) -> keras.Model:
    """Return a copy of a model whose files leave the number of samples open.

    Args:
        model: What `build` made, trained.
        dtype: Type of the copy's input. Default: that of the model's.
    """
    inputs = None
    if dtype is not None:
        taken = model.inputs[0]
        inputs = keras.Input(taken.shape[1:], dtype=dtype, name=taken.name)
        if isinstance(model.input, list):  # as a model is that was loaded
            inputs = [inputs]
    copy = keras.models.clone_model(model, input_tensors=inputs, clone_function=_resizable)
    for layer in model.layers:  # by name: a copy of branches may hold its layers in another order
        if layer.weights:
            copy.get_layer(layer.name).set_weights(layer.get_weights())
    return copy


def litert_bytes(
    model: keras.Model,
    signature: Any,
    optimizations: Sequence[Any] = (),
    *,
    target: Mapping[str, Any] | None = None,
    **settings: Any,
) -> bytes:
    """Return a model as a `.tflite` file of LiteRT's own operations, its input as `signature` says.

    Args:
        target: What else, or what instead, the converter's `target_spec` says.
        settings: Of the converter, such as `representative_dataset`.
    """
    with tempfile.TemporaryDirectory() as folder, quiet():
        file = Path(folder) / "model.tflite"
        model.export(
            file,
            format="litert",
            verbose=False,
            input_signature=[signature],
            target_spec={"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS], **(target or {})},
            optimizations=list(optimizations),
            **settings,
        )
        return file.read_bytes()


def load_keras(path: Path) -> keras.Model:
    """Load a `.keras` file that this studio wrote, any suffix. For others' files use `rebuild`.

    Raises:
        StudioError: The file is damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "model.keras"
        link.symlink_to(path.absolute())
        try:
            return keras.models.load_model(link, compile=False, safe_mode=True)
        except _DAMAGED as error:
            raise _unreadable(path, error) from error


def rebuild(config: ModelConfig, shape: Shape, classes: int, weights_path: Path) -> keras.Model:
    """Build a model from its declared stack and take only the weights out of a `.keras` file.

    Nothing the file describes is executed: its own configuration is not read.

    Args:
        config: The stack of layers the model was trained with.
        shape: (height, width, channels) of a sample.
        classes: Number of classes.
        weights_path: The `.keras` file, any suffix.

    Raises:
        InvalidInput: The stack is impossible. StudioError: the file is damaged or of another model.
    """
    model = build(config, shape, classes)
    limit = 4 * model.count_params() + _WEIGHT_OVERHEAD
    with tempfile.TemporaryDirectory() as folder, quiet():
        extracted, expected = Path(folder) / WEIGHTS, Path(folder) / f"expected.{WEIGHTS}"
        model.save_weights(expected)
        try:
            with zipfile.ZipFile(weights_path) as archive:
                if archive.getinfo(WEIGHTS).file_size > limit:
                    raise _mismatch(weights_path, "it holds more than the model can.")
                with archive.open(WEIGHTS) as source, extracted.open("wb") as target:
                    shutil.copyfileobj(source, target)
            found = _contents(extracted)
        except _DAMAGED as error:
            raise _unreadable(weights_path, error) from error
        if found != _contents(expected):
            raise _mismatch(weights_path, "its layers have other names, numbers or sizes.")
        try:
            model.load_weights(extracted)
        except _DAMAGED as error:
            raise _unreadable(weights_path, error) from error
    return model


def _contents(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array inside an HDF5 file; what points elsewhere is left out."""
    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and not (item.external or item.is_virtual):
            shapes[name] = item.shape

    with h5py.File(path) as file:
        file.visititems(note)
    return shapes


class _AnyBatchFlatten(keras.layers.Flatten):
    """Flatten that leaves the batch size open even while the model is traced with a batch of one."""

    def call(self, inputs: Any) -> Any:
        """Reshape to (-1, values)."""
        return keras.ops.reshape(inputs, (-1, math.prod(inputs.shape[1:])))


def _resizable(layer: Any) -> Any:
    kind = _AnyBatchFlatten if isinstance(layer, keras.layers.Flatten) else type(layer)
    return kind.from_config(layer.get_config())


def _unreadable(path: Path, error: Exception) -> StudioError:
    reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return StudioError(
        f'"{path.name}" cannot be read as a .keras model.',
        f"The file is damaged or something else: {reason}",
        "Download the model again from the studio that saved it.",
    )


def _mismatch(path: Path, reason: str) -> StudioError:
    return StudioError(
        f'The weights in "{path.name}" do not fit the model.',
        f"The file is damaged or of a model with other layers: {reason}",
        "Download the model again from the studio that saved it.",
    )
