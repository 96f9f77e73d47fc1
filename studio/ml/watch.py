"""What a training says while it runs: points of the curves, progress, and what its layers and answers look like."""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.events import Point
from studio.core.metrics import average_precision, class_scores, confusion_matrix
from studio.core.run import Progress
from studio.core.training import TrainingConfig
from studio.ml.arrays import Split
from studio.ml.device import resident_bytes
from studio.ml.loop import Loop, Steps
from studio.ml.state import PROGRESS_SECONDS, Emit, TrainingState

POINTS_AN_EPOCH = 200
SECONDS_BETWEEN_LOOKS = 2.0
"""Predictions of epochs that follow each other faster are left out."""
LOOKED_AT = 12
"""Samples whose predictions are shown."""
TOP = 3
BINS = 40


def point_every(training: TrainingConfig, steps_per_epoch: int) -> int:
    """Return how many steps lie between two points: always the same ones, so that a resumed run repeats them."""
    return training.points_every or math.ceil(steps_per_epoch / POINTS_AN_EPOCH)


class Report:
    """Adds up what steps measured, and says points of the curves and how long it will take.

    Args:
        state: Where the training is; it is counted on here.
        emit: Who is told.
        training: The settings.
        classes: Number of classes.
    """

    def __init__(
        self, state: TrainingState, emit: Emit, training: TrainingConfig, classes: int
    ) -> None:
        self._state = state
        self._emit = emit
        self._every = point_every(training, state.steps_per_epoch)
        self._metrics = training.metrics
        self._classes = classes
        self._progress_time = self._log_time = -math.inf
        self._began: tuple[int, float] | None = None
        state.epoch_sums = state.epoch_sums or [0.0] * 4
        state.point_sums = state.point_sums or [0.0] * 4

    def add(
        self,
        steps: Steps,
        labels: NDArray[np.int32],
        rates: NDArray[np.float32],
        seconds: float | None,
    ) -> None:
        """Count trained steps and say their points. A loss that is no number ends the counting at its step.

        Args:
            steps: What was measured.
            labels: int32 (n,), true classes of the samples, in the order they were learned from.
            rates: float32 (steps,), the learning rates.
            seconds: How long they took; None where that says nothing about their speed.
        """
        state, first = self._state, self._state.step + 1
        bad = np.flatnonzero(~np.isfinite(steps.sums[:, 0]))
        good = int(bad[0]) if len(bad) else len(steps.sizes)
        if len(bad):
            state.diverged_at = first + good
        table = np.column_stack([steps.sums, steps.sizes])[:good]
        at_start = (first - 1) % state.steps_per_epoch == 0
        state.epoch_sums = _add([0.0] * 4 if at_start else state.epoch_sums, table)
        if steps.answers.size:
            known = labels[: int(steps.sizes[:good].sum())]
            matrix = confusion_matrix(known, steps.answers[: len(known)], self._classes)
            old = state.confusion
            state.confusion = matrix if at_start or old is None else old + matrix
        self._say_points(table, first, rates, seconds)
        state.step = first + len(steps.sizes) - 1 if not len(bad) else first + good

    def epoch_facts(self) -> dict[str, float]:
        """Return the running means of the epoch."""
        facts = self._means(self._state.epoch_sums)
        if self._state.confusion is not None:
            facts |= self._class_means(self._state.confusion)
        return facts

    def judged_facts(
        self, sums: NDArray[np.float64], answers: NDArray[Any], labels: NDArray[np.int32]
    ) -> dict[str, float]:
        """Return what was measured on the validation split. Args as `add`, and what `Loop.judge` answered."""
        facts = self._means(_add([0.0] * 4, sums))
        predicted = answers.argmax(axis=1) if answers.ndim == 2 else answers
        if answers.size:
            facts |= self._class_means(confusion_matrix(labels, predicted, self._classes))
        if "mean_average_precision" in self._metrics and answers.ndim == 2:
            present = np.unique(labels).tolist()
            found = [average_precision(labels == c, answers[:, c]) for c in present]
            facts["mean_average_precision"] = float(np.mean(found))
        return {f"val_{name}": value for name, value in facts.items()}

    def say_epoch(self, facts: dict[str, float]) -> None:
        """Say the points of a complete epoch, and at times a line."""
        state = self._state
        self._emit.metrics(
            [
                (name if name.startswith("val_") else f"epoch_{name}", state.step, value)
                for name, value in facts.items()
            ]
        )
        now = time.monotonic()
        if now - self._log_time >= PROGRESS_SECONDS or state.ended:
            self._log_time = now
            numbers = ", ".join(f"{name} {value:.4f}" for name, value in facts.items())
            self._emit.log(f"Epoch {state.epochs_done} of {state.epochs}: {numbers}.")

    def say_progress(self) -> None:
        """Say how far the training is, if that was not said a moment ago."""
        state, now = self._state, time.monotonic()
        self._began = self._began or (state.step, now)
        if now - self._progress_time < PROGRESS_SECONDS and not state.ended:
            return
        self._progress_time = now
        step, since = self._began
        rate = (state.step - step) / (now - since) if state.step > step else None
        self._emit.progress(
            Progress(
                done=state.step,
                total=state.total,
                unit="steps",
                message=f"epoch {state.epoch:,} of {state.epochs:,}",
                seconds_left=(state.total - state.step) / rate if rate else None,
                rate=rate,
            )
        )

    def _say_points(
        self,
        table: NDArray[np.float64],
        first: int,
        rates: NDArray[np.float32],
        seconds: float | None,
    ) -> None:
        state, start = self._state, 0
        points: list[Point] = []
        machine = {"memory": float(resident_bytes())}
        if seconds:
            machine["samples_per_second"] = table[:, 3].sum() / seconds
        for end in range(-first % self._every + 1, len(table) + 1, self._every):
            means = self._means(_add(state.point_sums, table[start:end]))
            means |= {"learning_rate": float(rates[end - 1]), **machine}
            points += [(name, first + end - 1, value) for name, value in means.items()]
            state.point_sums, start = [0.0] * 4, end
        state.point_sums = _add(state.point_sums, table[start:])
        if points:
            self._emit.metrics(points)

    def _means(self, sums: list[float]) -> dict[str, float]:
        loss, right, among, count = sums
        found = {"loss": loss}
        if "accuracy" in self._metrics:
            found["accuracy"] = right
        if "top_k" in self._metrics:
            found["top_k"] = among
        return {name: value / max(count, 1) for name, value in found.items()}

    def _class_means(self, matrix: NDArray[np.int64]) -> dict[str, float]:
        """Return the chosen ones of precision, recall and F1, as means over the classes that occur."""
        present = matrix.sum(axis=1) > 0
        scores = class_scores(matrix)._asdict()
        return {
            name: float(scores[name][present].mean())
            for name in ("precision", "recall", "f1")
            if name in self._metrics
        }


class Look:
    """Says what the model answers for a few samples, and what its weights and gradients are like.

    Args:
        loop: Of the training.
        emit: Who is told.
        train: The samples that are learned from.
        validation: The samples that are watched, None where there are none.
    """

    def __init__(self, loop: Loop, emit: Emit, train: Split, validation: Split | None) -> None:
        self._loop = loop
        self._emit = emit
        self._train = train
        self._split = validation or train
        self._time = -math.inf
        self._positions = np.unique(
            np.linspace(0, self._split.count - 1, LOOKED_AT).astype(np.int64)
        )
        self._samples: NDArray[Any] | None = None

    def predictions(self, epoch: int, step: int, *, last: bool) -> None:
        """Say what the model answers for the same few samples as ever, unless it did so a moment ago."""
        now = time.monotonic()
        if now - self._time < SECONDS_BETWEEN_LOOKS and not last:
            return
        self._time = now
        if self._samples is None:
            self._samples = self._split.take(self._positions)
        answers = self._loop.answers(self._samples)
        best = np.argsort(-answers, axis=1, kind="stable")[:, :TOP]
        body = {
            "epoch": epoch,
            "samples": self._split.ids[self._positions].tolist(),
            "true": self._split.labels[self._positions].tolist(),
            "top": [
                [[int(c), round(float(answers[row, c]), 4)] for c in classes]
                for row, classes in enumerate(best)
            ],
        }
        self._emit.observation("predictions", step, body)

    def histograms(self, epoch: int, step: int, batch_size: int) -> None:
        """Say how weights are distributed, and the gradients of one batch, layer by layer."""
        rows = np.arange(min(batch_size, self._train.count))
        gradients = self._loop.gradients(self._train.take(rows), self._train.labels[rows])
        layers = [
            {"name": name, "weights": _histogram(weights), "gradients": _histogram(slopes)}
            for name, weights, slopes in gradients
        ]
        self._emit.observation("histograms", step, {"epoch": epoch, "layers": layers})


def _add(sums: list[float], table: NDArray[np.float64]) -> list[float]:
    """Return sums with the rows of a table added one after the other, so that it never matters how they came."""
    return np.cumsum(np.vstack([sums, table]), axis=0)[-1].tolist()


def _histogram(values: NDArray[np.float32]) -> dict[str, list[float]] | None:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    counts, edges = np.histogram(finite, BINS)
    return {"edges": [float(f"{edge:.5g}") for edge in edges], "counts": counts.tolist()}
