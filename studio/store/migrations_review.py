"""The schema of reviewed results: verdicts about labels, marks on runs, why aliases moved, and gates."""

from __future__ import annotations

from typing import Any

_REVIEW = (
    """
    CREATE TABLE label_verdicts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        op_id TEXT NOT NULL UNIQUE,
        dataset_id INTEGER NOT NULL REFERENCES datasets(id),
        samples TEXT NOT NULL,
        sample INTEGER NOT NULL,
        run TEXT NOT NULL,
        given TEXT NOT NULL,
        suggested TEXT NOT NULL,
        verdict TEXT NOT NULL,
        class_name TEXT,
        annotator TEXT NOT NULL,
        time REAL NOT NULL
    ) STRICT
    """,
    "CREATE INDEX label_verdicts_by_dataset ON label_verdicts (dataset_id, samples, sample, id)",
    "ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE runs ADD COLUMN archived REAL",
    "ALTER TABLE runs ADD COLUMN deleted REAL",
    "CREATE INDEX runs_in_bin ON runs (deleted) WHERE deleted IS NOT NULL",
    """
    CREATE TABLE run_facts (
        run_id INTEGER PRIMARY KEY REFERENCES runs(id),
        ended INTEGER NOT NULL,
        dataset TEXT NOT NULL,
        facts BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE INDEX runs_narrow ON runs (
        deleted, archived, kind, status, name, group_name, author, tags, note, created, started, ended
    )
    """,
    "CREATE INDEX run_facts_to_come ON run_facts (run_id) WHERE NOT ended",
    "CREATE INDEX runs_by_kind ON runs (kind, id)",
    "ALTER TABLE alias_moves ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE alias_moves ADD COLUMN overridden TEXT NOT NULL DEFAULT '[]'",
    "CREATE INDEX alias_moves_by_model ON alias_moves (model_id, alias, id)",
    """
    CREATE TABLE model_gates (
        model_id INTEGER NOT NULL REFERENCES models(id),
        alias TEXT NOT NULL,
        body TEXT NOT NULL,
        author TEXT NOT NULL,
        time REAL NOT NULL,
        PRIMARY KEY (model_id, alias)
    ) STRICT
    """,
    """
    CREATE TABLE version_texts (
        version_id INTEGER NOT NULL REFERENCES model_versions(id),
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        author TEXT NOT NULL,
        time REAL NOT NULL,
        PRIMARY KEY (version_id, name)
    ) STRICT
    """,
)


def reviewed_results(db: Any) -> None:
    """Verdicts about suspected label errors; notes, tags, archive and bin of runs; moves of aliases and their gates."""
    for statement in _REVIEW:
        db.execute(statement)
