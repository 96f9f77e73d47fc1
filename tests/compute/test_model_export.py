"""Every form of a model, made by one run and asked the same samples: what is kept, refused, left out, and read back."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.configs import ModelConfig
from studio.core.control import RunControl
from studio.core.dataset import TEST, SplitConfig
from studio.core.errors import Conflict, NotFound
from studio.core.events import ArtifactEvent, EndEvent, LogEvent, PauseEvent
from studio.core.layers import Conv2D, Dense
from studio.core.layers_sequence import Conv1D, GlobalAveragePooling1D
from studio.core.model import ModelVersion
from studio.core.model_export import (
    FLOAT_AGREEMENT,
    INT8_DROP,
    MODEL_EXPORTS,
    REPLAYED_ANSWERS,
    REPORT,
    ModelExportParams,
    ParityReport,
    ParityRow,
)
from studio.core.run import Run
from studio.core.sources import DigitsSource, StrokesSource
from studio.core.standard import model_export_pipeline, training_pipeline
from studio.core.strokes import StrokeSettings
from studio.core.training import TrainingConfig
from studio.exports.browser import single_page
from studio.ml.export_metadata import labels_inside
from studio.workspace import Workspace
from tests.compute.conftest import of
from tests.compute.test_import_model import digits_model, imported
from tests.compute.test_ranking import take_in
from tests.compute.test_strokes import line
from tests.trained import _register, register_texts
from tests.workspace.conftest import carried_through

MODEL = ModelConfig(layers=(Conv2D(filters=8), Dense(units=16)))
STROKES = ModelConfig(
    input="strokes",
    strokes=StrokeSettings(points=12),
    layers=(Conv1D(filters=4), GlobalAveragePooling1D()),
)
TRAINING = TrainingConfig(epochs=6, batch_size=64, learning_rate=0.01, precision="mixed_bfloat16")
MADE = [name for name, export in MODEL_EXPORTS.items() if export.made]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a model of digits that was trained in bfloat16, and all forms of it."""
    workspace = Workspace.open(tmp_path_factory.mktemp("exports") / "home")
    workspace.add_dataset("digits", DigitsSource(), split=SplitConfig(test_share=0.6))
    workspace.submit(training_pipeline("digits", MODEL, TRAINING), name="one")
    take_in(workspace, "one")
    workspace.register_model("one", "ten", alias="champion")
    run = workspace.request_export("ten@champion", author="ann")
    ended = carried_through(workspace, run.name)
    assert ended.failure is None, ended.failure
    return workspace


@pytest.fixture
def ten(studio: Workspace) -> ModelVersion:
    return studio.model("ten")


@pytest.mark.parametrize("name", MADE)
def test_every_form_answers_as_the_model_does(
    studio: Workspace, ten: ModelVersion, name: str
) -> None:
    exported = studio.exported(ten)
    assert name not in exported.left_out, exported.left_out
    (row,) = [row for row in exported.rows if row.format == name]
    assert (row.where, row.refused, row.samples) == ("Python", "", 1000)
    assert row.bytes == len(studio.model_bytes(ten, name)) == exported.files[name].size
    assert row.accuracy is not None
    assert row.accuracy > 0.8
    assert row.agreement is not None
    assert row.accuracy_drop is not None
    assert row.max_difference is not None
    if MODEL_EXPORTS[name].kind == "int8":
        assert row.accuracy_drop <= INT8_DROP
        assert row.agreement > 0.97
    else:
        assert row.agreement >= FLOAT_AGREEMENT
        assert row.max_difference < (2e-3 if name == "float16" else 1e-5)
    assert name in ("mlflow", "browser", "page") or (row.milliseconds or 0) > 0
    assert name in studio.model_formats(ten)


def test_the_report_says_what_was_replayed(studio: Workspace, ten: ModelVersion) -> None:
    (name,) = studio.exported(ten).runs
    run = studio.run(name)
    report = ParityReport.model_validate_json(
        studio.artifacts.read(studio.run_artifacts(name)[REPORT].digest)
    )
    held_out = int(np.count_nonzero(studio.split(studio.dataset("digits")) == TEST))
    assert held_out > 1000
    assert (report.samples, report.held_out) == (1000, 1000)
    assert (report.model, report.dataset) == ("ten:1", "digits:1")
    assert report.accuracy is not None
    assert [row.format for row in report.rows] == MADE
    assert run.result["formats"] == [row.format for row in report.rows]
    assert run.result["refused"] == []
    (page,) = [row for row in report.rows if row.format == "page"]
    assert (page.samples, page.agreement, page.milliseconds) == (1000, 1.0, None)
    assert "browser" in page.note
    assert studio.exported(studio.model("ten")).replayed.startswith(
        "1,000 samples of digits:1, 1,000"
    )


def test_what_a_training_held_out_by_a_split_of_its_own_comes_first(studio: Workspace) -> None:
    codes = np.zeros(studio.dataset("digits").count, np.uint8)
    codes[:7] = TEST
    own = studio.artifacts.put_array(codes, "split.npy").digest
    params = ModelExportParams(formats=("keras",), samples=100, split=own)
    studio.submit(model_export_pipeline("ten:1", "digits", 1, params), name="own-split")
    run = carried_through(studio, "own-split")
    assert run.failure is None, run.failure
    made = studio.run_artifacts("own-split")
    report = ParityReport.model_validate_json(studio.artifacts.read(made[REPORT].digest))
    assert (report.samples, report.held_out) == (100, 7)
    with np.load(studio.artifacts.path(made[REPLAYED_ANSWERS].digest)) as kept:
        assert set(kept["ids"][:7]) == set(range(7))


def test_labels_are_inside(studio: Workspace, ten: ModelVersion) -> None:
    for name in ("tflite", "float16", "int8", "full_int8"):
        assert labels_inside(studio.model_bytes(ten, name)) == ten.class_names
    with zipfile.ZipFile(io.BytesIO(studio.model_bytes(ten, "c_array"))) as archive:
        assert archive.read("labels.txt").decode().split() == list(ten.class_names)
    with zipfile.ZipFile(io.BytesIO(studio.model_bytes(ten, "savedmodel"))) as archive:
        assert "ten/1/saved_model.pb" in archive.namelist()


def exported_rows(workspace: Workspace, name: str) -> tuple[Run, dict[str, ParityRow]]:
    """Carry a run out and return it and its rows."""
    run = carried_through(workspace, name)
    assert run.failure is None, run.failure
    content = workspace.artifacts.read(workspace.run_artifacts(name)[REPORT].digest)
    report = ParityReport.model_validate_json(content)
    return run, {row.format: row for row in report.rows}


def test_what_differs_too_much_is_kept_only_when_somebody_wants_it(
    studio: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.ml import exporters
    from studio.ml.export import to_tflite

    def spoiled(source: exporters.ExportSource) -> bytes:
        model = source.own()
        weights = model.get_weights()
        weights[-1] = weights[-1] + 30 * (np.arange(10) == 3)
        model.set_weights(weights)
        return source.described(to_tflite(model))

    def broken(source: exporters.ExportSource) -> bytes:
        raise AttributeError("no such operation")

    def page(source: exporters.ExportSource) -> bytes:
        return single_page(source.spec, spoiled(source))

    monkeypatch.setitem(exporters.MAKERS, "float16", spoiled)
    monkeypatch.setitem(exporters.MAKERS, "tflite", spoiled)
    monkeypatch.setitem(exporters.MAKERS, "page", page)
    monkeypatch.setitem(exporters.MAKERS, "onnx", broken)
    monkeypatch.setitem(exporters.MAKERS, "int8", lambda source: b"TFL3 and nothing else")
    version = studio.register_model("one", "spoiled")
    wanted = ("onnx", "float16", "int8", "tflite", "page")
    asked = studio.request_export("spoiled", formats=wanted, samples=200)
    run, rows = exported_rows(studio, asked.name)
    refused = ["tflite", "float16", "page"]
    assert (run.result["refused"], run.result["formats"]) == (refused, [])
    assert all("99.9 % are wanted" in rows[name].refused for name in refused)
    found = studio.exported(version)
    assert found.files == {}
    assert set(found.left_out) == {"onnx", "int8"}
    assert "no such operation" in found.left_out["onnx"]
    for name in refused:  # not even the file that the training kept, where that was refused
        assert name not in studio.model_formats(version)
        with pytest.raises(Conflict, match="is not given out") as caught:
            studio.model_bytes(version, name)
        assert "--accept" in caught.value.fix
    with pytest.raises(Conflict, match="has not been exported"):
        studio.model_bytes(version, "onnx")
    asked = studio.request_export("spoiled", formats=("float16",), samples=200, accept=True)
    run, rows = exported_rows(studio, asked.name)
    assert run.result["refused"] == []
    assert (rows["float16"].refused != "", rows["float16"].accepted) == (True, True)
    found = studio.exported(version)
    assert len(studio.model_bytes(version, "float16")) == found.files["float16"].size
    assert (len(found.runs), set(found.left_out)) == (2, {"onnx", "int8"})


def test_texts_and_strokes_leave_in_the_forms_that_hold_them(
    workspace: Workspace, tmp_path: Path
) -> None:
    version = register_texts(workspace, "mood", tmp_path)
    names = ("savedmodel", "tflite", "onnx", "mlflow", "full_int8")
    run = workspace.request_export("mood", formats=names)
    _, rows = exported_rows(workspace, run.name)
    assert {name: row.samples for name, row in rows.items()} == dict.fromkeys(names[:4], 20)
    assert all((row.max_difference or 0) < 1e-5 for row in rows.values())
    found = workspace.exported(version)
    assert "texts" in found.left_out["full_int8"]
    with zipfile.ZipFile(io.BytesIO(workspace.model_bytes(version, "tflite"))) as archive:
        assert json.loads(archive.read("text.json"))["length"] == 8

    (tmp_path / "files").mkdir()
    for word in ("hook", "ramp"):
        lines = "\n".join(line(word, number) for number in range(20))
        (tmp_path / "files" / f"{word}.ndjson").write_text(lines, encoding="utf-8")
    workspace.add_dataset("lines", StrokesSource(path=str(tmp_path / "files")))
    _register(workspace, "lines", STROKES, (28, 28, 1), ("hook", "ramp"), 0, None, ())
    run = workspace.request_export("lines", formats=("savedmodel", "onnx"))
    _, rows = exported_rows(workspace, run.name)
    assert {name: row.samples for name, row in rows.items()} == {"savedmodel": 40, "onnx": 40}
    assert all((row.max_difference or 0) < 1e-5 for row in rows.values())


def test_a_model_of_another_program_leaves_as_it_came(digits: Workspace) -> None:
    content, _ = digits_model(digits)
    imported(digits, content, dataset="digits")
    version = digits.model("strange")
    with pytest.raises(Conflict, match="own dataset"):
        digits.request_export("strange")
    run = digits.request_export("strange", dataset="digits")
    _, rows = exported_rows(digits, run.name)
    assert list(rows) == ["onnx", "mlflow"]
    assert all((row.max_difference or 0) < 1e-6 and row.samples == 1000 for row in rows.values())
    assert digits.model_bytes(version, "onnx") == content
    run = digits.request_export("strange", formats=("tflite", "keras"), dataset="digits")
    exported_rows(digits, run.name)
    assert set(digits.exported(version).left_out) == {"tflite", "keras"}
    with pytest.raises(NotFound, match="form of a model"):
        digits.request_export("strange", formats=("zip",), dataset="digits")


def test_a_paused_run_goes_on_behind_the_last_form(
    studio: Workspace,
) -> None:
    version = studio.register_model("one", "paused")
    run = studio.request_export("paused", formats=("keras", "tflite", "int8"), samples=100)
    claimed = studio.claim_run("worker", 60.0)
    assert claimed is not None
    folder = RunFolder.of(studio.home, run.name)
    state = folder.checkpoints / "2" / "exports.json"

    def pause() -> RunControl:
        done = json.loads(state.read_bytes()) if state.exists() else {}
        return RunControl(pause=len(done) == 2)

    folder.write_spec(prepare(studio, claimed.model_copy(update={"attempt": 1})))
    execute(folder, pause)
    assert of(EventReader(folder.events).read(0), PauseEvent)
    before = state.read_bytes()
    execute(folder, ControlFile(folder))
    events = EventReader(folder.events).read(0)
    assert isinstance(events[-1], EndEvent)
    assert events[-1].status == "completed"
    made = [event.artifact.name for event in of(events, ArtifactEvent)]
    forms = ["model.keras", "model.tflite", "model.int8.tflite"]
    assert [name for name in made if name.startswith("model.")] == forms
    assert len(json.loads(before)) == 2
    assert sum("are replayed" in event.text for event in of(events, LogEvent)) == 2
    assert studio.record_events(claimed, events)
    assert studio.exported(version).runs == (run.name,)
