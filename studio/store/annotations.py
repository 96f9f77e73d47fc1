"""Rows of annotations: appended, never changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.annotation import Annotation, AnnotationInput
from studio.store.database import Database


def append(
    db: Database,
    dataset: int,
    samples: str,
    annotator: str,
    ops: Sequence[AnnotationInput],
    now: float,
) -> None:
    """Append answers in one commit; an `op_id` that is there already is left as it is.

    Args:
        dataset: Id of the dataset.
        samples: `base` of the version whose rows the numbers refer to.
        now: Unix seconds.
    """
    with db.tx() as connection:
        connection.conn.executemany(
            """
            INSERT INTO annotations (op_id, dataset_id, samples, sample, class_name, annotator, time)
            VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING
            """,
            [(op.op_id, dataset, samples, op.sample, op.class_name, annotator, now) for op in ops],
        )


def since(db: Database, dataset: int, samples: str, after: int) -> list[Annotation]:
    """Return the annotations with an id above `after`, oldest first."""
    rows = db.query(
        """
        SELECT id, op_id, sample, class_name, annotator, time FROM annotations
        WHERE dataset_id = ? AND samples = ? AND id > ? ORDER BY id
        """,
        [dataset, samples, after],
    )
    return [Annotation(**row) for row in rows]


def last_id(db: Database) -> int:
    """Return the id of the newest annotation of all, 0 when there is none."""
    row = db.first("SELECT MAX(id) AS last FROM annotations")
    return int(row["last"] or 0) if row else 0


def of_sample(db: Database, dataset: int, samples: str, sample: int) -> list[Annotation]:
    """Return all answers about one sample, newest first."""
    rows = db.query(
        """
        SELECT id, op_id, sample, class_name, annotator, time FROM annotations
        WHERE dataset_id = ? AND samples = ? AND sample = ? ORDER BY id DESC
        """,
        [dataset, samples, sample],
    )
    return [Annotation(**row) for row in rows]


def annotators(db: Database, dataset: int, samples: str) -> list[str]:
    """Return who has answered about the dataset's samples, by name."""
    rows = db.query(
        "SELECT DISTINCT annotator FROM annotations WHERE dataset_id = ? AND samples = ? ORDER BY annotator",
        [dataset, samples],
    )
    return [row["annotator"] for row in rows]


def answered_by(db: Database, dataset: int, samples: str, annotator: str) -> NDArray[np.int64]:
    """Return int64 (n,): the samples that somebody answered about, ascending."""
    found = (
        db.connection()
        .conn.execute(
            """
            SELECT DISTINCT sample FROM annotations
            WHERE dataset_id = ? AND samples = ? AND annotator = ? ORDER BY sample
            """,
            [dataset, samples, annotator],
        )
        .fetchall()
    )
    return np.array(found, np.int64).reshape(-1)
