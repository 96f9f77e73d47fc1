"""The zip of folders."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.names import check_class_name
from studio.exports import Content
from studio.exports.folder import folder_names
from tests.exports.conftest import CLASS_NAMES, ODD_NAMES, export, make_content, members


@given(st.lists(CLASS_NAMES, unique=True, max_size=8))
def test_folder_names_are_safe_and_differ(class_names: list[str]) -> None:
    folders = folder_names(class_names)
    keys = {unicodedata.normalize("NFC", folder).casefold() for folder in folders}
    assert len(keys) == len(class_names) == len(folders)
    for name, folder in zip(class_names, folders, strict=True):
        assert not set(folder) & set('<>:"/\\|?*')
        assert not folder.startswith((".", " "))
        assert not folder.endswith((".", " "))
        assert len(folder.encode()) <= 255
        assert check_class_name(folder) == folder == unicodedata.normalize("NFC", folder)
        assert folder.split(".")[0].lower() not in {"con", "nul", "aux", "prn", "com1", "lpt1"}
        assert "~" in folder or unquote(folder) == name


@pytest.mark.parametrize(
    "name", ["cat", "two words", "\u00fcber", "\u732b", "O'Brien", "a.b", "x~y"]
)
def test_safe_names_stay(name: str) -> None:
    assert folder_names([name]) == [name]


def test_names_that_look_alike_become_different() -> None:
    forged = folder_names(["a", "A"])[1]
    assert len(set(folder_names([forged, "a", "A"]))) == 3


def test_every_file_system_here_takes_the_names(tmp_path: Path) -> None:
    for folder in folder_names(ODD_NAMES):
        (tmp_path / folder).mkdir()
    assert len(os.listdir(tmp_path)) == len(ODD_NAMES)


def test_pictures_lie_in_their_class(pets: Content, tmp_path: Path) -> None:
    found = members(export(pets, "folder", tmp_path))
    assert sorted(found) == [
        "attribution.txt",
        "test/dog/00000003.png",
        "train/00000004.png",
        "train/cat/00000000.png",
        "train/cat/00000007.png",
        "train/dog/00000001.png",
        "validation/cat/00000002.png",
    ]
    assert found["attribution.txt"] == b"Drawn by everybody, CC BY 4.0.\n"


def test_texts_lie_in_their_class(reviews: Content, tmp_path: Path) -> None:
    assert members(export(reviews, "folder", tmp_path)) == {
        "train/good/00000000.txt": b"fine",
        "test/=bad/00000001.txt": b"=cmd()",
        "train/=bad/00000002.txt": b'so "so", really',
        "test/00000003.txt": "gr\u00fcn\nand blue".encode(),
    }


def test_undivided_samples_have_no_folder_of_a_part(tmp_path: Path) -> None:
    content = make_content(["1", "2"], [0, -1], ["cat"], split=[2, 2])
    assert set(members(export(content, "folder", tmp_path))) == {"cat/00000000.txt", "00000001.txt"}


def test_renamed_folders_are_explained(tmp_path: Path) -> None:
    content = make_content(["1", "2", "3"], [0, 1, 2], ["a/b", "..", "cat"])
    found = members(export(content, "folder", tmp_path))
    known = json.loads(found.pop("classes.json"))
    assert known == {"a%2Fb": "a/b", "%2E%2E": "..", "cat": "cat"}
    assert {known[name.split("/")[0]] for name in found} == {"a/b", "..", "cat"}
