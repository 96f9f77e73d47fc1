"""Training several times, each time without another part of the samples, which then judges the model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.compute.base import Paused
from studio.compute.context import Context, Data, StepProgress
from studio.compute.label_errors import leave_out_rare
from studio.compute.model_steps import chosen_model
from studio.compute.rebuild import refuse_copies
from studio.compute.training import fold_trainer
from studio.core.augmentation import fitting
from studio.core.components_models import CrossValidateParams
from studio.core.cross_validation import MEASURED, CrossValidation, Fold, over_folds
from studio.core.dataset import EXCLUDED, TEST
from studio.core.folds import fold_codes
from studio.core.judging import judge
from studio.core.pipeline import Node
from studio.core.port_values import MetricsValue
from studio.core.predictions import IDS, LABELS, PROBABILITIES, Predictions
from studio.core.training import TrainingConfig
from studio.workspace import alike_groups


def cross_validate(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Judge every sample by a model that has not seen it; a finished fold is not trained again after a kill.

    Raises:
        InvalidInput: Too few classes have enough samples, or copies are among them.
        Paused, Cancelled: Somebody asked for it.
    """
    from studio.ml.folds import Interrupted, out_of_fold

    params: CrossValidateParams = context.params(node)
    data: Data = inputs["dataset"]
    refuse_copies(
        data,
        "cross-validated",
        "a model would be judged on copies of what it has learned from.",
        "Connect the samples from before it; pictures can also be changed while training, in the settings here.",
    )
    config = context.fitted(data, chosen_model(inputs, params.model))
    samples, stored, parts = context.arrays(data, config)
    labels, codes = np.array(stored), np.array(parts)
    if params.split == "train":
        codes[codes == TEST] = EXCLUDED
    left_out = leave_out_rare(labels, codes, params.folds, data)
    folds = _folds(context, data, params, labels, codes)
    settings = TrainingConfig(**params.model_dump(include=set(TrainingConfig.model_fields)))
    training, words = fitting(settings, config.input)
    if words:
        context.emit.log(words)
    try:
        ids, probabilities = out_of_fold(
            samples,
            labels,
            folds,
            len(data.manifest.class_names),
            fold_trainer(context, data, config, training),
            folds=params.folds,
            folder=context.checkpoints(node),
            emit=context.emit,
            control=context.control,
            noun="cross-validation",
        )
    except Interrupted:
        raise Paused from None
    answers = Predictions(
        data.title, data.manifest.base, data.manifest.class_names, ids, labels[ids], probabilities
    )
    found = _judged(answers, folds[ids], params).model_copy(update={"left_out": left_out})
    return {"metrics": _keep(context, found, answers)}


def _folds(
    context: Context,
    data: Data,
    params: CrossValidateParams,
    labels: NDArray[np.int32],
    codes: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Return the fold of each sample, uint8 (N,), EXCLUDED for those that take no part."""
    rows = np.flatnonzero((codes != EXCLUDED) & (labels >= 0))
    groups = None
    if params.together:
        progress = StepProgress(context, "cross-validation")
        groups = alike_groups(context.artifacts, data.manifest, progress)[rows]
    folds = np.full(len(labels), EXCLUDED, np.uint8)
    folds[rows] = fold_codes(labels[rows], params.folds, seed=params.seed, groups=groups)
    return folds


def _judged(
    answers: Predictions, folds: NDArray[np.uint8], params: CrossValidateParams
) -> CrossValidation:
    """Return what the answers amount to, fold by fold."""
    k = min(params.top_k, len(answers.class_names))
    found = []
    for number in range(params.folds):
        mine = np.flatnonzero(folds == number)
        part = Predictions(
            answers.dataset,
            answers.base,
            answers.class_names,
            answers.ids[mine],
            answers.labels[mine],
            np.asarray(answers.probabilities[mine]),
        )
        facts = judge(part, k=k, seed=params.seed).facts
        scores = {name: float(facts[name]) for name in MEASURED}
        found.append(Fold(fold=number + 1, count=len(mine), **scores))
    mean, deviation = over_folds(found)
    return CrossValidation(
        dataset=answers.dataset,
        base=answers.base,
        class_names=answers.class_names,
        k=k,
        folds=tuple(found),
        mean=mean,
        deviation=deviation,
    )


def _keep(context: Context, found: CrossValidation, answers: Predictions) -> MetricsValue:
    arrays: dict[str, tuple[str, NDArray[Any]]] = {
        "ids": (IDS, answers.ids),
        "labels": (LABELS, answers.labels),
        "probabilities": (PROBABILITIES, answers.probabilities),
    }
    kept = {
        name: context.artifacts.put_array(array, f"cross_validation_{file}")
        for name, (file, array) in arrays.items()
    }
    digests = {name: file.digest for name, file in kept.items()}
    whole = found.model_copy(update={"answers": digests})
    content = whole.model_dump_json(indent=1).encode()
    report = context.artifacts.put(content, "cross_validation.json")
    for file in (*kept.values(), report):
        context.emit.artifact(file)
    context.emit.result({"cross_validation": whole.headline()})
    context.emit.log(whole.sentence)
    return MetricsValue(
        title=found.dataset,
        kind="cross_validation",
        headline=whole.headline(),
        file=report.digest,
    )
