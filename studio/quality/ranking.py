"""Puts the samples of a labelling session in order: learns from the answers there are, asks the model, suggests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from studio.core.label_answer import LabelValue
from studio.core.label_session import LearningPoint, Strategy
from studio.core.prelabels import PrelabelArrays
from studio.core.ranking import (
    FARTHEST,
    PICTURES_LOOKED_AT,
    TEXTS_LOOKED_AT,
    Answered,
    by_score,
    confidence,
    entropy,
    farthest_first,
    in_turn,
    least_confidence,
    margin,
)
from studio.core.sample_blocks import is_text
from studio.core.samples import Images, Words
from studio.quality.base import Progress
from studio.quality.features import Features, features_of
from studio.quality.learner import TRAINED, Labels, Learner, judge_learning, learn
from studio.quality.similar import PROTOTYPES, Pages, learned_pages, similar_pages

ASKED = 8192
"""Samples that the model is asked about at a time."""
COMPARED = 20_000
"""Samples among which the most different ones are looked for."""
SURE = 0.5
"""From this probability on, a class is suggested where a sample may have several."""
LEARNING, ORDERING = "learning from the answers", "putting the samples in order"
SCORES = {"least_confidence": least_confidence, "margin": margin, "entropy": entropy}

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ranking:
    """A queue in order.

    Args:
        queue: int64 (n,), those of `waiting` that were looked at, in order. groups: int32 (n,), None without clusters.
        suggestions: For samples that are open; None without a model.
        curve: Held-out accuracy after so many answers; empty while there are too few.
        labelled: Answered samples there were.
    """

    queue: Rows
    groups: NDArray[np.int32] | None
    suggestions: PrelabelArrays | None
    curve: tuple[LearningPoint, ...]
    labelled: int


@dataclass(frozen=True, eq=False)
class _Said:
    """What the model says of open samples: class int64 (n,), confidence and score float32 (n,), JSON of each value."""

    predicted: Rows
    sure: NDArray[np.float32]
    score: NDArray[np.float32]
    values: list[str]


def rank(
    samples: Images | Words,
    known: Answered,
    strategy: Strategy,
    seed: int,
    progress: Progress,
) -> Ranking:
    """Put the waiting samples of a session in order, on one core.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        known: What is known of the session.
        strategy: By which the order is made.
        seed: Same seed and answers, same order.
        progress: Told how far the work is; what it raises stops the work.
    """
    with threadpool_limits(1):
        return _rank(samples, known, strategy, seed, progress)


def _rank(
    samples: Images | Words, known: Answered, strategy: Strategy, seed: int, progress: Progress
) -> Ranking:
    limit = TEXTS_LOOKED_AT if is_text(samples) else PICTURES_LOOKED_AT
    open_items = fixed_part(known.open, limit, seed)
    items = fixed_part(known.items, TRAINED, seed)
    rows = np.union1d(open_items, items)
    features = features_of(samples, rows, seed, progress)
    places, answered = np.searchsorted(rows, open_items), np.searchsorted(rows, items)
    progress(0, len(places), "samples", LEARNING)
    model: Learner | None = None
    curve: tuple[LearningPoint, ...] = ()
    if known.labels is not None:
        labels = known.labels[np.searchsorted(known.items, items)]
        model, curve = _learned(features, answered, labels, len(known.class_names), seed, progress)
    said = _ask(model, features, places, known.class_names, strategy, progress) if model else None
    progress(len(places), len(places), "samples", ORDERING)
    here = np.isin(open_items, known.waiting, assume_unique=True)
    pages = _ordered(features, places[here], answered, strategy, seed, said, here, known)
    queue = open_items[here][pages.order]
    return Ranking(
        queue=queue,
        groups=pages.groups if strategy == "clusters" else None,
        suggestions=(open_items, said.values, said.sure) if said else None,
        curve=curve,
        labelled=len(known.items),
    )


def fixed_part(rows: Rows, limit: int, seed: int) -> Rows:
    """Return at most `limit` samples, ascending: always the same ones as long as they are there."""
    if len(rows) <= limit:
        return rows
    mixed = rows.astype(np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return rows[np.sort(np.argpartition(mixed, limit)[:limit])]


def _learned(
    features: Features, rows: Rows, labels: Labels, count: int, seed: int, progress: Progress
) -> tuple[Learner | None, tuple[LearningPoint, ...]]:
    """Return the model with honest confidences, and the learning curve."""

    def check() -> None:
        progress(0, len(rows), "answers", LEARNING)

    model = learn(features, rows, labels, count, seed)
    if model is None:
        return None, ()
    curve, temperature = judge_learning(features, rows, labels, count, seed, check)
    parts = (model.parts, model.known, model.count, model.multi, model.columns)
    return Learner(*parts, temperature), curve


def _ask(
    model: Learner,
    features: Features,
    places: Rows,
    class_names: tuple[str, ...],
    strategy: Strategy,
    progress: Progress,
) -> _Said:
    predicted = np.empty(len(places), np.int64)
    sure, score = np.empty((2, len(places)), np.float32)
    names = [LabelValue(classes=(name,)).as_json() for name in class_names]
    values: list[str] = []
    rate = SCORES.get(strategy, margin)
    for start in range(0, len(places), ASKED):
        progress(start, len(places), "samples", "asking the model")
        span = slice(start, start + ASKED)
        probabilities = model.probabilities(features, places[span])
        predicted[span] = probabilities.argmax(axis=1)
        sure[span] = confidence(probabilities, model.multi)
        score[span] = rate(probabilities, model.multi)
        if model.multi:
            values += [_several(row, class_names) for row in probabilities]
        else:
            values += [names[number] for number in predicted[span].tolist()]
    return _Said(predicted, sure, score, values)


def _several(probabilities: NDArray[np.float32], class_names: tuple[str, ...]) -> str:
    chosen = np.flatnonzero(probabilities >= SURE).tolist()
    return LabelValue(classes=tuple(class_names[number] for number in chosen)).as_json()


def _ordered(
    features: Features,
    waiting: Rows,
    answered: Rows,
    strategy: Strategy,
    seed: int,
    said: _Said | None,
    here: NDArray[np.bool_],
    known: Answered,
) -> Pages:
    """Return the waiting samples in the order of the strategy, as numbers of `waiting`; random where it has none."""
    order = np.random.default_rng(seed).permutation(len(waiting))
    if strategy == "clusters" and said is None:
        return similar_pages(features.dense[waiting], seed)
    if strategy == "clusters" and said is not None:
        return learned_pages(
            features.dense[waiting],
            said.predicted[here],
            said.sure[here],
            features.dense[answered],
            seed,
        )
    if strategy == "diversity":
        some = order[:COMPARED]
        first = farthest_first(
            features.dense[waiting[some]],
            features.dense[fixed_part(answered, PROTOTYPES, seed)],
            FARTHEST,
            seed,
        )
        chosen = some[first]
        order = np.concatenate([chosen, order[~np.isin(order, chosen)]])
    elif strategy == "balanced" and said is not None:
        labels = known.labels
        assert labels is not None
        counts = labels.sum(axis=0) if labels.ndim == 2 else np.bincount(labels)
        counts = np.pad(counts, (0, len(known.class_names) - len(counts))).astype(np.int64)
        order = in_turn(said.predicted[here], counts, seed)
    elif strategy in SCORES and said is not None:
        order = by_score(said.score[here], seed)
    return Pages(order, np.empty(0, np.int32))
