"""The compiled loop: many steps of training, or of judging, in one call, with nothing done in Python per batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.training import TrainingConfig
from studio.ml.arrays import ALIGNMENT
from studio.ml.augment import augment, mixup
from studio.ml.backend import keras, tf
from studio.ml.build import OPTIMIZERS
from studio.ml.losses import loss_of, sample_weights


@dataclass(frozen=True, eq=False)
class Steps:
    """What was measured in some steps.

    Args:
        sums: float64 (steps, 3): sums over a batch's samples of the loss, of right answers, and of answers with the
            right class among the k most likely.
        sizes: int64 (steps,), samples of each batch.
        answers: What the model answered, sample after sample: int32 (n,) classes or float32 (n, classes); empty
            unless asked for.
    """

    sums: NDArray[np.float64]
    sizes: NDArray[np.int64]
    answers: NDArray[Any]


class Loop:
    """Trains and judges one model, many batches a call.

    Both calls take samples that lie in memory and the rows that each batch is made of. Nothing depends on how
    batches are divided into calls: every step finds its learning rate and its randomness by its number.

    Args:
        model: What `build` made; its variables are trained.
        optimizer: A Keras optimizer, built for the model's trainable variables.
        training: The settings.
        classes: Number of classes.
        class_weights: float32 (classes,), what a sample of each class counts in the loss; None: all alike.
        pictures: Whether samples are pictures, which may be augmented.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        training: TrainingConfig,
        classes: int,
        *,
        class_weights: NDArray[np.float32] | None = None,
        pictures: bool = True,
    ) -> None:
        self._model = model
        self._optimizer = optimizer
        self._training = training
        self._classes = classes
        self._class_weights = class_weights
        self._loss = loss_of(training, classes)
        self._k = min(training.top_k, classes)
        self._augments = training.augments and pictures
        self._confused = bool({"precision", "recall", "f1"} & set(training.metrics))
        self._ranked = "mean_average_precision" in training.metrics
        dtype = tf.as_dtype(model.inputs[0].dtype)
        samples = tf.TensorSpec((None, *model.inputs[0].shape[1:]), dtype)
        numbers = tf.TensorSpec((None,), tf.int32)
        self._train = tf.function(
            self._train_steps,
            autograph=False,
            input_signature=[
                samples,
                numbers,
                numbers,
                numbers,
                tf.TensorSpec((None,), tf.float32),
                tf.TensorSpec((), tf.int32),
            ],
        )
        self._judge = tf.function(
            self._judge_steps, autograph=False, input_signature=[samples, numbers, numbers, numbers]
        )
        self._answer = tf.function(self._answered, autograph=False, input_signature=[samples])
        self._slopes = tf.function(
            self._gradients, autograph=False, input_signature=[samples, numbers]
        )
        self._held: dict[int, tuple[Any, Any]] = {}

    def train(
        self,
        samples: NDArray[Any],
        labels: NDArray[np.int32],
        order: NDArray[np.int32],
        bounds: NDArray[np.int32],
        rates: NDArray[np.float32],
        first_step: int,
    ) -> Steps:
        """Train some batches.

        Args:
            samples: (m, ...).
            labels: int32 (m,).
            order: int32 (n,), rows of `samples`.
            bounds: int32 (steps + 1,), where in `order` each batch begins and ends.
            rates: float32 (steps,), the learning rates.
            first_step: Number of the first batch over all epochs, from 1.
        """
        sums, answers = self._train(
            self._resident(samples), labels, order, bounds, rates, np.int32(first_step)
        )
        return Steps(sums.numpy().astype(np.float64), np.diff(bounds), answers.numpy())

    def judge(
        self,
        samples: NDArray[Any],
        labels: NDArray[np.int32],
        order: NDArray[np.int32],
        bounds: NDArray[np.int32],
    ) -> Steps:
        """Measure the model on some batches, without changing it. Args as `train`."""
        sums, answers = self._judge(self._resident(samples), labels, order, bounds)
        return Steps(sums.numpy().astype(np.float64), np.diff(bounds), answers.numpy())

    def answers(self, samples: NDArray[Any]) -> NDArray[np.float32]:
        """Return float32 (n, classes): what the model answers for a few samples."""
        found: NDArray[np.float32] = self._answer(samples).numpy()
        return found

    def gradients(
        self, samples: NDArray[Any], labels: NDArray[np.int32]
    ) -> list[tuple[str, NDArray[np.float32], NDArray[np.float32]]]:
        """Return (layer, its weights, their gradients for one batch), each flat, without changing the model."""
        slopes = self._slopes(samples, labels)
        by_path = {
            variable.path: np.asarray(slope, np.float32).reshape(-1)
            for variable, slope in zip(self._model.trainable_variables, slopes, strict=True)
        }
        return [
            (
                layer.name,
                np.concatenate([np.asarray(v, np.float32).reshape(-1) for v in variables]),
                np.concatenate([by_path[v.path] for v in variables]),
            )
            for layer in self._model.layers
            if (variables := layer.trainable_variables)
        ]

    def _resident(self, samples: NDArray[Any]) -> Any:
        """Return samples as a tensor: once for the same array, and without copying it where that is possible."""
        held = self._held.get(id(samples))
        if held is None:
            while len(self._held) > 1:
                del self._held[next(iter(self._held))]
            held = self._held[id(samples)] = samples, resident(samples)
        return held[1]

    def _train_steps(
        self, samples: Any, labels: Any, order: Any, bounds: Any, rates: Any, first: Any
    ) -> Any:
        count = tf.size(rates)
        sums = tf.TensorArray(tf.float32, count, element_shape=(3,))
        answers = tf.TensorArray(tf.int32, count, element_shape=(None,), infer_shape=False)

        def step(number: Any, sums: Any, answers: Any) -> Any:
            rows = order[bounds[number] : bounds[number + 1]]
            images, classes = tf.gather(samples, rows), tf.gather(labels, rows)
            measured, predicted = self._step(images, classes, rates[number], first + number)
            sums = sums.write(number, measured)
            if self._confused:
                answers = answers.write(number, predicted)
            return number + 1, sums, answers

        _, sums, answers = tf.while_loop(
            lambda number, *_: number < count, step, (0, sums, answers), parallel_iterations=1
        )
        return sums.stack(), answers.concat() if self._confused else tf.zeros((0,), tf.int32)

    def _step(self, samples: Any, classes: Any, rate: Any, step: Any) -> Any:
        y_true = classes
        if self._augments:
            samples, y_true = self._augmented(samples, classes, step)
        with tf.GradientTape() as tape:
            answers = self._model(samples, training=True)
            losses = self._losses(y_true, answers)
            loss = tf.reduce_mean(losses)
            if self._model.losses:
                loss += tf.add_n(self._model.losses)
        variables = self._model.trainable_variables
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        self._optimizer.learning_rate.assign(rate)
        self._optimizer.apply(gradients, variables)
        return self._measured(losses, answers, classes)

    def _losses(self, y_true: Any, answers: Any) -> Any:
        losses = self._loss(y_true, answers)
        if self._class_weights is None:
            return losses
        return losses * sample_weights(y_true, self._class_weights)

    def _measured(self, losses: Any, answers: Any, classes: Any) -> Any:
        predicted = tf.argmax(answers, axis=1, output_type=tf.int32)
        right = tf.reduce_sum(tf.cast(predicted == classes, tf.float32))
        among = tf.reduce_sum(tf.cast(tf.math.in_top_k(classes, answers, self._k), tf.float32))
        return tf.stack([tf.reduce_sum(losses), right, among]), predicted

    def _augmented(self, samples: Any, classes: Any, step: Any) -> Any:
        images = augment(tf.cast(samples, tf.float32), self._training, self._training.seed, step)
        y_true = classes
        if self._training.mixup:
            one_hot = tf.one_hot(classes, self._classes)
            images, y_true = mixup(images, one_hot, self._training, self._training.seed, step)
        return tf.cast(tf.round(images), samples.dtype), y_true

    def _answered(self, samples: Any) -> Any:
        return self._model(samples, training=False)

    def _gradients(self, samples: Any, classes: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self._losses(classes, self._model(samples, training=False)))
        variables = [variable.value for variable in self._model.trainable_variables]
        return tape.gradient(loss, variables, unconnected_gradients="zero")

    def _judge_steps(self, samples: Any, labels: Any, order: Any, bounds: Any) -> Any:
        count = tf.size(bounds) - 1
        sums = tf.TensorArray(tf.float32, count, element_shape=(3,))
        kind, shape = (tf.float32, (None, self._classes)) if self._ranked else (tf.int32, (None,))
        told = self._ranked or self._confused
        answers = tf.TensorArray(kind, count, element_shape=shape, infer_shape=False)

        def step(number: Any, sums: Any, answers: Any) -> Any:
            rows = order[bounds[number] : bounds[number + 1]]
            classes = tf.gather(labels, rows)
            given = self._model(tf.gather(samples, rows), training=False)
            measured, predicted = self._measured(self._losses(classes, given), given, classes)
            sums = sums.write(number, measured)
            if told:
                answers = answers.write(number, given if self._ranked else predicted)
            return number + 1, sums, answers

        _, sums, answers = tf.while_loop(
            lambda number, *_: number < count, step, (0, sums, answers), parallel_iterations=1
        )
        return sums.stack(), answers.concat() if told else tf.zeros((0,), kind)


def resident(array: NDArray[Any]) -> Any:
    """Return an array as a tensor; on a CPU one that reads the array's own memory, where its start allows that."""
    aligned = array.ctypes.data % ALIGNMENT == 0 and array.flags.c_contiguous
    if aligned and array.flags.writeable and not tf.config.list_logical_devices("GPU"):
        return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
    return tf.constant(array)


def make_optimizer(training: TrainingConfig) -> Any:
    """Return the optimizer of some settings."""
    wanted: dict[str, Any] = {"global_clipnorm": training.clip_norm}
    if training.weight_decay or training.optimizer == "adamw":
        wanted["weight_decay"] = training.weight_decay
    return OPTIMIZERS[training.optimizer](learning_rate=training.learning_rate, **wanted)
