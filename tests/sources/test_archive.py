"""Zip archives made by strangers, some of them to do harm."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import Cancelled, InvalidInput, StudioError, TooLarge
from studio.core.sources import FolderSource
from studio.sources import Places
from studio.sources import archive as archive_module
from studio.sources.archive import Archive, open_tree
from studio.sources.pictures import Unreadable
from studio.sources.tree import Single
from tests.sources.conftest import ROOT, picture_bytes, quiet, write_tree, write_zip

PICTURES = {f"apple/{index}.png": picture_bytes(index) for index in range(5)}


def refused(path: Path, kind: type[StudioError] = InvalidInput) -> StudioError:
    with pytest.raises(kind) as caught:
        Archive(path, quiet)
    assert path.name in caught.value.what
    assert caught.value.why
    assert caught.value.fix
    return caught.value


def contents(archive: Archive) -> dict[str, bytes]:
    with archive.opened() as read:
        return {name: read(index, 10**6) for index, name in enumerate(archive.names)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pictures.zip"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_files_are_read_in_the_order_of_their_names(path: Path, method: int) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in reversed(PICTURES):
            archive.writestr(name, PICTURES[name])
    found = contents(Archive(path, quiet))
    assert found == PICTURES
    assert list(found) == sorted(PICTURES)


def test_folders_hidden_files_and_system_files_are_left_out(path: Path) -> None:
    write_zip(path, PICTURES | {"__MACOSX/apple/._0.png": b"x", "apple/.DS_Store": b"x", "a/": b""})
    assert contents(Archive(path, quiet)) == PICTURES


def test_backslashes_divide_folders(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = "apple\\0.png"
        archive.writestr(info, b"x")
    assert Archive(path, quiet).names == ["apple/0.png"]


def test_only_as_much_is_read_as_asked(path: Path) -> None:
    write_zip(path, {"a.png": b"abcdefgh"})
    with Archive(path, quiet).opened() as read:
        assert read(0, 3) == b"abc"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "a/../../evil.png",
        "/etc/evil.png",
        "..\\evil.png",
        "C:\\evil.png",
        "C:evil.png",
        "a/..",
    ],
)
def test_names_that_lead_out_are_refused(path: Path, name: str) -> None:
    write_zip(path, PICTURES | {name: b"x"})
    error = refused(path)
    assert "leads out" in error.why
    assert name.replace("\\", "/") in error.what


def test_hidden_end_of_a_name_is_refused(path: Path) -> None:
    write_zip(path, {"apple/0.pngX../../evil": b"x"})
    path.write_bytes(path.read_bytes().replace(b"0.pngX", b"0.png\0"))
    assert "leads out" in refused(path).why


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(path: Path, kind: int) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("apple/link.png")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "link or a device" in refused(path).what


@pytest.mark.parametrize("name", ["inner.zip", "a/inner.tar.gz", "x.7z", "x.RAR", "x.tgz"])
def test_archives_within_are_refused(path: Path, name: str) -> None:
    write_zip(path, PICTURES | {name: b"x"})
    assert "another archive" in refused(path).what


def test_encrypted_entries_are_refused(path: Path) -> None:
    write_zip(path, PICTURES)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert "encrypted" in refused(path).what


def overlapping(copies: int) -> bytes:
    """Every entry of the table of contents points at the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("0000.png", bytes(5000))
    data = stream.getvalue()
    at, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    entry = data[at:end]
    entries = b"".join(entry.replace(b"0000", b"%04d" % number) for number in range(copies))
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(entries), at, 0)
    return data[:at] + entries + record


def test_overlapping_entries_are_refused(path: Path) -> None:
    path.write_bytes(overlapping(200))
    assert "overlap" in refused(path).what


def test_entry_that_reaches_into_the_table_of_contents_is_refused(path: Path) -> None:
    write_zip(path, {"a.png": b"x" * 50})
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    data[at + 20 : at + 28] = struct.pack("<LL", 5000, 5000)
    path.write_bytes(data)
    assert "overlap" in refused(path).what


def test_bomb_is_refused(path: Path) -> None:
    write_zip(path, {"apple/0.png": bytes(50_000_000)})
    error = refused(path)
    assert "50,000,000" in error.what
    assert "100 to 1" in error.why


def test_bomb_of_many_small_files_is_refused(path: Path) -> None:
    write_zip(path, {f"apple/{index}.png": bytes(1_000_000) for index in range(20)})
    assert "20,000,000" in refused(path).what


def test_single_blank_picture_is_no_bomb(path: Path) -> None:
    write_zip(path, {"apple/0.bmp": picture_bytes(255, (300, 300), "BMP")})
    assert len(Archive(path, quiet).names) == 1


def test_entry_that_expands_to_more_than_it_says_is_cut_off(path: Path) -> None:
    write_zip(path, {"apple/0.png": b"abc" * 10_000})
    data = bytearray(path.read_bytes())
    for at in (data.find(b"PK\x03\x04") + 22, data.find(b"PK\x01\x02") + 24):
        data[at : at + 4] = struct.pack("<L", 100)
    path.write_bytes(data)
    with Archive(path, quiet).opened() as read, pytest.raises(Unreadable):
        read(0, 10**9)


def test_too_many_entries_are_refused_unread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_FILES", 4)
    write_zip(path, PICTURES)
    assert "5 entries" in refused(path, TooLarge).what


def test_number_of_entries_is_counted_not_believed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "MAX_FILES", 4)
    write_zip(path, PICTURES)
    data = path.read_bytes()
    at = data.rfind(b"PK\x05\x06")
    path.write_bytes(data[: at + 8] + struct.pack("<HH", 1, 1) + data[at + 12 :])
    assert "5 entries" in refused(path, TooLarge).what


def test_too_much_when_expanded_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_EXPANDED", 300)
    write_zip(path, PICTURES)
    assert "expanded" in refused(path, TooLarge).what


def test_zip64_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 2)
    write_zip(path, PICTURES)
    monkeypatch.undo()
    assert b"PK\x06\x06" in path.read_bytes()
    assert contents(Archive(path, quiet)) == PICTURES


def test_archive_behind_other_bytes_and_with_a_comment_is_read(path: Path) -> None:
    write_zip(path, PICTURES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"made by hand" * 100
    path.write_bytes(b"#!/bin/sh\n" * 50 + path.read_bytes())
    assert contents(Archive(path, quiet)) == PICTURES


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"<html>", b"PK\x05\x06" + bytes(17), b"PK\x05\x06" + b"\xff" * 18, bytes(10**5)],
)
def test_what_is_no_archive_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert "cannot be read as a zip" in refused(path).what


def test_cut_archive_is_refused(path: Path) -> None:
    write_zip(path, PICTURES)
    path.write_bytes(path.read_bytes()[:-30])
    refused(path)


def test_damaged_entry_is_skipped_alone(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.png", b"first content")
        archive.writestr("b.png", b"second content")
    path.write_bytes(path.read_bytes().replace(b"first content", b"worst content"))
    with Archive(path, quiet).opened() as read:
        with pytest.raises(Unreadable, match="damaged"):
            read(0, 100)
        assert read(1, 100) == b"second content"


def test_archive_that_changes_meanwhile_is_refused(path: Path) -> None:
    write_zip(path, PICTURES)
    archive = Archive(path, quiet)
    write_zip(path, {"b.png": b"x"})
    with pytest.raises(InvalidInput, match="changed"):
        contents(archive)


def test_nothing_is_ever_written(path: Path) -> None:
    write_zip(path, PICTURES)
    contents(Archive(path, quiet))
    assert os.listdir(path.parent) == [path.name]


def test_listing_a_long_archive_can_be_cancelled(path: Path) -> None:
    write_zip(path, {f"{index:05}.png": b"" for index in range(30_000)})
    calls = 0

    def cancel(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    begun = time.process_time()
    with pytest.raises(Cancelled):
        Archive(path, cancel)
    assert time.process_time() - begun < 3


@settings(max_examples=200)
@given(data=st.data())
def test_damaged_archives_never_escape_as_another_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, picture in PICTURES.items():
            archive.writestr(name, picture)
    broken = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 5))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(broken)
    with suppress(StudioError):
        found = Archive(path, quiet)
        with found.opened() as read:
            for index in range(len(found.names)):
                with suppress(Unreadable):
                    read(index, 10**6)


def test_memory_stays_small_for_a_lying_table_of_contents(path: Path) -> None:
    """The end record claims a table of 4 GB in a file of a few bytes."""
    path.write_bytes(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2**32 - 2, 0, 0))
    assert "table of contents" in refused(path).why


def test_archives_made_by_the_zip_program_are_read(path: Path, tmp_path: Path) -> None:
    for name, data in PICTURES.items():
        (tmp_path / "apple").mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    subprocess.run(
        [sys.executable, "-m", "zipfile", "-c", path.name, "apple"], cwd=tmp_path, check=True
    )
    assert contents(Archive(path, quiet)) == PICTURES


def test_files_are_read_piece_by_piece_too(path: Path) -> None:
    data = bytes(range(256)) * 2000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.json", data)
    archive = Archive(path, quiet)
    assert archive.size(0) == len(data)
    with archive.stream(0) as file:
        assert file.read(300) == data[:300]
        file.seek(100_000)
        assert file.read(10) == data[100_000:100_010]
        assert b"".join(iter(lambda: file.read(70_000), b"")) == data[100_010:]


def test_damage_met_while_reading_piece_by_piece_is_said(path: Path) -> None:
    noise = os.urandom(300_000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.json", noise)
    path.write_bytes(path.read_bytes().replace(noise[-20:], bytes(20)))
    with (
        Archive(path, quiet).stream(0) as file,
        pytest.raises(Unreadable, match="damaged inside"),
    ):
        file.read()
    write_zip(path, {"a.json": b"x" * 100})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x03\x04") + 8] = 99  # no such method
    data[data.find(b"PK\x01\x02") + 10] = 99
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="damaged inside"), Archive(path, quiet).stream(0):
        pass


def test_single_file_is_a_tree_of_its_own(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"x.json": b"[1, 2]", "other.json": b""})
    single = Single(root / "x.json")
    assert single.names == ["x.json"]
    assert single.size(0) == 6
    with single.opened() as read:
        assert read(0, 3) == b"[1,"
    (root / "x.json").unlink()
    assert single.size(0) == 0
    with single.opened() as read, pytest.raises(Unreadable, match="No such file"):
        read(0, 3)


def test_place_is_opened_by_what_lies_there(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path / "cache", tmp_path / "uploads")
    write_tree(
        tmp_path,
        {"d/a.png": b"x", "x.JSON": b"[]", "uploads/aa/p.zip": b"", "uploads/bb/p.txt": b""},
    )
    for upload in ("aa", "cc"):
        (tmp_path / "uploads" / upload).mkdir(exist_ok=True)
        write_zip(tmp_path / "uploads" / upload / "p.zip", {"a.png": b"x"})
    write_tree(tmp_path, {"uploads/cc/.DS_Store": b"", "uploads/cc/b.png": b""})

    def names(**place: str) -> list[str]:
        spec = FolderSource(**place)
        return open_tree("pictures", spec, places, quiet, alone=(".json",)).names

    assert names(path=str(tmp_path / "d")) == ["a.png"]
    assert names(path=str(tmp_path / "x.JSON")) == ["x.JSON"]
    assert names(upload="aa") == ["a.png"]
    assert names(upload="bb") == ["p.txt"]
    assert names(upload="cc") == ["b.png", "p.zip"]
    with pytest.raises(InvalidInput, match="neither"):
        names(path="/dev/null")


def many(entries: int) -> bytes:
    """A long table of contents that says nothing but lies."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("0000.png", b"")
    data = stream.getvalue()
    at, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    table = data[at:end] * entries
    record = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(table), at, 0)
    return data[:at] + table + record


@pytest.mark.parametrize("kind", ["flat", "many small", "overlapping", "nested", "endless table"])
def test_bomb_is_refused_within_a_second_and_a_hundred_megabytes(kind: str, path: Path) -> None:
    """Measured in a process of its own: what reading a bomb adds to reading an archive."""
    write_zip(path.with_name("small.zip"), PICTURES)
    if kind == "flat":
        write_zip(path, {"apple/0.png": bytes(300_000_000)})
    elif kind == "many small":
        write_zip(path, {f"apple/{index}.png": bytes(1_000_000) for index in range(200)})
    elif kind == "overlapping":
        path.write_bytes(overlapping(9_999))
    elif kind == "nested":
        write_zip(path, {"apple/0.zip": path.with_name("small.zip").read_bytes()})
    else:
        path.write_bytes(many(2_000_001))
    code = """
import resource, sys, time
from pathlib import Path
from studio.core.errors import StudioError
from studio.sources.archive import Archive
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
Archive(Path(sys.argv[1]) / "small.zip", lambda *_: None)
before, begun = peak(), time.process_time()
try:
    Archive(Path(sys.argv[1]) / "pictures.zip", lambda *_: None)
except StudioError:
    print(time.process_time() - begun, (peak() - before) / 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, path.parent],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 1
    assert megabytes < 100
