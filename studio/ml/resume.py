"""Saving a training while it runs, and going on from what was saved."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.configs import ModelConfig
from studio.core.errors import InvalidInput, StudioError
from studio.core.training import TrainingConfig
from studio.ml.arrays import TrainingData
from studio.ml.backend import keras
from studio.ml.checkpoints import Checkpoint, save_checkpoint
from studio.ml.export import load_keras
from studio.ml.state import TrainingState

SAVE_SECONDS = 3.0
"""Epochs shorter than this share a checkpoint."""
LONG_EPOCH_SECONDS = 15.0
"""Within an epoch longer than this a checkpoint is saved every so often."""
SAVE_SHARE = 0.01
"""Saving takes at most this share of the time, unless nothing was saved for LONGEST_SECONDS."""
LONGEST_SECONDS = 60.0
_FACTS = (
    "epochs", "epoch_sums", "point_sums", "learning_rate", "stopping", "plateau",
    "kept_epoch", "kept_facts", "last_facts", "early_stopped",
)  # fmt: skip


class Save:
    """Saves checkpoints, and puts what one holds back.

    Args:
        state: Where the training is.
        folder: Of the checkpoints.
        signature: Names the training that a checkpoint belongs to.
        precision: What the model computes with; a training is taken up with the same.
    """

    def __init__(self, state: TrainingState, folder: Path, signature: str, precision: str) -> None:
        self._state = state
        self._folder = folder
        self._signature = signature
        self._precision = precision
        self._saved = time.monotonic()
        self._took = 0.0

    def restore(self, checkpoint: Checkpoint, model: keras.Model, optimizer: Any) -> None:
        """Go on from a checkpoint of this training.

        Args:
            checkpoint: It.
            model: Of the same stack.
            optimizer: Built for it.
        """
        for prefix, variables in _variables(model, optimizer).items():
            for number, variable in enumerate(variables):
                variable.assign(checkpoint.arrays[f"{prefix}_{number}"])
        state = self._state
        state.step = checkpoint.step
        for name in _FACTS:
            setattr(state, name, checkpoint.facts[name])
        state.kept_weights = _numbered(checkpoint.arrays, "kept")
        state.confusion = checkpoint.arrays.get("confusion", state.confusion)
        if state.kept_epoch:
            state.kept_loss = checkpoint.facts["kept_loss"]

    def due(self) -> bool:
        """Return whether it is time to save."""
        state, waited = self._state, time.monotonic() - self._saved
        if state.diverged_at is not None or state.cancelled:
            return False
        if state.paused or (state.at_epoch_end and state.ended):
            return True
        least = SAVE_SECONDS if state.at_epoch_end else LONG_EPOCH_SECONDS
        return waited >= max(least, min(self._took / SAVE_SHARE, LONGEST_SECONDS))

    def save(self, model: keras.Model, optimizer: Any) -> None:
        """Write a checkpoint.

        Raises:
            StudioError: The disk is full or broken; earlier checkpoints are untouched.
        """
        state, began = self._state, time.monotonic()
        arrays = {
            f"{prefix}_{number}": np.asarray(variable)
            for prefix, variables in _variables(model, optimizer).items()
            for number, variable in enumerate(variables)
        }
        arrays |= {f"kept_{number}": value for number, value in enumerate(state.kept_weights)}
        if state.confusion is not None:
            arrays["confusion"] = state.confusion
        facts = {name: getattr(state, name) for name in _FACTS}
        facts |= {
            "signature": self._signature,
            "precision": self._precision,
            "kept_loss": state.kept_loss if state.kept_epoch else None,
        }
        try:
            save_checkpoint(self._folder, Checkpoint(state.step, facts, arrays))
        except OSError as error:
            raise StudioError(
                f"A checkpoint could not be written: {error.strerror or error}.",
                "Training saves its progress to disk, so that a broken-off run can go on.",
                "Make room on the disk of the workspace, then start the run again.",
            ) from error
        self._saved = time.monotonic()
        self._took = self._saved - began


def _variables(model: keras.Model, optimizer: Any) -> dict[str, list[Any]]:
    return {"model": model.variables, "optimizer": optimizer.variables}


def _numbered(arrays: dict[str, Any], prefix: str) -> list[Any]:
    count = sum(name.startswith(f"{prefix}_") for name in arrays)
    return [arrays[f"{prefix}_{number}"] for number in range(count)]


def start_from(model: keras.Model, path: Path) -> None:
    """Take over the weights of a model file.

    Raises:
        InvalidInput: They are of another stack.
    """
    weights = load_keras(path).get_weights()
    expected = [tuple(weight.shape) for weight in model.get_weights()]
    if [weight.shape for weight in weights] != expected:
        raise InvalidInput(
            "The weights to start from belong to a model of other layers.",
            "Every layer must have as many weights as there, and there must be as many classes.",
            "Start from a training of the same model and the same classes, or from random weights.",
        )
    model.set_weights(weights)


def signature_of(config: ModelConfig, training: TrainingConfig, data: TrainingData) -> str:
    """Name what a checkpoint belongs to: a change of any of it starts anew."""
    facts: list[Any] = [
        config.model_dump(mode="json"),
        training.model_dump(mode="json"),
        data.train.shape,
        data.train.count,
        data.validation.count if data.validation else 0,
        data.classes,
        hashlib.sha256(data.train.labels.tobytes()).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
