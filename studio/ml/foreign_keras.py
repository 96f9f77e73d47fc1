"""Keras models of strangers, `.keras` and older `.h5`: checked, read, written anew, and converted to `.tflite`."""

from __future__ import annotations

import contextlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from studio.core.errors import InvalidInput, StudioError
from studio.core.foreign import FileFormat
from studio.ml.allowed import INITIALIZERS, LEFT_OUT, check_config, refuse
from studio.ml.export import WEIGHTS
from studio.sources.archive import BROKEN

CONFIG, METADATA = "config.json", "metadata.json"
MEMBERS = ({CONFIG, METADATA, WEIGHTS}, {CONFIG, WEIGHTS})
CONFIG_LIMIT = 8_000_000
FILTERS = {1: "deflate", 2: "shuffle", 3: "fletcher32"}
"""Numbers of HDF5 filters that come with it; others would load a library of somebody."""
ITEMS_LIMIT = 100_000
REASONS = (
    OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError, NotImplementedError,
    RecursionError, ImportError, AssertionError,
)  # fmt: skip
"""What Keras, HDF5 and TensorFlow raise when a file is not what it says."""
TOLERANCE = 1e-3


def read_keras(path: Path, folder: Path) -> Any:
    """Return a model from a `.keras` file.

    Args:
        path: Its file, already known to keep the rules of archives.
        folder: Where there is room for its parts.

    Raises:
        InvalidInput: It holds what is not allowed. StudioError: It is damaged.
    """
    return _loaded(unpacked(path, folder))


def unpacked(path: Path, folder: Path) -> Path:
    """Return a `.keras` file of what may be read of another one. Args and Raises as `read_keras`."""
    weights = folder / WEIGHTS
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if set(names) not in MEMBERS or len(names) != len(set(names)):
                strange = next(
                    (n for n in names if n not in MEMBERS[0]), "fewer parts, or one twice"
                )
                refuse(
                    f"A .keras file holds {CONFIG}, {METADATA} and {WEIGHTS}: not {strange[:80]!r}."
                )
            if archive.getinfo(CONFIG).file_size > CONFIG_LIMIT:
                refuse(f"Its description has more than {CONFIG_LIMIT:,} bytes.")
            config = float32(parsed(archive.read(CONFIG)))
            with archive.open(WEIGHTS) as source, weights.open("wb") as target:
                shutil.copyfileobj(source, target)
    except (*REASONS, *BROKEN) as error:
        raise damaged(error) from error
    check_config(config)
    check_h5(weights)
    checked = folder / "checked.keras"
    with zipfile.ZipFile(checked, "w") as archive:
        archive.writestr(METADATA, json.dumps({"keras_version": "3.0.0"}))
        archive.writestr(CONFIG, json.dumps(config))
        archive.write(weights, WEIGHTS)
    return checked


def read_h5(path: Path, folder: Path) -> Any:
    """Return a model from a `.h5` file of Keras 2 or 3. Args and Raises as `read_keras`."""
    copy = folder / "checked.h5"
    shutil.copyfile(path, copy)
    check_h5(copy)
    with h5py.File(copy, "r+") as file:
        said = file.attrs.get("model_config")
        if said is None:
            raise InvalidInput(
                "The .h5 file holds weights without a model.",
                "Its layers are described nowhere in it.",
                "Save the whole model: model.save(...), not model.save_weights(...).",
            )
        text = said if isinstance(said, bytes) else str(said).encode()
        if len(text) > CONFIG_LIMIT:
            refuse(f"Its description has more than {CONFIG_LIMIT:,} bytes.")
        config = float32(parsed(text))
        check_config(config)
        for name in ("training_config", "model_config"):
            if name in file.attrs:
                del file.attrs[name]
        file.attrs["model_config"] = json.dumps(modern(config)).encode()
    return _loaded(copy)


def parsed(content: bytes) -> dict[str, Any]:
    """Return the description of a model, without how it and those inside it were trained.

    Raises:
        InvalidInput: It is no JSON object, or nested too deeply.
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        refuse(f"Its description is no JSON: {str(error)[:120]}.")
    if not isinstance(value, dict):
        refuse("Its description is no JSON object.")
    try:
        return dict(_each(value, lambda name, inner, owner: None if name in LEFT_OUT else inner))
    except RecursionError:
        refuse("It is nested too deeply.")


def float32(value: Any) -> Any:
    """Return a description whose layers compute in float32, whatever precision they were trained in.

    Example:
        >>> float32({"dtype": "mixed_bfloat16", "units": 3})
        {'dtype': 'float32', 'units': 3}
    """
    half = ("mixed_bfloat16", "mixed_float16", "bfloat16", "float16")

    def changed(name: str, inner: Any, owner: dict[str, Any]) -> Any:
        policy = str(owner.get("name", "")) in half and set(owner) <= {"name", "source_name"}
        if (name == "dtype" or (name == "name" and policy)) and inner in half:
            return "float32"
        return inner

    return _each(value, changed)


def modern(value: Any) -> Any:
    """Return a description of Keras 2 as Keras 3 reads it.

    Initializers have no `dtype` any more, the first layer no `batch_input_shape`, and an input layer calls it
    `batch_shape`; what else Keras 2 wrote, Keras 3 understands.

    Example:
        >>> modern({"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8], "name": "a"}})
        {'class_name': 'InputLayer', 'config': {'batch_shape': [None, 8], 'name': 'a'}}
    """
    if isinstance(value, list):
        return [modern(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    made = {name: modern(inner) for name, inner in value.items()}
    kind, config = made.get("class_name"), made.get("config")
    if isinstance(kind, str) and isinstance(config, dict):
        shape = config.pop("batch_input_shape", None)
        if kind == "InputLayer" and shape is not None:
            made["config"] = {"batch_shape": shape, **config}
        if kind in INITIALIZERS:
            config.pop("dtype", None)
    return made


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, list):
        return [_each(inner, change) for inner in value]
    if isinstance(value, dict):
        return {name: _each(change(name, inner, value), change) for name, inner in value.items()}
    return value


def check_h5(path: Path) -> None:
    """Refuse an HDF5 file with anything in it that lies elsewhere, is of a type that runs code, or needs a plugin.

    Raises:
        InvalidInput: It has. StudioError: It is damaged.
    """
    found: list[tuple[str, Any]] = []
    try:
        with h5py.File(path, "r") as file:
            waiting: list[tuple[str, Any]] = [("", file)]
            while waiting:
                place, group = waiting.pop()
                for name in group:
                    inner = f"{place}/{name}"[:200]
                    if type(group.get(name, getlink=True)) is not h5py.HardLink:
                        refuse(f"{inner!r} in its weights is a link to something else.")
                    item = group.get(name)
                    found.append((inner, item))
                    if len(found) > ITEMS_LIMIT:
                        refuse(f"Its weights have more than {ITEMS_LIMIT:,} parts.")
                    if isinstance(item, h5py.Group):
                        waiting.append((inner, item))
                    elif not isinstance(item, h5py.Dataset):
                        refuse(f"{inner!r} in its weights is no array.")
                    else:
                        _check_array(inner, item)
    except REASONS as error:
        raise damaged(error) from error


def _check_array(place: str, item: h5py.Dataset) -> None:
    creation = item.id.get_create_plist()
    if item.external or item.is_virtual:
        refuse(f"{place!r} in its weights lies in another file.")
    if item.dtype.kind not in "fiubSO" or (
        item.dtype.kind == "O" and h5py.check_string_dtype(item.dtype) is None
    ):
        refuse(f"{place!r} in its weights is of the type {item.dtype}.")
    for number in range(creation.get_nfilters()):
        if creation.get_filter(number)[0] not in FILTERS:
            refuse(f"{place!r} in its weights is packed in a way that is not read.")


def _loaded(path: Path) -> Any:
    """Return the model of a file that was checked."""
    from studio.ml.backend import keras, quiet, tf

    try:
        with quiet():
            return keras.models.load_model(path, compile=False, safe_mode=True)
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error
    except (*REASONS, tf.errors.OpError) as error:
        raise damaged(error) from error


def write_model(
    model: Any, folder: Path, height: int = 0, width: int = 0
) -> dict[FileFormat, Path]:
    """Write a model anew as `.keras`, and converted as `.tflite`, whose answers are compared with the model's.

    Args:
        height, width: Of its pictures, where the model leaves them open.

    Raises:
        InvalidInput: It has several inputs or outputs. StudioError: It cannot be converted.
    """
    from studio.ml.export import save_keras

    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise InvalidInput(
            "The Keras model is no classifier of single pictures.",
            f"It has {len(model.inputs)} inputs and {len(model.outputs)} outputs, and must have one of each.",
            "Save a model with the picture as the only input and the classes' numbers as the only output.",
        )
    if len(model.inputs[0].shape) != 4:
        raise InvalidInput(
            f"The Keras model takes {tuple(model.inputs[0].shape)[1:]}.",
            "Only models of pictures (height, width, channels) can be imported.",
            "Import a model that takes pictures.",
        )
    files: dict[FileFormat, Path] = {
        "keras": folder / "model.keras",
        "tflite": folder / "model.tflite",
    }
    save_keras(model, files["keras"])
    sizes = _sizes(model, height, width)
    files["tflite"].write_bytes(_converted(model, sizes))
    _compare(model, files["tflite"], sizes)
    return files


def _sizes(model: Any, height: int, width: int) -> tuple[int, int, int]:
    """Return the shape of the pictures that a model takes."""
    found = [
        said or size
        for said, size in zip((height, width, 0), model.inputs[0].shape[1:], strict=True)
    ]
    if None in found or any(
        size not in (None, found[place]) for place, size in enumerate(model.inputs[0].shape[1:])
    ):
        raise InvalidInput(
            f"The Keras model takes pictures of {tuple(model.inputs[0].shape[1:])}.",
            "A size that it leaves open must be said, and one that it fixes must not be another.",
            "Say height and width of the pictures it was trained on.",
        )
    return found[0], found[1], found[2]


def _converted(model: Any, sizes: tuple[int, int, int]) -> bytes:
    from studio.ml.backend import tf
    from studio.ml.export import litert_bytes, to_tflite

    taken = model.inputs[0]
    if sizes == tuple(taken.shape[1:]):
        with contextlib.suppress(*REASONS):
            return to_tflite(model)  # any number of pictures at once
    try:
        return litert_bytes(model, tf.TensorSpec((1, *sizes), taken.dtype, name="image"))
    except (*REASONS, tf.errors.OpError) as error:
        raise StudioError(
            "The model cannot be converted to .tflite.",
            f"TensorFlow says: {reason(error)}.",
            "Export it as ONNX, or without the layer that TensorFlow Lite does not have.",
        ) from error


def _compare(model: Any, tflite: Path, sizes: tuple[int, int, int]) -> None:
    """Refuse a conversion that answers differently."""
    from studio.ml.backend import quiet
    from studio.ml.engines import LiteRT

    engine = LiteRT(tflite, 1)
    engine.settle(sizes)
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 256, (4, *sizes)).astype(engine.dtype)
    with quiet():
        expected = np.asarray(model(samples, training=False))
    found = np.concatenate([engine.ask(sample[None]) for sample in samples])
    if not np.allclose(found, expected, atol=TOLERANCE, rtol=TOLERANCE, equal_nan=True):
        raise StudioError(
            "The converted model answers differently.",
            f"Its numbers differ by up to {float(np.max(np.abs(found - expected))):.3g} from those of the Keras model.",
            "Export the model as ONNX instead.",
        )


def reason(error: BaseException) -> str:
    """Return the first line of what a library says."""
    return (str(error).splitlines() or [""])[0][:200].rstrip(".") or type(error).__name__


def damaged(error: BaseException) -> StudioError:
    """Return the error of a Keras file that cannot be read."""
    return (
        error
        if isinstance(error, StudioError)
        else StudioError(
            "The Keras model cannot be read.",
            f"The file is damaged, or of another version of Keras: {reason(error)}.",
            "Save the model again with a current Keras, as .keras.",
        )
    )
