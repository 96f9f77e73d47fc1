"""Steps that give models which have not learned yet, and which of them a training takes."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context, Step
from studio.core.components_models import LayersParams
from studio.core.configs import ModelConfig
from studio.core.pipeline import Node, component_of
from studio.core.port_values import UntrainedValue
from studio.core.untrained import described_model


def untrained(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give the model that the settings describe; one of the Configure page as it was when the run was submitted."""
    params = context.params(node)
    config = described_model(params)
    assert config is not None
    title = params.name if isinstance(params, LayersParams) else ""
    return {"model": UntrainedValue(title=title or component_of(node).title, config=config)}


def chosen_model(inputs: dict[str, Any], own: ModelConfig) -> ModelConfig:
    """Return the model that came by wire, else the one of the node's own settings."""
    given = inputs.get("model")
    return given.config if isinstance(given, UntrainedValue) else own


STEPS: dict[str, Step] = dict.fromkeys(
    ("drawing_classifier", "text_classifier", "table_classifier", "layers"), untrained
)
