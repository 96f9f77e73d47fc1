from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import Conflict
from studio.store import staging as staging_module
from studio.store.artifacts import Artifacts
from studio.store.columns import HEADER_BYTES
from studio.store.staging import (
    Staging,
    discard_old_staging,
    discard_staging,
    open_staging,
)
from tests.store.conftest import Forked

LAYOUT = {"pictures": (np.uint8, (4,)), "labels": (np.int32, ()), "boxes": (np.float64, (6,))}
ADOPTED = ("pictures", "labels")
CALLS = ("rename", "fsync", "fdatasync", "replace", "write", "pwrite", "ftruncate", "unlink")


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(tmp_path / "artifacts")


def new_folder(artifacts: Artifacts, name: str = "half") -> Path:
    folder = artifacts.drafts / name
    folder.mkdir(parents=True)
    return folder


def chunk(number: int, size: int) -> dict[str, np.ndarray]:
    """What a source gives out: the same for the same number."""
    noise = np.random.default_rng(number)
    return {
        "pictures": noise.integers(0, 256, (size, 4), np.uint8),
        "labels": noise.integers(-1, 9, size).astype(np.int32),
        "boxes": noise.random((number % 3, 6)),
    }


def read_source(
    staging: Staging,
    sizes: list[int],
    *,
    written: Callable[[int], bool] = lambda number: True,
    stop: int | None = None,
) -> None:
    """Append the chunks behind the journal's cursor, which is the number of those given out."""
    if staging.journal.facts is not None:
        return
    for number in range(staging.journal.cursor or 0, len(sizes)):
        if number == stop:
            raise Killed
        for name, array in chunk(number, sizes[number]).items():
            staging.columns[name].append(array)
        staging.checkpoint(number + 1, now=written(number))
    staging.complete({"chunks": len(sizes)})


def store(staging: Staging) -> dict[str, str]:
    found = {name: staging.adopt(name) for name in ADOPTED}
    boxes = staging.array("boxes")
    return {**found, "boxes": json.dumps(boxes.tolist()), "facts": repr(staging.journal.facts)}


def whole_import(
    folder: Path, artifacts: Artifacts, sizes: list[int], of: str = "source", **how: Any
) -> dict[str, str]:
    """Import as `build_manifest` does; a kill leaves the folder as it is."""
    staging = Staging(folder, artifacts, of, LAYOUT)
    try:
        read_source(staging, sizes, **how)
        return store(staging)
    finally:
        staging.close()


def spoil(folder: Path, generator: np.random.Generator) -> None:
    """Whatever lies behind the journal may be anything after a kill, or a power cut."""
    try:
        rows = json.loads((folder / "journal.json").read_bytes())["rows"]
    except FileNotFoundError:
        rows = {}
    for name, (dtype, shape) in LAYOUT.items():
        path = folder / f"{name}.npy"
        if not path.exists():
            continue
        safe = HEADER_BYTES + rows.get(name, 0) * np.dtype(dtype).itemsize * int(np.prod(shape))
        with open(path, "r+b") as file:
            file.truncate(max(safe, int(generator.integers(safe, safe + 50))))
            file.seek(safe)
            file.write(generator.bytes(int(generator.integers(0, 60))))


@settings(max_examples=60)
@given(
    sizes=st.lists(st.integers(0, 5), min_size=1, max_size=8),
    kills=st.lists(st.integers(0, 8), max_size=4),
    seed=st.integers(0, 99),
)
def test_an_import_killed_anywhere_ends_as_an_uninterrupted_one(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], kills: list[int], seed: int
) -> None:
    artifacts = Artifacts(tmp_path_factory.mktemp("store"))
    generator = np.random.default_rng(seed)
    expected = whole_import(new_folder(artifacts, "whole"), artifacts, sizes)
    folder = new_folder(artifacts)
    for stop in kills:
        try:
            whole_import(
                folder,
                artifacts,
                sizes,
                stop=stop,
                written=lambda _: bool(generator.integers(2)),
            )
        except Killed:
            spoil(folder, generator)
    assert whole_import(folder, artifacts, sizes) == expected
    pictures = artifacts.open_array(expected["pictures"])
    np.testing.assert_array_equal(
        pictures, np.concatenate([chunk(n, size)["pictures"] for n, size in enumerate(sizes)])
    )


@contextmanager
def killed_at(call: int, *, done: bool) -> Iterator[list[str]]:
    """Die at the n-th call that changes a file: before it, or when it is done. Yields the calls made."""
    made: list[str] = []
    real = {name: getattr(os, name) for name in CALLS}

    def counted(name: str) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            made.append(name)
            if len(made) == call + 1 and not done:
                raise Killed
            result = real[name](*args, **kwargs)
            if len(made) == call + 1:
                raise Killed
            return result

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, counted(name))
        yield made


@pytest.mark.parametrize("done", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("changed", [False, True], ids=["the same", "another source"])
def test_a_kill_at_any_system_call_leaves_something_to_go_on_with(
    tmp_path: Path, done: bool, changed: bool
) -> None:
    """Every call of an import in turn, the steps of adopting included."""
    sizes = [3, 0, 2]
    expected = whole_import(new_folder(Artifacts(tmp_path / "a")), Artifacts(tmp_path / "a"), sizes)
    call, calls = 0, 0
    while call <= calls:
        artifacts = Artifacts(tmp_path / f"{call}")
        folder = new_folder(artifacts)
        if changed:
            with pytest.raises(Killed):
                whole_import(folder, artifacts, [5, 4], "other", stop=1)
        with killed_at(call, done=done) as made:
            try:
                whole_import(folder, artifacts, sizes)
            except Killed:
                calls = call + 1
        assert whole_import(folder, artifacts, sizes) == expected, made
        assert {path.name for path in artifacts.root.glob("[0-9a-f][0-9a-f]/*")} == {
            expected[name] for name in ADOPTED
        }, made
        call += 1
    assert calls > 20


def test_what_is_known_is_not_read_again(artifacts: Artifacts) -> None:
    folder = new_folder(artifacts)
    with pytest.raises(Killed):
        whole_import(folder, artifacts, [2] * 6, stop=4)
    staging = Staging(folder, artifacts, "source", LAYOUT)
    assert staging.journal.cursor == 4
    assert {name: column.rows for name, column in staging.columns.items()} == {
        "pictures": 8,
        "labels": 8,
        "boxes": 3,
    }
    staging.close()


def test_the_journal_is_written_now_and_then(
    artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cursor_after_kill(name: str) -> object:
        folder = new_folder(artifacts, name)
        with pytest.raises(Killed):
            whole_import(folder, artifacts, [1] * 5, stop=3, written=lambda _: False)
        staging = Staging(folder, artifacts, "source", LAYOUT)
        staging.close()
        return staging.journal.cursor

    monkeypatch.setattr(staging_module, "SYNC_SECONDS", 3600.0)
    assert cursor_after_kill("soon") is None
    monkeypatch.setattr(staging_module, "SYNC_SECONDS", 0.0)
    assert cursor_after_kill("later") == 3


def test_another_source_starts_anew(artifacts: Artifacts) -> None:
    folder = new_folder(artifacts)
    with pytest.raises(Killed):
        whole_import(folder, artifacts, [2] * 6, stop=4)
    (folder / "left-over.npy").write_bytes(b"of another layout")
    staging = Staging(folder, artifacts, "changed", LAYOUT)
    assert (staging.journal.cursor, staging.journal.rows) == (None, {})
    assert [column.rows for column in staging.columns.values()] == [0, 0, 0]
    assert not (folder / "left-over.npy").exists()
    staging.close()


def break_journal(folder: Path, artifacts: Artifacts) -> None:
    (folder / "journal.json").write_bytes(b'{"of": "sour')


def older_journal(folder: Path, artifacts: Artifacts) -> None:
    journal = json.loads((folder / "journal.json").read_bytes())
    (folder / "journal.json").write_text(json.dumps({**journal, "unknown": 1}))


def lose_column(folder: Path, artifacts: Artifacts) -> None:
    (folder / "boxes.npy").unlink()


def lose_rows(folder: Path, artifacts: Artifacts) -> None:
    os.truncate(folder / "boxes.npy", HEADER_BYTES)


def lose_artifact(folder: Path, artifacts: Artifacts) -> None:
    for path in artifacts.root.glob("[0-9a-f][0-9a-f]/*"):
        path.unlink()


@pytest.mark.parametrize(
    "damage", [break_journal, older_journal, lose_column, lose_rows, lose_artifact]
)
def test_what_cannot_be_trusted_is_read_again(
    artifacts: Artifacts, damage: Callable[[Path, Artifacts], None]
) -> None:
    folder, sizes = new_folder(artifacts), [2, 3, 4]
    expected = whole_import(folder, artifacts, sizes)
    damage(folder, artifacts)
    staging = Staging(folder, artifacts, "source", LAYOUT)
    assert staging.journal.cursor is None
    staging.close()
    assert whole_import(folder, artifacts, sizes) == expected
    assert artifacts.has(expected["pictures"])


def test_adopting_twice_is_adopting_once(artifacts: Artifacts) -> None:
    folder = new_folder(artifacts)
    staging = Staging(folder, artifacts, "source", LAYOUT)
    read_source(staging, [2, 3])
    first = store(staging)
    assert store(staging) == first
    staging.close()
    again = Staging(folder, artifacts, "source", LAYOUT)
    assert again.columns.keys() == {"boxes"}
    assert again.rows("pictures") == 5
    np.testing.assert_array_equal(again.array("labels"), artifacts.open_array(first["labels"]))
    assert store(again) == first
    again.close()


def test_a_half_import_is_gone_in_the_end(artifacts: Artifacts) -> None:
    with open_staging(artifacts, "half", "source", LAYOUT) as staging:
        assert staging.folder == artifacts.drafts / "half"
        read_source(staging, [2])
        stored = store(staging)
    assert list(artifacts.drafts.iterdir()) == []
    assert artifacts.has(stored["pictures"])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_a_half_import_that_fails_is_gone(artifacts: Artifacts, error: type[Exception]) -> None:
    def fail() -> None:
        with open_staging(artifacts, "half", "source", LAYOUT) as staging:
            staging.columns["labels"].append(np.ones(4, np.int32))
            staging.checkpoint(1, now=True)
            raise error

    with pytest.raises(error):
        fail()
    assert list(artifacts.drafts.iterdir()) == []


def test_a_half_import_that_cannot_begin_is_gone(artifacts: Artifacts) -> None:
    layout = {"labels": (np.int32, ()), "no/such/folder": (np.int32, ())}
    with pytest.raises(FileNotFoundError), open_staging(artifacts, "half", "source", layout):
        raise AssertionError("it must not begin")
    assert list(artifacts.drafts.iterdir()) == []


def test_one_half_import_has_one_owner(artifacts: Artifacts) -> None:
    with open_staging(artifacts, "half", "source", LAYOUT) as staging:
        read_source(staging, [2])
        with (
            pytest.raises(Conflict, match="running already"),
            open_staging(artifacts, "half", "source", LAYOUT),
        ):
            raise AssertionError("two owners")
        assert not discard_staging(artifacts, "half")
        with open_staging(artifacts, "other", "source", LAYOUT):
            pass
        assert store(staging).keys() == {*ADOPTED, "boxes", "facts"}


def test_processes_take_turns(forked: Forked, tmp_path: Path) -> None:
    """Each removes the folder at its end, while others wait for its lock."""
    work = """
        import numpy as np
        from studio.core.errors import Conflict
        from studio.store.artifacts import Artifacts
        from studio.store.staging import open_staging

        def work(number):
            done = 0
            while done < 25:
                try:
                    with open_staging(Artifacts(home), "half", f"of {number}", {"a": (np.int32, ())}) as staging:
                        alone = os.open(home / "alone", os.O_CREAT | os.O_EXCL)
                        staging.columns["a"].append(np.full(3, number, np.int32))
                        staging.complete({})
                        assert staging.array("a").tolist() == [number] * 3
                        os.close(alone)
                        (home / "alone").unlink()
                        done += 1
                except Conflict:
                    pass
    """
    home = tmp_path / "artifacts"
    home.mkdir()
    assert forked(work, home, 6) == [0] * 6
    assert list((home / "drafts").iterdir()) == []


def test_what_a_kill_left_of_a_removal_is_removed(artifacts: Artifacts) -> None:
    for discard in (
        lambda: discard_staging(artifacts, "half"),
        lambda: discard_old_staging(artifacts, older_than=60),
    ):
        with pytest.raises(Killed):
            whole_import(new_folder(artifacts, "half"), artifacts, [2] * 3, stop=2)
        with killed_at(0, done=True), pytest.raises(Killed):
            discard_staging(artifacts, "half")
        (left,) = artifacts.drafts.iterdir()
        assert left.name.startswith("gone-")
        (artifacts.drafts / "half").mkdir()
        discard()
        assert not left.exists()
        discard_staging(artifacts, "half")


def test_drafts_of_an_import_lie_in_its_folder(artifacts: Artifacts) -> None:
    with open_staging(artifacts, "half", "source", LAYOUT) as staging:
        with staging.artifacts.draft() as draft:
            assert draft.parent == staging.folder
        digest = staging.artifacts.put(b"content", "x").digest
    assert artifacts.read(digest) == b"content"
    with artifacts.draft() as draft:
        assert draft.parent == artifacts.drafts


def test_half_imports_are_discarded_unless_somebody_works_at_them(artifacts: Artifacts) -> None:
    assert discard_staging(artifacts, "never-begun")
    for name in ("old", "young"):
        with pytest.raises(Killed):
            whole_import(new_folder(artifacts, name), artifacts, [2] * 3, stop=2)
    discard_old_staging(artifacts, older_than=60)
    week = time.time() - 7 * 24 * 3600
    os.utime(artifacts.drafts / "old", (week, week))
    with open_staging(artifacts, "busy", "source", LAYOUT):
        os.utime(artifacts.drafts / "busy", (week, week))
        discard_old_staging(artifacts, older_than=60)
        assert sorted(path.name for path in artifacts.drafts.iterdir()) == ["busy", "young"]
    assert discard_staging(artifacts, "young")
    assert list(artifacts.drafts.iterdir()) == []
    discard_old_staging(Artifacts(artifacts.root / "nowhere"), older_than=0)
