from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.endpoint import EndpointSettings
from studio.core.errors import Busy, InvalidInput
from studio.serving import line as lines
from studio.serving.line import Line, _cheapest
from tests.alone import run_alone

SETTINGS = EndpointSettings()


class Sums:
    """Answers each sample with its sum, in batches of 8 or 1, each of which takes `pause` seconds.

    While `may_answer` is not set it does not answer at all.
    """

    def __init__(self, pause: float = 0.0) -> None:
        self.batches = [8, 1]
        self.pause = pause
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.sizes: list[int] = []
        self.threads: set[int] = set()

    def predict(self, samples: Any) -> NDArray[np.float32]:
        self.sizes.append(len(samples))
        self.threads.add(threading.get_ident())
        time.sleep(self.pause)
        assert self.may_answer.wait(60)
        if isinstance(samples, list):
            samples = np.array([[len(text)] for text in samples])
        if (samples == 13).any():
            raise InvalidInput("13 is in it.", "13 is unlucky.", "Leave it out.")
        return samples.reshape(len(samples), -1).sum(axis=1, keepdims=True).astype(np.float32)


def of(*values: int) -> NDArray[np.int64]:
    return np.array(values)[:, None]


def test_those_who_ask_at_once_are_asked_about_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "INLINE_SECONDS", 60.0)  # cheap, however busy the machine is
    model = Sums()
    line = Line(model, of(1))
    model.sizes.clear()

    async def ask_all() -> Any:
        return await asyncio.gather(*(line.ask(of(n, n + 1), SETTINGS) for n in range(100, 105)))

    answers = run_alone(ask_all())
    for number, (probabilities, batch) in zip(range(100, 105), answers, strict=True):
        assert probabilities.tolist() == [[number], [number + 1]]
        assert batch == 10
    assert sum(model.sizes) >= 10
    assert line.largest == 10
    assert model.threads == {threading.get_ident()}, "cheap models are asked on the event loop"


def test_texts_are_joined_too_and_no_batch_is_larger_than_allowed() -> None:
    line = Line(Sums(), ["x"])

    async def ask_all() -> Any:
        few = EndpointSettings(batch_limit=4)
        return await asyncio.gather(*(line.ask(["a" * n, "b"], few) for n in range(1, 6)))

    answers = run_alone(ask_all())
    assert [probabilities.tolist() for probabilities, _ in answers] == [
        [[n], [1]] for n in range(1, 6)
    ]
    assert [batch for _, batch in answers] == [4, 4, 4, 4, 2]


def test_a_slow_model_is_asked_beside_the_loop_and_collects_what_waits() -> None:
    model = Sums(pause=0.02)
    line = Line(model, of(1))
    model.threads.clear()
    model.may_answer.clear()

    async def ask_all() -> Any:
        first = asyncio.create_task(line.ask(of(0), SETTINGS))
        while not model.threads:
            await asyncio.sleep(0.001)
        others = [asyncio.create_task(line.ask(of(n), SETTINGS)) for n in range(1, 9)]
        while line.waiting < 8:  # the loop goes on while the model is at work
            await asyncio.sleep(0.001)
        assert not first.done()
        model.may_answer.set()
        return await asyncio.gather(first, *others)

    answers = run_alone(ask_all())
    assert [float(probabilities[0, 0]) for probabilities, _ in answers] == list(range(9))
    assert [batch for _, batch in answers] == [1] + [8] * 8
    assert threading.get_ident() not in model.threads
    line.close()


def test_a_full_line_is_told_and_so_is_who_waits_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(Sums(), of(1))
    short = EndpointSettings(queue_limit=2)

    async def ask_all() -> Any:
        return await asyncio.gather(
            *(line.ask(of(n), short) for n in range(5)), return_exceptions=True
        )

    answers = run_alone(ask_all())
    assert [isinstance(answer, Busy) for answer in answers] == [False, False, True, True, True]
    assert line.waiting == 0
    monkeypatch.setattr(lines, "DEADLINE_SECONDS", -1.0)
    assert all(isinstance(answer, Busy) for answer in run_alone(ask_all()))


@pytest.mark.parametrize("pause", [0.0, 0.005])
def test_what_one_caller_sent_is_no_reason_for_anothers_failure(pause: float) -> None:
    line = Line(Sums(pause), of(1))

    async def ask_all() -> Any:
        asked = (line.ask(of(number), SETTINGS) for number in (13, 1, 13, 4))
        return await asyncio.gather(*asked, return_exceptions=True), await line.ask(of(2), SETTINGS)

    (one, two, three, four), (probabilities, _) = run_alone(ask_all())
    assert isinstance(one, InvalidInput)
    assert isinstance(three, InvalidInput)
    assert one is not three
    assert (two[0].tolist(), four[0].tolist()) == ([[1]], [[4]])
    assert probabilities.tolist() == [[2]]
    line.close()


def test_long_texts_and_what_goes_on_aside_leave_the_loop_alone() -> None:
    model = Sums()
    line = Line(model, ["x"])
    model.threads.clear()

    async def ask_all() -> Any:
        long = await line.ask(["x" * (lines.LONG_TEXT + 1)], SETTINGS)
        model.pause = 0.02
        aside = asyncio.create_task(line.ask_aside(["ab"]))
        await asyncio.sleep(0)
        return long, await line.ask(["abc"], SETTINGS), await aside

    (long, _), (other, _), aside = run_alone(ask_all())
    assert (long.tolist(), other.tolist(), aside.tolist()) == ([[20_001]], [[3]], [[2]])
    assert threading.get_ident() not in model.threads
    line.close()


def test_what_may_take_any_time_leaves_the_loop_alone() -> None:
    model = Sums()
    line = Line(model, of(1), steady=False)
    model.threads.clear()
    run_alone(line.ask(of(1), SETTINGS))
    assert threading.get_ident() not in model.threads
    line.close()


def test_waiting_for_a_batch_is_possible() -> None:
    line = Line(Sums(), of(1))
    patient = EndpointSettings.model_construct(batch_wait_ms=500, batch_limit=64, queue_limit=64)

    async def ask_all() -> Any:
        first = asyncio.create_task(line.ask(of(1), patient))
        while not line.waiting:
            await asyncio.sleep(0)
        return await asyncio.gather(first, line.ask(of(2), patient))

    assert [batch for _, batch in run_alone(ask_all())] == [2, 2]
    patient = EndpointSettings.model_construct(batch_wait_ms=1e6, batch_limit=2)
    assert [batch for _, batch in run_alone(ask_all())] == [2, 2], "a whole batch waits for nobody"


@settings(max_examples=60)
@given(
    st.integers(1, 256),
    st.lists(st.sampled_from([1, 2, 8, 32, 64]), min_size=1, unique=True),
    st.floats(0.1, 1.0),
)
def test_plans_hold_everything_and_cost_no_more_than_one_by_one(
    count: int, sizes: list[int], power: float
) -> None:
    sizes.sort(reverse=True)
    costs = {size: float(size) ** power for size in sizes}
    plan, cost = _cheapest(count, sizes, costs)
    smallest = sizes[-1]
    assert sum(plan) >= count
    assert sum(plan[:-1]) < count
    assert cost == pytest.approx(sum(costs[size] for size in plan))
    assert cost <= costs[smallest] * -(-count // smallest) + 1e-9
