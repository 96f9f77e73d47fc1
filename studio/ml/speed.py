"""Timing models in turns: round after round, each of them once, in an order that changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.core.tokens import encode
from studio.ml.predict import Predictor

Key = TypeVar("Key")
Ask = Callable[[], object]
LEAST_SECONDS = 0.005
"""A timing repeats its call for about so long: the clock and the first cache misses weigh nothing then."""
MOST_CALLS = 1000
WORDS = (
    "some words as people write them when they say what they think of a film they saw last night"
)


def example_batch(predictor: Predictor, size: int) -> NDArray[Any]:
    """Return so many samples such as a model takes: noise, since a network's time does not depend on what it sees."""
    noise = np.random.default_rng(0)
    shape = (size, *predictor.shape)
    if predictor.text is not None:
        return encode([WORDS] * size, predictor.text)
    if predictor.dtype == np.uint8:
        return noise.integers(0, 256, shape, np.uint8)
    if predictor.dtype == np.int32:
        return np.zeros(shape, np.int32)
    return noise.uniform(-1, 1, shape).astype(np.float32)


def in_turns(
    asks: Mapping[Key, Ask], rounds: int, report: Callable[[int, int], None]
) -> dict[Key, list[float]]:
    """Return the seconds of one call of each, once a round, in the order of the rounds.

    What disturbs the machine for a while disturbs one round of all, not all rounds of one; and what follows a
    large model with cold caches follows another one the next time.

    Args:
        asks: What is timed.
        rounds: How often.
        report: Told after each timing how many are done, of how many; may raise to end it.
    """
    total = len(asks) * (rounds + 1)
    calls: dict[Key, int] = {}
    for done, (key, ask) in enumerate(asks.items(), start=1):
        ask()
        once = _timed(ask, 1)
        calls[key] = max(1, min(MOST_CALLS, round(LEAST_SECONDS / max(once, 1e-7))))
        report(done, total)
    seconds: dict[Key, list[float]] = {key: [] for key in asks}
    order, shuffle = list(asks), np.random.default_rng(0)
    done = len(asks)
    for _ in range(rounds):
        for place in shuffle.permutation(len(order)):
            key = order[place]
            asks[key]()
            seconds[key].append(_timed(asks[key], calls[key]))
            done += 1
            report(done, total)
    return seconds


def _timed(ask: Ask, calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        ask()
    return (time.perf_counter() - began) / calls
