"""Judging a trained model on samples it has never seen."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import Cancelled, InvalidInput, StudioError
from studio.core.evaluation import MISTAKE_LIMIT, ClassEvaluation, Evaluation, Mistake
from studio.core.metrics import (
    average_precision,
    class_scores,
    confusion_matrix,
    cross_entropy,
    ranks,
)
from studio.core.run import Progress
from studio.ml.arrays import MEMORY_LIMIT, Split
from studio.ml.backend import keras
from studio.ml.predict import Predictor
from studio.ml.state import PROGRESS_SECONDS, Emit

BATCH_SIZES = (256, 64, 16, 4, 1)
"""Samples are judged in batches of the largest of these sizes whose results fit into `BATCH_BYTES`."""
BATCH_BYTES = 256_000_000
TIMED_SAMPLES = 300
TIMED_SECONDS = 2.0
"""So many samples are asked about one at a time, or for so long."""


def evaluate(
    model: keras.Model,
    predictor: Predictor,
    split: Split,
    class_names: Sequence[str],
    *,
    k: int,
    dataset: str,
    sizes: Mapping[str, int],
    emit: Emit,
    should_stop: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Judge a model, reading the split in batches.

    Args:
        model: The Keras model.
        predictor: The same model exported, with one thread.
        split: The test split.
        class_names: Names of the classes, in the order of the outputs.
        k: Also count an answer as right among the k most likely; at most all classes.
        dataset: `name:version`.
        sizes: Format -> size of the file in bytes.
        emit: Where progress goes.
        should_stop: Asked after every batch. Default never.

    Raises:
        InvalidInput: The split has no labelled samples, or the model is for other samples or classes.
        Cancelled: `should_stop` said so.
        StudioError: The model answers with something that is no number.
    """
    _check(model, predictor, split, class_names)
    with tempfile.TemporaryFile() as file:
        shape = (split.count, len(class_names))
        probabilities: NDArray[np.float32] = (
            np.empty(shape, np.float32)
            if math.prod(shape) * 4 <= MEMORY_LIMIT
            else np.memmap(file, np.float32, "w+", shape=shape)
        )
        size = _batch_size(model)
        agreed, seconds, said = 0, list[float](), -math.inf
        predictor.predict(split.take(np.arange(min(size, split.count))))
        for where, (samples, _) in split.blocks(size):
            answer = np.asarray(model.predict_on_batch(samples))
            begin = time.perf_counter()
            exported = predictor.predict(samples)
            seconds.append((time.perf_counter() - begin) / len(samples))
            agreed += int(np.count_nonzero(answer.argmax(axis=1) == exported.argmax(axis=1)))
            probabilities[where] = answer
            _refuse_no_numbers(answer, where.start)
            if should_stop():
                raise Cancelled(
                    f"The evaluation was stopped after {where.stop:,} of {split.count:,} samples.",
                    "Somebody asked to stop.",
                    "Submit the run again to evaluate the model.",
                )
            if time.monotonic() - said >= PROGRESS_SECONDS or where.stop == split.count:
                said = time.monotonic()
                emit.progress(
                    Progress(
                        done=where.stop, total=split.count, unit="samples", message="evaluating"
                    )
                )
        return Evaluation(
            dataset=dataset,
            parameters=model.count_params(),
            model_size_bytes=dict(sizes),
            milliseconds_per_sample=_milliseconds_per_sample(predictor, split),
            milliseconds_per_sample_batched=median(seconds) * 1000,
            agreement=agreed / split.count,
            **_judge(probabilities, split, tuple(class_names), min(k, len(class_names))),
        )


def _judge(
    probabilities: NDArray[np.float32], split: Split, class_names: tuple[str, ...], k: int
) -> dict[str, object]:
    """Return the part of an evaluation that follows from the answers alone."""
    labels, classes = split.labels, len(class_names)
    predicted = probabilities.argmax(axis=1)
    matrix = confusion_matrix(labels, predicted, classes)
    scores, support = class_scores(matrix), matrix.sum(axis=1)
    precisions = [average_precision(labels == c, probabilities[:, c]) for c in range(classes)]
    return {
        "class_names": class_names,
        "test_count": split.count,
        "accuracy": float(np.mean(predicted == labels)),
        "top_k": _top_k(probabilities, labels, k),
        "k": k,
        "loss": float(cross_entropy(probabilities, labels).mean()),
        "mean_average_precision": float(np.mean(np.array(precisions)[support > 0])),
        "per_class": tuple(
            ClassEvaluation(
                class_name=name,
                precision=scores.precision[c],
                recall=scores.recall[c],
                f1=scores.f1[c],
                support=support[c],
                average_precision=precisions[c],
            )
            for c, name in enumerate(class_names)
        ),
        "confusion_matrix": tuple(tuple(row) for row in matrix.tolist()),
        "mistakes": _mistakes(probabilities, predicted, split, class_names),
    }


def _top_k(probabilities: NDArray[np.float32], labels: NDArray[np.int32], k: int) -> float:
    right = 0
    for start in range(0, len(labels), 10_000):
        part = slice(start, start + 10_000)
        right += int(np.count_nonzero(ranks(probabilities[part], labels[part]) < k))
    return right / len(labels)


def _mistakes(
    probabilities: NDArray[np.float32],
    predicted: NDArray[np.int64],
    split: Split,
    class_names: tuple[str, ...],
) -> tuple[Mistake, ...]:
    wrong = np.flatnonzero(predicted != split.labels)
    confidence = probabilities[wrong, predicted[wrong]]
    worst = wrong[np.argsort(-confidence, kind="stable")[:MISTAKE_LIMIT]]
    return tuple(
        Mistake(
            sample=int(split.ids[i]),
            true=class_names[split.labels[i]],
            predicted=class_names[predicted[i]],
            confidence=float(probabilities[i, predicted[i]]),
            true_confidence=float(probabilities[i, split.labels[i]]),
        )
        for i in worst
    )


def _milliseconds_per_sample(predictor: Predictor, split: Split) -> float:
    samples = split.take(np.arange(min(TIMED_SAMPLES, split.count)))
    predictor.predict(samples[:1])
    seconds: list[float] = []
    while len(seconds) < TIMED_SAMPLES and sum(seconds) < TIMED_SECONDS:
        number = len(seconds) % len(samples)
        begin = time.perf_counter()
        predictor.predict(samples[number : number + 1])
        seconds.append(time.perf_counter() - begin)
    return median(seconds) * 1000


def _batch_size(model: keras.Model) -> int:
    largest = max(math.prod(layer.output.shape[1:]) for layer in model.layers)
    return next(n for n in BATCH_SIZES if n == 1 or n * largest * 4 <= BATCH_BYTES)


def _refuse_no_numbers(answer: NDArray[np.float32], first: int) -> None:
    if not np.isfinite(answer).all():
        raise StudioError(
            f"The model's answers from test sample {first:,} on are no numbers.",
            "Weights that grew without bounds, or a damaged file, make such answers.",
            "Train again with a lower learning rate.",
        )


def _check(
    model: keras.Model, predictor: Predictor, split: Split, class_names: Sequence[str]
) -> None:
    if not split.count:
        raise InvalidInput(
            "The test split has no labelled samples.",
            "A model is judged by comparing its answers with known classes.",
            "Label samples of the test split, or choose a larger test share.",
        )
    expected = (split.shape, len(class_names))
    found = (tuple(model.input_shape[1:]), model.output_shape[-1])
    if found != expected or (predictor.shape, predictor.classes) != expected:
        raise InvalidInput(
            f"The model takes samples of {found[0]} and knows {found[1]} classes; the dataset has samples of "
            f"{expected[0]} and {expected[1]} classes.",
            "A model can only be judged on samples like those it was trained on.",
            "Choose the dataset the model was trained on, or another version of it.",
        )
