"""People label, and their processes are killed: no answer that was acknowledged may be lost.

Run as a script, this file is the warm parent: it has imported everything and opened nothing, forks writers, kills
them at random moments with SIGKILL and keeps what each of them acknowledged.
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

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.dataset import DatasetManifest, SplitConfig, split_codes
from studio.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200
WRITERS = 4
DATASETS = 8
SAMPLES = 500
CLASS_NAMES = ("cat", "dog", "cow")
LIFE_SECONDS = (0.02, 0.45)
LIMIT_SECONDS = 240


# --- the warm parent and its writers ---


@dataclass
class Writer:
    """One process that labels until it is killed."""

    process: int
    pipe: int
    dies: float
    heard: bytearray = field(default_factory=bytearray)


def label_for_ever(home: Path, number: int, pipe: int) -> None:
    """Annotate in batches of 1 to 5; every acknowledged batch is told to the parent in one write."""
    chance = random.Random(number)
    dataset = f"pets-{number % DATASETS}"
    workspace = Workspace.open(home)
    for batch in range(1_000_000):
        size = chance.randint(1, 5)
        ops = []
        for place in range(size):
            sample, class_name = chance.randrange(SAMPLES), chance.choice(CLASS_NAMES)
            op_id = f"{number}-{batch}-{size}-{place}-{sample}-{class_name}"
            ops.append(AnnotationInput(op_id=op_id, sample=sample, class_name=class_name))
        acknowledged, _ = workspace.annotate(dataset, f"writer {number}", ops)
        os.write(pipe, "".join(f"{op_id}\n" for op_id in acknowledged).encode())


def start_writer(home: Path, number: int, life: float) -> Writer:
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
    return Writer(process, reading, time.monotonic() + life)


def run_drill(home: Path, kills: int) -> dict[str, int]:
    """Kill that many writers. What they acknowledged goes to `acknowledged.txt`."""
    chance = random.Random(7)
    selector = selectors.DefaultSelector()
    writers: list[Writer] = []
    killed = started = ended_alone = 0
    acknowledged = bytearray()
    while killed < kills:
        while len(writers) < WRITERS and killed + len(writers) < kills:
            writer = start_writer(home, started, chance.uniform(*LIFE_SECONDS))
            started += 1
            writers.append(writer)
            selector.register(writer.pipe, selectors.EVENT_READ, writer)
        for key, _ in selector.select(0.005):
            key.data.heard += os.read(key.fd, 65536)
        for writer in [w for w in writers if w.dies <= time.monotonic()]:
            os.kill(writer.process, signal.SIGKILL)
            _, status = os.waitpid(writer.process, 0)
            ended_alone += os.waitstatus_to_exitcode(status) != -signal.SIGKILL
            while rest := os.read(writer.pipe, 65536):
                writer.heard += rest
            selector.unregister(writer.pipe)
            os.close(writer.pipe)
            writers.remove(writer)
            acknowledged += writer.heard
            killed += 1
    (home / "acknowledged.txt").write_bytes(acknowledged)
    return {"kills": killed, "ended_alone": ended_alone}


# --- the test ---


def make_datasets(home: Path) -> None:
    workspace = Workspace.open(home)
    codes = split_codes(SAMPLES, SplitConfig())
    for number in range(DATASETS):
        noise = np.random.default_rng(number)
        samples = noise.integers(0, 256, (SAMPLES, 8, 8, 1), np.uint8)
        manifest = DatasetManifest(
            samples=workspace.artifacts.put_array(samples, "samples.npy").digest,
            labels=workspace.artifacts.put_array(np.full(SAMPLES, -1, np.int32), "l.npy").digest,
            split=workspace.artifacts.put_array(codes, "split.npy").digest,
            class_names=CLASS_NAMES,
            shape=(8, 8, 1),
            count=SAMPLES,
            class_counts=(0, 0, 0),
            split_counts=(350, 0, 150),
            split_config=SplitConfig(),
            source={"kind": "noise"},
        )
        workspace.record_dataset(f"pets-{number}", manifest, author="ann", message="")
    workspace.close()


@pytest.mark.drill
def test_no_acknowledged_answer_is_lost_when_writers_are_killed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_datasets(home)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.test_kill_label_writers", str(home), str(KILLS)],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout) == {"kills": KILLS, "ended_alone": 0}
    acknowledged = (home / "acknowledged.txt").read_text().split()

    workspace = Workspace.open(home)
    database = workspace._studio
    assert database.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert database.query("PRAGMA foreign_key_check") == []
    rows = database.query("SELECT op_id, sample, class_name, annotator FROM annotations")
    stored = {row["op_id"] for row in rows}
    lost = set(acknowledged) - stored
    assert lost == set()
    assert len(set(acknowledged)) == len(acknowledged)
    assert len(acknowledged) > KILLS, "the writers must have written, else nothing was tried"

    batches: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        number, batch, size, _, sample, class_name = row["op_id"].split("-")
        assert (row["sample"], row["class_name"]) == (int(sample), class_name)
        assert row["annotator"] == f"writer {number}"
        batches[number, batch, size] += 1
    assert all(count == int(size) for (_, _, size), count in batches.items()), "half a batch"

    total = sum(
        workspace.label_progress(dataset.latest).annotated for dataset in workspace.datasets()
    )
    assert total > 0
    with capsys.disabled():
        print(
            f"\n  {KILLS} kills in {time.monotonic() - began:.0f} s: {len(acknowledged):,} answers "
            f"acknowledged, 0 lost; {len(stored) - len(acknowledged):,} stored but not acknowledged"
        )


if __name__ == "__main__":
    print(json.dumps(run_drill(Path(sys.argv[1]), int(sys.argv[2]))))
