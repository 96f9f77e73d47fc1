from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.core.errors import Forbidden, InvalidInput, NotFound
from studio.workspace import Workspace
from studio.workspace.uploads import STALE_SECONDS


def test_files_lie_in_a_folder_of_the_upload(workspace: Workspace) -> None:
    upload = workspace.create_upload()
    path = workspace.upload_file(upload, "cat/1.png")
    path.write_bytes(b"picture")
    assert path == workspace.upload_folder(upload) / "cat" / "1.png"
    assert workspace.upload_file(upload, "cat\\2.png").parent == path.parent
    workspace.discard_upload(upload)
    assert not path.exists()
    with pytest.raises(NotFound):
        workspace.upload_folder(upload)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "/", "/etc/passwd", "../secret", "a/../../b", "a\\..\\..\\b"),
        *("a\0b", "a\nb", "x" * 256, "/".join("a" * 17), "\udcff"),
    ],
)
def test_no_name_leaves_the_folder(workspace: Workspace, name: str) -> None:
    upload = workspace.create_upload()
    with pytest.raises(InvalidInput, match="cannot name an uploaded file"):
        workspace.upload_file(upload, name)
    assert list(workspace.upload_folder(upload).iterdir()) == []


@pytest.mark.parametrize("upload", ["", "..", "0" * 32, "Z" * 32, "0" * 31, "../" * 11])
def test_unknown_uploads_are_not_found(workspace: Workspace, upload: str) -> None:
    workspace.create_upload()
    with pytest.raises(NotFound):
        workspace.upload_file(upload, "1.png")


def test_uploads_are_forgotten_after_a_day(workspace: Workspace) -> None:
    old, new = workspace.create_upload(), workspace.create_upload()
    past = workspace._now() - STALE_SECONDS - 60
    os.utime(workspace.upload_folder(old), (past, past))
    workspace.create_upload()
    workspace.upload_folder(new)
    with pytest.raises(NotFound):
        workspace.upload_folder(old)


def test_a_file_that_comes_keeps_its_upload(workspace: Workspace) -> None:
    upload = workspace.create_upload()
    workspace.upload_file(upload, "deep/1.png")
    past = workspace._now() - STALE_SECONDS - 60
    os.utime(workspace.upload_folder(upload), (past, past))
    workspace.upload_file(upload, "deep/2.png")
    workspace.create_upload()
    workspace.upload_folder(upload)


def test_one_file_is_removed(workspace: Workspace) -> None:
    upload = workspace.create_upload()
    path = workspace.upload_file(upload, "cat/1.png")
    path.write_bytes(b"picture")
    workspace.remove_upload_file(upload, "cat/1.png")
    assert not path.exists()
    for name in ("cat/1.png", "cat", "cat/1.png/x"):
        with pytest.raises(NotFound, match="has no file"):
            workspace.remove_upload_file(upload, name)
    with pytest.raises(InvalidInput):
        workspace.remove_upload_file(upload, "../x")
    with pytest.raises(NotFound):
        workspace.remove_upload_file("0" * 32, "cat/1.png")


def test_server_folders_are_seen_below_their_roots_only(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.server_roots() == []
    root = tmp_path / "shared"
    (root / "cats").mkdir(parents=True)
    (root / "cats" / "1.png").write_bytes(b"12")
    monkeypatch.setenv("STUDIO_DATA_ROOTS", str(root))
    assert workspace.server_roots() == [str(root)]
    assert workspace.server_folder(0).folders == ("cats",)
    assert workspace.server_folder(0, "cats").files[0].name == "1.png"
    assert workspace.server_path(0, "cats/1.png") == str(root / "cats" / "1.png")
    for look in (workspace.server_folder, workspace.server_path):
        with pytest.raises(Forbidden):
            look(0, "../home")
        with pytest.raises(NotFound):
            look(1, "cats")
