from __future__ import annotations

from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.judged_runs import judged_run
from tests.workspace.asking import noise_dataset


def test_slices_of_an_evaluation_are_listed(studio: Studio, workspace: Workspace) -> None:
    judged_run(workspace, noise_dataset(workspace, labels=[0, 1, 2] * 30))
    assert "How sure the model was" in studio("slices", "first").out
    found = studio("slices", "first", "--by", "class", "--json").json
    assert [one["slice"] for one in found["slices"]] == ["cat", "dog", "cow"]
    evaluation = workspace.evaluation("first")
    assert [one["accuracy"] for one in found["slices"]] == [c.recall for c in evaluation.per_class]
    assert "cat" in studio("slices", "first", "--by", "class").out
    assert "colour" in studio("slices", "first", "--by", "colour").refusal["what"]
