from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.draft import Draft, PipelineParameter
from studio.core.errors import Conflict, InvalidInput, NotFound, StudioError, Unauthorized
from studio.core.pipeline import Pipeline
from studio.workspace import Workspace
from tests.workspace.conftest import (  # noqa: F401  a fixture
    MakeDataset,
    carried_through,
    make_dataset,
)


def half(share: float = 0.5, save: str = "") -> Draft:
    """A draft that keeps a share of pets, as a dataset of its own where that has a name."""
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="pets")
        .add("half", "sample", share=share)
        .connect("data", "dataset", "half", "dataset")
    )
    if save:
        pipeline = pipeline.add("save", "save_dataset", name=save)
        pipeline = pipeline.connect("half", "dataset", "save", "dataset")
    return Draft(
        pipeline=pipeline,
        parameters=(
            PipelineParameter(name="share", targets=(("half", "share"),), default=share),
            PipelineParameter(name="data", targets=(("data", "name"),), default="pets"),
        ),
    )


def test_versions_never_change_and_the_newest_is_the_default(workspace: Workspace) -> None:
    workspace.make_draft("mine", half(), author="ann")
    first = workspace.publish("mine", "half", description="why", author="ann")
    assert (first.version, first.default, first.description) == (0, True, "why")
    second = workspace.publish(half(0.25), "half")
    assert [v.title for v in workspace.published_versions("half")] == ["half:1", "half:0"]
    assert workspace.published_version("half") == second
    assert workspace.published_version("half", 0).draft == first.draft
    workspace.set_default_version("half", 0)
    workspace.publish(half(0.75), "half")
    assert workspace.published_version("half").version == 0
    workspace.disable_version("half", 0)
    assert workspace.published_version("half").version == 2
    workspace.disable_version("half", 0, False)
    workspace.set_default_version("half", None)
    assert workspace.published_version("half").version == 2
    assert [version.title for version in workspace.published()] == ["half:2"]


def test_a_run_has_its_values_and_knows_what_it_is_of(
    workspace: Workspace,
    make_dataset: MakeDataset,  # noqa: F811
) -> None:
    make_dataset()
    make_dataset("other", seed=1)
    workspace.publish(half(), "half")
    run = workspace.submit_published(
        "half", parameters={"share": 0.25}, datasets={"data": "other:1"}, experiment="tries"
    )
    kept = workspace.pipeline_run(run.name)
    assert (kept.published, kept.version, kept.experiment) == ("half", 0, "tries")
    assert run.name == "tries"
    assert run.pipeline.params("half").model_dump()["share"] == 0.25
    assert run.pipeline.params("data").model_dump() == {"name": "other", "version": 1}


REFUSED: dict[str, tuple[type[StudioError], Callable[[Workspace], object]]] = {
    "an unfinished pipeline": (
        InvalidInput,
        lambda w: w.publish(Draft(pipeline=Pipeline().add("a", "sample")), "x"),
    ),
    "an impossible name": (InvalidInput, lambda w: w.publish(half(), "a/b")),
    "no such draft": (NotFound, lambda w: w.publish("none", "x")),
    "no such pipeline": (NotFound, lambda w: w.submit_published("hlaf")),
    "no such version": (NotFound, lambda w: w.submit_published("half", version=9)),
    "a disabled version": (Conflict, lambda w: w.submit_published("half", version=1)),
    "a disabled default": (Conflict, lambda w: w.set_default_version("half", 1)),
    "an unknown parameter": (NotFound, lambda w: w.submit_published("half", parameters={"x": 1})),
    "a dataset for a number": (
        InvalidInput,
        lambda w: w.submit_published("half", datasets={"share": "pets"}),
    ),
    "a real-time pipeline": (Conflict, lambda w: w.submit_published("live")),
    "no such key": (NotFound, lambda w: w.revoke_pipeline_key("half", 99)),
    "a key without a name": (InvalidInput, lambda w: w.add_pipeline_key("half", " ")),
    "a key's name twice": (Conflict, lambda w: w.add_pipeline_key("half", "school")),
    "no key": (Unauthorized, lambda w: w.opened_pipeline(None)),
    "no file": (InvalidInput, lambda w: w.import_published(b"nothing")),
}


def test_what_is_refused_changes_nothing(
    workspace: Workspace,
    make_dataset: MakeDataset,  # noqa: F811
) -> None:
    make_dataset()
    workspace.publish(half(), "half")
    workspace.publish(half(), "half")
    workspace.disable_version("half", 1)
    workspace.publish(half().model_copy(update={"kind": "realtime"}), "live")
    workspace.add_pipeline_key("half", "school")
    before = workspace.published_versions("half")
    for case, (kind, act) in REFUSED.items():
        with pytest.raises(kind):
            act(workspace)
        assert workspace.published_versions("half") == before, case
    assert workspace.runs() == []


def test_keys_are_shown_once_and_open_their_pipeline(workspace: Workspace) -> None:
    workspace.publish(half(), "half")
    made, key = workspace.add_pipeline_key("half", "school")
    assert workspace.opened_pipeline(key) == made
    assert key not in made.model_dump_json()
    assert workspace.revoke_pipeline_key("half", made.id).revoked is not None
    with pytest.raises(Unauthorized):
        workspace.opened_pipeline(key)


def test_one_file_carries_it_to_another_studio(workspace: Workspace) -> None:
    workspace.publish(half(), "half", description="why", author="ann")
    content = workspace.export_published("half")
    assert workspace.export_published("half", 0) == content
    there = workspace.import_published(content, "elsewhere")
    assert there.draft == workspace.published_version("half").draft
    assert "half:0 by ann" in there.description
    assert workspace.read_pipeline("half.zip", content) == there.draft
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name, text in held.items():
            archive.writestr(name, text.replace(b"0.5", b"0.6"))
    with pytest.raises(InvalidInput, match="changed"):
        workspace.import_published(changed.getvalue())


def test_a_pipeline_from_another_studio_runs_here(
    workspace: Workspace,
    make_dataset: MakeDataset,  # noqa: F811
    tmp_path: Path,
) -> None:
    there = Workspace.open(tmp_path / "there")
    there.publish(half(0.25, save="halves"), "half")
    content = there.export_published("half")
    make_dataset("mine")
    workspace.import_published(content)
    with pytest.raises(NotFound, match="pets"):
        workspace.submit_published("half")
    run = workspace.submit_published("half", datasets={"data": "mine"}, parameters={"share": 0.4})
    assert carried_through(workspace, run.name).status == "completed"
    assert (workspace.dataset("halves").count, workspace.dataset("mine").count) == (4, 10)
    again = workspace.submit_published("half", datasets={"data": "mine"}, parameters={"share": 0.4})
    assert carried_through(workspace, again.name).result["datasets_made"] == {"save": "halves:1"}
