"""What every part of the workspace stands on: the databases, the artifacts, the folders."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Self

from studio.store import runs
from studio.store.artifacts import Artifacts
from studio.store.database import Database
from studio.store.migrations import METRICS, STUDIO
from studio.store.node_outputs import NodeOutputs
from studio.store.references import references
from studio.store.staging import discard_old_staging

DATA = Path(__file__).resolve().parents[2] / "data"
"""The repository's small starter sets, read-only."""

GARBAGE_SECONDS = 24 * 3600.0
HALF_IMPORT_SECONDS = 7 * 24 * 3600.0
"""So long a half import waits for somebody who goes on with it."""


def default_home() -> Path:
    """Return `$STUDIO_HOME`, or data/workspace beside the starter sets."""
    return Path(os.environ.get("STUDIO_HOME") or DATA / "workspace").expanduser().resolve()


class Hall:
    """One workspace directory, opened.

    Attributes:
        home: The directory.
        artifacts: Its content-addressed files.
        node_outputs: What nodes of pipelines gave, to be used again.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.artifacts = Artifacts(home / "artifacts")
        self.node_outputs = NodeOutputs(home / "nodes", self.artifacts)
        self._studio = Database(home / "studio.db", synchronous="FULL")
        self._metrics = Database(home / "metrics.db", synchronous="NORMAL")

    @classmethod
    def open(cls, home: Path | str | None = None) -> Self:
        """Open a workspace, making it or bringing it up to date first.

        Args:
            home: The directory. Default: `$STUDIO_HOME`, else data/workspace.
        """
        hall = cls(default_home() if home is None else Path(home).expanduser().resolve())
        hall.home.mkdir(parents=True, exist_ok=True)
        hall._studio.migrate(STUDIO)
        hall._metrics.migrate(METRICS)
        return hall

    def close(self) -> None:
        """Close this thread's connections."""
        self._studio.close()
        self._metrics.close()

    def housekeep(self) -> None:
        """Fold the write-ahead logs back. The worker calls it each minute."""
        self._studio.checkpoint()
        self._metrics.checkpoint()

    def collect_garbage(self, older_than: float = GARBAGE_SECONDS) -> int:
        """Remove files that no version, run or model refers to, and half imports that nobody goes on with.

        What a run that goes on has made may not be known yet, so files written since its start are left alone.

        Args:
            older_than: Seconds since a file was written. Default: a day.

        Returns:
            Bytes that were freed.
        """
        discard_old_staging(self.artifacts, max(older_than, HALF_IMPORT_SECONDS))
        began = runs.oldest_start(self._studio)
        if began is not None:
            older_than = max(older_than, self._now() - began)
        self.node_outputs.tidy()
        wanted = references(self._studio) | set(self.node_outputs.digests())
        return self.artifacts.collect_garbage(wanted, older_than=older_than)

    @property
    def uploads_folder(self) -> Path:
        """Where uploads wait to be imported, one folder each."""
        return self.home / "uploads"

    @property
    def cache_folder(self) -> Path:
        """Where downloads are kept."""
        return self.home / "cache"

    def run_folder(self, name: str) -> Path:
        """Return the folder in which a run's process works."""
        return self.home / "runs" / name

    @staticmethod
    def steady_seconds() -> float:
        """Return the clock of leases: seconds since the machine started, its sleep included.

        It is the same for all processes, and setting the date does not move it.
        """
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

    @staticmethod
    def _now() -> float:
        return time.time()
