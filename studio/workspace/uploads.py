"""Verbs of uploads: files that wait in a folder of their own until an import reads them."""

from __future__ import annotations

import contextlib
import re
import shutil
import uuid
from pathlib import Path, PurePosixPath

from studio.core.errors import InvalidInput, unknown
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

    def upload_file(self, upload: str, name: str) -> Path:
        """Return where a file of an upload goes, its folder made.

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
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def discard_upload(self, upload: str) -> None:
        """Remove an upload and its files.

        Raises:
            NotFound: No such upload.
        """
        shutil.rmtree(self.upload_folder(upload))
