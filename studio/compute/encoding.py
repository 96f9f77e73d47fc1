"""Samples as a model takes them: pictures as they are stored, texts, strokes and rows as numbers."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.configs import ModelConfig
from studio.core.dataset import TRAIN, DatasetManifest
from studio.core.fit import check_fits, with_columns
from studio.core.samples import Joined, Words, let_go
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.core.table import TableSettings, encode_rows
from studio.core.text import TextSettings
from studio.core.tokens import BLOCK, encode
from studio.tables import read_parquet, values_of
from studio.workspace import Artifacts

Settings = TypeVar("Settings", TextSettings, StrokeSettings)
Encoded = NDArray[Any] | Joined


def encoded(
    artifacts: Artifacts, manifest: DatasetManifest, config: ModelConfig, folder: Path
) -> Encoded:
    """Return all samples of a dataset version as a model takes them, memory-mapped where they may be many.

    Args:
        artifacts: Where the samples are.
        manifest: The version.
        config: The model.
        folder: Where encoded samples are kept for the next time; made if missing.

    Returns:
        (N, *config.input_shape(shape)): uint8 pictures, int32 numbers of tokens, float32 points of strokes, or
            float32 numbers of rows.

    Raises:
        InvalidInput: The model reads another kind of samples.
    """
    check_fits(config, manifest)
    if config.input == "table":
        columns = TableSettings(columns=with_columns(config, manifest).table.columns)
        return _kept_rows(artifacts, manifest.samples, columns, folder)
    if config.input == "images":
        return cast(Encoded, artifacts.open_samples(manifest.samples))
    digest = manifest.samples if config.input == "text" else manifest.strokes
    words = cast(Words, artifacts.open_samples(digest))
    if config.input == "text":
        return _kept(words, digest, config.text, np.dtype(np.int32), encode, folder)
    return _kept(words, digest, config.strokes, np.dtype(np.float32), encode_strokes, folder)


def fitted(
    artifacts: Artifacts,
    manifest: DatasetManifest,
    config: ModelConfig,
    codes: NDArray[np.uint8],
    folder: Path,
) -> ModelConfig:
    """Return a model of tables that knows its columns, and the means and deviations of their training rows.

    Other models, and one that knows all that already, stay as they are.

    Args:
        artifacts, manifest, config, folder: As `encoded`.
        codes: uint8 (N,), the split code of each row.

    Raises:
        InvalidInput: The model reads another kind of samples.
    """
    if config.input != "table" or config.table.means:
        return config
    rows = np.asarray(encoded(artifacts, manifest, config, folder))
    known = with_columns(config, manifest)
    return known.model_copy(update={"table": known.table.learned(rows[codes == TRAIN])})


def _kept_rows(
    artifacts: Artifacts, digest: str, columns: TableSettings, folder: Path
) -> NDArray[np.float32]:
    """Return all rows of a table as numbers, from the file they were written to before, or written to it now."""
    key = hashlib.sha256(f"{digest}\n{columns.model_dump_json()}".encode()).hexdigest()
    path = folder / f"{key}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
        names = [column.name for column in columns.columns]
        values = values_of(read_parquet(artifacts.path(digest), names), names)
        with draft.open("wb") as file:
            np.save(file, encode_rows(values, columns))
        draft.replace(path)
    found: NDArray[np.float32] = np.load(path, mmap_mode="r")
    return found


def _kept(
    texts: Words,
    digest: str,
    settings: Settings,
    dtype: np.dtype[Any],
    encode: Callable[[Sequence[str], Settings], NDArray[Any]],
    folder: Path,
) -> NDArray[Any]:
    """Return all texts as numbers, from the file they were written to before, or written to it now."""
    key = hashlib.sha256(f"{digest}\n{settings.model_dump_json()}".encode()).hexdigest()
    path = folder / f"{key}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
        shape = (len(texts), *settings.shape)
        numbers = np.lib.format.open_memmap(draft, "w+", dtype=dtype, shape=shape)
        for start in range(0, len(texts), BLOCK):
            numbers[start : start + BLOCK] = encode(texts[start : start + BLOCK], settings)
            let_go(texts)
        numbers.flush()
        draft.replace(path)
    found: NDArray[Any] = np.load(path, mmap_mode="r")
    return found
