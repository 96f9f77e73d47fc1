from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from studio.core.catalog import plain
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.dataset import SplitConfig
from studio.core.errors import Conflict, InvalidInput, NotFound, StudioError
from studio.core.events import ArtifactEvent, DatasetEvent, EndEvent, ModelEvent
from studio.core.sources import DigitsSource
from studio.core.standard import import_pipeline, restore_pipeline, training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset, TrainedRun, small_manifest, some_evaluation


def test_registering_keeps_what_the_run_reached(
    workspace: Workspace, trained_run: TrainedRun
) -> None:
    trained_run("first")
    version = workspace.register_model("first", "pets", alias="champion", author="ann")
    assert (version.title, version.run, version.author) == ("pets:1", "first", "ann")
    assert version.aliases == ("champion",)
    assert (version.dataset, version.class_names, version.shape) == (
        "pets:1",
        ("cat", "dog"),
        (8, 8, 1),
    )
    assert workspace.model_file(version, "keras").read_bytes() == b"keras of first"
    assert version.facts["accuracy"] == 0.75
    assert version.facts["config"] == plain(DRAWING_CLASSIFIER)
    assert version.facts["dataset_digest"] == workspace.dataset("pets").digest
    assert "confusion_matrix" not in version.facts
    assert workspace.model_of_run("first") == version
    assert workspace.model_of_run("second") is None


def test_versions_count_up_and_aliases_move(workspace: Workspace, trained_run: TrainedRun) -> None:
    for name in ("first", "second"):
        trained_run(name)
        workspace.register_model(name, "pets", alias="champion")
    assert [v.version for m in workspace.models() for v in m.versions] == [2, 1]
    assert workspace.model("pets").version == 2
    assert workspace.model("pets", version=1).aliases == ()
    workspace.set_alias("pets", "champion", 1, author="bob")
    workspace.set_alias("pets", "challenger", 2)
    assert workspace.resolve_model("pets@champion").run == "first"
    assert workspace.resolve_model("pets:2").aliases == ("challenger",)
    assert workspace.resolve_model("pets").version == 2
    moves = workspace._studio.query("SELECT alias, version, author FROM alias_moves ORDER BY id")
    assert [tuple(move.values()) for move in moves] == [
        ("champion", 1, "unnamed"),
        ("champion", 2, "unnamed"),
        ("champion", 1, "bob"),
        ("challenger", 2, "unnamed"),
    ]


def test_a_stopped_training_has_a_model_too(workspace: Workspace, trained_run: TrainedRun) -> None:
    trained_run("first", status="stopped")
    assert workspace.register_model("first", "pets").version == 1


def test_what_has_no_model_is_refused(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    workspace.submit(
        training_pipeline("pets", DRAWING_CLASSIFIER, TrainingConfig()), name="waiting"
    )
    importing = import_pipeline("d", DigitsSource(), split=SplitConfig(), author="ann")
    workspace.submit(importing, name="importing")
    for name in ("waiting", "importing"):
        with pytest.raises(Conflict, match="no model to register"):
            workspace.register_model(name, "pets")
    with pytest.raises(NotFound):
        workspace.register_model("nothing", "pets")
    assert workspace.models() == []


@pytest.mark.parametrize(("model", "alias"), [("a b", None), ("", None), ("pets", "to be")])
def test_impossible_names_are_refused(
    workspace: Workspace, trained_run: TrainedRun, model: str, alias: str | None
) -> None:
    trained_run("first")
    with pytest.raises(InvalidInput):
        workspace.register_model("first", model, alias=alias)
    assert workspace.models() == []


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("pet", NotFound),
        ("pets:2", NotFound),
        ("pets@champ", NotFound),
        ("pets:one", InvalidInput),
        ("pets:", InvalidInput),
        ("pets:-1", InvalidInput),
    ],
)
def test_references_to_nothing_are_refused(
    workspace: Workspace, trained_run: TrainedRun, reference: str, error: type[StudioError]
) -> None:
    trained_run("first")
    workspace.register_model("first", "pets", alias="champion")
    with pytest.raises(error) as caught:
        workspace.resolve_model(reference)
    assert caught.value.fix
    with pytest.raises(StudioError):
        workspace.deploy(reference, "pets")


def test_aliases_point_at_versions_that_exist(
    workspace: Workspace, trained_run: TrainedRun
) -> None:
    trained_run("first")
    workspace.register_model("first", "pets")
    for model, alias, version in (("pet", "a", 1), ("pets", "a", 2)):
        with pytest.raises(NotFound):
            workspace.set_alias(model, alias, version)
    with pytest.raises(InvalidInput):
        workspace.set_alias("pets", "@", 1)
    assert workspace.model("pets").aliases == ()


def test_exports_are_the_files_of_the_run(
    workspace: Workspace, trained_run: TrainedRun, tmp_path: Path
) -> None:
    trained_run("first")
    workspace.register_model("first", "pets")
    output = tmp_path / "model"
    for file_format in ("keras", "tflite"):
        assert workspace.export_model("pets", file_format, output).title == "pets:1"
        assert output.read_bytes() == f"{file_format} of first".encode()


def test_a_saved_model_holds_everything(workspace: Workspace, trained_run: TrainedRun) -> None:
    trained_run("first")
    version = workspace.register_model("first", "pets")
    with zipfile.ZipFile(io.BytesIO(workspace.model_bytes(version, "zip"))) as archive:
        assert archive.read("model.keras") == b"keras of first"
        assert archive.read("model.tflite") == b"tflite of first"
        facts = json.loads(archive.read("model.json"))
    assert (facts["model"], facts["class_names"]) == ("pets", ["cat", "dog"])
    assert facts["facts"]["config"] == plain(DRAWING_CLASSIFIER)


def test_exports_that_cannot_be_made_are_refused(
    workspace: Workspace, trained_run: TrainedRun, tmp_path: Path
) -> None:
    trained_run("first")
    version = workspace.register_model("first", "pets")
    with pytest.raises(NotFound, match="kears") as caught:
        workspace.export_model("pets", "kears", tmp_path / "model")
    assert "keras" in caught.value.fix
    with pytest.raises(NotFound):
        workspace.model_file(version, "zip")
    with pytest.raises(InvalidInput, match="cannot be written"):
        workspace.export_model("pets", "keras", tmp_path / "missing" / "model")
    assert list(tmp_path.glob("model*")) == []


def test_a_damaged_model_is_never_exported(
    workspace: Workspace, trained_run: TrainedRun, tmp_path: Path
) -> None:
    trained_run("first")
    version = workspace.register_model("first", "pets")
    workspace.model_file(version, "keras").write_bytes(b"something else")
    for file_format in ("keras", "zip"):
        with pytest.raises(StudioError, match="damaged"):
            workspace.export_model("pets", file_format, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_run_that_imported_its_own_data_can_be_registered(workspace: Workspace) -> None:
    pipeline = (
        import_pipeline("pets", DigitsSource(), split=SplitConfig(), author="ann")
        .add("train", "train")
        .connect("import", "dataset", "train", "dataset")
    )
    workspace.submit(pipeline, name="all-in-one")
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    manifest = small_manifest(workspace, (0, 1))
    evaluation = some_evaluation("pets:1").model_dump_json().encode()
    files = [
        workspace.artifacts.put(b"keras", "model.keras"),
        workspace.artifacts.put(b"tflite", "model.tflite"),
        workspace.artifacts.put(evaluation, "evaluation.json"),
    ]
    workspace.record_events(
        run,
        [
            DatasetEvent(seq=1, time=0.0, name="pets", manifest=manifest, author="ann", message=""),
            *(ArtifactEvent(seq=i, time=0.0, artifact=file) for i, file in enumerate(files, 2)),
            EndEvent(seq=5, time=0.0, status="completed"),
        ],
    )
    assert workspace.register_model("all-in-one", "pets").dataset == "pets:1"


def test_a_restored_model_is_registered_once(workspace: Workspace) -> None:
    workspace.submit(restore_pipeline("0" * 32, "pets", "champion"), name="restore")
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    body = {
        "dataset": "pets:1",
        "class_names": ["cat", "dog"],
        "shape": [8, 8, 1],
        "files": {},
        "facts": {},
    }
    event = ModelEvent(seq=1, time=0.0, model="pets", alias="champion", body=body)
    workspace.record_events(run, [event])
    workspace.record_events(run, [event])
    (model,) = workspace.models()
    (version,) = model.versions
    assert (version.run, version.aliases) == (None, ("champion",))
    assert workspace.run("restore").result == {"model": "pets", "version": 1}


def test_the_example_is_a_sample_held_out_from_training(
    workspace: Workspace, trained_run: TrainedRun
) -> None:
    from PIL import Image

    trained_run("first")
    version = workspace.register_model("first", "pets")
    dataset = workspace.dataset("pets")
    held_out = workspace.split(dataset).tolist().index(2)
    with Image.open(io.BytesIO(workspace.example_png(version))) as picture:
        assert list(picture.tobytes()) == workspace.samples(dataset)[held_out].ravel().tolist()
    stranger = version.model_copy(update={"dataset": "elsewhere:1"})
    with Image.open(io.BytesIO(workspace.example_png(stranger))) as picture:
        assert picture.size == (8, 8)
        assert not any(picture.tobytes())
