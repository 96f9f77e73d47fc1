"""What a model takes, in the words of those who ask: pictures, texts or strokes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from studio.core.model import ModelVersion
from studio.core.strokes import StrokeSettings

Kind = Literal["image", "text", "strokes"]
"""What one sample is, which is also the name of the only input; callers may wrap a value in it."""
DTYPES: dict[Kind, Any] = {"image": np.uint8, "text": np.object_, "strokes": np.float32}
KNOWN_LIMIT = 512
_known: dict[tuple[str, float, str], Taken] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a model takes.

    Args:
        shape: Of one sample: (height, width, channels) of a picture, (points, 3) of strokes, () of a text.
        strokes: How strokes become numbers; used by models of strokes only.
    """

    kind: Kind
    shape: tuple[int, ...]
    class_names: tuple[str, ...]
    strokes: StrokeSettings

    @property
    def size(self) -> int:
        """Numbers of one sample."""
        return int(np.prod(self.shape, dtype=np.int64))


def taken(version: ModelVersion) -> Taken:
    """Return what a version takes; known from the second time on, since versions never change."""
    key = version.title, version.created, version.dataset
    found = _known.get(key)
    if found is None or found.class_names != version.class_names:
        if len(_known) >= KNOWN_LIMIT:
            _known.clear()
        found = _known[key] = _read(version)
    return found


def _read(version: ModelVersion) -> Taken:
    config = version.config
    kind: Kind = "image"
    shape: tuple[int, ...] = version.shape
    if version.adapter is None and config.input == "text":
        kind, shape = "text", ()
    elif version.adapter is None and config.input == "strokes":
        kind, shape = "strokes", config.strokes.shape
    return Taken(kind, shape, version.class_names, config.strokes)
