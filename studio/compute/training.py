"""Training: what the component `train` does when its node's turn comes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.compute.base import Paused
from studio.compute.steps import Context, Data
from studio.core.augmentation import fitting
from studio.core.catalog import TrainParams
from studio.core.configs import ModelConfig
from studio.core.dataset import TEST
from studio.core.errors import Cancelled, InvalidInput
from studio.core.pipeline import Node
from studio.core.training import TrainingConfig

if TYPE_CHECKING:
    from studio.ml.train import Trained


def train(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Train a model, going on from a checkpoint where there is one, and store it.

    Raises:
        Paused, Cancelled: Somebody asked for it; a checkpoint is saved for a pause.
    """
    from studio.ml.arrays import load_training_data

    params: TrainParams = context.params(node)
    data: Data = inputs["dataset"]
    samples, labels, codes = context.arrays(data, params.model)
    nodes = context.spec.pipeline.nodes
    judged = any(other.component == "evaluate" for other in nodes)
    if judged and not np.any((np.asarray(codes) == TEST) & (np.asarray(labels) >= 0)):
        raise InvalidInput(
            f"The test split of {data.title} has no labelled samples.",
            "A model is judged by comparing its answers with known classes.",
            "Label samples of the test split, or choose a larger test share.",
        )
    training, left_out = fitting(
        TrainingConfig(**params.model_dump(include=set(TrainingConfig.model_fields))),
        params.model.input,
    )
    if left_out:
        context.emit.log(left_out)
    start = context.spec.weights.get(node.id)
    trained = trainer(context, data, params.model)(
        params.model,
        training,
        load_training_data(samples, labels, codes, len(data.manifest.class_names)),
        checkpoints=context.folder.checkpoints / str(nodes.index(node)),
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
    model, _ = context.keep_model(node, trained.model, params.model, data.manifest.class_names)
    facts = {
        "best_epoch": trained.best_epoch,
        "epochs_done": trained.epochs_done,
        "steps_done": trained.steps_done,
        "stopped": trained.stopped,
        "early_stopped": trained.early_stopped,
        "diverged": trained.diverged,
        **trained.facts,
    }
    context.emit.result({context.name(node, "training"): facts})
    return {"model": model}


def trainer(context: Context, data: Data, config: ModelConfig) -> Callable[..., Trained]:
    """Return what trains such a model: `train`, or `train_on` where a pretrained network is in its stack."""
    from studio.ml.train import train as train_model
    from studio.ml.transfer import Pretrained, train_on

    if not config.backbone():
        return train_model
    cache = Path(context.spec.cache)
    found = Pretrained((cache.parent / "weights",), cache / "features", data.manifest.samples)
    return functools.partial(train_on, found)
