"""TFRecord, read back by TensorFlow."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from studio.exports import Content
from tests.exports.conftest import (
    Sample,
    expected,
    export,
    make_content,
    members,
    picture_contents,
    pictures,
    text_contents,
)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

SAME_FOLDER = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=40,
)
PICTURE = {
    "image/encoded": tf.io.FixedLenFeature([], tf.string),
    "image/format": tf.io.FixedLenFeature([], tf.string),
    "image/height": tf.io.FixedLenFeature([], tf.int64),
    "image/width": tf.io.FixedLenFeature([], tf.int64),
    "image/channels": tf.io.FixedLenFeature([], tf.int64),
    "image/class/label": tf.io.FixedLenFeature([], tf.int64),
    "image/class/text": tf.io.FixedLenFeature([], tf.string),
    "sample/id": tf.io.FixedLenFeature([], tf.int64),
    **{
        f"image/object/bbox/{side}": tf.io.RaggedFeature(tf.float32)
        for side in ("xmin", "ymin", "xmax", "ymax")
    },
    "image/object/class/label": tf.io.RaggedFeature(tf.int64),
    "image/object/class/text": tf.io.RaggedFeature(tf.string),
}
TEXT = {
    "text": tf.io.FixedLenFeature([], tf.string),
    "label": tf.io.FixedLenFeature([], tf.int64),
    "class": tf.io.FixedLenFeature([], tf.string),
    "sample/id": tf.io.FixedLenFeature([], tf.int64),
}


def read(content: Content, features: dict[str, Any], folder: Path) -> dict[int, tuple[str, Any]]:
    """Return the part and the parsed features of each sample, checksums looked at."""
    found = {}
    for name, data in members(export(content, "tfrecord", folder)).items():
        if name.endswith(".tfrecord"):
            path = folder / name
            path.write_bytes(data)
            for record in tf.data.TFRecordDataset(str(path)):
                values = tf.io.parse_single_example(record, features)
                found[int(values["sample/id"])] = (name.removesuffix(".tfrecord"), values)
    return found


@SAME_FOLDER
@given(content=picture_contents(boxes=True))
def test_pictures_come_back(content: Content, tmp_path: Path) -> None:
    found = read(content, PICTURE, tmp_path)
    wanted = expected(content)
    assert set(found) == set(wanted)
    names = content.manifest.class_names
    for row, (part, values) in found.items():
        shape = tuple(int(values[f"image/{key}"]) for key in ("height", "width", "channels"))
        pixels = tf.io.decode_png(values["image/encoded"]).numpy()
        label = int(values["image/class/label"])
        text = values["image/class/text"].numpy().decode()
        assert shape == pixels.shape == content.manifest.shape
        assert (text or None) == (None if label < 0 else names[label])
        left, top, right, bottom = (
            values[f"image/object/bbox/{side}"].numpy().astype(float)
            for side in ("xmin", "ymin", "xmax", "ymax")
        )
        classes = [name.decode() for name in values["image/object/class/text"].numpy().tolist()]
        assert classes == [names[i] for i in values["image/object/class/label"].numpy()]
        boxes = np.stack([left, top, right - left, bottom - top], 1)
        assert Sample(pixels.tobytes(), text or None, part, []) == Sample(
            wanted[row].content, wanted[row].class_name, wanted[row].part, []
        )
        assert classes == [name for name, _ in wanted[row].boxes]
        if classes:
            np.testing.assert_allclose(boxes, [box for _, box in wanted[row].boxes], atol=1e-6)


@SAME_FOLDER
@given(content=text_contents())
def test_texts_come_back(content: Content, tmp_path: Path) -> None:
    found = {
        row: Sample(
            values["text"].numpy().decode(), values["class"].numpy().decode() or None, part, []
        )
        for row, (part, values) in read(content, TEXT, tmp_path).items()
    }
    assert found == expected(content)


def test_classes_and_keys_are_written_down(pets: Content, tmp_path: Path) -> None:
    found = members(export(pets, "tfrecord", tmp_path))
    assert found["classes.txt"] == b"cat\ndog\n"
    readme = found["README.txt"].decode()
    assert all(key in readme for key in ("image/encoded", "sample/id", "Drawn by everybody"))
    assert set(found) == {
        "README.txt",
        "classes.txt",
        "train.tfrecord",
        "validation.tfrecord",
        "test.tfrecord",
    }


def test_damage_is_noticed(tmp_path: Path) -> None:
    """The checksums are the ones TensorFlow expects: it finds the one bit that was turned."""
    data = bytearray(
        members(export(make_content(pictures(1), [0]), "tfrecord", tmp_path))["train.tfrecord"]
    )
    data[40] ^= 1
    path = tmp_path / "damaged.tfrecord"
    path.write_bytes(data)
    with pytest.raises(tf.errors.DataLossError):
        list(tf.data.TFRecordDataset(str(path)))
