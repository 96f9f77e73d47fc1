"""A request as it is written into the log: what was answered and, where people chose so, what was sent."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.model import ModelVersion
from studio.core.strokes import dump_strokes
from studio.core.traffic import SAMPLE_LIMIT_BYTES, LoggedRequest, SampleKind
from studio.serving.exchange import Exchange
from studio.sources.pictures import encode

SAMPLES_EACH = 16
"""Samples of one request that are written down; the first ones."""
PICTURE_CHANNELS = (1, 3)


def taken_down(
    exchange: Exchange, version: ModelVersion | None, *, keep: bool
) -> list[LoggedRequest]:
    """Return the rows of a request: one for each sample, or one where it got no answer.

    Args:
        version: The one that was asked, for the names of its classes.
        keep: Whether what was sent is kept as well.
    """
    facts = LoggedRequest(
        endpoint=exchange.endpoint,
        time=exchange.time,
        model=exchange.model,
        role=exchange.role,
        dialect=exchange.dialect,
        status=exchange.status,
        milliseconds=1000 * exchange.seconds,
    )
    if exchange.probabilities is None or version is None:
        return [facts]
    rows = []
    for place, probabilities in enumerate(exchange.probabilities[:SAMPLES_EACH]):
        likeliest = int(probabilities.argmax())
        kind: SampleKind = ""
        content: bytes | None = None
        if keep and exchange.samples is not None:
            kind, content = kept(exchange.samples[place])
        rows.append(
            facts.model_copy(
                update={
                    "class_name": version.class_names[likeliest],
                    "confidence": float(probabilities[likeliest]),
                    "kind": kind,
                    "sample": content,
                }
            )
        )
    return rows


def kept(
    sample: NDArray[np.generic] | str | dict[str, Any],
) -> tuple[SampleKind, bytes | None]:
    """Return how a sample is stored: a picture as a PNG file, strokes and rows as JSON, a text as UTF-8; nothing if
    too large.

    Args:
        sample: uint8 (height, width, channels), float32 (points, 3), a text, or a row.
    """
    kind: SampleKind = "text"
    if isinstance(sample, str):
        content = sample.encode("utf-8", "replace")
    elif isinstance(sample, dict):
        kind, content = "row", json.dumps(sample, ensure_ascii=False).encode("utf-8", "replace")
    elif sample.dtype == np.uint8 and sample.ndim == 3 and sample.shape[2] in PICTURE_CHANNELS:
        kind, content = "png", encode(np.asarray(sample, np.uint8))
    elif sample.dtype == np.float32 and sample.ndim == 2:
        kind, content = "strokes", drawn(np.asarray(sample, np.float32)).encode()
    else:
        return "", None
    return (kind, content) if 0 < len(content) <= SAMPLE_LIMIT_BYTES else ("", None)


def drawn(steps: NDArray[np.float32]) -> str:
    """Return the strokes behind what a stroke model was asked, as `studio.core.strokes` keeps them; "" for none.

    Args:
        steps: float32 (points, 3): step right, step down, end of a stroke; the longer side of the drawing is 1.

    Example:
        >>> drawn(np.array([[0, 0, 0], [1, 0, 1], [0, 0.5, 1], [0, 0, 0]], np.float32))
        '[[[0,255],[0,0]],[[255],[128]]]'
    """
    ends = np.flatnonzero(steps[:, 2])
    if not len(ends):
        return ""
    points = np.rint(255 * np.cumsum(steps[:, :2], axis=0)).clip(0, 255).astype(int)
    strokes = np.split(points[: ends[-1] + 1], ends[:-1] + 1)
    return dump_strokes(stroke.T.tolist() for stroke in strokes)
