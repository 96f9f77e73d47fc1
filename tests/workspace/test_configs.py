from __future__ import annotations

import pytest

from studio.core.configs import DRAWING_CLASSIFIER, Dense, ModelConfig
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.presets import PRESETS
from studio.workspace import Workspace

SMALL = ModelConfig(layers=(Dense(units=4),))


def test_presets_are_there_from_the_start(workspace: Workspace) -> None:
    assert workspace.model_configs() == PRESETS
    assert workspace.model_config("drawing-classifier") == DRAWING_CLASSIFIER


def test_saved_configurations_follow_the_presets_by_name(workspace: Workspace) -> None:
    workspace.save_model_config("small", SMALL)
    workspace.save_model_config("big", DRAWING_CLASSIFIER)
    assert list(workspace.model_configs()) == [*PRESETS, "big", "small"]
    assert workspace.model_config("small") == SMALL


def test_replacing_must_be_wanted(workspace: Workspace) -> None:
    workspace.save_model_config("small", SMALL)
    with pytest.raises(Conflict):
        workspace.save_model_config("small", DRAWING_CLASSIFIER)
    assert workspace.model_config("small") == SMALL
    workspace.save_model_config("small", DRAWING_CLASSIFIER, replace=True)
    assert workspace.model_config("small") == DRAWING_CLASSIFIER


def test_presets_never_change(workspace: Workspace) -> None:
    with pytest.raises(Conflict, match="preset"):
        workspace.save_model_config("drawing-classifier", SMALL, replace=True)
    with pytest.raises(NotFound):
        workspace.delete_model_config("drawing-classifier")
    assert workspace.model_configs() == PRESETS


def test_impossible_and_unknown_names_are_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        workspace.save_model_config("a b", SMALL)
    with pytest.raises(NotFound) as caught:
        workspace.model_config("drawing-classifer")
    assert "drawing-classifier" in caught.value.fix


def test_a_deleted_configuration_is_gone(workspace: Workspace) -> None:
    workspace.save_model_config("small", SMALL)
    workspace.delete_model_config("small")
    assert workspace.model_configs() == PRESETS
    with pytest.raises(NotFound):
        workspace.delete_model_config("small")
