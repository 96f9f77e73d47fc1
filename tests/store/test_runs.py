from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from studio.core.pipeline import Pipeline
from studio.core.run import Failure, Run, RunArtifact, RunKind
from studio.store import run_controls, runs
from studio.store.database import Database, IntegrityError

PIPELINE = Pipeline().add("dataset", "dataset", name="digits", version=1)


def insert(db: Database, name: str, kind: RunKind = "training", now: float = 1.0) -> Run:
    runs.insert(
        db, name=name, kind=kind, pipeline=PIPELINE, inputs={"dataset": 3}, author="ann", now=now
    )
    found = runs.find(db, name)
    assert found is not None
    return found


def claimed(db: Database, worker: str = "w", now: float = 10.0, lease: float = 5.0) -> Run:
    run = runs.claim(db, worker, now, lease)
    assert run is not None
    return run


def test_a_new_run_waits_with_everything_it_was_given(db: Database) -> None:
    run = insert(db, "a")
    assert run.status == "queued"
    assert (run.pipeline, run.inputs, run.author) == (PIPELINE, {"dataset": 3}, "ann")
    assert (run.created, run.started, run.attempt, run.epoch) == (1.0, None, 0, 0)
    assert run.result == {}
    assert runs.find(db, "b") is None
    assert runs.find_by_id(db, run.id) == run
    assert runs.find_by_id(db, run.id + 1) is None


def test_names_are_unique(db: Database) -> None:
    insert(db, "a")
    with pytest.raises(IntegrityError):
        insert(db, "a")
    assert runs.names(db) == ["a"]


def test_pages_continue_where_they_ended(db: Database) -> None:
    kinds: list[RunKind] = ["training", "import", "restore"]
    made = [insert(db, f"run-{i}", kinds[i % 3]) for i in range(10)]
    for kind in (None, *kinds):
        expected = [r.name for r in reversed(made) if kind in (None, r.kind)]
        found, before = [], None
        while page := runs.page(db, kind=kind, before=before, limit=3):
            found += [run.name for run in page]
            before = page[-1].id
        assert found == expected


def test_claiming_takes_the_oldest_waiting_run_once(db: Database) -> None:
    insert(db, "a")
    insert(db, "b")
    first = claimed(db, "w1")
    assert (first.name, first.status, first.worker, first.epoch) == ("a", "running", "w1", 1)
    assert (first.started, first.lease_until) == (10.0, 15.0)
    assert claimed(db, "w2").name == "b"
    assert runs.claim(db, "w3", 10.0, 5.0) is None


def test_claiming_may_be_limited_to_kinds(db: Database) -> None:
    insert(db, "a", "training")
    insert(db, "b", "import")
    assert runs.claim(db, "w", 10.0, 5.0, ["restore"]) is None
    run = runs.claim(db, "w", 10.0, 5.0, ["restore", "import"])
    assert run is not None
    assert run.name == "b"


def test_a_lapsed_lease_is_claimed_before_new_work(db: Database) -> None:
    insert(db, "a")
    first = claimed(db, "w1")
    insert(db, "b")
    again = claimed(db, "w2", now=15.1)
    assert (again.name, again.epoch, again.worker) == ("a", first.epoch + 1, "w2")
    assert again.started == first.started


def test_a_renewed_lease_is_not_claimed(db: Database) -> None:
    insert(db, "a")
    assert runs.renew(db, claimed(db), until=100.0)
    assert runs.claim(db, "w2", 99.0, 5.0) is None


def test_released_leases_are_claimed_at_once(db: Database) -> None:
    insert(db, "a")
    insert(db, "b")
    claimed(db, "w1")
    claimed(db, "w2")
    runs.release(db, "w2")
    assert claimed(db, "w3").name == "b"
    assert runs.claim(db, "w3", 10.0, 5.0) is None
    runs.release(db, None)
    assert {claimed(db, "w4").name, claimed(db, "w4").name} == {"a", "b"}


def test_who_was_fenced_off_changes_nothing(db: Database) -> None:
    insert(db, "a")
    late = claimed(db, "late")
    current = claimed(db, "current", now=20.0)
    assert not runs.renew(db, late, until=1000.0)
    assert not runs.count_attempt(db, late)
    with db.tx() as connection:
        assert not runs.set_seq(connection, late, 5)
        assert runs.set_seq(connection, current, 6)
    assert runs.count_attempt(db, current)
    run = runs.find(db, "a")
    assert run is not None
    assert (run.attempt, run.lease_until, runs.seq(db, run.id)) == (1, 25.0, 6)


def test_an_ended_run_is_never_claimed_or_moved(db: Database) -> None:
    insert(db, "a")
    run = claimed(db)
    failure = Failure(what="It broke.", why="It was old.", fix="Buy a new one.")
    with db.tx() as connection:
        runs.end(connection, run.id, "failed", failure, 30.0)
    ended = runs.find(db, "a")
    assert ended is not None
    assert (ended.status, ended.failure, ended.ended, ended.lease_until) == (
        "failed",
        failure,
        30.0,
        None,
    )
    assert ended.seconds == 20.0
    assert runs.claim(db, "w", 1e9, 5.0) is None
    assert not runs.renew(db, run, 1e9)
    run_controls.stop(db, "a", 40.0)
    assert runs.find(db, "a") == ended


def test_stopping_a_waiting_run_ends_it(db: Database) -> None:
    insert(db, "a")
    run_controls.stop(db, "a", 40.0)
    run = runs.find(db, "a")
    assert run is not None
    assert (run.status, run.stop_requested) == ("stopped", True)
    assert run.ended is not None
    assert runs.claim(db, "w", 10.0, 5.0) is None


def test_stopping_a_running_run_is_a_wish(db: Database) -> None:
    insert(db, "a")
    claimed(db)
    run_controls.stop(db, "a", 40.0)
    run = runs.find(db, "a")
    assert run is not None
    assert (run.status, run.stop_requested, run.ended) == ("running", True, None)


def test_results_are_merged(db: Database) -> None:
    run = insert(db, "a")
    with db.tx() as connection:
        runs.merge_result(connection, run.id, {"accuracy": 0.5, "device": "cpu"})
        runs.merge_result(connection, run.id, {"accuracy": 0.9})
    found = runs.find(db, "a")
    assert found is not None
    assert found.result == {"accuracy": 0.9, "device": "cpu"}


def test_a_file_made_again_replaces_the_one_of_its_name(db: Database) -> None:
    run = insert(db, "a")
    one, two = (RunArtifact(name="model.keras", digest=d * 64, size=9) for d in "ab")
    with db.tx() as connection:
        for artifact in (one, two, two):
            runs.add_artifact(connection, run.id, artifact, 1.0)
    assert runs.artifacts(db, run.id) == {"model.keras": two}
    assert db.query("SELECT COUNT(*) AS n FROM artifacts") == [{"n": 2}]


def test_many_workers_never_share_a_run(forked, tmp_path: Path) -> None:
    work = """
        def work(number):
            workspace, mine = Workspace.open(home), []
            while run := workspace.claim_run(f"worker-{number}", 1000.0):
                mine.append(run.name)
            (home / f"{number}.json").write_text(json.dumps(mine))
    """
    from studio.workspace import Workspace

    workspace = Workspace.open(tmp_path)
    for number in range(30):
        insert(workspace._studio, f"run-{number:02}")
    assert forked(work, tmp_path, 5) == [0] * 5
    taken = [name for path in tmp_path.glob("*.json") for name in json.loads(path.read_text())]
    assert sorted(taken) == [f"run-{number:02}" for number in range(30)]


def test_two_threads_claim_one_run_once(db: Database) -> None:
    insert(db, "a")
    found: list[Run | None] = []
    ready = threading.Barrier(4)

    def claim() -> None:
        ready.wait()
        found.append(runs.claim(db, "w", 10.0, 5.0))
        db.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(run is not None for run in found) == 1
