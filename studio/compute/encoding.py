"""Samples as a model takes them: pictures as they are stored, texts and strokes as numbers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest
from studio.core.fit import check_fits
from studio.core.samples import Joined, Words, let_go
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.core.text import TextSettings
from studio.core.tokens import BLOCK, encode
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
        (N, *config.input_shape(shape)): uint8 pictures, int32 numbers of tokens, or float32 points of strokes.

    Raises:
        InvalidInput: The model reads another kind of samples.
    """
    check_fits(config, manifest)
    if config.input == "images":
        return cast(Encoded, artifacts.open_samples(manifest.samples))
    digest = manifest.samples if config.input == "text" else manifest.strokes
    words = cast(Words, artifacts.open_samples(digest))
    if config.input == "text":
        return _kept(words, digest, config.text, np.dtype(np.int32), encode, folder)
    return _kept(words, digest, config.strokes, np.dtype(np.float32), encode_strokes, folder)


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
        draft = folder / f"{key}.{os.getpid()}.part"
        shape = (len(texts), *settings.shape)
        numbers = np.lib.format.open_memmap(draft, "w+", dtype=dtype, shape=shape)
        for start in range(0, len(texts), BLOCK):
            numbers[start : start + BLOCK] = encode(texts[start : start + BLOCK], settings)
            let_go(texts)
        numbers.flush()
        draft.replace(path)
    found: NDArray[Any] = np.load(path, mmap_mode="r")
    return found
