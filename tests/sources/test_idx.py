"""IDX files, as MNIST has them."""

from __future__ import annotations

import gzip
import resource
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from studio.core.errors import StudioError, TooLarge
from studio.sources import Places, Source
from tests.sources.conftest import make_bitmaps, write_tree, write_zip
from tests.sources.kinds import GZIPPED, MNIST, idx_bytes
from tests.sources.reading import assert_resumes, opened, read, skipped

Upload = Callable[[dict[str, bytes]], str]
FASHION = Path("/usr/share/datasets/fashion-mnist")
GREY = make_bitmaps(6).reshape(6, 28, 28)
LABELS = np.array([4, 0, 4, 9, 0, 0], np.uint8)
PAIR = {"images-idx3-ubyte": idx_bytes(GREY), "labels-idx1-ubyte": idx_bytes(LABELS)}


def loaded(source: Source) -> np.ndarray:
    return np.concatenate([np.asarray(chunk.samples) for chunk in source.chunks()])


def classes(source: Source) -> list[str | None]:
    return [sample.class_name for sample in read(source)]


def parts(source: Source) -> list[str | None]:
    return [sample.part for sample in read(source)]


def refused(places: Places, root: Path, files: dict[str, bytes], **given: Any) -> StudioError:
    with pytest.raises(StudioError) as caught:
        list(opened(places, "idx", write_tree(root / "idx", files), **given).chunks())
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("files", [MNIST, GZIPPED])
@pytest.mark.parametrize("how", ["folder", "upload"])
def test_train_and_test_pairs_are_read(
    places: Places, tmp_path: Path, upload: Upload, files: dict[str, bytes], how: str
) -> None:
    if how == "folder":
        source = opened(places, "idx", write_tree(tmp_path / "mnist", files))
    else:
        source = opened(places, "idx", upload=upload(files))
    assert (source.count, source.shape, source.task) == (60, (9, 7, 1), "images")
    assert source.class_names == ("0", "1", "2")
    assert parts(source) == ["train"] * 40 + ["test"] * 20
    assert classes(source) == [*list("012" * 14)[:40], *list("012" * 7)[:20]]
    offset = 16
    pixels = MNIST["train-images-idx3-ubyte"][offset:] + MNIST["t10k-images-idx3-ubyte"][offset:]
    assert loaded(source).tobytes() == pixels


def test_zip_gives_what_its_folder_gives(places: Places, tmp_path: Path) -> None:
    source = opened(places, "idx", write_zip(tmp_path / "mnist.zip", MNIST))
    plain = opened(places, "idx", write_tree(tmp_path / "mnist", MNIST))
    np.testing.assert_array_equal(loaded(source), loaded(plain))
    assert classes(source) == classes(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz"),
        ("raw/train-images-idx3-ubyte", "raw/train-labels-idx1-ubyte.gz"),
        ("Images.idx", "Labels.idx"),
    ],
)
def test_pairs_find_each_other_by_name(
    places: Places, tmp_path: Path, one: str, other: str
) -> None:
    files = {one: idx_bytes(GREY), other: idx_bytes(LABELS)}
    files = {n: gzip.compress(f) if n.endswith(".gz") else f for n, f in files.items()}
    source = opened(places, "idx", write_tree(tmp_path / "idx", files))
    assert classes(source) == ["4", "0", "4", "9", "0", "0"]
    assert set(parts(source)) == {None}  # one part alone is no division


def test_own_parts_are_left_unsaid_when_asked(places: Places, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "mnist", MNIST)
    assert set(parts(opened(places, "idx", root, own_split=False))) == {None}


def test_class_names_are_those_given(places: Places, tmp_path: Path) -> None:
    names = [f"kind {number}" for number in range(10)]
    source = opened(places, "idx", write_tree(tmp_path / "idx", PAIR), class_names=names)
    assert source.class_names == tuple(names)
    assert classes(source)[:2] == ["kind 4", "kind 0"]
    error = refused(places, tmp_path, PAIR, class_names=names[:5])
    assert "A label is 9" in error.what
    assert "5 class names" in error.why
    assert '"a"' in refused(places, tmp_path, PAIR, class_names=["a", "a"]).what


def test_one_file_alone_has_no_classes(places: Places, tmp_path: Path) -> None:
    for name, data in (
        ("train-images-idx3-ubyte", idx_bytes(GREY)),
        ("train-images-idx3-ubyte.gz", gzip.compress(idx_bytes(GREY), mtime=0)),
    ):
        root = write_tree(tmp_path / "one", {name: data})
        source = opened(places, "idx", root / name)
        assert source.class_names == ()
        assert classes(source) == [None] * 6
        np.testing.assert_array_equal(loaded(source)[..., 0], GREY)


def test_colours_and_flat_pictures_are_read(places: Places, tmp_path: Path) -> None:
    colour = make_bitmaps(6).reshape(2, 28, 28, 3)
    source = opened(places, "idx", write_tree(tmp_path / "c", {"a-idx4-ubyte": idx_bytes(colour)}))
    np.testing.assert_array_equal(loaded(source), colour)
    flat = {"a-idx2-ubyte": idx_bytes(make_bitmaps(6))}
    source = opened(places, "idx", write_tree(tmp_path / "f", flat))
    assert source.shape == (28, 28, 1)


def test_labels_may_be_larger_numbers(places: Places, tmp_path: Path) -> None:
    for dtype in (np.int16, np.int32, np.int8):
        files = PAIR | {"labels-idx1-ubyte": idx_bytes(LABELS.astype(dtype))}
        source = opened(places, "idx", write_tree(tmp_path / "idx", files))
        assert classes(source) == ["4", "0", "4", "9", "0", "0"]


def test_other_files_and_labels_without_pictures_are_said(places: Places, tmp_path: Path) -> None:
    files = PAIR | {"readme.md": b"hello", "test-labels-idx1-ubyte": idx_bytes(LABELS)}
    source = opened(places, "idx", write_tree(tmp_path / "idx", files))
    assert source.count == 6
    assert skipped(source) == {
        "readme.md": "its name is not one of an IDX file",
        "test-labels-idx1-ubyte": "there are no pictures for these labels",
    }


def head(*lengths: int, kind: int = 0x08) -> bytes:
    return bytes([0, 0, kind, len(lengths)]) + struct.pack(f">{len(lengths)}I", *lengths)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an IDX file"),
        (b"\0\0\x08", "not an IDX file"),
        (b"<!DOCTYPE html>", "not an IDX file"),
        (b"\0\1\x08\3" + bytes(20), "not an IDX file"),
        (b"\0\0\x07\3" + bytes(20), "not an IDX file"),
        (b"\0\0\x08\0" + bytes(20), "not an IDX file"),
        (b"\0\0\x08\x05" + bytes(30), "not an IDX file"),
        (head(1, 2, 3)[:-1], "cut short"),
        (head(1, 2, 3, kind=0x0D) + bytes(24), "float32"),
        (head(1, 2, 3, kind=0x0C) + bytes(24), "int32"),
        (head(1, 2, 3) + bytes(5), "cut short, or other bytes follow"),
        (head(1, 2, 3) + bytes(7), "cut short, or other bytes follow"),
        (head(0, 2, 3), "is empty"),
        (head(1, 0, 3), "(1, 0, 3)"),
        (head(1, 2000, 3) + bytes(6000), "(1, 2000, 3)"),
        (head(1, 2, 3, 4) + bytes(24), "(1, 2, 3, 4)"),
        (head(1, 7) + bytes(7), "(1, 7)"),
        (head(2**32 - 1, 1000, 1000, 3) + bytes(7), "other bytes follow"),
        (head(3) + bytes(3), "not one IDX file of pictures"),
        (head(3, kind=0x0E) + bytes(24), "float64"),
    ],
)
def test_what_is_no_idx_file_is_refused(
    places: Places, tmp_path: Path, data: bytes, words: str
) -> None:
    assert words in refused(places, tmp_path, {"a-idx3-ubyte": data}).what


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an IDX file"),
        (b"hello", "not a gzip file"),
        (idx_bytes(GREY), "not a gzip file"),
        (gzip.compress(b"hello", mtime=0), "not an IDX file"),
        (gzip.compress(idx_bytes(GREY), mtime=0)[:-1], "other bytes follow"),
        (gzip.compress(idx_bytes(GREY), mtime=0)[:-9], "other bytes follow"),
        (gzip.compress(idx_bytes(GREY), mtime=0) + b"x", "other bytes follow"),
        (gzip.compress(idx_bytes(GREY)[:-1], mtime=0), "other bytes follow"),
        (gzip.compress(idx_bytes(GREY) + b"x", mtime=0), "other bytes follow"),
    ],
)
def test_what_is_no_gzip_file_of_pictures_is_refused(
    places: Places, tmp_path: Path, data: bytes, words: str
) -> None:
    assert words in refused(places, tmp_path, {"a-idx3-ubyte.gz": data}).what


def test_damage_in_a_gzip_file_is_said(places: Places, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(idx_bytes(GREY), mtime=0))
    whole = bytes(data)
    data[len(data) // 2] ^= 0xFF
    error = refused(places, tmp_path, {"a-idx3-ubyte.gz": bytes(data)})
    assert "cannot be read to its end" in error.what
    second = whole + whole[-4:]  # another gzip file's size, behind the first
    error = refused(places, tmp_path, {"a-idx3-ubyte.gz": second})
    assert "other bytes follow" in error.why


def test_pairs_that_do_not_fit_are_refused(places: Places, tmp_path: Path) -> None:
    files = PAIR | {"labels-idx1-ubyte": idx_bytes(LABELS[:5])}
    error = refused(places, tmp_path, files)
    assert "5 labels" in error.what
    assert "6 pictures" in error.why
    files = {"train-images-idx3-ubyte": idx_bytes(GREY), "test-images-idx3-ubyte": idx_bytes(GREY[:, :9])}  # fmt: skip
    assert "(6, 9, 28)" in refused(places, tmp_path / "b", files).what
    files = {name: idx_bytes(GREY) for name in ("images-idx3-ubyte", "images.idx3-ubyte")}
    assert "the same part" in refused(places, tmp_path / "c", files).what


def test_packed_twice_is_said(places: Places, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", GZIPPED)
    with pytest.raises(StudioError, match="another archive"):
        opened(places, "idx", path)


def test_bombs_are_refused_at_once(places: Places, tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = packer.compress(head(10**6, 25, 20))
    data += b"".join(packer.compress(bytes(10**7)) for _ in range(50)) + packer.flush()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for first in (data, gzip.compress(head(3 * 10**9, 1000, 1000))):
        begun = time.process_time()
        error = refused(places, tmp_path, {"bomb-idx3-ubyte.gz": first})
        assert time.process_time() - begun < 1
        assert isinstance(error, TooLarge) or "expands" in error.what
    # What announces little and holds much is read no further than announced.
    small = zlib.compressobj(9, zlib.DEFLATED, 31)
    liar = small.compress(head(1, 2, 3))
    liar += b"".join(small.compress(bytes(10**7)) for _ in range(50)) + small.flush()
    liar = liar[:-4] + struct.pack("<I", 22)  # the size it claims to have
    begun = time.process_time()
    assert "other bytes follow" in refused(places, tmp_path, {"bomb-idx3-ubyte.gz": liar}).why
    assert time.process_time() - begun < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_gzip_file_without_end_of_its_name_is_refused(places: Places, tmp_path: Path) -> None:
    data = b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 10**7
    begun = time.process_time()
    assert "not an IDX file" in refused(places, tmp_path, {"a-idx3-ubyte.gz": data}).what
    assert time.process_time() - begun < 1


def test_many_chunks_are_resumed(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.base.CHUNK_SAMPLES", 9)
    for name, files in (("plain", MNIST), ("gz", GZIPPED)):
        root = write_tree(tmp_path / name, files)
        assert_resumes(lambda: opened(places, "idx", root))  # noqa: B023


def test_fashion_mnist_of_debian_is_read(places: Places) -> None:
    if not FASHION.is_dir():
        pytest.skip("NOT RUN on real files: Debian's dataset-fashion-mnist is not installed")
    source = opened(places, "idx", FASHION)
    assert (source.count, source.shape) == (70_000, (28, 28, 1))
    assert source.class_names == tuple("0123456789")
    chunks = list(source.chunks())
    labels = np.concatenate([chunk.labels for chunk in chunks])
    assert np.bincount(labels).tolist() == [7000] * 10
    codes = np.concatenate([np.asarray(chunk.split) for chunk in chunks])
    assert np.bincount(codes).tolist() == [60_000, 0, 10_000]
    packed = gzip.decompress((FASHION / "t10k-images-idx3-ubyte.gz").read_bytes())
    pixels = np.concatenate([np.asarray(chunk.samples) for chunk in chunks])
    assert pixels[60_000:].tobytes() == packed[16:]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    pixels=stn.arrays(np.uint8, st.tuples(*[st.integers(1, 6)] * 3)),
    labels=st.lists(st.integers(0, 255), min_size=6, max_size=6),
    packed=st.booleans(),
)
def test_what_was_written_is_read(
    places: Places, tmp_path: Path, pixels: np.ndarray, labels: list[int], packed: bool
) -> None:
    wanted = labels[: len(pixels)]
    files = {
        "images-idx3-ubyte": idx_bytes(pixels),
        "labels-idx1-ubyte": idx_bytes(np.array(wanted, np.uint8)),
    }
    if packed:
        files = {f"{name}.gz": gzip.compress(data) for name, data in files.items()}
    source = opened(places, "idx", write_tree(tmp_path / f"idx-{packed}", files))
    np.testing.assert_array_equal(loaded(source)[..., 0], pixels)
    assert classes(source) == [str(label) for label in wanted]


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_never_escape_as_another_error(
    data: st.DataObject, places: Places, tmp_path: Path
) -> None:
    name = data.draw(st.sampled_from(sorted(GZIPPED) + sorted(MNIST)))
    broken = bytearray((GZIPPED | MNIST)[name])
    for _ in range(data.draw(st.integers(1, 3))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path = write_tree(tmp_path / "broken", {name: bytes(broken)}) / name
    with suppress(StudioError):
        assert sum(len(chunk) for chunk in opened(places, "idx", path).chunks()) > 0
