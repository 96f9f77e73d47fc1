"""A dataset version made of a model's answers: the samples it was asked about, labelled as their likeliest classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import UNLABELLED, DatasetManifest, count_classes
from studio.core.samples import JoinedTexts, Texts, Words, let_go
from studio.workspace import Artifacts, active_split, split_counts

BLOCK = 1024
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
        samples = _some(artifacts, samples, rows)
        names = _some(artifacts, names, rows) if names else ""
        strokes = _some(artifacts, strokes, rows) if strokes else ""
    return DatasetManifest(
        task=manifest.task,
        samples=samples,
        labels=artifacts.put_array(labels, "labels.npy").digest,
        split=artifacts.put_array(codes, "split.npy").digest,
        names=names,
        strokes=strokes,
        class_names=class_names,
        shape=manifest.shape,
        count=len(rows),
        class_counts=count_classes(labels, len(class_names)),
        split_counts=split_counts(codes),
        split_config=manifest.split_config,
        source=source,
        attribution=manifest.attribution,
    )


def _some(artifacts: Artifacts, digest: str, rows: Rows) -> str:
    """Copy some samples, or their names or strokes, into an artifact of their own, a block at a time."""
    samples = artifacts.open_samples(digest)
    if isinstance(samples, Texts | JoinedTexts):
        return _some_texts(artifacts, samples, rows)
    with artifacts.draft() as draft:
        copied = np.lib.format.open_memmap(
            draft, "w+", dtype=np.uint8, shape=(len(rows), *samples.shape[1:])
        )
        for place, block in _blocks(rows):
            copied[place] = samples[block]
            let_go(samples)
        copied.flush()
        del copied
        return artifacts.adopt(draft, "samples.npy").digest


def _some_texts(artifacts: Artifacts, texts: Words, rows: Rows) -> str:
    ends = np.zeros(len(rows) + 1, np.int64)
    with artifacts.draft() as draft:
        with open(draft, "wb") as file:
            for place, block in _blocks(rows):
                encoded = [text.encode("utf-8", "replace") for text in texts[block]]
                let_go(texts)
                ends[place.start + 1 : place.stop + 1] = [len(text) for text in encoded]
                file.write(b"".join(encoded))
        np.cumsum(ends, out=ends)
        data = np.memmap(draft, np.uint8, "r") if ends[-1] else np.empty(0, np.uint8)
        kept = artifacts.put_array(data, "text_bytes").digest
    return artifacts.join_texts(artifacts.put_array(ends, "text_ends").digest, kept)


def _blocks(rows: Rows) -> Iterator[tuple[slice, Rows]]:
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        yield slice(start, start + len(block)), block
