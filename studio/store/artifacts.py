"""Content-addressed files: immutable bytes under the name of their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import NotFound, StudioError
from studio.core.run import RunArtifact

_DIGEST = re.compile(r"[0-9a-f]{64}")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Artifacts:
    """A folder of immutable files, two levels deep: ``ab/abcd...``.

    A file appears whole or not at all: written beside, synced, renamed. The row that makes it known to the
    database is inserted afterwards.

    Args:
        root: The folder; made when missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._drafts = root / "drafts"

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Yield a path to write to, outside the store; what is left of it afterwards is removed."""
        self._drafts.mkdir(parents=True, exist_ok=True)
        path = self._drafts / uuid.uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def adopt(self, draft: Path, name: str) -> RunArtifact:
        """Take a finished draft into the store.

        Args:
            draft: A path from `draft`, written and closed.
            name: What the caller calls the file.

        Returns:
            Its name, digest and size in bytes.
        """
        with open(draft, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
            os.fsync(file.fileno())
        target = self._place(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(draft, target)
        _sync_folder(target.parent)
        _sync_folder(self.root)
        return RunArtifact(name=name, digest=digest, size=size)

    def put(self, content: bytes, name: str) -> RunArtifact:
        """Store bytes. Returns their name, digest and size."""
        with self.draft() as path:
            path.write_bytes(content)
            return self.adopt(path, name)

    def put_array(self, array: NDArray[Any], name: str) -> RunArtifact:
        """Store an array as `.npy`."""
        with self.draft() as path:
            with open(path, "wb") as file:
                np.save(file, array, allow_pickle=False)
            return self.adopt(path, name)

    def path(self, digest: str) -> Path:
        """Return the file of a digest.

        Raises:
            NotFound: No such artifact, or it is missing from the disk.
        """
        if _DIGEST.fullmatch(digest):
            path = self._place(digest)
            if path.is_file():
                return path
        raise NotFound(
            f'There is no artifact "{digest[:64]}".',
            "Its file is not in the workspace.",
            "Reload the page; if it stays so, restore the workspace from a backup.",
        )

    def read(self, digest: str) -> bytes:
        """Return the bytes of a digest, checked against it.

        Raises:
            NotFound: No such artifact. StudioError: The file on disk was damaged.
        """
        content = self.path(digest).read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise StudioError(
                f"Artifact {digest[:12]} is damaged.",
                "Its bytes no longer have the SHA-256 under which they were stored.",
                "Restore the workspace from a backup.",
            )
        return content

    def open_array(self, digest: str) -> NDArray[Any]:
        """Return a `.npy` artifact as a read-only memory map, whatever its size."""
        array: NDArray[Any] = np.load(self.path(digest), mmap_mode="r", allow_pickle=False)
        return array

    def _place(self, digest: str) -> Path:
        return self.root / digest[:2] / digest
