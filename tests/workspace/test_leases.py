from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from studio.core.errors import Forbidden, InvalidInput, NotFound, StudioError
from studio.core.label_answer import DraftInput, Given, LabelValue, Span
from studio.core.label_session import LabelSession, Prelabels
from studio.store import label_sessions, session_items
from studio.workspace import Workspace
from studio.workspace.leases import LEASE_SECONDS
from tests.workspace.asking import (
    CLASSES,
    Clock,
    answer,
    counted,
    make_session,
    noise_dataset,
    numbers,
    saying,
)


def give(workspace: Workspace, person: str, count: int, **more: Any) -> list[int]:
    return numbers(workspace.next_items("round", person, count, **more).items)


def standing(workspace: Workspace, person: str, item: int) -> str:
    return workspace.items_of("round", person, [item])[0].standing


def set_order(
    workspace: Workspace, session: LabelSession, items: list[int], groups: list[int] | None = None
) -> None:
    put = workspace.artifacts.put_array
    clusters = put(np.array(groups, np.int32), "g.npy").digest if groups else ""
    queue = put(np.array(items, np.int64), "q.npy").digest
    with workspace._studio.tx() as connection:
        label_sessions.set_queue(
            connection, session.id, queue=queue, groups=clusters, source="x", answers=0, now=0.0
        )


# --- who gets what ---


def test_nobody_gets_what_another_has(workspace: Workspace) -> None:
    make_session(workspace)
    found = [item for person in "abc" for item in give(workspace, person, 10)]
    assert sorted(found) == list(range(30))
    given = workspace.next_items("round", "d", 10)
    assert given == Given(items=[], left=0, waiting=True)


def test_as_many_people_get_a_sample_as_it_asks_for(workspace: Workspace) -> None:
    make_session(workspace, overlap=2)
    first, second = give(workspace, "ann", 30), give(workspace, "bob", 30)
    assert first == second
    assert give(workspace, "cid", 30) == []
    workspace.release_items("round", "bob", second[:4])
    assert sorted(give(workspace, "cid", 30)) == sorted(second[:4])


def test_what_others_have_begun_comes_before_what_is_fresh(workspace: Workspace) -> None:
    make_session(workspace, overlap=2)
    begun = give(workspace, "ann", 5)
    given = workspace.next_items("round", "bob", 8)
    assert numbers(given.items)[:5] == begun
    assert given.left == 22
    assert set(give(workspace, "ann", 8, have=begun)) & {*begun} == set()


def test_a_client_that_comes_back_gets_what_it_holds(workspace: Workspace) -> None:
    make_session(workspace)
    first = give(workspace, "ann", 6)
    assert give(workspace, "ann", 3, have=first)[:3] not in (first[:3], first[3:])
    answer(workspace, "round", "ann", first[0], "cat")
    assert give(workspace, "ann", 5) == first[1:]
    assert workspace.next_items("round", "ann", 2).left == 6 + 21


def test_a_person_who_falls_silent_keeps_nothing(workspace: Workspace) -> None:
    clock = Clock(workspace)
    make_session(workspace, limit=10)
    held = give(workspace, "ann", 4)
    clock.pass_by(LEASE_SECONDS - 1)
    assert len(give(workspace, "bob", 10)) == 6
    assert give(workspace, "ann", 1, have=held) == []  # whoever asks holds on
    clock.pass_by(LEASE_SECONDS - 61)
    assert give(workspace, "bob", 10, have=[]) != held
    clock.pass_by(62)
    assert {*held} < {*give(workspace, "bob", 10)}
    assert workspace.next_items("round", "ann", 10) == Given(items=[], left=0, waiting=True)


def test_what_nobody_took_is_still_there_for_who_comes_back(workspace: Workspace) -> None:
    clock = Clock(workspace)
    make_session(workspace, limit=10)
    held = give(workspace, "ann", 4)
    clock.pass_by(2 * LEASE_SECONDS)
    took = give(workspace, "bob", 2)
    left = [item for item in held if item not in took]
    assert [standing(workspace, "ann", item) for item in left] == ["fresh"] * 2
    assert give(workspace, "ann", 10)[:2] == left
    assert [standing(workspace, "ann", item) for item in left] == ["held"] * 2


def test_an_answer_that_comes_too_late_is_kept_but_not_counted(workspace: Workspace) -> None:
    clock = Clock(workspace)
    make_session(workspace, limit=2)
    kept, lost = give(workspace, "ann", 2)
    clock.pass_by(2 * LEASE_SECONDS)
    workspace.release_items("round", "ann")
    assert {*give(workspace, "bob", 2)} == {kept, lost}
    answer(workspace, "round", "bob", lost, "dog")
    workspace.release_items("round", "bob")
    for item in (kept, lost):
        answer(workspace, "round", "ann", item, "cat")
    assert counted(workspace, "round") == {kept: ["ann"], lost: ["bob"]}
    assert [standing(workspace, "ann", item) for item in (kept, lost)] == ["done", "late"]
    own = workspace.items_of("round", "ann", [lost])[0]
    assert own.value == LabelValue(classes=("cat",))
    assert workspace.session_progress("round", "ann").mine == 2
    assert workspace.session_progress("round").answers == 2


def test_one_may_answer_what_one_was_not_given_where_a_place_is_free(workspace: Workspace) -> None:
    session = make_session(workspace)
    item = int(workspace.artifacts.open_array(session.queue)[-1])
    answer(workspace, "round", "ann", item, "cat")
    answer(workspace, "round", "bob", item, "dog")
    assert counted(workspace, "round") == {item: ["ann"]}
    assert item not in give(workspace, "cid", 30)


def test_a_skipped_sample_goes_to_others_only(workspace: Workspace) -> None:
    make_session(workspace, limit=3)
    first, *rest = give(workspace, "ann", 3)
    workspace.answer_session("round", "ann", [saying(first, act="skip", comment="blurred")])
    assert give(workspace, "ann", 3) == rest
    assert give(workspace, "bob", 3) == [first]
    assert workspace.items_of("round", "ann", [first])[0].comment == "blurred"
    workspace.answer_session("round", "ann", [saying(first, act="take_back")])
    assert standing(workspace, "ann", first) == "fresh"  # the place is bob's now
    workspace.release_items("round", "bob")
    assert first in give(workspace, "ann", 3)


def test_what_is_taken_back_is_open_again_and_stays_ones_own(workspace: Workspace) -> None:
    make_session(workspace)
    item = give(workspace, "ann", 1)[0]
    answer(workspace, "round", "ann", item, "cat")
    assert workspace.session_progress("round", "ann").done == 1
    workspace.answer_session("round", "ann", [saying(item, act="take_back")])
    progress = workspace.session_progress("round", "ann")
    assert (progress.done, progress.answers, progress.mine) == (0, 0, 0)
    assert give(workspace, "ann", 1) == [item]
    answer(workspace, "round", "ann", item, "dog")
    answer(workspace, "round", "ann", item, "cow")  # changed one's mind
    assert workspace.session_record("round", item).value == LabelValue(classes=("cow",))
    assert counted(workspace, "round") == {item: ["ann"]}


def test_what_a_reviewer_sends_back_comes_first(workspace: Workspace) -> None:
    session = make_session(workspace)
    first, second, *_ = give(workspace, "ann", 6)
    answer(workspace, "round", "ann", second, "cat")
    with workspace._studio.tx() as connection:
        connection.execute(
            "UPDATE assignments SET standing = 'returned', comment = 'Look again.' WHERE item = ?",
            [second],
        )
        session_items.refresh(workspace._studio, connection, session, [second], 0.0)
    assert workspace.session_progress("round").done == 0
    items = workspace.next_items("round", "ann", 3).items
    assert numbers(items)[:2] == [second, first]
    assert (items[0].standing, items[0].returned) == ("returned", "Look again.")
    assert items[0].value == LabelValue(classes=("cat",))
    assert give(workspace, "bob", 30).count(second) == 0
    answer(workspace, "round", "ann", second, "dog")
    assert workspace.session_progress("round").done == 1
    assert standing(workspace, "ann", second) == "done"


# --- orders ---


def test_a_new_order_counts_at_once_and_the_rest_follows_at_random(workspace: Workspace) -> None:
    session = make_session(workspace)
    before = give(workspace, "ann", 5)
    order = [i for i in range(30) if i not in before][:10]
    set_order(workspace, session, [*before[:3], *order[::-1], *before[3:]])
    assert give(workspace, "bob", 10) == order[::-1]
    rest = give(workspace, "cid", 30)
    shuffled = workspace.artifacts.open_array(session.queue).tolist()
    assert rest == [i for i in shuffled if i not in before and i not in order]
    assert workspace.next_items("round", "cid", 5, have=rest).left == 0


def test_together_gives_one_cluster_at_a_time(workspace: Workspace) -> None:
    session = make_session(workspace, overlap=2)
    order = list(range(12))
    set_order(workspace, session, order, [7] * 5 + [8] * 1 + [9] * 6)
    items = workspace.next_items("round", "ann", 8, together=True).items
    assert numbers(items) == order[:5]
    assert {item.group for item in items} == {7}
    held = numbers(items)
    assert give(workspace, "ann", 8, together=True) == held
    assert give(workspace, "ann", 8, together=True, have=held) == [5]
    assert give(workspace, "ann", 4, together=True, have=order[:6]) == order[6:10]
    assert give(workspace, "bob", 8, together=True) == order[:5]
    assert give(workspace, "bob", 9, have=order[:5])[:5] == order[5:10]


# --- gold ---


def test_gold_samples_come_evenly_for_everybody(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[0, 1] * 10 + [-1] * 40)
    make_session(workspace, gold=4, overlap=2, people=("ann", "bob"))
    for person, size in (("ann", 1), ("bob", 7)):
        got: list[int] = []
        while items := workspace.next_items("round", person, size).items:
            assert len(items) <= size
            got += numbers(items)
            for item in items:
                assert item.group is None
                answer(workspace, "round", person, item.item, "cat")
        golden = [place for place, item in enumerate(got) if item < 20]
        assert len(got) == len(set(got)) == 44
        assert golden == [5, 16, 27, 38]
    progress = workspace.session_progress("round", "ann")
    assert (progress.done, progress.answers, progress.mine) == (40, 80, 44)
    assert workspace.next_items("round", "ann", 5) == Given(items=[], left=0)


def test_a_gold_sample_passes_for_one_of_the_cluster(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[0, 1] * 2 + [-1] * 20)
    session = make_session(workspace, gold=2)
    set_order(workspace, session, list(range(4, 24)), [3] * 20)
    items = workspace.next_items("round", "ann", 12, together=True).items
    assert any(item.item < 4 for item in items)
    assert {item.group for item in items} == {3}
    assert give(workspace, "ann", 12, together=True) == numbers(items)


# --- what is said ---


def test_an_act_that_is_sent_twice_is_stored_once(workspace: Workspace) -> None:
    make_session(workspace)
    item = give(workspace, "ann", 1)[0]
    act = saying(item, "cat")
    for _ in range(2):
        acknowledged, progress = workspace.answer_session("round", "ann", [act, act])
        assert acknowledged == [act.op_id] * 2
        assert progress.answers == 1
    assert len(workspace.session_record("round", item).answers) == 1
    assert workspace.session("round").answers == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"class_names": ("dgo",)}, NotFound),
        ({"class_names": ("cat", "dog")}, InvalidInput),
        ({"class_names": ()}, InvalidInput),
        ({"item": 29, "class_names": ("cat",)}, InvalidInput),
    ],
)
def test_one_impossible_act_refuses_all(
    workspace: Workspace, wrong: dict[str, Any], error: type[StudioError]
) -> None:
    noise_dataset(workspace, labels=[-1] * 29 + [0])
    make_session(workspace)
    first, second = give(workspace, "ann", 2)
    bad = saying(wrong.get("item", second), *wrong["class_names"])
    with pytest.raises(error):
        workspace.answer_session("round", "ann", [saying(first, "cat"), bad])
    assert workspace.session_progress("round").answers == 0
    assert workspace._studio.query("SELECT * FROM session_answers") == []


def test_a_name_of_former_classes_is_understood(workspace: Workspace) -> None:
    make_session(workspace, overlap=2)
    item = give(workspace, "ann", 1)[0]
    assert give(workspace, "bob", 1) == [item]
    draft = DraftInput(item=item, seq=1, value=LabelValue(classes=("dog",)))
    workspace.rename_session_class("round", "dog", "puppy", "ann")
    answer(workspace, "round", "ann", item, "dog")
    workspace.save_drafts("round", "bob", [draft])
    assert workspace.items_of("round", "bob", [item])[0].value == LabelValue(classes=("puppy",))
    workspace.answer_session("round", "bob", [saying(item, "puppy", revision=1)])
    assert workspace.session_record("round", item).value == LabelValue(classes=("puppy",))


def test_texts_have_spans_inside_of_them(workspace: Workspace) -> None:
    texts = ["grün ist die Hoffnung", "red"]
    names = workspace.artifacts.put_texts(["a.txt", ""], "names")
    noise_dataset(workspace, labels=[-1, -1], texts=texts, names=names)
    make_session(workspace, spans=True)
    items = {i.item: i for i in workspace.next_items("round", "ann", 2).items}
    assert [items[i].text for i in (0, 1)] == texts
    assert [items[i].name for i in (0, 1)] == ["a.txt", None]
    marked = LabelValue(classes=("cat",), spans=(Span(start=0, end=4, class_name="dog"),))
    workspace.answer_session("round", "ann", [saying(0, value=marked)])
    assert workspace.items_of("round", "ann", [0])[0].value == marked
    with pytest.raises(InvalidInput, match="behind the end"):
        workspace.answer_session("round", "ann", [saying(1, value=marked)])


def test_only_members_label_and_only_so_much_at_once(workspace: Workspace) -> None:
    make_session(workspace, people=("ann",))
    with pytest.raises(Forbidden, match="bob"):
        give(workspace, "bob", 1)
    for act in (
        lambda: give(workspace, "ann", 401),
        lambda: workspace.items_of("round", "ann", [0] * 401),
        lambda: workspace.answer_session("round", "ann", [saying(0, "cat")] * 1001),
        lambda: workspace.save_drafts(
            "round", "ann", [DraftInput(item=0, seq=1, value=None)] * 1001
        ),
    ):
        with pytest.raises(InvalidInput, match="at most"):
            act()


def test_my_items_are_my_latest_acts(workspace: Workspace) -> None:
    make_session(workspace)
    items = give(workspace, "ann", 5)
    for item in items:
        answer(workspace, "round", "ann", item, "cat")
    workspace.answer_session("round", "ann", [saying(items[1], act="skip")])
    workspace.answer_session("round", "ann", [saying(items[2], act="take_back")])
    answer(workspace, "round", "ann", items[0], "dog")
    latest = [items[0], items[1], items[4], items[3]]
    assert numbers(workspace.my_items("round", "ann")) == latest
    assert numbers(workspace.my_items("round", "ann", skip=1, limit=2)) == latest[1:3]
    assert workspace.my_items("round", "bob") == []


# --- drafts, suggestions, keys ---


def test_the_newest_draft_counts_until_the_answer_comes(workspace: Workspace) -> None:
    make_session(workspace)
    item = give(workspace, "ann", 1)[0]

    def draft(seq: int, *names: str, **more: Any) -> dict[int, int]:
        value = LabelValue(classes=names) if names else None
        drafts = [DraftInput(item=item, seq=seq, value=value, **more)]
        return workspace.save_drafts("round", "ann", drafts)

    assert draft(2, "cat", "dog", comment="hm", unsure=True) == {item: 2}
    assert draft(1, "cow") == {item: 2}
    shown = workspace.next_items("round", "ann", 1).items[0]
    assert (shown.value, shown.comment) == (LabelValue(classes=("cat", "dog")), "hm")
    assert (shown.draft, shown.unsure, shown.draft_seq) == (True, True, 2)
    assert not workspace.items_of("round", "bob", [item])[0].draft
    assert draft(3) == {item: 3}
    assert not workspace.items_of("round", "ann", [item])[0].draft
    assert draft(4, "cow") == {item: 4}
    answer(workspace, "round", "ann", item, "cat")
    assert draft(4, "cow") == {item: 4}  # sent again, from before the answer
    shown = workspace.items_of("round", "ann", [item])[0]
    assert (shown.value, shown.draft) == (LabelValue(classes=("cat",)), False)
    with pytest.raises(NotFound, match="bee"):
        draft(9, "bee")


def test_suggestions_are_shown_where_there_are_some(workspace: Workspace) -> None:
    session = make_session(workspace, limit=10)
    pool = workspace._session_pool(session).tolist()
    values = [LabelValue(classes=(name,)).as_json() for name in ("dog", "gone")]
    put = workspace.artifacts.put_array
    prelabels = Prelabels(
        items=put(np.array(pool[3:5], np.int64), "i.npy").digest,
        values=workspace.artifacts.put_texts(values, "v"),
        scores=put(np.array([0.75, 0.5], np.float32), "s.npy").digest,
        count=2,
        source="model pets:1",
    )
    with workspace._studio.tx() as connection:
        label_sessions.set_prelabels(connection, session.id, prelabels)
    workspace.rename_session_class("round", "dog", "puppy", "ann")
    items = {i.item: i.suggestion for i in workspace.next_items("round", "ann", 10).items}
    shown = [item for item, suggestion in items.items() if suggestion is not None]
    assert shown == [pool[3]]
    found = items[pool[3]]
    assert found is not None
    assert (found.value.classes, found.score, found.source) == (("puppy",), 0.75, "model pets:1")
    workspace.change_session("round", suggestions=False)
    assert workspace.items_of("round", "ann", [pool[3]])[0].suggestion is None


def test_everybody_has_keys_of_their_own(workspace: Workspace) -> None:
    make_session(workspace)
    keys = {"class:cat": "KeyA", "skip": "Space"}
    assert workspace.set_session_keys("round", "ann", keys) == keys
    assert workspace.session_keys("round", "ann") == keys
    assert workspace.session_keys("round", "bob") == {}
    for wrong, error in (
        ({"class:cow-boy": "KeyA"}, NotFound),
        ({"jump": "KeyA"}, NotFound),
        ({"skip": "a key"}, InvalidInput),
        ({"class:cat": "KeyA", "class:dog": "KeyA"}, InvalidInput),
    ):
        with pytest.raises(error):
            workspace.set_session_keys("round", "ann", wrong)
    assert workspace.session_keys("round", "ann") == keys


# --- whatever people do ---

PEOPLE = ("ann", "bob", "cid")
TOTAL, GOLD = 9, 3


class ManyPeople(RuleBasedStateMachine):
    """People ask, answer, skip, take back, fall silent and leave, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.workspace = Workspace.open(Path(self.folder.name))
        self.clock = Clock(self.workspace)
        noise_dataset(self.workspace, labels=[-1] * TOTAL + [0, 1, 2])
        self.overlap = 2
        make_session(self.workspace, overlap=self.overlap, gold=GOLD)
        self.hands: dict[str, list[int]] = {person: [] for person in PEOPLE}
        self.finished: dict[str, set[int]] = {person: set() for person in PEOPLE}
        self.sent: Counter[str] = Counter()

    def teardown(self) -> None:
        """Let everybody work to the end: everything gets done, and nothing is lost or doubled."""
        self.clock.pass_by(2 * LEASE_SECONDS)
        for person in PEOPLE:
            for item in self.finished[person]:
                self.act(person, item, "answer")
        for _ in range(2 * TOTAL):
            for person in PEOPLE:
                for item in self.ask(person, 4, keep=False):
                    self.act(person, item, "answer")
        progress = self.workspace.session_progress("round")
        assert progress.done + progress.disputed == TOTAL
        self.check_rows()
        self.workspace.close()
        self.folder.cleanup()

    def ask(self, person: str, count: int, *, keep: bool, together: bool = False) -> list[int]:
        have = self.hands[person] if keep else []
        given = self.workspace.next_items("round", person, count, have=have, together=together)
        found = numbers(given.items)
        assert len(found) == len(set(found)) <= count
        assert not {*found} & {*have}
        assert not {*found} & self.finished[person], "what was answered or skipped came again"
        self.hands[person] = [*have, *found]
        return found

    def act(self, person: str, item: int, act: str) -> None:
        op = saying(item, *([CLASSES[item % 3]] if act == "answer" else []), act=act)
        for _ in range(1 + item % 2):  # some are sent twice
            acknowledged, _ = self.workspace.answer_session("round", person, [op])
            assert acknowledged == [op.op_id]
        self.sent[op.op_id] = 1
        if act == "take_back":
            self.finished[person].discard(item)
        else:
            self.finished[person].add(item)
            self.hands[person] = [i for i in self.hands[person] if i != item]

    @rule(
        person=st.sampled_from(PEOPLE),
        count=st.integers(0, 5),
        keep=st.booleans(),
        together=st.booleans(),
    )
    def next(self, person: str, count: int, keep: bool, together: bool) -> None:
        self.ask(person, count, keep=keep, together=together)

    @rule(person=st.sampled_from(PEOPLE), act=st.sampled_from(["answer", "answer", "skip"]))
    def answer(self, person: str, act: str) -> None:
        if self.hands[person]:
            self.act(person, self.hands[person][0], act)

    @rule(person=st.sampled_from(PEOPLE), item=st.integers(0, TOTAL + GOLD - 1))
    def answer_anything(self, person: str, item: int) -> None:
        self.act(person, item, "answer")

    @rule(person=st.sampled_from(PEOPLE), data=st.data())
    def take_back(self, person: str, data: st.DataObject) -> None:
        if self.finished[person]:
            self.act(person, data.draw(st.sampled_from(sorted(self.finished[person]))), "take_back")

    @rule(person=st.sampled_from(PEOPLE))
    def leave(self, person: str) -> None:
        self.workspace.release_items("round", person)
        self.hands[person] = []

    @rule(seconds=st.sampled_from([100.0, 500.0, LEASE_SECONDS + 1]))
    def wait(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    @rule(overlap=st.integers(2, 3))
    def ask_for_more(self, overlap: int) -> None:
        if overlap > self.overlap:
            self.overlap = overlap
            self.workspace.change_session("round", overlap=overlap)

    @invariant()
    def check_rows(self) -> None:
        rows = self.workspace._studio.query("SELECT op_id FROM session_answers")
        assert Counter(row["op_id"] for row in rows) == self.sent
        answers = counted(self.workspace, "round")
        assert all(len(people) <= self.overlap for people in answers.values())
        items = self.workspace._studio.query("SELECT * FROM session_items WHERE gold IS NULL")
        for row in items:
            assert row["places"] <= row["wanted"] <= self.overlap
            assert row["counted"] == len(answers.get(row["item"], []))
        progress = self.workspace.session_progress("round")
        assert progress.answers == sum(map(len, answers.values()))


def test_whatever_people_do_nothing_is_lost_doubled_or_over_quota() -> None:
    run_state_machine_as_test(
        ManyPeople,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
