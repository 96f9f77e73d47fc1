"""ONNX models of strangers: checked before ONNX Runtime sees them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.errors import InvalidInput

DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
"""Operations of these are part of ONNX Runtime; others would need a library of somebody."""
REFUSED = {
    "Loop": "it may never end",
    "Scan": "it may take for ever",
    "EPContext": "it reads another file",
    "PyOp": "it runs Python",
    "SequenceMap": "it may take for ever",
}
NODES_LIMIT = 200_000
DEPTH = 16
NAMES_BYTES = 1_000_000


def check_onnx(path: Path) -> tuple[int, tuple[str, ...]]:
    """Refuse an ONNX file that reads other files, calls operations of strangers, or may never end.

    Returns:
        How many weights it has, and the names of its classes where it says them.

    Raises:
        InvalidInput: It does, or it is damaged.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load_model_from_string(path.read_bytes())
    except (DecodeError, ValueError, RuntimeError, TypeError) as error:
        raise InvalidInput(
            "The ONNX file cannot be read.",
            f"It is damaged, or something else: {(str(error).splitlines() or ['nothing'])[0][:120]}.",
            "Export the model again.",
        ) from error
    own = {(function.domain, function.name) for function in model.functions}
    graphs = [model.graph, *model.functions]
    parameters = count = 0
    for graph in graphs:
        for inner in _graphs(graph, 0):
            for tensor in [*getattr(inner, "initializer", ())]:
                _check_tensor(tensor)
                parameters += _size(tensor)
            for sparse in getattr(inner, "sparse_initializer", ()):
                _check_tensor(sparse.values)
                _check_tensor(sparse.indices)
            for node in inner.node:
                count += 1
                if count > NODES_LIMIT:
                    _refuse(f"It has more than {NODES_LIMIT:,} operations.")
                _check_node(node, own)
    return parameters, _names(model)


def _graphs(graph: Any, depth: int) -> Iterator[Any]:
    """Yield a graph and all graphs in its operations."""
    if depth > DEPTH:
        _refuse(f"Its graphs are nested more than {DEPTH} deep.")
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs]:
                yield from _graphs(inner, depth + 1)


def _check_node(node: Any, own: set[tuple[str, str]]) -> None:
    if (node.domain, node.op_type) not in own:
        if node.domain not in DOMAINS:
            _refuse(
                f"It calls {node.op_type[:40]!r} of {node.domain[:60]!r}, which is not part of ONNX."
            )
        if node.op_type in REFUSED:
            _refuse(f"It calls {node.op_type}: {REFUSED[node.op_type]}.")
    for attribute in node.attribute:
        tensors = [*([attribute.t] if attribute.HasField("t") else []), *attribute.tensors]
        if attribute.HasField("sparse_tensor"):
            tensors += [attribute.sparse_tensor.values, attribute.sparse_tensor.indices]
        for sparse in attribute.sparse_tensors:
            tensors += [sparse.values, sparse.indices]
        for tensor in tensors:
            _check_tensor(tensor)


def _check_tensor(tensor: Any) -> None:
    if tensor.data_location != 0 or len(tensor.external_data):
        where = next(
            (entry.value for entry in tensor.external_data if entry.key == "location"),
            "another file",
        )
        raise InvalidInput(
            "The weights of the ONNX model are not in its file.",
            f"It asks for {where[:80]!r}; what lies beside a model is not read.",
            "Save it as one file: onnx.save_model(model, path, save_as_external_data=False), and for PyTorch "
            "torch.onnx.export(..., external_data=False).",
        )
    if any(size < 0 for size in tensor.dims):
        _refuse("An array in it has a negative size.")


def _size(tensor: Any) -> int:
    size = 1
    for dimension in tensor.dims:
        size *= dimension
    return min(size, 2**40)


def _names(model: Any) -> tuple[str, ...]:
    """Return the names of the classes, where a program wrote them beside the graph; nothing else of it is taken."""
    found = next(
        (
            entry.value
            for entry in model.metadata_props
            if entry.key in ("names", "classes", "class_names", "labels")
        ),
        "",
    )
    if not found or len(found) > NAMES_BYTES:
        return ()
    try:
        value = json.loads(found)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(found)  # as Ultralytics writes them: {0: 'cat'}
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return ()
    names = list(value.values()) if isinstance(value, dict) else value
    good = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(names) if good else ()


def _refuse(why: str) -> None:
    raise InvalidInput(
        "The ONNX model is not read.",
        why,
        "Export it with operations of ONNX alone, as one file.",
    )
