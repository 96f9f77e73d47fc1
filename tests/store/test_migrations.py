from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils import Migrations

from studio.core.errors import Conflict, StudioError
from studio.store.database import Database
from studio.store.migrations import METRICS, STUDIO


def schema(db: Database) -> set[tuple[str, str]]:
    rows = db.query("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return {(row["type"], row["name"]) for row in rows}


def test_migrating_twice_changes_nothing(db: Database) -> None:
    before, applied = schema(db), db.query("SELECT * FROM _sqlite_migrations")
    db.migrate(STUDIO)
    assert schema(db) == before
    assert db.query("SELECT * FROM _sqlite_migrations") == applied


def test_every_table_is_strict(db: Database, metrics_db: Database) -> None:
    for database in (db, metrics_db):
        tables = database.query("PRAGMA table_list")
        loose = [
            t["name"]
            for t in tables
            if t["type"] == "table"
            and not t["strict"]
            and not t["name"].startswith(("sqlite_", "_"))
        ]
        assert loose == []


def test_live_endpoint_names_are_unique_and_retired_ones_are_not(db: Database) -> None:
    add = (
        "INSERT INTO endpoints (name, model, key_hash, key_hint, created, retired) "
        "VALUES ('a', 'm', '', '', 0, ?)"
    )
    with db.tx() as connection:
        connection.execute(add, [1.0])
        connection.execute(add, [2.0])
        connection.execute(add, [None])
    with pytest.raises(sqlite3.IntegrityError), db.tx() as connection:
        connection.execute(add, [None])


def test_twenty_starts_at_once_all_succeed(forked, tmp_path: Path) -> None:
    work = """
        def work(number):
            Workspace.open(home).save_model_config(
                f"mine-{number}", Workspace.open(home).model_config("dense-baseline")
            )
    """
    assert forked(work, tmp_path / "new", 20) == [0] * 20
    studio = Database(tmp_path / "new" / "studio.db", synchronous="FULL")
    assert studio.query("SELECT COUNT(*) AS n FROM model_configs") == [{"n": 20}]
    assert studio.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    metrics = Database(tmp_path / "new" / "metrics.db", synchronous="NORMAL")
    metrics.migrate(METRICS)
    for database, steps in ((studio, STUDIO), (metrics, METRICS)):
        applied = database.query("SELECT name FROM _sqlite_migrations")
        assert len(applied) == len(steps.applied(database.connection()))


def test_rows_that_point_at_nothing_are_reported(tmp_path: Path) -> None:
    broken = Migrations("broken")

    @broken()
    def leave_an_orphan(db: object) -> None:
        db.executescript(  # type: ignore[attr-defined]
            """
            CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE children (parent INTEGER REFERENCES parents(id)) STRICT;
            INSERT INTO children VALUES (7);
            """
        )

    db = Database(tmp_path / "broken.db", synchronous="FULL")
    with pytest.raises(Conflict, match="1 rows that point at nothing") as caught:
        db.migrate(broken)
    assert "children" in caught.value.why
    assert db.connection().conn.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    path.write_bytes(b"these are not the rows you are looking for" * 100)
    with pytest.raises(StudioError, match="is no database") as caught:
        Database(path, synchronous="FULL").migrate(STUDIO)
    assert str(path) in caught.value.what
    assert path.read_bytes().startswith(b"these are not")


def test_a_folder_in_the_place_of_the_database_is_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "studio.db").mkdir()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Database(tmp_path / "studio.db", synchronous="FULL").migrate(STUDIO)
    shutil.rmtree(tmp_path / "studio.db")
