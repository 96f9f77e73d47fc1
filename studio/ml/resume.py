"""Saving a training while it runs, and going on from what was saved."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.errors import StudioError
from studio.ml.backend import keras
from studio.ml.callbacks import Report
from studio.ml.checkpoints import Checkpoint, save_checkpoint
from studio.ml.state import TrainingState

SAVE_SECONDS = 1.0
"""Epochs shorter than this share a checkpoint."""
LONG_EPOCH_SECONDS = 60.0
"""Within an epoch longer than this a checkpoint is saved every so often."""


class Save(keras.callbacks.Callback):
    """Saves checkpoints, and puts what one holds back into the model. Comes last."""

    def __init__(self, state: TrainingState, report: Report, folder: Path, signature: str) -> None:
        super().__init__()
        self._state = state
        self._report = report
        self._folder = folder
        self._signature = signature
        self._saved = time.monotonic()
        self._running_means: list[Any] = []

    def restore(self, model: keras.Model, checkpoint: Checkpoint | None) -> bool:
        """Go on from a checkpoint of the same training.

        Args:
            model: The model, compiled.
            checkpoint: The newest one, None when there is none.

        Returns:
            Whether it was of this training and is now restored.
        """
        if checkpoint is None or checkpoint.facts["signature"] != self._signature:
            return False
        model.optimizer.build(model.trainable_variables)
        for prefix, variables in self._variables(model).items():
            for number, variable in enumerate(variables):
                variable.assign(checkpoint.arrays[f"{prefix}_{number}"])
        self._running_means = _numbered(checkpoint.arrays, "metric")
        _make_metrics(model)
        state = self._state
        state.step = checkpoint.step
        state.kept_epoch = checkpoint.facts["kept_epoch"]
        state.kept_facts = checkpoint.facts["kept_facts"]
        state.kept_weights = _numbered(checkpoint.arrays, "kept")
        if state.kept_epoch:
            state.kept_loss = checkpoint.facts["kept_loss"]
        return True

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Continue the running means of an epoch that was interrupted."""
        if not self._state.at_epoch_end:
            for variable, value in zip(
                self.model.metrics_variables, self._running_means, strict=True
            ):
                variable.assign(value)
        self._running_means = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Save within a long epoch."""
        waited = time.monotonic() - self._saved
        if waited >= LONG_EPOCH_SECONDS and not self._state.at_epoch_end:
            self._save()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save at an epoch's end, the last one in any case."""
        waited = time.monotonic() - self._saved
        if self._state.at_epoch_end and (waited >= SAVE_SECONDS or self._state.ended):
            self._save()

    def _save(self) -> None:
        state = self._state
        if state.diverged_at is not None:
            return
        self._report.flush()
        arrays = {
            f"{prefix}_{number}": np.asarray(variable)
            for prefix, variables in self._variables(self.model).items()
            for number, variable in enumerate(variables)
        }
        arrays |= {f"kept_{number}": value for number, value in enumerate(state.kept_weights)}
        arrays |= {
            f"metric_{number}": np.asarray(variable)
            for number, variable in enumerate(self.model.metrics_variables)
        }
        facts = {
            "signature": self._signature,
            "kept_epoch": state.kept_epoch,
            "kept_loss": state.kept_loss if state.kept_epoch else None,
            "kept_facts": state.kept_facts,
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

    @staticmethod
    def _variables(model: keras.Model) -> dict[str, list[Any]]:
        return {"model": model.variables, "optimizer": model.optimizer.variables}


def _make_metrics(model: keras.Model) -> None:
    """Let Keras make the variables of its metrics, which it puts off to the first batch."""
    samples, labels = np.zeros((1, *model.input_shape[1:]), np.uint8), np.zeros(1, np.int32)
    model.test_on_batch(samples, labels)


def _numbered(arrays: dict[str, Any], prefix: str) -> list[Any]:
    count = sum(name.startswith(f"{prefix}_") for name in arrays)
    return [arrays[f"{prefix}_{number}"] for number in range(count)]
