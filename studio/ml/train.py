"""Training: from a declared model and samples to weights, watched, stoppable, and resumable after a kill."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from studio.core.configs import ModelConfig, TrainingConfig
from studio.core.errors import InvalidInput, StudioError
from studio.ml.arrays import Batch, Split, TrainingData
from studio.ml.backend import device, keras, tf
from studio.ml.build import build, compile_model
from studio.ml.callbacks import Guard, Keep, Report
from studio.ml.checkpoints import latest_checkpoint
from studio.ml.memory import check_memory, out_of_memory
from studio.ml.resume import Save
from studio.ml.state import Emit, TrainingState

__all__ = ["Emit", "Trained", "train"]


@dataclass(frozen=True, eq=False)
class Trained:
    """What training ended with.

    Args:
        model: The Keras model with the kept weights.
        best_epoch: Epoch whose weights these are, from 1; the running one when none was complete.
        epochs_done: Complete epochs.
        steps_done: Batches trained.
        stopped: Somebody asked to stop before the end.
        diverged: The loss stopped being a number, and the weights are those of an epoch before.
        facts: `loss`, `accuracy`, `top_k` (and `val_*`) of the kept epoch, and `seconds` trained.
    """

    model: keras.Model
    best_epoch: int
    epochs_done: int
    steps_done: int
    stopped: bool
    diverged: bool
    facts: dict[str, float]


def train(
    config: ModelConfig,
    training: TrainingConfig,
    data: TrainingData,
    *,
    checkpoints: Path,
    emit: Emit,
    should_stop: Callable[[], bool],
) -> Trained:
    """Train a model, going on from the newest whole checkpoint if there is one.

    Batches come from an endless stream of shuffled passes, so an epoch may be shorter or longer than a pass,
    and a resumed training sees the batches it would have seen. Points are named as `MetricsEvent` says; a
    step is a batch, counted from 1 over all epochs.

    Args:
        config: The stack of layers.
        training: Epochs, batch size and the rest.
        data: Samples to learn from and to watch.
        checkpoints: Folder of this training's checkpoints; made if missing.
        emit: Where points, progress and log lines go.
        should_stop: Asked after every batch. Once it says True, training ends and keeps what
            `training.keep` says; stopped within the first epoch, it keeps what there is.

    Returns:
        The model and how training ended. A loss that stops being a number ends training early with the
        last kept epoch, if there is one.

    Raises:
        InvalidInput: No samples to train on, or the stack does not fit them.
        StudioError: The loss was no number before any epoch was complete, memory does not suffice, or a
            checkpoint cannot be written.
    """
    if not data.train.count:
        raise InvalidInput(
            "The training split has no labelled samples.",
            "A model learns from samples whose class is known.",
            "Label more samples, or choose a smaller test share.",
        )
    try:
        return _train(config, training, data, checkpoints, emit, should_stop)
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise out_of_memory(training.batch_size) from error


def _train(
    config: ModelConfig,
    training: TrainingConfig,
    data: TrainingData,
    checkpoints: Path,
    emit: Emit,
    should_stop: Callable[[], bool],
) -> Trained:
    started = time.monotonic()
    model = build(config, data.train.shape, data.classes, seed=training.seed)
    compile_model(model, training, data.classes)
    check_memory(model, min(training.batch_size, data.train.count))
    steps = training.steps_per_epoch or data.train.steps(training.batch_size)
    state = TrainingState(training.epochs, steps)
    guard = Guard(state, should_stop)
    emit.log(
        f"Training {model.count_params():,} parameters on {data.train.count:,} samples, "
        f"{training.epochs} epochs of {steps:,} steps, on {device()}."
    )

    report = Report(state, emit)
    keep_last = training.keep == "last"
    validate = _validation(model, data.validation, max(32, training.batch_size), guard)
    keep = Keep(state, report, emit, keep_last=keep_last, validate=validate)
    save = Save(state, report, checkpoints, _signature(config, training, data))
    if save.restore(model, latest_checkpoint(checkpoints)):
        emit.log(f"Going on after step {state.step:,} of {state.total:,}.")
    while not state.ended:
        epoch, done = divmod(state.step, steps)
        stream = partial(
            data.train.stream, training.batch_size, seed=training.seed, start=state.step
        )
        model.fit(
            _dataset(data.train, stream),
            initial_epoch=epoch,
            epochs=epoch + 1 if done else training.epochs,
            steps_per_epoch=steps - done,
            shuffle=False,
            callbacks=[guard, report, keep, save],
            verbose=0,
        )
    report.flush()
    kept = _kept(model, state, keep_last, emit)
    return Trained(
        model=model,
        best_epoch=state.kept_epoch if kept else state.epoch,
        epochs_done=state.epochs_done,
        steps_done=state.step,
        stopped=state.stopped,
        diverged=state.diverged_at is not None,
        facts={
            **(state.kept_facts if kept else state.last_facts),
            "seconds": time.monotonic() - started,
        },
    )


def _kept(model: keras.Model, state: TrainingState, keep_last: bool, emit: Emit) -> bool:
    """Put the weights that are to be kept into the model, and say whether they are those of a complete epoch."""
    if state.diverged_at is not None:
        if not state.kept_epoch:
            raise StudioError(
                f"The loss was no number any more after step {state.diverged_at:,}.",
                "The corrections grew instead of shrinking, usually because the learning rate is too high.",
                "Choose a lower learning rate, a tenth for example.",
            )
        emit.log(
            f"The loss was no number any more after step {state.diverged_at:,}: training ended early. "
            "A lower learning rate helps."
        )
    elif state.stopped:
        emit.log(f"Stopped after step {state.step:,} of {state.total:,}.")
    newer = keep_last and state.diverged_at is None and state.kept_epoch < state.epoch
    if newer or not state.kept_epoch:
        return False
    model.set_weights(state.kept_weights)
    emit.log(f"Keeping the weights of epoch {state.kept_epoch}.")
    return True


def _validation(
    model: keras.Model, split: Split | None, size: int, guard: Guard
) -> Callable[[], dict[str, float]] | None:
    """Return what measures the model on the validation split, None where there is none."""
    if split is None:
        return None
    batches = _dataset(split, lambda: (batch for _, batch in split.blocks(size)))
    steps = split.steps(size)
    return lambda: model.evaluate(
        batches, steps=steps, verbose=0, return_dict=True, callbacks=[guard]
    )


def _dataset(split: Split, batches: Callable[[], Iterator[Batch]]) -> Any:
    signature = (
        tf.TensorSpec((None, *split.shape), tf.uint8),
        tf.TensorSpec((None,), tf.int32),
    )
    dataset = tf.data.Dataset.from_generator(batches, output_signature=signature)
    return dataset.prefetch(4)


def _signature(config: ModelConfig, training: TrainingConfig, data: TrainingData) -> str:
    """Name what a checkpoint belongs to: a change of any of it starts anew."""
    facts = [
        config.model_dump(mode="json"),
        training.model_dump(mode="json"),
        data.train.shape,
        data.train.count,
        data.validation.count if data.validation else 0,
        data.classes,
        hashlib.sha256(data.train.labels.tobytes()).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
