"""Judging every sample by a model that was trained on the other ones."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.control import RunControl
from studio.core.errors import Cancelled, StudioError
from studio.core.events import ObservationKind, Point
from studio.core.run import Progress
from studio.ml.arrays import Samples, Split, TrainingData, load_split
from studio.ml.backend import keras
from studio.ml.state import PROGRESS_SECONDS, Emit
from studio.ml.train import Trained

BATCH = 256
"""Samples a model is asked about at a time."""
JUDGED = 254
"""In place of a split code: the samples that a fold's model judges, which it does not see while training."""


class Train(Protocol):
    """Trains one fold's model."""

    def __call__(
        self,
        data: TrainingData,
        *,
        checkpoints: Path,
        emit: Emit,
        control: Callable[[], RunControl],
    ) -> Trained:
        """Train on the samples; go on from the newest checkpoint where there is one."""


class Interrupted(Exception):
    """Somebody asked for a pause; what is done is saved."""


def out_of_fold(
    samples: Samples,
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
    classes: int,
    train: Train,
    *,
    folds: int,
    folder: Path,
    emit: Emit,
    control: Callable[[], RunControl] = RunControl,
    noun: str = "search for label errors",
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return what models say about samples they have not seen, going on after the last fold that was finished.

    Args:
        samples: (N, ...) as the model takes them, usually memory-mapped.
        labels: int32 (N,), -1 for none.
        codes: uint8 (N,), the fold of each sample; others than 0 to folds - 1 take no part.
        classes: Number of classes.
        train: Trains one fold's model.
        folds: Number of folds.
        folder: Where finished folds and checkpoints are; made if missing.
        emit: Where progress and log lines go.
        control: Asked what people want.
        noun: What is going on, for people.

    Returns:
        The judged samples, int64 (n,), ascending, and float32 (n, classes), memory-mapped.

    Raises:
        Interrupted: Somebody asked for a pause. Cancelled: Somebody asked to stop or to cancel.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = np.flatnonzero((codes < folds) & (np.asarray(labels) >= 0)).astype(np.int64)
    place = folder / "answers.npy"
    answers = _opened(place, (len(rows), classes))
    for fold in range(folds):
        done = folder / f"fold-{fold + 1}.done"
        if done.exists():
            continue
        told = _FoldEmit(emit, fold, folds)
        mine = codes[rows] == fold
        keras.backend.clear_session(free_memory=False)
        parts = np.full(len(codes), JUDGED - 1, np.uint8)
        parts[rows] = np.where(mine, JUDGED, 0)
        data = TrainingData(load_split(samples, labels, parts, 0), None, classes)
        trained = train(data, checkpoints=folder / f"fold-{fold + 1}", emit=told, control=control)
        _refuse_wishes(control(), trained, f"{noun} was stopped in fold {fold + 1} of {folds}")
        del data
        judged = load_split(samples, labels, parts, JUDGED)
        agreed = _judge(trained.model, judged, answers, np.flatnonzero(mine), told, control, noun)
        answers.flush()
        with place.open("rb") as file:
            os.fsync(file.fileno())
        done.touch()
        shutil.rmtree(folder / f"fold-{fold + 1}", ignore_errors=True)
        emit.log(
            f"Fold {fold + 1} of {folds}: the model agrees with {agreed / max(1, judged.count):.1%} "
            f"of {judged.count:,} labels it has not seen."
        )
    return rows, np.load(place, mmap_mode="r")


def _opened(path: Path, shape: tuple[int, int]) -> Any:
    if path.exists():
        return np.load(path, mmap_mode="r+")
    aside = path.with_name(f".{path.name}")
    made = np.lib.format.open_memmap(aside, "w+", dtype=np.float32, shape=shape)
    made.flush()
    aside.replace(path)
    return made


def _refuse_wishes(wish: RunControl, trained: Trained, what: str) -> None:
    """End where the model is not the whole one, or where nobody wants the rest."""
    if (trained.paused or wish.pause) and not (wish.stop or wish.cancel):
        raise Interrupted
    if trained.cancelled or trained.stopped or wish.ends:
        raise Cancelled(
            f"The {what}.",
            "Somebody asked to stop, and what is half done has nothing to show.",
            "Start it again.",
        )


def _judge(
    model: keras.Model,
    split: Split,
    answers: Any,
    places: NDArray[np.int64],
    emit: _FoldEmit,
    control: Callable[[], RunControl],
    noun: str,
) -> int:
    """Write the model's answers to their places and return how many agree with the labels."""
    agreed, said = 0, time.monotonic()
    for where, (block, known) in split.blocks(BATCH):
        answer = np.asarray(model.predict_on_batch(block))
        if not np.isfinite(answer).all():
            raise StudioError(
                "A model's answers are no numbers.",
                "Weights that grew without bounds make such answers.",
                "Choose a lower learning rate.",
            )
        answers[places[where]] = answer
        agreed += int(np.count_nonzero(answer.argmax(axis=1) == known))
        if time.monotonic() - said >= PROGRESS_SECONDS:
            said = time.monotonic()
            emit.judging(where.stop, split.count)
            wish = control()
            if wish.pauses:
                raise Interrupted
            if wish.ends:
                raise Cancelled(
                    f"The {noun} was stopped.",
                    "Somebody asked to stop.",
                    "Start it again.",
                )
    emit.judging(split.count, split.count)
    return agreed


class _FoldEmit:
    """Passes on how far a fold is as a part of all of them, and nothing else: a line a fold is enough."""

    def __init__(self, emit: Emit, fold: int, folds: int) -> None:
        self._emit, self._fold, self._folds = emit, fold, folds
        self._steps = 0

    def progress(self, progress: Progress) -> None:
        """Say how far training is."""
        self._steps, left = progress.total, progress.seconds_left
        if left is not None and progress.rate:
            left += (self._folds - self._fold - 1) * progress.total / progress.rate
        self._say(progress.done, f"training, {progress.message}".removesuffix(", "), left)

    def judging(self, done: int, total: int) -> None:
        """Say how far judging is."""
        self._say(self._steps, f"judging {done:,} of {total:,} samples", None)

    def metrics(self, points: list[Point]) -> None:
        """Say nothing."""

    def observation(self, kind: ObservationKind, step: int, body: dict[str, Any]) -> None:
        """Say nothing."""

    def log(self, text: str) -> None:
        """Say nothing."""

    def _say(self, done: int, words: str, left: float | None) -> None:
        self._emit.progress(
            Progress(
                done=self._fold * self._steps + done,
                total=self._folds * self._steps,
                unit="steps",
                message=f"fold {self._fold + 1} of {self._folds}, {words}",
                seconds_left=left,
            )
        )
