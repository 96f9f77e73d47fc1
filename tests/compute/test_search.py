"""What a search refuses before it begins; tests/drills kills a whole one."""

from __future__ import annotations

import pytest

from studio.core.choices import Choice
from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.layers import Dense, MaxPooling2D
from studio.core.search import SearchParams
from studio.core.sources import DigitsSource
from studio.core.standard import search_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace

SPACE = (
    Choice(field="optimizer", values=("sgd", "adam")),
    Choice(field="layers.0.units", values=(2, 32)),
)
PARAMS = SearchParams(
    models={"small": ModelConfig(layers=(Dense(units=8),))},
    training=TrainingConfig(epochs=4, batch_size=64, learning_rate=0.01, precision="float32"),
    space=SPACE,
    sampler="grid",
)


def test_search_on_what_cannot_be_trained_is_refused(digits: Workspace) -> None:
    workspace = digits
    tall = {"tall": ModelConfig(layers=(MaxPooling2D(pool_size=16),))}
    wanted = SearchParams(models=tall, space=SPACE[:1])
    with pytest.raises(InvalidInput, match="does not fit"):
        workspace.submit(search_pipeline("digits", wanted), name="no")
    workspace.add_dataset("blank", DigitsSource(unlabelled_share=1), split=SplitConfig())
    with pytest.raises(InvalidInput):
        workspace.submit(search_pipeline("blank", PARAMS), name="no")
