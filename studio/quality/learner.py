"""The small model of a labelling session: learned in moments from the answers there are, and asked about the others."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from studio.core.label_session import LearningPoint
from studio.core.learning_curve import FEWEST
from studio.core.ranking import FIRST_ANSWERS
from studio.quality.features import Features

TRAINED, JUDGED = 20_000, 2000
"""Answers that are learned from, and that the model is judged on, at most."""
PENALTY, TEXT_PENALTY = 45.0, 2000.0
"""Divided by the number of answers: how freely the model may follow them (scikit-learn's C). The more answers there
are, the more the penalty is outweighed by what they say anyway."""
COEFFICIENTS = 1_000_000
"""Of a model of texts; where there are more, the words in fewest answers are left out."""
SIZES = (0.1, 0.2, 0.4, 0.7, 1.0)
"""Shares of the answers that the points of the learning curve are learned from."""
FOLDS = 5
TEMPERATURES = np.geomspace(0.25, 4, 33)

Labels = NDArray[np.integer[Any]]
Check = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Learner:
    """A model from features to the probability of each class.

    Args:
        parts: One model of all known classes, or one of each class where a sample may have several.
        known: Numbers of the classes that `parts` speak of.
        count: Classes in all.
        multi: A sample may have several classes.
        columns: Of the sparse features, which the model reads.
        temperature: Divides the logits, so that what it is 90 % sure of is right 9 times of 10.
    """

    parts: tuple[LogisticRegression, ...]
    known: tuple[int, ...]
    count: int
    multi: bool
    columns: NDArray[np.int64] | None
    temperature: float = 1.0

    def logits(self, features: Features, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the natural logarithms of the probabilities, float64 (n, known); of several classes, the odds'."""
        x = inputs_of(features, rows, self.columns)
        if self.multi:
            return np.stack([part.decision_function(x) for part in self.parts], axis=1)
        return np.asarray(self.parts[0].predict_log_proba(x), np.float64)

    def probabilities(
        self, features: Features, rows: slice | NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return float32 (n, count): the probability of each class, 0 for those that no answer named."""
        logits = self.logits(features, rows) / self.temperature
        found = np.zeros((len(logits), self.count), np.float32)
        found[:, list(self.known)] = sigmoid(logits) if self.multi else softmax(logits)
        return found


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows that sum to 1."""
    spread = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(spread / spread.sum(axis=1, keepdims=True), np.float64)


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers from 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), np.float64)


def inputs_of(
    features: Features, rows: slice | NDArray[np.int64], columns: NDArray[np.int64] | None
) -> Any:
    """Return what models read of some samples: the words where there are any, else the dense features."""
    if features.sparse is None or columns is None:
        return features.dense[rows]
    return features.sparse[rows][:, columns]


def learn(
    features: Features, rows: NDArray[np.int64], labels: Labels, count: int, seed: int
) -> Learner | None:
    """Return a model learned from answers, None where they are too few or of one class only.

    Args:
        features: Of all samples.
        rows: int64 (m,), those with an answer.
        labels: integers (m,), their classes; uint8 (m, count) where a sample may have several.
        count: Classes in all.
        seed: Chooses those that are learned from where there are more than TRAINED.
    """
    if len(rows) > TRAINED:
        kept = np.random.default_rng(seed).permutation(len(rows))[:TRAINED]
        rows, labels = rows[kept], labels[kept]
    multi = labels.ndim == 2
    if multi:
        shares = labels.mean(axis=0) if len(labels) else np.zeros(count)
        known = np.flatnonzero((shares > 0) & (shares < 1))
    else:
        known = np.unique(labels)
    if len(rows) < FIRST_ANSWERS or len(known) < (1 if multi else 2):
        return None
    columns = None
    if features.sparse is not None:
        columns = _columns(features.sparse[rows], COEFFICIENTS // len(known))
        if len(columns) == 0:
            return None
    x = inputs_of(features, rows, columns)
    freedom = (PENALTY if columns is None else TEXT_PENALTY) / len(rows)
    targets = [labels[:, k] for k in known] if multi else [labels]
    parts = tuple(_fitted(x, target, freedom) for target in targets)
    return Learner(parts, tuple(known.tolist()), count, multi, columns)


def _columns(sparse: csr_matrix, most: int) -> NDArray[np.int64]:
    """Return the columns of words that most answers have, ascending."""
    seen = np.bincount(sparse.indices, minlength=sparse.shape[1])
    found = np.flatnonzero(seen)
    if len(found) > most:
        found = np.sort(found[np.argsort(-seen[found], kind="stable")[:most]])
    return found


def _fitted(x: Any, target: Labels, freedom: float) -> LogisticRegression:
    with warnings.catch_warnings():
        # A model that is a little short of its best is good enough to put a queue in order.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return LogisticRegression(C=freedom, tol=1e-3, max_iter=150).fit(x, target)


def judge_learning(
    features: Features,
    rows: NDArray[np.int64],
    labels: Labels,
    count: int,
    seed: int,
    check: Check,
) -> tuple[tuple[LearningPoint, ...], float]:
    """Learn from growing parts of the answers, and look how right each model is about answers that were held out.

    Args:
        features, rows, labels, count, seed: As `learn`.
        check: Called between models; what it raises stops the work.

    Returns:
        The learning curve, empty below FEWEST answers, and the temperature that makes confidences honest.
    """
    if len(rows) < FEWEST:
        return (), 1.0
    order = np.random.default_rng(seed).permutation(len(rows))
    folds = _folds(order)
    sizes = sorted({_size(share, len(rows), folds) for share in SIZES})
    right: dict[int, list[float]] = {}
    said: list[NDArray[np.float64]] = []
    true: list[Labels] = []
    for held_out, kept in folds:
        for size in sizes:
            check()
            model = learn(features, rows[kept[:size]], labels[kept[:size]], count, seed)
            if model is None:
                continue
            logits = model.logits(features, rows[held_out])
            right.setdefault(size, []).append(_accuracy(model, logits, labels[held_out]))
            if size == sizes[-1]:
                told = _told(model, labels[held_out])
                said.append(_widened(model, logits)[told])
                true.append(labels[held_out][told])
    points = tuple(
        LearningPoint(answers=size, accuracy=float(np.mean(found)))
        for size, found in sorted(right.items())
        if len(found) == len(folds)
    )
    if not said:
        return points, 1.0
    return points, _temperature(np.concatenate(said), np.concatenate(true))


def _folds(order: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return (held out, learned from) pairs: a fifth each time, or twice JUDGED where there are many."""
    size = len(order) // FOLDS
    if size <= JUDGED:
        parts = np.array_split(order, FOLDS)
        return [
            (part, np.concatenate([*parts[i + 1 :], *parts[:i]])) for i, part in enumerate(parts)
        ]
    return [
        (order[start : start + JUDGED], np.delete(order, np.s_[start : start + JUDGED]))
        for start in (0, JUDGED)
    ]


def _size(share: float, total: int, folds: list[tuple[Any, Any]]) -> int:
    most = min(TRAINED, *(len(kept) for _, kept in folds))
    return min(most, max(FIRST_ANSWERS, round(share * most)))


def _accuracy(model: Learner, logits: NDArray[np.float64], labels: Labels) -> float:
    """Return the share of samples whose class, or whose classes all, are found."""
    if not model.multi:
        return float((np.array(model.known)[logits.argmax(axis=1)] == labels).mean())
    said = np.zeros(labels.shape, bool)
    said[:, list(model.known)] = logits > 0
    return float((said == (labels > 0)).all(axis=1).mean())


def _told(model: Learner, labels: Labels) -> NDArray[np.bool_]:
    """Return which samples have a class that the model can say."""
    if model.multi:
        return np.ones(len(labels), bool)
    return np.isin(labels, model.known)


def _widened(model: Learner, logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return logits of all classes, hopeless for those that the model does not know."""
    found = np.full((len(logits), model.count), -60.0)
    found[:, list(model.known)] = logits
    return found


def _temperature(logits: NDArray[np.float64], labels: Labels) -> float:
    """Return the temperature under which what is true was likeliest."""
    if len(labels) == 0:
        return 1.0
    losses = []
    for temperature in TEMPERATURES:
        cooled = logits / temperature
        if labels.ndim == 2:
            sure = sigmoid(np.where(labels > 0, cooled, -cooled))
        else:
            sure = softmax(cooled)[np.arange(len(labels)), labels]
        losses.append(-float(np.log(np.maximum(sure, 1e-9)).mean()))
    return float(TEMPERATURES[int(np.argmin(losses))])
