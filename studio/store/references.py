"""Which artifacts are referred to, from all tables."""

from __future__ import annotations

import re

from studio.store.database import Database

_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_PLACES = (
    "SELECT manifest AS text FROM dataset_versions",
    "SELECT digest AS text FROM run_artifacts",
    "SELECT body AS text FROM model_versions",
    "SELECT result AS text FROM runs",
    "SELECT concat_ws(' ', pool, shuffled, queue, groups, prelabels) AS text FROM label_sessions",
)


def references(db: Database) -> set[str]:
    """Return the digests of all artifacts that a dataset version, a run, a model or a labelling session refers to.

    Whatever looks like a digest counts as one: a file too many is kept rather than one too few.
    """
    return {
        digest
        for place in _PLACES
        for row in db.query(place)
        for digest in _DIGEST.findall(row["text"])
    }
