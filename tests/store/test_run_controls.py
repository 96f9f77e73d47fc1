from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.control import RunControl
from studio.core.queue import QUEUED_KINDS, Move
from studio.core.run import Run, RunKind
from studio.store import run_controls, runs
from studio.store import settings as stored
from studio.store.database import Database
from tests.store.test_runs import claimed, insert


def found(db: Database, name: str) -> Run:
    run = runs.find(db, name)
    assert run is not None
    return run


def order(db: Database) -> list[str]:
    return [run.name for run in runs.queued(db)]


def pause_it(db: Database, name: str, now: float = 20.0) -> Run:
    with db.tx() as connection:
        run_controls.note_pause(connection, found(db, name).id, now)
    return found(db, name)


def test_a_waiting_run_is_paused_at_once_and_resumed_at_the_front(db: Database) -> None:
    for name in "abc":
        insert(db, name)
    assert run_controls.pause(db, "b")
    assert found(db, "b").status == "paused"
    assert order(db) == ["a", "c"]
    assert run_controls.resume(db, "b")
    assert order(db) == ["b", "a", "c"]
    assert found(db, "b").control == RunControl()
    assert not run_controls.resume(db, "b")


def test_a_running_run_pauses_when_its_process_says_so_and_that_start_does_not_count(
    db: Database,
) -> None:
    insert(db, "a")
    insert(db, "b")
    run = claimed(db)
    assert runs.count_attempt(db, run, "")
    assert run_controls.pause(db, "a")
    assert (found(db, "a").status, found(db, "a").control.pause) == ("running", True)
    paused = pause_it(db, "a")
    assert (paused.status, paused.attempt, paused.deaths) == ("paused", 0, 0)
    assert (paused.lease_until, paused.worker, paused.ended) == (None, None, None)
    assert not runs.held(db, run)
    assert claimed(db, now=29.0).name == "b"
    run_controls.resume(db, "a")
    again = claimed(db, now=30.0)
    assert (again.name, again.epoch, again.started) == ("a", 2, 10.0)


def test_a_change_of_mind_while_the_process_saves_counts(db: Database) -> None:
    for name in "abc":
        insert(db, name)
        claimed(db)
        run_controls.pause(db, name)
    run_controls.resume(db, "a")
    run_controls.cancel(db, "b", 15.0)
    run_controls.stop(db, "c", 15.0)
    assert [pause_it(db, name).status for name in "abc"] == ["queued", "cancelled", "queued"]
    assert found(db, "b").ended == 20.0
    assert found(db, "c").control == RunControl(stop=True)


def test_stopping_a_paused_run_lets_it_end_as_a_running_one_does(db: Database) -> None:
    insert(db, "a")
    claimed(db)
    run_controls.pause(db, "a")
    pause_it(db, "a")
    insert(db, "waiting")
    assert run_controls.stop(db, "a", 30.0)
    run = found(db, "a")
    assert (run.status, run.control, run.ended) == ("queued", RunControl(stop=True), None)
    assert order(db) == ["a", "waiting"]
    insert(db, "never-began")
    run_controls.pause(db, "never-began")
    run_controls.stop(db, "never-began", 31.0)
    assert (found(db, "never-began").status, found(db, "never-began").ended) == ("stopped", 31.0)


def test_cancelling_ends_what_has_no_process_and_asks_what_has_one(db: Database) -> None:
    insert(db, "running")
    claimed(db)
    for name in ("queued", "paused"):
        insert(db, name)
    run_controls.pause(db, "paused")
    for name in ("running", "queued", "paused"):
        assert run_controls.cancel(db, name, 30.0)
    assert found(db, "running").status == "running"
    assert found(db, "running").control.cancel
    assert [found(db, name).status for name in ("queued", "paused")] == ["cancelled"] * 2
    assert not run_controls.cancel(db, "queued", 31.0)
    assert found(db, "queued").ended == 30.0


def test_wishes_are_added_up_and_taken_back(db: Database) -> None:
    run = insert(db, "a")
    assert run_controls.wish(db, "a", epochs=9, learning_rate=0.01)
    assert run_controls.wish(db, "a", learning_rate=0.02, histograms=True)
    assert run_controls.control(db, run.id) == RunControl(
        epochs=9, learning_rate=0.02, histograms=True
    )
    assert run_controls.wish(db, "a", epochs=None)
    assert found(db, "a").control.epochs is None
    run_controls.cancel(db, "a", 1.0)
    assert not run_controls.wish(db, "a", epochs=3)


@settings(max_examples=15)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("add"), st.sampled_from(QUEUED_KINDS)),
            st.tuples(
                st.sampled_from(["first", "up", "down", "last", "rest", "claim"]),
                st.integers(0, 9),
            ),
        ),
        max_size=25,
    )
)
def test_the_queue_is_a_list_that_people_rearrange(acts: list[tuple[str, RunKind | int]]) -> None:
    import tempfile
    from pathlib import Path

    from studio.store.migrations import STUDIO

    with tempfile.TemporaryDirectory() as folder:
        db = Database(Path(folder) / "studio.db", synchronous="NORMAL")
        db.migrate(STUDIO)
        model: list[str] = []
        for number, (act, value) in enumerate(acts):
            if act == "add":
                insert(db, f"run-{number}", value)  # type: ignore[arg-type]
                model.append(f"run-{number}")
            elif model and act == "claim":
                assert claimed(db).name == model.pop(0)
            elif model:
                name = model[int(value) % len(model)]
                at = model.index(name)
                if act == "rest":
                    run_controls.pause(db, name)
                    run_controls.resume(db, name)
                    model.insert(0, model.pop(at))
                else:
                    move: Move = act  # type: ignore[assignment]
                    assert run_controls.move(db, found(db, name), move, QUEUED_KINDS)
                    to = {"first": 0, "up": max(at - 1, 0), "down": at + 1, "last": len(model)}
                    model.insert(to[act], model.pop(at))
            assert order(db) == model
        db.close()


def test_only_a_waiting_run_is_moved(db: Database) -> None:
    insert(db, "a")
    run = claimed(db)
    assert not run_controls.move(db, run, "first", QUEUED_KINDS)


def test_why_a_run_waits_is_forgotten_when_it_starts(db: Database) -> None:
    run = insert(db, "a")
    run_controls.note_wait(db, run.id, "Memory is short.")
    assert found(db, "a").waits_for == "Memory is short."
    assert claimed(db).waits_for == ""
    run_controls.note_wait(db, run.id, "Too late.")
    assert found(db, "a").waits_for == ""


def test_deaths_count_since_the_run_came_further(db: Database) -> None:
    insert(db, "a")
    run = claimed(db)
    seen = []
    for checkpoint in ("", "", "one", "one", "one", "two"):
        assert runs.count_attempt(db, run, checkpoint)
        seen.append(found(db, "a").deaths)
    assert seen == [1, 2, 1, 2, 3, 1]
    assert found(db, "a").attempt == 6


def test_a_lease_of_another_clock_does_not_count(db: Database) -> None:
    insert(db, "a")
    claimed(db, now=1e6)  # before the machine was started anew
    assert runs.claim(db, "w2", 100.0, 5.0, steady=50.0) is not None
    assert runs.claim(db, "w3", 100.0, 5.0, steady=54.0) is None
    assert runs.claim(db, "w3", 100.0, 5.0, steady=56.0, mine=[1]) is None
    assert runs.claim(db, "w3", 100.0, 5.0, steady=56.0) is not None


def test_a_full_worker_takes_only_what_has_lost_its_worker(db: Database) -> None:
    insert(db, "a")
    assert runs.claim(db, "w", 10.0, 5.0, skip=None) is None
    assert runs.claim(db, "w", 10.0, 5.0, skip=[1]) is None
    claimed(db)
    assert runs.claim(db, "w", 16.0, 5.0, skip=None) is not None


def test_runs_of_a_group_are_found(db: Database) -> None:
    insert(db, "alone")
    for name in ("g-1", "g-2"):
        runs.insert(
            db,
            name=name,
            kind="training",
            pipeline=found(db, "alone").pipeline,
            inputs={},
            author="ann",
            now=1.0,
            group="g",
        )
    assert [(run.name, run.group) for run in runs.group(db, "g")] == [("g-1", "g"), ("g-2", "g")]
    assert runs.group(db, "") == []


def test_settings_are_replaced(db: Database) -> None:
    assert stored.find(db, "a") is None
    stored.put(db, "a", "1")
    stored.put(db, "a", "2")
    assert stored.find(db, "a") == "2"
