"""Checkpoints that survive a kill at any moment: written aside, hashed, made durable, then renamed.

A folder holds the newest two. Each is a folder of its own with `arrays.npz`, `facts.json` and a `manifest.json`
of their SHA-256. One that is damaged is passed over for the one before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEPT = 2
"""Number of checkpoints kept."""
_ARRAYS, _FACTS, _MANIFEST = "arrays.npz", "facts.json", "manifest.json"


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What training needs to go on.

    Args:
        step: Number of batches trained.
        facts: Numbers and words, JSON.
        arrays: Name -> weights.
    """

    step: int
    facts: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint durably and let go of those older than the newest two.

    Args:
        folder: Where checkpoints are; made if missing.
        checkpoint: What to write.

    Returns:
        The checkpoint's own folder.

    Raises:
        OSError: The disk is full or broken; earlier checkpoints are untouched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob(".writing-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    aside = folder / f".writing-{os.getpid()}"
    aside.mkdir()
    with (aside / _ARRAYS).open("wb") as file:
        np.savez(file, allow_pickle=False, **checkpoint.arrays)
        _sync(file)
    _write_json(aside / _FACTS, {"step": checkpoint.step, **checkpoint.facts})
    _write_json(aside / _MANIFEST, {name: _digest(aside / name) for name in (_ARRAYS, _FACTS)})
    _sync_folder(aside)
    final = folder / f"step-{checkpoint.step:012d}"
    if final.exists():
        shutil.rmtree(final)
    aside.rename(final)
    _sync_folder(folder)
    for old in _newest_first(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def latest_checkpoint(folder: Path) -> Checkpoint | None:
    """Return the newest checkpoint that is whole, None when there is none."""
    for path in _newest_first(folder):
        checkpoint = _read(path)
        if checkpoint is not None:
            return checkpoint
    return None


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*"), reverse=True)


def _read(path: Path) -> Checkpoint | None:
    try:
        manifest = json.loads((path / _MANIFEST).read_bytes())
        if manifest != {name: _digest(path / name) for name in (_ARRAYS, _FACTS)}:
            return None
        facts = json.loads((path / _FACTS).read_bytes())
        with np.load(path / _ARRAYS, allow_pickle=False) as stored:
            arrays = dict(stored)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    return Checkpoint(facts.pop("step"), facts, arrays)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    with path.open("wb") as file:
        file.write(json.dumps(value).encode())
        _sync(file)


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
