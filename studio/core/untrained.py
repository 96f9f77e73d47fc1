"""Models that have not learned yet, as the nodes describe them that give them to a training by wire."""

from __future__ import annotations

from pydantic import BaseModel

from studio.core.components_models import (
    DrawingClassifierParams,
    LayersParams,
    TableClassifierParams,
    TextClassifierParams,
)
from studio.core.configs import ModelConfig
from studio.core.layers import Conv2D, Dense, Dropout, Layer
from studio.core.pipeline import Pipeline
from studio.core.presets_text import TEXT_PRESETS
from studio.core.search import SearchParams, parse_search

GIVEN = "model"
"""What a search calls the model that came by wire."""


def described_model(params: BaseModel) -> ModelConfig | None:
    """Return the model that a node with these params gives; None for what gives none.

    Example:
        >>> [layer.kind for layer in described_model(TableClassifierParams(units=(8,))).layers]
        ['dense', 'dropout']
    """
    match params:
        case DrawingClassifierParams():
            layers: list[Layer] = [
                Conv2D(filters=params.filters * times, kernel_size=params.kernel_size)
                for times in (1, 2, 4)
            ]
            layers.append(Dense(units=params.units))
            return ModelConfig(layers=(*layers, *_dropout(params.dropout)))
        case TextClassifierParams():
            return TEXT_PRESETS[params.preset]
        case TableClassifierParams():
            layers = []
            for units in params.units:
                layers += [Dense(units=units), *_dropout(params.dropout)]
            return ModelConfig(input="table", layers=tuple(layers))
        case LayersParams():
            return params.model
        case _:
            return None


def params_given(pipeline: Pipeline, node_id: str) -> BaseModel:
    """Return a node's params; of a search with the model that comes by wire, as the node describes it that gives it.

    Raises:
        InvalidInput, NotFound: A setting is impossible, or one to choose is not one of that model.
    """
    params, source = pipeline.params(node_id), pipeline.inputs(node_id).get("model")
    if source is None or not isinstance(params, SearchParams):
        return params
    return search_of(params, described_model(pipeline.params(source[0])))


def search_of(params: SearchParams, given: ModelConfig | None) -> SearchParams:
    """Return a search of the model that came by wire, where one did.

    Raises:
        InvalidInput, NotFound: A setting to choose is not one of that model, or cannot have such a value.
    """
    if given is None:
        return params
    wanted = {GIVEN: given.model_dump(mode="json")}
    return parse_search({**params.model_dump(mode="json"), "models": wanted})


def _dropout(rate: float) -> list[Layer]:
    return [Dropout(rate=rate)] if rate else []
