from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from studio.core.errors import StudioError
from studio.store import database
from studio.store.database import Database

ADD = "INSERT INTO datasets (name, created) VALUES (?, 0)"


def names(db: Database) -> list[str]:
    return [row["name"] for row in db.query("SELECT name FROM datasets ORDER BY id")]


def pragma(db: Database, name: str) -> object:
    return db.connection().conn.execute(f"PRAGMA {name}").fetchone()[0]


def test_sqlite_is_one_that_cannot_corrupt_its_log() -> None:
    assert sqlite3.sqlite_version_info >= (3, 51, 3)


def test_connection_has_the_settings_that_keep_a_commit(db: Database, metrics_db: Database) -> None:
    full, normal = 2, 1
    assert pragma(db, "journal_mode") == pragma(metrics_db, "journal_mode") == "wal"
    assert (pragma(db, "synchronous"), pragma(metrics_db, "synchronous")) == (full, normal)
    assert pragma(db, "foreign_keys") == 1
    assert pragma(db, "journal_size_limit") == 64 * 2**20


def test_tx_commits_everything(db: Database) -> None:
    with db.tx() as connection:
        connection.execute(ADD, ["a"])
        connection.execute(ADD, ["b"])
    assert names(db) == ["a", "b"]
    assert not db.connection().conn.in_transaction


@pytest.mark.parametrize("reason", [ValueError, KeyboardInterrupt, SystemExit])
def test_tx_keeps_nothing_of_what_failed(db: Database, reason: type[BaseException]) -> None:
    def fail() -> None:
        with db.tx() as connection:
            connection.execute(ADD, ["a"])
            raise reason

    with pytest.raises(reason):
        fail()
    assert names(db) == []
    with db.tx() as connection:  # and the next one is free to write
        connection.execute(ADD, ["b"])
    assert names(db) == ["b"]


def test_tx_keeps_nothing_when_a_row_breaks_the_schema(db: Database) -> None:
    def add_twice() -> None:
        with db.tx() as connection:
            connection.execute(ADD, ["a"])
            connection.execute(ADD, ["a"])

    with pytest.raises(database.IntegrityError, match="UNIQUE"):
        add_twice()
    assert names(db) == []


def test_tx_refuses_a_row_that_points_at_nothing(db: Database) -> None:
    with pytest.raises(database.IntegrityError, match="FOREIGN KEY"), db.tx() as connection:
        connection.execute(
            "INSERT INTO label_classes (dataset_id, class_name, position) VALUES (9, 'a', 0)"
        )


def test_tx_survives_a_rollback_of_its_own(db: Database) -> None:
    with pytest.raises(sqlite3.OperationalError), db.tx() as connection:
        connection.conn.execute("ROLLBACK")
    assert not db.connection().conn.in_transaction


def test_tx_inside_tx_is_an_error_and_leaves_nothing(db: Database) -> None:
    def nest() -> None:
        with db.tx() as connection:
            connection.execute(ADD, ["a"])
            with db.tx():
                pass

    with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
        nest()
    assert names(db) == []


def test_tx_gives_up_on_a_lock_that_is_never_let_go(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "GIVE_UP_SECONDS", 0.2)
    other = Database(db.path, synchronous="FULL")
    with other.tx() as connection:
        connection.execute(ADD, ["a"])
        with pytest.raises(StudioError, match=r"studio\.db stayed locked") as caught, db.tx():
            pass
    assert caught.value.why
    assert caught.value.fix
    assert names(db) == ["a"]


def test_tx_waits_for_a_short_one(db: Database) -> None:
    held, written = threading.Event(), []

    def hold() -> None:
        with db.tx() as connection:
            held.set()
            release.wait(60)
            connection.execute(ADD, ["first"])
        db.close()

    def write() -> None:
        with db.tx() as connection:
            connection.execute(ADD, ["second"])
        written.append(True)
        db.close()

    release = threading.Event()
    holder, writer = threading.Thread(target=hold), threading.Thread(target=write)
    holder.start()
    assert held.wait(60)
    writer.start()
    writer.join(0.2)
    assert not written
    release.set()
    holder.join()
    writer.join()
    assert names(db) == ["first", "second"]


def test_threads_of_one_process_wait_in_turn_and_then_give_up(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "GIVE_UP_SECONDS", 0.1)
    found: list[StudioError] = []

    def write() -> None:
        try:
            with db.tx():
                pass
        except StudioError as error:
            found.append(error)
        assert not db.connection().conn.in_transaction
        db.close()

    with db.tx() as connection:
        connection.execute(ADD, ["a"])
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert [error.what for error in found] == [
        "The database studio.db stayed locked for 0 seconds."
    ]
    with db.tx() as connection:  # whoever gave up holds nothing
        connection.execute(ADD, ["b"])
    assert names(db) == ["a", "b"]


def test_a_fork_does_not_inherit_whose_turn_it_is(forked, tmp_path: Path) -> None:
    work = """
        import threading

        workspace = Workspace.open(home)
        threading.Thread(target=workspace._studio._own_turn().acquire).start()

        def work(number):
            workspace.save_model_config(f"mine-{number}", workspace.model_config("dense-baseline"))
    """
    assert forked(work, tmp_path, 2) == [0] * 2


def test_no_thread_shares_a_connection(db: Database) -> None:
    found: list[object] = []

    def ask() -> None:
        found.append(db.connection())
        db.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found[0] is not db.connection()
    assert db.connection() is db.connection()


def test_close_lets_a_connection_be_opened_again(db: Database) -> None:
    before = db.connection()
    db.close()
    db.close()
    assert db.connection() is not before
    assert names(db) == []


def test_writers_in_many_processes_lose_no_update(forked, tmp_path: Path) -> None:
    work = """
        def work(number):
            workspace = Workspace.open(home)
            for _ in range(40):
                with workspace._studio.tx() as connection:
                    count = connection.execute("SELECT created FROM datasets").fetchone()[0]
                    connection.execute("UPDATE datasets SET created = ?", [count + 1])
    """
    from studio.workspace import Workspace

    db = Workspace.open(tmp_path)._studio
    with db.tx() as connection:
        connection.execute(ADD, ["counter"])
    assert forked(work, tmp_path, 6) == [0] * 6
    assert db.query("SELECT created FROM datasets") == [{"created": 240.0}]


def test_a_fork_never_uses_its_parents_connection(forked, tmp_path: Path) -> None:
    work = """
        workspace = Workspace.open(home)  # connected before the fork
        inherited = workspace._studio.connection()

        def work(number):
            assert workspace._studio.connection() is not inherited
            workspace.save_model_config(f"mine-{number}", workspace.model_config("dense-baseline"))
    """
    from studio.workspace import Workspace

    assert forked(work, tmp_path, 4) == [0] * 4
    saved = {f"mine-{number}" for number in range(4)}
    assert saved < set(Workspace.open(tmp_path).model_configs())


def test_checkpoint_empties_the_log(db: Database) -> None:
    with db.tx() as connection:
        connection.execute(ADD, ["a"])
    log = db.path.with_name("studio.db-wal")
    assert log.stat().st_size > 0
    db.checkpoint()
    assert log.stat().st_size == 0
    assert names(db) == ["a"]


def test_first_returns_none_without_a_row(db: Database) -> None:
    assert db.first("SELECT 1 AS one FROM datasets") is None
    assert db.first("SELECT 1 AS one") == {"one": 1}
