"""A model file of another program: checked, read, converted and tried, in a process of its own with limits.

`python -m studio read-model FOLDER` is that process: the folder holds `request.json` and the file, and gets
`facts.json` and the model's new files, or `failure.json`. Whoever started it
reads those, and nothing else that the file led to.
"""

from __future__ import annotations

import json
import resource
import signal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.adapter import InputAdapter
from studio.core.errors import InvalidInput, StudioError
from studio.core.foreign import (
    FileFormat,
    ForeignFacts,
    ForeignInput,
    ForeignRequest,
    adapter_of,
    runnable_format,
)
from studio.core.layer import format_shape
from studio.ml.available import available_bytes
from studio.ml.engines import Engine, LiteRT, Onnx
from studio.ml.predict import Predictor

REQUEST, FACTS, FAILURE = "request.json", "facts.json", "failure.json"
SECONDS = 300
"""Time that reading may take, on the wall and on the processor's cores together."""
BYTES_LEAST, BYTES_MOST = 4 * 10**9, 16 * 10**9
"""Addresses that it may have, TensorFlow's own included: what is free and RESERVED, within these."""
RESERVED = 3 * 10**9
FILE_BYTES = 4 * 10**9
TRIED = 8
COLOURS = (1, 3, 4)


def main(folder: Path) -> int:
    """Do what the request in a folder says, within limits. Returns the exit status, 0 also for a refusal."""
    limit()
    request = ForeignRequest.model_validate_json((folder / REQUEST).read_bytes())
    try:
        facts = read_model(folder, request)
    except StudioError as error:
        (folder / FAILURE).write_text(json.dumps(error.as_dict()))
    except MemoryError:
        (folder / FAILURE).write_text(json.dumps(too_big().as_dict()))
    else:
        (folder / FACTS).write_text(facts.model_dump_json())
    return 0


def limit() -> None:
    """Let this process have so much memory, time and room on the disk, and no core file, from now on."""
    free = available_bytes()
    most = BYTES_MOST if free is None else min(BYTES_MOST, max(BYTES_LEAST, free + RESERVED))
    wanted = {
        resource.RLIMIT_AS: most,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_CPU: 2 * SECONDS,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, allowed))
    signal.alarm(SECONDS)


def too_big() -> StudioError:
    """Return the error of a model that does not fit into the memory."""
    return InvalidInput(
        "The model takes more memory than a model that is imported may.",
        "Its layers are larger than what is free here, or its file is made to fill the memory.",
        "Import a smaller model.",
    )


def read_model(folder: Path, request: ForeignRequest) -> ForeignFacts:
    """Check, read and convert a model file, and try it on pictures of noise.

    Args:
        folder: Where the file lies and new ones go.
        request: Which file, and what people said of its pictures.

    Raises:
        StudioError: What is wrong with it.
    """
    path = folder / request.file
    parameters, names, notes, scaled = 0, tuple[str, ...](), list[str](), False
    files: dict[FileFormat, Path] = {}
    match request.format:
        case "keras" | "h5":
            from studio.ml import foreign_keras
            from studio.sources.archive import Archive

            if request.format == "keras":
                Archive(path, lambda done, total, unit, message: None)
                model = foreign_keras.read_keras(path, folder)
            else:
                model = foreign_keras.read_h5(path, folder)
            parameters = int(model.count_params())
            scaled = any(
                type(layer).__name__ in ("Rescaling", "Normalization") for layer in model.layers[:4]
            )
            files = foreign_keras.write_model(model, folder, request.height, request.width)
            notes.append("Written anew, and converted to .tflite; both answer alike.")
        case "tflite":
            from studio.ml.foreign_tflite import check_tflite

            parameters, names = check_tflite(path)
            files = {"tflite": path}
        case "savedmodel":
            from studio.ml.foreign_tflite import check_tflite
            from studio.ml.foreign_trusted import convert_saved_model

            files = {"tflite": convert_saved_model(path, folder)}
            parameters, _ = check_tflite(files["tflite"])
            notes.append("Converted from a SavedModel to .tflite.")
        case "onnx" | "pytorch":
            from studio.ml.foreign_onnx import check_onnx

            if request.format == "pytorch":
                from studio.ml.foreign_trusted import convert_pytorch

                path = convert_pytorch(path, folder)
                notes.append("Converted from a PyTorch program to ONNX.")
            parameters, names = check_onnx(path)
            files = {"onnx": path}
    return _tried(request, files, parameters, names, notes, scaled)


def _tried(
    request: ForeignRequest,
    files: dict[FileFormat, Path],
    parameters: int,
    names: tuple[str, ...],
    notes: list[str],
    scaled: bool,
) -> ForeignFacts:
    """Ask the model about noise, and say what it takes and gives."""
    runnable = runnable_format(files)
    engine: Engine = (LiteRT if runnable == "tflite" else Onnx)(files[runnable], 1)
    height, width, adapter = _input(engine, request, scaled, notes)
    predictor = Predictor(
        files[runnable],
        adapter=adapter,
        shape=(height, width, adapter.channels),
        file_format=runnable,
    )
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (TRIED, *predictor.shape), np.uint8)
    answers = predictor.raw(noise)
    if not np.isfinite(answers).all():
        raise InvalidInput(
            "The model answers with something that is no number.",
            "Its weights are damaged, or its file is made for other numbers than it says.",
            "Export it again.",
        )
    if not request.output and adapter.output == "probabilities":
        adapter = _with_output(adapter, answers, notes)
    return ForeignFacts(
        format=request.format,
        files={name: file.name for name, file in files.items()},
        shape=(height, width, adapter.channels),
        adapter=adapter,
        outputs=answers.shape[1],
        class_names=names if len(names) == max(2, answers.shape[1]) else (),
        parameters=parameters,
        notes=tuple(notes),
    )


def _input(
    engine: Engine, request: ForeignInput, scaled: bool, notes: list[str]
) -> tuple[int, int, InputAdapter]:
    """Return height, width and the adapter: as people said, and the rest as the file says."""
    if engine.dtype is None or len(engine.shape) != 3:
        raise InvalidInput(
            "The model takes no pictures.",
            f"Its input is {format_shape(engine.shape) or 'a single number'} of a type that pictures cannot become; "
            "it must be height x width x channels, or channels x height x width, beside the number of pictures.",
            "Import a model that takes one picture and gives a number for each class.",
        )
    first, middle, last = engine.shape
    planes = first in COLOURS and last not in COLOURS
    channels = first if planes else last
    height, width = (middle, last) if planes else (first, middle)
    if request.adapter is not None and channels < 1:
        channels = request.adapter.channels
    if channels not in COLOURS:
        raise InvalidInput(
            f"The model takes pictures with {channels if channels > 0 else 'any number of'} channels.",
            f"Its input is {format_shape(engine.shape)}; pictures here have 1 (grey), 3 or 4 (colours).",
            "Export it for pictures of 1 or 3 channels.",
        )
    height = _side("height", height, request.height)
    width = _side("width", width, request.width)
    dtype = np.dtype(engine.dtype).name
    kept = {
        "layout": "nchw" if planes else "nhwc",
        "dtype": dtype if dtype in ("uint8", "int8") else "float32",
        "channels": channels,
    }
    if request.adapter is not None:
        return height, width, InputAdapter.model_validate({**request.adapter.model_dump(), **kept})
    adapter = _scaled(engine, request, scaled, channels, notes)
    output = {"output": request.output} if request.output else {}
    return height, width, InputAdapter.model_validate({**adapter.model_dump(), **kept, **output})


def _side(name: str, found: int, said: int) -> int:
    """Return a side of the pictures."""
    if found > 0 and said not in (0, found):
        raise InvalidInput(
            f"The model does not take pictures of {name} {said}.",
            f"Its file says {found}.",
            f"Leave the {name} open.",
        )
    if found < 1 and not said:
        raise InvalidInput(
            f"The {name} of the pictures is not in the file.",
            "The model takes pictures of any size; it answers best to those of the size it was trained on.",
            "Say which size that was.",
        )
    return found if found > 0 else said


def _scaled(
    engine: Engine, request: ForeignInput, scaled: bool, channels: int, notes: list[str]
) -> InputAdapter:
    """Return the adapter for the scaling that people said, or that the file lets one guess."""
    raw = engine.raw_range if isinstance(engine, LiteRT) else None
    if request.scaling:
        return adapter_of(request.scaling, channels, reverse=request.reverse)
    if raw is not None:
        notes.append("Pixels are taken as they are: the file is of whole numbers.")
        return InputAdapter(scale=raw[0], offset=raw[1], channels=channels, reverse=request.reverse)
    if scaled or np.issubdtype(engine.dtype, np.integer):
        notes.append("Pixels are taken as they are, 0 to 255: the model scales them itself.")
        shift = -128.0 if engine.dtype == np.int8 else 0.0
        return InputAdapter(scale=1, offset=shift, channels=channels, reverse=request.reverse)
    notes.append(
        "Guessed: pixels are scaled to 0 to 1. If its answers make no sense, say another scaling."
    )
    return adapter_of("0..1", channels, reverse=request.reverse)


def _with_output(adapter: InputAdapter, answers: NDArray[Any], notes: list[str]) -> InputAdapter:
    """Return the adapter for the kind of answers that noise gave."""
    within = bool((answers >= -1e-6).all() and (answers <= 1 + 1e-6).all())
    sums = answers.sum(axis=1)
    if within and (answers.shape[1] == 1 or np.allclose(sums, 1, atol=0.05)):
        return adapter
    if within and np.ptp(answers) > 1e-6:
        notes.append(
            "Its numbers lie between 0 and 1 and do not add up to 1: they are divided by their sum."
        )
        return adapter
    notes.append("Its numbers are no probabilities: a softmax makes them ones.")
    return adapter.model_copy(update={"output": "logits"})


__all__ = ["FACTS", "FAILURE", "REQUEST", "SECONDS", "main", "read_model"]
