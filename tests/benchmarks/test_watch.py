"""Keeping count costs a request almost nothing, and looking at a day of it is quick."""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from studio.core.traffic import BUCKET_SECONDS, FOLDED_SECONDS, TrafficSums
from studio.serving.exchange import Exchange
from studio.serving.watch import Watch
from studio.workspace import Workspace
from tests.trained import register

REQUESTS, ROUNDS = 5000, 7
NOTE_MICROSECONDS = 15.0
"""On the event loop, the making of the exchange included."""
SUM_MICROSECONDS = 30.0
"""In the thread beside it."""
READ_MILLISECONDS = 500.0


def test_noting_a_request_takes_microseconds(workspace: Workspace) -> None:
    register(workspace, "drawings", shape=(28, 28, 1), alias="champion")
    endpoint, _ = workspace.deploy("drawings@champion", "fruit")
    noise = np.random.default_rng(0)
    pixels = noise.integers(0, 256, (REQUESTS, 1, 28, 28, 1), np.uint8)
    answers = noise.dirichlet([1, 1, 1], (REQUESTS, 1)).astype(np.float32)
    watch = Watch(workspace, seconds=0)
    noting, summing = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for row in range(REQUESTS):
            watch.note(
                Exchange(
                    endpoint=endpoint.id,
                    name="fruit",
                    time=time.time(),
                    model="drawings:1",
                    role="champion",
                    dialect="tfserving",
                    status=200,
                    seconds=0.001,
                    samples=pixels[row],
                    probabilities=answers[row],
                    batch=1,
                )
            )
        noted = time.perf_counter()
        watch.flush()
        noting.append(1e6 * (noted - begun) / REQUESTS)
        summing.append(1e6 * (time.perf_counter() - noted) / REQUESTS)
    print(f"\na request: noted in {median(noting):.1f} µs, summed up in {median(summing):.1f} µs")
    assert median(noting) < NOTE_MICROSECONDS
    assert median(summing) < SUM_MICROSECONDS
    watch.close()


def test_a_day_of_constant_traffic_is_read_in_less_than_half_a_second(workspace: Workspace) -> None:
    register(workspace, "drawings", alias="champion")
    endpoint, _ = workspace.deploy("drawings@champion", "fruit")
    now = int(time.time()) // FOLDED_SECONDS * FOLDED_SECONDS
    sums = TrafficSums(
        requests=50,
        statuses={200: 50},
        latency=dict.fromkeys(range(8, 20), 4),
        classes={f"class {number}": 1 for number in range(50)},
        confidence=dict.fromkeys(range(20), 2),
        features={name: dict.fromkeys(range(30), 1) for name in ("ink", "brightness", "width")},
    )
    seconds = [
        *range(now - 24 * 3600, now - 2 * 3600, FOLDED_SECONDS),
        *range(now - 2 * 3600, now, BUCKET_SECONDS),
    ]
    workspace.record_traffic(
        {(endpoint.id, second, 0, "drawings:1", "champion"): sums for second in seconds}
    )
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        workspace.traffic_summary("fruit", now - 24 * 3600)
        times.append(1000 * (time.perf_counter() - begun))
    print(f"\na day of traffic, {len(seconds):,} rows: {median(times):.0f} ms")
    assert median(times) < READ_MILLISECONDS
