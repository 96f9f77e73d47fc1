"""Steps that give models which have not learned yet, and which of them a training takes."""

from __future__ import annotations

from typing import Any

from studio.compute.context import Context, Step
from studio.core.component import Component
from studio.core.components_models import (
    DrawingClassifierParams,
    LayersParams,
    TableClassifierParams,
    TextClassifierParams,
)
from studio.core.configs import ModelConfig
from studio.core.layers import Conv2D, Dense, Dropout, Layer
from studio.core.pipeline import Node, component_of
from studio.core.port_values import UntrainedValue
from studio.core.presets_text import TEXT_PRESETS


def drawing_classifier(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give three convolutions, each with twice the filters of the one before, and two dense layers."""
    params: DrawingClassifierParams = context.params(node)
    layers: list[Layer] = [
        Conv2D(filters=params.filters * times, kernel_size=params.kernel_size)
        for times in (1, 2, 4)
    ]
    layers.append(Dense(units=params.units))
    return _untrained(node, ModelConfig(layers=(*layers, *_dropout(params.dropout))))


def text_classifier(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give a preset of texts."""
    params: TextClassifierParams = context.params(node)
    return _untrained(node, TEXT_PRESETS[params.preset])


def table_classifier(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give dense layers over the columns of whatever table it is trained on."""
    params: TableClassifierParams = context.params(node)
    layers: list[Layer] = []
    for units in params.units:
        layers += [Dense(units=units), *_dropout(params.dropout)]
    return _untrained(node, ModelConfig(input="table", layers=tuple(layers)))


def own_layers(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give a model of the Configure page, as it was when the run was submitted."""
    params: LayersParams = context.params(node)
    return _untrained(node, params.model, params.name)


def _dropout(rate: float) -> list[Layer]:
    return [Dropout(rate=rate)] if rate else []


def _untrained(node: Node, config: ModelConfig, title: str = "") -> dict[str, Any]:
    component: Component = component_of(node)
    return {"model": UntrainedValue(title=title or component.title, config=config)}


def chosen_model(inputs: dict[str, Any], own: ModelConfig) -> ModelConfig:
    """Return the model that came by wire, else the one of the node's own settings."""
    given = inputs.get("model")
    return given.config if isinstance(given, UntrainedValue) else own


STEPS: dict[str, Step] = {
    "drawing_classifier": drawing_classifier,
    "text_classifier": text_classifier,
    "table_classifier": table_classifier,
    "layers": own_layers,
}
