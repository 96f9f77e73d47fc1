"""Keeping a model in the registry."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context, TrainedModel
from studio.core.components_models import RegisterParams
from studio.core.evaluation import Evaluation
from studio.core.names import check_name
from studio.core.pipeline import Node
from studio.core.port_values import MetricsValue
from studio.core.registering import registered_body


def register(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Announce the model, so that the worker registers it, once however often this is done again.

    Raises:
        InvalidInput: A name is not possible.
    """
    params: RegisterParams = context.params(node)
    model: TrainedModel = inputs["model"]
    name = check_name("model", params.name)
    alias = check_name("alias", params.alias) if params.alias else None
    evaluation = _evaluation(context, inputs.get("metrics"))
    body = registered_body(model.spec, evaluation)
    trained = evaluation is not None and not model.title
    context.emit.model(name, alias, body, trained=trained)
    pointed = f", and {alias} is to point at it" if alias else ""
    context.emit.log(f"Registered as a version of {name}{pointed}.")
    return {"model": model}


def _evaluation(context: Context, metrics: MetricsValue | None) -> Evaluation | None:
    if metrics is None or metrics.kind != "evaluation":
        return None
    return Evaluation.model_validate_json(context.artifacts.read(metrics.file))
