from __future__ import annotations

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.errors import Conflict, NotFound
from studio.workspace import Workspace
from tests.judged_runs import answers, judged_run
from tests.workspace.asking import noise_dataset


def test_pictures_are_sliced_by_what_is_known_of_them(workspace: Workspace) -> None:
    version = noise_dataset(workspace, labels=[0, 1, 2] * 40)
    judged_run(workspace, version)
    predictions = answers(workspace, version)
    asked = int(predictions.ids[3])
    workspace.annotate("pets", "ann", [AnnotationInput(op_id="1", sample=asked, class_name="cat")])
    facts = workspace.slice_facts("first")
    assert {"class", "predicted", "confidence", "part", "labelled_by", "brightness", "ink"} == set(
        facts
    )
    for fact in facts:
        found = workspace.slices("first", fact)
        together = np.concatenate([one.rows for one in found])
        assert sorted(together.tolist()) == list(range(predictions.count)), fact
        assert sum(one.right for one in found) == np.count_nonzero(~predictions.wrong)
    people = {one.name: one.rows.tolist() for one in workspace.slices("first", "labelled_by")}
    assert people["ann"] == [3]
    classes = workspace.slices("first", "class")
    assert [one.name for one in classes] == ["cat", "dog", "cow"]
    rows = classes[1].rows
    assert classes[1].accuracy == np.mean(~predictions.wrong[rows])
    assert (predictions.labels[rows] == 1).all()


def test_texts_are_sliced_by_their_length(workspace: Workspace) -> None:
    texts = ["x" * (number % 7 + 1) for number in range(90)]
    version = noise_dataset(workspace, labels=[0, 1, 2] * 30, texts=texts)
    judged_run(workspace, version)
    found = workspace.slices("first", "length")
    ids = answers(workspace, version).ids
    for one in found:
        low, high = (int(part) for part in one.name.removesuffix(" characters").split(" to "))
        assert {len(texts[sample]) for sample in ids[one.rows].tolist()} <= set(
            range(low, high + 1)
        )
    assert "ink" not in workspace.slice_facts("first")


def test_a_fact_nobody_knows_and_answers_nobody_kept_are_refused(workspace: Workspace) -> None:
    version = noise_dataset(workspace, labels=[0, 1, 2] * 20)
    judged_run(workspace, version)
    with pytest.raises(NotFound, match="fact"):
        workspace.slices("first", "colour")
    judged_run(workspace, version, name="older", keep_answers=False)
    with pytest.raises(Conflict, match="earlier version"):
        workspace.slices("older", "class")
