"""Small datasets with everything in them, and steps carried out on them without a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import RunSpec
from studio.compute.context import Context, Data
from studio.compute.events import EventReader, EventWriter
from studio.compute.folder import RunFolder
from studio.compute.node_events import NodeEvents
from studio.compute.steps import STEPS
from studio.core.control import RunControl
from studio.core.dataset import EXCLUDED, KEPT, DatasetManifest, SplitConfig
from studio.core.events import Event
from studio.core.pipeline import Pipeline
from studio.workspace import Artifacts
from studio.workspace.manifest import recount
from studio.workspace.marks import open_marks, with_marks


@dataclass
class Bench:
    """A folder in which steps are carried out."""

    home: Path

    def __post_init__(self) -> None:
        self.artifacts = Artifacts(self.home / "artifacts")
        self.folder = RunFolder.of(self.home, "bench")
        self.folder.path.mkdir(parents=True)
        self.emit = EventWriter(self.folder.events)

    def context(self, pipeline: Pipeline, control: RunControl | None = None) -> Context:
        """Return what steps of a pipeline work with."""
        spec = RunSpec(
            run="bench",
            pipeline=pipeline,
            artifacts=str(self.artifacts.root),
            data="",
            cache=str(self.home / "cache"),
            uploads="",
        )
        asked = control or RunControl()
        emit = NodeEvents(self.emit, "node", "")
        return Context(spec, self.folder, self.artifacts, emit, lambda: asked)

    def step(
        self,
        component: str,
        inputs: dict[str, Any],
        control: RunControl | None = None,
        **params: Any,
    ) -> dict[str, Any]:
        """Return the outputs of one node."""
        pipeline = Pipeline().add("node", component, **params)
        context = self.context(pipeline, control)
        return STEPS[component](context, pipeline.node("node"), inputs)

    def made(self, component: str, data: Data, **params: Any) -> Data:
        """Return what a component makes of one dataset."""
        found: Data = self.step(component, {"dataset": data}, **params)["dataset"]
        check(self, found)
        return found

    def said(self) -> list[Event]:
        """Return everything that was said so far."""
        events: list[Event] = []
        reader = EventReader(self.folder.events)
        while more := reader.read(events[-1].seq if events else 0):
            events += more
        return events

    def open(self, digest: str) -> NDArray[Any]:
        """Return an array."""
        return np.asarray(self.artifacts.open_array(digest))


@dataclass(frozen=True)
class Row:
    """All that is known of one sample."""

    content: Any
    class_name: str | None
    part: int
    strokes: str
    marks: tuple[tuple[Any, ...], ...]


def pictures(
    bench: Bench,
    seed: int,
    count: int = 20,
    classes: int = 3,
    *,
    shape: tuple[int, int, int] = (4, 5, 1),
    states: bool = True,
    own_split: bool = True,
    prefix: str = "s",
    class_prefix: str = "c",
) -> Data:
    """Return pictures with names, strokes, boxes and tags, some unlabelled and some not kept; two are the same."""
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, 256, (count, *shape)).astype(np.uint8)
    samples[-1] = samples[0]
    labels = rng.integers(-1, classes, count).astype(np.int32)
    labels[0] = 0
    tagged = np.flatnonzero(labels < 0)[::2]
    pairs = [(row, number) for row in tagged for number in range(min(2, classes))]
    tags = np.array(pairs, np.int32).reshape(-1, 2)
    marked = np.sort(rng.integers(0, count, count // 2))
    corner = rng.uniform(0, 0.5, (len(marked), 4))
    boxes = np.column_stack([marked, rng.integers(0, classes, len(marked)), corner])
    state = rng.choice([0, 0, 0, 1, 2], count).astype(np.uint8)
    state[0] = KEPT
    codes = rng.integers(0, 3, count).astype(np.uint8)
    codes[0] = 0
    artifacts = bench.artifacts
    digest = artifacts.put_array(samples, "samples.npy").digest
    manifest = DatasetManifest(
        samples=digest,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        state=artifacts.put_array(state, "state.npy").digest if states else "",
        names=artifacts.put_texts([f"{prefix}{row}" for row in range(count)], "names"),
        strokes=artifacts.put_texts([f"[[[{row}],[1]]]" for row in range(count)], "strokes"),
        class_names=tuple(f"{class_prefix}{number}" for number in range(classes)),
        shape=shape,
        count=count,
        class_counts=(),
        split_counts=(0, 0, 0),
        split_config=SplitConfig(),
        source={"kind": "test"},
    )
    manifest = with_marks(artifacts, manifest, "tags", tags)
    manifest = with_marks(artifacts, manifest, "boxes", boxes)
    manifest = recount(manifest, labels, codes, state if states else None)
    other = rng.integers(0, 3, count).astype(np.uint8)
    other[0] = 0
    return Data(f"{prefix}:1", manifest, other if own_split else None)


def texts(bench: Bench, words: list[str], classes: int = 2) -> Data:
    """Return texts, by turns of each class and of each part; one of them with a span."""
    artifacts, count = bench.artifacts, len(words)
    labels = (np.arange(count) % classes).astype(np.int32)
    codes = (np.arange(count) % 3).astype(np.uint8)
    manifest = DatasetManifest(
        task="text",
        samples=artifacts.put_texts(words, "texts"),
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        class_names=tuple(f"c{number}" for number in range(classes)),
        shape=(0, 0, 0),
        count=count,
        class_counts=(),
        split_counts=(0, 0, 0),
        split_config=SplitConfig(),
        source={"kind": "test"},
    )
    manifest = with_marks(artifacts, manifest, "spans", np.array([[0, 0, 0, 1]]))
    return Data("texts:1", recount(manifest, labels, codes, None))


def rows_of(bench: Bench, data: Data) -> dict[str, list[Row]]:
    """Return name -> what is known of the kept samples of that name; of rows and texts the number is the name."""
    manifest, artifacts = data.manifest, bench.artifacts
    labels = bench.open(manifest.labels)
    codes = bench.open(manifest.split) if data.codes is None else np.asarray(data.codes)
    state = bench.open(manifest.state) if manifest.state else np.zeros(manifest.count)
    samples: Any = artifacts.open_samples(manifest.samples)
    names: Any = artifacts.open_samples(manifest.names) if manifest.names else None
    strokes: Any = artifacts.open_samples(manifest.strokes) if manifest.strokes else None
    marks: dict[int, list[tuple[Any, ...]]] = {}
    for kind in ("boxes", "tags", "spans"):
        for mark in open_marks(artifacts, manifest, kind).tolist():  # type: ignore[arg-type]
            told = (kind, manifest.class_names[int(mark[1])], *(round(v, 6) for v in mark[2:]))
            marks.setdefault(int(mark[0]), []).append(told)
    found: dict[str, list[Row]] = {}
    for row in np.flatnonzero(state == KEPT).tolist():
        content = samples[row]
        found.setdefault(names[row] if names else str(row), []).append(
            Row(
                content if isinstance(content, str) else content.tobytes(),
                None if labels[row] < 0 else manifest.class_names[labels[row]],
                int(codes[row]),
                strokes[row] if strokes else "",
                tuple(marks.get(row, [])),
            )
        )
    return found


def check(bench: Bench, data: Data) -> None:
    """Check that a dataset's arrays fit to each other, and its counts to them."""
    manifest = data.manifest
    labels, codes = bench.open(manifest.labels), bench.open(manifest.split)
    assert (labels.dtype, codes.dtype) == (np.int32, np.uint8)
    assert labels.shape == codes.shape == (manifest.count,)
    state = bench.open(manifest.state) if manifest.state else np.zeros(manifest.count, np.uint8)
    assert state.shape == (manifest.count,)
    if manifest.task != "table":
        assert len(bench.artifacts.open_samples(manifest.samples)) == manifest.count
    for digest in filter(None, (manifest.names, manifest.strokes)):
        assert len(bench.artifacts.open_samples(digest)) == manifest.count
    if manifest.task == "images":
        samples = bench.artifacts.open_samples(manifest.samples)
        assert samples.shape == (manifest.count, *manifest.shape)  # type: ignore[union-attr]
    kept = state == KEPT
    assert labels.max(initial=-1) < len(manifest.class_names)
    counted = np.bincount(labels[kept & (labels >= 0)], minlength=len(manifest.class_names))
    assert manifest.class_counts == tuple(counted.tolist())
    assert manifest.split_counts == tuple(np.bincount(codes[kept], minlength=3).tolist())
    assert EXCLUDED not in codes
    assert manifest.kept == np.count_nonzero(kept)
    for kind, count in (
        ("boxes", manifest.box_count),
        ("tags", manifest.tag_count),
        ("spans", manifest.span_count),
    ):
        marks = open_marks(bench.artifacts, manifest, kind)  # type: ignore[arg-type]
        assert len(marks) == count
        assert (np.diff(marks[:, 0]) >= 0).all()
        if len(marks):
            assert marks[:, 0].max() < manifest.count
            assert 0 <= marks[:, 1].min() <= marks[:, 1].max() < len(manifest.class_names)
