"""Training: from a declared model and samples to weights, watched, steered, and resumable after a kill."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.core.class_weights import class_weights
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.errors import InvalidInput, StudioError
from studio.core.precision import choose_precision
from studio.core.schedules import learning_rates
from studio.core.stopping import EarlyStopping, PlateauRule
from studio.core.training import TrainingConfig
from studio.ml.arrays import Split, TrainingData
from studio.ml.backend import device, keras, tf
from studio.ml.build import build
from studio.ml.checkpoints import latest_checkpoint
from studio.ml.device import describe, gflop_per_sample, gpu, processor_flags
from studio.ml.feed import Feed
from studio.ml.loop import Loop, make_optimizer
from studio.ml.memory import check_memory, out_of_memory
from studio.ml.resume import Save, signature_of, start_from
from studio.ml.state import Emit, TrainingState
from studio.ml.watch import Look, Report

__all__ = ["Emit", "Trained", "train"]

CHUNK_SECONDS = 0.5
"""So long the compiled loop runs before it is asked what it measured and told what is wanted."""
PATIENCE_SECONDS = 2.0
"""An epoch is still judged when somebody asks for the end, if that takes no longer."""
Control = Callable[[], RunControl]


@dataclass(frozen=True, eq=False)
class Trained:
    """What training ended with.

    Args:
        model: The Keras model with the kept weights, in float32.
        best_epoch: Epoch whose weights these are, from 1; the running one when none was complete.
        epochs_done: Complete epochs.
        steps_done: Batches trained.
        stopped: Somebody asked to stop before the end.
        paused: Somebody asked to pause: a checkpoint is saved, and calling again goes on from it.
        cancelled: Somebody asked to cancel: nothing of this is wanted.
        early_stopped: The loss had not become lower for as long as the settings bear.
        diverged: The loss stopped being a number, and the weights are those of an epoch before.
        facts: `loss` and the chosen metrics (and `val_*`) of the kept epoch, `seconds` trained, `samples_per_second`
            and `gflops`, billions of multiplications and additions a second.
    """

    model: keras.Model
    best_epoch: int
    epochs_done: int
    steps_done: int
    stopped: bool
    paused: bool
    cancelled: bool
    early_stopped: bool
    diverged: bool
    facts: dict[str, float]


def train(
    config: ModelConfig,
    training: TrainingConfig,
    data: TrainingData,
    *,
    checkpoints: Path,
    emit: Emit,
    control: Control = RunControl,
    weights: Path | None = None,
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
        emit: Where points, observations, progress and log lines go.
        control: Asked every half a second what people want. Stopped, training keeps what `training.keep` says;
            stopped within the first epoch, it keeps what there is. Default: nobody wants anything.
        weights: A `.keras` file of the same stack whose weights are the start. Default: random ones.

    Returns:
        The model and how training ended. A loss that stops being a number ends training early with the
        last kept epoch, if there is one.

    Raises:
        InvalidInput: No samples to train on, or the stack or the weights do not fit.
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
        return _Run(config, training, data, checkpoints, emit, control, weights).train()
    except (tf.errors.ResourceExhaustedError, MemoryError) as error:
        raise out_of_memory(training.batch_size) from error


class _Run:
    """One training, from its first step in this process to its last."""

    def __init__(
        self,
        config: ModelConfig,
        training: TrainingConfig,
        data: TrainingData,
        checkpoints: Path,
        emit: Emit,
        control: Control,
        weights: Path | None,
    ) -> None:
        self._started = time.monotonic()
        self._config, self._training, self._data = config, training, data
        self._emit, self._control = emit, control
        keras.utils.set_random_seed(training.seed)
        if training.deterministic:
            tf.config.experimental.enable_op_determinism()
        signature = signature_of(config, training, data)
        found = latest_checkpoint(checkpoints)
        checkpoint = found if found and found.facts["signature"] == signature else None
        precision, reason = choose_precision(training.precision, processor_flags(), gpu())
        if checkpoint is not None and checkpoint.facts["precision"] != precision:
            precision, reason = checkpoint.facts["precision"], "this training began with it"
        self._shape = shape = data.train.shape
        self._model = build(
            config,
            shape,
            data.classes,
            seed=training.seed,
            precision=precision,
            l2=training.l2,
            fused=True,
        )
        check_memory(self._model, min(training.batch_size, data.train.count))
        self._optimizer = make_optimizer(training)
        self._optimizer.build(self._model.trainable_variables)
        steps = training.steps_per_epoch or data.train.steps(training.batch_size)
        self._state = state = TrainingState(training.epochs, steps)
        self._early, self._plateau = EarlyStopping.of(training), PlateauRule.of(training)
        state.stopping, state.plateau = self._early.to_dict(), self._plateau.to_dict()
        self._save = Save(state, checkpoints, signature, precision)
        engine = describe(self._model, precision, reason)
        emit.log(
            f"Training {engine['parameters']:,} parameters on {data.train.count:,} samples, "
            f"{training.epochs} epochs of {steps:,} steps, on {device()}, "
            f"in {precision.removeprefix('mixed_')}, because {reason}."
        )
        engine |= {
            "loop": "in memory" if data.train.in_memory else "in windows from the disk",
            "deterministic": training.deterministic,
        }
        emit.observation("engine", 0, engine)
        if checkpoint is not None:
            self._save.restore(checkpoint, self._model, self._optimizer)
            self._early.restore(state.stopping)
            self._plateau.restore(state.plateau)
            emit.log(f"Going on after step {state.step:,} of {state.total:,}.")
        elif weights is not None:
            start_from(self._model, weights)
            emit.log("Starting from the weights of another training.")
        counted = None
        if training.class_weights == "balanced":
            counted = class_weights(data.train.labels, data.classes)
        self._loop = Loop(
            self._model,
            self._optimizer,
            training,
            data.classes,
            class_weights=counted,
            pictures=config.input == "images",
        )
        self._report = Report(state, emit, training, data.classes)
        self._look = Look(self._loop, emit, data.train, data.validation)
        self._histograms = training.histograms
        self._per_step = math.inf
        self._timed = [0.0, 0.0]

    def train(self) -> Trained:
        """Train to the end and return what there is then."""
        state, training = self._state, self._training
        feed = Feed(self._data.train, training.batch_size, seed=training.seed, start=state.step)
        try:
            self._hear()
            state.stopped &= state.step > 0  # there is nothing to keep yet
            while not state.ended:
                self._train_chunk(feed)
                self._after_chunk()
        finally:
            feed.close()
        return self._trained()

    def _after_chunk(self) -> None:
        state = self._state
        self._hear()
        self._report.say_progress()
        if state.at_epoch_end and state.diverged_at is None and not state.cancelled:
            self._end_epoch()
        elif state.ended:
            state.last_facts = self._report.epoch_facts()
        if self._save.due():
            self._save.save(self._model, self._optimizer)

    def _train_chunk(self, feed: Feed) -> None:
        state = self._state
        left = state.steps_per_epoch - state.step % state.steps_per_epoch
        part = feed.take(max(1, min(left, self._chunk_steps())))
        rates = learning_rates(
            self._training,
            state.step + 1,
            part.steps,
            total_steps=state.total,
            scale=self._scale(),
        )
        began, first = time.monotonic(), self._per_step == math.inf
        steps = self._loop.train(
            part.samples, part.labels, part.order, part.bounds, rates, state.step + 1
        )
        seconds = time.monotonic() - began
        self._per_step = 0.0 if first else seconds / part.steps
        if not first:
            self._timed[0] += float(steps.sizes.sum())
            self._timed[1] += seconds
        known = part.labels[part.order] if steps.answers.size else part.labels[:0]
        self._report.add(steps, known, rates, None if first else seconds)

    def _chunk_steps(self) -> int:
        """Return how many steps the next call trains: one at first, as it is compiled then."""
        if self._per_step == math.inf:
            return 1
        if self._per_step == 0.0:
            return 1 if CHUNK_SECONDS == 0 else 4
        return int(CHUNK_SECONDS / self._per_step)

    def _scale(self) -> float:
        chosen = self._state.learning_rate
        return self._plateau.scale * (
            1.0 if chosen is None else chosen / self._training.learning_rate
        )

    def _hear(self) -> None:
        """Do what people ask for."""
        state, wish = self._state, self._control()
        state.cancelled |= wish.cancel
        state.stopped |= wish.stop and not wish.cancel
        state.paused |= wish.pauses
        if wish.epochs is not None and wish.epochs != state.epochs:
            state.epochs = max(wish.epochs, state.epoch)
            state.early_stopped = False
        if wish.learning_rate is not None and wish.learning_rate != state.learning_rate:
            state.learning_rate, self._plateau.cuts = wish.learning_rate, 0
            self._emit.log(
                f"The learning rate is {wish.learning_rate:g} from step {state.step + 1:,} on."
            )
        self._histograms = self._training.histograms if wish.histograms is None else wish.histograms

    def _end_epoch(self) -> None:
        """Judge a complete epoch, keep its weights if they are to be kept, and let the rules decide."""
        state, facts = self._state, self._report.epoch_facts()
        state.last_facts = facts
        watched = "loss"
        if self._data.validation is not None:
            watched, found = "val_loss", self._validate(self._data.validation)
            if found is None:
                return
            facts |= found
        if not math.isfinite(facts[watched]):
            state.diverged_at = state.step
            return
        if self._training.keep == "last" or facts[watched] < state.kept_loss:
            state.kept_epoch, state.kept_loss = state.epoch, facts[watched]
            state.kept_facts = facts
            state.kept_weights = self._model.get_weights()
        if self._early.update(facts[watched]) and not state.ended:
            state.early_stopped = True
        self._report.say_epoch(facts)
        if self._plateau.update(facts[watched]):
            self._emit.log("The loss stopped falling: the learning rate is cut.")
        state.stopping, state.plateau = self._early.to_dict(), self._plateau.to_dict()
        self._look.predictions(state.epoch, state.step, last=state.ended)
        if self._histograms:
            self._look.histograms(state.epoch, state.step, self._training.batch_size)

    def _validate(self, split: Split) -> dict[str, float] | None:
        """Return what was measured on the validation split, None when somebody asked for the end meanwhile."""
        began, size = time.monotonic(), max(32, self._training.batch_size)
        sums, answers, chunk = [], [], 1
        for window in split.in_order(size):
            done = 0
            while done < window.steps:
                if self._hurried(began):
                    return None
                part, since = window.part(done, chunk), time.monotonic()
                found = self._loop.judge(part.samples, part.labels, part.order, part.bounds)
                chunk = max(1, int(chunk * min(8.0, CHUNK_SECONDS / (time.monotonic() - since))))
                sums.append(np.column_stack([found.sums, found.sizes]))
                answers.append(found.answers)
                done += part.steps
        return self._report.judged_facts(
            np.concatenate(sums), np.concatenate(answers), split.labels
        )

    def _hurried(self, since: float) -> bool:
        """Return whether somebody waits for the end longer than PATIENCE_SECONDS. A pause waits in any case."""
        self._hear()
        state = self._state
        return state.cancelled or (state.stopped and time.monotonic() - since >= PATIENCE_SECONDS)

    def _trained(self) -> Trained:
        state = self._state
        kept = self._keep()
        model = build(self._config, self._shape, self._data.classes)
        model.set_weights(self._model.get_weights())
        samples, seconds = self._timed
        rate = samples / seconds if seconds else 0.0
        facts = {
            **(state.kept_facts if kept else state.last_facts),
            "seconds": time.monotonic() - self._started,
        }
        if rate:
            facts["samples_per_second"] = rate
            facts["gflops"] = rate * gflop_per_sample(model)
        return Trained(
            model=model,
            best_epoch=state.kept_epoch if kept else state.epoch,
            epochs_done=state.epochs_done,
            steps_done=state.step,
            stopped=state.stopped,
            paused=state.paused,
            cancelled=state.cancelled,
            early_stopped=state.early_stopped,
            diverged=state.diverged_at is not None,
            facts=facts,
        )

    def _keep(self) -> bool:
        """Put the weights that are to be kept into the model; say whether they are those of a complete epoch."""
        state, emit = self._state, self._emit
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
        elif state.paused or state.cancelled:
            return False
        elif state.stopped:
            emit.log(f"Stopped after step {state.step:,} of {state.total:,}.")
        elif state.early_stopped:
            emit.log(
                f"Ended after epoch {state.epochs_done:,} of {state.epochs:,}: the loss had not become lower "
                f"for {self._training.early_stopping:,} epochs."
            )
        last = self._training.keep == "last" and state.diverged_at is None
        if not state.kept_epoch or (last and state.kept_epoch < state.epoch):
            return False
        self._model.set_weights(state.kept_weights)
        emit.log(f"Keeping the weights of epoch {state.kept_epoch}.")
        return True
