from __future__ import annotations

import pytest

from studio.core.catalog import SplitParams
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict
from studio.core.presets import PRESETS
from studio.core.run_settings import RunSettings, settings_of_run
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, training_pipeline
from studio.core.training import TrainingConfig


def test_a_training_is_read_back_as_it_was_submitted() -> None:
    for name, model in PRESETS.items():
        training = TrainingConfig(epochs=7, learning_rate=0.02, metrics=("f1",), early_stopping=3)
        split = SplitParams(stored=False, test_share=0.4, seed=9)
        pipeline = training_pipeline("pets", model, training, version=3, split=split)
        found = settings_of_run(pipeline)
        assert found == RunSettings("pets", 3, model, training, split, None), name
    found = settings_of_run(pipeline.set_params("train", start_from="before"))
    assert found.start_from == "before"
    assert settings_of_run(training_pipeline("pets", model, training)).version is None


def test_what_trains_nothing_has_no_settings() -> None:
    pipeline = import_pipeline("pets", DigitsSource(), split=SplitConfig(), author="ann")
    with pytest.raises(Conflict, match="no settings"):
        settings_of_run(pipeline)
