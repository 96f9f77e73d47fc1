"""Datasets made from datasets: rows taken, samples changed, classes numbered anew. All in blocks, never as a whole.

Every function returns a manifest whose arrays fit to each other row by row, and whose counts are those of its arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data
from studio.core.dataset import EXCLUDED, TRAIN, UNLABELLED, DatasetManifest, origin
from studio.core.errors import InvalidInput
from studio.core.pipeline import Node, component_of
from studio.core.sample_blocks import is_text, walk
from studio.workspace import Artifacts, put_frame
from studio.workspace.manifest import recount
from studio.workspace.marks import MarkKind, Marks, labels_of_tags, open_marks, recoded, with_marks

Rows = NDArray[np.int64]
Say = Callable[[int], None]
"""Told how many samples are done; raises to end the work."""
KINDS: tuple[MarkKind, ...] = ("boxes", "tags", "spans")


def named(
    data: Data, node: Node, word: str, manifest: DatasetManifest, *, copies: bool = False
) -> Data:
    """Return what a node made of a dataset, under a name that says so: `digits:3, resized`.

    Args:
        data: The dataset.
        node: What changed it.
        word: What was done to it.
        manifest: What came of it.
        copies: Whether samples are in it several times now.
    """
    before = data.manifest.source
    source = {
        "kind": "made",
        "by": [*before.get("by", []), node.component],
        "from": before.get("from", [origin(data.title)]),
        "of": before.get("of", before),
    }
    made_copies = component_of(node).title if copies else before.get("copies")
    if made_copies:
        source["copies"] = made_copies
    return Data(f"{data.title}, {word}", manifest.model_copy(update={"source": source}))


def refuse_copies(data: Data, wish: str, why: str, fix: str) -> None:
    """Refuse a dataset in which samples are several times: one of them would be held out, another learned from.

    Args:
        data: The dataset.
        wish: What cannot be done.
        why: What would happen.
        fix: What to do instead.

    Raises:
        InvalidInput: There are copies in it.
    """
    maker = data.manifest.source.get("copies")
    if maker:
        raise InvalidInput(
            f"{data.title} cannot be {wish}.", f'"{maker}" made copies, and {why}', fix
        )


def parts_of(context: Context, data: Data) -> NDArray[np.uint8]:
    """Return the part of each sample in the split that counts, uint8 (N,), EXCLUDED for samples that are not kept."""
    return np.array(context.labels_and_codes(data)[1])


def kept_rows(context: Context, data: Data) -> Rows:
    """Return the samples that are neither quarantined nor removed, ascending."""
    return np.flatnonzero(parts_of(context, data) != EXCLUDED)


def settled(context: Context, data: Data) -> DatasetManifest:
    """Return the manifest with the split that counts as its stored one."""
    if data.codes is None:
        return data.manifest
    codes = np.array(data.codes)
    codes[codes == EXCLUDED] = TRAIN  # of samples that are not kept: it does not count
    manifest, artifacts = data.manifest, context.artifacts
    split = artifacts.put_array(codes, "split.npy").digest
    state = artifacts.open_array(manifest.state) if manifest.state else None
    changed = manifest.model_copy(update={"split": split})
    return recount(changed, artifacts.open_array(manifest.labels), codes, state)


def taken(context: Context, data: Data, rows: Rows, say: Say) -> DatasetManifest:
    """Return a dataset of some samples of another, with all that is known of each.

    Args:
        context: Of the run.
        data: The dataset.
        rows: int64 (n,), its samples, in the order wanted; one may be there several times. None that is not kept.
        say: Told how many samples were copied.

    Raises:
        InvalidInput: There is none.
    """
    if not len(rows):
        raise InvalidInput(
            f"No sample of {data.title} is left.",
            "The settings leave every one of them out.",
            "Change them so that some samples stay.",
        )
    manifest, artifacts = settled(context, data), context.artifacts
    if np.array_equal(rows, np.arange(manifest.count)):
        return manifest
    labels = artifacts.open_array(manifest.labels)[rows]
    codes = artifacts.open_array(manifest.split)[rows]
    samples = taken_samples(artifacts, manifest, rows, say)
    made = manifest.model_copy(
        update={
            "samples": samples,
            "base": samples,
            "labels": artifacts.put_array(labels, "labels.npy").digest,
            "split": artifacts.put_array(codes, "split.npy").digest,
            "state": "",
            "names": taken_texts(artifacts, manifest.names, rows),
            "strokes": taken_texts(artifacts, manifest.strokes, rows),
            "count": len(rows),
            "renamed": {},
            "annotation_mark": 0,
        }
    )
    for kind in KINDS:
        marks = taken_marks(open_marks(artifacts, manifest, kind), rows)
        made = with_marks(artifacts, made, kind, marks)
    return recount(made, labels, codes, None)


def taken_marks(marks: Marks, rows: Rows) -> Marks:
    """Return the marks of samples that were taken, with their new numbers.

    Args:
        marks: (m, columns), sorted by sample.
        rows: int64 (n,), the samples.

    Example:
        >>> taken_marks(np.array([[0, 5], [2, 6], [2, 7]]), np.array([2, 1, 2])).tolist()
        [[0, 6], [0, 7], [2, 6], [2, 7]]
    """
    first, end = (np.searchsorted(marks[:, 0], rows, side) for side in ("left", "right"))
    counts = end - first
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found = np.array(marks[np.repeat(first, counts) + inside])
    found[:, 0] = np.repeat(np.arange(len(rows)), counts)
    return found


def taken_samples(
    artifacts: Artifacts,
    manifest: DatasetManifest,
    rows: Rows,
    say: Say = lambda done: None,
) -> str:
    """Copy some samples, a block at a time. Returns the digest of the copies."""
    if manifest.task == "table":
        from studio.tables import read_parquet, take

        frame = take(read_parquet(artifacts.path(manifest.samples)), rows)
        return put_frame(artifacts, frame).digest
    samples = artifacts.open_samples(manifest.samples)
    if is_text(samples):
        return put_texts(artifacts, (block for _, block in walk(samples, rows, say)))
    blocks = (block for _, block in walk(samples, rows, say))
    return put_blocks(artifacts, blocks, np.dtype(np.uint8), manifest.shape)


def taken_texts(artifacts: Artifacts, digest: str, rows: Rows) -> str:
    """Return the digest of the names or strokes of some samples; "" where there are none."""
    if not digest:
        return ""
    texts = artifacts.open_samples(digest)
    return put_texts(artifacts, (block for _, block in walk(texts, rows)))


def put_blocks(
    artifacts: Artifacts, blocks: Iterable[NDArray[Any]], dtype: np.dtype[Any], shape: Sequence[int]
) -> str:
    """Store an array that comes in blocks, as `.npy`. Returns its digest.

    Args:
        artifacts: Where it goes.
        blocks: (k, *shape) each.
        dtype: Of all of them.
        shape: Of one row.
    """
    head = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False}
    with artifacts.draft() as draft:
        with open(draft, "wb") as file:
            np.lib.format.write_array_header_1_0(file, {**head, "shape": (0, *shape)})
            begin, count = file.tell(), 0
            for block in blocks:
                file.write(np.ascontiguousarray(block, dtype).data)
                count += len(block)
            # NumPy leaves room in the header so that the first number may grow.
            file.seek(0)
            np.lib.format.write_array_header_1_0(file, {**head, "shape": (count, *shape)})
            assert file.tell() == begin
        return artifacts.adopt(draft, "samples.npy").digest


def put_texts(artifacts: Artifacts, blocks: Iterable[Sequence[str]]) -> str:
    """Store texts that come in blocks. Returns the digest under which `open_samples` finds them."""
    lengths: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]

    def encoded() -> Iterator[NDArray[np.uint8]]:
        for block in blocks:
            texts = [text.encode("utf-8", "replace") for text in block]
            lengths.append(np.array([len(text) for text in texts], np.int64))
            yield np.frombuffer(b"".join(texts), np.uint8)

    data = put_blocks(artifacts, encoded(), np.dtype(np.uint8), ())
    offsets = artifacts.put_array(np.cumsum(np.concatenate(lengths)), "texts.npy").digest
    return artifacts.join_texts(offsets, data)


def renumbered(
    artifacts: Artifacts,
    manifest: DatasetManifest,
    numbers: NDArray[np.int32],
    class_names: tuple[str, ...],
) -> DatasetManifest:
    """Return a dataset whose classes have other numbers and names; marks follow, those of classes that end go.

    Args:
        artifacts: Where the arrays are.
        manifest: The dataset.
        numbers: int32 (classes,), the new number of each class, -1 where it ends.
        class_names: What they are called then.
    """
    table = np.array([*numbers, UNLABELLED], np.int32)
    labels: NDArray[np.int32] = table[artifacts.open_array(manifest.labels)]
    made = manifest.model_copy(update={"class_names": class_names})
    for kind in KINDS:
        marks = open_marks(artifacts, manifest, kind)
        if len(marks):
            changed = recoded(marks, numbers, kind)
            made = with_marks(artifacts, made, kind, changed[changed[:, 1] >= 0])
    labels = labels_of_tags(open_marks(artifacts, made, "tags"), labels)
    made = made.model_copy(update={"labels": artifacts.put_array(labels, "labels.npy").digest})
    state = artifacts.open_array(made.state) if made.state else None
    return recount(made, labels, artifacts.open_array(made.split), state)
