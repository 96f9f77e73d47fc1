from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from studio.core.label_answer import DraftInput, LabelRecord, LabelValue, SessionAnswerInput, Span
from studio.core.label_review import ReviewInput
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.core.sample import Box
from studio.core.sources import TextSource
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset, small_manifest

CLASS_NAMES = ("cat", "dog", "cow")
_numbers = itertools.count()


def label(*names: str) -> LabelValue:
    return LabelValue(classes=names)


def op(item: int, *names: str, **changes: Any) -> SessionAnswerInput:
    given = {"op_id": f"op-{next(_numbers)}", "value": label(*names), **changes}
    return SessionAnswerInput(item=item, **given)


MakeSession = Callable[..., LabelSession]


@pytest.fixture
def make_session(workspace: Workspace, make_dataset: MakeDataset) -> MakeSession:
    """Makes a session "pets" over twenty samples without a class."""

    def make(*names: str, **changes: Any) -> LabelSession:
        make_dataset("pets", [-1] * 20)
        classes = tuple(LabelClass(name=name) for name in names or CLASS_NAMES)
        config = SessionConfig(name="pets", dataset="pets", classes=classes, **changes)
        return workspace.create_session(config, author="ann")

    return make


def record(workspace: Workspace, item: int) -> LabelRecord:
    return workspace.session_record("pets", item)


def value(workspace: Workspace, item: int) -> LabelValue | None:
    found = record(workspace, item)
    assert [a.value for a in found.answers if a.counted][:1] == [found.value]
    return found.value


def test_answers_follow_a_renamed_class_and_stay_as_they_were_given(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session()
    workspace.answer_session("pets", "ann", [op(1, "cat"), op(2, "dog")])
    renamed = workspace.rename_session_class("pets", "cat", "kitten", "eve")
    assert renamed.config.class_names == ("kitten", "dog", "cow")
    assert renamed.revision == 1
    assert [(c.what, c.author) for c in renamed.changes] == [("renamed cat to kitten", "eve")]
    assert value(workspace, 1) == label("kitten")
    assert workspace.items_of("pets", "ann", [1])[0].value == label("kitten")
    workspace.answer_session("pets", "bob", [op(3, "cat", revision=0)])  # his page is an old one
    workspace.rename_session_class("pets", "kitten", "Katze", "eve")
    workspace.answer_session("pets", "bob", [op(4, "cat", revision=0)])
    workspace.answer_session("pets", "bob", [op(5, "kitten", revision=1)])
    assert {value(workspace, item) for item in (1, 3, 4, 5)} == {label("Katze")}
    rows = workspace._studio.query("SELECT value FROM session_answers WHERE item = 1")
    assert [row["value"] for row in rows] == ['{"classes": ["cat"]}'], "history stays"
    with pytest.raises(NotFound):
        workspace.answer_session("pets", "bob", [op(6, "cat", revision=2)])


def test_a_former_name_may_be_given_to_a_new_class(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session()
    workspace.answer_session("pets", "ann", [op(1, "cat")])
    workspace.rename_session_class("pets", "cat", "lion", "eve")
    workspace.add_session_class("pets", LabelClass(name="cat"), "eve")
    workspace.answer_session("pets", "ann", [op(2, "cat", revision=2)])
    workspace.answer_session("pets", "bob", [op(3, "cat", revision=0)])
    assert [value(workspace, item) for item in (1, 2, 3)] == [
        label("lion"),
        label("cat"),
        label("lion"),
    ]
    workspace.rename_session_class("pets", "cat", "kitten", "eve")
    workspace.answer_session("pets", "bob", [op(4, "cat", revision=0), op(5, "cat", revision=2)])
    assert [value(workspace, item) for item in (1, 2, 3, 4, 5)] == [
        label(name) for name in ("lion", "kitten", "lion", "lion", "kitten")
    ]


def test_what_people_disagreed_about_may_agree_after_a_merge(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session(overlap=2)
    for person, names in {"ann": ("cat", "cat", "cat"), "bob": ("dog", "cow", "cat")}.items():
        workspace.answer_session("pets", person, [op(item, n) for item, n in enumerate(names)])
    workspace.answer_session("pets", "ann", [op(3, "dog")])
    before = workspace.session_progress("pets")
    assert (before.done, before.disputed) == (1, 2)
    merged = workspace.merge_session_classes("pets", ["cat", "dog"], "pet", "eve")
    assert merged.config.class_names == ("pet", "cow")
    after = workspace.session_progress("pets")
    assert (after.done, after.disputed) == (2, 1)
    assert (record(workspace, 0).state, record(workspace, 0).value) == ("agreed", label("pet"))
    assert record(workspace, 1).state == "disputed"
    assert record(workspace, 2).value == label("pet")
    workspace.answer_session("pets", "bob", [op(3, "cat", revision=0)])
    assert record(workspace, 3).state == "agreed"
    assert workspace.review_counts("pets")["disputed"] == 1


def test_several_classes_boxes_and_spans_follow(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session(answer="multi")
    workspace.answer_session("pets", "ann", [op(1, "cat", "dog"), op(2, "cat", "cow")])
    workspace.merge_session_classes("pets", ["cat", "dog"], "dog", "eve")
    assert value(workspace, 1) == label("dog")
    assert value(workspace, 2) == label("cow", "dog")


def test_boxes_follow_and_split(workspace: Workspace, make_session: MakeSession) -> None:
    make_session(answer="boxes")

    def boxes(*names: str) -> LabelValue:
        return LabelValue(
            boxes=tuple(
                Box(class_name=name, left=0.2 * place, top=0.1, width=0.1, height=0.1)
                for place, name in enumerate(names)
            )
        )

    workspace.answer_session("pets", "ann", [op(1, value=boxes("cat", "dog"))])
    workspace.answer_session("pets", "ann", [op(2, value=boxes("cat"))])
    workspace.rename_session_class("pets", "cat", "kitten", "eve")
    assert value(workspace, 1) == boxes("kitten", "dog")
    workspace.split_session_class("pets", "kitten", "lion", [1], "eve")
    assert value(workspace, 1) == boxes("lion", "dog")
    assert value(workspace, 2) == boxes("kitten")


def test_a_split_appends_answers_of_the_same_people(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session(overlap=2)
    workspace.answer_session("pets", "ann", [op(i, "cat", comment=f"no. {i}") for i in range(4)])
    workspace.answer_session("pets", "bob", [op(0, "cat", unsure=True), op(1, "dog"), op(2, "cat")])
    workspace.answer_session("pets", "joe", [op(0, "cat")])  # one too many
    accepted = ReviewInput(op_id="r", item=2, decision="accept", value=label("cat"))
    workspace.review("pets", "eve", [accepted])
    split = workspace.split_session_class("pets", "cat", "lion", [0, 1, 2, 9], "eve")
    assert split.config.class_names == ("cat", "lion", "dog", "cow")
    assert split.changes[-1].what == "split 4 samples off cat as lion"
    first = record(workspace, 0)
    assert (first.state, first.value) == ("agreed", label("lion"))
    assert [(a.annotator, a.counted, a.unsure, a.source) for a in first.answers] == [
        ("ann", True, False, "split by eve"),
        ("bob", True, True, "split by eve"),
        ("joe", False, False, "split by eve"),
    ]
    assert first.answers[0].comment == "no. 0"
    assert {a.annotator: a.value for a in record(workspace, 1).answers} == {
        "ann": label("lion"), "bob": label("dog"),
    }  # fmt: skip
    settled = record(workspace, 2)
    assert (settled.state, settled.value, settled.decided_by) == ("settled", label("lion"), "eve")
    assert record(workspace, 3).answers[0].value == label("cat")
    rows = workspace._studio.query("SELECT value FROM session_answers WHERE item = 0 ORDER BY id")
    assert [row["value"] for row in rows] == ['{"classes": ["cat"]}'] * 3 + [
        '{"classes": ["lion"]}'
    ] * 3
    reviews = workspace._studio.query("SELECT value, comment FROM session_reviews ORDER BY id")
    assert [row["comment"] for row in reviews] == ["", "split by eve"]
    progress = workspace.session_progress("pets")
    assert (progress.answers, progress.disputed) == (7, 1)
    workspace.review("pets", "eve", [ReviewInput(op_id="r2", item=2, decision="reopen")])
    assert record(workspace, 2).value == label("lion")


def test_a_split_into_a_class_that_is_there_settles_what_was_disputed(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session(overlap=2)
    workspace.answer_session("pets", "ann", [op(1, "cat")])
    workspace.answer_session("pets", "bob", [op(1, "dog")])
    workspace.split_session_class("pets", "cat", "dog", [1], "eve")
    assert (record(workspace, 1).state, record(workspace, 1).value) == ("agreed", label("dog"))


def test_gold_drafts_and_keys_follow(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset("pets", [0, 1, 0, 1, -1, -1, -1, -1])
    classes = tuple(LabelClass(name=name) for name in ("cat", "dog"))
    config = SessionConfig(name="pets", dataset="pets", classes=classes, gold=4)
    workspace.create_session(config, author="ann")
    workspace.next_items("pets", "ann", 8)
    draft = DraftInput(item=4, seq=1, value=label("cat"))
    workspace.save_drafts("pets", "ann", [draft])
    workspace.set_session_keys(
        "pets", "ann", {"class:cat": "KeyC", "class:dog": "KeyD", "skip": "KeyS"}
    )
    workspace.set_session_keys("pets", "bob", {"class:dog": "KeyB"})
    workspace.rename_session_class("pets", "cat", "kitten", "eve")
    golden = {r.item: r.gold for r in workspace.session_records("pets") if r.gold}
    assert golden == {0: label("kitten"), 1: label("dog"), 2: label("kitten"), 3: label("dog")}
    item = workspace.items_of("pets", "ann", [4])[0]
    assert (item.draft, item.value) == (True, label("kitten"))
    assert workspace.session_keys("pets", "ann") == {
        "class:kitten": "KeyC", "class:dog": "KeyD", "skip": "KeyS",
    }  # fmt: skip
    late = DraftInput(item=5, seq=2, value=label("cat"))
    workspace.save_drafts("pets", "ann", [late])
    assert workspace.items_of("pets", "ann", [5])[0].value == label("kitten")
    workspace.split_session_class("pets", "kitten", "lion", [0, 4], "eve")
    golden = {r.item: r.gold for r in workspace.session_records("pets") if r.gold}
    assert (golden[0], golden[2]) == (label("lion"), label("kitten"))
    assert workspace.items_of("pets", "ann", [4])[0].value == label("lion")
    workspace.merge_session_classes("pets", ["dog", "kitten"], "dog", "eve")
    assert workspace.session_keys("pets", "ann") == {"class:dog": "KeyD", "skip": "KeyS"}
    assert workspace.session_keys("pets", "bob") == {"class:dog": "KeyB"}


def test_a_class_is_described_without_a_trace_in_its_history(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session()
    changed = workspace.change_session_class(
        "pets", "dog", colour="#123456", key="Digit1", description="Barks.", examples=(3, 4)
    )
    dog = changed.config.classes[1]
    assert (dog.colour, dog.key, dog.description, dog.examples) == (
        "#123456",
        "Digit1",
        "Barks.",
        (3, 4),
    )
    assert changed.config.classes[0].key == "Digit2"
    assert (changed.revision, changed.changes) == (1, ()), "open pages load the classes anew"
    with pytest.raises(InvalidInput, match="sample 99"):
        workspace.change_session_class("pets", "dog", examples=(99,))


def test_impossible_changes_change_nothing(workspace: Workspace, make_session: MakeSession) -> None:
    before = make_session()
    attempts: list[tuple[type[Exception], Callable[[], Any]]] = [
        (NotFound, lambda: workspace.rename_session_class("none", "cat", "x", "eve")),
        (NotFound, lambda: workspace.rename_session_class("pets", "x", "y", "eve")),
        (Conflict, lambda: workspace.rename_session_class("pets", "cat", "dog", "eve")),
        (Conflict, lambda: workspace.add_session_class("pets", LabelClass(name="cat"), "eve")),
        (InvalidInput, lambda: workspace.rename_session_class("pets", "cat", "kitten", "")),
        (InvalidInput, lambda: workspace.split_session_class("pets", "cat", "x", [], "eve")),
        (InvalidInput, lambda: workspace.split_session_class("pets", "cat", "\0", [1], "eve")),
        (
            InvalidInput,
            lambda: workspace.split_session_class("pets", "cat", "x", range(10_001), "e"),
        ),
    ]
    for error, attempt in attempts:
        with pytest.raises(error):
            attempt()
    assert workspace.session("pets") == before


def test_drawing_sessions_ask_for_what_is_missing_and_keep_their_names(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session(answer="drawings", drawings=2, people=("ann", "bob"))
    pixels = np.full((28, 28), 9, np.uint8)
    for number, name in enumerate(["cat", "cat", "dog"]):
        workspace.add_drawing("pets", name, pixels, "[]", op_id=str(number), author="ann")
    asked, counts = workspace.session_asks("pets", "ann", 10)
    assert sorted(asked) == ["cow", "cow", "dog"]
    assert asked[0] == "cow"
    assert counts == {"cat": 2, "dog": 1, "cow": 0}
    assert workspace.add_session_class("pets", LabelClass(name="hen"), "eve").revision == 1
    refused: list[Callable[[], Any]] = [
        lambda: workspace.rename_session_class("pets", "cat", "kitten", "eve"),
        lambda: workspace.merge_session_classes("pets", ["cat", "dog"], "cat", "eve"),
        lambda: workspace.split_session_class("pets", "cat", "lion", [1], "eve"),
    ]
    for attempt in refused:
        with pytest.raises(Conflict, match="keep their names"):
            attempt()
    with pytest.raises(Forbidden):
        workspace.session_asks("pets", "joe", 10)


def test_only_drawing_sessions_ask_for_drawings(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session()
    with pytest.raises(Conflict, match="asks for no drawings"):
        workspace.session_asks("pets", "ann", 10)


@settings(max_examples=8)
@given(data=st.data())
def test_every_answer_counts_for_what_its_class_became(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """People answer under whatever revision their page is at, while classes are renamed, merged and added."""
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    manifest = small_manifest(workspace, [-1] * 40)
    workspace.record_dataset("pets", manifest, author="ann", message="")
    config = SessionConfig(
        name="pets",
        dataset="pets",
        overlap=2,
        classes=tuple(LabelClass(name=n) for n in CLASS_NAMES),
    )
    workspace.create_session(config, author="ann")
    things: dict[str, int] = {name: number for number, name in enumerate(CLASS_NAMES)}
    spoken: list[dict[str, int]] = [dict(things)]
    became = {0: 0, 1: 1, 2: 2}
    said: dict[tuple[int, str], int] = {}
    for _ in range(data.draw(st.integers(3, 25))):
        way = data.draw(st.sampled_from(["say", "say", "say", "add", "rename", "merge"]))
        free = sorted({*"abcdefghijklmnopqrstuvwxyz"} - things.keys())
        if way == "say":
            item, person = data.draw(st.integers(0, 7)), data.draw(st.sampled_from(["ann", "bob"]))
            revision = data.draw(st.integers(0, len(spoken) - 1))
            name = data.draw(st.sampled_from(sorted(spoken[revision])))
            workspace.answer_session("pets", person, [op(item, name, revision=revision)])
            said[item, person] = spoken[revision][name]
            continue
        if way == "add":
            name = data.draw(st.sampled_from(free))
            workspace.add_session_class("pets", LabelClass(name=name), "eve")
            things[name] = max(became) + 1
            became[things[name]] = things[name]
        elif way == "rename":
            old, new = data.draw(st.sampled_from(sorted(things))), data.draw(st.sampled_from(free))
            workspace.rename_session_class("pets", old, new, "eve")
            things[new] = things.pop(old)
        elif len(things) > 1:
            one, other = data.draw(st.permutations(sorted(things)))[:2]
            into = data.draw(st.sampled_from([one, other, free[0]]))
            workspace.merge_session_classes("pets", [one, other], into, "eve")
            gone, kept = things.pop(one), things.pop(other)
            became = {t: kept if u == gone else u for t, u in became.items()}
            things[into] = kept
        else:
            continue
        spoken.append(dict(things))
    names = {thing: name for name, thing in things.items()}
    for found in workspace.session_records("pets"):
        expected = {p: label(names[became[t]]) for (i, p), t in said.items() if i == found.item}
        assert {a.annotator: a.value for a in found.answers} == expected
        alike = len(set(expected.values())) == 1
        state = "open" if len(expected) < 2 else "agreed" if alike else "disputed"
        assert found.state == state
        assert found.value == (next(iter(expected.values())) if state == "agreed" else None)
    progress = workspace.session_progress("pets")
    states = [r.state for r in workspace.session_records("pets")]
    assert (progress.done, progress.disputed) == (states.count("agreed"), states.count("disputed"))
    workspace.close()


def test_classes_change_while_people_answer(
    workspace: Workspace, make_session: MakeSession
) -> None:
    make_session()
    failures: list[BaseException] = []

    def answer(person: str, items: range) -> None:
        try:
            for number in range(12):
                for item in items:
                    workspace.answer_session("pets", person, [op(item, "cat", revision=0)])
                    workspace.save_drafts(
                        "pets",
                        person,
                        [DraftInput(item=item + 1, seq=number + 1, value=label("cat"))],
                    )
        except BaseException as error:  # noqa: BLE001  what a thread failed of is told below
            failures.append(error)
        finally:
            workspace.close()

    people = [
        threading.Thread(target=answer, args=(person, range(start, start + 2)))
        for start, person in ((0, "ann"), (4, "bob"))
    ]
    for person in people:
        person.start()
    name = "cat"
    number = 0
    while any(person.is_alive() for person in people):
        number += 1
        workspace.rename_session_class("pets", name, f"cat {number}", "eve")
        name = f"cat {number}"
    for person in people:
        person.join()
    assert failures == []
    assert {value(workspace, item) for item in (0, 1, 4, 5)} == {label(name)}
    for who, item in (("ann", 2), ("bob", 6)):
        assert workspace.items_of("pets", who, [item])[0].value == label(name)


def test_spans_follow(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("text\nfirst text\nsecond text\n", encoding="utf-8")
    workspace.add_dataset("texts", TextSource(path=str(tmp_path / "t.csv")))
    classes = tuple(LabelClass(name=name) for name in CLASS_NAMES)
    config = SessionConfig(
        name="pets", dataset="texts", classes=classes, spans=True, answer="multi"
    )
    workspace.create_session(config, author="ann")

    def spans(*names: str) -> LabelValue:
        marks = (Span(start=3 * n, end=3 * n + 2, class_name=name) for n, name in enumerate(names))
        return LabelValue(spans=tuple(marks))

    workspace.answer_session("pets", "ann", [op(0, value=spans("cat", "dog"))])
    workspace.merge_session_classes("pets", ["cat", "dog"], "pet", "eve")
    assert value(workspace, 0) == spans("pet", "pet")
    workspace.split_session_class("pets", "pet", "hen", [0], "eve")
    assert value(workspace, 0) == spans("hen", "hen")
