"""What a `.tflite` file says of itself: TFLite metadata, read by LiteRT's and MediaPipe's tools, and labels.txt inside.

The metadata are a flatbuffer of their own in a buffer of the model; the files that they name are a zip behind it.
Source: `metadata_schema.fbs` of the TensorFlow Lite support library, whose numbers of fields stand here.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from studio.core.errors import InvalidInput

NAME = "TFLITE_METADATA"
LABELS = "labels.txt"
LABELS_LIMIT = 10_000_000
"""Bytes of the names: files of other programs may hold anything."""
UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, EOFError, zlib.error)
"""What reading a zip raises that is none, is damaged, or locked."""
PARSER = "1.0.0"
"""Version of the readers that understand what is written here."""
FEATURES, IMAGE = 1, 2
"""Kinds of content of a tensor."""
RGB, GREY = 1, 2
NORMALIZATION = 1
AXIS_LABELS, DESCRIPTIONS = 2, 1
"""Kinds of files inside."""
Made = int
"""Place of something in a flatbuffer."""


def with_metadata(
    tflite: bytes,
    *,
    title: str,
    class_names: Sequence[str],
    channels: int | None = None,
    description: str = "",
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a `.tflite` file with a description of its input and output, and the names of the classes inside.

    Metadata that were there are replaced.

    Args:
        tflite: One input and one output.
        title: Of the model.
        class_names: In the order of the outputs.
        channels: 1 or 3 for a model of pictures, whose pixels go in as they are, 0 to 255; None for others.
        description: What goes in, in words.
        files: More files inside, name -> content, such as how texts become numbers.

    Raises:
        InvalidInput: The bytes are no `.tflite` file.
    """
    if tflite[4:8] != b"TFL3":
        raise InvalidInput(
            "The file cannot be described.",
            "It is no .tflite file.",
            "Export the model again.",
        )
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(tflite, 0))
    inside = {LABELS: "\n".join(class_names).encode(), **(files or {})}
    content = _described(title, channels, description, inside)
    kept = [entry for entry in model.metadata or [] if entry.name != NAME.encode()]
    buffer = schema.BufferT()
    buffer.data = list(content)
    model.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = NAME, len(model.buffers) - 1
    model.metadata = [*kept, entry]
    builder = flatbuffers.Builder(len(tflite) + len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    whole = io.BytesIO(bytes(builder.Output()))
    with zipfile.ZipFile(whole, "a") as archive:
        for name, data in inside.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return whole.getvalue()


def labels_inside(tflite: bytes) -> tuple[str, ...]:
    """Return the names of the classes that a `.tflite` file holds; empty where it holds none that can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(tflite)) as archive:
            if archive.getinfo(LABELS).file_size > LABELS_LIMIT:
                return ()
            return tuple(archive.read(LABELS).decode().splitlines())
    except UNREADABLE:
        return ()


def operations(tflite: bytes) -> list[str]:
    """Return the names of the operations that a `.tflite` file needs, such as "CONV_2D", each once."""
    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(tflite, 0))
    codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
    return sorted({names[code] for code in codes})


def _described(
    title: str, channels: int | None, description: str, inside: Mapping[str, bytes]
) -> bytes:
    """Return the metadata as a flatbuffer."""
    builder = flatbuffers.Builder(1024)
    others = [_file(builder, name, DESCRIPTIONS) for name in inside if name != LABELS]
    labels = [_file(builder, LABELS, AXIS_LABELS)]
    taken = _tensor(
        builder,
        "image" if channels else "input",
        description,
        content=_picture(builder, channels) if channels else (FEATURES, _table(builder, 0, {})),
        units=[_as_they_are(builder, channels)] if channels else [],
        files=others,
    )
    given = _tensor(
        builder,
        "probability",
        "The probability of each class.",
        content=(FEATURES, _table(builder, 0, {})),
        units=[],
        files=labels,
    )
    fields: dict[int, Any] = {2: _vector(builder, [taken]), 3: _vector(builder, [given])}
    subgraph = _vector(builder, [_table(builder, 10, fields)])
    name, text, version = (
        builder.CreateString(words) for words in (title, "A classifier made with Studio.", PARSER)
    )
    whole = _table(builder, 8, {0: name, 1: text, 3: subgraph, 7: version})
    builder.Finish(whole, b"M001")
    return bytes(builder.Output())


def _tensor(
    builder: Any,
    name: str,
    description: str,
    *,
    content: tuple[int, Made],
    units: list[Made],
    files: list[Made],
) -> Made:
    kind, properties = content
    held = _table(builder, 3, {1: properties}, {0: kind})
    fields = {0: builder.CreateString(name), 1: builder.CreateString(description), 3: held}
    for place, made in ((4, units), (6, files)):
        if made:
            fields[place] = _vector(builder, made)
    return _table(builder, 7, fields)


def _picture(builder: Any, channels: int | None) -> tuple[int, Made]:
    return IMAGE, _table(builder, 2, {}, {0: RGB if channels == 3 else GREY})


def _as_they_are(builder: Any, channels: int | None) -> Made:
    """Say that nothing is taken away from pixels, and by nothing they are divided."""
    mean, spread = (_floats(builder, [value] * (channels or 1)) for value in (0.0, 1.0))
    options = _table(builder, 2, {0: mean, 1: spread})
    return _table(builder, 2, {1: options}, {0: NORMALIZATION})


def _file(builder: Any, name: str, kind: int) -> Made:
    return _table(builder, 5, {0: builder.CreateString(name)}, {2: kind})


def _table(
    builder: Any, size: int, places: Mapping[int, Made], numbers: Mapping[int, int] | None = None
) -> Made:
    """Return a table with what was made before, and with small whole numbers, in its fields."""
    builder.StartObject(size)
    for field, made in places.items():
        builder.PrependUOffsetTRelativeSlot(field, made, 0)
    for field, number in (numbers or {}).items():
        builder.PrependUint8Slot(field, number, 0)
    return int(builder.EndObject())


def _vector(builder: Any, made: Sequence[Made]) -> Made:
    return _filled(builder, 4, made, builder.PrependUOffsetTRelative)


def _floats(builder: Any, values: Sequence[float]) -> Made:
    return _filled(builder, 4, values, builder.PrependFloat32)


def _filled(builder: Any, size: int, values: Sequence[Any], prepend: Callable[[Any], None]) -> Made:
    builder.StartVector(size, len(values), size)
    for value in reversed(values):
        prepend(value)
    return int(builder.EndVector())
