from __future__ import annotations

from studio.core.events import (
    Event,
    LogEvent,
    MetricsEvent,
    ObservationEvent,
    Point,
    ProgressEvent,
)
from studio.core.run import Progress
from studio.store import metrics
from studio.store.database import Database


def points(seq: int, *found: Point) -> MetricsEvent:
    return MetricsEvent(seq=seq, time=0.0, points=list(found))


def line(seq: int) -> LogEvent:
    return LogEvent(seq=seq, time=0.0, text=f"line {seq}")


def test_points_come_by_metric_and_step(metrics_db: Database) -> None:
    metrics.ingest(
        metrics_db,
        7,
        [points(1, ("loss", 2, 0.5), ("accuracy", 1, 0.1)), points(2, ("loss", 1, 0.9))],
    )
    assert metrics.points(metrics_db, 7, 0) == (
        2,
        {"accuracy": [(1, 0.1)], "loss": [(1, 0.9), (2, 0.5)]},
    )
    assert metrics.points(metrics_db, 8, 0) == (0, {})


def test_the_cursor_gives_only_what_came_later(metrics_db: Database) -> None:
    metrics.ingest(metrics_db, 7, [points(1, ("loss", 1, 0.9))])
    cursor, _ = metrics.points(metrics_db, 7, 0)
    assert metrics.points(metrics_db, 7, cursor) == (cursor, {})
    metrics.ingest(metrics_db, 7, [points(2, ("loss", 2, 0.8))])
    assert metrics.points(metrics_db, 7, cursor) == (2, {"loss": [(2, 0.8)]})


def test_a_step_trained_again_after_a_resume_replaces_its_point(metrics_db: Database) -> None:
    metrics.ingest(metrics_db, 7, [points(1, ("loss", 1, 0.9))])
    metrics.ingest(metrics_db, 7, [points(2, ("loss", 1, 0.7))])
    assert metrics.points(metrics_db, 7, 1) == (2, {"loss": [(1, 0.7)]})


def test_taking_in_twice_changes_nothing(metrics_db: Database) -> None:
    events: list[Event] = [points(1, ("loss", 1, 0.9)), line(2)]
    metrics.ingest(metrics_db, 7, events)
    metrics.ingest(metrics_db, 7, [points(1, ("loss", 1, 123.0)), line(2)])
    assert metrics.points(metrics_db, 7, 0) == (1, {"loss": [(1, 0.9)]})
    assert metrics.log(metrics_db, 7, 0) == (2, ["line 2"])
    assert (metrics.seq(metrics_db, 7), metrics.seq(metrics_db, 8)) == (2, 0)


def test_the_log_is_read_in_pages(metrics_db: Database) -> None:
    metrics.ingest(metrics_db, 7, [line(seq) for seq in range(1, 8)])
    found, cursor = [], 0
    while page := metrics.log(metrics_db, 7, cursor, limit=3)[1]:
        cursor, _ = metrics.log(metrics_db, 7, cursor, limit=3)
        found += page
    assert found == [f"line {seq}" for seq in range(1, 8)]
    assert metrics.log(metrics_db, 7, cursor) == (cursor, [])


def test_progress_is_the_newest(metrics_db: Database) -> None:
    for seq in (1, 2):
        progress = Progress(done=seq, total=9, unit="steps")
        metrics.ingest(metrics_db, 7, [ProgressEvent(seq=seq, time=0.0, progress=progress)])
    assert metrics.progress(metrics_db, [7, 8]) == {7: Progress(done=2, total=9, unit="steps")}
    assert metrics.progress(metrics_db, []) == {}


def seen(seq: int, step: int, body: dict[str, object]) -> ObservationEvent:
    return ObservationEvent(seq=seq, time=float(seq), kind="histograms", step=step, body=body)


def test_what_was_seen_replaces_what_was_seen_at_that_step_before(metrics_db: Database) -> None:
    engine = ObservationEvent(seq=1, time=1.0, kind="engine", step=0, body={"device": "CPU"})
    metrics.ingest(metrics_db, 7, [engine, seen(2, 5, {"epoch": 1}), seen(3, 10, {"epoch": 2})])
    again = seen(4, 5, {"epoch": 1, "again": True})
    metrics.ingest(metrics_db, 7, [again])
    cursor, found = metrics.observations(metrics_db, 7, 0)
    assert (cursor, found) == (4, [engine, seen(3, 10, {"epoch": 2}), again])
    assert metrics.observations(metrics_db, 7, 3) == (4, [again])
    assert metrics.observations(metrics_db, 7, 0, ["engine"]) == (1, [engine])
    assert metrics.observations(metrics_db, 8, 0) == (0, [])


def test_a_range_of_steps_is_read_alone(metrics_db: Database) -> None:
    metrics.ingest(metrics_db, 7, [points(1, *(("loss", n, n / 2) for n in range(1, 9)))])
    assert metrics.points(metrics_db, 7, 0, (3, 4)) == (1, {"loss": [(3, 1.5), (4, 2.0)]})


def test_a_worker_of_an_earlier_claim_writes_nothing(metrics_db: Database) -> None:
    assert metrics.ingest(metrics_db, 7, [points(1, ("loss", 1, 0.9))], 1)
    metrics.fence(metrics_db, 7, 2)
    assert not metrics.ingest(metrics_db, 7, [points(2, ("loss", 2, 0.8)), line(3)], 1)
    assert metrics.points(metrics_db, 7, 0) == (1, {"loss": [(1, 0.9)]})
    assert metrics.log(metrics_db, 7, 0) == (0, [])
    assert metrics.ingest(metrics_db, 7, [points(2, ("loss", 2, 0.7))], 2)
    metrics.fence(metrics_db, 7, 1)
    assert metrics.seq(metrics_db, 7) == 2
    assert not metrics.ingest(metrics_db, 7, [line(3)], 1)
