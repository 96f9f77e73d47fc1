from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.compute.local import LocalCompute
from studio.compute.worker import Worker
from studio.core.errors import InvalidInput
from studio.core.events import ArtifactEvent, EndEvent, Event, ModelEvent
from studio.core.model import ModelVersion
from studio.core.run import Failure
from studio.core.standard import restore_pipeline
from studio.ml.predict import Predictor
from studio.workspace import Workspace
from tests.compute.conftest import carry_out, of, training, until

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, ModelVersion, bytes]:
    """A registered model of digits, and the zip it is saved as."""
    from studio.core.sources import DigitsSource

    workspace = Workspace.open(tmp_path_factory.mktemp("trained") / "home")
    workspace.add_dataset("digits", DigitsSource())
    workspace.submit(training(epochs=3, learning_rate=0.01), name="one")
    run = workspace.claim_run("test", 60)
    assert run is not None
    assert workspace.record_events(run, carry_out(workspace, "one"))
    version = workspace.register_model("one", "digits", alias="champion")
    return workspace, version, workspace.model_bytes(version, "zip")


def uploaded(workspace: Workspace, content: bytes, name: str = "model.zip") -> str:
    upload = workspace.create_upload()
    workspace.upload_file(upload, name).write_bytes(content)
    return upload


def restored(workspace: Workspace, content: bytes) -> list[Event]:
    workspace.submit(restore_pipeline(uploaded(workspace, content), "back", "champion"), name="r")
    return carry_out(workspace, "r")


def refusal(events: list[Event]) -> Failure:
    end = events[-1]
    assert isinstance(end, EndEvent)
    assert end.status == "failed"
    assert end.failure is not None
    assert not of(events, ModelEvent)
    assert "did not foresee" not in end.failure.what, end.failure
    return end.failure


def rezipped(content: bytes, **members: bytes | None) -> bytes:
    """Return the archive with members replaced; None removes one. `a__b` stands for the name `a.b`."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for name, value in members.items():
        held[name.replace("__", ".")] = value if value is not None else b""
        if value is None:
            del held[name.replace("__", ".")]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in held.items():
            archive.writestr(name, value)
    return target.getvalue()


def changed(content: bytes, change: Change) -> bytes:
    """Return the archive with `model.json` changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        facts = json.loads(archive.read("model.json"))
    change(facts)
    return rezipped(content, model__json=json.dumps(facts).encode())


def test_restored_model_answers_as_the_saved_one(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes]
) -> None:
    origin, version, content = trained
    upload = uploaded(workspace, content)
    workspace.submit(restore_pipeline(upload, "back", "champion"), name="r")
    worker = Worker(workspace, LocalCompute(workspace.home))

    def done() -> bool:
        worker.tick()
        return workspace.run("r").is_terminal

    until(done)
    run = workspace.run("r")
    assert run.status == "completed", run.failure
    back = workspace.model("back", alias="champion")
    assert run.result == {"model": "back", "version": 1}
    assert back.class_names == version.class_names
    assert back.shape == version.shape
    assert back.dataset == "digits:1"
    assert back.run is None
    assert back.facts["accuracy"] == version.facts["accuracy"]
    assert back.facts["config"] == version.facts["config"]
    assert back.facts["restored_from"] == "digits:1"
    samples = np.asarray(origin.samples(origin.dataset("digits")))[:50]
    asked, expected = (
        Predictor(ws.model_bytes(v, "tflite")).predict(samples)
        for ws, v in ((workspace, back), (origin, version))
    )
    np.testing.assert_allclose(asked, expected, atol=1e-6)
    assert not (workspace.uploads_folder / upload).exists(), "it is not needed any more"


def test_tflite_of_the_archive_is_never_trusted(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes]
) -> None:
    _, version, content = trained
    events = restored(workspace, rezipped(content, model__tflite=b"something else"))
    made = {event.artifact.name: event.artifact for event in of(events, ArtifactEvent)}
    assert made["model.tflite"].size == version.files["tflite"].size
    (event,) = of(events, ModelEvent)
    assert event.body["files"]["tflite"]["digest"] == made["model.tflite"].digest


def test_foreign_facts_are_left_behind(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes]
) -> None:
    def change(facts: dict[str, Any]) -> None:
        facts["facts"]["note"] = "<script>"
        facts["facts"]["parameters"] = 5

    events = restored(workspace, changed(trained[2], change))
    (event,) = of(events, ModelEvent)
    assert "note" not in event.body["facts"]
    assert event.body["facts"]["parameters"] == trained[1].facts["parameters"]


def _set(*path: str, value: Any) -> Change:
    def change(facts: dict[str, Any]) -> None:
        for name in path[:-1]:
            facts = facts[name]
        facts[path[-1]] = value

    return change


def _nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


CHANGES: dict[str, Change] = {
    "unknown field": _set("more", value=1),
    "no class": _set("class_names", value=[]),
    "class twice": _set("class_names", value=["a"] * 10),
    "class name with a control character": _set("class_names", value=["a\n", *"bcdefghij"]),
    "too few classes for the weights": _set("class_names", value=["a", "b"]),
    "impossible shape": _set("shape", value=[0, 8, 1]),
    "two channels": _set("shape", value=[8, 8, 2]),
    "huge shape": _set("shape", value=[100_000, 100_000, 3]),
    "shape of other weights": _set("shape", value=[9, 9, 1]),
    "no config": _set("facts", value={}),
    "unknown layer": _set("facts", "config", value={"layers": [{"kind": "lambda"}]}),
    "huge layer": _set("facts", "config", value={"layers": [{"kind": "dense", "units": 10**9}]}),
    "other layers": _set("facts", "config", value={"layers": []}),
    "accuracy that is no share": _set("facts", "accuracy", value=7),
    "accuracy that is text": _set("facts", "accuracy", value="1"),
    "dataset with a slash": _set("dataset", value="../x"),
    "model with a slash": _set("model", value="../x"),
    "deep nesting": _set("facts", "config", value=_nested(100)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changed_facts_are_refused(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes], change: Change
) -> None:
    failure = refusal(restored(workspace, changed(trained[2], change)))
    assert failure.what
    assert failure.why
    assert failure.fix
    assert workspace.models() == []


ARCHIVES: dict[str, Callable[[bytes], bytes]] = {
    "empty file": lambda content: b"",
    "no zip": lambda content: b"PK" + b"nonsense" * 100,
    "cut short": lambda content: content[: len(content) // 2],
    "no facts": lambda content: rezipped(content, model__json=None),
    "no weights": lambda content: rezipped(content, model__keras=None),
    "one file too many": lambda content: rezipped(content, evil__py=b"import os"),
    "facts are no JSON": lambda content: rezipped(content, model__json=b"{"),
    "facts are a bomb": lambda content: rezipped(content, model__json=b"[" * 100_000),
    "facts are a list": lambda content: rezipped(content, model__json=b"[]"),
    "facts are large": lambda content: rezipped(
        content, model__json=np.random.default_rng(0).bytes(9_000_000)
    ),
    "weights are no archive": lambda content: rezipped(content, model__keras=b"nonsense"),
    "weights are pickled": lambda content: rezipped(content, model__keras=b"\x80\x04K\x01."),
    "weights are large": lambda content: rezipped(
        content, model__keras=np.random.default_rng(0).bytes(17_000_000)
    ),
}


@pytest.mark.parametrize("spoil", ARCHIVES.values(), ids=ARCHIVES)
def test_other_archives_are_refused(
    workspace: Workspace,
    trained: tuple[Workspace, ModelVersion, bytes],
    spoil: Callable[[bytes], bytes],
) -> None:
    failure = refusal(restored(workspace, spoil(trained[2])))
    assert failure.fix


def test_damaged_weights_are_refused(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes]
) -> None:
    with zipfile.ZipFile(io.BytesIO(trained[2])) as archive:
        weights = bytearray(archive.read("model.keras"))
    weights[len(weights) // 2 :] = bytes(len(weights) - len(weights) // 2)
    refusal(restored(workspace, rezipped(trained[2], model__keras=bytes(weights))))


def test_upload_with_several_files_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    upload = uploaded(workspace, b"a", "a.zip")
    workspace.upload_file(upload, "b.zip").write_bytes(b"b")
    workspace.submit(restore_pipeline(upload, "back"), name="r")
    assert "2 files" in refusal(carry_out(workspace, "r")).what


def test_names_are_checked_before_anything_runs(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes]
) -> None:
    upload = uploaded(workspace, trained[2])
    with pytest.raises(InvalidInput, match="no/name"):
        workspace.submit(restore_pipeline(upload, "no/name"), name="r")
    assert workspace.runs() == []


def test_repeated_restore_announces_once(
    workspace: Workspace, trained: tuple[Workspace, ModelVersion, bytes]
) -> None:
    events = restored(workspace, trained[2])
    path = workspace.run_folder("r") / "events.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    again = carry_out(workspace, "r", attempt=2)
    assert len(of(again, ModelEvent)) == len(of(events, ModelEvent)) == 1
