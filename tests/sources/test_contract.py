"""What holds for every source, whatever it reads."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.dataset import UNLABELLED
from studio.core.errors import Cancelled
from studio.core.sources import parse_source
from studio.sources import Places, open_source
from tests.sources.conftest import (
    Mirror,
    make_bitmaps,
    npy_bytes,
    picture_bytes,
    quiet,
    write_tree,
    write_zip,
)

Spec = dict[str, Any]
Setup = tuple[Spec, Places]

KINDS = (
    "digits",
    "quickdraw-folder",
    "quickdraw-upload",
    "quickdraw-download",
    "folder",
    "rgb-folder",
    "zip",
    "upload",
    "upload-zip",
    "drawings",
)
PICTURES = {
    f"{name}/{index:04}.png": picture_bytes(index % 256, (5 + index % 7, 8))
    for name in ("apple", "pear", "plum")
    for index in range(20)
} | {"unsorted.png": picture_bytes(), "pear/broken.png": b"broken"}


def drawn() -> Iterator[tuple[bytes, int]]:
    for index, row in enumerate(make_bitmaps(5000)):
        yield row.tobytes(), index % 3


@pytest.fixture(params=KINDS)
def setup(
    request: pytest.FixtureRequest,
    places: Places,
    tmp_path: Path,
    upload: Callable[[dict[str, bytes]], str],
    mirror: Mirror,
) -> Setup:
    """The settings of a source, and the places it is found in."""
    kind: str = request.param
    drawings = {f"{name}.npy": npy_bytes(make_bitmaps(6000)) for name in ("apple", "fish")}
    quickdraw = {"kind": "quickdraw", "categories": ["fish", "apple"], "per_class": 5000}
    if kind == "digits":
        return {"kind": "digits"}, places
    if kind == "quickdraw-folder":
        return quickdraw | {"folder": str(write_tree(tmp_path / "npy", drawings))}, places
    if kind == "quickdraw-upload":
        return quickdraw | {"upload": upload(drawings)}, places
    if kind == "quickdraw-download":
        mirror.files = drawings
        return quickdraw, places
    if kind == "folder":
        folder = write_tree(tmp_path / "pictures", PICTURES)
        return {"kind": "folder", "path": str(folder)}, places
    if kind == "rgb-folder":
        folder = write_tree(tmp_path / "pictures", PICTURES)
        return {"kind": "folder", "path": str(folder), "colour": "rgb", "size": 512}, places
    if kind == "zip":
        archive = write_zip(tmp_path / "pictures.zip", PICTURES)
        return {"kind": "folder", "path": str(archive)}, places
    if kind == "upload":
        return {"kind": "folder", "upload": upload(PICTURES)}, places
    if kind == "upload-zip":
        archive = write_zip(tmp_path / "pictures.zip", PICTURES)
        return {"kind": "folder", "upload": upload({"p.zip": archive.read_bytes()})}, places
    found = (("cat", "dog", "cow"), 5000)
    places = dataclasses.replace(
        places, drawings=lambda name: (found[0], drawn(), found[1]) if name == "mine" else None
    )
    return {"kind": "drawings", "collection": "mine"}, places


def read(setup: Setup, **changes: object) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    spec, places = setup
    source = open_source(parse_source(spec | changes), places=places, progress=quiet)
    chunks = list(source.chunks())
    samples = np.concatenate([samples for samples, _ in chunks])
    labels = np.concatenate([labels for _, labels in chunks])
    return samples, labels, source.facts


def test_chunks_have_the_announced_shape_and_types(setup: Setup) -> None:
    spec, places = setup
    source = open_source(parse_source(spec), places=places, progress=quiet)
    total = 0
    for samples, labels in source.chunks():
        assert samples.dtype == np.uint8
        assert labels.dtype == np.int32
        assert samples.shape == (len(labels), *source.shape)
        assert 0 < len(labels) <= 4096
        assert samples.nbytes <= 2**25
        assert labels.min() >= UNLABELLED
        assert labels.max() < len(source.class_names)
        total += len(labels)
    skipped = source.facts.get("skipped", {"count": 0})["count"]
    assert total == source.count - skipped
    assert len(set(source.class_names)) == len(source.class_names)


def test_chunks_belong_to_the_caller(setup: Setup) -> None:
    before, _, _ = read(setup)
    spec, places = setup
    source = open_source(parse_source(spec), places=places, progress=quiet)
    for samples, codes in source.chunks():
        samples[:] = 0
        codes[:] = 0
    again = np.concatenate([samples for samples, _ in source.chunks()])
    np.testing.assert_array_equal(before, again)


def test_second_run_and_second_opening_give_the_same(setup: Setup) -> None:
    spec, places = setup
    spec = spec | {"unlabelled_share": 0.3, "seed": 5}
    source = open_source(parse_source(spec), places=places, progress=quiet)
    first, second = list(source.chunks()), list(source.chunks())
    third = list(open_source(parse_source(spec), places=places, progress=quiet).chunks())
    for one, two, three in zip(first, second, third, strict=True):
        for array, *others in zip(one, two, three, strict=True):
            for other in others:
                np.testing.assert_array_equal(array, other)


def test_seed_decides_who_loses_the_label(setup: Setup) -> None:
    _, all_labels, _ = read(setup)
    _, labels, facts = read(setup, unlabelled_share=0.25, seed=1)
    _, others, _ = read(setup, unlabelled_share=0.25, seed=2)
    hidden = labels == UNLABELLED
    assert not np.array_equal(hidden, others == UNLABELLED)
    assert hidden.sum() == facts["unlabelled"]
    assert abs(hidden.sum() - 0.25 * len(labels)) <= 2  # skipped and top-level pictures
    np.testing.assert_array_equal(labels[~hidden], all_labels[~hidden])


def test_share_of_one_hides_every_label(setup: Setup) -> None:
    _, labels, facts = read(setup, unlabelled_share=1.0)
    assert set(labels.tolist()) == {UNLABELLED}
    assert facts["unlabelled"] == facts["samples"] == len(labels)


def test_facts_can_be_stored(setup: Setup) -> None:
    _, labels, facts = read(setup)
    assert json.loads(json.dumps(facts)) == facts
    assert facts["kind"] == setup[0]["kind"]
    assert facts["samples"] == len(labels)


def test_progress_rises_within_a_unit_and_arrives(setup: Setup) -> None:
    seen: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, unit: str, message: str) -> None:
        assert message
        seen.append((done, total, unit))

    spec, places = setup
    source = open_source(parse_source(spec), places=places, progress=progress)
    opened = len(seen)
    for _ in source.chunks():
        pass
    assert seen[-1] == (source.count, source.count, "samples")
    for phase in (seen[:opened], seen[opened:]):
        for unit in ("bytes", "samples"):
            done = [done for done, _, given in phase if given == unit]
            assert done == sorted(done)
            assert all(done <= total for done, total, given in phase if given == unit)


def test_cancel_is_heard_at_any_report(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.sources.base.PACE", 0.0)
    spec, places = setup
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    list(open_source(parse_source(spec), places=places, progress=count).chunks())
    for limit in {1, 2, calls // 2}:  # waiting reports by the clock: the number is not quite fixed
        shutil.rmtree(places.cache, ignore_errors=True)
        left = limit

        def stop(*_: object) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                raise Cancelled("Stopped.", "You asked for it.", "Start again.")

        with pytest.raises(Cancelled):
            list(open_source(parse_source(spec), places=places, progress=stop).chunks())
    read(setup)  # nothing half is in the way


def test_giving_up_midway_leaves_no_thread_waiting(setup: Setup) -> None:
    spec, places = setup
    chunks = open_source(parse_source(spec), places=places, progress=quiet).chunks()
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
