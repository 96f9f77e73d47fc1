"""Samples to try a model on: held out, of every class, sent as programs send them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import TEST
from studio.core.errors import InvalidInput, NotFound
from studio.core.presets import PRESETS
from studio.core.sources import StrokesSource
from studio.sources.pictures import decode
from studio.workspace import Workspace
from tests.trained import add_random_dataset, register, register_texts

NAMES = ("apple", "fish", "the Eiffel Tower")


def test_examples_were_held_out_and_are_of_every_class(workspace: Workspace) -> None:
    version = register(workspace, "drawings", class_names=NAMES)
    dataset, examples = workspace.example_samples(version)
    assert dataset is not None
    assert dataset.title == "drawings:1"
    numbers = [number for number, _ in examples]
    assert set(np.asarray(workspace.split(dataset))[numbers]) == {TEST}
    assert [name for _, name in examples[:3]] == list(NAMES)
    assert workspace.example_samples(version)[1] == examples
    assert len(workspace.example_samples(version, 2)[1]) == 2

    sent = workspace.example_instance(version, numbers[1])
    pixels = decode(base64.b64decode(sent["b64"]), size=8, colour="grey", invert=False)
    assert np.array_equal(pixels, workspace.pictures(dataset)[numbers[1]])
    with pytest.raises(NotFound, match="no sample 30"):
        workspace.example_instance(version, 30)


def test_examples_in_code_are_small_and_there_are_some_without_a_dataset(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register(workspace, "drawings")
    add_random_dataset(workspace, "large", (200, 200, 3), ("a", "b"))
    large = version.model_copy(update={"dataset": "large:1"})
    whole = workspace.example_instance(large)["b64"]
    assert len(workspace.example_instance(large, small=True)["b64"]) < len(whole) / 8
    restored = version.model_copy(update={"dataset": "gone:1"})
    assert workspace.example_samples(restored) == (None, [])
    assert set(workspace.example_instance(restored)) == {"b64"}
    texts = register_texts(workspace, "mood", tmp_path)
    assert workspace.example_instance(texts).startswith("a ")


def test_what_was_drawn_is_sent_as_strokes(workspace: Workspace, tmp_path: Path) -> None:
    strokes = [[[0, 255], [0, 100]], [[3, 4], [5, 255]]]
    file = tmp_path / "drawn.ndjson"
    rows = [{"word": word, "drawing": strokes} for word in ("a", "b") * 10]
    file.write_text("\n".join(json.dumps(row) for row in rows))
    workspace.add_dataset("drawn", StrokesSource(path=str(file)))
    config = PRESETS["drawing-strokes"].model_dump(mode="json")
    version = register(workspace, "drawings").model_copy(
        update={"dataset": "drawn:1", "facts": {"config": config}}
    )
    assert workspace.example_instance(version, 3) == {"strokes": strokes}
    undrawn = version.model_copy(update={"dataset": "drawings:1"})
    with pytest.raises(InvalidInput, match="has no strokes"):
        workspace.example_instance(undrawn, 3)
