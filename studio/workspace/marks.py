"""What is marked in the samples of a version beside their one class: boxes, several classes (tags), spans of texts.

Each kind is one array, a row a mark, sorted: the sample first, then its class.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED, DatasetManifest
from studio.store.artifacts import Artifacts

MarkKind = Literal["boxes", "tags", "spans"]
COLUMNS: dict[MarkKind, tuple[Any, int]] = {
    "boxes": (np.float64, 6),
    "tags": (np.int32, 2),
    "spans": (np.int64, 4),
}
"""dtype and number of columns of each kind."""
_COUNTS: dict[MarkKind, str] = {"boxes": "box_count", "tags": "tag_count", "spans": "span_count"}
Marks = NDArray[Any]


def open_marks(artifacts: Artifacts, manifest: DatasetManifest, kind: MarkKind) -> Marks:
    """Return the marks of a kind, (n, columns), memory-mapped; none where the version has none."""
    digest: str = getattr(manifest, kind)
    dtype, columns = COLUMNS[kind]
    return artifacts.open_array(digest) if digest else np.empty((0, columns), dtype)


def put_marks(artifacts: Artifacts, kind: MarkKind, marks: Marks) -> tuple[str, int]:
    """Store marks. Returns their digest, "" for none, and their number."""
    if not len(marks):
        return "", 0
    dtype, _ = COLUMNS[kind]
    return artifacts.put_array(np.ascontiguousarray(marks, dtype), f"{kind}.npy").digest, len(marks)


def with_marks(
    artifacts: Artifacts, manifest: DatasetManifest, kind: MarkKind, marks: Marks
) -> DatasetManifest:
    """Return the manifest with other marks of a kind."""
    digest, count = put_marks(artifacts, kind, marks)
    return manifest.model_copy(update={kind: digest, _COUNTS[kind]: count})


def replaced(marks: Marks, items: NDArray[np.int64], new: Marks, count: int) -> Marks:
    """Return marks of which those of some samples are others, sorted by sample.

    Args:
        marks: (n, columns), sorted by sample.
        items: int64 (k,), the samples whose marks end.
        new: (m, columns), what they have now; sorted by sample, none of another one.
        count: Number of all samples.
    """
    ending = np.zeros(count, bool)
    ending[items] = True
    kept = marks[~ending[marks[:, 0].astype(np.int64)]]
    both = np.concatenate([kept, new.astype(marks.dtype, copy=False)])
    return both[np.argsort(both[:, 0], kind="stable")]


def recoded(marks: Marks, table: NDArray[np.int32], kind: MarkKind) -> Marks:
    """Return marks with other class numbers; a sample has no tag twice.

    Args:
        table: int32 (classes,), the new number of each class.
    """
    changed = np.array(marks)
    changed[:, 1] = table[changed[:, 1].astype(np.int64)]
    return np.unique(changed, axis=0) if kind == "tags" and len(changed) else changed


def fitting_tags(tags: Marks, labels: NDArray[np.int32]) -> Marks:
    """Return the tags that fit to labels which changed since.

    A sample that has tags and now a label has that class and no other; one whose only tag was its label, and which has
    no label any more, has no tag.

    Args:
        tags: int32 (n, 2), sorted.
        labels: int32 (N,), -1 for none.

    Example:
        >>> tags = np.array([[0, 1], [1, 0], [1, 2], [2, 2], [3, 0]], np.int32)
        >>> fitting_tags(tags, np.array([1, -1, -1, 2], np.int32)).tolist()
        [[0, 1], [1, 0], [1, 2], [3, 2]]
    """
    samples, counts = np.unique(tags[:, 0], return_counts=True)
    now = labels[samples]
    keeps = (now == UNLABELLED) & (counts > 1)
    kept = tags[np.isin(tags[:, 0], samples[keeps])]
    single = now != UNLABELLED
    added = np.column_stack([samples[single], now[single]]).astype(np.int32)
    both = np.concatenate([kept, added])
    return both[np.lexsort((both[:, 1], both[:, 0]))]


def labels_of_tags(tags: Marks, labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return labels where a sample without one that has exactly one tag has that class.

    Args:
        tags: int32 (n, 2), sorted.
        labels: int32 (N,), -1 for none.
    """
    samples, first, counts = np.unique(tags[:, 0], return_index=True, return_counts=True)
    chosen = (counts == 1) & (labels[samples] == UNLABELLED)
    found = np.array(labels)
    found[samples[chosen]] = tags[first[chosen], 1]
    return found


def marks_of(marks: Marks, sample: int) -> Marks:
    """Return the marks of one sample; a few rows of the file are read, however many there are."""
    first = bisect_left(marks, float(sample), key=_sample)
    end = bisect_left(marks, float(sample + 1), lo=first, key=_sample)
    return np.array(marks[first:end])


def _sample(mark: NDArray[Any]) -> float:
    return float(mark[0])
