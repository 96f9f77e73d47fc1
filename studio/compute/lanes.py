"""Which waiting runs may start: so many of a kind at once, in the order of the queue, while memory suffices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from studio.core.queue import QUEUED_KINDS, QueueLimits
from studio.core.run import Run, RunKind


@dataclass(frozen=True)
class Lane:
    """Runs of some kinds, so many at once: an import does not wait behind a training."""

    kinds: tuple[RunKind, ...]
    size: int


OTHER_LANES = (
    Lane(("import", "restore", "import_model"), 1),
    Lane(("quality", "export"), 1),
    Lane(("evaluation", "calibration"), 1),
    Lane(("explain",), 1),
    Lane(("ranking", "prelabel"), 1),
    Lane(("speed",), 1),
    Lane(("model_export", "scoring"), 1),
)


def lanes(limits: QueueLimits) -> tuple[Lane, ...]:
    """Return the lanes, that of trainings first."""
    return (Lane(QUEUED_KINDS, limits.parallel_runs), *OTHER_LANES)


def waiting_for_memory(
    queue: Sequence[Run],
    at_work: Iterable[Run],
    limits: QueueLimits,
    estimate: Callable[[Run], int],
    free_bytes: Callable[[], int | None],
) -> dict[int, str]:
    """Return id -> reason of the runs of a queue that must not start now.

    A run that would never fit is passed over. One that fits once another has ended holds up those behind it, so
    that small runs do not keep a large one waiting for ever. What is free is asked only where others are at work:
    alone, a run is started, and says itself when it does not fit.

    Args:
        queue: Waiting runs in their order.
        at_work: Runs that were started.
        limits: As people set them.
        estimate: Returns how many bytes a run will take.
        free_bytes: Returns what the machine has free, None where it does not say.
    """
    limit = None if limits.memory_gb is None else round(limits.memory_gb * 1e9)
    taken = [estimate(run) for run in at_work]
    waiting: dict[int, str] = {}
    behind = ""
    for run in queue:
        needed = estimate(run)
        if behind:
            waiting[run.id] = behind
        elif limit is not None and needed > limit:
            waiting[run.id] = (
                f"It needs about {needed / 1e9:.1f} GB, and the limit of the queue is {limit / 1e9:g} GB: "
                "raise the limit, or choose a smaller batch size or model."
            )
        elif taken and (free := _left(limit, sum(taken), free_bytes())) < needed:
            waiting[run.id] = (
                f"It needs about {needed / 1e9:.1f} GB of memory, and {max(free, 0) / 1e9:.1f} GB are left "
                "beside the runs at work: it starts when one of them has ended."
            )
            behind = f'It waits behind "{run.name}", which waits for memory.'
        else:
            break  # this one is started now, and the next is looked at after it
    return waiting


def _left(limit: int | None, taken: int, free: int | None) -> float:
    """Return what the limit leaves beside what is taken by estimate, at most what the machine has free."""
    within = float("inf") if limit is None else limit - taken
    return min(within, float("inf") if free is None else free)
