"""Leases under attack: several processes at once, leases that run out in the middle, undoing after the end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import Conflict, Forbidden
from studio.core.label_review import ReviewInput
from studio.workspace import Workspace
from studio.workspace.leases import LEASE_SECONDS
from tests.workspace.asking import Clock, answer, counted, make_session, numbers, saying

ROOT = Path(__file__).resolve().parent.parent.parent
ATTACK = """
import json, random, sys, threading
from pathlib import Path
from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.workspace import Workspace, leases
leases.LEASE_SECONDS, leases.SLACK_SECONDS = 0.03, 0.0

def attack(home, person, seed, said):
    workspace, chance = Workspace.open(Path(home)), random.Random(seed)
    def op(item, act="answer"):
        value = LabelValue(classes=("cat",)) if act == "answer" else None
        name = f"{person}-{len(said)}"
        said.append(name)
        return SessionAnswerInput(op_id=name, item=item, act=act, value=value)
    had, empty = [], 0
    for _ in range(150):
        given = workspace.next_items("round", person, 4)
        items = [i.item for i in given.items]
        empty = 0 if items else empty + 1
        if empty > 8 and not given.waiting:
            break
        had += items
        ops = [op(item) for item in items if chance.random() < 0.7]
        if chance.random() < 0.3:
            threading.Event().wait(0.04)  # longer than a lease
        if had and chance.random() < 0.2:
            ops.append(op(chance.choice(had), "take_back"))
        if had and chance.random() < 0.1:
            ops.append(op(chance.choice(had), "skip"))
        if chance.random() < 0.1:
            workspace.release_items("round", person)
        for _ in range(1 + (chance.random() < 0.3)):  # what is not acknowledged is sent again
            acknowledged, _ = workspace.answer_session("round", person, ops)
            assert acknowledged == [o.op_id for o in ops]
    workspace.close()

home, *people = sys.argv[1:]
said = {person: [] for person in people}
failed = []
def run(person, seed):
    try:
        attack(home, person, seed, said[person])
    except BaseException as error:
        failed.append(repr(error))
threads = [threading.Thread(target=run, args=(p, i)) for i, p in enumerate(people)]
[t.start() for t in threads]
[t.join() for t in threads]
print(json.dumps({"said": said, "failed": failed}))
"""


def check_rows(workspace: Workspace, overlap: int) -> None:
    """Compare what is counted by triggers and on the way with what the rows say, of the session called round."""
    found = counted(workspace, "round")
    assert all(len(people) == len(set(people)) <= overlap for people in found.values())
    rows = workspace._studio.query(
        """
        SELECT i.item, i.wanted, i.places, i.counted, i.state, (
            SELECT COUNT(*) FROM assignments a WHERE a.session_id = i.session_id AND a.item = i.item
                AND (a.standing IN ('done', 'returned') OR a.standing = 'held' AND a.lease_until > 0)) AS taken
        FROM session_items i WHERE i.gold IS NULL
        """
    )
    for row in rows:
        assert row["places"] == row["taken"] <= row["wanted"], row
        assert row["counted"] == len(found.get(row["item"], [])), row
        assert (row["state"] == "open") == (row["counted"] < row["wanted"]), row
    progress = workspace.session_progress("round")
    assert progress.answers == sum(map(len, found.values()))
    assert progress.done == sum(row["state"] in ("agreed", "settled") for row in rows)


def test_processes_that_forget_their_leases_give_no_place_twice(workspace: Workspace) -> None:
    make_session(workspace, overlap=2, limit=24)
    groups = (("ann", "bob"), ("cleo", "dan"))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", ATTACK, str(workspace.home), *people],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for people in groups
    ]  # fmt: skip
    said: dict[str, list[str]] = {}
    for child in children:
        out, _ = child.communicate(timeout=300)
        assert child.returncode == 0
        report = json.loads(out)
        assert report["failed"] == []
        said |= report["said"]
    stored = workspace._studio.query("SELECT op_id, annotator FROM session_answers")
    assert Counter(row["op_id"] for row in stored) == Counter(
        n for ops in said.values() for n in ops
    )
    assert all(row["op_id"].startswith(row["annotator"]) for row in stored)
    check_rows(workspace, 2)
    for person in ("eve", "fay"):  # whatever was left hanging is finished by others
        while items := numbers(workspace.next_items("round", person, 400).items):
            workspace.answer_session("round", person, [saying(i, "cat") for i in items])
    clock = Clock(workspace, workspace._now() + 2 * LEASE_SECONDS)
    for person in ("eve", "fay", "gus", "hal"):
        while items := numbers(workspace.next_items("round", person, 400).items):
            workspace.answer_session("round", person, [saying(i, "cat") for i in items])
        clock.pass_by(1)
    check_rows(workspace, 2)
    assert workspace.session_progress("round").done == 24


def test_everybody_at_the_last_place_at_once(workspace: Workspace) -> None:
    make_session(workspace, overlap=3, limit=1)
    people = [f"p{number}" for number in range(12)]

    def take(person: str) -> list[int]:
        return numbers(workspace.next_items("round", person, 5).items)

    with ThreadPoolExecutor(12) as pool:
        given = list(pool.map(take, people))
    assert sum(map(bool, given)) == 3
    (item,) = next(filter(None, given))
    with ThreadPoolExecutor(12) as pool:  # those without a place answer as well
        list(pool.map(lambda person: answer(workspace, "round", person, item, "cat"), people))
    assert set(counted(workspace, "round")[item]) == {
        p for p, i in zip(people, given, strict=True) if i
    }
    check_rows(workspace, 3)


def test_the_same_act_sent_from_many_threads_is_one(workspace: Workspace) -> None:
    make_session(workspace, limit=3)
    (item,) = numbers(workspace.next_items("round", "ann", 1).items)
    act = saying(item, "cat")

    def send(_: int) -> list[str]:
        return workspace.answer_session("round", "ann", [act, act])[0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(send, range(16))) == [[act.op_id] * 2] * 16
    assert workspace.session("round").answers == 1
    check_rows(workspace, 1)


def test_a_retry_after_the_end_is_acknowledged(workspace: Workspace) -> None:
    """The answer was stored, its acknowledgement was lost, and the session was closed: nothing is lost."""
    make_session(workspace, limit=3)
    items = numbers(workspace.next_items("round", "ann", 2).items)
    act = saying(items[0], "cat")
    workspace.answer_session("round", "ann", [act])
    workspace.close_session("round")
    acknowledged, progress = workspace.answer_session("round", "ann", [act])
    assert (acknowledged, progress.mine) == ([act.op_id], 1)
    with pytest.raises(Conflict, match="closed"):
        workspace.answer_session("round", "ann", [act, saying(items[1], "cat")])
    workspace.reopen_session("round")
    workspace.change_session("round", people=("bob",))
    assert workspace.answer_session("round", "ann", [act])[0] == [act.op_id]
    with pytest.raises(Forbidden):
        workspace.answer_session("round", "ann", [act, saying(items[1], "cat")])
    assert workspace.session("round").answers == 1


def test_undoing_after_the_end(workspace: Workspace) -> None:
    clock = Clock(workspace)
    make_session(workspace, limit=2)
    items = numbers(workspace.next_items("round", "ann", 2).items)
    workspace.answer_session("round", "ann", [saying(i, "cat") for i in items])
    workspace.close_session("round")
    with pytest.raises(Conflict):
        workspace.answer_session("round", "ann", [saying(items[0], act="take_back")])
    check_rows(workspace, 1)
    workspace.reopen_session("round")
    clock.pass_by(10 * LEASE_SECONDS)  # what is done is not held: its place stays
    workspace.answer_session("round", "ann", [saying(items[0], act="take_back")])
    assert numbers(workspace.next_items("round", "bob", 5).items) == []
    clock.pass_by(LEASE_SECONDS + 1)  # but what was taken back is
    assert numbers(workspace.next_items("round", "bob", 5).items) == [items[0]]
    answer(workspace, "round", "ann", items[0], "dog")  # redone too late
    answer(workspace, "round", "bob", items[0], "cow")
    assert counted(workspace, "round") == {items[0]: ["bob"], items[1]: ["ann"]}
    check_rows(workspace, 1)


def test_a_lease_that_ran_out_counts_until_somebody_takes_the_place(workspace: Workspace) -> None:
    clock = Clock(workspace)
    make_session(workspace, limit=1)
    (item,) = numbers(workspace.next_items("round", "ann", 1).items)
    clock.pass_by(LEASE_SECONDS)  # to the second
    answer(workspace, "round", "ann", item, "cat")
    assert counted(workspace, "round") == {item: ["ann"]}
    workspace.answer_session("round", "ann", [saying(item, act="take_back")])
    clock.pass_by(LEASE_SECONDS)
    assert numbers(workspace.next_items("round", "bob", 1).items) == [item]
    late = saying(item, "cat")
    workspace.answer_session("round", "ann", [late])
    assert counted(workspace, "round") == {}
    clock.pass_by(LEASE_SECONDS)
    workspace.release_items("round", "bob")
    # It was kept, not counted; said again while the place is free, it counts.
    answer(workspace, "round", "ann", item, "cat")
    assert counted(workspace, "round") == {item: ["ann"]}
    answer(workspace, "round", "bob", item, "dog")
    assert counted(workspace, "round") == {item: ["ann"]}
    check_rows(workspace, 1)


ACTS = ("next", "answer", "skip", "take_back", "release", "wait", "return", "settle", "reopen")


@settings(max_examples=25)
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from("abc"), st.integers(0, 3)), max_size=40
    )
)
def test_whatever_people_and_reviewers_do_the_counts_are_those_of_the_rows(
    acts: list[tuple[str, str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = Workspace.open(tmp_path_factory.mktemp("races"))
    try:
        clock = Clock(workspace)
        make_session(workspace, overlap=2, limit=4)
        pool = workspace._session_pool(workspace.session("round")).tolist()
        for what, person, number in acts:
            item = pool[number]
            match what:
                case "next":
                    workspace.next_items("round", person, number)
                case "answer":
                    answer(workspace, "round", person, item, ("cat", "dog")[number % 2])
                case "skip" | "take_back":
                    workspace.answer_session("round", person, [saying(item, act=what)])
                case "release":
                    workspace.release_items("round", person)
                case "wait":
                    clock.pass_by((number + 1) * LEASE_SECONDS / 3)
                case _:
                    review(workspace, what, person, item)
            check_counts(workspace)
    finally:
        workspace.close()


def review(workspace: Workspace, what: str, person: str, item: int) -> None:
    """Review as far as the session allows it."""
    decision = {"return": "return", "settle": "accept", "reopen": "reopen"}[what]
    value = saying(item, "cow").value if what == "settle" else None
    op = ReviewInput.model_validate(
        {
            "op_id": saying(item).op_id,
            "item": item,
            "decision": decision,
            "value": value,
            "annotator": person if what == "return" else "",
        }
    )
    if workspace._studio.first("SELECT 1 FROM session_items WHERE item = ?", [item]):
        try:
            workspace.review("round", "rex", [op])
        except Conflict:
            assert what == "return"  # there is nothing to send back


def check_counts(workspace: Workspace) -> None:
    """Hold places and progress against the rows, with reviews in play."""
    rows = workspace._studio.query(
        """
        SELECT i.*, (
            SELECT COUNT(*) FROM assignments a WHERE a.session_id = i.session_id AND a.item = i.item
                AND (a.standing IN ('done', 'returned') OR a.standing = 'held' AND a.lease_until > 0)) AS taken,
            (SELECT COUNT(*) FROM assignments a JOIN session_answers s ON s.id = a.answer
                WHERE a.session_id = i.session_id AND a.item = i.item AND s.counted AND s.act = 'answer'
                AND a.standing <> 'returned') AS right
        FROM session_items i
        """
    )
    for row in rows:
        assert row["places"] == row["taken"] <= row["wanted"]
        assert row["counted"] == row["right"] <= row["wanted"]
        assert bool(row["decided_by"]) == (row["state"] == "settled")
    progress = workspace.session_progress("round")
    assert progress.answers == sum(row["counted"] for row in rows)
    assert progress.disputed == sum(row["state"] == "disputed" for row in rows)
    assert progress.done == sum(row["state"] in ("agreed", "settled") for row in rows)
    assert progress.started == sum(row["counted"] > 0 for row in rows)
