"""The schema, as steps that only ever grow. STRICT tables; JSON in TEXT columns is written by pydantic."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Migrations

from studio.store import migrations_designer, migrations_review, migrations_runs, migrations_serving

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

    An item becomes a row when somebody gets it. Answers and reviews are only ever appended. What is counted on every
    call is kept in `session_counts`, `session_people` and `session_items.places` by triggers, which no writer can
    forget. A place of an item is taken by an assignment that is done, returned, or held with `lease_until` above 0;
    a held one whose lease ran out is set to 0. `position` of an item grows each time a place of it becomes free, so
    that a person who has walked the items once only meets what is new: `walked`.
    """
    db.executescript(
        """
        CREATE TABLE label_sessions (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            dataset_id INTEGER NOT NULL REFERENCES datasets(id),
            version_id INTEGER NOT NULL REFERENCES dataset_versions(id),
            pinned TEXT NOT NULL,
            config TEXT NOT NULL,
            revision INTEGER NOT NULL DEFAULT 0,
            changes TEXT NOT NULL DEFAULT '[]',
            total INTEGER NOT NULL,
            pool TEXT NOT NULL,
            shuffled TEXT NOT NULL DEFAULT '',
            queue TEXT NOT NULL DEFAULT '',
            groups TEXT NOT NULL DEFAULT '',
            queued REAL,
            queue_source TEXT NOT NULL DEFAULT '',
            queue_answers INTEGER NOT NULL DEFAULT 0,
            prelabels TEXT,
            curve TEXT NOT NULL DEFAULT '[]',
            author TEXT NOT NULL,
            created REAL NOT NULL,
            closed REAL
        ) STRICT;
        CREATE TABLE session_counts (
            session_id INTEGER PRIMARY KEY REFERENCES label_sessions(id),
            answers INTEGER NOT NULL DEFAULT 0,
            items INTEGER NOT NULL DEFAULT 0,
            done INTEGER NOT NULL DEFAULT 0,
            disputed INTEGER NOT NULL DEFAULT 0,
            started INTEGER NOT NULL DEFAULT 0,
            counted INTEGER NOT NULL DEFAULT 0,
            unsure INTEGER NOT NULL DEFAULT 0,
            turn INTEGER NOT NULL DEFAULT 0,
            queue_at INTEGER NOT NULL DEFAULT 0,
            shuffled_at INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE session_people (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            annotator TEXT NOT NULL,
            answered INTEGER NOT NULL DEFAULT 0,
            given INTEGER NOT NULL DEFAULT 0,
            gold INTEGER NOT NULL DEFAULT 0,
            walked INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (session_id, annotator)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE session_items (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            item INTEGER NOT NULL,
            position INTEGER NOT NULL,
            cluster INTEGER,
            wanted INTEGER NOT NULL,
            places INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL DEFAULT 'open',
            value TEXT,
            decided_by TEXT NOT NULL DEFAULT '',
            gold TEXT,
            counted INTEGER NOT NULL DEFAULT 0,
            unsure INTEGER NOT NULL DEFAULT 0,
            updated REAL NOT NULL,
            PRIMARY KEY (session_id, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_items_by_state ON session_items (session_id, state, item);
        CREATE INDEX session_items_free ON session_items (session_id, position)
            WHERE state = 'open' AND gold IS NULL AND places < wanted;
        CREATE INDEX session_items_gold ON session_items (session_id, position) WHERE gold IS NOT NULL;
        CREATE INDEX session_items_unsure ON session_items (session_id, item) WHERE unsure > 0;
        CREATE TABLE assignments (
            session_id INTEGER NOT NULL REFERENCES label_sessions(id),
            annotator TEXT NOT NULL,
            item INTEGER NOT NULL,
            standing TEXT NOT NULL,
            lease_until REAL NOT NULL,
            comment TEXT,
            taken REAL NOT NULL,
            answer INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (session_id, annotator, item)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assignments_by_item ON assignments (session_id, item);
        CREATE INDEX assignments_returned ON assignments (session_id, item) WHERE standing = 'returned';
        CREATE INDEX assignments_open ON assignments (session_id, annotator)
            WHERE standing IN ('held', 'returned');
        CREATE INDEX assignments_by_lease ON assignments (session_id, lease_until)
            WHERE standing = 'held' AND lease_until > 0;
        CREATE INDEX assignments_by_answer ON assignments (session_id, annotator, answer) WHERE answer > 0;
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
            revision INTEGER NOT NULL,
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
        CREATE TRIGGER session_items_added AFTER INSERT ON session_items WHEN NEW.gold IS NULL
        BEGIN
            UPDATE session_counts SET items = items + 1 WHERE session_id = NEW.session_id;
        END;
        CREATE TRIGGER session_items_counted AFTER UPDATE OF state, counted, unsure ON session_items
        WHEN NEW.gold IS NULL
        BEGIN
            UPDATE session_counts SET
                done = done + (NEW.state IN ('agreed', 'settled')) - (OLD.state IN ('agreed', 'settled')),
                disputed = disputed + (NEW.state = 'disputed') - (OLD.state = 'disputed'),
                started = started + (NEW.counted > 0) - (OLD.counted > 0),
                counted = counted + NEW.counted - OLD.counted,
                unsure = unsure + (NEW.unsure > 0) - (OLD.unsure > 0)
            WHERE session_id = NEW.session_id;
        END;
        CREATE TRIGGER session_items_freed AFTER UPDATE OF state, places, wanted ON session_items
        WHEN NEW.state = 'open' AND NEW.places < NEW.wanted
            AND (OLD.state <> 'open' OR OLD.places >= OLD.wanted OR NEW.places < OLD.places)
        BEGIN
            UPDATE session_counts SET turn = turn + 1 WHERE session_id = NEW.session_id;
            UPDATE session_items
            SET position = (SELECT turn FROM session_counts WHERE session_id = NEW.session_id)
            WHERE session_id = NEW.session_id AND item = NEW.item;
        END;
        CREATE TRIGGER assignments_added AFTER INSERT ON assignments
        BEGIN
            UPDATE session_items SET places = places + 1
            WHERE session_id = NEW.session_id AND item = NEW.item
                AND (NEW.standing IN ('done', 'returned') OR NEW.standing = 'held' AND NEW.lease_until > 0);
            INSERT INTO session_people (session_id, annotator, answered)
            VALUES (NEW.session_id, NEW.annotator, NEW.standing IN ('done', 'late'))
            ON CONFLICT DO UPDATE SET answered = answered + excluded.answered;
        END;
        CREATE TRIGGER assignments_placed AFTER UPDATE OF standing, lease_until ON assignments
        WHEN (NEW.standing IN ('done', 'returned') OR NEW.standing = 'held' AND NEW.lease_until > 0)
            <> (OLD.standing IN ('done', 'returned') OR OLD.standing = 'held' AND OLD.lease_until > 0)
        BEGIN
            UPDATE session_items SET places = places
                + (NEW.standing IN ('done', 'returned') OR NEW.standing = 'held' AND NEW.lease_until > 0)
                - (OLD.standing IN ('done', 'returned') OR OLD.standing = 'held' AND OLD.lease_until > 0)
            WHERE session_id = NEW.session_id AND item = NEW.item;
        END;
        CREATE TRIGGER assignments_answered AFTER UPDATE OF standing ON assignments
        WHEN (NEW.standing IN ('done', 'late')) <> (OLD.standing IN ('done', 'late'))
        BEGIN
            UPDATE session_people
            SET answered = answered + (NEW.standing IN ('done', 'late')) - (OLD.standing IN ('done', 'late'))
            WHERE session_id = NEW.session_id AND annotator = NEW.annotator;
        END;
        CREATE TRIGGER assignments_dropped AFTER DELETE ON assignments
        BEGIN
            UPDATE session_items SET places = places - 1
            WHERE session_id = OLD.session_id AND item = OLD.item
                AND (OLD.standing IN ('done', 'returned') OR OLD.standing = 'held' AND OLD.lease_until > 0);
            UPDATE session_people SET answered = answered - (OLD.standing IN ('done', 'late'))
            WHERE session_id = OLD.session_id AND annotator = OLD.annotator;
        END;
        CREATE TRIGGER session_answers_added AFTER INSERT ON session_answers
        BEGIN
            UPDATE session_counts SET answers = answers + 1 WHERE session_id = NEW.session_id;
            UPDATE assignments SET answer = NEW.id
            WHERE session_id = NEW.session_id AND annotator = NEW.annotator AND item = NEW.item;
        END;
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
        CREATE TABLE progress (run_id INTEGER PRIMARY KEY, progress TEXT NOT NULL) STRICT;
        CREATE TABLE cursors (run_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
        """
    )


STUDIO(name="m004_controlled_runs")(migrations_runs.controlled_runs)
STUDIO(name="m005_reviewed_results")(migrations_review.reviewed_results)
STUDIO(name="m006_served_models")(migrations_serving.served_models)
STUDIO(name="m007_designed_pipelines")(migrations_designer.designed_pipelines)
METRICS(name="m002_observations")(migrations_runs.observations)
METRICS(name="m003_traffic")(migrations_serving.traffic)
METRICS(name="m004_node_logs")(migrations_designer.node_logs)
