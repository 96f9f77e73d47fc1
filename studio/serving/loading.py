"""Loading a registered version so that it can be asked, and trying it before anybody else does."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.core.components_inference import WebInputParams
from studio.core.errors import StudioError
from studio.core.foreign import runnable_format
from studio.core.inference import Inference
from studio.core.layer import format_shape
from studio.core.model import ModelVersion
from studio.core.table import example_row
from studio.ml.predict import Predictor
from studio.processes import start_program
from studio.serving.errors import Broken
from studio.serving.exchange import Samples
from studio.workspace import Workspace, preparation

if TYPE_CHECKING:
    from studio.tables.sql import Queries

EXAMPLE_TEXT = "An example, to see whether the model answers."
_log = logging.getLogger("studio.serving")


@dataclass(frozen=True)
class Checked:
    """A loaded version whose answers are looked at before they go out."""

    title: str
    predictor: Predictor

    @property
    def steady(self) -> bool:
        """Whether samples take about as long whatever they hold."""
        return True

    @property
    def batches(self) -> list[int]:
        """Numbers of samples that are asked about at once, the largest first."""
        return self.predictor.batches

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Return probabilities, float32 (n, classes).

        Raises:
            Broken: The model answers with something that is no number.
        """
        probabilities: NDArray[np.float32] = self.predictor.predict(samples)
        # A sum is finite where all of it is, and costs a third of asking each.
        if not np.isfinite(probabilities.sum()):
            raise Broken(
                f"{self.title} answers with something that is no number.",
                "Its weights are damaged, or its training went astray.",
                "Point the endpoint at another version.",
            )
        return probabilities


@dataclass(frozen=True)
class Prepared:
    """A loaded version whose samples a pipeline prepares.

    Args:
        title: As of `Checked`.
        model: Is asked then.
        prepare: From samples as callers send them to samples as the model takes them.
        first: One sample as callers send them.
        steady: Whether preparing takes about as long whatever the samples hold; a query may take any time.
    """

    title: str
    model: Checked
    prepare: Callable[[Any], Any]
    first: Samples
    steady: bool

    @property
    def batches(self) -> list[int]:
        """Numbers of samples that are asked about at once, the largest first."""
        return self.model.batches

    def predict(self, samples: Samples) -> NDArray[np.float32]:
        """Return probabilities, float32 (n, classes).

        Raises:
            InvalidInput: A sample cannot be prepared. Broken: As of `Checked`.
        """
        return self.model.predict(self.prepare(samples))


def version_key(version: ModelVersion) -> str:
    """Return what tells apart versions that are loaded differently: the file, and what stands before it."""
    if version.behind is not None and version.inference is not None:
        return f"{version_key(version.behind)} {version.inference.digest}"
    adapter, text = version.adapter, version.text
    return " ".join(
        (
            version.files[runnable_format(version.files)].digest,
            str(version.shape),
            str(len(version.class_names)),
            adapter.model_dump_json() if adapter is not None else "",
            text.model_dump_json() if text is not None else "",
            version.table.model_dump_json() if version.table is not None else "",
        )
    )


def load(workspace: Workspace, version: ModelVersion) -> Checked | Prepared:
    """Return a version ready to be asked.

    Raises:
        Broken: Its file is missing, damaged, or that of another model; or it does not fit to what prepares its samples.
    """
    if version.behind is not None and version.inference is not None:
        return _prepared(_load(workspace, version.behind), version.behind, version.inference)
    return _load(workspace, version)


def _prepared(model: Checked, version: ModelVersion, inference: Inference) -> Prepared:
    taken, made = version.shape, inference.shape
    if inference.input.task == "images" and taken != made and version.adapter is None:
        raise Broken(
            f"{version.title} does not fit to the pipeline before it.",
            f"It takes pictures of {format_shape(taken)}; the pipeline makes {format_shape(made)}.",
            "Let the alias point at a model that was trained by the same pipeline.",
        )
    try:
        prepare = preparation(inference, version.table, ask)
    except StudioError as error:
        raise Broken(error.what, error.why, error.fix) from error
    steady = all(step.component != "sql" for step in inference.steps)
    return Prepared(version.title, model, prepare, first_sample(inference.input), steady)


def ask(query: str, tables: dict[str, Any]) -> tuple[Any, NDArray[np.int64] | None]:
    """Ask a query of the rows of a request, in a process of its own, as `studio.tables.sql.Queries` does."""
    return _queries().ask(query, tables)


@cache
def _queries() -> Queries:
    from studio.tables.sql import IN_A_REQUEST, Queries  # not where no pipeline has columns

    return Queries(start_program, IN_A_REQUEST)


def first_sample(taken: WebInputParams) -> Samples:
    """Return one sample that a pipeline takes: a grey ramp, a sentence, or a row of plain values."""
    if taken.task == "text":
        return [EXAMPLE_TEXT]
    if taken.task == "images":
        return _ramp(taken.shape)
    return [example_row(taken.columns)]


def _ramp(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return (np.arange(math.prod(shape)) % 256).astype(np.uint8).reshape(1, *shape)


def _load(workspace: Workspace, version: ModelVersion) -> Checked:
    try:
        runnable = runnable_format(version.files)
        predictor = Predictor(
            workspace.artifacts.read(version.files[runnable].digest),
            text=version.text,
            table=version.table,
            adapter=version.adapter,
            shape=version.shape,
            file_format=runnable,
        )
    except StudioError as error:
        raise Broken(error.what, error.why, error.fix) from error
    if predictor.shape != version.input_shape or predictor.classes != len(version.class_names):
        raise Broken(
            f"The .{runnable} file of {version.title} is of another model.",
            f"It takes {predictor.shape} and knows {predictor.classes} classes; the registered "
            f"model takes {version.input_shape} and knows {len(version.class_names)}.",
            "Register the model again.",
        )
    return Checked(version.title, predictor)


def example(model: Checked | Prepared) -> Samples:
    """Return one sample that a model takes: a grey ramp, a sentence, a row of plain values, or strokes that stay."""
    if isinstance(model, Prepared):
        return model.first
    predictor = model.predictor
    if predictor.text is not None:
        return [EXAMPLE_TEXT]
    if predictor.table is not None:
        return [example_row(predictor.table.columns)]
    if predictor.dtype == np.uint8:
        return _ramp(predictor.shape)
    return np.zeros((1, *predictor.shape), predictor.dtype)


def try_out(model: Checked | Prepared, version: ModelVersion) -> None:
    """Ask a loaded version about one example, as callers will.

    Raises:
        Broken: It answers in the wrong form, or with what is no number. StudioError: It cannot be asked.
    """
    answers = model.predict(example(model))
    if answers.shape != (1, len(version.class_names)):
        raise Broken(
            f"{version.title} answers with {answers.shape[-1]} numbers.",
            f"It has {len(version.class_names)} classes.",
            "Register the model again.",
        )


def unexpected(title: str, error: Exception) -> Broken:
    """Return what is told of a version that fails as no version should; the log has the rest, callers do not."""
    _log.error("%s cannot be loaded or asked.", title, exc_info=error)
    return Broken(
        f"{title} fails when it is loaded or asked.",
        f"{type(error).__name__}; logs/serve.log of the workspace says more.",
        "Point the endpoint at another version.",
    )
