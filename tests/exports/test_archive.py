"""Zip archives written one member behind the other."""

from __future__ import annotations

import io
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from studio.exports.archive import Archive, zipped
from tests.exports.conftest import members

NAMES = st.text(st.characters(exclude_categories=["C"], exclude_characters="/\\"), min_size=1)


@given(st.dictionaries(NAMES, st.tuples(st.booleans(), st.lists(st.binary(), max_size=4))))
def test_zipfile_reads_what_was_written(files: dict[str, tuple[bool, list[bytes]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "a.zip"
        with zipped(target) as archive:
            for name, (whole, pieces) in files.items():
                if whole:
                    archive.write(name, b"".join(pieces))
                    continue
                with archive.member(name) as member:
                    for piece in pieces:
                        member.write(piece)
        assert members(target) == {name: b"".join(pieces) for name, (_, pieces) in files.items()}


def test_more_members_than_old_zips_know(tmp_path: Path) -> None:
    with zipped(tmp_path / "a.zip") as archive:
        for number in range(70_000):
            archive.write(str(number), b"%d" % number)
    with zipfile.ZipFile(tmp_path / "a.zip") as found:
        assert len(found.infolist()) == 70_000
        assert found.read("69999") == b"69999"


def test_members_behind_four_gigabytes(tmp_path: Path) -> None:
    """The file has a hole of five gigabytes in front, which takes no room on the disk."""
    with (tmp_path / "a.zip").open("wb") as file:
        archive = Archive(file, io.BytesIO())
        file.seek(5 * 2**30)
        archive.write("whole", b"1")
        with archive.member("piece by piece") as member:
            member.write(b"2")
        archive.finish()
    assert members(tmp_path / "a.zip") == {"whole": b"1", "piece by piece": b"2"}


def test_memory_does_not_grow_with_members(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with zipped(tmp_path / "a.zip") as archive:
            for number in range(100_000):
                archive.write(f"train/cats/{number:08}.png", b"")
            held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 6 * 2**20


def test_members_are_plain_files_of_everybody(tmp_path: Path) -> None:
    with zipped(tmp_path / "a.zip") as archive:
        archive.write("a", b"1")
    with zipfile.ZipFile(tmp_path / "a.zip") as found:
        info = found.infolist()[0]
    assert info.external_attr >> 16 == 0o100644
    assert info.date_time == (1980, 1, 1, 0, 0, 0)
