"""A model is asked about many samples: the table, the dataset made of it, and going on after a kill."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.compute.scored_table import cell, cells, decimals, open_table
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.dataset import REMOVED, TEST
from studio.core.errors import StudioError
from studio.core.events import EndEvent
from studio.core.layers_sequence import GlobalAveragePooling1D
from studio.core.run import Run
from studio.core.scoring import source_for
from studio.core.sources import StrokesSource
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.ml.predict import Predictor
from studio.sources.pictures import encode
from studio.workspace import Workspace
from tests.compute.conftest import carry_out
from tests.compute.test_strokes import line
from tests.conftest import ROOT
from tests.trained import _register as registered
from tests.trained import add_random_dataset, register, register_texts

NAMES = ("apple", "fish", "=the Eiffel Tower")


def scored(workspace: Workspace, reference: str, **asked: Any) -> Run:
    run = workspace.request_scoring(reference, **asked)
    claimed = workspace.claim_run("test", 60)
    assert claimed is not None
    assert workspace.record_events(claimed, carry_out(workspace, run.name))
    run = workspace.run(run.name)
    assert run.status == "completed", run.failure
    return run


def rows_of(workspace: Workspace, run: Run) -> list[dict[str, str]]:
    with open(workspace.scored_file(run.name), encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def predictor(workspace: Workspace, reference: str) -> Predictor:
    version = workspace.resolve_model(reference)
    return Predictor(workspace.artifacts.read(version.files["tflite"].digest), text=version.text)


def many(workspace: Workspace, name: str, count: int) -> np.ndarray[Any, Any]:
    """Give the dataset `name` a version with so many samples of noise, three of which are removed."""
    first = workspace.dataset(name)
    pixels = np.random.default_rng(1).integers(0, 256, (count, *first.shape), np.uint8)
    put = workspace.artifacts.put_array
    labels = np.arange(count, dtype=np.int32) % 4 - 1
    state = np.zeros(count, np.uint8)
    state[[0, 70, count - 1]] = REMOVED
    codes = (np.arange(count) % 3).astype(np.uint8)
    manifest = first.model_copy(
        update={
            "samples": put(pixels, "samples.npy").digest,
            "labels": put(labels, "labels.npy").digest,
            "split": put(codes, "split.npy").digest,
            "state": put(state, "state.npy").digest,
            "count": count,
        }
    )
    kept = manifest.model_dump(include=set(type(manifest).__mro__[1].model_fields))
    workspace.record_dataset(
        name, type(manifest).__mro__[1].model_validate(kept), author="ann", message=""
    )
    return pixels


def test_the_table_holds_what_the_bare_model_says_of_every_sample(workspace: Workspace) -> None:
    register(workspace, "toys", class_names=NAMES)
    pixels = many(workspace, "toys", 700)
    run = scored(workspace, "toys", dataset="toys", author="ann")
    rows = rows_of(workspace, run)
    asked = np.array([int(row["sample"]) for row in rows])
    np.testing.assert_array_equal(asked, np.delete(np.arange(700), [0, 70, 699]))
    expected = predictor(workspace, "toys").predict(pixels[asked])
    columns = [f"p({name})" for name in NAMES]
    given = np.array([[float(row[column]) for column in columns] for row in rows])
    np.testing.assert_allclose(given, expected, atol=1e-6)
    best = [cell(NAMES[number]) for number in expected.argmax(axis=1)]
    assert [row["class"] for row in rows] == best
    labels = np.asarray(workspace.labels(workspace.dataset("toys")))[asked]
    right = (expected.argmax(axis=1) == labels)[labels >= 0].mean()
    report = workspace.scoring_report(run.name)
    assert (report.count, report.model, report.source) == (697, "toys:1", "toys:2")
    assert report.accuracy == pytest.approx(right)
    assert report.mean_confidence == pytest.approx(expected.max(axis=1).mean())
    assert sum(report.counts.values()) == 697
    assert rows[0]["label"] == cell(NAMES[0])


def test_what_it_is_sure_of_becomes_a_dataset_of_its_own(workspace: Workspace) -> None:
    register(workspace, "toys", class_names=NAMES)
    pixels = many(workspace, "toys", 300)
    names = [f"photo {i}.png" for i in range(300)]
    kept = workspace.dataset("toys").model_copy(
        update={"names": workspace.artifacts.put_texts(names, "names")}
    )
    base = type(kept).__mro__[1]
    named = base.model_validate(kept.model_dump(include=set(base.model_fields)))
    workspace.record_dataset("toys", named, author="ann", message="")
    answers = predictor(workspace, "toys").predict(pixels)
    above = float(np.median(answers.max(axis=1)))
    run = scored(workspace, "toys", dataset="toys", part="test", into="found", above=above)
    made = workspace.dataset("found")
    asked = np.array([i for i in range(300) if i % 3 == TEST and i not in (0, 70, 299)])
    np.testing.assert_array_equal(np.asarray(workspace.samples(made)), pixels[asked])
    sure = answers[asked].max(axis=1) >= np.float32(above)
    expected = np.where(sure, answers[asked].argmax(axis=1), -1)
    np.testing.assert_array_equal(np.asarray(workspace.labels(made)), expected)
    assert 0 < made.labelled < made.count == len(asked)
    assert (made.author, made.class_names) == ("toys:1", NAMES)
    assert made.split_counts == (0, 0, len(asked))
    assert rows_of(workspace, run)[0]["name"] == names[2]
    assert list(workspace.artifacts.open_samples(made.names)) == [names[i] for i in asked]
    assert workspace.scoring_report(run.name).into == "found:1"


KILLED = """
import os, signal
from studio.cli import main
from studio.compute import scored_table
whole = scored_table.write_whole
def dying(path, content):
    whole(path, content)
    if path.name == "scored.json":
        os.kill(os.getpid(), signal.SIGKILL)
scored_table.write_whole = dying
main()
"""


def test_it_goes_on_after_a_pause_and_after_a_kill_to_the_same_bytes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(workspace, "toys", class_names=NAMES)
    many(workspace, "toys", 60_000)
    whole = workspace.scored_file(scored(workspace, "toys", dataset="toys", name="whole").name)

    run = workspace.request_scoring("toys", dataset="toys", name="paused")
    folder = RunFolder.of(workspace.home, run.name)
    folder.write_spec(prepare(workspace, run))
    asked = iter(range(10_000))
    execute(folder, lambda: RunControl(pause=next(asked) > 12))
    journal = folder.checkpoints / "1" / "scored.json"
    assert 0 < _rows(journal) < 59_997
    assert not isinstance(EventReader(folder.events).read(0)[-1], EndEvent)
    execute(folder, ControlFile(folder))
    assert _table(workspace, folder) == whole.read_bytes()

    run = workspace.request_scoring("toys", dataset="toys", name="killed")
    folder = RunFolder.of(workspace.home, run.name)
    folder.write_spec(prepare(workspace, run))
    journal = folder.checkpoints / "1" / "scored.json"
    words = [sys.executable, "-c", KILLED, "--workspace", str(workspace.home)]
    child = subprocess.run([*words, "execute", run.name], cwd=ROOT, timeout=300)
    assert child.returncode == -signal.SIGKILL
    before = _rows(journal)
    assert 0 < before < 59_997
    execute(folder, ControlFile(folder))
    assert _table(workspace, folder) == whole.read_bytes()


def _rows(journal: Path) -> int:
    return int(json.loads(journal.read_bytes())["rows"])


def _table(workspace: Workspace, folder: RunFolder) -> bytes:
    events = EventReader(folder.events).read(0)
    end = events[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "completed", end.failure
    file = next(e.artifact for e in events if getattr(e, "artifact", None) is not None)
    return workspace.artifacts.read(file.digest)


def test_texts_stand_in_the_table_and_come_from_files(workspace: Workspace, tmp_path: Path) -> None:
    register_texts(workspace, "films", tmp_path)
    texts = ['"Good", she said', "=HYPERLINK(1)", "bad\nfilm", "gr\u00fcn", ""]
    file = tmp_path / "asked.csv"
    with open(file, "w", newline="", encoding="utf-8") as target:
        csv.writer(target).writerows([["text"], *([text] for text in texts[:4])])
    source = source_for([file.name], (0, 0, 0), {"path": str(file)})
    run = scored(workspace, "films", source=source, into="asked")
    rows = rows_of(workspace, run)
    assert [row["text"] for row in rows] == [texts[0], "'" + texts[1], *texts[2:4]]
    expected = predictor(workspace, "films").predict(texts[:4])
    np.testing.assert_allclose([float(row["p(bad)"]) for row in rows], expected[:, 0], atol=1e-6)
    assert workspace.dataset("asked").task == "text"
    assert workspace.scoring_report(run.name).source == "asked.csv"


def test_a_run_that_paused_before_its_first_row_goes_on_though_its_samples_are_gone(
    workspace: Workspace, tmp_path: Path
) -> None:
    register_texts(workspace, "films", tmp_path)
    file = tmp_path / "asked.csv"
    file.write_text("text\ngood film\nbad film\n", encoding="utf-8")
    source = source_for([file.name], (0, 0, 0), {"path": str(file)})
    run = workspace.request_scoring("films", source=source)
    folder = RunFolder.of(workspace.home, run.name)
    folder.write_spec(prepare(workspace, run))
    kept = folder.checkpoints / "1" / "source.json"
    execute(folder, lambda: RunControl(pause=kept.exists()))
    assert _rows(kept.with_name("scored.json")) == 0
    assert workspace.collect_garbage(older_than=-1) > 0  # as it is done each day
    execute(folder, ControlFile(folder))
    lines = _table(workspace, folder).decode().splitlines()
    assert [line.split(",")[:2] for line in lines] == [
        ["sample", "text"],
        ["0", "good film"],
        ["1", "bad film"],
    ]


def test_pictures_of_another_size_and_of_a_folder_are_fitted(
    workspace: Workspace, tmp_path: Path
) -> None:
    register(workspace, "toys", class_names=NAMES)
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(3):
        pixels = np.full((20, 20, 1), 80 * number, np.uint8)
        (photos / f"{number}.png").write_bytes(encode(pixels))
    (photos / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n no picture")
    source = source_for([photos.name], (8, 8, 1), {"path": str(photos)})
    run = scored(workspace, "toys", source=source)
    assert [row["name"] for row in rows_of(workspace, run)] == ["0.png", "1.png", "2.png"]
    assert workspace.scoring_report(run.name).unreadable == 1
    add_random_dataset(workspace, "large", (12, 12, 3), NAMES)
    report = workspace.scoring_report(scored(workspace, "toys", dataset="large", limit=7).name)
    assert report.count == 7


def test_what_cannot_be_scored_is_refused_before_a_run(
    workspace: Workspace, tmp_path: Path
) -> None:
    register(workspace, "toys", class_names=NAMES)
    register_texts(workspace, "films", tmp_path)
    source = source_for(["a.csv"], (0, 0, 0), {"path": "a.csv"})
    for asked, words in (
        ({}, "exactly one"),
        ({"dataset": "toys", "source": source}, "exactly one"),
        ({"source": source, "part": "test"}, "Only a dataset knows"),
        ({"dataset": "films"}, "one kind of samples"),
        ({"dataset": "toys", "into": "toys"}, "what people said"),
        ({"dataset": "toys", "into": "a b"}, "A name has"),
    ):
        with pytest.raises(StudioError) as caught:
            workspace.request_scoring("toys", **asked)  # type: ignore[arg-type]
        assert words in caught.value.why
    assert not workspace.runs(kind="scoring")
    with pytest.raises(StudioError):
        workspace.scoring_report("films-run")


def test_numbers_are_written_as_python_writes_them(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((50, 7)).astype(np.float32)
    expected = "".join(f",{value:.6f}" for value in values.astype(float).ravel())
    assert decimals(values).tobytes().decode() == expected
    with open_table(tmp_path, ["sample", "class", "confidence"], ["a", "b"]) as table:
        table.append([["0"]], np.array([[0.25, 0.75]], np.float32), np.array([1]))
    assert table.path.read_bytes().splitlines()[1] == b"0,b,0.750000,0.250000,0.750000"
    for _ in range(2):  # paused before the first row, and gone on with
        with open_table(tmp_path / "empty", ["sample"], ["a"]) as table:
            pass
    assert table.path.read_bytes() == b"sample,p(a)\r\n"


@pytest.mark.parametrize("more", [[], ["a, b"], ["=1"], ["'@x", 'say "hi"'], ["nul\0", "-1,5"]])
def test_a_column_has_the_cells_that_its_texts_have_alone(more: list[str]) -> None:
    texts = ["", "plain", *more, "gr\u00fcn"]
    assert cells(texts) == [cell(text) for text in texts]


def test_drawings_are_asked_about_by_their_strokes(workspace: Workspace, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for word in ("hook", "ramp"):
        text = "\n".join(line(word, number) for number in range(10))
        (files / f"{word}.ndjson").write_text(text, encoding="utf-8")
    workspace.add_dataset("lines", StrokesSource(path=str(files)))
    config = ModelConfig(
        input="strokes", strokes=StrokeSettings(points=8), layers=(GlobalAveragePooling1D(),)
    )
    registered(workspace, "lines", config, (28, 28, 1), ("hook", "ramp"), 0, None, ())
    run = scored(workspace, "lines", source=StrokesSource(path=str(files / "hook.ndjson")))
    drawings = [json.dumps(json.loads(line("hook", i))["drawing"]) for i in range(10)]
    encoded = encode_strokes(drawings, config.strokes)
    expected = predictor(workspace, "lines").predict(encoded)
    given = [float(row["p(hook)"]) for row in rows_of(workspace, run)]
    np.testing.assert_allclose(given, expected[:, 0], atol=1e-6)
