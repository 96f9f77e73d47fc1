"""How fast models are, all in turns."""

from __future__ import annotations

import functools
import os
import platform
import re
from pathlib import Path
from typing import Any

from studio.compute.context import Context, StepProgress
from studio.core.errors import InvalidInput, StudioError
from studio.core.model_spec import ModelSpec
from studio.core.pipeline import Node
from studio.core.speed import SPEED_FORMATS, SpeedParams, SpeedReport, speed_row

REPORT = "speed.json"

Key = tuple[str, str, int]
"""Model, format, batch size."""


def measure(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Time each file of some models in each batch size, all in turns.

    Raises:
        InvalidInput: There is nothing to time. Cancelled: Somebody asked to stop.
    """
    from studio.ml.speed import example_batch, in_turns

    params: SpeedParams = context.params(node)
    specs = {context.spec.models[name].title: context.spec.models[name] for name in params.models}
    asks: dict[Key, Any] = {}
    left_out: list[str] = []
    for title, spec in specs.items():
        for file_format in _formats(spec, params.formats):
            try:
                ask, like = _asked(context, spec, file_format)
                for size in params.batch_sizes:
                    batch = example_batch(like, size)
                    asks[title, file_format, size] = functools.partial(ask, batch)
            except StudioError as error:
                left_out.append(f"{title}, {file_format}: {error.what} {error.why}")
    if not asks:
        raise InvalidInput(
            "There is nothing to time.",
            " ".join(left_out) or "None of these models has a file in one of these formats.",
            "Choose other models or formats.",
        )
    progress = StepProgress(context, "measurement")
    seconds = in_turns(
        asks, params.rounds, lambda done, total: progress(done, total, "timings", "in turns")
    )
    rows = [speed_row(*key, found, specs[key[0]].sizes[key[1]]) for key, found in seconds.items()]
    report = SpeedReport(
        rows=tuple(rows),
        rounds=params.rounds,
        device=device_name(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        left_out=tuple(left_out),
    )
    content = report.model_dump_json(indent=1).encode()
    context.emit.artifact(context.artifacts.put(content, REPORT))
    context.emit.result({"timed": len(rows), "models": list(specs)})
    for words in left_out:
        context.emit.log(f"Left out: {words}")
    context.emit.log(f"{len(rows):,} files and batch sizes timed in {params.rounds} rounds.")
    return {}


def _formats(spec: ModelSpec, wanted: tuple[str, ...]) -> list[str]:
    return [f for f in SPEED_FORMATS if f in spec.files and (not wanted or f in wanted)]


def _asked(context: Context, spec: ModelSpec, file_format: str) -> tuple[Any, Any]:
    """Return what asks a model's file about a batch, and a predictor that says what a sample looks like."""
    from studio.ml.export import load_keras
    from studio.ml.predict import Predictor

    def predictor(of: str) -> Predictor:
        file = context.artifacts.path(spec.files[of])
        if spec.adapter is None:
            return Predictor(file, text=spec.text, table=spec.table)
        kind: Any = "onnx" if of == "onnx" else "tflite"
        return Predictor(file, adapter=spec.adapter, shape=spec.shape, file_format=kind)

    if file_format != "keras":
        made = predictor(file_format)
        return made.predict, made
    if spec.config is None:
        raise InvalidInput(
            "The Keras file of a model of another program is not run.",
            "It is kept as it came; what was converted from it is what answers.",
            "Compare its other formats.",
        )
    model = load_keras(context.artifacts.path(spec.files["keras"]))
    return model.predict_on_batch, predictor("tflite")


def device_name() -> str:
    """Return what the processor is called."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.is_file() else ""
    match = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    return match[1].strip() if match else platform.processor()
