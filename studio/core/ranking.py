"""In which order samples come to people: the settings of a ranking, and the strategies as rules about numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from studio.core.adapter import InputAdapter
from studio.core.foreign import RunnableFormat
from studio.core.label_session import STRATEGY_TITLES, SessionConfig, Strategy
from studio.core.table_input import TableInput
from studio.core.text import TextSettings

PAGE = 64
"""Samples of one cluster at most: a page of the grid."""
PICTURES_LOOKED_AT, TEXTS_LOOKED_AT = 200_000, 50_000
"""Of more, a fixed random part is looked at; the others come after it, at random."""
FEWEST_ANSWERS = 20
"""New answers before an order is worth making anew; later, GROWTH of what there was."""
GROWTH = 0.1
FIRST_ANSWERS = 10
"""Answers, of two classes at least, before a model is learned at all."""
LEARNING: tuple[Strategy, ...] = (
    "balanced", "clusters", "least_confidence", "margin", "entropy", "diversity",
)  # fmt: skip
"""Strategies whose order gets better with answers."""
AT_ONCE: tuple[Strategy, ...] = ("clusters", "diversity")
"""Strategies that have an order to make before there is any answer."""
OWN_SOURCE = "the session's own model"
FARTHEST = 2000
"""So many samples are put in order by how different they are; the others follow at random."""

Scores = NDArray[np.float32]
Order = NDArray[np.int64]


class RankParams(BaseModel):
    """Which session's queue is put in order, and how.

    Args:
        answers: Acts in the session when this was asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    session: str
    strategy: Strategy
    seed: int = 0
    answers: int = 0


class PrelabelSource(BaseModel):
    """What makes suggestions before people answer: a registered model, or a Label Studio ML backend.

    Args:
        model: `name`, `name:version` or `name@alias`.
        url: Of the backend.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["model", "backend"] = "model"
    model: str = ""
    url: str = ""


class PrelabelParams(BaseModel):
    """For which session suggestions are made, by what.

    Args:
        title: What made them, for people: "model digits:3".
        digest: Of the model's file. class_names: What its outputs mean, in order.
        text, table: How texts, or rows, become numbers for it; None for a model of something else.
        format: Of that file. adapter, shape: How pictures become what a model of another program takes, and which it
            takes; None for one of the studio.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    session: str
    source: PrelabelSource
    title: str = ""
    digest: str = ""
    class_names: tuple[str, ...] = ()
    text: TextSettings | None = None
    table: TableInput | None = None
    format: RunnableFormat = "tflite"
    adapter: InputAdapter | None = None
    shape: tuple[int, int, int] | None = None


class SessionFacts(BaseModel):
    """A session as a ranking or suggestions found it.

    Args:
        config: Its settings.
        revision: Of its classes.
        answers: Acts so far.
        suggest: Whether the ranking may replace the suggestions: there are none, or its own.
    """

    model_config = ConfigDict(frozen=True)

    config: SessionConfig
    revision: int = Field(ge=0)
    answers: int = Field(ge=0)
    suggest: bool


@dataclass(frozen=True, eq=False)
class Answered:
    """What is known of a session.

    Args:
        waiting: int64 (n,), ascending: samples nobody was given yet.
        open: int64 (m,), ascending: all samples that are not done; `waiting` is a part of them.
        items: int64 (k,), ascending: samples with an answer.
        labels: integers (k,), their classes; uint8 (k, C) where a sample may have several; None: no model is learned.
        class_names: Of the session, in order.
    """

    waiting: Order
    open: Order
    items: Order
    labels: NDArray[np.integer[Any]] | None
    class_names: tuple[str, ...]


def is_due(strategy: Strategy, answers: int, ranked_from: int, ranked: bool) -> bool:
    """Return whether a queue is worth putting in order anew.

    Args:
        answers: Acts so far.
        ranked_from: Acts that the present order was made from.
        ranked: Whether the present order was made by the strategy at all.

    Example:
        >>> is_due("margin", 219, 200, True), is_due("margin", 220, 200, True), is_due("random", 900, 0, False)
        (False, True, False)
    """
    if strategy not in LEARNING:
        return False
    if strategy in AT_ONCE and not ranked:
        return True
    return answers - ranked_from >= max(FEWEST_ANSWERS, GROWTH * ranked_from)


def describe_order(strategy: Strategy, labelled: int, ordered: int, waiting: int) -> str:
    """Return how an order was made, in a sentence.

    Args:
        labelled: Samples with an answer. ordered: Samples in the order. waiting: Samples that nobody was given yet.

    Example:
        >>> describe_order("margin", 120, 900, 900)
        'Close calls first, learned from 120 answered samples.'
    """
    made = f"learned from {labelled:,} answered samples" if labelled else "before any answer"
    part = f"; {ordered:,} of {waiting:,} were looked at" if ordered < waiting else ""
    return f"{STRATEGY_TITLES[strategy]}, {made}{part}."


def least_confidence(probabilities: Scores, multi: bool = False) -> Scores:
    """Return how unsure the likeliest answer is.

    Args:
        probabilities: float32 (n, C), each row summing to 1; `multi`: each number for itself, 0 to 1.

    Returns:
        float32 (n,), 0 to 1, more for the less sure.

    Example:
        >>> least_confidence(np.array([[0.75, 0.25], [0.5, 0.5]], np.float32)).tolist()
        [0.25, 0.5]
    """
    return np.asarray(1 - confidence(probabilities, multi), np.float32)


def confidence(probabilities: Scores, multi: bool = False) -> Scores:
    """Return how sure the likeliest answer is, float32 (n,); of several classes, the least sure of them counts."""
    if multi:
        probabilities = np.maximum(probabilities, 1 - probabilities)
        return np.asarray(probabilities.min(axis=1), np.float32)
    return np.asarray(probabilities.max(axis=1), np.float32)


def margin(probabilities: Scores, multi: bool = False) -> Scores:
    """Return how close the two likeliest answers are, float32 (n,), 0 to 1, more for the closer.

    Example:
        >>> margin(np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0.0]], np.float32)).tolist()
        [0.75, 1.0]
    """
    if multi:
        return np.asarray(1 - np.abs(2 * probabilities - 1).min(axis=1), np.float32)
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities), np.float32)
    two = np.partition(probabilities, -2, axis=1)[:, -2:]
    return np.asarray(1 - (two[:, 1] - two[:, 0]), np.float32)


def entropy(probabilities: Scores, multi: bool = False) -> Scores:
    """Return how widely the answers are spread, float32 (n,), in nats; of several classes, the sum over them.

    Example:
        >>> entropy(np.array([[1.0, 0.0]], np.float32)).tolist()
        [0.0]
    """
    parts = [probabilities, 1 - probabilities] if multi else [probabilities]
    found = [-(p * np.log(np.maximum(p, 1e-12))).sum(axis=1) for p in parts]
    return np.asarray(np.maximum(np.sum(found, axis=0), 0), np.float32)


def by_score(scores: Scores, seed: int) -> Order:
    """Return the highest scores first, equal ones at random; int64 (n,)."""
    shuffled = np.random.default_rng(seed).permutation(len(scores))
    return shuffled[np.argsort(-scores[shuffled], kind="stable")]


def in_turn(predicted: NDArray[np.int64], known: NDArray[np.int64], seed: int) -> Order:
    """Return an order in which the predicted classes take turns, those with the fewest answers first.

    Args:
        predicted: int64 (n,), the class each sample is taken for.
        known: int64 (C,), answers of each class so far.

    Example:
        >>> in_turn(np.array([0, 0, 0, 1, 1]), np.array([5, 2]), 0)[:4] % 3 < 3
        array([ True,  True,  True,  True])
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(predicted))
    by_class = shuffled[np.argsort(predicted[shuffled], kind="stable")]
    classes = predicted[by_class]
    turn = np.arange(len(classes)) - np.searchsorted(classes, classes)
    return by_class[np.lexsort((classes, known[classes] + turn))]


def farthest_first(
    features: NDArray[np.float32], known: NDArray[np.float32], count: int, seed: int
) -> Order:
    """Return samples each of which is farthest from all before it (k-center greedy).

    Args:
        features: float32 (n, d). known: float32 (m, d), those that are answered; may be empty.
        count: So many at most.

    Returns:
        int64 (k,), no sample twice.

    Example:
        >>> farthest_first(np.array([[0.0], [1], [9]], np.float32), np.array([[0.0]], np.float32), 2, 0).tolist()
        [2, 1]
    """
    squares = np.einsum("nd,nd->n", features, features)
    away = np.full(len(features), np.inf, np.float32)
    for place in known:
        np.minimum(away, squares - 2 * (features @ place) + place @ place, out=away)
    if not len(known) and len(features):
        first = int(np.random.default_rng(seed).integers(len(features)))
        away[first] = np.finfo(np.float32).max
        away[np.isinf(away)] = np.finfo(np.float32).max / 2
    chosen: list[int] = []
    for _ in range(min(count, len(features))):
        best = int(np.argmax(away))
        chosen.append(best)
        place = features[best]
        np.minimum(away, squares - 2 * (features @ place) + squares[best], out=away)
        away[best] = -np.inf
    return np.array(chosen, np.int64)
