"""A dataset version made of a model's answers: the samples it was asked about, labelled as their likeliest classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.rebuild import taken_samples, taken_texts
from studio.core.dataset import UNLABELLED, DatasetManifest, count_classes
from studio.workspace import Artifacts, active_split, split_counts

Rows = NDArray[np.int64]


def scored_manifest(
    artifacts: Artifacts,
    manifest: DatasetManifest,
    rows: Rows,
    answers: NDArray[Any],
    class_names: tuple[str, ...],
    *,
    above: float,
    source: dict[str, Any],
) -> DatasetManifest:
    """Return a version of some samples of another one; their bytes are shared where it is all of them.

    Args:
        artifacts: Where both are.
        manifest: The samples' version.
        rows: int64 (n,), ascending, the samples that were asked about.
        answers: (n,) of `scored_table.ANSWER`.
        class_names: The model's.
        above: Less sure answers leave their samples without a class.
        source: What the version says about where it comes from.
    """
    labels = np.where(answers["confidence"] >= above, answers["number"], UNLABELLED).astype(
        np.int32
    )
    codes = np.asarray(active_split(artifacts, manifest))[rows]
    names, strokes = manifest.names, manifest.strokes
    samples = manifest.samples
    if len(rows) < manifest.count:
        samples = taken_samples(artifacts, manifest, rows)
        names, strokes = (taken_texts(artifacts, digest, rows) for digest in (names, strokes))
    return DatasetManifest(
        task=manifest.task,
        samples=samples,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        names=names,
        strokes=strokes,
        class_names=class_names,
        shape=manifest.shape,
        table=manifest.table,
        target=manifest.target,
        count=len(rows),
        class_counts=count_classes(labels, len(class_names)),
        split_counts=split_counts(codes),
        split_config=manifest.split_config,
        source=source,
        attribution=manifest.attribution,
    )
