"""Samples become PNG files, by several threads and in order."""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.samples import Images
from studio.exports.base import PACE, Content, Paced

WORKERS = min(4, os.cpu_count() or 1)
BATCH, BATCH_BYTES = 128, 2**20
"""Pictures, and bytes of them, that one thread encodes at a time."""

Encoded = tuple[NDArray[np.int64], list[bytes]]


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Return uint8 (H, W, 1 or 3) as a PNG; packed lightly, because time counts for more than bytes."""
    content = io.BytesIO()
    image = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
    image.save(content, "PNG", compress_level=1)
    return content.getvalue()


def encoded(
    content: Content, tick: Paced, part: int | None = None
) -> Generator[Encoded, None, None]:
    """Yield the numbers of some samples and their PNG files, all of them in order.

    Only so many batches as there are threads wait to be encoded, so that memory stays flat.

    Args:
        content: The version.
        tick: Told of every sample.
        part: Only the samples of this split code. Default: of all parts.
    """
    waiting: deque[tuple[NDArray[np.int64], Future[list[bytes]]]] = deque()

    def oldest() -> Encoded:
        rows, future = waiting.popleft()
        while not future.done():
            wait([future], PACE)
            tick()
        tick(len(rows))
        return rows, future.result()

    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            for rows, pixels in _batches(content, part):
                waiting.append((rows, pool.submit(_encode, pixels)))
                if len(waiting) > 2 * WORKERS:
                    yield oldest()
            while waiting:
                yield oldest()
        finally:
            for _, future in waiting:
                future.cancel()


def _batches(
    content: Content, part: int | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    samples = cast(Images, content.samples)
    length = max(1, min(BATCH, BATCH_BYTES // int(np.prod(content.manifest.shape))))
    for rows in content.rows(part):
        pixels = samples[rows]
        for start in range(0, len(rows), length):
            yield rows[start : start + length], pixels[start : start + length]


def _encode(pixels: NDArray[np.uint8]) -> list[bytes]:
    return [png(picture) for picture in pixels]
