"""Training: what the component `train` does when its node's turn comes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.compute.base import Paused
from studio.compute.context import Context, Data
from studio.compute.model_steps import chosen_model
from studio.core.augmentation import fitting
from studio.core.catalog import EvaluateParams, TrainParams
from studio.core.configs import ModelConfig
from studio.core.dataset import TEST, origin
from studio.core.errors import Cancelled, InvalidInput
from studio.core.pipeline import Node
from studio.core.training import TrainingConfig

if TYPE_CHECKING:
    from studio.ml.arrays import TrainingData
    from studio.ml.train import Trained

ROWS_AT_ONCE = 65_536


def train(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Train a model, going on from a checkpoint where there is one, and store it.

    Raises:
        Paused, Cancelled: Somebody asked for it; a checkpoint is saved for a pause.
    """
    from studio.ml.arrays import load_training_data

    params: TrainParams = context.params(node)
    data: Data = inputs["dataset"]
    config = context.fitted(data, chosen_model(inputs, params.model))
    samples, labels, codes = context.arrays(data, config)
    if _judged_on_test(context, node) and not np.any(
        (np.asarray(codes) == TEST) & (np.asarray(labels) >= 0)
    ):
        raise InvalidInput(
            f"The test split of {data.title} has no labelled samples.",
            "A model is judged by comparing its answers with known classes.",
            "Label samples of the test split, or choose a larger test share.",
        )
    training, left_out = fitting(
        TrainingConfig(**params.model_dump(include=set(TrainingConfig.model_fields))),
        config.input,
    )
    if left_out:
        context.emit.log(left_out)
    start = context.spec.weights.get(node.id)
    trained = trainer(context, data, config)(
        config,
        training,
        load_training_data(samples, labels, codes, len(data.manifest.class_names)),
        checkpoints=context.checkpoints(node),
        emit=context.emit,
        control=context.control,
        weights=context.artifacts.path(start) if start else None,
    )
    if trained.paused:
        raise Paused
    if trained.cancelled:
        raise Cancelled(
            f"The training was cancelled after step {trained.steps_done:,}.",
            "Somebody asked for it.",
            "Submit it again; nothing of it was kept.",
        )
    context.stopped |= trained.stopped
    manifest = data.manifest
    model, _ = context.keep_model(trained.model, config, manifest.class_names, manifest.shape)
    model.spec = model.spec.model_copy(update={"dataset": origin(data.title)})
    if config != params.model:
        found = {"model": config.model_dump(mode="json")}
        context.emit.result({"trained": found})
    facts = {
        "best_epoch": trained.best_epoch,
        "epochs_done": trained.epochs_done,
        "steps_done": trained.steps_done,
        "stopped": trained.stopped,
        "early_stopped": trained.early_stopped,
        "diverged": trained.diverged,
        **trained.facts,
    }
    context.emit.result({"training": facts})
    return {"model": model}


def _judged_on_test(context: Context, node: Node) -> bool:
    """Return whether the model is judged on the test part of the very samples it is trained on."""
    pipeline = context.spec.pipeline
    trained_on = pipeline.inputs(node.id).get("dataset")
    return any(
        isinstance(params := pipeline.params(other.id), EvaluateParams)
        and params.split == "test"
        and pipeline.inputs(other.id).get("model") == (node.id, "model")
        and pipeline.inputs(other.id).get("dataset") == trained_on
        for other in pipeline.nodes
    )


def trainer(context: Context, data: Data, config: ModelConfig) -> Callable[..., Trained]:
    """Return what trains such a model: `train`, or `train_on` where a pretrained network is in its stack."""
    from studio.ml.train import train as train_model
    from studio.ml.transfer import Pretrained, train_on

    if not config.backbone():
        return train_model
    cache = Path(context.spec.cache)
    found = Pretrained((cache.parent / "weights",), cache / "features", data.manifest.samples)
    return functools.partial(train_on, found)


def fold_trainer(
    context: Context, data: Data, config: ModelConfig, training: TrainingConfig
) -> Callable[..., Trained]:
    """Return what trains such a model on one fold; of tables, columns are scaled by that fold's training rows alone."""
    train_model = trainer(context, data, config)
    if config.input != "table":
        return functools.partial(train_model, config, training)

    def train_fold(samples: TrainingData, **settings: Any) -> Trained:
        rows = [block for _, (block, _) in samples.train.blocks(ROWS_AT_ONCE)]
        learned = config.model_copy(update={"table": config.table.learned(rows)})
        return train_model(learned, training, samples, **settings)

    return train_fold
