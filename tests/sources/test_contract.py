"""What holds for every source, whatever it reads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.dataset import EXCLUDED, SPLIT_NAMES, UNLABELLED
from studio.core.errors import Cancelled
from studio.core.sources import SOURCES, parse_source
from studio.sources import Chunk, Places, Progress, Source, open_source
from tests.sources.conftest import Mirror, quiet
from tests.sources.kinds import KINDS, Kit, Setup


@pytest.fixture(params=KINDS)
def setup(
    request: pytest.FixtureRequest,
    places: Places,
    tmp_path: Path,
    upload: Callable[[dict[str, bytes]], str],
    mirror: Mirror,
) -> Setup:
    """A source with its data."""
    folder = tmp_path / "given"
    folder.mkdir()
    return KINDS[request.param](Kit(places, folder, upload, mirror))


def opened(setup: Setup, progress: Progress = quiet, **changes: object) -> Source:
    spec = parse_source(setup.spec | changes)
    return open_source(spec, places=setup.places, progress=progress)


def read(setup: Setup, **changes: object) -> tuple[list[Chunk], dict[str, Any]]:
    source = opened(setup, **changes)
    return list(source.chunks()), source.facts


def labels_of(chunks: list[Chunk]) -> np.ndarray:
    return np.concatenate([chunk.labels for chunk in chunks])


def assert_same(chunks: list[Chunk], others: list[Chunk]) -> None:
    """Two runs give the same chunks, in everything but the cursors."""
    for chunk, other in zip(chunks, others, strict=True):
        assert type(chunk.samples) is type(other.samples)
        for field in ("samples", "labels", "split", "boxes"):
            np.testing.assert_array_equal(getattr(chunk, field), getattr(other, field))
        assert chunk.names == other.names


def test_every_kind_of_source_is_here(
    places: Places, tmp_path: Path, upload: Callable[[dict[str, bytes]], str], mirror: Mirror
) -> None:
    kinds = set()
    for name, set_up in KINDS.items():
        (tmp_path / name).mkdir()
        kinds.add(set_up(Kit(places, tmp_path / name, upload, mirror)).spec["kind"])
    assert kinds == set(SOURCES) - {"table", "seabirds"}  # read whole, by studio.tables


def test_chunks_have_the_announced_shape_and_types(setup: Setup) -> None:
    source = opened(setup)
    chunks = list(source.chunks())
    for chunk in chunks:
        assert 0 < len(chunk) <= 4096
        assert chunk.labels.dtype == np.int32
        assert chunk.labels.shape == (len(chunk),)
        assert chunk.labels.min() >= UNLABELLED
        assert chunk.labels.max() < len(source.class_names)
        if isinstance(chunk.samples, list):
            assert (source.task, source.shape) == ("text", (0, 0, 0))
            assert len(chunk.samples) == len(chunk)
            assert all(type(text) is str and text for text in chunk.samples)
            assert sum(len(text.encode("utf-8", "replace")) for text in chunk.samples) <= 2**25
        else:
            assert source.task == "images"
            assert chunk.samples.dtype == np.uint8
            assert chunk.samples.shape == (len(chunk), *source.shape)
            assert chunk.samples.nbytes <= 2**25
    total = sum(len(chunk) for chunk in chunks)
    skipped = source.facts.get("skipped", {"count": 0})["count"]
    assert source.count - skipped <= total <= source.count
    assert len(set(source.class_names)) == len(source.class_names)
    assert set(labels_of(chunks).tolist()) - {UNLABELLED} == set(range(len(source.class_names)))


def test_names_parts_and_boxes_have_the_announced_shape(setup: Setup) -> None:
    source = opened(setup)
    chunks = list(source.chunks())
    assert len({chunk.names is None for chunk in chunks}) == 1
    assert len({chunk.split is None for chunk in chunks}) == 1
    for chunk in chunks:
        if chunk.names is not None:
            assert len(chunk.names) == len(chunk)
            assert all(type(name) is str for name in chunk.names)
        if chunk.split is not None:
            assert chunk.split.dtype == np.uint8
            assert chunk.split.shape == (len(chunk),)
            assert set(chunk.split.tolist()) <= {*range(len(SPLIT_NAMES)), EXCLUDED}
        if chunk.boxes is not None:
            assert chunk.boxes.dtype == np.float64
            assert chunk.boxes.ndim == 2
            assert chunk.boxes.shape[1] == 6
            rows, classes = chunk.boxes[:, 0].tolist(), chunk.boxes[:, 1].tolist()
            assert rows == sorted(rows)
            assert set(rows) <= set(range(len(chunk)))
            assert set(classes) <= set(range(len(source.class_names)))
            assert chunk.boxes[:, 2:].min() >= 0
            assert (chunk.boxes[:, 2:4] + chunk.boxes[:, 4:]).max() <= 1 + 1e-9


def test_the_files_own_parts_are_left_unsaid_when_asked(setup: Setup) -> None:
    if "own_split" not in type(parse_source(setup.spec)).model_fields:
        chunks, _ = read(setup)
    else:
        chunks, _ = read(setup, own_split=False)
    assert all(chunk.split is None or set(chunk.split) == {EXCLUDED} for chunk in chunks)


def test_chunks_belong_to_the_caller(setup: Setup) -> None:
    before, _ = read(setup)
    source = opened(setup)
    for chunk in source.chunks():
        chunk.labels[:] = 0
        for array in (chunk.samples, chunk.split, chunk.boxes):
            if isinstance(array, np.ndarray):
                array[:] = 0
            elif array is not None:
                array.clear()
    assert_same(before, list(source.chunks()))


def test_second_run_and_second_opening_give_the_same(setup: Setup) -> None:
    source = opened(setup, unlabelled_share=0.3, seed=5)
    first, second = list(source.chunks()), list(source.chunks())
    assert_same(first, second)
    third, facts = read(setup, unlabelled_share=0.3, seed=5)
    assert_same(first, third)
    assert facts == source.facts


def test_an_interrupted_run_goes_on_behind_any_chunk(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opened(setup, unlabelled_share=0.3, seed=5)
    for module in ("base", "labelstudio"):
        length = max(1, whole.count // 5)
        monkeypatch.setattr(f"studio.sources.{module}.CHUNK_SAMPLES", length)
    chunks = list(whole.chunks())
    assert len(chunks) >= 5
    for done, chunk in enumerate(chunks, 1):
        source = opened(setup, unlabelled_share=0.3, seed=5)
        cursor = json.loads(json.dumps(chunk.cursor))
        rest = list(source.chunks(cursor))
        assert_same(chunks[done:], rest)
        assert [one.cursor for one in rest] == [one.cursor for one in chunks[done:]]
        assert source.facts == whole.facts


def test_fingerprint_changes_with_what_would_be_read(setup: Setup) -> None:
    source = opened(setup)
    assert source.fingerprint == opened(setup).fingerprint
    list(source.chunks())
    assert source.fingerprint == opened(setup).fingerprint
    if setup.change is not None:
        setup.change()
        assert source.fingerprint != opened(setup).fingerprint


def test_seed_decides_who_loses_the_label(setup: Setup) -> None:
    all_labels = labels_of(read(setup)[0])
    chunks, facts = read(setup, unlabelled_share=0.25, seed=1)
    labels, others = labels_of(chunks), labels_of(read(setup, unlabelled_share=0.25, seed=2)[0])
    hidden = labels == UNLABELLED
    assert not np.array_equal(hidden, others == UNLABELLED)
    assert hidden.sum() == facts["unlabelled"]
    assert abs(hidden.sum() - 0.25 * len(labels)) <= 2  # skipped and top-level pictures
    np.testing.assert_array_equal(labels[~hidden], all_labels[~hidden])


def test_share_of_one_hides_every_label(setup: Setup) -> None:
    chunks, facts = read(setup, unlabelled_share=1.0)
    labels = labels_of(chunks)
    assert set(labels.tolist()) == {UNLABELLED}
    assert facts["unlabelled"] == facts["samples"] == len(labels)


def test_facts_can_be_stored(setup: Setup) -> None:
    chunks, facts = read(setup)
    assert json.loads(json.dumps(facts)) == facts
    assert facts["samples"] == len(labels_of(chunks))
    for key in ("kind", "path", "upload"):
        if key in setup.spec:
            assert facts[key] == setup.spec[key]
    skipped = facts.get("skipped", {"count": 0, "files": []})
    assert (skipped["count"] > 0) == bool(skipped["files"])
    assert all(entry["file"] and entry["reason"] for entry in skipped["files"])


def test_progress_rises_within_a_unit_and_arrives(setup: Setup) -> None:
    seen: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, unit: str, message: str) -> None:
        assert message
        seen.append((done, total, unit))

    source = opened(setup, progress)
    reports = len(seen)
    for _ in source.chunks():
        pass
    assert seen[-1] == (source.count, source.count, "samples")
    for phase in (seen[:reports], seen[reports:]):
        for unit in ("bytes", "samples"):
            done = [done for done, _, given in phase if given == unit]
            assert done == sorted(done)
            assert all(done <= total for done, total, given in phase if given == unit)


def test_cancel_is_heard_at_any_report(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.sources.base.PACE", 0.0)
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    list(opened(setup, count).chunks())
    for limit in {1, 2, calls // 2}:  # waiting reports by the clock: the number is not quite fixed
        shutil.rmtree(setup.places.cache, ignore_errors=True)
        left = limit

        def stop(*_: object) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                raise Cancelled("Stopped.", "You asked for it.", "Start again.")

        with pytest.raises(Cancelled):
            list(opened(setup, stop).chunks())
    read(setup)  # nothing half is in the way


def test_giving_up_midway_leaves_no_thread_waiting(setup: Setup) -> None:
    chunks = opened(setup).chunks()
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
