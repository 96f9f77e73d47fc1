"""NumPy arrays: one, one a class, or pictures and labels in an archive."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from studio.core.errors import InvalidInput, StudioError, TooLarge
from studio.sources import Places, Source, stacks
from tests.sources.conftest import make_bitmaps, npy_bytes, picture_bytes, write_tree, write_zip
from tests.sources.kinds import npz_bytes
from tests.sources.reading import assert_resumes, opened, read, skipped

Upload = Callable[[dict[str, bytes]], str]
GREY = make_bitmaps(6).reshape(6, 28, 28)


def loaded(source: Source) -> np.ndarray:
    return np.concatenate([np.asarray(chunk.samples) for chunk in source.chunks()])


def classes(source: Source) -> list[str | None]:
    return [sample.class_name for sample in read(source)]


def parts(source: Source) -> list[str | None]:
    return [sample.part for sample in read(source)]


def write(folder: Path, data: bytes, name: str = "data.npz") -> Path:
    return write_tree(folder, {name: data}) / name


def refused(places: Places, path: Path, **arrays: Any) -> InvalidInput:
    """Return the error about a file, or about an `.npz` of these arrays."""
    if arrays:
        path = write(path, npz_bytes(**arrays))
    with pytest.raises(StudioError) as caught:
        list(opened(places, "arrays", path).chunks())
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ((6, 28, 28), (28, 28, 1)),
        ((6, 784), (28, 28, 1)),
        ((6, 28, 28, 1), (28, 28, 1)),
        ((6, 14, 56), (14, 56, 1)),
        ((6, 1, 784), (1, 784, 1)),
        ((2, 28, 28, 3), (28, 28, 3)),
        ((2, 49, 16, 3), (49, 16, 3)),
        ((4704, 1), (1, 1, 1)),
    ],
)
def test_pictures_keep_their_pixels_and_their_shape(
    places: Places, tmp_path: Path, shape: tuple[int, ...], found: tuple[int, int, int]
) -> None:
    pixels = make_bitmaps(6).reshape(shape)
    source = opened(places, "arrays", write(tmp_path, npy_bytes(pixels), "a.npy"))
    assert (source.shape, source.count, source.task) == (found, len(pixels), "images")
    assert source.class_names == ()
    np.testing.assert_array_equal(loaded(source), pixels.reshape(-1, *found))
    assert set(classes(source)) == {None}


def test_true_is_white(places: Places, tmp_path: Path) -> None:
    pixels = GREY > 100
    path = write(tmp_path, npy_bytes(pixels), "a.npy")
    np.testing.assert_array_equal(
        loaded(opened(places, "arrays", path)), pixels[..., None] * np.uint8(255)
    )
    np.testing.assert_array_equal(
        loaded(opened(places, "arrays", path, invert=True)), ~pixels[..., None] * np.uint8(255)
    )


def test_ink_is_inverted_when_asked(places: Places, tmp_path: Path) -> None:
    source = opened(places, "arrays", write(tmp_path, npy_bytes(GREY), "a.npy"), invert=True)
    np.testing.assert_array_equal(loaded(source), 255 - GREY[..., None])


@pytest.mark.parametrize("how", ["folder", "zip", "upload", "upload of a zip", "npz"])
def test_each_array_is_a_class(places: Places, tmp_path: Path, upload: Upload, how: str) -> None:
    arrays = {"pear": GREY[:2], "apple": GREY[2:5].reshape(3, 784), "fig": GREY[5:] > 9}
    files = {f"{name}.npy": npy_bytes(array) for name, array in arrays.items()}
    if how == "folder":
        source = opened(places, "arrays", write_tree(tmp_path / "p", files))
    elif how == "zip":
        source = opened(places, "arrays", write_zip(tmp_path / "p.zip", files))
    elif how == "upload":
        source = opened(places, "arrays", upload=upload({f"p/{n}": f for n, f in files.items()}))
    elif how == "upload of a zip":
        packed = write_zip(tmp_path / "p.zip", files).read_bytes()
        source = opened(places, "arrays", upload=upload({"p.zip": packed}))
    else:
        source = opened(places, "arrays", write(tmp_path, npz_bytes(**arrays)))
    assert source.class_names == ("apple", "fig", "pear")
    assert sorted(map(str, classes(source))) == ["apple"] * 3 + ["fig"] + ["pear"] * 2
    by_class = {s.class_name: s.content for s in reversed(read(source))}
    np.testing.assert_array_equal(by_class["pear"][..., 0], GREY[0])
    np.testing.assert_array_equal(by_class["apple"][..., 0], GREY[2])


def test_folders_around_the_classes_divide_them(places: Places, tmp_path: Path) -> None:
    files = {f"{part}/{name}.npy": npy_bytes(GREY) for part in ("train", "test") for name in "ab"}
    root = write_tree(tmp_path / "p", files)
    source = opened(places, "arrays", root)
    assert source.class_names == ("a", "b")
    assert sorted(map(str, parts(source))) == ["test"] * 12 + ["train"] * 12
    assert set(parts(opened(places, "arrays", root, own_split=False))) == {None}


def test_names_of_the_quick_draw_bucket_are_shortened(places: Places, tmp_path: Path) -> None:
    files = {f"full_numpy_bitmap_{name}.npy": npy_bytes(GREY) for name in ("hot dog", "fish")}
    assert opened(places, "arrays", write_tree(tmp_path / "p", files)).class_names == (
        "fish",
        "hot dog",
    )


def test_other_files_beside_the_arrays_are_said(places: Places, tmp_path: Path) -> None:
    files = {"a.npy": npy_bytes(GREY), "b.npy": npy_bytes(GREY), "read me.txt": b"hello"}
    source = opened(places, "arrays", write_tree(tmp_path / "p", files))
    assert source.count == 12
    assert skipped(source) == {"read me.txt": "it is not a .npy array"}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("x_train", "y_train", "x_test", "y_test"), ["train"] * 4 + ["test"] * 2),
        (("x_test", "y_test", "x_val", "y_val"), ["validation"] * 2 + ["test"] * 4),
        (("train_images", "train_labels", "val_images", "val_labels"), ["train"] * 4 + ["validation"] * 2),
        (("X_train", "Y_train", "x_valid", "y_valid"), ["train"] * 4 + ["validation"] * 2),
    ],
)  # fmt: skip
def test_parts_of_an_npz_are_believed(
    places: Places, tmp_path: Path, names: tuple[str, ...], found: list[str], save: Any
) -> None:
    labels = np.array([5, 3, 3, 5, 3, -1])
    arrays = dict(zip(names, (GREY[:4], labels[:4], GREY[4:], labels[4:]), strict=True))
    path = write(tmp_path, npz_bytes(save, **arrays))
    source = opened(places, "arrays", path)
    assert source.class_names == ("3", "5")
    assert parts(source) == found
    assert sorted(map(str, classes(source))) == ["3", "3", "3", "5", "5", "None"]
    assert set(parts(opened(places, "arrays", path, own_split=False))) == {None}
    for sample in read(source):
        row = next(n for n in range(6) if np.array_equal(GREY[n], sample.content[..., 0]))
        assert sample.class_name == {5: "5", 3: "3", -1: None}[int(labels[row])]


@pytest.mark.parametrize(
    "labels",
    [
        np.array([1, 0, 1, 2, 0, 0]),
        np.array([[1], [0], [1], [2], [0], [0]], np.uint8),
        np.array([1, 0, 1, 2, 0, 0], ">i2"),
        np.array([1, 0, 1, 2, 0, 0], np.uint64),
        np.array(["dog", "cat", "dog", "cow", "cat", "cat"]),
        np.array([b"dog", b"cat", b"dog", b"cow", b"cat", b" cat"]),
        np.array(["dog", "cat", "dog", "cow", "cat", "cat"], ">U5"),
    ],
)
def test_labels_of_any_kind_find_their_class_name(
    places: Places, tmp_path: Path, labels: np.ndarray
) -> None:
    names = np.array(["cat", "dog", "cow"])
    path = write(tmp_path, npz_bytes(images=GREY, labels=labels, class_names=names))
    source = opened(places, "arrays", path)
    assert source.class_names == ("cat", "dog", "cow")
    assert classes(source) == ["dog", "cat", "dog", "cow", "cat", "cat"]


def test_strings_name_the_classes_and_the_empty_one_none(places: Places, tmp_path: Path) -> None:
    labels = np.array(["dog", "", "cat", "dog ", "\u732b", "  "])
    source = opened(places, "arrays", write(tmp_path, npz_bytes(x=GREY, y=labels)))
    assert source.class_names == ("cat", "dog", "\u732b")
    assert classes(source) == ["dog", None, "cat", "dog", "\u732b", None]


def test_truth_values_are_classes(places: Places, tmp_path: Path) -> None:
    labels = np.array([True, False, True, False, False, True])
    source = opened(places, "arrays", write(tmp_path, npz_bytes(x=GREY, y=labels)))
    assert classes(source) == ["1", "0", "1", "0", "0", "1"]


def test_pictures_without_labels_have_no_class(places: Places, tmp_path: Path) -> None:
    arrays = {"x_train": GREY[:4], "y_train": np.array([0, 1, 0, 1]), "x_test": GREY[4:]}
    source = opened(places, "arrays", write(tmp_path, npz_bytes(**arrays)))
    assert classes(source) == ["0", "1", "0", "1", None, None]
    source = opened(places, "arrays", write(tmp_path, npz_bytes(images=GREY)))
    assert classes(source) == [None] * 6


def test_arrays_nobody_needs_are_named(places: Places, tmp_path: Path) -> None:
    arrays = {"x": GREY, "y": np.arange(6) % 2, "y_test": np.arange(3), "ids": np.arange(6.0)}
    source = opened(places, "arrays", write(tmp_path, npz_bytes(**arrays)))
    assert source.facts["ignored"] == ["ids.npy", "y_test.npy"]
    assert source.facts["skipped"]["count"] == 0
    assert source.count == 6


def test_arrays_may_lie_in_a_folder_under_their_roles(places: Places, tmp_path: Path) -> None:
    files = {"images.npy": npy_bytes(GREY), "labels.npy": npy_bytes(np.array([7, 8, 9, 7, 8, 9]))}
    assert classes(opened(places, "arrays", write_tree(tmp_path / "p", files)))[:3] == list("789")
    letters = {name: npy_bytes(GREY) for name in ("x.npy", "o.npy")}
    assert opened(places, "arrays", write_tree(tmp_path / "q", letters)).class_names == ("o", "x")


def test_the_credit_of_an_export_is_kept(places: Places, tmp_path: Path) -> None:
    data = npz_bytes(x_train=GREY, attribution=np.array("Drawn by all, CC BY 4.0."))
    assert opened(places, "arrays", write(tmp_path, data)).attribution == "Drawn by all, CC BY 4.0."
    data = npz_bytes(x_train=GREY, attribution=np.arange(4))
    assert opened(places, "arrays", write(tmp_path, data)).attribution == ""


def test_the_starter_set_is_an_npz_like_others(places: Places) -> None:
    source = opened(places, "arrays", places.data / "digits.npz")
    assert (source.count, source.shape) == (1797, (8, 8, 1))
    assert source.class_names == tuple("0123456789")


@pytest.mark.parametrize(
    ("array", "words", "fix"),
    [
        (GREY / 255, "float64", "* 255"),
        (GREY.astype(np.int32), "int32", "astype"),
        (GREY.astype(np.complex64), "complex64", "astype"),
        (np.array(["a", "b"]), "<U1", "astype"),
        (np.zeros(3, [("a", "u1"), ("b", "f4")]), "holds", "astype"),
        (GREY[:0], "no pictures", "Leave"),
        (np.array(5, np.uint8), "()", "shapes"),
        (GREY.ravel(), "(4704,)", "shapes"),
        (make_bitmaps(4)[:, :700].copy(), "(4, 700)", "shapes"),
        (np.zeros((2, 3, 9, 9), np.uint8), "(2, 3, 9, 9)", "transpose"),
        (np.zeros((2, 9, 9, 4), np.uint8), "(2, 9, 9, 4)", "[..., :3]"),
        (np.zeros((2, 9, 9, 2), np.uint8), "(2, 9, 9, 2)", "shapes"),
        (np.zeros((1, 2, 1025), np.uint8), "(1, 2, 1025)", "shapes"),
        (np.zeros((4, 0), np.uint8), "(4, 0)", "shapes"),
        (np.zeros((1, 2, 3, 4, 5), np.uint8), "(1, 2, 3, 4, 5)", "shapes"),
        (np.asfortranarray(GREY), "column by column", "ascontiguousarray"),
    ],
)
def test_what_is_no_array_of_pictures_is_refused(
    places: Places, tmp_path: Path, array: np.ndarray, words: str, fix: str
) -> None:
    error = refused(places, write(tmp_path, npy_bytes(array), "cat.npy"))
    assert words in error.what
    assert "cat.npy" in error.what
    assert fix in error.fix


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.arange(6) / 2, "float64"),
        (np.eye(6, dtype=np.int64), "(6, 6)"),
        (np.arange(5), "(5,)"),
        (np.array(3), "()"),
        (np.array([0, -2, 1, 0, 0, 0]), "-2"),
        (np.array([0, 2**63 + 5, 1, 0, 0, 0], np.uint64), "A label is"),
        (np.array(["a\nb", "c", "c", "c", "c", "c"]), "cannot name a class"),
        (np.array(["a", "b" * 2000, "c", "c", "c", "c"]), "<U2000"),
        (np.zeros(6, "V4"), "holds"),
        (np.zeros(6, "M8[s]"), "datetime64"),
    ],
)
def test_what_are_no_labels_is_refused(
    places: Places, tmp_path: Path, labels: np.ndarray, words: str
) -> None:
    assert words in refused(places, tmp_path, images=GREY, labels=labels).what


@pytest.mark.parametrize(
    ("labels", "names", "words"),
    [
        ([0, 1, 2, 0, 1, 2], np.array(["cat", "dog"]), "A label is 2"),
        (list("aabbcc"), np.array(["a", "b"]), "'c'"),
        ([0, 1, 0, 1, 0, 1], np.array(["cat", "cat "]), '"cat"'),
        ([0, 1, 0, 1, 0, 1], np.array(["cat", ""]), "cannot name"),
        ([0, 1, 0, 1, 0, 1], np.arange(2), "int64"),
        ([0, 1, 0, 1, 0, 1], np.array([["cat", "dog"]]), "(1, 2)"),
        ([0, 1, 0, 1, 0, 1], np.array([str(n) for n in range(10_001)]), "10,001"),
    ],
)
def test_class_names_have_to_fit(
    places: Places, tmp_path: Path, labels: list[Any], names: np.ndarray, words: str
) -> None:
    arrays = {"images": GREY, "labels": np.array(labels), "class_names": names}
    assert words in refused(places, tmp_path, **arrays).what


def test_labels_of_two_kinds_are_refused(places: Places, tmp_path: Path) -> None:
    arrays = {"x_train": GREY, "y_train": np.arange(6), "x_test": GREY, "y_test": np.array(["a"] * 6)}  # fmt: skip
    assert "not of one kind" in refused(places, tmp_path, **arrays).what


def test_numbers_of_samples_are_no_classes(places: Places, tmp_path: Path) -> None:
    pixels = np.zeros((10_001, 2, 2), np.uint8)
    error = refused(places, tmp_path, x=pixels, y=np.arange(10_001))
    assert isinstance(error, TooLarge)
    assert "10,000 different labels" in error.what


def test_arrays_of_two_sizes_are_refused(places: Places, tmp_path: Path) -> None:
    error = refused(places, tmp_path, cat=GREY, dog=GREY[:, :20])
    assert "dog.npy" in error.what
    assert "(28, 28, 1)" in error.why


def test_arrays_without_names_are_refused(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, GREY, GREY)
    assert "arr_0" in refused(places, path).what


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "not one .npy"),
        ({"1.png": picture_bytes()}, "not one .npy"),
        ({"a.npz": npz_bytes(x=GREY), "b.npz": npz_bytes(x=GREY)}, "2 archives"),
        ({"a\nc.npy": npy_bytes(GREY), "b.npy": npy_bytes(GREY)}, "cannot name a class"),
    ],
)
def test_folders_without_arrays_are_refused(
    places: Places, tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    (tmp_path / "p").mkdir()
    assert words in refused(places, write_tree(tmp_path / "p", files)).what


def test_archives_in_archives_are_not_opened(places: Places, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "p.zip", {"data.npz": npz_bytes(x=GREY)})
    assert "data.npz" in refused(places, path).what


def test_what_is_no_archive_is_refused(places: Places, tmp_path: Path) -> None:
    assert "zip archive" in refused(places, write(tmp_path, b"hello", "notes.txt")).what
    assert "neither" in refused(places, Path("/dev/null")).what


def test_too_many_classes_are_refused(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.arrays.MAX_CLASSES", 2)
    assert "3 arrays" in refused(places, tmp_path, a=GREY, b=GREY, c=GREY).what


def test_pickles_are_never_loaded(places: Places, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.mkdir, (tmp_path / "harm",)

    harm = npy_bytes(np.array([Harm()], object))
    for files in ({"x.npy": harm}, {"x.npy": npy_bytes(GREY), "y.npy": harm}):
        for path in (write_zip(tmp_path / "p.npz", files), write_tree(tmp_path / "p", files)):
            assert "pickled" in refused(places, path).what
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(("change", "words"), [(-1, "cut short"), (1, "other bytes")])
@pytest.mark.parametrize("wrap", ["file", "npz"])
def test_size_is_what_the_header_says(
    places: Places, tmp_path: Path, change: int, words: str, wrap: str
) -> None:
    data = npy_bytes(GREY)
    data = data[:change] if change < 0 else data + bytes(change)
    path = write(tmp_path, data, "x.npy")
    if wrap == "npz":
        path = write_zip(tmp_path / "a.npz", {"x.npy": data})
    error = refused(places, path)
    assert words in error.what
    assert "(6, 28, 28)" in error.why


def test_gigantic_promises_are_refused_without_memory(places: Places, tmp_path: Path) -> None:
    for shape in ((10**18, 28, 28), (10**30, 1)):
        head = io.BytesIO()
        facts = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(head, facts)
        path = write(tmp_path, head.getvalue() + bytes(784), "x.npy")
        assert "cut short" in refused(places, path).what
    nothing = io.BytesIO()
    facts = {"descr": "|S0", "fortran_order": False, "shape": (10**12,)}
    np.lib.format.write_array_header_1_0(nothing, facts)
    files = {"x.npy": npy_bytes(GREY), "class_names.npy": nothing.getvalue()}
    assert "class_names" in refused(places, write_zip(tmp_path / "a.npz", files)).what


def test_bombs_are_refused_at_once(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    head = io.BytesIO()
    facts = {"descr": "|u1", "fortran_order": False, "shape": (10**6, 500)}
    np.lib.format.write_array_header_1_0(head, facts)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x_train.npy", "w", force_zip64=True) as member,
    ):
        member.write(head.getvalue())
        for _ in range(500):
            member.write(bytes(10**6))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    assert "expands" in refused(places, path).what
    assert time.process_time() - begun < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_damage_inside_a_member_is_said(places: Places, tmp_path: Path) -> None:
    for save in (np.savez, np.savez_compressed):
        data = bytearray(npz_bytes(save, images=GREY))
        for place in range(2000, 2010):
            data[place] ^= 0xFF
        assert "images.npy" in refused(places, write(tmp_path, bytes(data))).what


def test_a_file_that_shrinks_while_it_is_read_is_said(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr("studio.sources.base.CHUNK_SAMPLES", 2)
    path = write(tmp_path, npy_bytes(GREY), "a.npy")
    chunks = opened(places, "arrays", path).chunks()
    next(chunks)
    with path.open("r+b") as file:
        file.truncate(2 * 784)
    with pytest.raises(InvalidInput, match="ends before the array does"):
        list(chunks)


def test_labels_that_change_while_they_are_read_are_said(places: Places, tmp_path: Path) -> None:
    files = {"images.npy": npy_bytes(GREY), "labels.npy": npy_bytes(np.arange(6) % 2)}
    root = write_tree(tmp_path / "p", files)
    source = opened(places, "arrays", root)
    (root / "labels.npy").write_bytes(npy_bytes(np.arange(6) % 3))
    with pytest.raises(InvalidInput, match="changed"):
        list(source.chunks())


def test_classes_of_an_archive_are_looked_through_in_blocks(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(stacks, "LABEL_ROWS", 2)
    labels = np.array(["a", "bb", "a", "ccc", "a", "bb"])
    source = opened(places, "arrays", write(tmp_path, npz_bytes(x=GREY, y=labels)))
    assert classes(source) == labels.tolist()


def test_many_chunks_are_resumed(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("studio.sources.base.CHUNK_SAMPLES", 2)
    arrays = {"x_train": GREY[:5], "y_train": np.arange(5) % 2, "x_test": GREY[:3]}
    for save in (np.savez, np.savez_compressed):
        path = write(tmp_path, npz_bytes(save, **arrays))
        assert_resumes(lambda: opened(places, "arrays", path))  # noqa: B023


def test_a_million_drawings_a_second_are_read(places: Places, tmp_path: Path) -> None:
    path = write(tmp_path, npy_bytes(make_bitmaps(50_000)), "a.npy")
    source = opened(places, "arrays", path)
    rates = []
    for _ in range(5):
        begun = time.process_time()
        assert sum(len(chunk) for chunk in source.chunks()) == 50_000
        rates.append(50_000 / (time.process_time() - begun))
    assert max(rates) > 300_000  # measured alone: several millions; here others may be at work


def test_real_drawings_are_read(places: Places, shared_data: Path) -> None:
    source = opened(places, "arrays", shared_data / "quickdraw")
    assert source.count == 30_000
    assert len(source.class_names) == 8
    samples = read(source)
    apples = np.load(shared_data / "quickdraw" / "apple.npy").reshape(-1, 28, 28, 1)
    np.testing.assert_array_equal(
        [sample.content for sample in samples if sample.class_name == "apple"], apples
    )


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=60,
)
@given(data=st.data())
def test_random_arrays_come_back_through_npz(
    data: st.DataObject, places: Places, tmp_path: Path
) -> None:
    shape = data.draw(st.tuples(*[st.integers(1, 6)] * 3))
    if data.draw(st.booleans()):
        shape = (*shape, data.draw(st.sampled_from([1, 3])))
    pixels = data.draw(stn.arrays(np.uint8, shape))
    count = len(pixels)
    kind = data.draw(stn.integer_dtypes() | stn.unsigned_integer_dtypes() | st.just("text"))
    if isinstance(kind, str):
        words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=5)
        labels = np.array(data.draw(st.lists(words, min_size=count, max_size=count)), "U5")
        wanted = [word or None for word in labels.tolist()]
    else:
        numbers = stn.from_dtype(kind, min_value=-1 if kind.kind == "i" else 0, max_value=100)
        labels = data.draw(stn.arrays(kind, count, elements=numbers))
        wanted = [None if label < 0 else str(label) for label in labels.tolist()]
    save = data.draw(st.sampled_from([np.savez, np.savez_compressed]))
    source = opened(
        places, "arrays", write(tmp_path, npz_bytes(save, images=pixels, labels=labels))
    )
    np.testing.assert_array_equal(loaded(source), pixels.reshape(count, *source.shape))
    assert classes(source) == wanted


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_never_escape_as_another_error(
    data: st.DataObject, places: Places, tmp_path: Path
) -> None:
    arrays = {"x_train": GREY[:2, :6, :6], "y_train": np.array(["cat", "dog"])}
    broken = bytearray(npz_bytes(**arrays))
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path = write(tmp_path, bytes(broken))
    with suppress(StudioError):
        assert sum(len(chunk) for chunk in opened(places, "arrays", path).chunks()) > 0
