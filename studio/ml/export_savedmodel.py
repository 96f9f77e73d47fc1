"""A model as TensorFlow's SavedModel for TensorFlow Serving: pixels, picture files or texts go in.

A picture file is read, fitted and centred inside the graph by the rules of `studio.sources.pictures.decode`; only how a
camera was held (EXIF) is not read there.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from studio.core.layer import Shape
from studio.core.text import TextSettings
from studio.ml.backend import keras, quiet, tf
from studio.ml.text_server import save_text_server

VERSION = "1"
TOP = 5
PNG_START = b"\x89PNG"


def savedmodel_archive(
    model: keras.Model,
    class_names: Sequence[str],
    name: str,
    path: Path,
    *,
    text: TextSettings | None = None,
) -> None:
    """Write a zip with the folder `NAME/1`, as TensorFlow Serving wants it below its model base path.

    Args:
        model: Trained, in float32.
        class_names: In the order of the outputs.
        name: Of the model.
        path: The file to write.
        text: How texts become numbers, for a model of texts: the SavedModel then takes strings.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / name / VERSION
        if text is not None:
            save_text_server(model, text, tuple(class_names), target)
        else:
            save_server(model, class_names, target)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(file for file in Path(folder).rglob("*") if file.is_file()):
                archive.write(file, file.relative_to(folder))


def save_server(model: keras.Model, class_names: Sequence[str], folder: Path) -> None:
    """Write a SavedModel of a model of pictures, strokes or rows.

    Its signatures: `serving_default` from samples as the model takes them to `probabilities`; `classes_top5` from these
    to the names of the likeliest classes and their `scores`; and for pictures `png`, from strings that are picture
    files (png, jpg, gif or bmp) to `probabilities`.

    Args:
        model, class_names: As of `savedmodel_archive`.
        folder: Where it goes.
    """
    taken = model.inputs[0]
    names = tf.constant(list(class_names))
    samples = [tf.TensorSpec((None, *taken.shape[1:]), taken.dtype, name=taken.name)]
    top = min(TOP, len(class_names))

    def answers(values: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"probabilities": model(values, training=False)}

    def likeliest(values: tf.Tensor) -> dict[str, tf.Tensor]:
        scores, places = tf.math.top_k(model(values, training=False), k=top)
        return {"classes": tf.gather(names, places), "scores": scores}

    archive = keras.export.ExportArchive()
    archive.track(model)
    with quiet():
        archive.add_endpoint("serving_default", answers, input_signature=samples)
        archive.add_endpoint("classes_top5", likeliest, input_signature=samples)
        if taken.dtype == "uint8":
            read = reader(taken.shape[1:])

            def files(image: tf.Tensor) -> dict[str, tf.Tensor]:
                pictures = tf.map_fn(read, image, fn_output_signature=tf.uint8)
                return answers(tf.ensure_shape(pictures, (None, *taken.shape[1:])))

            strings = [tf.TensorSpec((None,), tf.string, name="image")]
            archive.add_endpoint("png", files, input_signature=strings)
        archive.write_out(folder, verbose=False)


def reader(shape: Shape) -> Callable[[Any], Any]:
    """Return what makes of a picture file, a string, in a graph, uint8 of a shape (height, width, 1 or 3)."""
    height, width, channels = shape
    side = max(height, width)

    def read(content: tf.Tensor) -> tf.Tensor:
        is_png = tf.strings.substr(content, 0, len(PNG_START)) == PNG_START
        pixels = tf.cond(
            is_png,
            lambda: _on_black(tf.io.decode_png(content, channels=4)),
            lambda: tf.cast(
                tf.io.decode_image(content, channels=3, expand_animations=False), tf.int32
            ),
        )
        pixels = tf.reshape(pixels, (tf.shape(pixels)[0], tf.shape(pixels)[1], 3))
        if channels == 1:
            pixels = _grey(pixels)
        square = _centred(_fitted(pixels, side), side, channels)
        top, left = (side - height) // 2, (side - width) // 2
        return square[top : top + height, left : left + width]

    return read


def _on_black(pixels: tf.Tensor) -> tf.Tensor:
    """Return the colours, int32, of what may be transparent, black behind it."""
    whole = tf.cast(pixels, tf.int32)
    return (whole[..., :3] * whole[..., 3:] + 127) // 255


def _grey(pixels: tf.Tensor) -> tf.Tensor:
    """Return the brightness (ITU-R 601) in the whole numbers that Pillow calculates with."""
    weighted = tf.reduce_sum(pixels * tf.constant([19595, 38470, 7471]), axis=-1, keepdims=True)
    return (weighted + 0x8000) // 0x10000


def _fitted(pixels: tf.Tensor, side: int) -> tf.Tensor:
    """Return a picture, float32, whose longer side is `side`; its width is made first, as Pillow does."""
    size = tf.shape(pixels)
    found = tf.cast(size[:2], tf.float64)
    high, wide = tf.unstack(
        tf.maximum(1, tf.cast(tf.round(found * side / tf.reduce_max(found)), tf.int32))
    )
    narrow = _resized(tf.cast(pixels, tf.float32), size[0], wide)
    return _resized(narrow, high, wide)


def _resized(pixels: tf.Tensor, height: tf.Tensor, width: tf.Tensor) -> tf.Tensor:
    def work() -> tf.Tensor:
        size = tf.stack([height, width])
        made = tf.image.resize(pixels, size, method="lanczos3", antialias=True)
        return tf.clip_by_value(tf.floor(made + 0.5), 0, 255)

    return tf.cond(
        tf.reduce_all(tf.equal(tf.shape(pixels)[:2], tf.stack([height, width]))),
        lambda: pixels,
        work,
    )


def _centred(pixels: tf.Tensor, side: int, channels: int) -> tf.Tensor:
    size = tf.shape(pixels)
    top, left = (side - size[0]) // 2, (side - size[1]) // 2
    margins = [[top, side - size[0] - top], [left, side - size[1] - left], [0, 0]]
    square = tf.pad(pixels, margins)
    return tf.cast(tf.ensure_shape(square, (side, side, channels)), tf.uint8)
