from __future__ import annotations

from studio.core.dataset import DatasetManifest
from studio.core.pipeline import Pipeline
from studio.core.run import RunArtifact
from studio.store import datasets, models, runs
from studio.store.database import Database
from studio.store.references import references
from tests.store.test_nouns import MANIFEST


def digest(letter: str) -> str:
    return letter * 64


def add_version(db: Database, manifest: DatasetManifest) -> None:
    with db.tx() as connection:
        datasets.add_version(connection, "pets", manifest, author="ann", message="", now=0.0)


def test_an_empty_workspace_refers_to_nothing(db: Database) -> None:
    assert references(db) == set()


def test_every_version_refers_to_its_arrays(db: Database) -> None:
    add_version(db, MANIFEST)
    more = {"state": digest("d"), "names": digest("e"), "boxes": digest("f")}
    add_version(db, MANIFEST.model_copy(update={**more, "labels": digest("0")}))
    add_version(db, MANIFEST.model_copy(update={"samples": digest("1"), "base": digest("2")}))
    assert references(db) == {digest(letter) for letter in "abcdef012"}


def test_runs_and_models_refer_to_their_files(db: Database) -> None:
    runs.insert(db, name="one", kind="import", pipeline=Pipeline(), inputs={}, author="a", now=0.0)
    run = runs.find(db, "one")
    assert run is not None
    body = {"files": {"keras": {"digest": digest("a")}, "tflite": {"digest": digest("b")}}}
    with db.tx() as connection:
        runs.add_artifact(
            connection, run.id, RunArtifact(name="x", digest=digest("c"), size=1), 0.0
        )
        runs.merge_result(connection, run.id, {"samples": digest("d"), "deep": [digest("e")]})
        models.add_version(connection, "reader", body, run=None, author="a", now=0.0)
    assert references(db) == {digest(letter) for letter in "abcde"}


def test_only_whole_digests_count(db: Database) -> None:
    longer = {"source": {"kind": "folder", "sum": "a" * 65, "short": "b" * 63, "large": "C" * 64}}
    add_version(db, MANIFEST.model_copy(update=longer))
    assert references(db) == {digest(letter) for letter in "abc"}
