from __future__ import annotations

import os

import pytest

from studio.core.errors import InvalidInput, NotFound
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
