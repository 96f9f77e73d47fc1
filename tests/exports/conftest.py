"""Versions to export, and the samples as they come back."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.dataset import (
    KEPT,
    SPLIT_NAMES,
    UNLABELLED,
    DatasetManifest,
    SplitConfig,
    count_classes,
)
from studio.core.exports import EXPORT_FORMATS
from studio.core.names import check_class_name
from studio.core.samples import Texts
from studio.core.sources import parse_source
from studio.exports import Content, write_export
from studio.sources import Places, Source, open_source
from studio.tables import ExportedRows, frame_of_columns

SIDE = 8
"""Of pictures, the smallest that sources make."""
ODD_NAMES = [
    "cat",
    "Cat",
    "a/b",
    "a%2Fb",
    "..",
    ".hidden",
    "=1+1",
    "@home",
    "two words",
    "dot.",
    "CON",
    "nul.txt",
    "train",
    "Test",
    "images",
    "\u00fcber",
    "u\u0308ber",
    "\u732b",
    "\U0001f431",
    'O\'Brien "x", y: #1 & <z>',
    "a\\b",
    "50 %",
    "null",
    "-1",
    "7",
    "/" * 60,
    "\u732b" * 100,
]


def quiet(done: int, total: int, unit: str, message: str) -> None:
    """A Progress for tests that do not look at it."""


def make_content(
    samples: NDArray[np.uint8] | Sequence[str],
    labels: Sequence[int],
    class_names: Sequence[str] = ("cat", "dog"),
    *,
    split: Sequence[int] | None = None,
    state: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    boxes: Sequence[Sequence[float]] = (),
    tags: Sequence[Sequence[int]] = (),
    spans: Sequence[Sequence[int]] = (),
    attribution: str = "",
) -> Content:
    """Return a version as the workspace would open it; by default all samples are to train on."""
    count = len(labels)
    codes = np.array([0] * count if split is None else split, np.uint8)
    kept = np.ones(count, bool) if state is None else np.array(state) == KEPT
    array = np.array(labels, np.int32)
    images = isinstance(samples, np.ndarray)
    manifest = DatasetManifest(
        task="images" if images else "text",
        samples="0" * 64,
        labels="1" * 64,
        split="2" * 64,
        class_names=tuple(class_names),
        shape=samples.shape[1:] if images else (0, 0, 0),
        count=count,
        class_counts=count_classes(array[kept], len(class_names)),
        split_counts=tuple(np.bincount(codes[kept], minlength=3).tolist()),
        split_config=SplitConfig(),
        source={"kind": "test"},
        attribution=attribution,
    )
    return Content(
        title="pets:3",
        manifest=manifest,
        samples=samples if images else Texts.of(samples),
        labels=array,
        split=codes,
        state=None if state is None else np.array(state, np.uint8),
        names=None if names is None else Texts.of(names),
        boxes=np.array(boxes, np.float64).reshape(-1, 6),
        tags=np.array(tags, np.int32).reshape(-1, 2),
        spans=np.array(spans, np.int64).reshape(-1, 4),
    )


def as_rows(content: Content) -> Content:
    """Return texts as the rows of a table, with their classes in a column."""
    everything = np.arange(content.manifest.count)
    columns = {"text": list(content.samples), "target": content.classes_of(everything)}
    manifest = content.manifest.model_copy(update={"task": "table", "target": "target"})
    return replace(content, manifest=manifest, table=ExportedRows(frame_of_columns(columns)))


def pictures(count: int, channels: int = 1, side: int = SIDE, seed: int = 0) -> NDArray[np.uint8]:
    """Return random pictures; the first pixel is the picture's number, by which it is known again."""
    shape = (count, side, side, channels)
    found = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    found[:, 0, 0, 0] = np.arange(count)
    return found


def export(content: Content, format_name: str, folder: Path) -> Path:
    """Write the version into a folder, and return the file."""
    target = folder / f"export{EXPORT_FORMATS[format_name].suffix}"
    write_export(content, format_name, target, quiet)
    return target


def members(path: Path) -> dict[str, bytes]:
    """Return what is in a zip, every checksum of it looked at."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@dataclass
class Sample:
    """A sample as it was, or as it came back."""

    content: bytes | str
    class_name: str | None
    part: str | None
    boxes: list[tuple[str, list[float]]]


def expected(content: Content) -> dict[int, Sample]:
    """Return the kept samples by their numbers."""
    names = content.manifest.class_names
    found = {}
    for rows in content.rows():
        for row in rows.tolist():
            sample = content.samples[row]
            label = int(content.labels[row])
            found[row] = Sample(
                sample if isinstance(sample, str) else sample.tobytes(),
                None if label < 0 else names[label],
                SPLIT_NAMES[content.split[row]],
                [(names[int(box[1])], box[2:].tolist()) for box in content.boxes if box[0] == row],
            )
    return found


def opened(path: Path, kind: str, **settings: Any) -> Source:
    """Open a file as the workspace would, when somebody imports it."""
    spec = parse_source({"kind": kind, "path": str(path), **settings})
    places = Places(data=path.parent, cache=path.parent / "cache", uploads=path.parent / "uploads")
    return open_source(spec, places=places, progress=quiet)


def imported(path: Path, kind: str, **settings: Any) -> list[Sample]:
    """Return the samples that a source of the studio reads from a file."""
    source = opened(path, kind, **settings)
    found = []
    for chunk in source.chunks():
        for row in range(len(chunk)):
            sample, label = chunk.samples[row], int(chunk.labels[row])
            boxes = [] if chunk.boxes is None else chunk.boxes[chunk.boxes[:, 0] == row]
            code = 255 if chunk.split is None else int(chunk.split[row])
            found.append(
                Sample(
                    sample if isinstance(sample, str) else sample.tobytes(),
                    None if label < 0 else source.class_names[label],
                    None if code == 255 else SPLIT_NAMES[code],
                    [(source.class_names[int(box[1])], box[2:].tolist()) for box in boxes],
                )
            )
    return found


def by_number(samples: list[Sample]) -> dict[int, Sample]:
    """Return pictures made by `pictures` by their numbers."""
    return {sample.content[0]: sample for sample in samples}


CLASS_NAMES = st.sampled_from(ODD_NAMES) | st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8
).map(str.strip).filter(lambda name: bool(name) and name.isprintable()).map(check_class_name)
PARTS = st.integers(0, len(SPLIT_NAMES) - 1)
STATES = st.sampled_from([0, 0, 0, 1, 2])
LENGTHS = st.floats(0.01, 1)
PLACES = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)


@st.composite
def boxes_of_one(draw: st.DrawFn, row: int, classes: int) -> list[list[float]]:
    """Some boxes of a sample, often at the edge of the picture."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        label = draw(st.integers(0, classes - 1))
        width, height = draw(LENGTHS), draw(LENGTHS)
        left, top = draw(PLACES) * (1 - width), draw(PLACES) * (1 - height)
        found.append([row, label, left, top, width, height])
    return found


@st.composite
def picture_contents(draw: st.DrawFn, boxes: bool = False) -> Content:
    """A version of pictures: grey or rgb, some without a class, some not kept, parts that may be empty.

    With boxes, a sample that has some has the class they share, and none where they differ.
    """
    names = draw(st.lists(CLASS_NAMES, min_size=1, max_size=4, unique=True))
    count = draw(st.integers(1, 8))
    labels = draw(st.lists(st.integers(UNLABELLED, len(names) - 1), min_size=count, max_size=count))
    found: list[list[float]] = []
    for row in range(count if boxes else 0):
        here = draw(boxes_of_one(row, len(names)))
        classes = {int(box[1]) for box in here}
        if here:
            labels[row] = classes.pop() if len(classes) == 1 else UNLABELLED
        found += here
    return make_content(
        pictures(count, draw(st.sampled_from([1, 3])), seed=draw(st.integers(0, 99))),
        labels,
        names,
        split=draw(st.lists(PARTS, min_size=count, max_size=count)),
        state=draw(st.none() | _one_kept(count)),
        names=draw(st.none() | st.just([f"{row}.jpg" for row in range(count)])),
        boxes=found,
    )


@st.composite
def text_contents(draw: st.DrawFn) -> Content:
    """A version of texts, any characters in them."""
    names = draw(st.lists(CLASS_NAMES, min_size=1, max_size=4, unique=True))
    words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
    odd = st.sampled_from(
        [
            "=1+1",
            '"quoted", and',
            "two\nlines",
            "\ttab",
            "'=1",
            "a\r\nb",
            "\u2028",
            "a\0b",
            "+\u00fc",
        ]
    )
    texts = draw(st.lists((words | odd).filter(str.strip), min_size=1, max_size=8))
    count = len(texts)
    return make_content(
        texts,
        draw(st.lists(st.integers(UNLABELLED, len(names) - 1), min_size=count, max_size=count)),
        names,
        split=draw(st.lists(PARTS, min_size=count, max_size=count)),
        state=draw(st.none() | _one_kept(count)),
        names=draw(st.none() | st.just([f"{row}.txt" for row in range(count)])),
    )


def _one_kept(count: int) -> st.SearchStrategy[list[int]]:
    return st.lists(STATES, min_size=count, max_size=count).filter(lambda states: KEPT in states)


@pytest.fixture
def pets() -> Content:
    """Eight pictures of two classes in all three parts, one without a class, two not kept, three boxes."""
    return make_content(
        pictures(8),
        [0, 1, 0, 1, -1, 0, 1, 0],
        split=[0, 0, 1, 2, 0, 2, 1, 0],
        state=[0, 0, 0, 0, 0, 1, 2, 0],
        names=[f"album/{row}.jpg" for row in range(8)],
        boxes=[
            [0, 0, 0.25, 0.5, 0.5, 0.25],
            [3, 1, 0.0, 0.0, 0.5, 1.0],
            [3, 1, 0.5, 0.5, 0.5, 0.5],
        ],
        attribution="Drawn by everybody, CC BY 4.0.",
    )


@pytest.fixture
def reviews() -> Content:
    """Five texts of two classes, one without, one removed."""
    return make_content(
        ["fine", "=cmd()", 'so "so", really', "gr\u00fcn\nand blue", "gone"],
        [1, 0, 0, -1, 1],
        ["=bad", "good"],
        split=[0, 2, 0, 2, 0],
        state=[0, 0, 0, 0, 2],
    )
