"""The pages that come after training serve models of texts, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio import processes
from studio.workspace import Workspace
from tests.pages.conftest import OpenPage
from tests.trained import register_texts


def test_a_model_of_texts_is_judged_deployed_and_downloaded(
    workspace: Workspace, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_texts(workspace, "mood", tmp_path, alias="champion")
    workspace.deploy("mood@champion", "mood")
    monkeypatch.setattr(processes, "ensure_serve", lambda home: ("127.0.0.1", 8599))
    evaluated = open_page("evaluate", run="mood-run")
    assert any("20 test" in c.value or "1 test" in c.value for c in evaluated.caption)
    models = open_page("models", model="mood")
    labels = [button.proto.label for button in models.get("download_button")]
    assert labels == [
        "Keras (.keras)",
        "TFLite (.tflite)",
        "Everything (.zip)",
        "MLflow (.zip)",
        "Text settings (.json)",
    ]
    deployed = open_page("deploy", endpoint="mood", show="call")
    call = next(c.value for c in deployed.code if c.value.startswith("curl"))
    assert '{"instances": ["a ' in call
    assert "film" in call
