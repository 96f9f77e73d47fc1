"""Labels that look wrong: what the component `label_errors` does when its node's turn comes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import Paused
from studio.compute.context import Context, Data, StepProgress
from studio.compute.training import fold_trainer
from studio.core.augmentation import fitting
from studio.core.confident import Suspects, find_suspects
from studio.core.dataset import EXCLUDED
from studio.core.errors import InvalidInput
from studio.core.folds import fold_codes
from studio.core.label_errors import ClassPair, LabelErrorParams, LabelErrorReport
from studio.core.pipeline import Node
from studio.workspace import alike_groups

LISTED_PAIRS = 200
"""So many pairs of classes are in the report."""


def find_label_errors(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Have every labelled sample judged by a model that has not seen it, and keep the labels that look wrong.

    Raises:
        InvalidInput: Too few classes have enough samples.
        Paused, Cancelled: Somebody asked for it.
    """
    from studio.ml.folds import Interrupted, out_of_fold

    began = time.monotonic()
    params: LabelErrorParams = context.params(node)
    data: Data = inputs["dataset"]
    manifest = data.manifest
    model = context.fitted(data, params.model)
    samples, stored, codes = context.arrays(data, model)
    labels = np.array(stored)
    left_out = leave_out_rare(labels, codes, params.folds, data)
    rows = np.flatnonzero((codes != EXCLUDED) & (labels >= 0))
    folds = np.full(len(labels), EXCLUDED, np.uint8)
    groups = None
    if params.together:
        progress = StepProgress(context, "search for label errors")
        groups = alike_groups(context.artifacts, manifest, progress)[rows]
    folds[rows] = fold_codes(labels[rows], params.folds, seed=params.seed, groups=groups)
    training, words = fitting(params.training, model.input)
    if words:
        context.emit.log(words)
    train = fold_trainer(context, data, model, training)
    try:
        ids, probabilities = out_of_fold(
            samples,
            labels,
            folds,
            len(manifest.class_names),
            train,
            folds=params.folds,
            folder=context.checkpoints(node),
            emit=context.emit,
            control=context.control,
        )
    except Interrupted:
        raise Paused from None
    known = labels[ids]
    found = find_suspects(known, probabilities)
    report = LabelErrorReport(
        dataset=data.title,
        base=manifest.base,
        labels=manifest.labels,
        class_names=manifest.class_names,
        folds=params.folds,
        judged=len(ids),
        left_out=left_out,
        agreement=1.0 - len(found.rows) / len(ids),
        estimated=int(found.joint.sum() - found.joint.trace()),
        likely=found.likely,
        flags=len(found.rows),
        pairs=_pairs(found, manifest.class_names),
        seconds=time.monotonic() - began,
    )
    _keep(context, found, known, ids, probabilities)
    context.emit.result(
        {"dataset": data.title, "base": manifest.base, "report": report.model_dump(mode="json")}
    )
    context.emit.log(
        f"{report.likely:,} of {report.judged:,} labels look wrong; about {report.estimated:,} are estimated to be."
    )
    return {"metrics": report}


def leave_out_rare(
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
    folds: int,
    data: Data,
) -> int:
    """Take the label from samples whose class has fewer than there are folds; return how many.

    A model that has hardly seen a class takes all its samples for another one: its word would be worth nothing.
    """
    names = data.manifest.class_names
    taking_part = (codes != EXCLUDED) & (labels >= 0)
    counts = np.bincount(labels[taking_part], minlength=len(names))
    rare = (counts > 0) & (counts < folds)
    if np.count_nonzero(counts >= folds) < 2:
        raise InvalidInput(
            f"Fewer than two classes of {data.title} have {folds} labelled samples or more.",
            "Models learn to tell classes apart from some samples, and judge the others.",
            "Label more samples, or choose fewer folds.",
        )
    left_out = taking_part & rare[labels]
    labels[left_out] = -1
    return int(np.count_nonzero(left_out))


def _pairs(found: Suspects, class_names: tuple[str, ...]) -> tuple[ClassPair, ...]:
    """Return where labels are estimated to be wrong, the most frequent first."""
    counts = found.joint.copy()
    totals = counts.sum(axis=1)
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:LISTED_PAIRS]
    places = [divmod(int(place), len(class_names)) for place in order]
    return tuple(
        ClassPair(
            given=class_names[given],
            true=class_names[true],
            estimated=int(counts[given, true]),
            share=float(counts[given, true] / totals[given]),
        )
        for given, true in places
        if counts[given, true]
    )


def _keep(
    context: Context,
    found: Suspects,
    known: NDArray[np.int32],
    ids: NDArray[np.int64],
    probabilities: NDArray[np.float32],
) -> None:
    """Store the flags, and what the models said of every sample as an evaluation does."""
    given = known[found.rows]
    said = np.asarray(probabilities[found.rows])
    places = np.arange(len(given))
    files: dict[str, NDArray[Any]] = {
        "flags.npy": ids[found.rows],
        "flag_classes.npy": np.column_stack([given, found.suggested]).astype(np.int32),
        "flag_scores.npy": np.column_stack(
            [said[places, given], said[places, found.suggested]]
        ).astype(np.float32),
        "predictions.npy": probabilities,
        "prediction_ids.npy": ids,
        "prediction_labels.npy": known.astype(np.int32),
    }
    for name, array in files.items():
        context.emit.artifact(context.artifacts.put_array(array, name))
