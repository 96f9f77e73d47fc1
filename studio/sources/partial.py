"""The beginning of a file, and what is known about the rest."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from studio.sources.npy import HEAD

SYNC_BYTES = 8 * 2**20
"""Bytes that a power cut may cost."""


@dataclass
class Partial:
    """`<name>.part`, the first `have` bytes of a file of `size` bytes, with `<name>.json` beside it.

    The note says how many bytes reached the disk, and of which state of the remote file (its ETag) they are: bytes
    beyond that are not trusted. Trusted bytes are never shortened or overwritten in place, because another process
    may have them mapped: begun anew, the part is a new file.

    Args:
        target: Where the file will be once it is whole.
        etag: Strong ETag of the remote file; empty: what is there cannot be continued.
    """

    target: Path
    have: int = 0
    size: int = 0
    etag: str = ""
    _synced: int = 0

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return self.target.with_name(self.target.name + ".part")

    @property
    def note(self) -> Path:
        """Where the facts are."""
        return self.target.with_name(self.target.name + ".json")

    @classmethod
    def load(cls, target: Path) -> Partial:
        """Return what is there of `target`; nothing when the note and the bytes do not fit together."""
        part = cls(target)
        try:
            facts = json.loads(part.note.read_bytes())
            have, size, etag = int(facts["have"]), int(facts["size"]), str(facts["etag"])
            there = part.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return part
        if 0 < have <= min(there, size):
            part.have, part.size, part.etag, part._synced = have, size, etag, have
        return part

    def begin(self, size: int, etag: str) -> None:
        """Forget the old bytes: those of a file of `size` bytes follow."""
        self.discard()
        self.size, self.etag = size, etag

    def discard(self) -> None:
        """Throw away bytes and note."""
        self.note.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        self.have = self.size = self._synced = 0
        self.etag = ""

    def append(self) -> FileIO:
        """Open the part where its trusted bytes end."""
        file = self.path.open("r+b" if self.have else "wb", buffering=0)
        file.truncate(self.have)
        file.seek(self.have)
        return file

    def write(self, file: FileIO, block: bytes) -> None:
        """Append a block; now and then everything so far is made safe."""
        left = memoryview(block)
        while left:  # a disk that is nearly full takes less than it is given
            taken = file.write(left)
            left = left[taken:]
            self.have += taken
        if self.have - self._synced >= SYNC_BYTES:
            self.save()

    def head(self) -> bytes:
        """Return the first bytes, enough for a header."""
        with self.path.open("rb") as file:
            return file.read(min(HEAD, self.have))

    def save(self) -> None:
        """Make the bytes safe, then say so in the note."""
        if self.have == self._synced:
            return
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        new = self.note.with_name(self.note.name + ".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump({"have": self.have, "size": self.size, "etag": self.etag}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.note)
        self._synced = self.have

    def finish(self) -> None:
        """Give the whole file its name."""
        self.save()
        self.path.replace(self.target)
        folder = os.open(self.target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.note.unlink(missing_ok=True)
        self._synced = self.have
