"""Rows of runs that judged a model, found by facts of their results without opening a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from studio.store.database import Database


def page(
    db: Database,
    *,
    models: Sequence[str] | None = None,
    dataset: str | None = None,
    limit: int = 500,
) -> list[dict[str, Any]]:
    """Return runs with an evaluation, newest first, those in the bin left out.

    The plus before `kind` keeps SQLite from its index, so that it walks the runs in the order that is wanted.

    Args:
        models: Only of these, each `name:version` or `run/NAME`. Default: all.
        dataset: Only on this one: a dataset's name, or `name:version`. Default: all.

    Returns:
        Rows with run, kind, model (`run/NAME` of a training), created, result (JSON), predictions (0 or 1).
    """
    return db.query(
        """
        SELECT * FROM (
            SELECT id, name AS run, kind, created, result,
                   CASE WHEN kind = 'evaluation' OR kind = 'pipeline' AND json_extract(result, '$.model') <> ''
                        THEN json_extract(result, '$.model')
                        ELSE 'run/' || name END AS model,
                   json_extract(result, '$.dataset') AS dataset,
                   EXISTS (SELECT 1 FROM run_artifacts a WHERE a.run_id = runs.id AND a.name = 'predictions.npy')
                       AS predictions
            FROM runs
            WHERE +kind IN ('training', 'search', 'evaluation', 'calibration', 'pipeline') AND deleted IS NULL
                  AND json_extract(result, '$.accuracy') IS NOT NULL
                  AND EXISTS (SELECT 1 FROM run_artifacts a WHERE a.run_id = runs.id AND a.name = 'evaluation.json')
        )
        WHERE (:models IS NULL OR model IN (SELECT value FROM json_each(:models)))
              AND (:dataset IS NULL OR dataset = :dataset OR substr(dataset, 1, length(:dataset) + 1) = :dataset || ':')
        ORDER BY id DESC LIMIT :limit
        """,
        {
            "models": None if models is None else json.dumps(list(models)),
            "dataset": dataset,
            "limit": limit,
        },
    )
