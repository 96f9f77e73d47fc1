"""Strokes all the way: kept beside the pictures, put behind others, learned from, judged, exported."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.errors import InvalidInput
from studio.core.fit import fits
from studio.core.layers_sequence import LSTM, Conv1D, GlobalAveragePooling1D
from studio.core.sources import DigitsSource, DrawingsSource, StrokesSource
from studio.core.standard import training_pipeline
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.compute.test_ranking import take_in

MODEL = ModelConfig(
    input="strokes",
    strokes=StrokeSettings(points=12),
    layers=(
        Conv1D(filters=8, pool_size=2),
        LSTM(units=6, sequences=True, bidirectional=True),
        GlobalAveragePooling1D(),
    ),
)
TRAINING = TrainingConfig(epochs=15, batch_size=16, learning_rate=0.02)


def line(word: str, number: int) -> str:
    """Return a drawing of Quick, Draw!: a ramp, or a hook of two strokes; each a little different."""
    far = 150 + number
    strokes = [[[0, far], [0, far]]]
    if word == "hook":
        strokes = [[[0, 0], [0, far]], [[0, far], [far, far]]]
    return json.dumps({"word": word, "drawing": strokes, "recognized": True, "key_id": str(number)})


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the dataset `lines`: 80 imported drawings, and two of the studio's own pad behind them."""
    folder = tmp_path_factory.mktemp("drawn")
    workspace = Workspace.open(folder / "home")
    (folder / "files").mkdir()
    for word in ("hook", "ramp"):
        lines = "\n".join(line(word, number) for number in range(40))
        (folder / "files" / f"{word}.ndjson").write_text(lines, encoding="utf-8")
    split = SplitConfig(test_share=0.3)
    workspace.add_dataset("lines", StrokesSource(path=str(folder / "files")), split=split)
    pixels = np.full((28, 28), 9, np.uint8)
    xs, ys = list(range(0, 100)), [0] * 100
    own = json.dumps([[xs, ys, xs]])
    workspace.add_drawing("pad", "ramp", pixels, own, op_id="a")
    workspace.add_drawing("pad", "ramp", pixels, "[]", op_id="b")
    workspace.add_dataset("lines", DrawingsSource(collection="pad"), split=split, append=True)
    return workspace


def kept(workspace: Workspace, digest: str) -> list[str]:
    return list(workspace.artifacts.open_samples(digest))


def test_strokes_are_kept_beside_pictures_and_behind_others(drawn: Workspace) -> None:
    version = drawn.dataset("lines")
    strokes = kept(drawn, version.strokes)
    assert len(strokes) == version.count == 82
    assert json.loads(strokes[0]) == [[[0, 0], [0, 150]], [[0, 150], [150, 150]]]
    # A drawing of the pad is simplified as Google's are: a straight line has two points, and is 255 long.
    assert strokes[80:] == ["[[[0,255],[0,0]]]", ""]
    first = drawn.dataset("lines", 1)
    assert first.strokes != version.strokes
    plain = first.model_copy(update={"strokes": ""})
    assert plain.digest != first.digest
    assert not fits(MODEL, plain)


def test_a_model_of_strokes_is_trained_judged_and_exported(drawn: Workspace) -> None:
    drawn.submit(training_pipeline("lines", MODEL, TRAINING), name="one")
    take_in(drawn, "one")
    assert drawn.run("one").status == "completed", drawn.run("one").failure
    evaluation = drawn.evaluation("one")
    assert evaluation.accuracy >= 0.9
    assert evaluation.agreement == 1
    version = drawn.register_model("one", "pen", alias="champion")
    assert version.input_shape == (12, 3)


def test_a_dataset_without_strokes_is_refused(drawn: Workspace) -> None:
    drawn.add_dataset("digits", DigitsSource(), split=SplitConfig())
    with pytest.raises(InvalidInput, match="this model reads strokes"):
        drawn.submit(training_pipeline("digits", MODEL, TRAINING), name="two")


def test_points_are_steps_and_ends(tmp_path: Path) -> None:
    text = "[[[0,10],[0,0]],[[10,10],[20,10]]]"
    settings = StrokeSettings(points=8)
    (encoded,) = encode_strokes([text], settings)
    assert encoded.dtype == np.float32
    np.testing.assert_allclose(encoded[:4], [[0, 0, 0], [0.5, 0, 1], [0, 1, 0], [0, -0.5, 1]])
    assert not encoded[4:].any()
    # As far from the corner as somebody draws, and as large: the same.
    far = "[[[50,70],[9,9]],[[70,70],[49,29]]]"
    np.testing.assert_allclose(encode_strokes([far], settings)[0], encoded, atol=1e-6)
    long = json.dumps([[list(range(50)), list(range(50))]])
    assert encode_strokes([long, ""], settings)[0, :, 2].tolist() == [0] * 8
    assert not encode_strokes([""], settings).any()


@pytest.mark.parametrize(
    "text", ["no", "{}", "[[1,2]]", "[[[1],[]]]", "[]", '[[["a"],[1]]]', "[[[1e999],[1]]]"]
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="no strokes"):
        encode_strokes([text], StrokeSettings())
