"""Every form in which a model leaves, and how it is made."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from tensorflow.lite.python.convert_phase import ConverterError

from studio.core.errors import InvalidInput, StudioError
from studio.core.layer import format_shape
from studio.core.model_export import INPUT_NOUNS, INPUTS, MODEL_EXPORTS, ModelInput
from studio.core.model_spec import ModelSpec
from studio.exports.c_array import c_array_zip
from studio.ml.backend import keras, tf
from studio.ml.export import save_keras, to_tflite
from studio.ml.export_metadata import labels_inside, operations, with_metadata
from studio.ml.export_onnx import to_onnx
from studio.ml.export_quantised import to_float16, to_full_int8
from studio.ml.export_savedmodel import savedmodel_archive

CONVERTERS_RAISE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RuntimeError,
    ConverterError, tf.errors.OpError, onnx.checker.ValidationError,
)  # fmt: skip
"""What the libraries that convert raise about a model that they cannot hold; none of them documents it."""
AS_THEY_ARE = ("tflite", "onnx")
"""Files of other programs' models that can leave."""


@dataclass
class ExportSource:
    """A model that leaves.

    Args:
        spec: What it is.
        model: As Keras has it, in float32; None for a model of another program.
        files: Format -> its file, where there are files of it already.
        training: Returns uint8 (n, height, width, channels), training samples, for forms that have to know ranges.
        accuracy: Of the model on samples held out from its training, where known; pages show it.
    """

    spec: ModelSpec
    model: keras.Model | None
    files: Mapping[str, Path]
    training: Callable[[], NDArray[np.uint8]]
    accuracy: float | None = None

    @property
    def name(self) -> str:
        """What folders are called: the model's name without its version."""
        return self.spec.title.rpartition("/")[2].partition(":")[0]

    @property
    def kind(self) -> ModelInput:
        """What it takes."""
        return "image" if self.spec.config is None else INPUTS.get(self.spec.config.input, "image")

    @cached_property
    def tflite(self) -> bytes:
        """Its `.tflite` file, labels inside."""
        kept = self.files.get("tflite")
        content = to_tflite(self.own()) if kept is None else kept.read_bytes()
        named = labels_inside(content) == tuple(self.spec.class_names)
        return content if named else self.described(content)

    @cached_property
    def full_int8(self) -> bytes:
        """Its `.tflite` file in whole numbers, labels inside."""
        return self.described(to_full_int8(self.own(), self.training()))

    def described(self, tflite: bytes) -> bytes:
        """Return a `.tflite` file with metadata and labels inside."""
        return described(tflite, self.spec)

    def own(self) -> keras.Model:
        """Return it as Keras has it; no form of a model of another program needs that."""
        assert self.model is not None
        return self.model

    def made(self, format_name: str) -> bytes:
        """Return the model in one form.

        Raises:
            StudioError: It cannot be made of this model.
        """
        why = self.misfit(format_name)
        if why:
            raise InvalidInput("It is not made of this model.", why, "Choose another form.")
        try:
            return MAKERS[format_name](self)
        except CONVERTERS_RAISE as error:
            raise cannot("made", error) from error

    def misfit(self, format_name: str) -> str:
        """Return why a form cannot be made of this model; "" when it can."""
        export = MODEL_EXPORTS[format_name]
        if self.kind not in export.inputs:
            return f"It is not made of a model of {INPUT_NOUNS[self.kind]}."
        if format_name == "mlflow" and not {"tflite", "onnx"} & self.files.keys():
            return "It holds the files that the model has, and there are none before its training has ended."
        if self.spec.config is not None:
            return ""
        if format_name in AS_THEY_ARE:
            found = format_name in self.files
            return (
                ""
                if found
                else f"The model came from another program without a .{format_name} file."
            )
        if format_name in ("browser", "page"):
            return (
                ""
                if "tflite" in self.files
                else "A page asks a .tflite file, and the model came without one."
            )
        if format_name == "mlflow":
            return ""
        return "The model came from another program: its own files can leave, and what is made around them."


def described(tflite: bytes, spec: ModelSpec) -> bytes:
    """Return a model's `.tflite` file with metadata, labels, and how samples become numbers for it, inside."""
    config = spec.config
    files = {}
    pictures = config is None or config.input == "images"
    taken = f"A picture of {format_shape(spec.shape)}, pixels from 0 to 255."
    if config is not None and config.input == "text":
        files["text.json"] = json.dumps(config.text.model_dump(), indent=1).encode()
        taken = "The numbers of a text's tokens; text.json says how a text is cut."
    elif config is not None and config.input == "strokes":
        files["strokes.json"] = json.dumps(config.strokes.model_dump(), indent=1).encode()
        taken = "The points of a drawing; strokes.json says how strokes become points."
    elif config is not None and config.input == "table":
        files["table.json"] = json.dumps(config.table.model_dump(), indent=1).encode()
        taken = "One number for each column of a row; table.json says which, and how a value becomes one."
    elif spec.adapter is not None:
        files["adapter.json"] = json.dumps(spec.adapter.model_dump(), indent=1).encode()
        taken = "A picture; adapter.json says how its pixels are scaled."
    return with_metadata(
        tflite,
        title=spec.title,
        class_names=spec.class_names,
        channels=spec.shape[2] if pictures and spec.adapter is None else None,
        description=taken,
        files=files,
    )


def cannot(done: str, error: Exception) -> StudioError:
    """Return the error of a library that converts or reads, in words: it could not be `done`."""
    said = " ".join(str(error).split())[:300] or "nothing"
    return StudioError(
        f"It could not be {done}.",
        f"{type(error).__name__}: {said}",
        "Use another form, or a model of other layers.",
    )


def _keras(source: ExportSource) -> bytes:
    kept = source.files.get("keras")
    if kept is not None:
        return kept.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        save_keras(source.own(), path)
        return path.read_bytes()


def _savedmodel(source: ExportSource) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "zip"
        names = source.spec.class_names
        savedmodel_archive(source.own(), names, source.name, path, text=source.spec.text)
        return path.read_bytes()


def _tflite(source: ExportSource) -> bytes:
    return source.tflite


def _float16(source: ExportSource) -> bytes:
    return source.described(to_float16(source.own()))


def _int8(source: ExportSource) -> bytes:
    return source.described(to_tflite(source.own(), int8=True))


def _full_int8(source: ExportSource) -> bytes:
    return source.full_int8


def _onnx(source: ExportSource) -> bytes:
    if source.spec.config is None:
        return source.files["onnx"].read_bytes()
    return to_onnx(source.own(), source.spec.class_names)


def _c_array(source: ExportSource) -> bytes:
    spec, content = source.spec, source.full_int8
    return c_array_zip(
        content,
        title=spec.title,
        class_names=spec.class_names,
        shape=spec.shape,
        operations=operations(content),
    )


def _teachable(source: ExportSource) -> bytes:
    from studio.ml.export_teachable import to_teachable

    return to_teachable(source.own(), source.spec)


def _browser(source: ExportSource) -> bytes:
    from studio.exports.browser import browser_zip

    return browser_zip(source.spec, source.tflite, accuracy=source.accuracy)


def _page(source: ExportSource) -> bytes:
    from studio.exports.browser import single_page

    return single_page(source.spec, source.tflite, accuracy=source.accuracy)


MAKERS: dict[str, Callable[[ExportSource], bytes]] = {
    "keras": _keras,
    "savedmodel": _savedmodel,
    "tflite": _tflite,
    "float16": _float16,
    "int8": _int8,
    "full_int8": _full_int8,
    "onnx": _onnx,
    "c_array": _c_array,
    "teachable": _teachable,
    "browser": _browser,
    "page": _page,
}
"""Form -> what makes it."""
