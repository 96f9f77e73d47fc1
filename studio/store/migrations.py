"""The schema, as steps that only ever grow. STRICT tables; JSON in TEXT columns is written by pydantic."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Migrations

STUDIO = Migrations("studio")
METRICS = Migrations("metrics")


@STUDIO()
def m001_first_schema(db: Any) -> None:
    """Datasets, annotations, drawings, model configs, runs, models, endpoints, artifacts."""
    db.executescript(
        """
        CREATE TABLE artifacts (
            digest TEXT PRIMARY KEY, size INTEGER NOT NULL, created REAL NOT NULL
        ) STRICT;
        CREATE TABLE datasets (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created REAL NOT NULL
        ) STRICT;
        CREATE TABLE dataset_versions (
            id INTEGER PRIMARY KEY,
            dataset_id INTEGER NOT NULL REFERENCES datasets(id),
            version INTEGER NOT NULL,
            digest TEXT NOT NULL,
            manifest TEXT NOT NULL,
            author TEXT NOT NULL,
            message TEXT NOT NULL,
            created REAL NOT NULL,
            origin TEXT UNIQUE,
            UNIQUE (dataset_id, version)
        ) STRICT;
        CREATE TABLE label_classes (
            dataset_id INTEGER NOT NULL REFERENCES datasets(id),
            class_name TEXT NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (dataset_id, class_name)
        ) STRICT;
        CREATE TABLE annotations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            op_id TEXT NOT NULL UNIQUE,
            dataset_id INTEGER NOT NULL REFERENCES datasets(id),
            samples TEXT NOT NULL,
            sample INTEGER NOT NULL,
            class_name TEXT,
            annotator TEXT NOT NULL,
            time REAL NOT NULL
        ) STRICT;
        CREATE INDEX annotations_by_dataset ON annotations (dataset_id, samples, id);
        CREATE TABLE drawings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            op_id TEXT NOT NULL UNIQUE,
            collection TEXT NOT NULL,
            class_name TEXT NOT NULL,
            pixels BLOB NOT NULL,
            strokes TEXT NOT NULL,
            author TEXT NOT NULL,
            time REAL NOT NULL,
            removed REAL
        ) STRICT;
        CREATE INDEX drawings_by_collection ON drawings (collection, id) WHERE removed IS NULL;
        CREATE TABLE model_configs (
            name TEXT PRIMARY KEY, config TEXT NOT NULL, author TEXT NOT NULL, updated REAL NOT NULL
        ) STRICT;
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            pipeline TEXT NOT NULL,
            inputs TEXT NOT NULL,
            status TEXT NOT NULL,
            author TEXT NOT NULL,
            created REAL NOT NULL,
            started REAL,
            ended REAL,
            attempt INTEGER NOT NULL DEFAULT 0,
            epoch INTEGER NOT NULL DEFAULT 0,
            seq INTEGER NOT NULL DEFAULT 0,
            worker TEXT,
            lease_until REAL,
            stop_requested INTEGER NOT NULL DEFAULT 0,
            failure TEXT,
            result TEXT NOT NULL DEFAULT '{}'
        ) STRICT;
        CREATE INDEX runs_waiting ON runs (status, id);
        CREATE TABLE run_artifacts (
            run_id INTEGER NOT NULL REFERENCES runs(id),
            name TEXT NOT NULL,
            digest TEXT NOT NULL REFERENCES artifacts(digest),
            size INTEGER NOT NULL,
            PRIMARY KEY (run_id, name)
        ) STRICT;
        CREATE TABLE models (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created REAL NOT NULL
        ) STRICT;
        CREATE TABLE model_versions (
            id INTEGER PRIMARY KEY,
            model_id INTEGER NOT NULL REFERENCES models(id),
            version INTEGER NOT NULL,
            run TEXT,
            body TEXT NOT NULL,
            author TEXT NOT NULL,
            created REAL NOT NULL,
            origin TEXT UNIQUE,
            UNIQUE (model_id, version)
        ) STRICT;
        CREATE TABLE model_aliases (
            model_id INTEGER NOT NULL REFERENCES models(id),
            alias TEXT NOT NULL,
            version_id INTEGER NOT NULL REFERENCES model_versions(id),
            PRIMARY KEY (model_id, alias)
        ) STRICT;
        CREATE TABLE alias_moves (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            model_id INTEGER NOT NULL REFERENCES models(id),
            alias TEXT NOT NULL,
            version INTEGER NOT NULL,
            author TEXT NOT NULL,
            time REAL NOT NULL
        ) STRICT;
        CREATE TABLE endpoints (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            model TEXT NOT NULL,
            alias TEXT,
            version INTEGER,
            key_hash TEXT NOT NULL,
            key_hint TEXT NOT NULL,
            created REAL NOT NULL,
            retired REAL
        ) STRICT;
        CREATE UNIQUE INDEX endpoints_live ON endpoints (name) WHERE retired IS NULL;
        """
    )


@STUDIO()
def m002_find_annotations(db: Any) -> None:
    """Answers are looked up by who gave them, and by their sample."""
    db.executescript(
        """
        CREATE INDEX annotations_by_annotator ON annotations (dataset_id, samples, annotator, sample);
        CREATE INDEX annotations_by_sample ON annotations (dataset_id, samples, sample, id);
        """
    )


@STUDIO()
def m003_label_sessions(db: Any) -> None:
    """Labelling sessions: their items, who holds which, answers, drafts, reviews and everybody's keys.

    An item becomes a row when somebody gets it. Answers and reviews are only ever appended.
    """
    db.executescript(
        """
        CREATE TABLE label_sessions (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            dataset_id INTEGER NOT NULL REFERENCES datasets(id),
            version_id INTEGER NOT NULL REFERENCES dataset_versions(id),
            config TEXT NOT NULL,
            revision INTEGER NOT NULL DEFAULT 0,
            changes TEXT NOT NULL DEFAULT '[]',
            total INTEGER NOT NULL,
            pool TEXT NOT NULL,
            queue TEXT NOT NULL DEFAULT '',
            queue_at INTEGER NOT NULL DEFAULT 0,
            groups TEXT NOT NULL DEFAULT '',
            queued REAL,
            queue_source TEXT NOT NULL DEFAULT '',
            queue_answers INTEGER NOT NULL DEFAULT 0,
            prelabels TEXT,
            curve TEXT NOT NULL DEFAULT '[]',
            answers INTEGER NOT NULL DEFAULT 0,
            author TEXT NOT NULL,
            created REAL NOT NULL,
            closed REAL
        ) STRICT;
        CREATE TABLE session_items (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            item INTEGER NOT NULL,
            position INTEGER NOT NULL,
            wanted INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'open',
            value TEXT,
            decided_by TEXT NOT NULL DEFAULT '',
            gold TEXT,
            counted INTEGER NOT NULL DEFAULT 0,
            unsure INTEGER NOT NULL DEFAULT 0,
            updated REAL NOT NULL,
            PRIMARY KEY (session_id, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_items_by_state ON session_items (session_id, state, position);
        CREATE TABLE assignments (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            annotator TEXT NOT NULL,
            item INTEGER NOT NULL,
            standing TEXT NOT NULL,
            lease_until REAL NOT NULL,
            comment TEXT,
            taken REAL NOT NULL,
            PRIMARY KEY (session_id, annotator, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assignments_by_item ON assignments (session_id, item);
        CREATE TABLE session_answers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            op_id TEXT NOT NULL UNIQUE,
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            item INTEGER NOT NULL,
            annotator TEXT NOT NULL,
            act TEXT NOT NULL,
            value TEXT,
            revision INTEGER NOT NULL,
            unsure INTEGER NOT NULL,
            comment TEXT NOT NULL,
            seconds REAL,
            accepted INTEGER NOT NULL,
            counted INTEGER NOT NULL,
            source TEXT NOT NULL DEFAULT '',
            time REAL NOT NULL
        ) STRICT;
        CREATE INDEX session_answers_by_item ON session_answers (session_id, item, id);
        CREATE INDEX session_answers_by_annotator ON session_answers (session_id, annotator, id);
        CREATE TABLE drafts (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            annotator TEXT NOT NULL,
            item INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            value TEXT,
            unsure INTEGER NOT NULL,
            comment TEXT NOT NULL,
            time REAL NOT NULL,
            PRIMARY KEY (session_id, annotator, item)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE session_reviews (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            op_id TEXT NOT NULL UNIQUE,
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            item INTEGER NOT NULL,
            reviewer TEXT NOT NULL,
            decision TEXT NOT NULL,
            value TEXT,
            annotator TEXT NOT NULL DEFAULT '',
            comment TEXT NOT NULL,
            time REAL NOT NULL
        ) STRICT;
        CREATE INDEX session_reviews_by_item ON session_reviews (session_id, item, id);
        CREATE TABLE label_keys (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            annotator TEXT NOT NULL,
            keys TEXT NOT NULL,
            PRIMARY KEY (session_id, annotator)
        ) STRICT, WITHOUT ROWID;
        """
    )


@METRICS()
def m001_first_metrics(db: Any) -> None:
    """Curves, log lines, progress and how far each run's events were taken in."""
    db.executescript(
        """
        CREATE TABLE metrics (
            run_id INTEGER NOT NULL,
            name TEXT NOT NULL,
            step INTEGER NOT NULL,
            value REAL NOT NULL,
            seq INTEGER NOT NULL,
            PRIMARY KEY (run_id, name, step)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX metrics_by_seq ON metrics (run_id, seq);
        CREATE TABLE logs (
            run_id INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            time REAL NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (run_id, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE progress (
            run_id INTEGER PRIMARY KEY, progress TEXT NOT NULL
        ) STRICT;
        CREATE TABLE cursors (
            run_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL
        ) STRICT;
        """
    )
