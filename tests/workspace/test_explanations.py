from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import TRAIN
from studio.core.errors import InvalidInput, NotFound
from studio.core.explanation import ExplainParams, Explanation
from studio.core.standard import explain_pipeline
from studio.workspace import Workspace
from tests.trained import register, register_texts
from tests.workspace.conftest import carried_through


def test_an_explanation_shows_evidence_and_training_samples_and_is_kept(
    workspace: Workspace,
) -> None:
    model = register(workspace, "fruit")
    version = workspace.dataset("fruit")
    run = workspace.explain(model.title, version, [3, 0, 29], others=[2, 2, -1])
    assert run is not None
    assert run.kind == "explain"
    assert workspace.explaining(model.title, version) == [run]
    again = workspace.explain("fruit", version, [29, 3])
    assert again is not None
    assert again.name == run.name, "what is being explained is not begun twice"
    assert carried_through(workspace, run.name).status == "completed"
    assert workspace.explain("run/fruit-run", version, [0, 29]) is None, "the same model"
    found = workspace.explanations(model.title, version, [0, 3, 5])
    assert set(found) == {0, 3}
    one = found[3]
    assert one.seen is not None
    np.testing.assert_array_equal(one.seen, workspace.pictures(version)[3])
    assert one.classes[0] == one.probabilities.argmax()
    assert set(one.classes) == {int(one.probabilities.argmax()), 2}
    _check_maps(one)
    trained = set(np.flatnonzero(workspace.split(version) == TRAIN).tolist())
    assert set(one.neighbours.tolist()) <= trained - {3}
    assert one.compared == len(trained)
    assert np.all(np.diff(one.similarities) <= 0)
    assert len(found[0].neighbours) == 8
    assert 0 in trained
    assert 0 not in found[0].neighbours, "it is no neighbour of its own"


def _check_maps(one: Explanation) -> None:
    assert one.evidence is not None
    assert one.regions is not None
    assert one.evidence.shape == one.regions.shape == (len(one.classes), 8, 8)
    assert np.abs(one.evidence).max() == 1
    assert one.regions.min() >= 0


def test_further_samples_come_in_a_run_of_their_own_with_the_known_features(
    workspace: Workspace,
) -> None:
    model = register(workspace, "fruit")
    version = workspace.dataset("fruit")
    for samples in ([1], [1, 2]):
        run = workspace.explain(model.title, version, samples)
        assert run is not None
        carried_through(workspace, run.name)
    assert run is not None
    assert run.pipeline.node("explain").params["samples"] == [2]
    assert set(workspace.explanations(model.title, version, [1, 2])) == {1, 2}
    assert len(list((workspace.cache_folder / "explained").glob("*.npy"))) == 1


def test_texts_are_explained_word_by_word(workspace: Workspace, tmp_path: Path) -> None:
    model = register_texts(workspace, "films", tmp_path)
    version = workspace.dataset("films")
    run = workspace.explain(model.title, version, [0, 1], neighbours=2)
    assert run is not None
    assert carried_through(workspace, run.name).status == "completed"
    one = workspace.explanations(model.title, version, [1], neighbours=2)[1]
    text = str(workspace.samples(version)[1])
    assert (one.method, one.seen, one.evidence) == ("words", None, None)
    assert [text[w.start : w.end] for w in one.words] == text.split()
    assert any(w.weights[0] for w in one.words)
    assert len(one.neighbours) == 2


def test_samples_that_are_not_there_are_refused(workspace: Workspace) -> None:
    model = register(workspace, "fruit")
    version = workspace.dataset("fruit")
    with pytest.raises(NotFound, match="no model"):
        workspace.explain("grapes", version, [0])
    with pytest.raises(InvalidInput):
        workspace.explain(model.title, version, [])
    with pytest.raises(NotFound, match="sample"):
        workspace.explain(model.title, version, [30])
    with pytest.raises(InvalidInput, match="explanation"):
        workspace.explain(model.title, version, [0], neighbours=51)
    here = (version.dataset, version.version)
    pipeline = explain_pipeline(model.title, here, here, ExplainParams(samples=(30,)))
    run = workspace.submit(pipeline, name="wrong")
    ended = carried_through(workspace, run.name)
    assert ended.failure is not None
    assert '"30"' in ended.failure.what
    shown = workspace.failed_explanation(model.title, version)
    assert shown is not None
    assert shown.name == run.name
