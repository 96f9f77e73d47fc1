"""Looks at the quality of a dataset: copies, near-duplicates, blank samples, and a map of all.

The only room that scikit-learn and SciPy enter. It reads samples, a block at a time, and knows neither the store nor
where samples came from: what it finds it returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import KEPT
from studio.core.quality import BLANK, CONFLICT, COPY, NEAR, TINY, QualityParams, QualityReport
from studio.core.sample_blocks import is_text, walk
from studio.core.samples import Images, Words
from studio.quality.base import Paced, Progress
from studio.quality.flags import find_copies, group_flags, picture_flags, text_flags
from studio.quality.groups import near_groups, number_groups
from studio.quality.hashes import (
    content_hashes,
    perceptual_hashes,
    picture_hashes,
    text_hashes,
)
from studio.quality.pictures import small_grey


@dataclass(frozen=True, eq=False)
class Findings:
    """What a look at a dataset found.

    Args:
        report: The counts.
        groups: int64 (N,), the same number for kept samples that look alike; every other sample has its own.
        flags: uint8 (N,), bits of `studio.core.quality`; 0 for samples that are not kept.
        map_rows: int64 (m,), the samples on the map, ascending.
        map_points: float32 (m, 2), where they lie, -1 to 1.
    """

    report: QualityReport
    groups: NDArray[np.int64]
    flags: NDArray[np.uint8]
    map_rows: NDArray[np.int64]
    map_points: NDArray[np.float32]


def check_quality(
    samples: Images | Words,
    labels: NDArray[np.int32],
    state: NDArray[np.uint8] | None,
    params: QualityParams,
    *,
    title: str,
    digest: str,
    progress: Progress,
    numbers: NDArray[np.float32] | None = None,
) -> Findings:
    """Look for copies, near-duplicates and blank samples among the kept ones, and lay some out on a map.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        labels: int32 (N,), -1 for no class.
        state: uint8 (N,), codes of STATE_NAMES; None: all are kept.
        params: How closely.
        title: `name:version`, for the report.
        digest: Of the samples, for the report.
        progress: Told how far the work is; what it raises stops the work.
        numbers: float32 (N, F), of rows what they are like: `samples` are sentences of all their values then, only
            rows that are the same are alike, and the map is of these numbers.
    """
    # scikit-learn takes a second to import, and who only looks for near-duplicates does not need it.
    from studio.quality.layout import layout

    count = len(labels)
    rows = np.arange(count) if state is None else np.flatnonzero(state == KEPT)
    hashes, content, found = _read(samples, rows, progress, exact=numbers is not None)
    found[find_copies(samples, rows, content, progress)] |= COPY
    del content
    near = near_groups(hashes, params.distance, progress)
    del hashes
    found |= group_flags(near, labels[rows])
    flags = np.zeros(count, np.uint8)
    flags[rows] = found
    groups = np.arange(len(rows), len(rows) + count)  # no number of a group of kept samples
    groups[rows] = near
    chosen = np.random.default_rng(params.seed).permutation(len(rows))[: params.map_samples]
    map_rows = rows[np.sort(chosen)]
    sizes = np.bincount(near)
    report = QualityReport(
        dataset=title,
        samples=digest,
        count=len(rows),
        distance=params.distance,
        blank=_count(found, BLANK),
        tiny=_count(found, TINY),
        copies=_count(found, COPY),
        near_duplicates=_count(found, NEAR),
        conflicts=_count(found, CONFLICT),
        groups=int(np.count_nonzero(sizes > 1)),
        largest_group=int(sizes[sizes > 1].max(initial=0)),
        mapped=len(map_rows),
    )
    described: Any = samples if numbers is None else numbers
    points = layout(described, map_rows, params.seed, progress)
    return Findings(report, number_groups(groups), flags, map_rows, points)


def near_duplicate_groups(
    samples: Images | Words, distance: int, progress: Progress
) -> NDArray[np.int64]:
    """Put samples together that look alike, so that a split can keep them together.

    Args:
        samples: uint8 (N, H, W, C), or texts.
        distance: Bits in which the perceptual hashes of two of a group may differ.
        progress: Told how far the work is; what it raises stops the work.

    Returns:
        int64 (N,), numbers of groups, 0, 1, 2 ... in the order of their first samples.
    """
    hashes = perceptual_hashes(samples, np.arange(len(samples)), progress)
    return near_groups(hashes, distance, progress)


def _read(
    samples: Images | Words, rows: NDArray[np.int64], progress: Progress, *, exact: bool
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint8]]:
    """Return the perceptual hashes, content hashes and flags of single samples, read once.

    Args:
        exact: Let the hash of the content stand for what a sample looks like.
    """
    paced = Paced(progress, len(rows), "looking for copies")
    paced(0)
    hashes, content = np.empty((2, len(rows)), np.uint64)
    flags = np.empty(len(rows), np.uint8)
    text = is_text(samples)
    for span, block in walk(samples, rows, paced):
        content[span] = content_hashes(block)
        if exact:
            hashes[span] = content[span]
            flags[span] = [0 if sentence else BLANK for sentence in block]
        elif text:
            hashes[span], flags[span] = text_hashes(block), text_flags(block)
        else:
            grey = small_grey(block)
            hashes[span], flags[span] = picture_hashes(grey), picture_flags(block, grey)
    return hashes, content, flags


def _count(flags: NDArray[np.uint8], flag: int) -> int:
    return int(np.count_nonzero(flags & flag))
