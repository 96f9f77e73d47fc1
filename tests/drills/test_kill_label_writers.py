"""People label, and their processes are killed: no answer that was acknowledged may be lost."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.dataset import DatasetManifest, SplitConfig, split_codes
from studio.workspace import Workspace
from tests.drills.killing import drill, kill_often

KILLS = 200
WRITERS = 4
DATASETS = 8
SAMPLES = 500
CLASS_NAMES = ("cat", "dog", "cow")
LIFE_SECONDS = (0.02, 0.45)
LIMIT_SECONDS = 240


# --- what is killed ---


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
    acknowledged = drill("tests.drills.test_kill_label_writers", home, KILLS, LIMIT_SECONDS)

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
    kills = int(sys.argv[2])
    drilled = kill_often(
        label_for_ever,
        Path(sys.argv[1]),
        kills,
        at_once=WRITERS,
        life=LIFE_SECONDS,
        lines=kills + 1,
    )
    print(json.dumps(drilled))
