"""Many people label one session at once, and their processes are killed: nothing is lost, doubled or over quota."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.workspace import Workspace
from tests.drills.killing import drill, kill_often
from tests.workspace.asking import CLASSES, counted, make_session, noise_dataset

KILLS = 40
PROCESSES = 4
PEOPLE = 12
SAMPLES = 2500
OVERLAP = 2
LIFE_SECONDS = (0.1, 1.5)
LIMIT_SECONDS = 300


# --- what is killed ---


def say(item: int, op_id: str, class_name: str) -> SessionAnswerInput:
    return SessionAnswerInput(op_id=op_id, item=item, value=LabelValue(classes=(class_name,)))


def label_for_ever(home: Path, number: int, pipe: int) -> None:
    """Ask, answer in batches and send some again; every acknowledged batch is told to the parent in one write."""
    chance = random.Random(number)
    workspace = Workspace.open(home)
    for batch in range(1_000_000):
        person = f"person {chance.randrange(PEOPLE)}"
        given = workspace.next_items("round", person, chance.randint(1, 6))
        ops = [
            say(item.item, f"{number}-{batch}-{item.item}", chance.choice(CLASSES))
            for item in given.items
        ]
        for _ in range(chance.choice((1, 1, 2))):
            acknowledged, _ = workspace.answer_session("round", person, ops)
        lines = [f"{op_id} {person}\n" for op_id in acknowledged]
        os.write(pipe, "".join(lines).encode())
        if not ops:
            time.sleep(0.02)


# --- the test ---


@pytest.mark.drill
def test_nothing_is_lost_doubled_or_over_quota_when_annotators_are_killed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.open(home)
    noise_dataset(workspace, labels=[-1] * SAMPLES)
    make_session(workspace, overlap=OVERLAP)
    workspace.close()
    began = time.monotonic()
    told = drill("tests.drills.test_many_annotators", home, KILLS, LIMIT_SECONDS)
    acknowledged = {line.split(" ", 1)[0]: line.split(" ", 1)[1] for line in told}

    workspace = Workspace.open(home)
    database = workspace._studio
    assert database.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert database.query("PRAGMA foreign_key_check") == []
    rows = database.query("SELECT op_id, item, annotator, counted FROM session_answers")
    stored = {row["op_id"]: row for row in rows}
    lost = acknowledged.keys() - stored.keys()
    assert lost == set()
    assert len(stored) == len(rows)
    assert len(acknowledged) > KILLS, "people must have answered, else nothing was tried"
    for op_id, person in acknowledged.items():
        assert stored[op_id]["annotator"] == person
        assert stored[op_id]["item"] == int(op_id.rsplit("-", 1)[1])

    # Two processes that are the same person may hold the same sample: that is one place, and one answer that counts.
    answers = counted(workspace, "round")
    over = [item for item, people in answers.items() if len(people) > OVERLAP]
    assert over == []
    assert all(len(set(people)) == len(people) for people in answers.values())
    per_person = Counter((row["annotator"], row["item"]) for row in rows)
    places = database.query("SELECT item, places, wanted, counted FROM session_items")
    assert all(row["counted"] <= row["places"] <= row["wanted"] == OVERLAP for row in places)
    assert {r["item"]: r["counted"] for r in places if r["counted"]} == {
        item: len(people) for item, people in answers.items()
    }
    progress = workspace.session_progress("round")
    assert progress.answers == sum(map(len, answers.values()))
    with capsys.disabled():
        print(
            f"\n  {KILLS} kills in {time.monotonic() - began:.0f} s: {len(acknowledged):,} answers acknowledged, "
            f"0 lost, 0 doubled, 0 over quota; {len(stored) - len(acknowledged):,} stored but not acknowledged; "
            f"{len(per_person):,} of {SAMPLES * OVERLAP:,} places answered"
        )


if __name__ == "__main__":
    kills = int(sys.argv[2])
    drilled = kill_often(
        label_for_ever,
        Path(sys.argv[1]),
        kills,
        at_once=PROCESSES,
        life=LIFE_SECONDS,
        lines=kills + 1,
    )
    print(json.dumps(drilled))
