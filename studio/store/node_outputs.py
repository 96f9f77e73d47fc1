"""Outputs of pipeline nodes that are kept: one small JSON file a node, named by its key, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from studio.core.errors import StudioError
from studio.core.node_outputs import KeptOutputs
from studio.core.port_values import PortValue
from studio.core.run import RunArtifact
from studio.store.artifacts import Artifacts

KEPT_SECONDS = 30 * 24 * 3600.0
"""Outputs that nobody used for so long are forgotten."""
MOST_KEPT = 20_000
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_KEY = re.compile(r"[0-9a-f]{64}")


def _digest(key: str, body: bytes) -> bytes:
    """Return the first line of a file: what was torn, damaged or moved to another key counts for nothing."""
    return hashlib.sha256(key.encode() + body).hexdigest().encode()


class NodeOutputs:
    """`<home>/nodes/ab/<key>.json`. Processes and threads may share the folder.

    Args:
        folder: Where they are kept; made when missing.
        artifacts: Where the files are that they speak of.
    """

    def __init__(self, folder: Path, artifacts: Artifacts) -> None:
        self._folder = folder
        self._artifacts = artifacts

    def find(self, key: str) -> KeptOutputs | None:
        """Return what is kept under a key, None for nothing, or when a file that belongs to it is gone."""
        path = self._place(key)
        try:
            digest, _, body = path.read_bytes().partition(b"\n")
            if digest != _digest(key, body):
                return None
            kept = KeptOutputs.model_validate_json(body)
        except (OSError, ValidationError):
            return None
        if not all(map(self._artifacts.has, kept.needs)):
            return None
        with suppress(OSError):
            os.utime(path)
        return kept

    def keep(
        self,
        key: str,
        outputs: Mapping[str, PortValue],
        *,
        files: Mapping[str, RunArtifact],
        result: dict[str, Any],
        seconds: float,
        run: str,
        node: str,
    ) -> KeptOutputs:
        """Keep what a node gave. Args as `KeptOutputs`; what is needed is found by itself.

        Raises:
            StudioError: The disk does not take it.
        """
        kept = KeptOutputs(
            outputs=dict(outputs),
            files=dict(files),
            result=result,
            seconds=seconds,
            run=run,
            node=node,
        )
        kept = kept.model_copy(update={"needs": tuple(sorted(self._needs(kept)))})
        body = kept.model_dump_json().encode()
        path = self._place(key)
        aside = path.with_name(f".{uuid.uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(_digest(key, body) + b"\n" + body)
            aside.replace(path)
        except OSError as error:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise StudioError(
                f'What node "{node}" gave could not be kept.',
                f"The system says: {error.strerror or error}.",
                "Make room on the disk of the workspace, then resume the run.",
            ) from error
        return kept

    def _needs(self, kept: KeptOutputs) -> set[str]:
        """Return the digests of all artifacts that something kept speaks of; what looks like one counts."""
        waiting = [d for d in _DIGEST.findall(kept.model_dump_json()) if self._artifacts.has(d)]
        needs: set[str] = set()
        while waiting:
            digest = waiting.pop()
            if digest not in needs:
                needs.add(digest)
                waiting += self._artifacts.references(digest)
        return needs

    def digests(self) -> Iterator[str]:
        """Yield the digests of the artifacts that everything kept speaks of: they are no garbage."""
        for path in self._files():
            with suppress(FileNotFoundError):
                yield from _DIGEST.findall(path.read_text(errors="replace"))

    def tidy(self, *, most: int = MOST_KEPT) -> int:
        """Forget what nobody used for long, and the longest unused beyond so many. Returns how many that were."""
        used: list[tuple[float, Path]] = []
        for path in self._files():
            with suppress(FileNotFoundError):
                used.append((path.stat().st_mtime, path))
        used.sort(reverse=True, key=lambda found: found[0])
        limit = time.time() - KEPT_SECONDS
        gone = [path for number, (when, path) in enumerate(used) if number >= most or when < limit]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _files(self) -> list[Path]:
        return list(self._folder.glob("[0-9a-f][0-9a-f]/*"))

    def _place(self, key: str) -> Path:
        assert _KEY.fullmatch(key), "a key is made by node_key"
        return self._folder / key[:2] / f"{key}.json"
