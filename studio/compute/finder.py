"""Finding a learning rate: what the component `finder` does when its node's turn comes."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context, Data
from studio.compute.model_steps import chosen_model
from studio.core.augmentation import fitting
from studio.core.dataset import TRAIN
from studio.core.errors import Cancelled, InvalidInput
from studio.core.finder import FinderParams
from studio.core.pipeline import Node


def find(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Try learning rates on the training split, and keep nothing but the curve and the suggested rate.

    Raises:
        InvalidInput: The training split is empty. Cancelled: Somebody asked to stop.
    """
    from studio.ml.finder import find_rate

    params: FinderParams = context.params(node)
    data: Data = inputs["dataset"]
    model = context.fitted(data, chosen_model(inputs, params.model))
    samples = context.split(data, TRAIN, model)
    if not samples.count:
        raise InvalidInput(
            f"The training split of {data.title} has no labelled samples.",
            "Learning rates are tried on samples whose class is known.",
            "Label more samples, or choose a smaller test share.",
        )
    training, left_out = fitting(params.training, model.input)
    if left_out:
        context.emit.log(left_out)
    found = find_rate(
        params.model_copy(update={"model": model, "training": training}),
        samples,
        len(data.manifest.class_names),
        emit=context.emit,
        should_stop=context.should_stop,
    )
    if context.should_stop():
        raise Cancelled(
            f"The search for a learning rate ended after {len(found['losses']):,} of {params.steps:,} steps.",
            "Somebody asked to stop.",
            "Start it again.",
        )
    rate = found["suggested"]
    context.emit.log(
        f"A learning rate of {rate:g} is suggested."
        if rate
        else "No learning rate stands out: the loss fell at none of them."
    )
    context.emit.result({"finder": {"suggested": rate}})
    return {}
