"""The dialect of the Open Inference Protocol v2, which Triton and KServe speak, binary tensors included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio import __version__
from studio.core.errors import InvalidInput, StudioError
from studio.core.model import EndpointState, ModelVersion
from studio.core.model_export import ModelInput
from studio.core.table import MOST_COLUMNS, ColumnKind
from studio.serving.dialect_base import error_reply, json_reply, served
from studio.serving.exchange import Asked, Query, Reply, Target
from studio.serving.parse import content, dump, parse_body
from studio.serving.pixels import describe
from studio.serving.taken import Taken, taken
from studio.serving.tensors import Value, join, rows_of, samples_of, tensor

FORM = '{"inputs": [{"name": "...", "shape": [...], "datatype": "...", "data": [...]}]}'
JSON_LENGTH = "inference-header-content-length"
"""Header: bytes of the JSON, behind which tensors stand in binary."""
PROBABILITIES, CLASS, CONFIDENCE = "probabilities", "class", "confidence"
OUTPUTS = (PROBABILITIES, CLASS, CONFIDENCE)
EXTENSIONS = ["binary_tensor_data", "classification"]
DATATYPES: dict[ModelInput, str] = {
    "image": "UINT8",
    "text": "BYTES",
    "strokes": "FP32",
    "row": "BYTES",
}
COLUMN_DATATYPES: dict[ColumnKind, str] = {
    "number": "FP64",
    "boolean": "BOOL",
    "category": "BYTES",
    "time": "BYTES",
    "text": "BYTES",
}
OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An output that a request asks for.

    Args:
        binary: It comes behind the JSON.
        best: Only so many of the likeliest classes, as texts `probability:number:class`; 0: all as numbers.
    """

    name: str
    binary: bool
    best: int = 0


class OpenInference:
    """`POST /v2/models/NAME/infer {"inputs": [...]}` is answered by `{"outputs": [...]}`."""

    name = "oip"

    def read(self, asked: Asked, version: ModelVersion) -> Query:
        """Return what a request asks of a model, and which outputs it wants in which form.

        Raises:
            InvalidInput: It is not of this form, or holds no samples.
        """
        body, rest = _divided(content(asked), asked.headers.get(JSON_LENGTH))
        parsed = parse_body(body, FORM)
        inputs, takes = parsed.get("inputs"), taken(version)
        many = takes.kind == "row" and isinstance(inputs, list) and len(inputs) > 1
        if not isinstance(inputs, list) or not (many or len(inputs) == 1):
            raise InvalidInput(
                f'"inputs" is {describe(inputs)}'
                + (f" of {len(inputs)}." if isinstance(inputs, list) and inputs else "."),
                "It is a list with one tensor a column."
                if takes.kind == "row"
                else "It is a list with one tensor, the samples.",
                f"Send {FORM}.",
            )
        said = {"id": parsed.get("id"), "wanted": _wanted(parsed)}
        if not isinstance(said["id"], str | None):
            raise InvalidInput(
                f'"id" is {describe(said["id"])}.',
                "It is a text, which comes back.",
                "Leave it out.",
            )
        if takes.kind == "row":
            return Query(rows_of(_tensors(inputs, rest), takes, "inputs"), said)
        place = "inputs[0]"
        value, shape = tensor(inputs[0], _binary(inputs[0], rest), place)
        return Query(samples_of(value, shape, takes, place), said)

    def answer(
        self, query: Query, probabilities: NDArray[np.float32], endpoint: str, version: ModelVersion
    ) -> Reply:
        """Return the outputs that were asked for, or all of them."""
        answer: dict[str, Any] = {"model_name": endpoint, "model_version": str(version.version)}
        if query.said["id"] is not None:
            answer["id"] = query.said["id"]
        binary: list[bytes] = []
        outputs = [
            _output(wanted, probabilities, version.class_names, binary)
            for wanted in query.said["wanted"]
        ]
        answer["outputs"] = outputs
        if not binary:
            return json_reply(answer)
        head = dump(answer)
        return Reply(
            b"".join([head, *binary]),
            content_type=OCTETS,
            headers=((JSON_LENGTH, str(len(head))),),
        )

    def describe(self, target: Target, states: Mapping[str, EndpointState]) -> Reply:
        """Return what the server is, whether it answers, or what an endpoint takes and gives.

        Raises:
            NotFound: No such endpoint or version.
        """
        match target.action:
            case "server":
                said = {"name": "studio", "version": __version__, "extensions": EXTENSIONS}
                return json_reply(said)
            case "live":
                return json_reply({"live": True})
            case "server_ready":
                return json_reply({"ready": True})
        version = served(target, states)
        name = target.endpoint or ""
        if target.action == "ready":
            return json_reply({"name": name, "ready": True})
        return json_reply(metadata(name, version))

    def fail(self, error: StudioError) -> Reply:
        """Return a failure as the protocol says it."""
        return error_reply(error)


def metadata(name: str, version: ModelVersion) -> dict[str, Any]:
    """Return what a served version takes and gives; the names of its classes are among its parameters."""
    takes = taken(version)
    classes = len(version.class_names)
    return {
        "name": name,
        "versions": [str(version.version)],
        "platform": "studio_litert",
        "inputs": _inputs(takes),
        "outputs": [
            {"name": PROBABILITIES, "datatype": "FP32", "shape": [-1, classes]},
            {"name": CLASS, "datatype": "BYTES", "shape": [-1]},
            {"name": CONFIDENCE, "datatype": "FP32", "shape": [-1]},
        ],
        "parameters": {"class_names": list(version.class_names)},
    }


def _inputs(takes: Taken) -> list[dict[str, Any]]:
    """Return what goes in: one tensor, or one a column of rows."""
    if takes.kind == "row":
        return [
            {"name": column.name, "datatype": COLUMN_DATATYPES[column.kind], "shape": [-1]}
            for column in takes.columns
        ]
    return [{"name": takes.kind, "datatype": DATATYPES[takes.kind], "shape": [-1, *takes.shape]}]


def _tensors(inputs: list[Any], rest: memoryview) -> list[tuple[str, Value, tuple[int, ...]]]:
    """Return name, content and shape of each tensor; those in binary stand one behind the other.

    Raises:
        InvalidInput: One is none, or the bytes do not fit.
    """
    found: list[tuple[str, Value, tuple[int, ...]]] = []
    for number, given in enumerate(inputs[: MOST_COLUMNS + 1]):
        place = f"inputs[{number}]"
        parameters = _parameters(given, place) if isinstance(given, dict) else {}
        size = parameters.get("binary_data_size")
        binary = None
        if size is not None:
            if type(size) is not int or not 0 <= size <= len(rest):
                raise InvalidInput(
                    f"{len(rest):,} bytes are left for {place}.",
                    f"Its binary_data_size is {describe(size) if type(size) is not int else size}.",
                    "Say in it how many bytes the tensor has.",
                )
            binary, rest = rest[:size], rest[size:]
        value, shape = tensor(given, binary, place)
        found.append((str(given.get("name", "")), value, shape))
    if len(rest):
        raise InvalidInput(
            f"{len(rest):,} bytes stand behind the JSON that belong to no tensor.",
            "Each tensor says its own by binary_data_size.",
            "Say how many bytes each has.",
        )
    return found


def _divided(body: bytes, length: str | None) -> tuple[bytes, memoryview]:
    """Return the JSON of a body, and what stands behind it."""
    if length is None:
        return body, memoryview(b"")
    if not (
        length.isascii() and length.isdecimal() and len(length) < 10 and int(length) <= len(body)
    ):
        raise InvalidInput(
            f"The header {JSON_LENGTH} is {length[:20]!r}.",
            f"It says how many of the {len(body):,} bytes are JSON.",
            "Send that number, or leave it out where all is JSON.",
        )
    return body[: int(length)], memoryview(body)[int(length) :]


def _binary(given: object, rest: memoryview) -> memoryview | None:
    """Return the bytes of the only tensor; None where it has its data in the JSON."""
    parameters = _parameters(given, "inputs[0]") if isinstance(given, dict) else {}
    size = parameters.get("binary_data_size")
    if size is None and not len(rest):
        return None
    if type(size) is not int or size != len(rest):
        raise InvalidInput(
            f"{len(rest):,} bytes stand behind the JSON.",
            f"The tensor's binary_data_size is {describe(size) if type(size) is not int else size}.",
            "Say in it how many bytes the tensor has.",
        )
    return rest


def _parameters(given: dict[str, Any], place: str) -> dict[str, Any]:
    found = given.get("parameters")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InvalidInput(
            f'"parameters" of {place} is {describe(found)}.', "It is an object.", "Leave it out."
        )
    return found


def _wanted(parsed: dict[str, Any]) -> list[Wanted]:
    binary = _parameters(parsed, "the request").get("binary_data_output") is True
    outputs = parsed.get("outputs")
    if outputs is None or outputs == []:
        return [Wanted(name, binary) for name in OUTPUTS]
    if not isinstance(outputs, list):
        raise InvalidInput(
            f'"outputs" is {describe(outputs)}.',
            "It is a list.",
            "Leave it out to get all of them.",
        )
    if len(outputs) > len(OUTPUTS):  # each again and again would make an answer of any size
        raise InvalidInput(
            f'"outputs" is a list of {len(outputs):,}.',
            f"There are {len(OUTPUTS)} outputs: {', '.join(OUTPUTS)}.",
            "Name each once.",
        )
    return [
        _wanted_one(output, binary, f"outputs[{place}]") for place, output in enumerate(outputs)
    ]


def _wanted_one(output: object, binary: bool, place: str) -> Wanted:
    name = output.get("name") if isinstance(output, dict) else None
    if not isinstance(output, dict) or name not in OUTPUTS:
        raise InvalidInput(
            f"{place} is {describe(output) if name is None else describe(name)}.",
            f"There are the outputs {', '.join(OUTPUTS)}.",
            'Send {"name": "probabilities"}.',
        )
    parameters = _parameters(output, place)
    best = parameters.get("classification", 0)
    if type(best) is not int or not 0 <= best < 2**31 or (best and name != PROBABILITIES):
        raise InvalidInput(
            f'"classification" of {place} is {describe(best)}.',
            "It says how many of the likeliest classes of probabilities are told, as a number.",
            "Leave it out.",
        )
    return Wanted(name, parameters.get("binary_data", binary) is True, best)


def _output(
    wanted: Wanted, probabilities: NDArray[np.float32], names: tuple[str, ...], binary: list[bytes]
) -> dict[str, Any]:
    """Return one output as JSON, and lay its bytes down where it comes in binary."""
    content: NDArray[np.float32] | list[str]
    shape = [len(probabilities)]
    if wanted.best:
        shape.append(min(wanted.best, len(names)))
        content = _classification(probabilities, names, shape[1])
    elif wanted.name == CLASS:
        content = [names[place] for place in probabilities.argmax(axis=1).tolist()]
    elif wanted.name == CONFIDENCE:
        content = probabilities.max(axis=1)
    else:
        shape.append(len(names))
        content = probabilities.reshape(-1)
    words = isinstance(content, list)
    output: dict[str, Any] = {
        "name": wanted.name, "shape": shape, "datatype": "BYTES" if words else "FP32",
    }  # fmt: skip
    if not wanted.binary:
        return {**output, "data": content}
    if isinstance(content, list):
        binary.append(join(content))
    else:
        binary.append(content.astype("<f4", copy=False).tobytes())
    return {**output, "parameters": {"binary_data_size": len(binary[-1])}}


def _classification(
    probabilities: NDArray[np.float32], names: tuple[str, ...], count: int
) -> list[str]:
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :count]
    return [
        f"{probabilities[row, place]:.6f}:{place}:{names[place]}"
        for row, places in enumerate(order.tolist())
        for place in places
    ]
