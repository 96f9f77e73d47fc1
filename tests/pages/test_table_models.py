"""The pages of training and of what comes after it serve models of tables, too."""

from __future__ import annotations

import pytest

from studio import processes
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.trained import register_rows


def test_a_model_of_tables_is_configured_trained_judged_deployed_and_downloaded(
    workspace: Workspace, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_rows(workspace, "kinds", alias="champion")
    workspace.deploy("kinds@champion", "kinds")
    monkeypatch.setattr(processes, "ensure_serve", lambda home: ("127.0.0.1", 8599))
    configured = open_page("configure")
    configured.button_group[0].set_value("table").run()
    assert not configured.exception
    assert next(m.value for m in configured.metric if m.label == "Parameters") == "2,691"
    trained = open_page("train", dataset="kinds")
    models = next(box for box in trained.selectbox if box.label == "Model").options
    assert "table-classifier" in models
    assert "drawing-classifier" not in models
    evaluated = open_page("evaluate", run="kinds-run")
    assert not evaluated.exception
    models_page = open_page("models", model="kinds")
    labels = [button.proto.label for button in models_page.get("download_button")]
    assert labels == ["Keras (.keras)", "TFLite (.tflite)", "Everything (.zip)", "MLflow (.zip)"]
    called = open_page("deploy", endpoint="kinds", show="call")
    call = next(c.value for c in called.code if c.value.startswith("curl"))
    assert '{"instances": [{' in call
    assert '"bill_mm": ' in call
    tried = open_page("deploy", endpoint="kinds")
    assert not tried.exception
