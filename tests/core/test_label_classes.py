from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core import label_classes as classes
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.label_session import ClassChange, LabelClass, LabelSession, SessionConfig


def session(*names: str, **changes: Any) -> LabelSession:
    config = SessionConfig(
        name="fruit", dataset="d", classes=tuple(LabelClass(name=n) for n in names), **changes
    )
    return LabelSession(
        id=1, config=config, version_id=1, dataset_version=1, task="images", shape=(8, 8, 1),
        samples="", base="", total=10, author="ann", created=0.0,
    )  # fmt: skip


def after(before: LabelSession, changed: classes.Changed) -> LabelSession:
    revision = before.revision + 1
    change = ClassChange(
        revision=revision, names=changed.names, author="ann", time=0.0, what=changed.what
    )
    return before.model_copy(
        update={
            "config": changed.config,
            "revision": revision,
            "changes": (*before.changes, change),
        }
    )


def test_a_class_keeps_its_place_colour_and_key_when_it_is_renamed() -> None:
    before = session("apple", "pear", "plum")
    changed = classes.with_name(before, "pear", "Birne")
    assert changed.config.class_names == ("apple", "Birne", "plum")
    old, new = before.config.classes[1], changed.config.classes[1]
    assert (new.colour, new.key) == (old.colour, old.key)
    assert changed.names == {"pear": "Birne"}
    assert changed.what == "renamed pear to Birne"


@pytest.mark.parametrize(
    ("names", "into", "left", "mapped"),
    [
        (["a", "b"], "a", ("a", "c"), {"b": "a"}),
        (["a", "b"], "c", ("c",), {"a": "c", "b": "c"}),
        (["b", "c"], "x", ("a", "x"), {"b": "x", "c": "x"}),
        (["c"], "a", ("a", "b"), {"c": "a"}),
    ],
)
def test_merging_into_one_of_them_another_or_a_new_name(
    names: list[str], into: str, left: tuple[str, ...], mapped: dict[str, str]
) -> None:
    changed = classes.with_merged(session("a", "b", "c"), names, into)
    assert changed.config.class_names == left
    assert changed.names == mapped


def test_a_split_class_gets_a_neighbour() -> None:
    changed = classes.with_split(session("a", "b"), "a", "a2", 3)
    assert changed.config.class_names == ("a", "a2", "b")
    assert changed.names == {}
    assert classes.with_split(session("a", "b"), "a", "b", 3).config.class_names == ("a", "b")


def test_a_key_changes_hands() -> None:
    before = session("a", "b")
    changed = classes.with_details(before, "b", {"key": "Digit1", "colour": None}).config.classes
    assert [c.key for c in changed] == ["Digit2", "Digit1"]
    assert [c.colour for c in changed] == [c.colour for c in before.config.classes]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda s: classes.with_class(s, LabelClass(name="a")), Conflict),
        (lambda s: classes.with_name(s, "x", "y"), NotFound),
        (lambda s: classes.with_name(s, "a", "b"), Conflict),
        (lambda s: classes.with_name(s, "a", "a"), Conflict),
        (lambda s: classes.with_name(s, "a", ""), InvalidInput),
        (lambda s: classes.with_merged(s, ["a"], "a"), InvalidInput),
        (lambda s: classes.with_merged(s, ["a"], "x"), InvalidInput),
        (lambda s: classes.with_merged(s, [], "a"), InvalidInput),
        (lambda s: classes.with_merged(s, ["a", "x"], "a"), NotFound),
        (lambda s: classes.with_split(s, "a", "a", 1), InvalidInput),
        (lambda s: classes.with_split(s, "a", "b", 0), InvalidInput),
        (lambda s: classes.with_split(s, "x", "b", 1), NotFound),
        (lambda s: classes.with_details(s, "x", {}), NotFound),
        (lambda s: classes.with_details(s, "a", {"colour": "red"}), InvalidInput),
    ],
)
def test_impossible_changes_are_refused(change: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        change(session("a", "b"))


def test_drawings_keep_the_names_of_their_classes() -> None:
    drawn = session("a", "b", answer="drawings")
    changes: list[Callable[[], Any]] = [
        lambda: classes.with_name(drawn, "a", "x"),
        lambda: classes.with_merged(drawn, ["a", "b"], "a"),
        lambda: classes.with_split(drawn, "a", "x", 1),
    ]
    for change in changes:
        with pytest.raises(Conflict, match="keep their names"):
            change()
    assert classes.with_class(drawn, LabelClass(name="c")).config.class_names == ("a", "b", "c")


@settings(max_examples=50)
@given(data=st.data())
def test_what_was_said_under_any_revision_counts_for_what_the_class_became(
    data: st.DataObject,
) -> None:
    """Each class is a thing of its own, whatever it is called, and whoever had its name before."""
    now = session("a", "b", "c")
    things = {"a": 0, "b": 1, "c": 2}
    spoken = [(0, name, thing) for name, thing in things.items()]
    became = {0: 0, 1: 1, 2: 2}
    for _ in range(data.draw(st.integers(1, 8), "changes")):
        names = sorted(things)
        free = sorted(set("abcdefghijkl") - set(names))
        way = data.draw(st.sampled_from(["add", "rename", "merge"]), "way")
        if way == "add":
            name = data.draw(st.sampled_from(free))
            now = after(now, classes.with_class(now, LabelClass(name=name)))
            things[name] = max(became) + 1
            became[things[name]] = things[name]
        elif way == "rename":
            old, new = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(free))
            now = after(now, classes.with_name(now, old, new))
            things[new] = things.pop(old)
        elif len(names) > 2:
            one, other = data.draw(st.permutations(names))[:2]
            into = data.draw(st.sampled_from([one, other, *free]))
            now = after(now, classes.with_merged(now, [one, other], into))
            gone, kept = things.pop(one), things.pop(other)
            became = {t: kept if u == gone else u for t, u in became.items()}
            things[into] = kept
        assert set(now.config.class_names) == set(things)
        spoken += [(now.revision, name, thing) for name, thing in things.items()]
    for revision, name, thing in spoken:
        today = now.names_since(revision).get(name, name)
        assert things[today] == became[thing]


def test_keys_follow_their_class() -> None:
    keys = {"class:a": "KeyA", "class:b": "KeyB", "class:c": "KeyC", "skip": "KeyS"}
    assert classes.renamed_keys(keys, {"a": "x", "b": "x"}) == {
        "class:x": "KeyA",
        "class:c": "KeyC",
        "skip": "KeyS",
    }
    assert classes.renamed_keys(keys, {"a": "c"})["class:c"] == "KeyC"


def test_classes_with_the_fewest_drawings_are_asked_for_first() -> None:
    names = ("a", "b", "c")
    asked = classes.asked_classes(names, {"a": 2, "b": 1}, 2, 10, "ann")
    assert sorted(asked) == ["b", "c", "c"]
    assert asked[0] == "c"
    assert classes.asked_classes(names, dict.fromkeys(names, 2), 2, 10, "ann") == []
    assert len(classes.asked_classes(names, {}, 5, 4, "ann")) == 4
    first = {classes.asked_classes(names, {}, 5, 1, person)[0] for person in "abcdefgh"}
    assert len(first) > 1
