"""Rows of datasets, their versions, and the classes added while labelling."""

from __future__ import annotations

from typing import Any

from studio.core.dataset import Dataset, DatasetManifest, DatasetVersion
from studio.store.database import Database, Row

_VERSION = """
    SELECT v.id, d.name AS dataset, v.version, v.manifest, v.author, v.message, v.created
    FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id
"""


def _version(row: Row) -> DatasetVersion:
    manifest = DatasetManifest.model_validate_json(row.pop("manifest"))
    return DatasetVersion(**manifest.model_dump(), **row)


def add_version(
    connection: Any,
    name: str,
    manifest: DatasetManifest,
    *,
    author: str,
    message: str,
    now: float,
    origin: str | None = None,
    after: int | None = None,
) -> int | None:
    """Append a version to the dataset `name`, which is made when it is new. Call inside `tx`.

    Args:
        origin: What made the version, such as "run:7:12"; the same origin appends once only.
        after: Number of the version this one was made from; 0: there must be none.

    Returns:
        The version's number; None when `after` is not the newest any more, and nothing was appended.
    """
    known = connection.execute(
        "SELECT version FROM dataset_versions WHERE origin = ?", [origin]
    ).fetchone()
    if known:
        return int(known[0])
    if after is not None:
        newest = connection.execute(
            "SELECT MAX(v.version) FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id WHERE d.name = ?",
            [name],
        ).fetchone()[0]
        if (newest or 0) != after:
            return None
    connection.execute(
        "INSERT INTO datasets (name, created) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [name, now],
    )
    stored = manifest.model_dump_json(include=set(DatasetManifest.model_fields))
    row = connection.execute(
        """
        INSERT INTO dataset_versions (dataset_id, version, digest, manifest, author, message, created, origin)
        SELECT d.id, 1 + (SELECT COALESCE(MAX(version), 0) FROM dataset_versions WHERE dataset_id = d.id),
               ?, ?, ?, ?, ?, ?
        FROM datasets d WHERE d.name = ? RETURNING version
        """,
        [manifest.digest, stored, author, message, now, origin, name],
    ).fetchone()
    return int(row[0])


def names(db: Database) -> list[str]:
    """Return all dataset names, oldest first."""
    return [row["name"] for row in db.query("SELECT name FROM datasets ORDER BY id")]


def dataset_id(db: Database, name: str) -> int | None:
    """Return the id of a dataset, None when there is none of that name."""
    row = db.first("SELECT id FROM datasets WHERE name = ?", [name])
    return None if row is None else int(row["id"])


def list_datasets(db: Database) -> list[Dataset]:
    """Return every dataset with its newest version, newest dataset first."""
    rows = db.query(
        """
        SELECT d.created AS dataset_created, v.id, d.name AS dataset, v.version, v.manifest, v.author,
               v.message, v.created
        FROM datasets d JOIN dataset_versions v ON v.dataset_id = d.id
        WHERE v.version = (SELECT MAX(version) FROM dataset_versions WHERE dataset_id = d.id)
        ORDER BY d.id DESC
        """
    )
    found = []
    for row in rows:
        created = row.pop("dataset_created")
        latest = _version(row)
        found.append(
            Dataset(name=latest.dataset, created=created, versions=latest.version, latest=latest)
        )
    return found


def find_version(db: Database, name: str, version: int | None = None) -> DatasetVersion | None:
    """Return one version of a dataset, the newest when `version` is None."""
    row = db.first(
        _VERSION
        + "WHERE d.name = :name AND (:version IS NULL OR v.version = :version) ORDER BY v.version DESC LIMIT 1",
        {"name": name, "version": version},
    )
    return None if row is None else _version(row)


def find_version_by_id(db: Database, version_id: int) -> DatasetVersion | None:
    """Return a version by its id."""
    row = db.first(_VERSION + "WHERE v.id = ?", [version_id])
    return None if row is None else _version(row)


def list_versions(db: Database, name: str) -> list[DatasetVersion]:
    """Return all versions of a dataset, newest first."""
    return [
        _version(r) for r in db.query(_VERSION + "WHERE d.name = ? ORDER BY v.version DESC", [name])
    ]


def newest_number(db: Database, dataset: int) -> int:
    """Return the number of a dataset's newest version."""
    row = db.first(
        "SELECT MAX(version) AS newest FROM dataset_versions WHERE dataset_id = ?", [dataset]
    )
    return 0 if row is None else int(row["newest"])


def label_classes(db: Database, dataset: int) -> list[str]:
    """Return the class names added to a dataset while labelling, in the order they were added."""
    rows = db.query(
        "SELECT class_name FROM label_classes WHERE dataset_id = ? ORDER BY position", [dataset]
    )
    return [row["class_name"] for row in rows]


def add_label_class(db: Database, dataset: int, class_name: str) -> None:
    """Add a class to label with; adding it twice changes nothing."""
    with db.tx() as connection:
        connection.execute(
            """
            INSERT INTO label_classes (dataset_id, class_name, position)
            SELECT ?, ?, (SELECT COUNT(*) FROM label_classes WHERE dataset_id = ?)
            ON CONFLICT DO NOTHING
            """,
            [dataset, class_name, dataset],
        )
