"""From a source's chunks to the artifacts of a dataset version."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import (
    DatasetManifest,
    SplitConfig,
    count_classes,
    split_codes,
)
from studio.core.errors import InvalidInput
from studio.core.sources import SourceSpec
from studio.sources import Places, Progress, open_source
from studio.sources.base import Chunk
from studio.store.artifacts import Artifacts

_HEADER_BYTES = 128


def _header(count: int, shape: tuple[int, int, int]) -> bytes:
    """Return a `.npy` 1.0 header of fixed length, so that the count can be filled in at the end."""
    fields = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {(count, *shape)}, }}"
    length = _HEADER_BYTES - 10
    return (
        b"\x93NUMPY\x01\x00" + struct.pack("<H", length) + fields.ljust(length - 1).encode() + b"\n"
    )


def split_counts(codes: NDArray[np.uint8]) -> tuple[int, int, int]:
    """Count the samples of train, validation and test."""
    train, validation, test = np.bincount(codes, minlength=3).tolist()
    return train, validation, test


def build_manifest(
    spec: SourceSpec,
    artifacts: Artifacts,
    split: SplitConfig,
    *,
    places: Places,
    progress: Progress,
) -> DatasetManifest:
    """Read a source into artifacts, in bounded memory.

    Args:
        spec: Where the samples come from.
        artifacts: Where they go.
        split: How they are divided.
        places: Where starter sets, downloads and uploads lie.
        progress: Told how far it is; may raise Cancelled.

    Raises:
        InvalidInput: The source holds no sample, or a broken one. Cancelled: `progress` said so.
    """
    source = open_source(spec, places=places, progress=progress)
    with artifacts.draft() as path:
        with open(path, "wb") as file:
            file.write(_header(0, source.shape))
            blocks = _write_samples(source.chunks(), file)
            count = sum(len(block) for block in blocks)
            file.seek(0)
            file.write(_header(count, source.shape))
        if count == 0:
            raise InvalidInput(
                "The source holds no sample.",
                "A dataset needs at least one picture.",
                "Choose another folder, file or category.",
            )
        samples = artifacts.adopt(Path(path), "samples.npy")
    labels = np.concatenate(blocks).astype(np.int32)
    codes = split_codes(count, split, labels)
    return DatasetManifest(
        samples=samples.digest,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        class_names=source.class_names,
        shape=source.shape,
        count=count,
        class_counts=count_classes(labels, len(source.class_names)),
        split_counts=split_counts(codes),
        split_config=split,
        source=source.facts,
        attribution=source.attribution,
    )


def _write_samples(chunks: Iterator[Chunk], file: BinaryIO) -> list[NDArray[np.int32]]:
    blocks: list[NDArray[np.int32]] = []
    for pixels, labels in chunks:
        file.write(np.ascontiguousarray(pixels).data)
        blocks.append(labels)
    return blocks
