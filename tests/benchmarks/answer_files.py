"""Work with files of answers, each in a process of its own: `python -m tests.benchmarks.answer_files WORK ...`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.children import Memory


def prepare(home: str, kind: str, count: str) -> dict[str, Any]:
    """Make a session about noise, and a file of answers about every sample, then import it."""
    from studio.core.dataset import DatasetManifest, SplitConfig, split_codes
    from studio.core.label_session import parse_session
    from studio.store.columns import Column
    from studio.workspace import Workspace
    from studio.workspace.manifest import split_counts

    number = int(count)
    workspace = Workspace.open(home)
    draft = Path(home) / "samples.draft"
    column = Column(draft, np.uint8, (8, 8, 1))
    for _ in range(0, number, 10_000):
        column.append(np.zeros((min(10_000, number - column.rows), 8, 8, 1), np.uint8))
    column.finish()
    column.close()
    codes = split_codes(number, SplitConfig())
    labels = np.full(number, -1, np.int32)
    manifest = DatasetManifest(
        samples=workspace.artifacts.adopt(draft, "samples.npy").digest,
        labels=workspace.artifacts.put_array(labels, "labels.npy").digest,
        split=workspace.artifacts.put_array(codes, "split.npy").digest,
        class_names=(),
        shape=(8, 8, 1),
        count=number,
        class_counts=(),
        split_counts=split_counts(codes),
        split_config=SplitConfig(),
        source={"kind": "noise"},
    )
    workspace.record_dataset("large", manifest, author="bench", message="")
    classes = [{"name": name} for name in "abcdefghij"]
    config = {"name": "s", "dataset": "large", "answer": kind, "classes": classes}
    workspace.create_session(parse_session(config))
    path = Path(home) / "answers.jsonl"
    with path.open("w") as file:
        for item in range(number):
            name = "abcdefghij"[item % 10]
            box = {"class_name": name, "left": 0.25, "top": 0.5, "width": 0.25, "height": 0.25}
            said = {"classes": [name]} if kind == "single" else {"boxes": [box, box]}
            file.write(json.dumps({"item": item, **said}) + "\n")

    def act() -> None:
        workspace.import_answers("s", path, "jsonl", annotator="ann")

    return measured(act, path)


def measured(act: Callable[[], Any], path: Path) -> dict[str, Any]:
    """Return seconds, growth and drift of an act, and the size of the file."""
    with Memory() as memory:
        start = time.perf_counter()
        act()
        seconds = time.perf_counter() - start
    return {
        "seconds": seconds,
        "growth": memory.growth,
        "drift": memory.drift,
        "bytes": path.stat().st_size,
    }


def export(home: str, format_name: str) -> dict[str, Any]:
    """Export the session."""
    from studio.workspace import Workspace

    workspace = Workspace.open(home)
    path = Path(home) / f"out.{format_name}"
    workspace.session("s")
    return measured(lambda: workspace.export_answers("s", format_name, path), path)


def read(home: str, format_name: str) -> dict[str, Any]:
    """Read the exported file again, as the check before an import does."""
    from studio.sources.answers import Fault, KnownSamples, read_answers
    from studio.workspace import Workspace
    from studio.workspace.datasets import silent

    workspace = Workspace.open(home)
    version = workspace.dataset("large", 1)
    samples = KnownSamples("large:1", version.count, "images", version.shape, None, None)
    path = Path(home) / f"out.{format_name}"

    def act() -> None:
        count = 0
        for said in read_answers(path, format_name, samples, silent):
            assert not isinstance(said, Fault)
            count += 1
        assert count == version.count

    return measured(act, path)


def publish(home: str) -> dict[str, Any]:
    """Make a version of what counts."""
    from studio.workspace import Workspace

    workspace = Workspace.open(home)
    return measured(lambda: workspace.publish_session("s"), Path(home) / "studio.db")


WORKS: dict[str, Callable[..., dict[str, Any]]] = {
    work.__name__: work for work in (prepare, export, read, publish)
}

if __name__ == "__main__":
    print(json.dumps(WORKS[sys.argv[1]](*sys.argv[2:])))
