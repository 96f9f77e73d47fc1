"""Quick, Draw! drawings from folders and uploads; downloads have their own tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.core.sources import QuickDrawSource
from studio.sources import Places, Source, open_source
from studio.sources.npy import Bitmaps
from studio.sources.quickdraw import QuickDraw
from tests.sources.conftest import make_bitmaps, npy_bytes, quiet, write_tree


def numbered(count: int, start: int = 0) -> np.ndarray:
    """Drawings that carry their own number, so that a choice can be recognised."""
    pixels = np.zeros((count, 784), np.uint8)
    pixels[:, :4] = np.arange(start, start + count, dtype=">u4").view(np.uint8).reshape(-1, 4)
    return pixels


def numbers(samples: np.ndarray) -> list[int]:
    return samples.reshape(-1, 784)[:, :4].copy().view(">u4").ravel().tolist()


def opened(places: Places, *categories: str, **settings: Any) -> Source:
    spec = QuickDrawSource(categories=categories, **settings)
    return open_source(spec, places=places, progress=quiet)


def read(source: Source) -> tuple[np.ndarray, np.ndarray]:
    chunks = list(source.chunks())
    samples = np.concatenate([chunk.samples for chunk in chunks])
    return samples, np.concatenate([chunk.labels for chunk in chunks])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {name: npy_bytes(numbered(9000)) for name in ("apple.npy", "hot dog.npy")}
    return write_tree(tmp_path / "bitmaps", files | {"fish.npy": npy_bytes(numbered(30))})


def test_choice_is_random_without_repetition_and_in_file_order(
    places: Places, folder: Path
) -> None:
    samples, labels = read(opened(places, "apple", per_class=5000, folder=str(folder), seed=4))
    chosen = numbers(samples)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == 5000
    assert 4200 < np.mean(chosen) < 4800
    assert set(labels.tolist()) == {0}


def test_seed_decides_the_choice(places: Places, folder: Path) -> None:
    def choose(seed: int) -> list[int]:
        source = opened(places, "apple", per_class=100, folder=str(folder), seed=seed)
        return numbers(read(source)[0])

    assert choose(1) == choose(1)
    assert choose(1) != choose(2)


def test_choice_of_a_category_does_not_depend_on_the_others(places: Places, folder: Path) -> None:
    alone = read(opened(places, "hot dog", per_class=50, folder=str(folder)))[0]
    among = read(opened(places, "apple", "hot dog", per_class=50, folder=str(folder)))[0]
    np.testing.assert_array_equal(alone, among[50:])


def test_classes_keep_the_order_they_were_asked_in(places: Places, folder: Path) -> None:
    source = opened(places, "hot dog", "apple", per_class=10, folder=str(folder))
    assert source.class_names == ("hot dog", "apple")
    assert read(source)[1].tolist() == [0] * 10 + [1] * 10


def test_category_named_twice_is_taken_once(places: Places, folder: Path) -> None:
    assert opened(places, "fish", "fish", folder=str(folder)).class_names == ("fish",)


def test_fewer_than_asked_are_all_taken_and_said(places: Places, folder: Path) -> None:
    source = opened(places, "fish", "apple", per_class=100, folder=str(folder))
    samples, _ = read(source)
    assert source.count == len(samples) == 130
    assert numbers(samples[:30]) == list(range(30))
    assert source.facts["fewer_than_asked"] == ["fish"]
    assert source.facts["categories"]["fish"] == {"taken": 30, "available": 30}
    assert source.facts["categories"]["apple"] == {"taken": 100, "available": 9000}


def test_files_named_as_the_web_page_names_them_are_found(places: Places, tmp_path: Path) -> None:
    name = "full_numpy_bitmap_hot dog.npy"
    folder = write_tree(tmp_path / "downloads", {name: npy_bytes(make_bitmaps(5))})
    assert opened(places, "hot dog", folder=str(folder)).count == 5


def test_upload_of_a_folder_is_read(
    places: Places, upload: Callable[[dict[str, bytes]], str]
) -> None:
    name = upload({"my drawings/cat.npy": npy_bytes(make_bitmaps(5))})
    source = opened(places, "cat", upload=name)
    assert read(source)[0].shape == (5, 28, 28, 1)
    assert source.facts["from"] == "upload"
    assert source.facts["upload"] == name


def test_missing_category_names_what_is_there(places: Places, folder: Path) -> None:
    with pytest.raises(NotFound) as caught:
        opened(places, "pineapple", folder=str(folder))
    assert '"pineapple.npy"' in caught.value.what
    assert "apple, fish, hot dog" in caught.value.why
    assert '"apple"' in caught.value.fix


def test_folder_without_drawings_says_so(places: Places, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match=r"no \.npy files"):
        opened(places, "apple", folder=str(tmp_path / "empty"))


@pytest.mark.parametrize("place", ["", "/no/such/folder", "apple.npy", "/dev/null"])
def test_what_is_no_folder_is_refused(places: Places, folder: Path, place: str) -> None:
    with pytest.raises(StudioError):
        opened(places, "apple", folder=str(folder / place) if place == "apple.npy" else place)


def test_folder_and_upload_at_once_are_refused(places: Places, folder: Path) -> None:
    with pytest.raises(InvalidInput, match="exactly one"):
        opened(places, "apple", folder=str(folder), upload="00")


def test_broken_file_is_refused_before_anything_is_read(places: Places, folder: Path) -> None:
    (folder / "cat.npy").write_bytes(npy_bytes(make_bitmaps(5))[:-1])
    with pytest.raises(InvalidInput, match="cut short"):
        opened(places, "apple", "cat", folder=str(folder))


@given(available=st.integers(1, 60), asked=st.integers(1, 80), seed=st.integers(0, 2**31 - 1))
def test_any_choice_is_a_subset_of_the_right_size(available: int, asked: int, seed: int) -> None:
    files = [Bitmaps(numbered(available), available)]
    source = QuickDraw(("cat",), files, asked, seed, True, {}, quiet)
    chosen = [n for chunk in source.chunks() for n in numbers(np.asarray(chunk.samples))]
    assert len(set(chosen)) == len(chosen) == min(available, asked)
    assert set(chosen) <= set(range(available))


def test_real_drawings_are_read_as_published(places: Places, shared_data: Path) -> None:
    folder = shared_data / "quickdraw"
    categories = sorted(path.stem for path in folder.glob("*.npy"))
    source = opened(places, *categories, per_class=1_000_000, folder=str(folder))
    samples, labels = read(source)
    assert source.count == len(samples) == 30_000
    assert source.class_names == tuple(categories)
    for label, name in enumerate(categories):
        original = np.load(folder / f"{name}.npy").reshape(-1, 28, 28, 1)
        np.testing.assert_array_equal(samples[labels == label], original)
    assert "CC BY 4.0" in source.attribution


def test_real_drawings_are_white_on_black(places: Places, shared_data: Path) -> None:
    source = opened(places, "apple", per_class=500, folder=str(shared_data / "quickdraw"))
    samples, _ = read(source)
    assert samples.max() == 255
    assert samples.mean() < 128
