"""Versions of models as endpoints serve them, without files: what dialects need to know of them."""

from __future__ import annotations

from studio.core.configs import ModelConfig
from studio.core.endpoint import EndpointSettings
from studio.core.layers import Conv2D, Dense
from studio.core.layers_sequence import LSTM, Embedding, GlobalAveragePooling1D
from studio.core.model import Endpoint, EndpointState, ModelVersion
from studio.core.strokes import StrokeSettings
from studio.core.text import TextSettings

NAMES = ("apple", "the Eiffel Tower", "Übung")
PICTURES = ModelConfig(layers=(Conv2D(filters=2), Dense(units=4)))
TEXTS = ModelConfig(
    input="text",
    text=TextSettings(length=8, buckets=50),
    layers=(Embedding(buckets=50, features=4), GlobalAveragePooling1D()),
)
STROKES = ModelConfig(input="strokes", strokes=StrokeSettings(points=16), layers=(LSTM(units=2),))


def version(
    config: ModelConfig = PICTURES, shape: tuple[int, int, int] = (28, 28, 1), number: int = 3
) -> ModelVersion:
    """Return a version of the model `drawings`."""
    return ModelVersion(
        id=number,
        model="drawings",
        version=number,
        run=None,
        dataset=f"{config.input}-{shape}:1",
        class_names=NAMES,
        shape=shape,
        files={},
        facts={"config": config.model_dump(mode="json")},
        author="ann",
        created=0.0,
    )


def state(champion: ModelVersion | None, name: str = "fruit") -> EndpointState:
    """Return the state of an endpoint that serves a version."""
    endpoint = Endpoint(
        id=1,
        name=name,
        model="drawings",
        alias="champion",
        version=None,
        key_hash="",
        key_hint="",
        created=0.0,
        settings=EndpointSettings(),
    )
    return EndpointState(endpoint=endpoint, keys=(), champion=champion)
