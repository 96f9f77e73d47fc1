"""TFRecord: `train.tfrecord` and so on, a `tf.train.Example` a sample, written without TensorFlow.

The framing and the few kinds of field that an Example has are a page of code; TensorFlow would be a gigabyte in a
process that has to stay small.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import google_crc32c
import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import SPLIT_NAMES
from studio.exports.archive import zipped
from studio.exports.base import Content, Paced
from studio.exports.pictures import encoded

Feature = Sequence[bytes] | Sequence[int] | NDArray[np.float32]
"""Values of one feature: bytes, integers or, as an array, floats."""
PICTURE_KEYS = """\
image/encoded             bytes   the picture as PNG
image/format              bytes   "png"
image/height              int64   pixels
image/width               int64   pixels
image/channels            int64   1 (grey) or 3 (RGB)
image/class/label         int64   number of the class, its line in classes.txt counted from 0; -1 for none
image/class/text          bytes   its name, empty for none
image/object/bbox/xmin    floats  left edges of the boxes, as shares of the width; also ymin, xmax, ymax
image/object/class/label  int64s  classes of the boxes
image/object/class/text   bytes   their names
sample/id                 int64   number of the sample in the version
"""
TEXT_KEYS = """\
text                      bytes   UTF-8
label                     int64   number of the class, its line in classes.txt counted from 0; -1 for none
class                     bytes   its name, empty for none
sample/id                 int64   number of the sample in the version
"""


def write_tfrecord(content: Content, target: Path, tick: Paced) -> None:
    """Write a zip with a `.tfrecord` for each part that has samples, classes.txt and README.txt with the keys."""
    with zipped(target) as archive:
        archive.write("README.txt", _readme(content).encode())
        archive.write(
            "classes.txt", "".join(f"{n}\n" for n in content.manifest.class_names).encode()
        )
        for part, count in enumerate(content.part_counts()):
            if not count:
                continue
            with (
                archive.member(f"{SPLIT_NAMES[part]}.tfrecord") as member,
                closing(_examples(content, part, tick)) as examples,
            ):
                for example in examples:
                    member.write(record(example))


def record(data: bytes) -> bytes:
    """Return `data` as one record: its length, its bytes, and a checksum of each."""
    length = struct.pack("<Q", len(data))
    return b"".join((length, _masked_crc(length), data, _masked_crc(data)))


def _masked_crc(data: bytes) -> bytes:
    crc = google_crc32c.value(data)
    return struct.pack("<L", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def example(features: Mapping[str, Feature]) -> bytes:
    """Return a serialised `tf.train.Example`.

    Example:
        >>> example({"a": [7]})
        b'\\n\\x0c\\n\\n\\n\\x01a\\x12\\x05\\x1a\\x03\\n\\x01\\x07'
    """
    entries = (
        _field(1, _field(1, key.encode()) + _field(2, _feature(values)))
        for key, values in features.items()
    )
    return _field(1, b"".join(entries))


def _feature(values: Feature) -> bytes:
    """Return a `tf.train.Feature`: a list of bytes is field 1, of floats 2, of integers 3."""
    if isinstance(values, np.ndarray):
        return _field(2, _field(1, values.astype("<f4").tobytes()))
    if values and isinstance(values[0], bytes):
        return _field(1, b"".join(_field(1, value) for value in values))  # type: ignore[arg-type]
    return _field(3, _field(1, b"".join(_varint(value) for value in values)))  # type: ignore[arg-type]


def _field(number: int, data: bytes) -> bytes:
    """Return a field of bytes: its number with the wire type 2, the length, the bytes."""
    return bytes((number << 3 | 2,)) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """Return an integer seven bits a byte, the lowest first; negative ones as 64-bit two's complement."""
    value &= 2**64 - 1
    if value < 128:
        return bytes((value,))
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _examples(content: Content, part: int, tick: Paced) -> Generator[bytes, None, None]:
    if content.manifest.task == "images":
        yield from _picture_examples(content, part, tick)
        return
    for rows in content.rows(part):
        for row, text, label, name in zip(
            rows.tolist(),
            content.samples[rows],
            content.labels[rows].tolist(),
            content.classes_of(rows),
            strict=True,
        ):
            yield example(
                {
                    "text": [text.encode()],
                    "label": [label],
                    "class": [(name or "").encode()],
                    "sample/id": [row],
                }
            )
        tick(len(rows))


def _picture_examples(content: Content, part: int, tick: Paced) -> Generator[bytes, None, None]:
    height, width, channels = content.manifest.shape
    for rows, files in encoded(content, tick, part):
        for row, file, label, name, boxes in zip(
            rows.tolist(),
            files,
            content.labels[rows].tolist(),
            content.classes_of(rows),
            content.boxes_of(rows),
            strict=True,
        ):
            features: dict[str, Feature] = {
                "image/encoded": [file],
                "image/format": [b"png"],
                "image/height": [height],
                "image/width": [width],
                "image/channels": [channels],
                "image/class/label": [label],
                "image/class/text": [(name or "").encode()],
                "sample/id": [row],
            }
            yield example(features | _boxes(content, boxes) if len(boxes) else features)


def _boxes(content: Content, boxes: NDArray[np.float64]) -> dict[str, Feature]:
    _, labels, left, top, width, height = boxes.T
    classes: list[int] = labels.astype(int).tolist()
    floats: dict[str, Any] = {"xmin": left, "ymin": top, "xmax": left + width, "ymax": top + height}
    return {
        **{f"image/object/bbox/{key}": values.astype("<f4") for key, values in floats.items()},
        "image/object/class/label": classes,
        "image/object/class/text": [content.manifest.class_names[c].encode() for c in classes],
    }


def _readme(content: Content) -> str:
    text = content.manifest.task == "text"
    lines = [
        f"{content.title}: a tf.train.Example a sample, with these features:\n",
        TEXT_KEYS if text else PICTURE_KEYS,
        'Read them with tf.data.TFRecordDataset("train.tfrecord") and tf.io.parse_single_example.',
        content.manifest.attribution,
    ]
    return "\n".join(line for line in lines if line) + "\n"
