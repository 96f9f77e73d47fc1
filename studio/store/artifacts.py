"""Content-addressed files: immutable bytes under the name of their SHA-256."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import InvalidInput, NotFound, StudioError
from studio.core.run import RunArtifact
from studio.core.samples import Images, Joined, JoinedTexts, Texts, Words

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NPY = b"\x93NUMPY"
_DOCUMENTS = (b'{"parts": ', b'{"texts": ')
"""How the documents begin that `put_document` writes of other artifacts."""
READERS: dict[bytes, Callable[[Path], Texts]] = {}
"""How other files of samples begin -> what gives them as texts. Whoever knows such a format puts its reader here."""


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
        self.drafts = root / "drafts"

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Yield a path to write to, outside the store; what is left of it afterwards is removed."""
        self.drafts.mkdir(parents=True, exist_ok=True)
        path = self.drafts / uuid.uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @staticmethod
    def digest_of(path: Path) -> str:
        """Return the SHA-256 (hex) of a file."""
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def adopt(self, draft: Path, name: str, *, digest: str | None = None) -> RunArtifact:
        """Take a finished draft into the store.

        Args:
            draft: A path from `draft`, written and closed.
            name: What the caller calls the file.
            digest: Its SHA-256, where the caller has it from `digest_of` already.

        Returns:
            Its name, digest and size in bytes.
        """
        digest = digest or self.digest_of(draft)
        with open(draft, "rb") as file:
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

    def put_document(self, document: dict[str, Any], name: str) -> RunArtifact:
        """Store a JSON object, the same bytes for the same content."""
        return self.put(json.dumps(document, sort_keys=True).encode(), name)

    def put_texts(self, texts: Sequence[str], name: str) -> str:
        """Store texts that are in memory. Returns the digest under which `open_samples` finds them."""
        made = Texts.of(texts)
        return self.join_texts(
            self.put_array(made.offsets, name).digest, self.put_array(made.data, name).digest
        )

    def join_texts(self, offsets: str, data: str) -> str:
        """Make texts of two stored arrays, offsets int64 (n + 1,) and UTF-8 bytes. Returns their digest."""
        return self.put_document({"texts": {"offsets": offsets, "data": data}}, "texts.json").digest

    def join(self, digests: Sequence[str]) -> str:
        """Put samples one behind the other without copying them. Returns the digest of the whole."""
        parts = [part for digest in digests for part in self.parts(digest)]
        if len(parts) == 1:
            return parts[0]
        return self.put_document({"parts": parts}, "parts.json").digest

    def parts(self, digest: str) -> list[str]:
        """Return the digests of the artifacts that samples are put together from; their own when they are one."""
        parts: list[str] = self._document(digest).get("parts", [digest])
        return parts

    def references(self, digest: str) -> list[str]:
        """Return the digests of the artifacts without which this one cannot be read."""
        document = self._document(digest) if self.has(digest) else {}
        return [*document.get("parts", []), *document.get("texts", {}).values()]

    def open_samples(self, digest: str) -> Images | Words:
        """Return samples, memory-mapped and read-only: pictures uint8 (N, H, W, C), or texts; of rows, sentences.

        Raises:
            NotFound: They, or a part of them, are missing. InvalidInput: The artifact holds none.
        """
        document = self._document(digest)
        if "texts" in document:
            stored = document["texts"]
            return Texts(self.open_array(stored["offsets"]), self.open_array(stored["data"]))
        if not document and self._head(digest).startswith(_NPY):
            return self.open_array(digest)
        for beginning, read in READERS.items():
            if not document and self._head(digest).startswith(beginning):
                return read(self.path(digest))
        if not document:
            raise InvalidInput(
                f"Artifact {digest[:12]} holds no samples.",
                "It is a file of another kind.",
                "Ask with the samples of a dataset version.",
            )
        parts = [self.open_samples(part) for part in document["parts"]]
        texts = [part for part in parts if isinstance(part, Texts)]
        return JoinedTexts(texts) if texts else Joined([np.asanyarray(part) for part in parts])

    def _document(self, digest: str) -> dict[str, Any]:
        """Return what `join` or `join_texts` wrote; empty where another kind of file is, JSON included."""
        if not self._head(digest).startswith(_DOCUMENTS):
            return {}
        found: dict[str, Any] = json.loads(self.read(digest))
        return found

    def _head(self, digest: str) -> bytes:
        with open(self.path(digest), "rb") as file:
            return file.read(max(map(len, _DOCUMENTS)))

    def has(self, digest: str) -> bool:
        """Tell whether an artifact is there."""
        return bool(_DIGEST.fullmatch(digest)) and self._place(digest).is_file()

    def collect_garbage(self, wanted: Iterable[str], *, older_than: float) -> int:
        """Remove artifacts and drafts that nobody refers to. Half imports are left alone.

        Args:
            wanted: Digests that somebody refers to; what these need themselves is kept, too.
            older_than: Seconds since a file was written: a younger one may be about to be referred to.

        Returns:
            Bytes that were freed.
        """
        keep = set(wanted)
        waiting = list(keep)
        while waiting:
            more = set(self.references(waiting.pop())) - keep
            keep |= more
            waiting += more
        limit = time.time() - older_than
        freed = 0
        for path in [*self.root.glob("[0-9a-f][0-9a-f]/*"), *self.drafts.glob("*")]:
            with suppress(FileNotFoundError):  # another process removes it just now
                facts = path.stat()
                if path.name in keep or facts.st_mtime > limit or not stat.S_ISREG(facts.st_mode):
                    continue
                path.unlink()
                freed += facts.st_size
        return freed

    def path(self, digest: str) -> Path:
        """Return the file of a digest.

        Raises:
            NotFound: No such artifact, or it is missing from the disk.
        """
        if self.has(digest):
            return self._place(digest)
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
