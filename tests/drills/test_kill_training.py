"""A training is killed again and again, half of the times inside a save: it comes to the very same end."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.compute.events import EventReader
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.configs import ModelConfig
from studio.core.events import EndEvent, MetricsEvent
from studio.core.layers import Conv2D, Dense, Dropout
from studio.core.run import Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.trained import add_random_dataset

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("STUDIO_DRILL_KILLS", "4"))
"""The whole drill has 60; each costs a process that starts TensorFlow's runtime."""
WHOLE = 60
LIMIT_SECONDS = 300 + 30 * KILLS
RESUME_SECONDS = 30
"""Asserted in the whole drill only, which has the machine to itself."""
MODEL = ModelConfig(layers=(Conv2D(filters=2), Dropout(), Dense(units=4)))
TRAINING = TrainingConfig(
    epochs=60,
    batch_size=8,
    steps_per_epoch=60,
    points_every=1,
    deterministic=True,
    schedule="cosine",
    warm_up=0.1,
    shift=0.1,
    keep="best",
)


# --- what is killed ---


def execute_once(folder: RunFolder, place: int | None, *, every_step: bool) -> None:
    """Carry the run out in this process; at the `place`-th disk call of its saves it kills itself."""
    from studio.compute.control_file import ControlFile
    from studio.compute.executor import execute
    from studio.ml import checkpoints, resume, train

    if every_step:
        train.CHUNK_SECONDS = 0.0
        resume.SAVE_SECONDS = resume.LONG_EPOCH_SECONDS = 0.0
        resume.SAVE_SHARE = 1.0
    if place is not None:
        count_down(checkpoints, place)
    execute(folder, ControlFile(folder))


def count_down(checkpoints: Any, place: int) -> None:
    """Let the process die by SIGKILL before the `place`-th call that a save makes to the disk."""
    left = [place]

    def dying(call: Any) -> Any:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return wrapped

    class DyingOs:
        fsync = staticmethod(dying(os.fsync))

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

    checkpoints.os = DyingOs()
    checkpoints._digest = dying(checkpoints._digest)
    checkpoints.np = type(
        "DyingNumPy", (), {"savez": staticmethod(dying(np.savez)), "load": np.load}
    )
    checkpoints._sync_folder = dying(checkpoints._sync_folder)


class Follower:
    """Takes events in as the worker does, and remembers every point that came with a whole line."""

    def __init__(self, home: Path, run: Run) -> None:
        self.workspace = Workspace.open(home)
        self.run = run
        self.reader = EventReader(RunFolder.of(home, run.name).events)
        self.points: dict[tuple[str, int], float] = {}
        self.changed: list[tuple[str, int]] = []
        self.first: float | None = None
        self.cursor = 0
        self.ended = False

    def take_in(self, since: float) -> None:
        """Read and record what is new; notes when the first point came after `since`, Unix seconds."""
        self.first = None
        while events := self.reader.read(self.cursor):
            assert self.workspace.record_events(self.run, events)
            self.cursor = events[-1].seq
            for event in events:
                self.ended |= isinstance(event, EndEvent)
                if not isinstance(event, MetricsEvent):
                    continue
                if self.first is None:
                    self.first = event.time - since
                for name, step, value in event.points:
                    if name in ("samples_per_second", "memory"):
                        continue
                    if self.points.setdefault((name, step), value) != value:
                        self.changed.append((name, step))


def kill_often(home: Path, name: str, kills: int) -> dict[str, Any]:
    """Start the run, kill it `kills` times, let it end."""

    workspace = Workspace.open(home)
    run = workspace.claim_run("drill", 1e6)
    assert run is not None
    assert run.name == name
    folder = RunFolder.of(home, name)
    folder.write_spec(prepare(workspace, run))
    workspace.close()
    follower = Follower(home, run)
    chance, killed, in_save, resumes = random.Random(5), 0, 0, list[float]()
    while True:
        last = killed == kills
        place = None if last or killed % 2 == 0 else chance.randint(1, 40)
        began = time.time()
        process = os.fork()
        if process == 0:
            try:
                os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
                execute_once(folder, place, every_step=not last)
            finally:
                os._exit(0)
        if not last and place is None:
            time.sleep(chance.uniform(0.05, 4.0))
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        follower.take_in(began)
        if follower.first is not None:
            resumes.append(follower.first)
        if last or follower.ended:
            break
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        killed += 1
        in_save += place is not None
    stored = follower.workspace.curves(name)[1]
    rows = {(metric, step): value for metric, curve in stored.items() for step, value in curve}
    return {
        "killed": killed,
        "in_save": in_save,
        "ended": follower.ended,
        "changed": len(follower.changed),
        "lost": sum(rows.get(key) != value for key, value in follower.points.items()),
        "points": len(follower.points),
        "slowest_resume": max(resumes),
        "resumes": len(resumes),
    }


# --- the test ---


def submit(home: Path, name: str) -> None:
    workspace = Workspace.open(home)
    if not workspace.datasets():
        add_random_dataset(workspace, "noise", (8, 8, 1), tuple("abcdefgh"))
    pipeline = training_pipeline("noise", MODEL, TRAINING)
    workspace.submit(pipeline, name=name)
    workspace.close()


def drill(home: Path, name: str, kills: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills.test_kill_training", str(home), name, str(kills)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.drill
def test_a_training_killed_anywhere_ends_with_the_same_weights(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    submit(home, "whole")
    whole = drill(home, "whole", 0)
    submit(home, "killed")
    found = drill(home, "killed", KILLS)

    assert whole["ended"]
    assert found["ended"]
    assert (found["killed"], found["in_save"]) == (KILLS, KILLS // 2)
    assert found["lost"] == 0, "points that were acknowledged are not in the database"
    assert found["changed"] == 0, "a step was trained twice with another outcome"
    assert KILLS < WHOLE or found["slowest_resume"] <= RESUME_SECONDS
    workspace = Workspace.open(home)
    runs = {name: workspace.run(name) for name in ("whole", "killed")}
    assert {run.status for run in runs.values()} == {"completed"}
    steps = TRAINING.epochs * 60
    for name in runs:
        loss = workspace.curves(name)[1]["loss"]
        assert [step for step, _ in loss] == list(range(1, steps + 1))
    assert weights(workspace, "killed") == weights(workspace, "whole")
    with capsys.disabled():
        print(
            f"\n  {KILLS} kills, {found['in_save']} inside a save, in {time.monotonic() - began:.0f} s: 0 of "
            f"{found['points']:,} acknowledged points lost, none trained twice differently, the slowest of "
            f"{found['resumes']} resumes after {found['slowest_resume']:.1f} s, the same weights bit for bit"
        )
    shutil.rmtree(home)


def weights(workspace: Workspace, name: str) -> bytes:
    """Return the exported model, which holds the weights and nothing of the time they were made at."""
    return workspace.artifacts.read(workspace.run_artifacts(name)["model.tflite"].digest)


if __name__ == "__main__":
    print(json.dumps(kill_often(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
