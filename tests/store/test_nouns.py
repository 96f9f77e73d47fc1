"""Rows of drawings, datasets and models, where the verbs of the workspace do not reach them."""

from __future__ import annotations

from studio.core.dataset import DatasetManifest, SplitConfig
from studio.store import datasets, drawings, models
from studio.store.database import Database

MANIFEST = DatasetManifest(
    samples="a" * 64,
    labels="b" * 64,
    split="c" * 64,
    class_names=("cat",),
    shape=(8, 8, 1),
    count=1,
    class_counts=(1,),
    split_counts=(1, 0, 0),
    split_config=SplitConfig(),
    source={"kind": "digits"},
)


def draw(db: Database, collection: str, number: int) -> None:
    drawings.append(
        db,
        op_id=f"{collection}-{number}",
        collection=collection,
        class_name="ab"[number % 2],
        pixels=number.to_bytes(4, "big"),
        strokes="[]",
        author="ann",
        now=0.0,
    )


def test_drawings_are_read_page_by_page_in_order(db: Database) -> None:
    with db.tx() as connection:
        connection.conn.executemany(
            "INSERT INTO drawings (op_id, collection, class_name, pixels, strokes, author, time) "
            "VALUES (?, ?, ?, ?, '[]', 'ann', 0)",
            [
                (str(number), ("mine", "other")[number % 5 == 0], "cat", number.to_bytes(4, "big"))
                for number in range(3000)
            ],
        )
    removed = {number for number in range(3000) if number % 97 == 1}
    for number in removed:
        assert drawings.remove(db, str(number), 1.0) is not None
    found = [int.from_bytes(pixels, "big") for pixels, _, _ in drawings.iterate(db, "mine")]
    assert found == [n for n in range(3000) if n % 5 and n not in removed]
    assert list(drawings.iterate(db, "nobodys")) == []


def test_a_drawing_knows_its_collection(db: Database) -> None:
    draw(db, "mine", 0)
    draw(db, "other", 1)
    assert drawings.remove(db, "other-1", 1.0) == "other"
    assert drawings.remove(db, "nothing", 1.0) is None
    assert drawings.counts(db, "mine") == {"a": 1}


def test_one_origin_makes_one_dataset_version(db: Database) -> None:
    def add(origin: str | None) -> int:
        with db.tx() as connection:
            return datasets.add_version(
                connection, "pets", MANIFEST, author="ann", message="", now=0.0, origin=origin
            )

    assert [add(o) for o in ("run:1:5", "run:1:5", None, None, "run:2:5")] == [1, 1, 2, 3, 4]


def test_one_origin_makes_one_model_version(db: Database) -> None:
    body = {"dataset": "d:1", "class_names": ["cat"], "shape": [8, 8, 1], "files": {}, "facts": {}}

    def add(origin: str | None) -> int:
        with db.tx() as connection:
            return models.add_version(
                connection, "reader", body, run=None, author="ann", now=0.0, origin=origin
            )

    assert [add(o) for o in ("run:1:5", "run:1:5", None, None, "run:2:5")] == [1, 1, 2, 3, 4]


def test_an_alias_of_nothing_points_at_nothing(db: Database) -> None:
    with db.tx() as connection:
        models.point_alias(connection, "reader", "champion", 1, author="ann", now=0.0)
    assert models.list_models(db) == []
    assert db.query("SELECT * FROM alias_moves") == []
