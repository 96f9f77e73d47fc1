"""Half an import: columns that grow, and a journal of how far they can be trusted.

An import is absent, complete or resumable, never half: everything lies in a folder of drafts until the last
artifact is in the store. A process that is killed leaves the folder; the next one goes on behind the journal.
"""

from __future__ import annotations

import copy
import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from studio.core.errors import Conflict
from studio.store.artifacts import Artifacts
from studio.store.columns import Column, column_bytes

SYNC_SECONDS = 2.0
"""So much work a kill may cost."""
GONE = "gone-"
"""How the name of a half import begins that is being removed."""
Layout = Mapping[str, tuple[Any, tuple[int, ...]]]
"""Column name -> (dtype, shape of a row)."""


class Journal(BaseModel):
    """How far an import is.

    Args:
        of: What is imported; a half import of something else is thrown away.
        cursor: Where the source goes on; None at the beginning.
        rows: Column name -> rows that are on the disk.
        facts: What the source said at its end; None before.
        adopted: Column name -> digest of what is in the artifact store, or just about to be.
    """

    model_config = ConfigDict(extra="forbid")

    of: str
    cursor: Any = None
    rows: dict[str, int] = {}
    facts: dict[str, Any] | None = None
    adopted: dict[str, str] = {}


class Staging:
    """One half import. Use `open_staging`.

    Attributes:
        journal: How far it is.
        artifacts: The artifact store, with its drafts in this folder: a kill leaves none elsewhere.
        columns: Name -> column, open for appending.
    """

    def __init__(self, folder: Path, artifacts: Artifacts, of: str, layout: Layout) -> None:
        self.folder = folder
        self.artifacts = copy.copy(artifacts)
        self.artifacts.drafts = folder
        self._layout = layout
        self._synced = time.monotonic()
        self.journal = self._load(of)
        self.columns = {
            name: Column(self._path(name), dtype, shape, rows=self.journal.rows.get(name, 0))
            for name, (dtype, shape) in layout.items()
            if name not in self.journal.adopted
        }

    def checkpoint(self, cursor: Any, *, now: bool = False) -> None:
        """Note that everything appended so far belongs to what lies before `cursor`; seldom written down.

        Args:
            cursor: Where the source goes on.
            now: Write it down at once, not only after two seconds.
        """
        self.journal.cursor = cursor
        if now or time.monotonic() - self._synced > SYNC_SECONDS:
            for column in self.columns.values():
                column.sync()
            self.journal.rows = {name: column.rows for name, column in self.columns.items()}
            self._save()
            self._synced = time.monotonic()

    def complete(self, facts: dict[str, Any]) -> None:
        """Note that the source has nothing more to give."""
        self.checkpoint(self.journal.cursor, now=True)
        self.journal.facts = facts
        self._save()

    def rows(self, name: str) -> int:
        """Return how many rows a column has."""
        return self.journal.rows.get(name, 0)

    def adopt(self, name: str) -> str:
        """Put a complete column into the artifact store. Returns its digest."""
        known = self.journal.adopted.get(name)
        if known is None or self._path(name).exists():
            self.columns[name].finish()
            known = self.artifacts.digest_of(self._path(name))
            self.journal.adopted[name] = known
            self._save()  # before the file moves: after a kill it is found in the one place or the other
            self.artifacts.adopt(self._path(name), name, digest=known)
        return known

    def array(self, name: str) -> NDArray[Any]:
        """Return a complete column, memory-mapped, wherever it lies; it need not go into the artifact store."""
        if name not in self.columns:
            return self.artifacts.open_array(self.journal.adopted[name])
        self.columns[name].finish()
        array: NDArray[Any] = np.load(self._path(name), mmap_mode="r", allow_pickle=False)
        return array

    def close(self) -> None:
        """Close the columns."""
        for column in self.columns.values():
            column.close()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.npy"

    def _load(self, of: str) -> Journal:
        try:
            journal = Journal.model_validate_json((self.folder / "journal.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            journal = Journal(of="")
        if journal.of == of and all(self._trusted(journal, name) for name in self._layout):
            return journal
        for path in self.folder.glob("*.npy"):
            path.unlink()
        return Journal(of=of)

    def _trusted(self, journal: Journal, name: str) -> bool:
        """Tell whether a column is where the journal says, as long as it says."""
        path = self._path(name)
        if path.exists():
            journal.adopted.pop(name, None)
            dtype, shape = self._layout[name]
            return path.stat().st_size >= column_bytes(dtype, shape, journal.rows.get(name, 0))
        if name in journal.adopted:
            return self.artifacts.has(journal.adopted[name])
        return not journal.rows.get(name, 0)

    def _save(self) -> None:
        aside = self.folder / "journal.new"
        with open(aside, "w", encoding="utf-8") as file:
            json.dump(self.journal.model_dump(mode="json"), file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / "journal.json")


def staging_key(run: str, node: str) -> str:
    """Return the key of the half import of a run's node."""
    return f"run-{run}-{node}"


@contextmanager
def open_staging(artifacts: Artifacts, key: str, of: str, layout: Layout) -> Iterator[Staging]:
    """Open the half import `key`, or begin it. It is removed at the end, unless the process dies before.

    Args:
        artifacts: Where complete columns go.
        key: A name for it, legal as the name of a folder.
        of: Names what is imported, with the state of its source.
        layout: The columns.

    Raises:
        Conflict: Another process works at it.
    """
    folder = artifacts.drafts / key
    with locked_staging(folder):
        try:
            staging = Staging(folder, artifacts, of, layout)
            try:
                yield staging
            finally:
                staging.close()
        finally:
            _remove(folder)


@contextmanager
def locked_staging(folder: Path) -> Iterator[None]:
    """Hold the lock of a half import.

    Raises:
        Conflict: Another process has it.
    """
    with _lock(folder):
        yield


def _lock(folder: Path) -> IO[bytes]:
    path = folder / "lock"
    while True:
        # Who held the lock may remove the folder between any two of these lines: then once more.
        with suppress(FileNotFoundError, FileExistsError), ExitStack() as undo:
            folder.mkdir(parents=True, exist_ok=True)
            lock = undo.enter_context(open(path, "wb"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Conflict(
                    "This import is running already.",
                    "Another process reads the same source in the same way.",
                    "Wait for it, or stop it first.",
                ) from None
            if os.path.samestat(os.fstat(lock.fileno()), os.stat(path)):
                undo.pop_all()
                return lock


def _remove(folder: Path) -> None:
    """Remove a half import whose lock is held: put aside at once, so that the next one begins with nothing of it."""
    with suppress(FileNotFoundError):
        folder.rename(folder.with_name(GONE + uuid.uuid4().hex))
    _remove_gone(folder.parent)


def _remove_gone(drafts: Path) -> None:
    """Remove what was put aside, also by a process that was killed then."""
    for aside in drafts.glob(f"{GONE}*/"):
        shutil.rmtree(aside, ignore_errors=True)


def discard_old_staging(artifacts: Artifacts, older_than: float) -> None:
    """Remove half imports that nobody has gone on with for so many seconds."""
    _remove_gone(artifacts.drafts)
    for folder in artifacts.drafts.glob("*/"):
        with suppress(FileNotFoundError):  # another process removes it just now
            if time.time() - folder.stat().st_mtime > older_than:
                discard_staging(artifacts, folder.name)


def discard_staging(artifacts: Artifacts, key: str) -> bool:
    """Remove a half import, unless a process works at it. Returns whether it is gone."""
    folder = artifacts.drafts / key
    if not folder.is_dir():
        return True
    try:
        with locked_staging(folder):
            _remove(folder)
    except Conflict:
        return False
    return True
