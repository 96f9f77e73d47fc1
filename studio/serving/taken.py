"""What a model takes, in the words of those who ask: pictures, texts, strokes or rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.core.model import ModelVersion
from studio.core.model_export import ModelInput
from studio.core.strokes import StrokeSettings
from studio.core.table import Column

DTYPES: dict[ModelInput, Any] = {
    "image": np.uint8,
    "text": np.object_,
    "strokes": np.float32,
    "row": np.object_,
}
KNOWN_LIMIT = 512
_known: dict[tuple[str, float, str, str], Taken] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a model takes.

    Args:
        kind: What one sample is, which is also the name of the only input; callers may wrap a value in it.
        shape: Of one sample: (height, width, channels) of a picture, (points, 3) of strokes, () of a text or a row.
        strokes: How strokes become numbers; used by models of strokes only.
        columns: Of a row, in order; empty for others. `means` are those of their training rows, where known.
    """

    kind: ModelInput
    shape: tuple[int, ...]
    class_names: tuple[str, ...]
    strokes: StrokeSettings
    columns: tuple[Column, ...] = ()
    means: tuple[float, ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [column.name for column in self.columns]

    @property
    def size(self) -> int:
        """Numbers of one sample."""
        return int(np.prod(self.shape, dtype=np.int64))


def taken(version: ModelVersion) -> Taken:
    """Return what a version takes; known from the second time on, since versions never change."""
    key = _key(version)
    found = _known.get(key)
    if found is None or found.class_names != version.class_names:
        if len(_known) >= KNOWN_LIMIT:
            _known.clear()
        found = _known[key] = _read(version)
    return found


def _key(version: ModelVersion) -> tuple[str, float, str, str]:
    prepared = "" if version.inference is None else version.inference.digest
    return version.title, version.created, version.dataset, prepared


def _read(version: ModelVersion) -> Taken:
    config = version.config
    kind: ModelInput = "image"
    shape: tuple[int, ...] = version.shape
    if version.adapter is None and config.input == "text":
        kind, shape = "text", ()
    elif version.adapter is None and config.input == "table":
        table = config.table
        return Taken("row", (), version.class_names, config.strokes, table.columns, table.means)
    elif version.adapter is None and config.input == "strokes":
        kind, shape = "strokes", config.strokes.shape
    return Taken(kind, shape, version.class_names, config.strokes)
