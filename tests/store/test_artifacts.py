from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.store.artifacts import Artifacts


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(tmp_path / "artifacts")


def files(artifacts: Artifacts) -> list[Path]:
    return sorted(path for path in artifacts.root.rglob("*") if path.is_file())


def test_put_names_bytes_by_their_hash(artifacts: Artifacts) -> None:
    stored = artifacts.put(b"hello", "greeting.txt")
    assert stored.digest == hashlib.sha256(b"hello").hexdigest()
    assert (stored.name, stored.size) == ("greeting.txt", 5)
    assert artifacts.path(stored.digest) == (artifacts.root / stored.digest[:2] / stored.digest)
    assert artifacts.read(stored.digest) == b"hello"


def test_the_same_bytes_are_stored_once(artifacts: Artifacts) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = {done.digest for done in pool.map(artifacts.put, [b"same"] * 40, ["n"] * 40)}
    assert len(digests) == 1
    assert len(files(artifacts)) == 1


def test_every_content_comes_back(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "artifacts")

    @given(st.lists(st.binary(max_size=200), max_size=6))
    def check(contents: list[bytes]) -> None:
        digests = [artifacts.put(content, "any").digest for content in contents]
        assert [artifacts.read(digest) for digest in digests] == contents

    check()


def test_a_draft_that_fails_leaves_nothing(artifacts: Artifacts) -> None:
    def write_half() -> None:
        with artifacts.draft() as path:
            path.write_bytes(b"half of it")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert files(artifacts) == []


def test_a_file_is_in_the_store_only_when_it_is_whole(
    artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens before the rename, no reader can see the name."""
    synced: list[int] = []
    rename = os.replace

    def replace(source: Path, target: Path) -> None:
        assert synced, "the bytes must be on the disk before the name is"
        assert not target.exists()
        rename(source, target)
        assert target.read_bytes() == b"whole"

    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(handle), fsync(handle)))
    monkeypatch.setattr(os, "replace", replace)
    artifacts.put(b"whole", "x")
    assert len(synced) == 3  # the file, its folder, the folder of that


def test_damage_is_found(artifacts: Artifacts) -> None:
    stored = artifacts.put(b"precious", "x")
    artifacts.path(stored.digest).write_bytes(b"precioux")
    with pytest.raises(StudioError, match="damaged") as caught:
        artifacts.read(stored.digest)
    assert "backup" in caught.value.fix


def test_putting_damaged_bytes_again_heals_them(artifacts: Artifacts) -> None:
    stored = artifacts.put(b"precious", "x")
    artifacts.path(stored.digest).write_bytes(b"precioux")
    artifacts.put(b"precious", "x")
    assert artifacts.read(stored.digest) == b"precious"


@pytest.mark.parametrize(
    "digest", ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, "a" * 64, "a/" * 32]
)
def test_what_is_no_artifact_is_not_found(artifacts: Artifacts, digest: str) -> None:
    artifacts.put(b"hello", "x")
    with pytest.raises(NotFound):
        artifacts.path(digest)


def test_arrays_are_mapped_and_read_only(artifacts: Artifacts) -> None:
    array = np.arange(12, dtype=np.int32).reshape(3, 4)
    opened = artifacts.open_array(artifacts.put_array(array, "a.npy").digest)
    np.testing.assert_array_equal(opened, array)
    assert isinstance(opened, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        opened[0, 0] = 9


def test_pickled_arrays_are_neither_written_nor_read(artifacts: Artifacts) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        artifacts.put_array(np.array([{}], dtype=object), "a.npy")
    with artifacts.draft() as path:
        with open(path, "wb") as file:
            np.save(file, np.array([{}], dtype=object), allow_pickle=True)
        pickled = artifacts.adopt(path, "a.npy")
    with pytest.raises(ValueError, match=r"allow_pickle|Python objects"):
        artifacts.open_array(pickled.digest)


def stored(artifacts: Artifacts, array: np.ndarray) -> str:
    return artifacts.put_array(array, "part.npy").digest


def pictures(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 3, 2, 1), np.uint8)


def test_samples_of_one_part_are_that_part(artifacts: Artifacts) -> None:
    array = pictures(4)
    digest = stored(artifacts, array)
    assert artifacts.join([digest]) == digest
    assert artifacts.parts(digest) == [digest]
    assert artifacts.references(digest) == []
    opened = artifacts.open_samples(digest)
    assert isinstance(opened, np.memmap)
    np.testing.assert_array_equal(opened, array)


def test_parts_are_shared_and_never_nested(artifacts: Artifacts) -> None:
    arrays = [pictures(size, size) for size in (3, 1, 4)]
    first, second, third = (stored(artifacts, array) for array in arrays)
    both = artifacts.join([first, second])
    before = files(artifacts)
    whole = artifacts.join([both, third])
    assert artifacts.parts(whole) == artifacts.references(whole) == [first, second, third]
    assert len(files(artifacts)) == len(before) + 1  # a document, no copy
    assert artifacts.join([first, second, third]) == whole
    opened = artifacts.open_samples(whole)
    assert opened.shape == (8, 3, 2, 1)
    np.testing.assert_array_equal(np.asarray(opened), np.concatenate(arrays))
    assert all(isinstance(part, np.memmap) for part in opened.parts)


def test_texts_come_back(tmp_path: Path) -> None:
    artifacts = Artifacts(tmp_path / "artifacts")
    # Cs: half a character, which has no place in UTF-8
    texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=6)

    @settings(max_examples=40)
    @given(texts, texts)
    def check(some: list[str], more: list[str]) -> None:
        one, other = artifacts.put_texts(some, "texts"), artifacts.put_texts(more, "texts")
        assert list(artifacts.open_samples(one)) == some
        whole = artifacts.join([one, other])
        assert list(artifacts.open_samples(whole)) == some + more
        assert len(artifacts.open_samples(whole)) == len(some) + len(more)
        assert artifacts.parts(whole) == [one, other]
        assert len(artifacts.references(one)) == 2

    check()


def test_half_a_character_does_not_end_an_import(artifacts: Artifacts) -> None:
    digest = artifacts.put_texts(["half \ud83d", "whole"], "texts")
    assert list(artifacts.open_samples(digest)) == ["half ?", "whole"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"label": "cat", "text": "parts"}\n{"label": "dog", "text": "of a .jsonl export"}\n',
        b'{"accuracy": 0.5, "parts": ["' + b"a" * 64 + b'"]}',
        b"{ not JSON at all",
        b"PK\x03\x04 a zip",
    ],
    ids=["empty", "empty object", "jsonl", "JSON", "brace", "zip"],
)
def test_other_files_hold_no_samples(artifacts: Artifacts, content: bytes) -> None:
    digest = artifacts.put(content, "other").digest
    assert artifacts.references(digest) == []
    assert artifacts.parts(digest) == [digest]
    with pytest.raises(InvalidInput, match="holds no samples"):
        artifacts.open_samples(digest)
    artifacts.collect_garbage([digest], older_than=0.0)
    assert artifacts.read(digest) == content


def test_a_missing_part_is_not_found(artifacts: Artifacts) -> None:
    first, second = stored(artifacts, pictures(3)), stored(artifacts, pictures(2, 1))
    whole = artifacts.join([first, second])
    artifacts.path(second).unlink()
    with pytest.raises(NotFound):
        artifacts.open_samples(whole)
    with pytest.raises(NotFound):
        artifacts.open_samples("f" * 64)
    assert artifacts.references("f" * 64) == []


def age(artifacts: Artifacts, seconds: float = 3600.0) -> None:
    when = time.time() - seconds
    for path in files(artifacts):
        os.utime(path, (when, when))


def test_garbage_is_what_nobody_refers_to(artifacts: Artifacts) -> None:
    plain, orphan = stored(artifacts, pictures(1, 1)), stored(artifacts, pictures(2, 2))
    parts = [stored(artifacts, pictures(3, 3)), stored(artifacts, pictures(4, 4))]
    whole, lost = artifacts.join(parts), artifacts.join([parts[0], orphan])
    names = artifacts.join(
        [artifacts.put_texts(["a"], "names"), artifacts.put_texts(["b", ""], "names")]
    )
    forgotten = artifacts.put_texts(["nobody"], "names")
    loose = [orphan, lost, forgotten, *artifacts.references(forgotten)]
    size = sum(artifacts.path(digest).stat().st_size for digest in loose)
    age(artifacts)
    wanted = [plain, whole, names, "f" * 64]
    assert artifacts.collect_garbage(wanted, older_than=7200.0) == 0
    assert artifacts.collect_garbage(iter(wanted), older_than=60.0) == size
    assert not any(artifacts.has(digest) for digest in loose)
    assert len(artifacts.open_samples(whole)) == 7
    assert list(artifacts.open_samples(names)) == ["a", "b", ""]
    assert len(artifacts.open_samples(plain)) == 1
    assert artifacts.collect_garbage(wanted, older_than=60.0) == 0
    assert artifacts.collect_garbage([], older_than=60.0) > 0
    assert files(artifacts) == []


def test_what_was_put_again_is_young(artifacts: Artifacts) -> None:
    """Somebody is about to refer to it."""
    digest = stored(artifacts, pictures(3))
    age(artifacts)
    assert stored(artifacts, pictures(3)) == digest
    assert artifacts.collect_garbage([], older_than=60.0) == 0
    assert artifacts.has(digest)


def test_forgotten_drafts_are_garbage_and_half_imports_are_not(artifacts: Artifacts) -> None:
    with artifacts.draft() as path:
        path.write_bytes(b"young")
        (artifacts.drafts / "killed").write_bytes(b"old")
        (artifacts.drafts / "import-1").mkdir()
        (artifacts.drafts / "import-1" / "labels.npy").write_bytes(b"half")
        age(artifacts)
        path.touch()
        assert artifacts.collect_garbage([], older_than=60.0) == 3
        assert path.exists()
        assert (artifacts.drafts / "import-1" / "labels.npy").exists()


def test_a_damaged_list_of_parts_stops_the_collection(artifacts: Artifacts) -> None:
    """Without it nobody knows what is referred to, so nothing is removed."""
    parts = [stored(artifacts, pictures(3)), stored(artifacts, pictures(2, 1))]
    whole = artifacts.join(parts)
    path = artifacts.path(whole)
    path.write_bytes(path.read_bytes() + b" ")
    age(artifacts)
    with pytest.raises(StudioError, match="damaged"):
        artifacts.collect_garbage([whole], older_than=60.0)
    assert all(artifacts.has(part) for part in parts)


def test_an_empty_store_has_no_garbage(tmp_path: Path) -> None:
    assert Artifacts(tmp_path / "nowhere").collect_garbage([], older_than=0.0) == 0
