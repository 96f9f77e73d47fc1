"""Every form in which a model leaves, opened again from its bytes alone and asked."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.exports.c_array import tflite_of
from studio.ml.backend import keras, quiet, tf
from studio.ml.engines import LiteRT
from studio.ml.export import load_keras
from studio.ml.export_savedmodel import VERSION
from studio.ml.exporters import CONVERTERS_RAISE, ExportSource, cannot
from studio.ml.predict import Predictor
from studio.ml.replay import Ask, Asked
from studio.sources.pictures import encode

PICTURES = 64
"""So many samples are asked about as picture files, too, where a form takes them."""


def asking(source: ExportSource, format_name: str, content: bytes) -> Ask:
    """Return what asks a form of a model, from its bytes alone; of a web page the model inside is asked.

    Args:
        source: The model.
        format_name: Of OPENERS.
        content: The form's file.

    Raises:
        StudioError: It cannot be read again; what asks raises it when it cannot answer.
    """
    try:
        ask = OPENERS[format_name](source, content)
    except CONVERTERS_RAISE as error:
        raise cannot("read again", error) from error

    def guarded(asked: Asked) -> NDArray[Any]:
        try:
            return ask(asked)
        except CONVERTERS_RAISE as error:
            raise cannot("asked", error) from error

    return guarded


def _ask_keras(source: ExportSource, content: bytes) -> Ask:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        model = load_keras(path)
    return keras_ask(model)


def keras_ask(model: keras.Model) -> Ask:
    """Return what asks a Keras model."""
    return lambda asked: np.asarray(model.predict_on_batch(asked.values))


def _ask_savedmodel(source: ExportSource, content: bytes) -> Ask:
    with tempfile.TemporaryDirectory() as folder, quiet():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
        loaded = tf.saved_model.load(str(Path(folder) / source.name / VERSION))
    serve, files = (loaded.signatures.get(name) for name in ("serving_default", "png"))
    ((taken, _),) = serve.structured_input_signature[1].items()
    left = PICTURES if files is not None else 0

    def ask(asked: Asked) -> NDArray[Any]:
        nonlocal left
        given = asked.values if asked.texts is None else np.array(asked.texts, object)
        answers: NDArray[Any] = serve(**{taken: tf.constant(given)})["probabilities"].numpy()
        if left > 0:  # what is asked with files must be what is asked with pixels
            left -= len(given)
            pictures = tf.constant([encode(pixels) for pixels in asked.values])
            answers_to_files = files(**{taken: pictures})["probabilities"].numpy()
            if not np.allclose(answers, answers_to_files, atol=1e-4):
                raise StudioError(
                    "It answers picture files otherwise than pixels.",
                    f"The largest difference is {np.abs(answers - answers_to_files).max():.2g}.",
                    "Use another form.",
                )
        return answers

    return ask


def _ask_file(source: ExportSource, content: bytes, file_format: Any = "tflite") -> Ask:
    spec = source.spec
    predictor = Predictor(
        content,
        text=source.spec.text,
        table=source.spec.table,
        adapter=spec.adapter,
        shape=spec.shape if spec.adapter is not None else None,
        file_format=file_format,
    )
    return lambda asked: predictor.predict(asked.values if asked.texts is None else asked.texts)


def _ask_onnx(source: ExportSource, content: bytes) -> Ask:
    return _ask_file(source, content, "onnx")


def _ask_whole_numbers(source: ExportSource, content: bytes) -> Ask:
    engine = LiteRT(content, 1)

    def ask(asked: Asked) -> NDArray[Any]:
        if engine.takes(len(asked.values)):
            return engine.ask(asked.values)
        return np.concatenate([engine.ask(sample[None]) for sample in asked.values])

    return ask


def _ask_c_array(source: ExportSource, content: bytes) -> Ask:
    return _ask_whole_numbers(source, tflite_of(content))


def _ask_teachable(source: ExportSource, content: bytes) -> Ask:
    from studio.ml.export_teachable import open_teachable

    ask = open_teachable(content)
    return lambda asked: ask(asked.values)


def _ask_page(source: ExportSource, content: bytes) -> Ask:
    from studio.exports.browser import tflite_inside

    return _ask_file(source, tflite_inside(content))


OPENERS: dict[str, Callable[[ExportSource, bytes], Ask]] = {
    "keras": _ask_keras,
    "savedmodel": _ask_savedmodel,
    "tflite": _ask_file,
    "float16": _ask_file,
    "int8": _ask_file,
    "full_int8": _ask_whole_numbers,
    "onnx": _ask_onnx,
    "c_array": _ask_c_array,
    "teachable": _ask_teachable,
    "browser": _ask_page,
    "page": _ask_page,
}
"""Form -> what opens it again, from its bytes alone."""
