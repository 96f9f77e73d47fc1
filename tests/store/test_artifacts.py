from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import NotFound, StudioError
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
