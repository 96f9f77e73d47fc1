"""What is done alike for every source: hiding labels, pacing progress, finding places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.dataset import UNLABELLED, Task
from studio.core.errors import Cancelled, InvalidInput, NotFound
from studio.core.sources import FolderSource
from studio.sources import Places
from studio.sources.base import (
    Chunk,
    Paced,
    PartlyLabelled,
    chunk_length,
    one_place,
    upload_folder,
    wait_for,
)
from tests.sources.conftest import quiet


class Sized:
    """A source that yields chunks of given sizes."""

    class_names = ("one",)
    task: Task = "images"
    shape = (1, 1, 1)
    attribution = ""
    fingerprint = "sized"

    def __init__(self, sizes: list[int], count: int) -> None:
        self.sizes, self.count = sizes, count
        self.facts: dict[str, Any] = {"kind": "sized"}

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        for done, size in enumerate(self.sizes):
            if done >= (cursor or 0):
                labels = np.zeros(size, np.int32)
                yield Chunk(np.zeros((size, 1, 1, 1), np.uint8), labels, done + 1)


@given(
    sizes=st.lists(st.integers(1, 300), min_size=1, max_size=8),
    share=st.floats(0, 1),
    seed=st.integers(0, 2**31 - 1),
)
def test_exactly_the_share_loses_its_label(sizes: list[int], share: float, seed: int) -> None:
    source = PartlyLabelled(Sized(sizes, sum(sizes)), share, seed)
    labels = np.concatenate([chunk.labels for chunk in source.chunks()])
    assert np.count_nonzero(labels == UNLABELLED) == round(sum(sizes) * share)
    assert source.facts["unlabelled"] == round(sum(sizes) * share)
    assert source.facts["samples"] == len(labels) == sum(sizes)


@given(
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=5),
    more=st.integers(0, 100),
    share=st.floats(0, 1),
)
def test_fewer_samples_than_announced_are_no_trouble(
    sizes: list[int], more: int, share: float
) -> None:
    source = PartlyLabelled(Sized(sizes, sum(sizes) + more), share, 0)
    labels = np.concatenate([chunk.labels for chunk in source.chunks()])
    assert len(labels) == sum(sizes)
    assert set(labels.tolist()) <= {UNLABELLED, 0}


@given(
    sizes=st.lists(st.integers(1, 300), min_size=1, max_size=8),
    share=st.floats(0, 1),
    data=st.data(),
)
def test_the_same_labels_are_hidden_after_a_break(
    sizes: list[int], share: float, data: st.DataObject
) -> None:
    whole = PartlyLabelled(Sized(sizes, sum(sizes)), share, 3)
    chunks = list(whole.chunks())
    done = data.draw(st.integers(1, len(chunks)))
    cursor = json.loads(json.dumps(chunks[done - 1].cursor))
    again = PartlyLabelled(Sized(sizes, sum(sizes)), share, 3)
    rest = list(again.chunks(cursor))
    assert [chunk.labels.tolist() for chunk in rest] == [
        chunk.labels.tolist() for chunk in chunks[done:]
    ]
    assert again.facts == whole.facts


def test_hidden_labels_are_spread_evenly() -> None:
    source = PartlyLabelled(Sized([1000] * 10, 10_000), 0.3, 7)
    per_chunk = [np.count_nonzero(chunk.labels == UNLABELLED) for chunk in source.chunks()]
    assert sum(per_chunk) == 3000
    assert min(per_chunk) > 240
    assert max(per_chunk) < 360


@given(st.tuples(st.integers(1, 512), st.integers(1, 512), st.sampled_from([1, 3])))
def test_chunks_are_bounded(shape: tuple[int, int, int]) -> None:
    length = chunk_length(shape)
    assert 1 <= length <= 4096
    assert length * np.prod(shape) <= 2**25


def test_paced_progress_passes_few_calls_and_the_last() -> None:
    seen: list[int] = []
    paced = Paced(lambda done, total, unit, message: seen.append(done))
    for done in range(10_001):
        paced(done, 10_000, "samples", "reading")
    assert seen[0] == 0
    assert seen[-1] == 10_000
    assert len(seen) < 100


def test_paced_progress_passes_a_new_unit_at_once() -> None:
    seen: list[str] = []
    paced = Paced(lambda done, total, unit, message: seen.append(unit))
    for unit in ("bytes", "bytes", "samples"):
        paced(0, 5, unit, "working")
    assert seen == ["bytes", "samples"]


def test_waiting_can_be_cancelled() -> None:
    def cancel() -> None:
        raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    never: Future[None] = Future()
    with pytest.raises(Cancelled):
        wait_for(never, cancel)


def test_waiting_ends_with_the_result() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert wait_for(pool.submit(lambda: 5), lambda: None) == 5


@pytest.mark.parametrize("upload", ["../etc", "", "ABC", "a/b", "a" * 65, "..", "\0"])
def test_what_is_no_upload_id_is_refused(tmp_path: Path, upload: str) -> None:
    with pytest.raises(InvalidInput):
        upload_folder(tmp_path, upload)


def test_missing_upload_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="0123abc"):
        upload_folder(tmp_path, "0123abc")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "no place"),
        ({"path": "/", "upload": "00"}, "a path and an upload"),
        ({"upload": "00", "url": "https://example.org/x.zip"}, "an upload and an address"),
        ({"path": "/", "upload": "00", "url": "https://example.org/x.zip"}, "an address"),
    ],
)
def test_exactly_one_place_is_named(places: Places, given: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidInput, match="exactly one") as caught:
        one_place("pictures", FolderSource(**given), places, quiet)
    assert named in caught.value.what


def test_paths_and_uploads_are_found(
    places: Places, tmp_path: Path, upload: Callable[[dict[str, bytes]], str]
) -> None:
    (tmp_path / "way").symlink_to(tmp_path / "cache")
    (tmp_path / "cache").mkdir()
    found = one_place("pictures", FolderSource(path=str(tmp_path / "way")), places, quiet)
    assert found == tmp_path / "cache"
    name = upload({"1.png": b""})
    found = one_place("pictures", FolderSource(upload=name), places, quiet)
    assert found == places.uploads / name


@pytest.mark.parametrize("path", ["", "/no/such/folder", "bad\0name", "~nobody-of-that-name/x"])
def test_missing_path_is_not_found(places: Places, path: str) -> None:
    with pytest.raises(NotFound) as caught:
        one_place("pictures", FolderSource(path=path), places, quiet)
    assert path in caught.value.what
