"""Asking for a model's files: on which samples, and which of them count as held out."""

from __future__ import annotations

import numpy as np

from studio.core.dataset import TEST
from studio.core.model_export import ModelExportParams
from studio.core.run import Run
from studio.core.scoring import ScoringParams
from studio.core.sources import DigitsSource
from studio.workspace import Workspace
from tests.judged_runs import judged_run


def test_held_out_is_what_the_training_itself_held_out(workspace: Workspace) -> None:
    digits = workspace.add_dataset("digits", DigitsSource())
    codes = np.full(digits.count, TEST, np.uint8)
    judged_run(workspace, digits, name="own", split=codes)
    judged_run(workspace, digits, name="stored", seed=1)
    workspace.register_model("own", "own")
    workspace.register_model("stored", "stored")
    digest = workspace.run_artifacts("own")["split.npy"].digest

    def split(run: Run, node: str) -> str:
        params = run.pipeline.params(node)
        assert isinstance(params, ModelExportParams | ScoringParams)
        return params.split

    assert split(workspace.request_export("own"), "model_export") == digest
    assert split(workspace.request_export("run/own"), "model_export") == digest
    assert split(workspace.request_export("stored"), "model_export") == ""
    assert (
        split(workspace.request_scoring("own", dataset="digits", part="test"), "scoring") == digest
    )
    workspace.set_state(
        "digits", [0], "removed", author="ann"
    )  # of another version nothing is known
    assert split(workspace.request_export("own", dataset="digits"), "model_export") == ""
