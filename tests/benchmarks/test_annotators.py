"""Thirty-two people label one session over HTTP, one label a second each: nothing lost, doubled or over quota.

`STUDIO_BENCH_SECONDS` says how long (default: 180).
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import pytest

from studio import processes
from studio.workspace import Workspace
from tests.workspace.asking import CLASSES, counted, make_session, noise_dataset

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("STUDIO_BENCH_SECONDS", "180"))
PEOPLE = 32
OVERLAP = 2
SAMPLES = 20_000
AHEAD = 8
"""A client asks for so many more when it has half of them left."""
LIMIT_MILLISECONDS = 100


@contextmanager
def studio(home: Path) -> Iterator[str]:
    """Start the pages with their routes, as `streamlit run app.py` does, and yield their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with open(home.parent / "studio.log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
            cwd=ROOT, env={**os.environ, "STUDIO_HOME": str(home)}, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{url}/api/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)
        processes.stop_worker(home)


@dataclass
class Person:
    """One person at one browser: answers what is on the screen once a second, and asks for more ahead.

    Attributes:
        acknowledged: op_id -> item of every answer the studio has acknowledged.
        times: Milliseconds of each request that carried answers.
    """

    name: str
    url: str
    chance: random.Random
    acknowledged: dict[str, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    asking: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def label(self, start: float, seconds: float) -> None:
        """Answer once a second from `start` (monotonic) on."""
        token = {"X-XSRFToken": "bench"}
        cookies = {"_streamlit_xsrf": "bench"}
        with httpx.Client(base_url=self.url, headers=token, cookies=cookies, timeout=30) as client:
            client.get("/api/health")
            have: list[int] = []
            number, due = 0, start + self.chance.random()
            while due < start + seconds:
                time.sleep(max(0.0, due - time.monotonic()))
                if not have:
                    have = self._ask(client, have)
                elif len(have) <= AHEAD // 2:
                    have += self._ask(client, have)
                if have:
                    self._answer(client, have.pop(0), f"{self.name}-{number}")
                number += 1
                due += 1.0

    def _ask(self, client: httpx.Client, have: list[int]) -> list[int]:
        body = {"annotator": self.name, "count": AHEAD, "have": have}
        began = time.perf_counter()
        reply = client.post("/api/sessions/round/next", json=body)
        self.asking.append(1000 * (time.perf_counter() - began))
        if reply.status_code != 200:
            self.faults.append(reply.text)
            return []
        return [item["item"] for item in reply.json()["items"]]

    def _answer(self, client: httpx.Client, item: int, op_id: str) -> None:
        value = {"classes": [self.chance.choice(CLASSES)]}
        op = {"op_id": op_id, "item": item, "value": value, "seconds": 1.0}
        body = {"annotator": self.name, "ops": [op]}
        began = time.perf_counter()
        reply = client.post("/api/sessions/round/answers", json=body)
        self.times.append(1000 * (time.perf_counter() - began))
        if reply.status_code == 200:
            self.acknowledged |= dict.fromkeys(reply.json()["acknowledged"], item)
        else:
            self.faults.append(reply.text)


def percentile(times: list[float], share: float) -> float:
    """Return the time below which that share of the others lies."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def line(name: str, times: list[float]) -> str:
    found = (median(times), percentile(times, 0.95), percentile(times, 0.99), max(times))
    return f"  {name:<8} {len(times):>7,} " + " ".join(f"{t:>9.1f}" for t in found)


def test_thirty_two_people_at_one_label_a_second(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.open(home)
    noise_dataset(workspace, labels=[-1] * SAMPLES)
    make_session(workspace, overlap=OVERLAP)
    workspace.close()
    with studio(home) as url:
        start = time.monotonic() + 1
        people = [Person(f"person {n}", url, random.Random(n)) for n in range(PEOPLE)]
        threads = [threading.Thread(target=p.label, args=(start, SECONDS)) for p in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    acknowledged = {op_id: item for p in people for op_id, item in p.acknowledged.items()}
    workspace = Workspace.open(home)
    rows = workspace._studio.query("SELECT op_id, item, annotator, counted FROM session_answers")
    stored = {row["op_id"]: row["item"] for row in rows}
    lost = [op_id for op_id, item in acknowledged.items() if stored.get(op_id) != item]
    answers = counted(workspace, "round")
    twice = len({(row["annotator"], row["item"]) for row in rows})
    doubled = len(rows) - twice
    over = [item for item, who in answers.items() if len(who) > OVERLAP]
    times = [time for p in people for time in p.times]
    asking = [time for p in people for time in p.asking]
    p99 = percentile(times, 0.99)
    faults = [fault for p in people for fault in p.faults]
    with capsys.disabled():
        print(
            f"\n{PEOPLE} annotators at one label a second for {SECONDS:.0f} s, {OVERLAP} answers a sample: "
            f"{len(acknowledged):,} answers acknowledged\n"
            f"  lost {len(lost)}, doubled {doubled}, over quota {len(over)}, refused {len(faults)}\n"
            f"  {'route':<8} {'calls':>7} {'median':>9} {'p95':>9} {'p99':>9} {'max':>9}  ms\n"
            f"{line('answers', times)}\n{line('next', asking)}\n"
            f"  p99 of answers: {p99:.1f} ms (asked for: at most {LIMIT_MILLISECONDS} ms)"
        )
    assert faults == []
    assert (len(lost), doubled, len(over)) == (0, 0, 0)
    assert len(acknowledged) >= 0.95 * PEOPLE * (SECONDS - 1), "people waited for the studio"
    assert p99 <= LIMIT_MILLISECONDS, (
        f"p99 of the answers route is {p99:.1f} ms, more than {LIMIT_MILLISECONDS} ms. "
        "Is something else keeping this machine busy?"
    )
