"""Rows of verdicts about labels that look wrong: appended, never changed; the latest of a sample counts."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.label_errors import Verdict, VerdictInput
from studio.store.database import Database


def append(
    db: Database,
    dataset: int,
    samples: str,
    run: str,
    annotator: str,
    ops: Sequence[tuple[VerdictInput, str, str]],
    now: float,
) -> None:
    """Append verdicts in one commit; an `op_id` that is there already is left as it is.

    Args:
        dataset: Id of the dataset.
        samples: `base` of the version whose rows the numbers refer to.
        run: Name of the search for label errors.
        ops: (verdict, the label it is about, what was suggested).
        now: Unix seconds.
    """
    with db.tx() as connection:
        connection.conn.executemany(
            """
            INSERT INTO label_verdicts (op_id, dataset_id, samples, sample, run, given, suggested, verdict,
                                        class_name, annotator, time)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (op_id) DO NOTHING
            """,
            [
                (
                    op.op_id, dataset, samples, op.sample, run, given, suggested, op.verdict,
                    op.class_name, annotator, now,
                )
                for op, given, suggested in ops
            ],
        )  # fmt: skip


def latest(db: Database, dataset: int, samples: str) -> list[Verdict]:
    """Return the verdict that counts about each sample that somebody judged, by sample."""
    rows = db.query(
        """
        SELECT id, sample, run, given, suggested, verdict, class_name, annotator, time FROM label_verdicts
        WHERE id IN (
            SELECT MAX(id) FROM label_verdicts WHERE dataset_id = ? AND samples = ? GROUP BY sample
        )
        ORDER BY sample
        """,
        [dataset, samples],
    )
    return [Verdict(**row) for row in rows]
