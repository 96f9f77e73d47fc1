"""Verbs of uploads: files that wait in a folder of their own until an import reads them."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import uuid
from pathlib import Path, PurePosixPath

from studio.core.errors import InvalidInput, NotFound, unknown
from studio.sources import roots
from studio.sources.roots import Listing
from studio.workspace.hall import Hall

UPLOAD_LIMIT_BYTES = 20 * 1024**3
STALE_SECONDS = 24 * 3600.0
_ID = re.compile(r"[0-9a-f]{32}")


class Uploads(Hall):
    """Folders that clients fill over `/api/uploads`; ids cross the wire, paths never do."""

    def create_upload(self) -> str:
        """Make an empty upload and forget those older than a day. Returns its id."""
        self.uploads_folder.mkdir(parents=True, exist_ok=True)
        for folder in self.uploads_folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process forgets it just now
                if self._now() - folder.stat().st_mtime > STALE_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)
        upload = uuid.uuid4().hex
        (self.uploads_folder / upload).mkdir()
        return upload

    def upload_folder(self, upload: str) -> Path:
        """Return the folder of an upload.

        Raises:
            NotFound: No such upload.
        """
        folder = self.uploads_folder / upload
        if not _ID.fullmatch(upload) or not folder.is_dir():
            raise unknown("upload", upload[:64], [])
        return folder

    def upload_path(self, upload: str, name: str) -> Path:
        """Return where a file of an upload lies, or would.

        Args:
            name: Relative, with `/` between folders, such as ``cat/1.png``.

        Raises:
            NotFound: No such upload. InvalidInput: The name leaves the upload's folder.
        """
        folder = self.upload_folder(upload)
        parts = PurePosixPath(name.replace("\\", "/")).parts
        legal = all(
            part not in ("..", "/") and part.isprintable() and len(part.encode()) <= 255
            for part in parts
        )
        if not parts or len(parts) > 16 or not legal:
            raise InvalidInput(
                f"{name[:80]!r} cannot name an uploaded file.",
                "It must be a plain relative name such as cat/1.png.",
                "Rename the file or its folder.",
            )
        return folder.joinpath(*parts)

    def upload_file(self, upload: str, name: str) -> Path:
        """Return `upload_path`, its folder made: a file is about to come."""
        path = self.upload_path(upload, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.utime(self.upload_folder(upload))  # an upload is forgotten a day after its last file
        return path

    def remove_upload_file(self, upload: str, name: str) -> None:
        """Remove one file of an upload.

        Raises:
            NotFound: No such upload, or no such file in it. InvalidInput: The name leaves the upload's folder.
        """
        path = self.upload_path(upload, name)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotFound(
                f'The upload has no file "{name[:80]}".',
                "It was never sent, or has been removed.",
                "Look at what has been uploaded.",
            ) from error

    def discard_upload(self, upload: str) -> None:
        """Remove an upload and its files.

        Raises:
            NotFound: No such upload.
        """
        shutil.rmtree(self.upload_folder(upload))

    def server_roots(self) -> list[str]:
        """Return the folders of this machine that may be imported from; a root's number is its place here."""
        return [str(root) for root in roots.data_roots()]

    def server_folder(self, root: int, relative: str = "") -> Listing:
        """Return what lies in a folder below a root.

        Raises:
            NotFound: No such root or folder. Forbidden: The path leaves the root, or cannot be read.
        """
        return roots.list_root(root, relative)

    def server_path(self, root: int, relative: str) -> str:
        """Return the absolute path of a file or folder below a root, to put into a source spec.

        Raises:
            NotFound: No such root, or nothing there. Forbidden: The path leaves the root.
        """
        return str(roots.path_in_root(root, relative))
