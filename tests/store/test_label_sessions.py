from __future__ import annotations

import random

import pytest

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import (
    ClassChange,
    LabelClass,
    LearningPoint,
    Prelabels,
    SessionConfig,
)
from studio.store import datasets, label_sessions, session_answers, session_items
from studio.store.database import Database, IntegrityError
from studio.store.references import references
from studio.store.session_items import Seat
from tests.store.test_nouns import MANIFEST

CONFIG = SessionConfig(
    name="round", dataset="pets", classes=(LabelClass(name="cat"), LabelClass(name="dog"))
)
HEX = "0123456789abcdef"


def add_session(db: Database, name: str = "round", total: int = 20) -> int:
    with db.tx() as connection:
        if not datasets.names(db):
            datasets.add_version(connection, "pets", MANIFEST, author="ann", message="", now=0.0)
        version = datasets.find_version(db, "pets")
        dataset = datasets.dataset_id(db, "pets")
        assert version is not None
        assert dataset is not None
        return label_sessions.insert(
            connection, CONFIG.model_copy(update={"name": name}), version, dataset=dataset,
            pool="0" * 64, total=total, author="ann", now=5.0,
        )  # fmt: skip


def test_a_session_is_found_as_it_was_kept(db: Database) -> None:
    session = add_session(db)
    found = label_sessions.find(db, "round")
    assert found is not None
    assert (found.id, found.config, found.total, found.created) == (session, CONFIG, 20, 5.0)
    assert (found.dataset_version, found.samples, found.task) == (1, MANIFEST.samples, "images")
    assert label_sessions.find(db, "other") is None
    with pytest.raises(IntegrityError):
        add_session(db)
    assert label_sessions.names(db) == ["round"]


def test_classes_orders_and_suggestions_change(db: Database) -> None:
    session = add_session(db)
    change = ClassChange(revision=1, names={"dog": "puppy"}, author="a", time=1.0, what="x")
    renamed = CONFIG.model_copy(update={"classes": CONFIG.classes[:1]})
    prelabels = Prelabels(
        items="a" * 64, values="b" * 64, scores="c" * 64, count=3, source="model x:1"
    )
    curve = (LearningPoint(answers=20, accuracy=0.5),)
    with db.tx() as connection:
        label_sessions.save_classes(connection, session, renamed, 1, [change])
        label_sessions.move_cursors(connection, session, 7, 8)
        label_sessions.set_queue(
            connection, session, queue="d" * 64, groups="e" * 64, source="By clusters.",
            answers=4, now=9.0, curve=curve,
        )  # fmt: skip
        label_sessions.set_prelabels(connection, session, prelabels)
        label_sessions.set_closed(connection, session, 10.0)
    found = label_sessions.find(db, "round")
    assert found is not None
    assert (found.revision, found.changes, found.config) == (1, (change,), renamed)
    assert (found.queue, found.groups, found.queued) == ("d" * 64, "e" * 64, 9.0)
    assert (found.queue_source, found.queue_answers, found.curve) == ("By clusters.", 4, curve)
    assert (found.prelabels, found.closed) == (prelabels, 10.0)
    counts = label_sessions.counts(db, session)
    assert (counts["queue_at"], counts["shuffled_at"]) == (0, 8)
    with db.tx() as connection:
        label_sessions.set_queue(
            connection, session, queue="f" * 64, source="Anew.", answers=5, now=11.0
        )
    found = label_sessions.find(db, "round")
    assert found is not None
    assert (found.curve, found.groups) == (curve, "")
    kept = {digit * 64 for digit in "0abcf"}
    assert kept <= references(db)
    assert not {"d" * 64, "e" * 64} & references(db) - {MANIFEST.labels, MANIFEST.split}


def test_counts_equal_the_rows_whatever_happens(db: Database) -> None:
    """Places, progress and everybody's numbers are kept by triggers: they must equal a count of the rows."""
    session = add_session(db)
    found = label_sessions.find(db, "round")
    assert found is not None
    chance = random.Random(3)
    cat, dog = LabelValue(classes=("cat",)), LabelValue(classes=("dog",))
    with db.tx() as connection:
        session_items.add(
            connection, session, [(19, None)], wanted=session_items.GOLD_WANTED, now=0.0,
            gold={19: cat},
        )  # fmt: skip
    for step in range(250):
        item, person = chance.randrange(20), chance.choice("abc")
        with db.tx() as connection:
            if item != 19:
                session_items.add(connection, session, [(item, None)], wanted=2, now=0.0)
            seat = Seat(
                chance.choice(("held", "done", "skipped", "late", "returned")),
                chance.choice((0.0, 50.0, 100.0)),
            )
            session_items.seat(connection, session, person, [(item, seat)], float(step))
            act = SessionAnswerInput(
                op_id=str(step), item=item, act=chance.choice(("answer", "skip", "take_back")),
                value=chance.choice((cat, dog)), unsure=chance.random() < 0.2,
            )  # fmt: skip
            counted = chance.random() < 0.7
            session_answers.append(
                connection, session, [(person, act, counted)], revision=0, now=1.0
            )
            session_items.refresh(db, connection, found, [item], 1.0)
            if step % 10 == 0:
                session_items.sweep(connection, session, 60.0)
                held = session_items.open_of(db, session, person)
                session_items.forget(connection, session, person, [row["item"] for row in held])
        if step % 25 == 0 or step == 249:
            check_counts(db, session)
    assert label_sessions.counts(db, session)["answers"] == 250


def check_counts(db: Database, session: int) -> None:
    takes = "standing IN ('done', 'returned') OR standing = 'held' AND lease_until > 0"
    places = db.query(f"SELECT item, COUNT(*) AS n FROM assignments WHERE {takes} GROUP BY item")
    items = db.query("SELECT * FROM session_items")
    assert {row["item"]: row["places"] for row in items if row["places"]} == {
        row["item"]: row["n"] for row in places
    }
    ordinary = [row for row in items if row["gold"] is None]
    counts = label_sessions.counts(db, session)
    assert counts["items"] == len(ordinary)
    assert counts["done"] == sum(row["state"] in ("agreed", "settled") for row in ordinary)
    assert counts["disputed"] == sum(row["state"] == "disputed" for row in ordinary)
    assert counts["started"] == sum(row["counted"] > 0 for row in ordinary)
    assert counts["counted"] == sum(row["counted"] for row in ordinary)
    assert counts["unsure"] == sum(row["unsure"] > 0 for row in ordinary)
    positions = [row["position"] for row in items]
    assert len(set(positions)) == len(positions)
    for person in label_sessions.people(db, session):
        rows = db.query(
            "SELECT * FROM assignments WHERE annotator = ? AND standing IN ('done', 'late')",
            [person],
        )
        assert label_sessions.person(db, session, person)["answered"] == len(rows)
    for row in db.query("SELECT * FROM assignments"):
        last = db.first(
            "SELECT MAX(id) AS id FROM session_answers WHERE annotator = ? AND item = ?",
            [row["annotator"], row["item"]],
        )
        assert last is not None
        assert row["answer"] <= last["id"]


def test_only_a_decision_outlives_the_answers(db: Database) -> None:
    session = add_session(db)
    found = label_sessions.find(db, "round")
    assert found is not None
    cat, dog = LabelValue(classes=("cat",)), LabelValue(classes=("dog",))
    with db.tx() as connection:
        session_items.add(connection, session, [(1, None), (2, None)], wanted=1, now=0.0)
        acts = [
            ("ann", SessionAnswerInput(op_id=str(item), item=item, value=cat), True)
            for item in (1, 2)
        ]
        session_answers.append(connection, session, acts, revision=0, now=1.0)
        connection.execute(
            "UPDATE session_items SET state = 'settled', value = ?, decided_by = 'rea' WHERE item = 1",
            [dog.as_json()],
        )
        session_items.refresh(db, connection, found, [2, 1, 1], 1.0)
    rows = {row["item"]: row for row in db.query("SELECT * FROM session_items")}
    assert (rows[1]["state"], rows[1]["value"]) == ("settled", dog.as_json())
    assert (rows[2]["state"], rows[2]["value"]) == ("agreed", cat.as_json())


def test_answers_are_read_in_todays_names(db: Database) -> None:
    session = add_session(db)
    cat, dog = LabelValue(classes=("cat",)), LabelValue(classes=("dog",))
    with db.tx() as connection:
        session_items.add(connection, session, [(1, None)], wanted=1, now=0.0)
        for revision, value in ((0, dog), (1, cat)):
            act = SessionAnswerInput(op_id=str(revision), item=1, value=value)
            session_answers.append(
                connection, session, [("ann", act, True)], revision=revision, source="x", now=1.0
            )
        change = ClassChange(revision=1, names={"dog": "cat"}, author="a", time=1.0, what="x")
        label_sessions.save_classes(connection, session, CONFIG, 1, [change])
    found = label_sessions.find(db, "round")
    assert found is not None
    answers = session_answers.of_items(db, found, [1, 2])
    assert [a.value for a in answers[1]] == [cat, cat]
    assert answers.keys() == {1}
    assert session_answers.by_ids(db, found, [answers[1][1].id]) == {
        answers[1][1].id: answers[1][1]
    }
    assert session_answers.known(db, ["0", "7"]) == {"0"}
