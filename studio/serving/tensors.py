"""Tensors of the Open Inference Protocol: in JSON, or in binary behind it."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.serving.drawn import FARTHEST_STEP, are_steps
from studio.serving.exchange import Samples
from studio.serving.instances import check_count, read_one, read_texts
from studio.serving.pixels import describe, read_picture, whole_pixels
from studio.serving.records import read_records, read_written
from studio.serving.taken import DTYPES, Taken
from studio.sources.pictures import looks_like_picture

DATATYPES: dict[str, Any] = {
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype("u1"), "UINT16": np.dtype("<u2"), "UINT32": np.dtype("<u4"), "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"), "INT16": np.dtype("<i2"), "INT32": np.dtype("<i4"), "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"), "FP32": np.dtype("<f4"), "FP64": np.dtype("<f8"),
}  # fmt: skip
"""Name -> type of NumPy; BYTES, a list of texts or files, has none."""
BYTES = "BYTES"
DIMENSIONS, NUMBERS = 8, 2**31
"""More axes, or more numbers, no tensor has."""
Value = NDArray[Any] | list[bytes | str]


def tensor(given: object, binary: memoryview | None, place: str) -> tuple[Value, tuple[int, ...]]:
    """Return the content of a tensor, as one row, and its shape.

    Args:
        given: JSON: `{"name", "shape", "datatype", "data"}`; without data where it comes in binary.
        binary: Its bytes, where they come behind the JSON.
        place: What it is called, for errors.

    Raises:
        InvalidInput: It is no tensor, or its content does not fit its shape.
    """
    if not isinstance(given, dict):
        raise _wrong(place, f"it is {describe(given)}")
    shape, datatype = given.get("shape"), given.get("datatype")
    if not isinstance(shape, list) or not 0 < len(shape) <= DIMENSIONS:
        raise _wrong(place, f'its "shape" is {describe(shape)}')
    if not all(type(size) is int and 0 <= size < NUMBERS for size in shape):
        raise _wrong(place, "a size of its shape is no whole number")
    count = math.prod(shape)
    if not isinstance(datatype, str) or (datatype not in DATATYPES and datatype != BYTES):
        known = ", ".join([*DATATYPES, BYTES])
        raise _wrong(place, f'its "datatype" is {describe(datatype)}, and none of {known}')
    value = (
        _from_json(given.get("data"), datatype, place)
        if binary is None
        else _from_binary(binary, datatype, place)
    )
    if len(value) != count:
        said = " x ".join(map(str, shape))
        raise _wrong(place, f"it has {len(value):,} values, and its shape, {said}, wants {count:,}")
    return value, tuple(shape)


def _from_json(data: object, datatype: str, place: str) -> Value:
    if not isinstance(data, list):
        raise _wrong(place, f'its "data" is {describe(data)}')
    flat: list[Any] = data
    while flat and type(flat[0]) is list:
        if set(map(type, flat)) != {list}:
            raise _wrong(place, "its data are ragged")
        flat = list(chain.from_iterable(flat))
    kinds = set(map(type, flat))
    if datatype == BYTES:
        if not kinds <= {str}:
            raise _wrong(place, "its data are not all texts")
        return flat
    if not kinds <= ({bool} if datatype == "BOOL" else {int, float}):
        raise _wrong(place, f"its data are not all of the type {datatype}")
    wanted = DATATYPES[datatype]
    try:
        found = np.array(flat, np.float64) if float in kinds else np.array(flat or [0])[: len(flat)]
    except OverflowError as error:
        raise _wrong(place, "a number has too many digits") from error
    if wanted.kind in "ui" and found.size:
        bounds = np.iinfo(wanted)
        if found.dtype.kind == "f" and (found != np.rint(found)).any():
            raise _wrong(place, f"its data are not all of the type {datatype}")
        if found.min() < bounds.min or found.max() > bounds.max:
            raise _wrong(place, f"a number is beyond what {datatype} holds")
    try:
        with np.errstate(over="ignore"):
            return found.astype(wanted)
    except OverflowError as error:
        raise _wrong(place, "a number has too many digits") from error


def _from_binary(binary: memoryview, datatype: str, place: str) -> Value:
    if datatype == BYTES:
        return _split(binary, place)
    wanted = DATATYPES[datatype]
    if len(binary) % wanted.itemsize:
        raise _wrong(place, f"{len(binary):,} bytes are no whole number of {datatype}")
    return np.frombuffer(binary, wanted)


def _split(binary: memoryview, place: str) -> list[bytes | str]:
    """Return texts or files that stand one behind the other, each after its length."""
    found: list[bytes | str] = []
    start = 0
    while start < len(binary):
        if start + 4 > len(binary):
            raise _wrong(place, "its binary data are cut short")
        (length,) = struct.unpack_from("<I", binary, start)
        start += 4
        if start + length > len(binary):
            raise _wrong(place, "its binary data are cut short")
        found.append(bytes(binary[start : start + length]))
        start += length
    return found


def join(texts: Sequence[str]) -> bytes:
    """Return texts one behind the other, each after its length: BYTES in binary."""
    encoded = [text.encode() for text in texts]
    return b"".join(struct.pack("<I", len(text)) + text for text in encoded)


def samples_of(value: Value, shape: tuple[int, ...], taken: Taken, place: str) -> Samples:
    """Return the samples in a tensor.

    Args:
        value, shape: As `tensor` returns.
        taken: What the model takes.

    Raises:
        InvalidInput: It holds none, too many, or others than the model takes.
    """
    if not len(value):
        raise _wrong(place, "it is empty")
    if isinstance(value, list):
        check_count(len(value), place)
        if taken.kind == "text":
            return read_texts([_text(item, place) for item in value], place)
        samples = np.empty((len(value), *taken.shape), DTYPES[taken.kind])
        for number, item in enumerate(value):
            samples[number] = _sample(item, taken, f"{place}[{number}]")
        return samples
    check_count(shape[0], place)
    if taken.kind == "text":
        raise _wrong(place, "the model reads texts, which are of the datatype BYTES")
    if value.dtype == np.bool_ or len(value) != shape[0] * taken.size or not _fits(shape, taken):
        said = " x ".join(map(str, shape))
        wanted = " x ".join(map(str, ("n", *taken.shape)))
        raise _wrong(place, f"its shape is {said}; the model takes numbers of {wanted}")
    if taken.kind == "image":
        value = value if value.dtype == np.uint8 else whole_pixels(value, place)
    elif not are_steps(value):
        raise _wrong(place, f"a step is not within {FARTHEST_STEP:,.0f}")
    return value.astype(DTYPES[taken.kind], copy=False).reshape(shape[0], *taken.shape)


def rows_of(
    tensors: Sequence[tuple[str, Value, tuple[int, ...]]], taken: Taken, field: str
) -> list[dict[str, Any]]:
    """Return rows that come as one tensor a column, as JSON texts, or as numbers in the order of the columns.

    Args:
        tensors: Name, content and shape, as `tensor` returns.
        taken: What the model takes.
        field: What they are called in the body, for errors.

    Raises:
        InvalidInput: They hold no rows of the model's columns.
    """
    (name, value, shape), *more = tensors
    if not more and name not in taken.names:
        if isinstance(value, list):
            check_count(len(value), field)
            return read_written([_text(item, field) for item in value], taken, field)
        if len(shape) == 2 and shape[1] == len(taken.columns):
            check_count(shape[0], field)
            return read_records(value.reshape(shape).tolist(), taken, field)
    columns: dict[str, list[Any]] = {}
    for name, value, _ in tensors:
        check_count(len(value), f"{field} {name[:40]!r}")
        columns[name] = (
            [_text(item, name[:40]) for item in value]
            if isinstance(value, list)
            else [None if cell != cell else cell for cell in value.tolist()]
        )
    return read_records(columns, taken, field)


def _fits(shape: tuple[int, ...], taken: Taken) -> bool:
    """Tell whether a tensor's axes are those of samples: as the model has them, in one row, or without colours."""
    bare = taken.shape[:-1] if taken.kind == "image" and taken.shape[-1] == 1 else taken.shape
    return shape[1:] in (taken.shape, bare, (taken.size,))


def _sample(item: bytes | str, taken: Taken, place: str) -> NDArray[Any]:
    """Return the sample in one of BYTES: a picture file, its base64, or the JSON of strokes."""
    if isinstance(item, bytes) and taken.kind == "image" and looks_like_picture(item[:12]):
        height, width, channels = taken.shape
        return read_picture(item, (height, width, channels), place)
    return read_one(_text(item, place), taken, place, words=True)


def _text(item: bytes | str, place: str) -> str:
    if isinstance(item, str):
        return item
    try:
        return item.decode()
    except UnicodeDecodeError as error:
        raise _wrong(place, "it holds neither UTF-8 nor a picture file") from error


def _wrong(place: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"The tensor {place} cannot be read.",
        f"Reason: {why}.",
        'Send {"name": "...", "shape": [...], "datatype": "...", "data": [...]}.',
    )
