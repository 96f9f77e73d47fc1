from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.dataset import SPLIT_NAMES
from studio.core.errors import Cancelled, Conflict, InvalidInput, NotFound, StudioError
from studio.core.exports import EXPORT_FORMATS
from studio.core.sources import FolderSource, SeabirdsSource
from studio.workspace import Workspace, export_name, open_content
from tests.workspace.conftest import carried_through
from tests.workspace.sources import Made, Sample, add, answer

PETS = [
    Sample(10, 0, "a.png", "train", ((0, 0.25, 0.25, 0.5, 0.5),)),
    Sample(20, 1, "b.png", "test"),
    Sample(30, -1, None, "train"),
    Sample(40, 1, "d.png", "train"),
]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_content_is_what_the_version_holds(workspace: Workspace) -> None:
    add(workspace, "pets", PETS)
    version = workspace.set_state("pets", [3], "removed")
    content = open_content(workspace.artifacts, version, version.title)
    assert content.title == "pets:2"
    np.testing.assert_array_equal(np.asarray(content.samples)[:, 0, 0, 0], [10, 20, 30, 40])
    assert content.labels.tolist() == [0, 1, -1, 1]
    assert content.split.tolist() == [0, 2, 0, 0]
    assert content.state is not None
    assert content.state.tolist() == [0, 0, 0, 2]
    assert content.names is not None
    assert list(content.names) == ["a.png", "b.png", "", "d.png"]
    assert content.boxes.tolist() == [[0, 0, 0.25, 0.25, 0.5, 0.5]]
    plain = add(workspace, "plain", [Sample(1, 0)])
    content = open_content(workspace.artifacts, plain, plain.title)
    assert (content.state, content.names, content.boxes.shape) == (None, None, (0, 6))


def test_a_version_is_exported_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    """Later versions, and answers not yet frozen, are not in it."""
    first = add(workspace, "pets", PETS)
    answer(workspace, "pets", (2, "cat"))
    workspace.rename_class("pets", "cat", "kitty")
    second = workspace.set_state("pets", [1], "quarantined")
    for version in (first, second):
        facts = workspace.export_dataset(version, "jsonl", tmp_path / f"{version.version}.jsonl")
        assert (facts["format"], facts["samples"]) == ("jsonl", version.kept)
        assert facts["splits"] == dict(zip(SPLIT_NAMES, version.split_counts, strict=True))
    assert [line["label"] for line in lines(tmp_path / "1.jsonl")] == ["cat", "dog", None, "dog"]
    assert [line["label"] for line in lines(tmp_path / "3.jsonl")] == ["kitty", "kitty", "dog"]


def test_parts_that_were_appended_are_exported_as_one(workspace: Workspace, tmp_path: Path) -> None:
    add(workspace, "news", [Sample("rain", 0), Sample("sün", 1)])
    version = add(workspace, "news", [Sample("more", 0)], append=True)
    workspace.export_dataset(version, "jsonl", tmp_path / "news.jsonl")
    assert [line["text"] for line in lines(tmp_path / "news.jsonl")] == ["rain", "sün", "more"]


def test_what_was_exported_can_be_imported(workspace: Workspace, tmp_path: Path) -> None:
    before = add(workspace, "pets", Made(PETS, shape=(8, 8, 1)))
    workspace.export_dataset(before, "folder", tmp_path / "pets.zip")
    source = FolderSource(path=str(tmp_path / "pets.zip"), size=8)
    after = workspace.add_dataset("again", source)
    found = workspace.diff(before, after)
    assert found.same, found


def test_a_file_is_never_overwritten(workspace: Workspace, tmp_path: Path) -> None:
    version = add(workspace, "pets", PETS)
    target = tmp_path / "pets.csv"
    target.write_text("precious")
    for there in (target, tmp_path):
        with pytest.raises(Conflict, match="is there already"):
            workspace.export_dataset(version, "csv", there)
    assert target.read_text() == "precious"


def test_an_export_that_fails_leaves_no_file(workspace: Workspace, tmp_path: Path) -> None:
    version = add(workspace, "pets", PETS)
    texts = add(workspace, "news", [Sample("rain", 0)])
    gone = workspace.set_state("news", [0], "removed")

    def cancel(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Cancelled.", "Somebody said so.", "Export again.")

    for dataset, format_name, target, error, how in (
        (version, "folder", tmp_path / "a", Cancelled, {"progress": cancel}),
        (version, "cvs", tmp_path / "b", NotFound, {}),
        (texts, "coco", tmp_path / "c", InvalidInput, {}),
        (gone, "csv", tmp_path / "d", InvalidInput, {}),
        (version, "csv", tmp_path / "no" / "such" / "folder", StudioError, {}),
    ):
        with pytest.raises(error) as caught:
            workspace.export_dataset(dataset, format_name, target, **how)
        assert all(caught.value.as_dict().values())
        assert not target.exists()
    assert list(tmp_path.glob("?")) == []


@pytest.mark.parametrize("format_name", EXPORT_FORMATS)
def test_every_format_is_exported_in_the_background(
    workspace: Workspace, tmp_path: Path, format_name: str
) -> None:
    if "images" in EXPORT_FORMATS[format_name].tasks:
        version = add(workspace, "pets", PETS)
    else:
        version = workspace.add_dataset("pets", SeabirdsSource())
    run = workspace.submit_export("pets", 1, format_name, author="ann")
    assert (run.name, run.kind, run.author) == (f"export-pets-{format_name}", "export", "ann")
    with pytest.raises(Conflict, match="kind export and queued"):
        workspace.exported_file(run.name)
    assert carried_through(workspace, run.name).status == "completed"
    name, file = workspace.exported_file(run.name)
    assert name == f"pets-1-{format_name}{EXPORT_FORMATS[format_name].suffix}"
    assert name == export_name(version.title, format_name)
    target = tmp_path / name
    facts = workspace.export_dataset(version, format_name, target)
    assert workspace.artifacts.read(file.digest) == target.read_bytes()
    assert file.size == facts["bytes"]
    assert workspace.run(run.name).result.items() >= {**facts, "file": name}.items()
    if target.suffix == ".zip":
        assert zipfile.ZipFile(target).testzip() is None
    again = workspace.submit_export("pets", 1, format_name)
    assert again.name != run.name


def test_what_cannot_be_exported_is_refused_before_it_waits(workspace: Workspace) -> None:
    add(workspace, "news", [Sample("rain", 0)])
    for name, version, format_name, error in (
        ("news", 1, "npz", InvalidInput),
        ("news", 1, "nzp", NotFound),
        ("news", 2, "csv", NotFound),
        ("nows", 1, "csv", NotFound),
    ):
        with pytest.raises(error):
            workspace.submit_export(name, version, format_name)
    assert workspace.runs() == []


def test_only_exports_have_exported_files(workspace: Workspace) -> None:
    add(workspace, "pets", PETS)
    run = workspace.check_quality("pets")
    with pytest.raises(Conflict, match="kind quality"):
        workspace.exported_file(run.name)
    with pytest.raises(NotFound):
        workspace.exported_file("nothing")
