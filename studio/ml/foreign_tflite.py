"""`.tflite` models of strangers: checked before LiteRT sees them."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

from studio.core.errors import InvalidInput
from studio.core.foreign import CLASSES_LIMIT

NAMES_BYTES = 1_000_000
REFUSED = {
    "WHILE": "it may never end",
    "STABLEHLO_WHILE": "it may never end",
    "STABLEHLO_CUSTOM_CALL": "it calls what is not part of LiteRT",
    "CALL_ONCE": "it changes what the model keeps",
    "VAR_HANDLE": "it keeps something between answers",
    "READ_VARIABLE": "it keeps something between answers",
    "ASSIGN_VARIABLE": "it keeps something between answers",
    "HASHTABLE": "it looks texts up",
}


def check_tflite(path: Path) -> tuple[int, tuple[str, ...]]:
    """Refuse a `.tflite` file whose operations are not LiteRT's own, or that may never end.

    Returns:
        How many weights it has, and the names of its classes where it says them.

    Raises:
        InvalidInput: It does, or it is damaged.
    """
    from ai_edge_litert import schema_py_generated as schema

    content = path.read_bytes()
    try:
        model = schema.Model.GetRootAs(content, 0)
        operations = {
            name: number for name, number in vars(schema.BuiltinOperator).items() if name[0] != "_"
        }
        names = {number: name for name, number in operations.items()}
        for index in range(model.OperatorCodesLength()):
            code = model.OperatorCodes(index)
            number = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
            name = names.get(number, str(number))
            if code.CustomCode() or name in ("CUSTOM", "DELEGATE"):
                custom = (code.CustomCode() or b"").decode("utf-8", "replace")[:60]
                _refuse(f"It calls {custom or name!r}, which is not part of LiteRT.")
            if name in REFUSED:
                _refuse(f"It calls {name}: {REFUSED[name]}.")
        parameters = _parameters(model)
    except (struct.error, IndexError, ValueError, TypeError, AttributeError, UnicodeError) as error:
        raise InvalidInput(
            "The .tflite file cannot be read.",
            f"It is damaged, or something else: {type(error).__name__}.",
            "Export the model again.",
        ) from error
    return parameters, _names(path)


def _parameters(model: Any) -> int:
    """Return how many numbers the buffers that tensors of the graphs name hold."""
    if model.SubgraphsLength() < 1:
        raise ValueError("no graph")
    total = 0
    for index in range(model.SubgraphsLength()):
        graph = model.Subgraphs(index)
        for number in range(graph.TensorsLength()):
            tensor = graph.Tensors(number)
            if tensor.Buffer() >= model.BuffersLength():
                raise IndexError("buffer")
            buffer = model.Buffers(tensor.Buffer())
            if not (buffer.DataLength() or buffer.Size()):
                continue
            size = 1
            for place in range(tensor.ShapeLength()):
                size *= max(0, tensor.Shape(place))
            total += size
    return min(total, 2**50)


def _names(path: Path) -> tuple[str, ...]:
    """Return the names of the classes from the list of labels that may be packed behind the model."""
    if not zipfile.is_zipfile(path):
        return ()
    try:
        with zipfile.ZipFile(path) as archive:
            lists = [
                entry for entry in archive.infolist() if entry.filename.lower().endswith(".txt")
            ]
            if len(lists) != 1 or lists[0].file_size > NAMES_BYTES:
                return ()
            text = archive.read(lists[0]).decode("utf-8")
    except (
        zipfile.BadZipFile,
        UnicodeDecodeError,
        OSError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ):
        return ()
    names = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(names) if len(names) <= CLASSES_LIMIT else ()


def _refuse(why: str) -> None:
    raise InvalidInput(
        "The .tflite model is not read.",
        why,
        "Convert it with TensorFlow Lite's own operations alone (TFLITE_BUILTINS).",
    )
