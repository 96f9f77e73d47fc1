"""What every exporter reads."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import KEPT, SPLIT_NAMES, DatasetManifest
from studio.core.samples import Images, Words

BLOCK, BLOCK_BYTES = 2048, 16 * 2**20
"""Samples, and bytes of pictures, that are read at a time."""
PACE = 0.1
"""Seconds between two reports of progress."""
WHOLE = (0.0, 0.0, 1.0, 1.0)
"""The box around a whole picture: left, top, width, height."""


class Progress(Protocol):
    """Told how far the work is, as in `studio.sources`; raises `Cancelled` to stop it."""

    def __call__(self, done: int, total: int, unit: str, message: str) -> None: ...


class Paced:
    """Counts samples, and passes on the first, the last and at most ten counts a second.

    Args:
        progress: Told how far the work is.
        total: Samples to export.
    """

    def __init__(self, progress: Progress, total: int) -> None:
        self.done = 0
        self._progress, self._total = progress, total
        self._when = 0.0

    def __call__(self, samples: int = 0) -> None:
        """Count so many samples more; called without any, only say that work goes on."""
        self.done += samples
        now = time.monotonic()
        if now - self._when >= PACE or (samples and self.done >= self._total):
            self._when = now
            self._progress(self.done, self._total, "samples", "exporting")


class TableRows(Protocol):
    """Rows and columns as exporters read them, with the class of each row in its target column."""

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        ...

    def values(self, rows: NDArray[np.int64]) -> list[tuple[Any, ...]]:
        """Return some rows, None where a value is missing, times in ISO 8601."""
        ...

    def write_parquet(
        self, rows: NDArray[np.int64], more: dict[str, list[str]], target: Path
    ) -> None:
        """Write some rows, and columns more, as a Parquet file."""
        ...


@dataclass(frozen=True, eq=False)
class Content:
    """A dataset version as exporters read it.

    Args:
        title: `name:version`.
        manifest: The facts: task, class_names, shape, attribution ...
        samples: uint8 (N, H, W, C), or texts.
        labels: int32 (N,), -1 for no class.
        split: uint8 (N,), codes of SPLIT_NAMES.
        state: uint8 (N,), codes of STATE_NAMES; None: all are kept.
        names: What each sample was called; None: they have no names.
        boxes: float64 (M, 6): sample, class, left, top, width, height (shares of the picture), sorted by sample.
        tags: int32 (T, 2): sample, class, of samples that may have several classes; sorted by sample.
        spans: int64 (S, 4): sample, class, start, end (characters of the text), sorted by sample.
        table: Of rows: their columns; None for pictures and texts.
    """

    title: str
    manifest: DatasetManifest
    samples: Images | Words
    labels: NDArray[np.int32]
    split: NDArray[np.uint8]
    state: NDArray[np.uint8] | None
    names: Words | None
    boxes: NDArray[np.float64]
    tags: NDArray[np.int32]
    spans: NDArray[np.int64]
    table: TableRows | None = None

    def rows(self, part: int | None = None) -> Iterator[NDArray[np.int64]]:
        """Yield the numbers of the samples that are exported (the kept ones), in order, some at a time.

        Args:
            part: Only the samples of this split code. Default: of all parts.
        """
        size = int(np.prod(self.manifest.shape))
        length = max(1, min(BLOCK, BLOCK_BYTES // max(1, size)))
        for start in range(0, self.manifest.count, length):
            rows = np.arange(start, min(start + length, self.manifest.count))
            wanted = np.ones(len(rows), bool)
            if self.state is not None:
                wanted &= self.state[rows] == KEPT
            if part is not None:
                wanted &= self.split[rows] == part
            if wanted.any():
                yield rows[wanted]

    def part_counts(self) -> tuple[int, ...]:
        """Count the samples that are exported of each part."""
        counts = np.zeros(len(SPLIT_NAMES), np.int64)
        for rows in self.rows():
            counts += np.bincount(self.split[rows], minlength=len(SPLIT_NAMES))
        return tuple(counts.tolist())

    def parts_of(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the name of each sample's part."""
        return [SPLIT_NAMES[code] for code in self.split[rows].tolist()]

    def classes_of(self, rows: NDArray[np.int64]) -> list[str | None]:
        """Return the class name of each sample, None where it has none."""
        names = self.manifest.class_names
        return [None if label < 0 else names[label] for label in self.labels[rows].tolist()]

    def names_of(self, rows: NDArray[np.int64]) -> list[str | None]:
        """Return what each sample was called, None where nothing is known."""
        return [None] * len(rows) if self.names is None else list(self.names[rows])

    def boxes_of(self, rows: NDArray[np.int64]) -> list[NDArray[np.float64]]:
        """Return the boxes of each sample, float64 (m, 6); rows ascend."""
        return _of_samples(self.boxes, rows)

    def tags_of(self, rows: NDArray[np.int64]) -> list[list[str]]:
        """Return the names of all classes of each sample, empty for those without tags; rows ascend."""
        names = self.manifest.class_names
        return [[names[c] for c in tags[:, 1].tolist()] for tags in _of_samples(self.tags, rows)]

    def spans_of(self, rows: NDArray[np.int64]) -> list[list[dict[str, int | str]]]:
        """Return the marked stretches of each text: start, end and class_name; rows ascend."""
        names = self.manifest.class_names
        return [
            [{"start": start, "end": end, "class_name": names[c]} for _, c, start, end in spans]
            for spans in (found.tolist() for found in _of_samples(self.spans, rows))
        ]

    def marks_of(
        self, rows: NDArray[np.int64]
    ) -> list[list[tuple[int, float, float, float, float]]]:
        """Return (class, left, top, width, height) of each sample's boxes.

        A sample with a class and without boxes gets one around the whole picture, so that formats that know
        nothing but boxes keep its class.
        """
        marks = []
        for label, boxes in zip(self.labels[rows].tolist(), self.boxes_of(rows), strict=True):
            found = [(int(box[1]), *box[2:]) for box in boxes.tolist()]
            marks.append(found or ([(label, *WHOLE)] if label >= 0 else []))
        return marks


def _of_samples(marks: NDArray[Any], rows: NDArray[np.int64]) -> list[NDArray[Any]]:
    """Return the marks of each sample; they are sorted by sample, and rows ascend."""
    # Bisected by hand: searchsorted would first copy the whole column out of the mapped file.
    first = bisect_left(marks, rows[0], key=_sample)
    end = bisect_left(marks, rows[-1] + 1, lo=first, key=_sample)
    near = np.array(marks[first:end])
    starts, ends = np.searchsorted(near[:, 0], [rows, rows + 1])
    return [near[s:e] for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]


def _sample(mark: NDArray[Any]) -> float:
    return float(mark[0])
