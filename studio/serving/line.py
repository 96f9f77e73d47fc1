"""Where requests for one model wait: together those that came while it was at work are asked about at once.

A model that answers within a millisecond or two is asked on the event loop, because handing over to a thread would
cost more than the answer; larger ones are asked in a thread of their own, one a model.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.endpoint import EndpointSettings
from studio.core.errors import Busy
from studio.serving.exchange import Samples

INLINE_SECONDS = 0.002
"""A batch that is answered within this is asked on the event loop."""
DEADLINE_SECONDS = 10.0
"""Who waited longer is told that there is no room: by then most callers have given up."""
LONG_TEXT = 20_000
"""Texts of more characters together are read in the thread: how fast a model is was measured with a short one."""
LONGEST_COSTING_SECONDS = 0.25
"""Batches that would take longer than this to try are judged by the smaller ones."""
Probabilities = NDArray[np.float32]
Answered = tuple[Probabilities, int]
"""Probabilities, float32 (n, classes), and the number of samples that were asked about at once."""


class Asks(Protocol):
    """What a line asks: a `Predictor`, and the check of its answers."""

    @property
    def batches(self) -> list[int]:
        """Numbers of samples that are asked about at once, the largest first."""

    def predict(self, samples: Samples) -> Probabilities:
        """Return the probability of every class for every sample."""


@dataclass(slots=True)
class Waiting:
    """One request in line."""

    samples: Samples
    count: int
    since: float
    answer: asyncio.Future[Answered]


@dataclass(slots=True)
class Queue:
    """What waits on one event loop: `samples` is how many samples the requests have together."""

    loop: asyncio.AbstractEventLoop
    requests: list[Waiting] = field(default_factory=list)
    scheduled: bool = False
    at_work: bool = False
    timer: asyncio.TimerHandle | None = None


class Line:
    """Requests for one model, in the order in which they came.

    Args:
        model: Answers samples; may be called from one thread at a time.
        example: One sample that it takes, by which its speed is measured.
        steady: Whether other samples take it as long: else it is always asked in the thread.
    """

    def __init__(self, model: Asks, example: Samples, *, steady: bool = True) -> None:
        self._model = model
        self._inline_seconds = INLINE_SECONDS if steady else 0.0
        self._costs = _costs(model, example)
        self._sizes = sorted(self._costs, reverse=True)
        self._plans: dict[int, tuple[list[int], float]] = {}
        self._queue: Queue | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._aside = 0
        self.largest = 0

    @property
    def waiting(self) -> int:
        """Requests that wait now, those that are being answered not counted."""
        return len(self._queue.requests) if self._queue else 0

    def check_room(self, settings: EndpointSettings) -> None:
        """Refuse a request before anything is done for it.

        Raises:
            Busy: As many requests wait already as the settings allow.
        """
        if self._queue is not None and len(self._queue.requests) >= settings.queue_limit:
            raise busy(len(self._queue.requests))

    async def ask(self, samples: Samples, settings: EndpointSettings) -> Answered:
        """Return the probability of every class for every sample, and the size of the batch that they were part of.

        Raises:
            Busy: As many requests wait already as the settings allow, or this one waited for too long.
        """
        loop = asyncio.get_running_loop()
        queue = self._queue
        if queue is None or queue.loop is not loop:
            queue = self._queue = Queue(loop)
        self.check_room(settings)
        answer: asyncio.Future[Answered] = loop.create_future()
        queue.requests.append(Waiting(samples, len(samples), time.monotonic(), answer))
        if not queue.scheduled and not queue.at_work:
            queue.scheduled = True
            if settings.batch_wait_ms and len(samples) < settings.batch_limit:
                wait = settings.batch_wait_ms / 1000
                queue.timer = loop.call_later(wait, self._go, queue, settings)
            else:
                loop.call_soon(self._go, queue, settings)
        elif queue.timer is not None and _count(queue.requests) >= settings.batch_limit:
            queue.timer.cancel()  # there is nothing to wait for any more
            queue.timer = None
            loop.call_soon(self._go, queue, settings)
        return await answer

    async def ask_aside(self, samples: Samples) -> Probabilities:
        """Return the probabilities, asked in the line's thread whatever that costs: nobody else has to wait for it."""
        loop = asyncio.get_running_loop()
        self._aside += 1
        try:
            return await loop.run_in_executor(self._executor(), self._answer, samples)
        finally:
            self._aside -= 1

    def close(self) -> None:
        """Let the thread end once it is done."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)

    def _go(self, queue: Queue, settings: EndpointSettings) -> None:
        """Ask about what waits, as much as one batch holds."""
        queue.scheduled = False
        queue.timer = None
        if queue.at_work:
            return
        batch = self._next(queue, settings.batch_limit)
        if not batch:
            return
        samples = batch[0].samples if len(batch) == 1 else _joined(batch)
        count = len(samples)
        self.largest = max(self.largest, count)
        if (
            not self._aside
            and self._plan(count)[1] <= self._inline_seconds
            and not _is_long(samples)
        ):
            _hand_out(batch, self._answers(batch, samples))
            if queue.requests:
                queue.scheduled = True
                queue.loop.call_soon(self._go, queue, settings)
            return
        queue.at_work = True
        work = queue.loop.run_in_executor(self._executor(), self._answers, batch, samples)
        work.add_done_callback(lambda done: self._done(queue, batch, done, settings))

    def _done(
        self,
        queue: Queue,
        batch: list[Waiting],
        work: asyncio.Future[list[Answered | BaseException]],
        settings: EndpointSettings,
    ) -> None:
        queue.at_work = False
        if not work.cancelled():
            error = work.exception()
            _hand_out(batch, work.result() if error is None else [error] * len(batch))
        self._go(queue, settings)

    def _next(self, queue: Queue, limit: int) -> list[Waiting]:
        """Take the next batch out of the line: at least one request, and no more samples than `limit` with others."""
        late = time.monotonic() - DEADLINE_SECONDS
        batch: list[Waiting] = []
        count = taken = 0
        for waiting in queue.requests:
            if batch and count + waiting.count > limit:
                break
            taken += 1
            if waiting.answer.done():
                continue
            if waiting.since < late:
                waiting.answer.set_exception(busy(len(queue.requests)))
                continue
            batch.append(waiting)
            count += waiting.count
        del queue.requests[:taken]
        return batch

    def _answers(self, batch: list[Waiting], samples: Samples) -> list[Answered | BaseException]:
        """Return what each request gets. Where the model fails, each is asked about alone: what one caller sent is no
        reason for another's failure.
        """
        try:
            answers = self._answer(samples)
        except Exception as error:  # noqa: BLE001 - told to the caller
            if len(batch) == 1:
                return [error]
            return [self._answers_alone(waiting) for waiting in batch]
        found: list[Answered | BaseException] = []
        start = 0
        for waiting in batch:
            found.append((answers[start : start + waiting.count], len(answers)))
            start += waiting.count
        return found

    def _answers_alone(self, waiting: Waiting) -> Answered | BaseException:
        if waiting.since < time.monotonic() - DEADLINE_SECONDS:
            return busy(self.waiting)  # those before it in the batch took too long
        return self._answers([waiting], waiting.samples)[0]

    def _answer(self, samples: Samples) -> Probabilities:
        """Ask the model in the sizes that cost least together, filling up the last one where that is cheaper."""
        sizes, _ = self._plan(len(samples))
        if len(sizes) == 1 and sizes[0] == len(samples):
            return self._model.predict(samples)
        answers, start = [], 0
        for size in sizes:
            part = samples[start : start + size]
            answers.append(self._model.predict(_filled(part, size))[: len(part)])
            start += size
        return np.concatenate(answers)

    def _plan(self, count: int) -> tuple[list[int], float]:
        """Return the sizes to ask in, and the seconds that they take."""
        found = self._plans.get(count)
        if found is None:
            found = self._plans[count] = _cheapest(count, self._sizes, self._costs)
        return found

    def _executor(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="line")
        return self._thread


def busy(waiting: int) -> Busy:
    """Return the error of a request that finds no room."""
    return Busy(
        f"{waiting} requests wait already.",
        "The endpoint gets more than it can answer.",
        "Ask again in a second, less often, or with several samples in one request.",
    )


def _is_long(samples: Samples) -> bool:
    return isinstance(samples, list) and sum(map(len, samples)) > LONG_TEXT


def _count(requests: Sequence[Waiting]) -> int:
    return sum(waiting.count for waiting in requests)


def _joined(batch: list[Waiting]) -> Samples:
    first = batch[0].samples
    if isinstance(first, list):
        return cast(Samples, [sample for waiting in batch for sample in waiting.samples])
    return np.concatenate([np.asarray(waiting.samples) for waiting in batch])


def _filled(part: Samples, size: int) -> Samples:
    missing = size - len(part)
    if missing <= 0:
        return part
    if isinstance(part, list):
        return cast(Samples, [*part, *part[-1:] * missing])
    return np.concatenate([part, np.repeat(part[-1:], missing, axis=0)])


def _hand_out(batch: list[Waiting], answers: Sequence[Answered | BaseException]) -> None:
    for waiting, answer in zip(batch, answers, strict=True):
        if waiting.answer.done():
            continue
        if isinstance(answer, BaseException):
            waiting.answer.set_exception(answer)
        else:
            waiting.answer.set_result(answer)


def _costs(model: Asks, example: Samples) -> dict[int, float]:
    """Return how many seconds batches of each size take, the best of three; this also warms the model up."""
    costs: dict[int, float] = {}
    for size in sorted(model.batches):
        known = max(costs, default=0)
        if known and costs[known] * size / known > LONGEST_COSTING_SECONDS:
            break
        samples = _filled(example, size)
        best = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            model.predict(samples)
            best = min(best, time.perf_counter() - started)
        costs[size] = best
    return costs


def _cheapest(count: int, sizes: Sequence[int], costs: dict[int, float]) -> tuple[list[int], float]:
    """Return the sizes, the largest first, whose sum is at least `count` and that cost least; and their cost."""
    chosen: list[int] = []
    left = count
    for size in sizes:
        whole, left = divmod(left, size)
        chosen += [size] * whole
        if not left:
            break
        rest = _cheapest(left, [s for s in sizes if s < size], costs)[1] if size > sizes[-1] else 0
        if size == sizes[-1] or costs[size] < rest:
            chosen.append(size)
            break
    return chosen, sum(costs[size] for size in chosen)
