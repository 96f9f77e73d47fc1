from __future__ import annotations

import numpy as np
import pytest

from studio.core.standard import label_errors_pipeline
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.doubted import doubted
from tests.workspace.conftest import MakeDataset


def test_flags_are_listed_judged_and_corrected(
    studio: Studio, workspace: Workspace, make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "ann")
    version = make_dataset("pets", [0, 1] * 8)
    refusal = studio("datasets", "label-errors", "list", "pets").refusal
    assert "Nobody has looked" in refusal["what"]
    doubted(workspace, version, [(2, 1), (3, 0), (4, 1)], likely=2)
    listed = studio("datasets", "label-errors", "list", "pets", "--limit", 2, "--json").json
    assert [flag["sample"] for flag in listed["flags"]] == [2, 3]
    assert listed["more"]
    words = ("datasets", "label-errors", "judge", "pets")
    assert studio(*words, 2, "wrong", "--json").json["waiting"] == 1
    assert studio(*words, 3, "right").code == 0
    assert studio(*words, 4, "wrong", "--class", "", "--json").json["waiting"] == 2
    text = studio("datasets", "label-errors", "list", "pets", "--view", "all").out
    assert "wrong: dog" in text
    assert "67% (95 %: 21 to 94)" in text
    assert studio(*words, 5, "right").refusal["what"] == "Sample 5 has no flag."
    made = studio("datasets", "label-errors", "apply", "pets", "--json").json
    assert made["version"] == 2
    newest = workspace.dataset("pets")
    assert np.asarray(workspace.labels(newest))[[2, 3]].tolist() == [1, 1]
    assert newest.states == (15, 1, 0)


@pytest.mark.usefixtures("no_worker")
def test_a_search_is_submitted_with_what_was_said(
    studio: Studio, workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset("pets", [0, 1] * 8)
    words = ("--folds", 3, "--epochs", 2, "--seed", 7, "--no-wait", "--json")
    name = studio("datasets", "label-errors", "find", "pets", *words).json["run"]
    params = workspace.run(name).pipeline.params("label_errors")
    assert (params.folds, params.seed, params.training.epochs, params.training.seed) == (3, 7, 2, 7)
    assert workspace.run(name).pipeline == label_errors_pipeline("pets", params, version=1)
