"""Judging a trained model on samples it has never seen."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.adapter import coloured, resized
from studio.core.curves import EvaluationCurves
from studio.core.errors import Cancelled, InvalidInput, StudioError
from studio.core.evaluation import Evaluation
from studio.core.judging import judge
from studio.core.layer import format_shape
from studio.core.predictions import Predictions
from studio.core.run import Progress
from studio.ml.arrays import Split
from studio.ml.backend import keras
from studio.ml.predict import COLOURS, Predictor
from studio.ml.state import PROGRESS_SECONDS, Emit

BATCH_SIZES = (256, 64, 16, 4, 1)
"""Samples are judged in batches of the largest of these sizes whose results fit into `BATCH_BYTES`."""
BATCH_BYTES = 256_000_000
TIMED_SAMPLES = 300
TIMED_SECONDS = 2.0
"""So many samples are asked about one at a time, or for so long."""


class Subject(NamedTuple):
    """The model that is judged.

    Args:
        keras: As Keras has it; None for a model of another program: then the predictor is judged.
        predictor: As exported, with one thread.
        sizes: Format -> bytes of its file.
        title: `name:version` or `run/NAME` of a model that was there before; "" for one that was trained just now.
    """

    keras: keras.Model | None
    predictor: Predictor
    sizes: Mapping[str, int]
    title: str = ""


class Part(NamedTuple):
    """The samples it is judged on.

    Args:
        split: Those whose class the model knows; labels are places in the model's classes.
        dataset: `name:version`.
        base: Of the dataset version.
        name: "train", "validation", "test" or "all".
        not_judged: Labelled samples of the part whose class the model does not know.
    """

    split: Split
    dataset: str
    base: str = ""
    name: str = "test"
    not_judged: int = 0


class Judgement(NamedTuple):
    """An evaluation and what it was made from."""

    evaluation: Evaluation
    predictions: Predictions
    curves: EvaluationCurves


class _Asked(NamedTuple):
    milliseconds_per_sample: float
    milliseconds_per_sample_batched: float
    agreement: float


def evaluate(
    subject: Subject,
    part: Part,
    class_names: Sequence[str],
    *,
    k: int,
    out: Path,
    emit: Emit,
    should_stop: Callable[[], bool] = lambda: False,
    seed: int = 0,
) -> Judgement:
    """Judge a model, reading the samples in batches and writing the answers to a file.

    Pictures of another size or other colours than the model takes are fitted to it first.

    Args:
        subject: The model.
        part: The samples.
        class_names: Names of the classes, in the order of the outputs.
        k: Also count an answer as right among the k most likely; at most all classes.
        out: Where the probabilities are written, as `.npy`: float32 (n, classes).
        emit: Where progress goes.
        should_stop: Asked after every batch. Default never.
        seed: Of the bootstrap intervals. Default 0.

    Raises:
        InvalidInput: There are no such samples, or the model is for other samples or classes.
        Cancelled: `should_stop` said so.
        StudioError: The model answers with something that is no number.
    """
    split = part.split
    _check(subject, part, class_names)
    probabilities = np.lib.format.open_memmap(
        out, "w+", dtype=np.float32, shape=(split.count, len(class_names))
    )
    asked = _ask(subject, split, probabilities, emit, should_stop)
    probabilities.flush()
    answers = np.load(out, mmap_mode="r")
    predictions = Predictions(
        part.dataset, part.base, tuple(class_names), split.ids, split.labels, answers
    )
    emit.progress(Progress(done=split.count, total=split.count, unit="samples", message="counting"))

    def step() -> None:
        if should_stop():
            raise _stopped(split.count, split.count)

    judged = judge(predictions, k=k, seed=seed, step=step)
    evaluation = Evaluation(
        **judged.facts,
        **asked._asdict(),
        parameters=0 if subject.keras is None else subject.keras.count_params(),
        model_size_bytes=dict(subject.sizes),
        split=part.name,
        model=subject.title,
        not_judged=part.not_judged,
        base=part.base,
    )
    return Judgement(evaluation, predictions, judged.curves)


def _ask(
    subject: Subject,
    split: Split,
    out: NDArray[np.float32],
    emit: Emit,
    should_stop: Callable[[], bool],
) -> _Asked:
    """Ask the model, and as exported, about every sample."""
    predictor = subject.predictor
    size = _batch_size(subject.keras)
    agreed, seconds, said = 0, list[float](), -math.inf
    predictor.predict(_fitted(split.take(np.arange(min(size, split.count))), predictor))
    for where, (taken, _) in split.blocks(size):
        samples = _fitted(taken, predictor)
        begin = time.perf_counter()
        exported = predictor.predict(samples)
        seconds.append((time.perf_counter() - begin) / len(samples))
        answer = exported
        if subject.keras is not None:
            answer = np.asarray(subject.keras.predict_on_batch(samples))
        agreed += int(np.count_nonzero(answer.argmax(axis=1) == exported.argmax(axis=1)))
        out[where] = answer
        _refuse_no_numbers(answer, where.start)
        if should_stop():
            raise _stopped(where.stop, split.count)
        if time.monotonic() - said >= PROGRESS_SECONDS or where.stop == split.count:
            said = time.monotonic()
            emit.progress(
                Progress(done=where.stop, total=split.count, unit="samples", message="evaluating")
            )
    return _Asked(
        _milliseconds_per_sample(predictor, split), median(seconds) * 1000, agreed / split.count
    )


def _stopped(done: int, total: int) -> Cancelled:
    return Cancelled(
        f"The evaluation was stopped after {done:,} of {total:,} samples.",
        "Somebody asked to stop.",
        "Submit the run again to evaluate the model.",
    )


def _milliseconds_per_sample(predictor: Predictor, split: Split) -> float:
    samples = _fitted(split.take(np.arange(min(TIMED_SAMPLES, split.count))), predictor)
    predictor.predict(samples[:1])
    seconds: list[float] = []
    while len(seconds) < TIMED_SAMPLES and sum(seconds) < TIMED_SECONDS:
        number = len(seconds) % len(samples)
        begin = time.perf_counter()
        predictor.predict(samples[number : number + 1])
        seconds.append(time.perf_counter() - begin)
    return median(seconds) * 1000


def _batch_size(model: keras.Model | None) -> int:
    if model is None:
        return BATCH_SIZES[0]
    largest = max(math.prod(layer.output.shape[1:]) for layer in model.layers)
    return next(n for n in BATCH_SIZES if n == 1 or n * largest * 4 <= BATCH_BYTES)


def _refuse_no_numbers(answer: NDArray[np.float32], first: int) -> None:
    if not np.isfinite(answer).all():
        raise StudioError(
            f"The model's answers from sample {first:,} on are no numbers.",
            "Weights that grew without bounds, or a damaged file, make such answers.",
            "Train again with a lower learning rate.",
        )


def _check(subject: Subject, part: Part, class_names: Sequence[str]) -> None:
    split, predictor = part.split, subject.predictor
    if not split.count:
        where = "The dataset" if part.name == "all" else f"The {part.name} split"
        raise InvalidInput(
            f"{where} has no labelled samples"
            + (" of classes that the model knows." if part.not_judged else "."),
            "A model is judged by comparing its answers with known classes.",
            "Choose another part or another dataset."
            if part.not_judged or part.name != "test"
            else "Label samples of the test split, or choose a larger test share.",
        )
    pictures = predictor.dtype == np.uint8 and len(split.shape) == 3 and split.shape[2] in COLOURS
    shape = predictor.shape if pictures else split.shape
    found = [(predictor.shape, predictor.classes)]
    if subject.keras is not None:
        found.insert(0, (tuple(subject.keras.input_shape[1:]), subject.keras.output_shape[-1]))
    for taken, classes in found:
        if (taken, classes) != (shape, len(class_names)):
            raise InvalidInput(
                f"The model takes samples of {format_shape(taken)} and knows {classes} classes; the dataset has "
                f"samples of {format_shape(shape)} and {len(class_names)} classes.",
                "A model can only be judged on samples like those it was trained on.",
                "Choose the dataset the model was trained on, or another version of it.",
            )


def _fitted(samples: NDArray[Any], predictor: Predictor) -> NDArray[Any]:
    """Return pictures in the size and colours that a model takes; all else, and what an adapter fits, as it is."""
    if predictor.adapter is not None or samples.shape[1:] == predictor.shape:
        return samples
    height, width, channels = predictor.shape
    fitted = coloured(resized(samples, height, width), channels)
    return np.clip(np.rint(fitted), 0, 255).astype(np.uint8)
