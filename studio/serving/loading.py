"""Loading a registered version so that it can be asked, and trying it before anybody else does."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.foreign import runnable_format
from studio.core.model import ModelVersion
from studio.ml.predict import Predictor
from studio.serving.errors import Broken
from studio.serving.exchange import Samples
from studio.workspace import Workspace

EXAMPLE_TEXT = "An example, to see whether the model answers."
_log = logging.getLogger("studio.serving")


@dataclass(frozen=True)
class Checked:
    """A loaded version whose answers are looked at before they go out."""

    title: str
    predictor: Predictor

    @property
    def batches(self) -> list[int]:
        """Numbers of samples that are asked about at once, the largest first."""
        return self.predictor.batches

    def predict(self, samples: NDArray[Any] | Sequence[str]) -> NDArray[np.float32]:
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


def version_key(version: ModelVersion) -> str:
    """Return what tells apart versions that are loaded differently: the file, and what stands before it."""
    adapter, text = version.adapter, version.text
    return " ".join(
        (
            version.files[runnable_format(version.files)].digest,
            str(version.shape),
            str(len(version.class_names)),
            adapter.model_dump_json() if adapter is not None else "",
            text.model_dump_json() if text is not None else "",
        )
    )


def load(workspace: Workspace, version: ModelVersion) -> Checked:
    """Return a version ready to be asked.

    Raises:
        Broken: Its file is missing, damaged, or that of another model.
    """
    try:
        runnable = runnable_format(version.files)
        predictor = Predictor(
            workspace.artifacts.read(version.files[runnable].digest),
            text=version.text,
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


def example(model: Checked) -> Samples:
    """Return one sample that a model takes: a grey ramp, a sentence, or strokes that stay where they are."""
    predictor = model.predictor
    if predictor.text is not None:
        return [EXAMPLE_TEXT]
    if predictor.dtype == np.uint8:
        size = int(np.prod(predictor.shape))
        return (np.arange(size) % 256).astype(np.uint8).reshape(1, *predictor.shape)
    return np.zeros((1, *predictor.shape), predictor.dtype)


def try_out(model: Checked, version: ModelVersion) -> None:
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
