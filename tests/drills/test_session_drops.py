"""People label, and their connections break: no answer and no draft may be lost, and none may count twice.

A client here behaves as the browser's outbox does: what is not acknowledged is sent again, word for word.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from studio.core.label_session import LabelClass, SessionConfig
from studio.core.sources import DigitsSource
from studio.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
DROPS = 100
KILLS = 3
PEOPLE = 3
OVERLAP = 2
DROP_CHANCE = 0.4
LIMIT_SECONDS = 240.0
TOKEN = "2|aa|bb|1"
CLASS_NAMES = tuple("0123456789")
SERVER = """
import sys, uvicorn
from studio.api import create_api
from studio.workspace import Workspace
uvicorn.run(create_api(Workspace.open(sys.argv[1])), port=int(sys.argv[2]), log_level="critical")
"""


class Dropped(Exception):
    """The connection broke before the whole answer was there."""


def start_server(home: Path, port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(home), str(port)], cwd=ROOT)
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(0.05)
    raise AssertionError("the server does not start")


@dataclass
class Person:
    """Somebody at a browser whose connection breaks again and again."""

    name: str
    port: int
    chance: random.Random
    ended: threading.Event
    broken: Counter[str] = field(default_factory=Counter)
    cut_by_server: int = 0
    answered: dict[str, tuple[int, str]] = field(default_factory=dict)
    drafts: dict[int, str] = field(default_factory=dict)
    failure: str = ""

    def label(self) -> None:
        """Draft and answer, one sample at a time, until told to stop; then leave two drafts behind."""
        number = 0
        while not self.ended.is_set():
            for item in self.next_items(3):
                number += 1
                self.draft(item, number, self.chance.choice(CLASS_NAMES))
                if number % 5:
                    self.answer(item, f"{self.name}-{number}")
        for item in self.next_items(2):
            self.draft(item, number + 1, self.chance.choice(CLASS_NAMES))

    def next_items(self, count: int) -> list[int]:
        have = sorted(self.drafts)
        given = self.ask("POST", "/next", {"annotator": self.name, "count": count, "have": have})
        return [item["item"] for item in given["items"] if item["item"] not in self.drafts]

    def draft(self, item: int, seq: int, class_name: str) -> None:
        draft = {"item": item, "seq": seq, "value": {"classes": [class_name]}, "comment": "half"}
        stored = self.ask("POST", "/drafts", {"annotator": self.name, "drafts": [draft]})["stored"]
        assert stored == {str(item): seq}, stored
        self.drafts[item] = class_name

    def answer(self, item: int, op_id: str) -> None:
        class_name = self.chance.choice(CLASS_NAMES)
        op = {"op_id": op_id, "item": item, "value": {"classes": [class_name]}}
        done = self.ask("POST", "/answers", {"annotator": self.name, "ops": [op]})
        assert done["acknowledged"] == [op_id], done
        self.answered[op_id] = item, class_name
        self.drafts.pop(item)

    def ask(self, method: str, path: str, body: Any) -> Any:
        """Send until the answer is there, as the outbox does."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < deadline:
            how = self.chance.choice(["connected", "half sent", "sent", "half read"])
            cut = how if self.chance.random() < DROP_CHANCE else None
            try:
                return self.send(method, path, body, cut)
            except Dropped:
                self.broken[how] += 1
            except OSError:
                self.cut_by_server += 1
                time.sleep(0.05)
        raise AssertionError(f"{path} was never answered")

    def send(self, method: str, path: str, body: Any, cut: str | None) -> Any:
        content = json.dumps(body).encode()
        head = (
            f"{method} /sessions/drops{path} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n"
            f"x-xsrftoken: {TOKEN}\r\ncookie: _streamlit_xsrf={TOKEN}\r\nconnection: close\r\n"
            f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
        ).encode()
        whole = head + content
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            if self.chance.random() < 0.5:  # a reset rather than a goodbye
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if cut == "connected":
                raise Dropped
            if cut == "half sent":
                connection.sendall(whole[: self.chance.randrange(1, len(whole))])
                raise Dropped
            connection.sendall(whole)
            if cut == "sent":
                time.sleep(self.chance.choice([0, 0.002, 0.02]))
                raise Dropped
            if cut == "half read":
                connection.recv(10)
                raise Dropped
            answer = b""
            while part := connection.recv(65536):
                answer += part
        head, _, content = answer.partition(b"\r\n\r\n")
        if not answer:
            raise OSError("the server went away")
        assert head.startswith(b"HTTP/1.1 200"), answer[:2000]
        return json.loads(content)

    def run(self) -> None:
        try:
            self.label()
        except AssertionError as error:
            self.failure = str(error) or "an assertion failed"
            self.ended.set()


def make_session(home: Path) -> None:
    workspace = Workspace.open(home)
    workspace.add_dataset("digits", DigitsSource(unlabelled_share=1.0))
    classes = tuple(LabelClass(name=name) for name in CLASS_NAMES)
    config = SessionConfig(name="drops", dataset="digits", classes=classes, overlap=OVERLAP)
    workspace.create_session(config, author="ann")
    workspace.close()


@pytest.mark.drill
def test_nothing_is_lost_or_doubled_when_connections_break(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_session(home)
    # Bound and not listening: nobody else gets the port while the server is down.
    ours = socket.socket()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    ours.bind(("127.0.0.1", 0))
    port, ended, began = int(ours.getsockname()[1]), threading.Event(), time.monotonic()
    people = [Person(f"person {n}", port, random.Random(n), ended) for n in range(PEOPLE)]
    threads = [threading.Thread(target=person.run) for person in people]
    server = start_server(home, port)
    try:
        for thread in threads:
            thread.start()
        for kill in range(1, KILLS + 2):
            while sum(p.broken.total() for p in people) < DROPS * kill / (KILLS + 1):
                assert time.monotonic() - began < LIMIT_SECONDS
                if ended.is_set():
                    break
                time.sleep(0.01)
            if kill <= KILLS:
                os.kill(server.pid, signal.SIGKILL)
                server.wait()
                server = start_server(home, port)
        ended.set()
        for thread in threads:
            thread.join(LIMIT_SECONDS)
    finally:
        ended.set()
        server.kill()
        server.wait()
        ours.close()
    assert [person.failure for person in people] == [""] * PEOPLE
    assert sum(person.broken.total() for person in people) >= DROPS
    assert all(sum(p.broken[how] for p in people) > 5 for how in people[0].broken)

    workspace = Workspace.open(home)
    database = workspace._studio
    assert database.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    rows = database.query("SELECT op_id, item, annotator, value FROM session_answers")
    stored = {
        row["op_id"]: (row["item"], json.loads(row["value"])["classes"][0], row["annotator"])
        for row in rows
    }
    acknowledged = {
        op_id: (item, class_name, person.name)
        for person in people
        for op_id, (item, class_name) in person.answered.items()
    }
    assert stored == acknowledged
    assert len(rows) == len(acknowledged) > 30
    for person in people:
        kept = workspace.items_of("drops", person.name, sorted(person.drafts))
        assert {i.item: i.value.classes[0] for i in kept if i.draft and i.value} == person.drafts
        assert len(person.drafts) >= 2
        assert workspace.session_progress("drops", person.name).mine == len(person.answered)
    places = database.query(
        "SELECT item, COUNT(*) AS people FROM session_answers WHERE counted GROUP BY item"
    )
    assert max(row["people"] for row in places) <= OVERLAP
    progress = workspace.session_progress("drops")
    assert progress.answers == len(acknowledged)
    workspace.close()
    with capsys.disabled():
        cuts = ", ".join(
            f"{n} {how}" for how, n in sum((p.broken for p in people), Counter()).items()
        )
        print(
            f"\n  {cuts}; {KILLS} kills of the server, {sum(p.cut_by_server for p in people)} attempts without one, in "
            f"{time.monotonic() - began:.0f} s: {len(stored)} answers and "
            f"{sum(len(p.drafts) for p in people)} drafts, 0 lost, 0 doubled"
        )
