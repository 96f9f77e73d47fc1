"""Rows of annotations: appended, never changed."""

from __future__ import annotations

from collections.abc import Sequence

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
        samples: Digest of the samples artifact the row numbers refer to.
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
