"""Pictures in folders, archives and uploads."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.core.dataset import EXCLUDED, SPLIT_NAMES, TEST, TRAIN, VALIDATION
from studio.core.errors import InvalidInput, NotFound, TooLarge
from studio.core.sources import FolderSource
from studio.sources import Places, Source, folder, open_source, tree
from studio.sources.folder import name_classes, name_parts
from tests.sources.conftest import npy_bytes, picture_bytes, quiet, write_tree, write_zip

Upload = Callable[[dict[str, bytes]], str]


def opened(places: Places, path: Path | None = None, **settings: Any) -> Source:
    spec = FolderSource(path=None if path is None else str(path), **settings)
    return open_source(spec, places=places, progress=quiet)


def read(source: Source) -> tuple[np.ndarray, list[str | None]]:
    chunks = list(source.chunks())
    labels = np.concatenate([chunk.labels for chunk in chunks]).tolist()
    names = [None if label < 0 else source.class_names[label] for label in labels]
    return np.concatenate([chunk.samples for chunk in chunks]), names


def reasons(source: Source) -> dict[str, str]:
    return {entry["file"]: entry["reason"] for entry in source.facts["skipped"]["files"]}


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["apple/1.png", "pear/1.png"], ["apple", "pear"]),
        (["apple/red/1.png", "pear/1.png"], ["apple", "pear"]),
        (["1.png", "pear/1.png"], [None, "pear"]),
        (["1.png", "2.png"], [None, None]),
        (["fruit/apple/1.png", "fruit/pear/1.png"], ["apple", "pear"]),
        (["fruit/apple/red/1.png", "fruit/pear/1.png"], ["apple", "pear"]),
        (["fruit/1.png", "fruit/pear/1.png"], [None, "pear"]),
        (["apple/1.png", "apple/2.png"], ["apple", "apple"]),
        (["fruit/apple/1.png", "1.png"], ["fruit", None]),
    ],
)
def test_folder_names_are_classes(names: list[str], classes: list[str | None]) -> None:
    class_names, labels = name_classes(names)
    assert [None if label < 0 else class_names[label] for label in labels] == classes
    assert labels.dtype == np.int32


@pytest.mark.parametrize(
    ("names", "parts", "classes"),
    [
        (["train/a/1.png", "test/b/1.png"], ["train", "test"], ["a", "b"]),
        (["Train/a/1.png", "VAL/b/1.png"], ["train", "validation"], ["a", "b"]),
        (["pets/train/a/1.png", "pets/test/b/1.png"], ["train", "test"], ["a", "b"]),
        (["train/1.png", "test/2.png"], ["train", "test"], [None, None]),
        (
            ["train/a/1.png", "dev/a/1.png", "3.png"],
            ["train", "validation", None],
            ["a", "a", None],
        ),
        (["train/a/1.png", "train/b/1.png"], None, ["a", "b"]),
        (["train/a/1.png", "bus/b/1.png"], None, ["train", "bus"]),
        (["a/train/1.png", "b/test/1.png"], None, ["a", "b"]),
        (["1.png"], None, [None]),
    ],
)
def test_folders_of_parts_are_told_from_classes(
    names: list[str], parts: list[str | None] | None, classes: list[str | None]
) -> None:
    split, depth = name_parts(names)
    class_names, labels = name_classes(names, depth)
    assert [None if label < 0 else class_names[label] for label in labels] == classes
    if parts is None:
        assert split is None
    else:
        assert split is not None
        known = dict(enumerate(SPLIT_NAMES))
        assert [known.get(code) for code in split.tolist()] == parts


def test_own_parts_and_names_of_pictures_are_kept(places: Places, tmp_path: Path) -> None:
    files = {
        "test/a/2.png": b"broken",
        "test/a/1.png": picture_bytes(),
        "val/1.png": picture_bytes(),
    }
    root = write_tree(
        tmp_path / "p", files | {"train/a/1.png": picture_bytes(), "0.png": picture_bytes()}
    )
    (chunk,) = opened(places, root).chunks()
    assert chunk.names == ["0.png", "test/a/1.png", "train/a/1.png", "val/1.png"]
    assert chunk.split is not None
    assert chunk.split.tolist() == [EXCLUDED, TEST, TRAIN, VALIDATION]
    assert chunk.labels.tolist() == [-1, 0, 0, -1]
    (chunk,) = opened(places, root, own_split=False).chunks()
    assert chunk.split is None


def test_spellings_of_one_name_are_one_class() -> None:
    class_names, labels = name_classes(["u\u0308ber/1.png", "\u00fcber/2.png", " \u00fcber /3.png"])
    assert class_names == ("\u00fcber",)
    assert labels.tolist() == [0, 0, 0]


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4), min_size=1, max_size=12
    )
)
def test_labels_always_point_at_classes(paths: list[list[str]]) -> None:
    class_names, labels = name_classes(["/".join([*path, "x.png"]) for path in paths])
    assert len(labels) == len(paths)
    assert sorted(set(labels.tolist()) - {-1}) == list(range(len(class_names)))


def test_impossible_class_name_is_refused(places: Places, tmp_path: Path) -> None:
    write_tree(tmp_path / "p", {"a\nb/1.png": picture_bytes(), "c/1.png": picture_bytes()})
    with pytest.raises(InvalidInput, match="cannot name a class"):
        opened(places, tmp_path / "p")


def test_too_many_classes_are_refused(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(folder, "MAX_CLASSES", 2)
    write_tree(tmp_path / "p", {f"{name}/1.png": picture_bytes() for name in "abc"})
    with pytest.raises(TooLarge, match="3 folders"):
        opened(places, tmp_path / "p")


def test_pictures_get_the_class_of_their_folder(places: Places, tmp_path: Path) -> None:
    files = {"pear/x.png": 10, "apple/y.png": 20, "apple/deep/z.png": 30, "top.png": 40}
    write_tree(tmp_path / "p", {name: picture_bytes(value) for name, value in files.items()})
    samples, classes = read(opened(places, tmp_path / "p", size=8))
    assert samples[:, 4, 4, 0].tolist() == [30, 20, 10, 40]
    assert classes == ["apple", "apple", "pear", None]


def test_colour_and_size_are_those_asked_for(places: Places, tmp_path: Path) -> None:
    folder = tmp_path / "p" / "red"
    folder.mkdir(parents=True)
    Image.new("RGB", (50, 50), (200, 10, 30)).save(folder / "a.png")
    samples, _ = read(opened(places, tmp_path / "p", size=16, colour="rgb"))
    assert samples.shape == (1, 16, 16, 3)
    assert samples[0, 8, 8].tolist() == [200, 10, 30]
    samples, _ = read(opened(places, tmp_path / "p", size=16, colour="rgb", invert=True))
    assert samples[0, 8, 8].tolist() == [55, 245, 225]


def test_zip_gives_what_its_folder_gives(places: Places, tmp_path: Path) -> None:
    files = {f"{name}/{i}.png": picture_bytes(i) for name in ("a", "b") for i in range(40)}
    write_tree(tmp_path / "p", files)
    plain, classes = read(opened(places, tmp_path / "p"))
    for root in ("", "my pictures/"):
        path = tmp_path / "p.zip"
        write_zip(path, {root + name: data for name, data in files.items()})
        samples, names = read(opened(places, path))
        np.testing.assert_array_equal(samples, plain)
        assert names == classes


def test_upload_with_one_zip_is_read_as_that_zip(
    places: Places, upload: Upload, tmp_path: Path
) -> None:
    path = write_zip(tmp_path / "x.zip", {"apple/1.png": picture_bytes()})
    name = upload({"x.ZIP": path.read_bytes(), ".DS_Store": b"x"})
    assert read(opened(places, upload=name))[1] == ["apple"]


def test_upload_of_a_folder_leaves_out_its_root(places: Places, upload: Upload) -> None:
    name = upload({"fruit/apple/1.png": picture_bytes(), "fruit/pear/1.png": picture_bytes()})
    assert opened(places, upload=name).class_names == ("apple", "pear")


def test_picture_is_known_by_content_not_by_name(places: Places, tmp_path: Path) -> None:
    write_tree(
        tmp_path / "p",
        {
            "a/photo.dat": picture_bytes(),
            "a/photo": picture_bytes(kind="JPEG"),
            "a/jpeg.png": picture_bytes(kind="WEBP"),
            "a/notes.txt": b"hello",
            "notes/readme.md": b"hello",
        },
    )
    source = opened(places, tmp_path / "p")
    assert source.class_names == ("a",)
    assert read(source)[1] == ["a"] * 3
    assert set(reasons(source)) == {"a/notes.txt", "notes/readme.md"}


def test_what_cannot_be_read_is_skipped_and_said(places: Places, tmp_path: Path) -> None:
    write_tree(
        tmp_path / "p",
        {
            "a/good.png": picture_bytes(),
            "a/page.png": b"<!DOCTYPE html><p>Not found",
            "a/cut.png": picture_bytes()[:-20],
            "a/empty.jpg": b"",
            "a/drawings.png": npy_bytes(np.zeros((3, 784), np.uint8)),
            ".hidden/b.png": picture_bytes(),
            "__MACOSX/a/._good.png": b"x",
        },
    )
    source = opened(places, tmp_path / "p")
    assert read(source)[1] == ["a"]
    assert source.facts["skipped"]["count"] == 4
    assert reasons(source) == {
        "a/cut.png": "it is cut short or damaged",
        "a/drawings.png": "it is not a png, jpg, webp, bmp or gif picture",
        "a/empty.jpg": "the file is empty",
        "a/page.png": "it is a web page, not a picture",
    }
    assert source.facts["samples"] == 1
    assert source.facts["files"] == 5


def test_long_list_of_skipped_files_is_counted(places: Places, tmp_path: Path) -> None:
    files = {f"a/{index:03}.png": b"broken" for index in range(130)}
    write_tree(tmp_path / "p", files | {"a/good.png": picture_bytes()})
    source = opened(places, tmp_path / "p")
    for _ in range(2):  # a second run does not count twice
        read(source)
        assert source.facts["skipped"]["count"] == 130
        assert len(source.facts["skipped"]["files"]) == 50


@pytest.mark.parametrize(
    "files", [{}, {"notes.txt": b"x"}, {"a/x.png": b"<html>", "a/y.png": b""}, {".git/a.png": b"x"}]
)
def test_nothing_readable_is_an_error_with_reasons(
    places: Places, tmp_path: Path, files: dict[str, bytes]
) -> None:
    (tmp_path / "p").mkdir()
    write_tree(tmp_path / "p", files)
    with pytest.raises(InvalidInput, match="not one picture") as caught:
        list(opened(places, tmp_path / "p").chunks())
    for name in files:
        if not name.startswith("."):
            assert name in caught.value.why


def test_unprintable_file_names_can_be_stored(places: Places, tmp_path: Path) -> None:
    write_tree(tmp_path / "p", {"a/good.png": picture_bytes()})
    with open(os.path.join(os.fsencode(tmp_path), b"p/a/\xff\xfe.png"), "wb") as file:
        file.write(b"broken")
    source = opened(places, tmp_path / "p")
    read(source)
    assert str(source.facts).encode()


def test_links_out_of_the_folder_are_not_followed(places: Places, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"a/1.png": picture_bytes(10)})
    secret = write_tree(tmp_path / "secret", {"s/2.png": picture_bytes(20)})
    (root / "a" / "out.png").symlink_to(secret / "s" / "2.png")
    (root / "b").symlink_to(secret / "s")
    (root / "loop").symlink_to(root)
    (root / "gone.png").symlink_to(root / "nowhere.png")
    (root / "a" / "inside.png").symlink_to("1.png")
    source = opened(places, root, size=8)
    samples, classes = read(source)
    assert classes == ["a", "a"]
    assert samples[:, 4, 4, 0].tolist() == [10, 10]
    assert set(reasons(source)) == {"a/out.png", "b", "gone.png", "loop"}


def test_link_put_in_place_of_a_listed_file_is_not_followed(places: Places, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"a/1.png": picture_bytes(), "a/2.png": picture_bytes()})
    outside = write_tree(tmp_path / "secret", {"2.png": picture_bytes()})
    source = opened(places, root)
    (root / "a" / "2.png").unlink()
    (root / "a" / "2.png").symlink_to(outside / "2.png")
    assert len(read(source)[0]) == 1
    assert "cannot be opened" in reasons(source)["a/2.png"]


def test_pipes_are_not_waited_for(places: Places, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"a/1.png": picture_bytes()})
    os.mkfifo(root / "a" / "pipe.png")
    source = opened(places, root)
    assert len(read(source)[0]) == 1
    assert "plain file" in reasons(source)["a/pipe.png"]


def test_file_that_vanishes_is_skipped(places: Places, tmp_path: Path) -> None:
    root = write_tree(tmp_path / "p", {"a/1.png": picture_bytes(), "a/2.png": picture_bytes()})
    source = opened(places, root)
    (root / "a" / "2.png").unlink()
    assert len(read(source)[0]) == 1
    assert "No such file" in reasons(source)["a/2.png"]


def test_too_many_files_are_refused(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(tree, "MAX_FILES", 3)
    write_tree(tmp_path / "p", {f"a/{index}.png": picture_bytes() for index in range(5)})
    with pytest.raises(TooLarge):
        opened(places, tmp_path / "p")


def test_file_with_too_many_bytes_is_skipped(
    places: Places, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(folder, "MAX_BYTES", 1000)
    root = write_tree(tmp_path / "p", {"a/1.png": picture_bytes(), "a/2.png": bytes(1001)})
    source = opened(places, root)
    assert len(read(source)[0]) == 1
    assert "more than 1,000 bytes" in reasons(source)["a/2.png"]


@pytest.mark.parametrize("path", ["/dev/zero", "/no/such/place"])
def test_what_is_no_folder_or_file_is_refused(places: Places, path: str) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        opened(places, Path(path))


def test_text_file_instead_of_an_archive_is_refused(places: Places, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(InvalidInput, match=r"notes\.txt"):
        opened(places, tmp_path / "notes.txt")


def test_many_pictures_keep_their_order(places: Places, tmp_path: Path) -> None:
    files = {f"a/{index:04}.png": picture_bytes(index % 256) for index in range(1500)}
    samples, _ = read(opened(places, write_tree(tmp_path / "p", files), size=8))
    assert samples[:, 0, 0, 0].tolist() == [index % 256 for index in range(1500)]


def test_few_bytes_wait_in_memory(places: Places, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(folder, "BATCH_BYTES", 100)
    monkeypatch.setattr(folder, "WAITING_BYTES", 200)
    files = {f"a/{index:03}.png": picture_bytes(index) for index in range(50)}
    samples, _ = read(opened(places, write_tree(tmp_path / "p", files), size=8))
    assert samples[:, 0, 0, 0].tolist() == list(range(50))


def test_a_file_changed_under_its_name_changes_the_fingerprint(
    places: Places, tmp_path: Path
) -> None:
    """A half import of the earlier files is not gone on with."""
    folder = write_tree(
        tmp_path / "pets", {"cat/1.png": picture_bytes(1), "cat/2.png": picture_bytes(2)}
    )
    spec = FolderSource(path=str(folder))
    before = open_source(spec, places=places, progress=quiet).fingerprint
    assert open_source(spec, places=places, progress=quiet).fingerprint == before
    (folder / "cat" / "2.png").write_bytes(picture_bytes(3))
    os.utime(folder / "cat" / "2.png", ns=(1, 1))
    assert open_source(spec, places=places, progress=quiet).fingerprint != before
