"""Two datasets as one: classes of the same name are one class, every sample keeps its part."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data
from studio.compute.rebuild import KINDS, named, renumbered, settled
from studio.core.dataset import TASK_NOUNS, DatasetManifest, origin
from studio.core.errors import InvalidInput
from studio.core.layer import format_shape
from studio.core.pipeline import Node
from studio.core.table import MOST_CATEGORIES, Column
from studio.workspace import Artifacts
from studio.workspace.manifest import recount
from studio.workspace.marks import open_marks, with_marks
from studio.workspace.table_manifest import join_rows


def join(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Put the samples of the second dataset behind those of the first.

    Raises:
        InvalidInput: They hold samples of different kinds, sizes or columns.
    """
    first: Data = inputs["first"]
    second: Data = inputs["second"]
    check_alike(first, second)
    artifacts = context.artifacts
    one, two = settled(context, first), settled(context, second)
    names = tuple(dict.fromkeys([*one.class_names, *two.class_names]))
    numbers = np.array([names.index(name) for name in two.class_names], np.int32)
    two = renumbered(artifacts, two, numbers, names)
    labels: NDArray[np.int32] = _behind(artifacts, one, two, "labels")
    codes: NDArray[np.uint8] = _behind(artifacts, one, two, "split")
    state = None
    if one.state or two.state:
        state = np.concatenate([_state(artifacts, manifest) for manifest in (one, two)])
    samples, table = _samples(artifacts, one, two)
    attribution = "; ".join(dict.fromkeys(filter(None, (one.attribution, two.attribution))))
    made = one.model_copy(
        update={
            "samples": samples,
            "base": samples,
            "table": table,
            "labels": artifacts.put_array(labels, "labels.npy").digest,
            "split": artifacts.put_array(codes, "split.npy").digest,
            "state": "" if state is None else artifacts.put_array(state, "state.npy").digest,
            "names": _texts(artifacts, (one.names, one.count), (two.names, two.count)),
            "strokes": _texts(artifacts, (one.strokes, one.count), (two.strokes, two.count)),
            "class_names": names,
            "count": one.count + two.count,
            "attribution": attribution,
            "renamed": {},
            "annotation_mark": 0,
        }
    )
    for kind in KINDS:
        theirs = np.array(open_marks(artifacts, two, kind))
        theirs[:, 0] += one.count
        marks = np.concatenate([open_marks(artifacts, one, kind), theirs])
        made = with_marks(artifacts, made, kind, marks)
    made = recount(made, labels, codes, state)
    whole = named(first, node, f"with {second.title}", made)
    before, other = whole.manifest.source, second.manifest.source
    come_from = [*before["from"], *other.get("from", [origin(second.title)])]
    source = {
        **before,
        "by": [*before["by"], *other.get("by", [])],
        "from": list(dict.fromkeys(come_from)),
    }
    if other.get("copies"):
        source["copies"] = other["copies"]
    manifest = whole.manifest.model_copy(update={"source": source})
    context.emit.log(f"{made.count:,} samples of {len(names):,} classes.")
    return {"dataset": Data(whole.title, manifest)}


def check_alike(first: Data, second: Data) -> None:
    """Refuse to put samples of one kind behind those of another.

    Raises:
        InvalidInput: Pictures, texts or rows with others of these, pictures of another size, rows of other columns.
    """
    one, two = first.manifest, second.manifest
    if one.task != two.task:
        raise InvalidInput(
            f"{first.title} and {second.title} cannot be joined.",
            f"One holds {TASK_NOUNS[one.task]}, the other {TASK_NOUNS[two.task]}.",
            "Join datasets of one kind.",
        )
    if one.shape != two.shape:
        raise InvalidInput(
            f"{first.title} and {second.title} cannot be joined.",
            f"The pictures of one are {format_shape(one.shape)}, those of the other {format_shape(two.shape)}.",
            'Put "Resize pictures" before it, so that both have the same size and colours.',
        )
    mine, theirs = ([(c.name, c.kind) for c in manifest.table] for manifest in (one, two))
    if mine != theirs or one.target != two.target:
        other = sorted(name for name, _ in {*mine} ^ {*theirs}) or [one.target or two.target]
        raise InvalidInput(
            f"{first.title} and {second.title} cannot be joined.",
            f'Their columns are not the same; "{other[0]}" is one that differs.',
            "Join tables with the same columns in the same order, and the same target.",
        )


def _behind(
    artifacts: Artifacts, one: DatasetManifest, two: DatasetManifest, field: str
) -> NDArray[Any]:
    return np.concatenate([artifacts.open_array(getattr(m, field)) for m in (one, two)])


def _state(artifacts: Artifacts, manifest: DatasetManifest) -> NDArray[np.uint8]:
    if manifest.state:
        return artifacts.open_array(manifest.state)
    return np.zeros(manifest.count, np.uint8)


def _texts(artifacts: Artifacts, *kept: tuple[str, int]) -> str:
    """Return the digest of the names or strokes of both; empty ones where one has none; "" where neither has."""
    if not any(digest for digest, _ in kept):
        return ""
    return artifacts.join(
        [digest or artifacts.put_texts([""] * count, "texts.npy") for digest, count in kept]
    )


def _samples(artifacts: Artifacts, one: DatasetManifest, two: DatasetManifest) -> tuple[str, Any]:
    """Return the digest of all samples, shared and not copied, and the columns of rows."""
    if one.task != "table":
        return artifacts.join([one.samples, two.samples]), ()
    samples = join_rows(artifacts, one.samples, two.samples)
    return samples, tuple(map(_column, one.table, two.table))


def _column(one: Column, two: Column) -> Column:
    return Column(
        name=one.name,
        kind=one.kind,
        missing=one.missing + two.missing,
        categories=tuple(dict.fromkeys([*one.categories, *two.categories]))[:MOST_CATEGORIES],
    )
