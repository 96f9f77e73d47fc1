"""Work measured in a process of its own: `python -m tests.benchmarks.children WORK ...`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_SECONDS = 0.02


def resident() -> int:
    """Return the bytes of memory this process has now, mapped files included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Memory:
    """Watches how much memory the process has while something runs: how it grows, and whether it stays flat."""

    def __enter__(self) -> Memory:
        """Begin to watch."""
        self.before = resident()
        self.seen: list[int] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()
        self.seen.append(resident())

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self.seen.append(resident())

    @property
    def growth(self) -> int:
        """Most bytes above the beginning."""
        return max(self.seen) - self.before

    @property
    def drift(self) -> int:
        """Most bytes of the last third above the most of the middle third: small where memory is flat."""
        third = max(1, len(self.seen) // 3)
        return max(self.seen[-third:]) - max(self.seen[third : 2 * third] or self.seen)


def run(work: str, *arguments: object) -> dict[str, Any]:
    """Carry out one of the works below in a new process, and return what it measured."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.children", work, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def import_source(home: str, spec: str) -> dict[str, Any]:
    """Import a source, given as JSON, into a new workspace."""
    from studio.core.sources import parse_source
    from studio.workspace import Workspace

    workspace = Workspace.open(home)
    source = parse_source(json.loads(spec))
    with Memory() as memory:
        start = time.perf_counter()
        version = workspace.add_dataset("bench", source)
        seconds = time.perf_counter() - start
    return {
        "count": version.count,
        "seconds": seconds,
        "growth": memory.growth,
        "drift": memory.drift,
    }


def open_dataset(home: str, name: str) -> dict[str, Any]:
    """Open a workspace and a dataset in it, and read the first page, then others."""
    start = time.perf_counter()
    from studio.workspace import Workspace

    imported = time.perf_counter()
    workspace = Workspace.open(home)
    version = workspace.dataset(name)
    page = workspace.sample_page(version)
    first = time.perf_counter()
    assert len(page.samples) == 200
    times: dict[str, float] = {"import": imported - start, "first": first - imported}
    generator = np.random.default_rng(0)
    looks: dict[str, dict[str, Any]] = {
        "all": {},
        "class": {"class_name": "b"},
        "unlabelled": {"status": "unlabelled"},
        "class in test": {"class_name": "c", "split": "test"},
        "number": {"search": "1234567"},
    }
    for look, filters in looks.items():
        found = []
        for number in range(6):
            if number:  # an answer in between: nothing may live on what was remembered
                workspace.annotate(
                    name,
                    "ann",
                    [_answer(int(generator.integers(version.count)))],
                )
            after = int(generator.integers(version.count // 2)) if look != "number" else -1
            start = time.perf_counter()
            workspace.sample_page(version, after=after, **filters)
            found.append(time.perf_counter() - start)
        times[look] = sorted(found[1:])[2]
    return {**times, "resident": resident()}


def _answer(sample: int) -> Any:
    from studio.core.annotation import AnnotationInput

    return AnnotationInput(op_id=uuid.uuid4().hex, sample=sample, class_name="b")


def train(home: str, name: str, kind: str, steps: str) -> dict[str, Any]:
    """Train the default model for some batches of 256, from memory or from the mapped file."""
    from studio.core.configs import DRAWING_CLASSIFIER
    from studio.core.training import TrainingConfig
    from studio.ml.arrays import TrainingData, load_split
    from studio.ml.train import train as train_model
    from studio.workspace import Workspace
    from tests.benchmarks.silent import Silent

    workspace = Workspace.open(home)
    version = workspace.dataset(name)
    samples, labels, codes = (
        workspace.pictures(version),
        workspace.labels(version),
        workspace.active_split(version),
    )
    if kind == "memory":
        samples, labels, codes = samples[:200_000], labels[:200_000], codes[:200_000]
    split = load_split(samples, labels, codes, 0)
    assert split.in_memory == (kind == "memory")
    data = TrainingData(split, None, len(version.class_names))
    settings = TrainingConfig(epochs=2, batch_size=256, steps_per_epoch=int(steps), keep="last")
    ends: list[float] = []

    class Timed(Silent):
        def metrics(self, points: Any) -> None:
            ends.extend(time.perf_counter() for name, *_ in points if name == "epoch_loss")

    with Memory() as memory:
        train_model(
            DRAWING_CLASSIFIER,
            settings,
            data,
            checkpoints=Path(home) / "checkpoints" / uuid.uuid4().hex,
            emit=Timed(),
        )
    # The first epoch traces the graph; the second is the rate.
    return {
        "rate": int(steps) * 256 / (ends[1] - ends[0]),
        "resident": max(memory.seen),
    }


def read_epoch(home: str, name: str) -> dict[str, Any]:
    """Read a whole pass over the training part, in shuffled batches, from the mapped file."""
    from studio.ml.arrays import load_split
    from studio.workspace import Workspace

    workspace = Workspace.open(home)
    version = workspace.dataset(name)
    with Memory() as memory:
        split = load_split(
            workspace.pictures(version),
            workspace.labels(version),
            workspace.active_split(version),
            0,
        )
        steps = split.steps(256)
        start = time.perf_counter()
        batches = split.stream(256, seed=0)
        total = sum(len(next(batches)[1]) for _ in range(steps))
        seconds = time.perf_counter() - start
    assert total == split.count
    return {"count": total, "seconds": seconds, "resident": max(memory.seen)}


def judge_answers(path: str) -> dict[str, Any]:
    """Judge answers of a `.npy` file, intervals and curves included, and say what its size in memory grew to."""
    from studio.core.judging import HEADLINES, judge
    from studio.core.predictions import Predictions

    answers = np.load(path, mmap_mode="r")
    count, classes = answers.shape
    names = tuple(f"class {number}" for number in range(classes))
    labels = np.load(Path(path).with_name("labels.npy"))
    start, used = time.perf_counter(), time.process_time()
    with Memory() as memory:
        judged = judge(Predictions("d:1", "", names, np.arange(count), labels, answers), k=5)
    facts = judged.facts
    return {
        "seconds": time.perf_counter() - start,
        "processor_seconds": time.process_time() - used,
        "resident": max(memory.seen),
        **{name: facts[name] for name in HEADLINES},
        "average_precision": [row.average_precision for row in facts["per_class"]],
        "roc_auc": [row.roc_auc for row in facts["per_class"]],
        "intervals": facts["intervals"],
    }


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work for work in (import_source, open_dataset, train, read_epoch, judge_answers)
}

if __name__ == "__main__":
    print(json.dumps(WORKS[sys.argv[1]](*sys.argv[2:])))
