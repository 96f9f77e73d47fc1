"""The functions that scripts call take what the components declare, and do what the studio does.

That a script runs is tried in `tests/compute/test_sample_pipelines.py`, where TensorFlow is loaded anyway.
"""

from __future__ import annotations

import importlib
import inspect

import numpy as np
import pytest

from studio.compute.copies import draw_copies
from studio.core.catalog import CATALOG
from studio.core.components_data import AugmentParams
from studio.core.dataset import SplitConfig, split_codes
from studio.core.sample_pipelines import sample_pipelines
from studio.exports.pipeline_python import FORMS, PACKAGE, SETTING


def test_every_form_takes_the_inputs_and_settings_of_its_component() -> None:
    for name, module in FORMS.items():
        component = CATALOG[name]
        form = getattr(importlib.import_module(f"{PACKAGE}.{module}"), name)
        taken = inspect.signature(form).parameters
        open_ended = any(p.kind is p.VAR_KEYWORD for p in taken.values())
        settings = {
            field + SETTING if field in component.inputs else field
            for field in component.params.model_fields
        }
        assert set(component.inputs) <= set(taken), name
        assert open_ended or settings <= set(taken), name
        optional = {
            port for port in component.inputs if taken[port].default is not inspect.Parameter.empty
        }
        assert optional == set(component.optional), name


def test_the_split_and_the_copies_are_those_of_the_studio() -> None:
    data = importlib.import_module(f"{PACKAGE}.data")
    labels = np.random.default_rng(0).integers(0, 3, 50).astype(np.int32)
    for stratified in (False, True):
        config = SplitConfig(test_share=0.3, validation_share=0.2, seed=5, stratified=stratified)
        mine = data.split_codes(50, 0.3, 0.2, 5, labels if stratified else None)
        np.testing.assert_array_equal(mine, split_codes(50, config, labels))
    pictures = np.random.default_rng(1).integers(0, 256, (6, 8, 8, 1), np.uint8)
    made = importlib.import_module(f"{PACKAGE}.pictures").augment(
        data.Data(pictures, labels[:6], np.zeros(6, np.uint8), ["a", "b", "c"], "images"), copies=2
    )
    from studio.compute.copies import _changed  # what the studio's own step does with its draws

    draws = draw_copies(AugmentParams(copies=2), 12, (8, 8, 1))
    again = _changed(np.tile(pictures, (2, 1, 1, 1)), draws, 0.0, np.random.default_rng(0))
    np.testing.assert_array_equal(made.samples[6:], again)


@pytest.mark.parametrize("name", ["drawings", "text", "table"])
def test_samples_have_a_plain_form(name: str) -> None:
    used = {node.component for node in sample_pipelines()[name].draft.pipeline.nodes}
    assert used <= FORMS.keys()
