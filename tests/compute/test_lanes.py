from __future__ import annotations

from studio.compute.lanes import lanes, waiting_for_memory
from studio.core.pipeline import Pipeline
from studio.core.queue import QueueLimits
from studio.core.run import RUN_KINDS, Run

GB = 1_000_000_000


def run(size: float) -> Run:
    """A run that takes `size` GB."""
    number = round(size * 10)
    return Run(
        id=number,
        name=f"run-{number}",
        kind="training",
        pipeline=Pipeline(),
        inputs={},
        status="queued",
        created=0.0,
    )


def waiting(
    queue: list[float], at_work: list[float], limit: float | None, free: float | None
) -> dict[int, str]:
    return waiting_for_memory(
        [run(size) for size in queue],
        [run(size) for size in at_work],
        QueueLimits(parallel_runs=9, memory_gb=limit),
        lambda other: other.id * GB // 10,
        lambda: None if free is None else round(free * GB),
    )


def test_every_kind_has_one_lane() -> None:
    found = lanes(QueueLimits(parallel_runs=4))
    assert sorted(kind for lane in found for kind in lane.kinds) == sorted(RUN_KINDS)
    assert found[0].size == 4


def test_alone_a_run_starts_however_little_is_free() -> None:
    assert waiting([3], [], None, 0.5) == {}
    assert waiting([], [1], None, 0.5) == {}


def test_beside_others_it_waits_for_free_memory_and_holds_up_those_behind() -> None:
    found = waiting([3, 0.1, 0.2], [1], None, 2)
    assert list(found) == [30, 1, 2]
    assert "about 3.0 GB" in found[30]
    assert "2.0 GB are left" in found[30]
    assert found[1] == found[2] == 'It waits behind "run-30", which waits for memory.'
    assert waiting([2, 9], [1], None, 2) == {}
    assert waiting([2], [1], None, None) == {}, "a system that does not say holds nobody up"


def test_the_limit_counts_estimates_and_passes_over_what_never_fits() -> None:
    assert list(waiting([1.5], [1], 2, 99)) == [15]
    assert waiting([1], [1], 2, 99) == {}
    found = waiting([3, 0.5, 4], [1], 2, 99)
    assert list(found) == [30]
    assert "limit of the queue is 2 GB" in found[30]
    assert list(waiting([3], [], 2, 99)) == [30]
