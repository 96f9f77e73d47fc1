from __future__ import annotations

import json

import numpy as np
import pytest

from studio.compute.folder import RunFolder
from studio.compute.prepare import drawings_files, drawings_strokes, prepare
from studio.core.dataset import SplitConfig
from studio.core.errors import NotFound
from studio.core.sources import DigitsSource, DrawingsSource
from studio.core.standard import import_pipeline
from studio.workspace import Workspace
from tests.compute.conftest import training


def drawing(value: int) -> np.ndarray:
    return np.full((28, 28), value, np.uint8)


def test_datasets_are_those_pinned_at_submission(digits: Workspace) -> None:
    run = digits.submit(training(), name="one")
    digits.add_dataset("digits", DigitsSource(), split=SplitConfig(seed=7))
    spec = prepare(digits, run)
    assert spec.datasets["dataset"].title == "digits:1"
    assert spec.artifacts == str(digits.artifacts.root)


def test_drawings_are_copied_as_they_are_now(workspace: Workspace) -> None:
    workspace.add_drawing("pad", "cat", drawing(1), "[[[0, 9], [0, 9], [0, 1]]]", op_id="a")
    workspace.add_drawing("pad", "dog", drawing(2), "[]", op_id="b")
    pipeline = import_pipeline(
        "pets", DrawingsSource(collection="pad"), split=SplitConfig(), author="ann"
    )
    run = workspace.submit(pipeline, name="one")
    spec = prepare(workspace, run)
    workspace.add_drawing("pad", "cow", drawing(3), "[]", op_id="c")
    assert spec.drawings == {"pad": (("cat", "dog"), 2)}
    files = drawings_files(RunFolder.of(workspace.home, "one").drawings, 0)
    pixels, labels = (np.load(file) for file in files)
    assert pixels.shape == (2, 784)
    assert pixels[:, 0].tolist() == [1, 2]
    assert labels.tolist() == [0, 1]
    strokes = drawings_strokes(RunFolder.of(workspace.home, "one").drawings, 0).read_text()
    assert [json.loads(line) for line in strokes.splitlines()] == [[[[0, 9], [0, 9], [0, 1]]], []]


def test_a_collection_that_is_gone_is_refused(workspace: Workspace) -> None:
    pipeline = import_pipeline(
        "pets", DrawingsSource(collection="pad"), split=SplitConfig(), author="ann"
    )
    run = workspace.submit(pipeline, name="one")
    with pytest.raises(NotFound, match="pad"):
        prepare(workspace, run)
