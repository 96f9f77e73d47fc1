"""Formats that may hold code: a SavedModel, a PyTorch exported program. Read only where the admin trusts them."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path, PurePosixPath
from typing import Any

from studio.core.errors import InvalidInput, StudioError
from studio.ml.foreign_keras import REASONS, reason
from studio.sources.archive import Archive
from studio.sources.pictures import Unreadable

GRAPH = "saved_model.pb"
FILE_LIMIT = 2 * 10**9


def convert_saved_model(path: Path, folder: Path) -> Path:
    """Return a SavedModel, a zip of its folder, as a `.tflite` file.

    Raises:
        InvalidInput: The zip holds none. StudioError: It cannot be converted.
    """
    unpacked = _unpacked(path, folder / "saved_model")
    from studio.ml.backend import quiet, tf

    try:
        with quiet():
            converter = tf.lite.TFLiteConverter.from_saved_model(str(unpacked))
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
            content: bytes = converter.convert()
    except (*REASONS, tf.errors.OpError) as error:
        raise StudioError(
            "The SavedModel cannot be converted to .tflite.",
            f"TensorFlow says: {reason(error)}.",
            "Export it with one signature that takes pictures as numbers, or as ONNX.",
        ) from error
    made = folder / "model.tflite"
    made.write_bytes(content)
    return made


def _unpacked(path: Path, folder: Path) -> Path:
    """Return the folder of the SavedModel in a zip, which is unpacked."""
    archive = Archive(path, lambda done, total, unit, message: None)
    found = [PurePosixPath(name) for name in archive.names if PurePosixPath(name).name == GRAPH]
    if len(found) != 1:
        raise InvalidInput(
            f"The zip holds {len(found)} SavedModels.",
            f"A SavedModel is a folder with one {GRAPH} and its variables.",
            "Zip the folder of one SavedModel.",
        )
    root = found[0].parent
    try:
        with archive.opened() as read:
            for index, name in enumerate(archive.names):
                place = folder / PurePosixPath(name)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(read(index, FILE_LIMIT))
    except Unreadable as error:
        raise InvalidInput(
            "The zip of the SavedModel cannot be read.", f"Reason: {error}.", "Zip it again."
        ) from error
    return folder / root


def convert_pytorch(path: Path, folder: Path) -> Path:
    """Return a PyTorch exported program as an ONNX file. It needs torch and onnxscript, which nothing else here does.

    Raises:
        StudioError: They are not installed, or it cannot be read or converted.
    """
    missing = [name for name in ("torch", "onnxscript") if importlib.util.find_spec(name) is None]
    if missing:
        raise StudioError(
            "PyTorch exported programs cannot be read here.",
            f"They need {' and '.join(missing)}, which is not installed with the studio.",
            f"Export the model as ONNX with torch.onnx.export; or install it: pip install {' '.join(missing)}.",
        )
    torch: Any = importlib.import_module("torch")
    made = folder / "model.onnx"
    try:
        program = torch.export.load(path)
        torch.onnx.export(program, (), made, dynamo=True, external_data=False, verbose=False)
    except REASONS as error:
        raise StudioError(
            "The PyTorch program cannot be read.",
            f"PyTorch says: {reason(error)}.",
            "Save it with torch.export.save, by a PyTorch like the one here; or export it as ONNX.",
        ) from error
    return made
