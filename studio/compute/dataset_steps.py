"""Steps that make datasets from datasets: some of the samples, other classes, several datasets in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute import preparing_steps
from studio.compute.context import Context, Data, Step, StepProgress
from studio.compute.joining import join
from studio.compute.rebuild import (
    KINDS,
    Rows,
    Say,
    kept_rows,
    named,
    parts_of,
    renumbered,
    settled,
    taken,
)
from studio.core.components_data import (
    BalanceParams,
    FilterClassesParams,
    RelabelParams,
    RemoveDuplicatesParams,
    SampleParams,
    SaveDatasetParams,
)
from studio.core.dataset import TRAIN, DatasetManifest
from studio.core.errors import InvalidInput, unknown
from studio.core.names import check_class_name, check_name
from studio.core.pipeline import Node
from studio.core.sample_blocks import walk
from studio.core.samples import Images, Words
from studio.workspace import alike_groups, samples_of
from studio.workspace.marks import open_marks


def sample(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Keep a random share of the samples; of every class at least one."""
    params: SampleParams = context.params(node)
    data: Data = inputs["dataset"]
    rows = kept_rows(context, data)
    groups = _labels(context, data)[rows] if params.per_class else np.zeros(len(rows), np.int32)
    draw = np.random.default_rng(params.seed)
    chosen = [
        draw.permutation(rows[groups == group])[: _share(int(count), params.share)]
        for group, count in zip(*np.unique(groups, return_counts=True), strict=True)
    ]
    found = np.sort(np.concatenate([*chosen, np.empty(0, np.int64)]))
    return _taken(context, node, data, found, "sampled")


def _share(count: int, share: float) -> int:
    return max(1, round(count * share))


def filter_classes(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Keep the samples of some classes; the others are no classes any more.

    Raises:
        NotFound: No such class. InvalidInput: No class or no sample is left.
    """
    params: FilterClassesParams = context.params(node)
    data: Data = inputs["dataset"]
    names = data.manifest.class_names
    _check_classes(params.classes, names)
    stays = np.array([(name in params.classes) == params.keep for name in names], bool)
    if not stays.any():
        raise InvalidInput(
            f"No class of {data.title} is left.",
            "Every class is left out.",
            "Choose the classes that are kept.",
        )
    labels = _labels(context, data)
    marked, fitting = _marked(context, data.manifest, stays)
    wanted = np.append(stays, params.unlabelled)[labels]
    wanted = np.where((labels < 0) & marked, fitting, wanted)
    rows = kept_rows(context, data)
    rows = rows[wanted[rows]]
    manifest = taken(context, data, rows, _say(context, len(rows), "filter"))
    numbers = np.where(stays, np.cumsum(stays) - 1, -1).astype(np.int32)
    kept = tuple(name for name, stay in zip(names, stays, strict=True) if stay)
    manifest = renumbered(context.artifacts, manifest, numbers, kept)
    context.emit.log(f"{manifest.count:,} samples of {len(kept):,} classes are kept.")
    return {"dataset": named(data, node, "filtered", manifest)}


def _check_classes(wanted: Iterable[str], names: Sequence[str]) -> None:
    for name in wanted:
        if name not in names:
            raise unknown("class", name, names)


def _marked(
    context: Context, manifest: DatasetManifest, stays: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which samples have marks, and which have marks of classes that stay, bool (N,) each."""
    marked, fitting = np.zeros((2, manifest.count), bool)
    for kind in KINDS:
        marks = open_marks(context.artifacts, manifest, kind)
        samples = marks[:, 0].astype(np.int64)
        marked[samples] = True
        fitting[samples[stays[marks[:, 1].astype(np.int64)]]] = True
    return marked, fitting


def relabel(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give classes other names; those that then have the same name are one class.

    Raises:
        NotFound: No such class. InvalidInput: A name is not possible.
    """
    params: RelabelParams = context.params(node)
    data: Data = inputs["dataset"]
    names = data.manifest.class_names
    _check_classes(params.classes, names)
    now = [check_class_name(params.classes.get(name, name)) for name in names]
    kept = tuple(dict.fromkeys(now))
    numbers = np.array([kept.index(name) for name in now], np.int32)
    manifest = renumbered(context.artifacts, settled(context, data), numbers, kept)
    # Answers that arrive under a former name count for the new one.
    former = {old: params.classes.get(new, new) for old, new in manifest.renamed.items()}
    renamed = {**former, **{o: n for o, n in zip(names, now, strict=True) if o != n}}
    renamed = {old: new for old, new in renamed.items() if old not in kept}
    manifest = manifest.model_copy(update={"renamed": renamed})
    return {"dataset": named(data, node, "relabelled", manifest)}


def remove_duplicates(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Keep one of several samples alike: rather one that is held out than a training sample, rather a labelled one."""
    params: RemoveDuplicatesParams = context.params(node)
    data: Data = inputs["dataset"]
    rows = kept_rows(context, data)
    parts, labels = parts_of(context, data), _labels(context, data)
    order = np.lexsort((rows, labels[rows] < 0, -parts[rows].astype(np.int64)))
    progress = StepProgress(context, "search for duplicates")
    preferred = rows[order]
    if params.near:
        groups = alike_groups(context.artifacts, data.manifest, progress)[preferred]
        _, first = np.unique(groups, return_index=True)
        found = preferred[first]
    else:
        samples = samples_of(context.artifacts, data.manifest)
        found = preferred[~_copies(samples, rows, order, progress)]
    context.emit.log(f"{len(rows) - len(found):,} of {len(rows):,} samples were copies of others.")
    return _taken(context, node, data, np.sort(found), "without duplicates")


def _copies(
    samples: Images | Words, rows: Rows, order: Rows, progress: StepProgress
) -> NDArray[np.bool_]:
    """Return which samples, in the order given, are the same as one before them."""
    from studio.quality.base import Paced
    from studio.quality.flags import find_copies
    from studio.quality.hashes import content_hashes

    content = np.empty(len(rows), np.uint64)
    for span, block in walk(samples, rows, Paced(progress, len(rows), "looking for copies")):
        content[span] = content_hashes(block)
    return find_copies(samples, rows[order], content[order], progress)


def balance(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give all classes equally many training samples; the other parts stay as they are.

    Raises:
        InvalidInput: No training sample has a class.
    """
    params: BalanceParams = context.params(node)
    data: Data = inputs["dataset"]
    rows, labels = kept_rows(context, data), _labels(context, data)
    trained = rows[(parts_of(context, data)[rows] == TRAIN) & (labels[rows] >= 0)]
    counts = np.bincount(labels[trained], minlength=len(data.manifest.class_names))
    if not counts.any():
        raise InvalidInput(
            f"No training sample of {data.title} has a class.",
            "Classes are balanced by the training samples that have one.",
            "Label samples, or divide them anew.",
        )
    wanted = {
        "fewest": int(counts[counts > 0].min()),
        "most": int(counts.max()),
        "count": params.count,
    }[params.method]
    draw = np.random.default_rng(params.seed)
    again: list[Rows] = [np.empty(0, np.int64)]
    stays = np.ones(data.manifest.count, bool)
    for number in np.flatnonzero(counts):
        mine = draw.permutation(trained[labels[trained] == number])
        stays[mine[wanted:]] = False
        again.append(np.resize(mine, wanted)[len(mine) :])  # empty where some were left out
    found = np.concatenate([rows[stays[rows]], *again])
    context.emit.log(f"{wanted:,} training samples of each class.")
    manifest = taken(context, data, found, _say(context, len(found), "copy"))
    copies = any(len(rows) for rows in again)
    return {"dataset": named(data, node, "balanced", manifest, copies=copies)}


def save_dataset(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Announce the samples as a dataset version, which the worker records.

    Raises:
        InvalidInput: The name is not possible.
    """
    params: SaveDatasetParams = context.params(node)
    data: Data = inputs["dataset"]
    name = check_name("dataset", params.name)
    manifest = settled(context, data)
    message = params.message or f"Made of {data.title} by the run {context.spec.run}."
    context.emit.dataset(name, manifest, author="", message=message[:400])
    context.emit.log(f"{manifest.count:,} samples are kept as a version of {name}.")
    return {"dataset": Data(name, manifest)}


def _labels(context: Context, data: Data) -> NDArray[np.int32]:
    return np.asarray(context.artifacts.open_array(data.manifest.labels))


def _say(context: Context, total: int, noun: str) -> Say:
    progress = StepProgress(context, noun)
    return lambda done: progress(done, total, "samples", "copying")


def _taken(context: Context, node: Node, data: Data, rows: Rows, word: str) -> dict[str, Any]:
    manifest = taken(context, data, rows, _say(context, len(rows), "copy"))
    return {"dataset": named(data, node, word, manifest)}


STEPS: dict[str, Step] = {
    "sample": sample,
    "filter_classes": filter_classes,
    "join_datasets": join,
    "relabel": relabel,
    "remove_duplicates": remove_duplicates,
    "balance": balance,
    "save_dataset": save_dataset,
    **preparing_steps.STEPS,
}
