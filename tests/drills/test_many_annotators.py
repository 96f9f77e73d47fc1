"""Many people label one session at once, and their processes are killed: nothing is lost, doubled or over quota.

Run as a script, this file is the warm parent: it has imported everything and opened nothing, forks processes of
annotators, kills them at random moments with SIGKILL and keeps what each of them acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import selectors
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.workspace import Workspace
from tests.workspace.asking import CLASSES, counted, make_session, noise_dataset

ROOT = Path(__file__).resolve().parents[2]
KILLS = 40
PROCESSES = 4
PEOPLE = 12
SAMPLES = 2500
OVERLAP = 2
LIFE_SECONDS = (0.1, 1.5)
LIMIT_SECONDS = 120


# --- the warm parent and its annotators ---


@dataclass
class Annotator:
    """One process that labels, as one person after the other, until it is killed."""

    process: int
    pipe: int
    dies: float
    heard: bytearray = field(default_factory=bytearray)


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


def start_annotator(home: Path, number: int, life: float) -> Annotator:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            os.close(reading)
            label_for_ever(home, number, writing)
        finally:
            os._exit(status)
    os.close(writing)
    return Annotator(process, reading, time.monotonic() + life)


def run_drill(home: Path, kills: int) -> dict[str, int]:
    """Kill that many processes. What they acknowledged goes to `acknowledged.txt`."""
    chance = random.Random(7)
    selector = selectors.DefaultSelector()
    alive: list[Annotator] = []
    killed = started = ended_alone = 0
    acknowledged = bytearray()
    while killed < kills:
        while len(alive) < PROCESSES and killed + len(alive) < kills:
            one = start_annotator(home, started, chance.uniform(*LIFE_SECONDS))
            started += 1
            alive.append(one)
            selector.register(one.pipe, selectors.EVENT_READ, one)
        for key, _ in selector.select(0.005):
            key.data.heard += os.read(key.fd, 65536)
        for one in [a for a in alive if a.dies <= time.monotonic()]:
            os.kill(one.process, signal.SIGKILL)
            _, status = os.waitpid(one.process, 0)
            ended_alone += os.waitstatus_to_exitcode(status) != -signal.SIGKILL
            while rest := os.read(one.pipe, 65536):
                one.heard += rest
            selector.unregister(one.pipe)
            os.close(one.pipe)
            alive.remove(one)
            acknowledged += one.heard
            killed += 1
    (home / "acknowledged.txt").write_bytes(acknowledged)
    return {"kills": killed, "ended_alone": ended_alone}


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
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.test_many_annotators", str(home), str(KILLS)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout) == {"kills": KILLS, "ended_alone": 0}
    told = (home / "acknowledged.txt").read_text().splitlines()
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
    print(json.dumps(run_drill(Path(sys.argv[1]), int(sys.argv[2]))))
