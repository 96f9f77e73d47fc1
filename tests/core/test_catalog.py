from __future__ import annotations

import json

from studio.core.catalog import CATALOG, ImportParams, TrainParams, plain
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.sources import DigitsSource
from studio.core.training import TrainingConfig


def test_components_are_found_by_their_own_name() -> None:
    assert {name: component.name for name, component in CATALOG.items()} == {
        name: name for name in CATALOG
    }
    assert all(component.title for component in CATALOG.values())


def test_every_port_can_be_fed() -> None:
    made = {kind for component in CATALOG.values() for kind in component.outputs.values()}
    needed = {kind for component in CATALOG.values() for kind in component.inputs.values()}
    assert needed <= made


def test_params_refuse_what_is_not_declared() -> None:
    for component in CATALOG.values():
        assert component.params.model_config["extra"] == "forbid"


def test_training_settings_are_declared_once() -> None:
    own = set(TrainParams.model_fields) - set(TrainingConfig.model_fields)
    assert own == {"model", "start_from"}
    assert TrainParams().model == DRAWING_CLASSIFIER


def test_params_survive_json() -> None:
    params = ImportParams(name="digits", source=DigitsSource(seed=3))
    assert ImportParams.model_validate(json.loads(json.dumps(plain(params)))) == params
