"""Judging answers: everything an evaluation says that follows from the probabilities and the true classes alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.core.calibration import calibration_error, histograms, reliability
from studio.core.curves import (
    ClassCurve,
    EvaluationCurves,
    class_curve,
    overall_thresholds,
    slider_thresholds,
)
from studio.core.evaluation import MISTAKE_LIMIT, ClassEvaluation, Mistake
from studio.core.intervals import Answers, bootstrap_intervals, wilson
from studio.core.metrics import blocks, class_scores, confusion_matrix, ranks
from studio.core.predictions import Predictions
from studio.core.scores import class_rows, class_scores_of, column_blocks

MOST_RANKS = 100
"""Top-k accuracy is known up to this k."""
MOST_THREADS = 4
"""So many groups of classes are sorted at the same time."""
HEADLINES = (
    "accuracy", "top_k", "macro_f1", "mean_average_precision", "loss", "expected_calibration_error",
)  # fmt: skip


class Judged(NamedTuple):
    """What answers amount to.

    Args:
        facts: Those fields of an `Evaluation` that follow from the answers.
        curves: Its curves.
    """

    facts: dict[str, Any]
    curves: EvaluationCurves


class _Ranked(NamedTuple):
    """What is counted from the order of one class's scores."""

    precision: float
    area: float | None
    curve: ClassCurve
    slider: tuple[NDArray[np.int64], NDArray[np.int64]]
    overall: tuple[NDArray[np.int64], NDArray[np.int64]]


def judge(
    predictions: Predictions,
    *,
    k: int,
    seed: int = 0,
    step: Callable[[], None] = lambda: None,
) -> Judged:
    """Judge a model's answers. Of 1,000,000 samples and 100 classes it takes seconds, and little memory of its own.

    Args:
        predictions: The answers; at least one.
        k: Also count an answer as right among the k most likely; at most all classes.
        seed: Of the bootstrap intervals. Default 0.
        step: Called now and then, to end the work by an exception.
    """
    names, labels = predictions.class_names, predictions.labels
    k = min(k, len(names))
    predicted, right = predictions.predicted, ~predictions.wrong
    matrix = confusion_matrix(labels, predicted, len(names))
    scores, support = class_scores(matrix), matrix.sum(axis=1)
    ranked = _rank(predictions, step)
    placed = _ranks(predictions.probabilities, labels, step)
    within = placed < k
    bins = reliability(predictions.confidence, right)
    precisions = np.array([r.precision for r in ranked])
    present = support > 0
    headline = {
        "accuracy": float(np.mean(right)),
        "top_k": float(np.mean(within)),
        "macro_f1": float(np.mean(scores.f1[present])),
        "mean_average_precision": float(np.mean(precisions[present])),
        "loss": float(predictions.loss.mean()),
        "expected_calibration_error": calibration_error(bins),
    }
    answers = Answers(
        predictions.probabilities,
        labels,
        predicted,
        predictions.confidence,
        within,
        predictions.loss,
    )
    sure_right, sure_wrong = histograms(predictions.confidence, right)
    called = matrix.sum(axis=0)
    facts = {
        **headline,
        "dataset": predictions.dataset,
        "class_names": names,
        "test_count": predictions.count,
        "k": k,
        "per_class": tuple(
            ClassEvaluation(
                class_name=name,
                precision=scores.precision[c],
                recall=scores.recall[c],
                f1=scores.f1[c],
                support=support[c],
                average_precision=ranked[c].precision,
                roc_auc=ranked[c].area,
                precision_interval=wilson(int(matrix[c, c]), int(called[c])),
                recall_interval=wilson(int(matrix[c, c]), int(support[c])),
            )
            for c, name in enumerate(names)
        ),
        "confusion_matrix": tuple(tuple(row) for row in matrix.tolist()),
        "mistakes": _mistakes(predictions),
        "reliability": bins,
        "ranks": tuple(np.bincount(placed, minlength=len(names))[:MOST_RANKS].tolist()),
        "confidence_right": tuple(sure_right.tolist()),
        "confidence_wrong": tuple(sure_wrong.tolist()),
        "intervals": bootstrap_intervals(answers, headline, seed=seed, step=step),
    }
    return Judged(facts, _curves(predictions, ranked))


def _rank(predictions: Predictions, step: Callable[[], None]) -> list[_Ranked]:
    """Sort the scores of each class once, several classes at the same time, for all that follows from their order."""
    rows = class_rows(predictions.labels, len(predictions.class_names))
    slider, overall = slider_thresholds(), overall_thresholds()

    def ranked(block: range) -> list[_Ranked]:
        return [
            _Ranked(
                scores.average_precision(),
                scores.roc_auc(),
                class_curve(scores),
                scores.counts(slider),
                scores.counts(overall),
            )
            for _, scores in class_scores_of(predictions.probabilities, rows, block)
        ]

    found: list[_Ranked] = []
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        waiting = [pool.submit(ranked, block) for block in column_blocks(predictions.probabilities)]
        try:
            for one in waiting:
                step()
                found += one.result()
        finally:
            pool.shutdown(cancel_futures=True)
    return found


def _curves(predictions: Predictions, ranked: list[_Ranked]) -> EvaluationCurves:
    thresholds = overall_thresholds()[::-1]
    right, false = (sum(counts)[::-1] for counts in zip(*(r.overall for r in ranked), strict=True))
    return EvaluationCurves(
        class_names=predictions.class_names,
        classes=tuple(r.curve for r in ranked),
        overall=ClassCurve(
            positives=predictions.count,
            negatives=predictions.count * (len(ranked) - 1),
            thresholds=tuple(thresholds.tolist()),
            true_positives=tuple(right.tolist()),
            false_positives=tuple(false.tolist()),
        ),
        true_positives=tuple(tuple(r.slider[0].tolist()) for r in ranked),
        false_positives=tuple(tuple(r.slider[1].tolist()) for r in ranked),
    )


def _ranks(
    probabilities: NDArray[np.float32], labels: NDArray[np.int32], step: Callable[[], None]
) -> NDArray[np.int32]:
    """Return how many classes come before each sample's true one, int32 (n,)."""
    found = np.empty(len(labels), np.int32)
    for rows in blocks(probabilities):
        step()
        found[rows] = ranks(probabilities[rows], labels[rows])
    return found


def _mistakes(predictions: Predictions) -> tuple[Mistake, ...]:
    """Return the most confident mistakes, the most confident first; of equally confident ones the first."""
    wrong = np.flatnonzero(predictions.wrong)
    worst = wrong[np.argsort(-predictions.confidence[wrong], kind="stable")[:MISTAKE_LIMIT]]
    names, labels = predictions.class_names, predictions.labels
    return tuple(
        Mistake(
            sample=int(predictions.ids[i]),
            true=names[labels[i]],
            predicted=names[predictions.predicted[i]],
            confidence=float(predictions.confidence[i]),
            true_confidence=float(predictions.probabilities[i, labels[i]]),
        )
        for i in worst.tolist()
    )
