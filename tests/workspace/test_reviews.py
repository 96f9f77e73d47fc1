from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from studio.core.label_answer import LabelRecord, LabelValue, SessionAnswerInput
from studio.core.label_review import ReviewInput
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.core.sources import TextSource
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset

CLASS_NAMES = ("cat", "dog", "cow")
_numbers = itertools.count()


def label(*names: str) -> LabelValue:
    return LabelValue(classes=names)


def op(item: int, name: str | None, **changes: Any) -> SessionAnswerInput:
    act = "skip" if name is None else "answer"
    given = {"op_id": f"op-{next(_numbers)}", "item": item, "act": act, **changes}
    return SessionAnswerInput(value=None if name is None else label(name), **given)


def accept(item: int, name: str, **changes: Any) -> ReviewInput:
    given = {"op_id": f"review-{next(_numbers)}", "value": label(name), **changes}
    return ReviewInput(item=item, decision="accept", **given)


def send_back(item: int, annotator: str, comment: str = "Look again.") -> ReviewInput:
    return ReviewInput(
        op_id=f"review-{next(_numbers)}", item=item, decision="return", annotator=annotator, comment=comment,
    )  # fmt: skip


def reopen(item: int) -> ReviewInput:
    return ReviewInput(op_id=f"review-{next(_numbers)}", item=item, decision="reopen")


@pytest.fixture
def session(workspace: Workspace, make_dataset: MakeDataset) -> LabelSession:
    """Ten samples without a class, two answers each."""
    make_dataset("pets", [-1] * 10)
    return workspace.create_session(
        SessionConfig(
            name="pets", dataset="pets", classes=tuple(LabelClass(name=n) for n in CLASS_NAMES), overlap=2,
        ),
        author="ann",
    )  # fmt: skip


Say = Callable[..., None]


@pytest.fixture
def say(workspace: Workspace, session: LabelSession) -> Say:
    """Answers as several people: say(item, ann="cat", bob="dog")."""

    def said(item: int, **answers: str | None) -> None:
        for person, name in answers.items():
            workspace.answer_session("pets", person, [op(item, name)])

    return said


def record(workspace: Workspace, item: int) -> LabelRecord:
    return workspace.session_record("pets", item)


def listed(workspace: Workspace, queue: Any, **changes: Any) -> list[int]:
    return [item.item for item in workspace.review_page("pets", queue, **changes).items]


def test_queues_hold_what_they_say(workspace: Workspace, say: Say) -> None:
    say(1, ann="cat", bob="cat")
    say(2, ann="cat", bob="dog")
    say(3, ann="cat")
    workspace.answer_session("pets", "ann", [op(4, "cow", unsure=True)])
    say(5, ann="cat", bob="cow")
    workspace.review("pets", "eve", [accept(5, "dog"), send_back(2, "bob")])
    assert listed(workspace, "answered") == [1]
    assert listed(workspace, "disputed") == []
    assert listed(workspace, "unsure") == [4]
    assert listed(workspace, "settled") == [5]
    assert listed(workspace, "returned") == [2]
    assert workspace.review_counts("pets") == {
        "disputed": 0, "unsure": 1, "answered": 1, "settled": 1, "returned": 1,
    }  # fmt: skip
    workspace.review("pets", "eve", [reopen(2), reopen(5)])
    assert listed(workspace, "answered") == [1, 2, 5]
    assert listed(workspace, "disputed") == [2, 5]


def test_pages_follow_one_another(workspace: Workspace, say: Say) -> None:
    for item in range(7):
        say(item, ann="cat", bob="dog" if item % 2 else "cat")
    first = workspace.review_page("pets", "answered", limit=3)
    assert ([i.item for i in first.items], first.next, first.total) == ([0, 1, 2], 2, 7)
    last = workspace.review_page("pets", "answered", after=3, limit=3)
    assert ([i.item for i in last.items], last.next) == ([4, 5, 6], None)
    assert [a.annotator for a in first.items[0].answers] == ["ann", "bob"]


def test_a_reviewer_decides_with_an_answer_or_a_value_of_their_own(
    workspace: Workspace, say: Say
) -> None:
    say(1, ann="cat", bob="dog")
    before = workspace.session_progress("pets")
    assert (before.done, before.disputed) == (0, 1)
    workspace.review("pets", "eve", [accept(1, "cow", comment="It says moo.")])
    found = record(workspace, 1)
    assert (found.state, found.value, found.decided_by) == ("settled", label("cow"), "eve")
    assert workspace.review_page("pets", "settled").items[0].comment == "It says moo."
    after = workspace.session_progress("pets")
    assert (after.done, after.disputed) == (1, 0)
    workspace.review("pets", "joe", [accept(1, "dog")])
    assert record(workspace, 1).decided_by == "joe"


def test_what_is_decided_stays_when_somebody_answers_anew(workspace: Workspace, say: Say) -> None:
    say(1, ann="cat", bob="dog")
    workspace.review("pets", "eve", [accept(1, "cat")])
    say(1, bob="cow")
    assert record(workspace, 1).value == label("cat")
    workspace.review("pets", "eve", [reopen(1)])
    found = record(workspace, 1)
    assert (found.state, found.value, found.decided_by) == ("disputed", None, "")
    say(1, bob="cat")
    assert record(workspace, 1).state == "agreed"


def test_an_answer_sent_back_does_not_count_until_it_comes_again(
    workspace: Workspace, say: Say
) -> None:
    say(1, ann="cat", bob="dog")
    workspace.review("pets", "eve", [send_back(1, "bob", "Look at the ears.")])
    found = record(workspace, 1)
    assert (found.state, [a.counted for a in found.answers]) == ("open", [True, False])
    assert workspace.session_progress("pets").answers == 1
    mine = workspace.next_items("pets", "bob", 1).items[0]
    assert (mine.item, mine.standing, mine.returned) == (1, "returned", "Look at the ears.")
    assert mine.value == label("dog")
    others = workspace.next_items("pets", "joe", 10).items
    assert 1 not in [item.item for item in others], "the place is kept"
    say(1, bob="cat")
    found = record(workspace, 1)
    assert (found.state, found.value) == ("agreed", label("cat"))
    assert [a.counted for a in found.answers] == [True, True]
    assert workspace.review_counts("pets")["returned"] == 0
    assert workspace.items_of("pets", "bob", [1])[0].returned is None


def test_reopening_undoes_sending_back(workspace: Workspace, say: Say) -> None:
    say(1, ann="cat", bob="dog")
    workspace.review("pets", "eve", [send_back(1, "bob")])
    workspace.review("pets", "eve", [reopen(1)])
    found = record(workspace, 1)
    assert (found.state, [a.counted for a in found.answers]) == ("disputed", [True, True])
    assert workspace.items_of("pets", "bob", [1])[0].standing == "done"


def test_sending_back_undoes_a_decision_and_deciding_ends_the_wait(
    workspace: Workspace, say: Say
) -> None:
    say(1, ann="cat", bob="dog")
    workspace.review("pets", "eve", [accept(1, "cat")])
    workspace.review("pets", "eve", [send_back(1, "bob")])
    assert record(workspace, 1).state == "open"
    workspace.review("pets", "eve", [accept(1, "cat")])
    assert record(workspace, 1).state == "settled"
    assert workspace.review_counts("pets")["returned"] == 0
    assert 1 not in [item.item for item in workspace.next_items("pets", "bob", 10).items]


def test_a_review_sent_twice_changes_nothing_whatever_happened_since(
    workspace: Workspace, say: Say
) -> None:
    say(1, ann="cat", bob="dog")
    accepted, returned = accept(1, "cat"), send_back(1, "bob")
    assert workspace.review("pets", "eve", [accepted, returned]) == [accepted.op_id, returned.op_id]
    assert record(workspace, 1).state == "open"
    say(1, bob="dog")
    workspace.rename_session_class("pets", "cat", "kitten", "ann")
    workspace.merge_session_classes("pets", ["dog", "cow"], "beast", "ann")
    workspace.change_session("pets", reviewers=("joe",))
    workspace.close_session("pets")
    assert workspace.review("pets", "eve", [accepted, returned]) == [accepted.op_id, returned.op_id]
    assert record(workspace, 1).state == "disputed"
    rows = workspace._studio.query("SELECT op_id FROM session_reviews")
    assert len(rows) == 2


def test_a_review_made_under_former_names_is_understood(workspace: Workspace, say: Say) -> None:
    say(1, ann="cat", bob="dog")
    workspace.rename_session_class("pets", "cat", "kitten", "ann")
    workspace.add_session_class("pets", LabelClass(name="cat"), "ann")
    workspace.review("pets", "eve", [accept(1, "cat", revision=0)])
    assert record(workspace, 1).value == label("kitten")
    workspace.review("pets", "eve", [accept(1, "cat", revision=2)])
    assert record(workspace, 1).value == label("cat")


def test_only_reviewers_review(workspace: Workspace, say: Say) -> None:
    say(1, ann="cat", bob="dog")
    workspace.change_session("pets", reviewers=("eve",))
    with pytest.raises(Forbidden, match="not among the reviewers"):
        workspace.review("pets", "ann", [accept(1, "cat")])
    with pytest.raises(Forbidden):
        workspace.review_page("pets", "disputed", reviewer="ann")
    assert workspace.review_page("pets", "disputed", reviewer="eve").total == 1
    workspace.review("pets", "eve", [accept(1, "cat")])
    workspace.close_session("pets")
    with pytest.raises(Conflict, match="closed"):
        workspace.review("pets", "eve", [accept(1, "dog")])
    assert workspace.review_page("pets", "settled", reviewer="eve").total == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (accept(9, "cat"), NotFound),
        (accept(99, "cat"), NotFound),
        (accept(1, "horse"), NotFound),
        (ReviewInput(op_id="w", item=1, decision="accept", value=label("cat", "dog")), InvalidInput),
        (ReviewInput(op_id="w", item=1, decision="accept", value=label()), InvalidInput),
        (send_back(1, "joe"), Conflict),
        (send_back(2, "bob"), Conflict),
    ],
)  # fmt: skip
def test_impossible_reviews_change_nothing(
    workspace: Workspace, say: Say, wrong: ReviewInput, error: type[Exception]
) -> None:
    say(1, ann="cat", bob="dog")
    say(2, ann="cat", bob=None)
    with pytest.raises(error):
        workspace.review("pets", "eve", [accept(1, "cat"), wrong])
    assert record(workspace, 1).state == "disputed"
    assert workspace._studio.query("SELECT op_id FROM session_reviews") == []
    with pytest.raises(InvalidInput, match="1001 reviews"):
        workspace.review("pets", "eve", [wrong] * 1001)


def test_an_answer_taken_back_meanwhile_is_not_sent_back(workspace: Workspace, say: Say) -> None:
    say(1, ann="cat", bob="dog")
    taken = SessionAnswerInput(op_id="taken", item=1, act="take_back")
    workspace.answer_session("pets", "bob", [taken])
    with pytest.raises(Conflict, match="taken back"):
        workspace.review("pets", "eve", [send_back(1, "bob")])


def test_gold_samples_are_not_reviewed(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset("known", [0, 1, 0, 1, -1, -1])
    config = SessionConfig(
        name="gold", dataset="known", gold=4,
        classes=tuple(LabelClass(name=n) for n in ("cat", "dog")),
    )  # fmt: skip
    workspace.create_session(config, author="ann")
    given = workspace.next_items("gold", "ann", 6).items
    answers = [op(item.item, "cat", unsure=True) for item in given]
    workspace.answer_session("gold", "ann", answers)
    golden = [r for r in workspace.session_records("gold") if r.gold is not None]
    assert golden
    assert {r.state for r in golden} == {"open"}
    listed_items = [i.item for i in workspace.review_page("gold", "unsure").items]
    assert not {r.item for r in golden} & set(listed_items)
    with pytest.raises(Conflict, match="gold"):
        workspace.review("gold", "eve", [accept(golden[0].item, "cat")])


def test_texts_come_whole_with_their_answers(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text\nfirst text\nsecond text\n", encoding="utf-8")
    version = workspace.add_dataset("texts", TextSource(path=str(tmp_path / "t.csv")))
    config = SessionConfig(
        name="words", dataset="texts", classes=(LabelClass(name="good"), LabelClass(name="bad"))
    )
    workspace.create_session(config, author="ann")
    workspace.answer_session("words", "ann", [op(1, "good")])
    page = workspace.review_page("words", "answered")
    assert page.items[0].text == str(workspace.samples(version)[1])


def test_records_stream_in_blocks_with_the_latest_of_each_person(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset("many", [-1] * 2500)
    config = SessionConfig(
        name="many", dataset="many", classes=tuple(LabelClass(name=n) for n in CLASS_NAMES)
    )
    workspace.create_session(config, author="ann")
    chosen = np.random.default_rng(0).integers(0, 3, 2500)
    for start in range(0, 2500, 500):
        ops = [op(i, CLASS_NAMES[chosen[i]]) for i in range(start, start + 500)]
        workspace.answer_session("many", "ann", ops)
    workspace.answer_session("many", "bob", [op(0, "cow")])
    workspace.answer_session("many", "ann", [op(1, "dog"), op(2, None)])
    workspace.answer_session(
        "many", "ann", [SessionAnswerInput(op_id="t", item=3, act="take_back")]
    )
    records = list(workspace.session_records("many"))
    assert [r.item for r in records] == list(range(2500))
    assert [(a.annotator, a.counted) for a in records[0].answers] == [("ann", True), ("bob", False)]
    assert [a.value for a in records[1].answers] == [label("dog")]
    assert [a.act for a in records[2].answers] == ["skip"]
    assert records[3].answers == ()
    assert all(r.value == label(CLASS_NAMES[chosen[r.item]]) for r in records[4:])
    assert LabelRecord.model_validate(records[0].model_dump()) == records[0]
    with pytest.raises(NotFound):
        workspace.session_record("pets", 1)


def test_records_are_all_in_the_same_names(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset("many", [-1] * 1500)
    config = SessionConfig(
        name="many", dataset="many", classes=tuple(LabelClass(name=n) for n in CLASS_NAMES)
    )
    workspace.create_session(config, author="ann")
    for start in (0, 750):
        workspace.answer_session("many", "ann", [op(i, "cat") for i in range(start, start + 750)])
    stream = workspace.session_records("many")
    assert next(stream).value == label("cat")
    workspace.change_session_class("many", "cat", description="Says meow.")
    assert len([next(stream) for _ in range(1200)]) == 1200
    stream = workspace.session_records("many")
    next(stream)
    workspace.rename_session_class("many", "cat", "kitten", "ann")
    with pytest.raises(Conflict, match="changed while"):
        list(stream)
    assert {r.value for r in workspace.session_records("many")} == {label("kitten")}
