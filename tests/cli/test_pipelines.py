from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import pytest

from studio.cli.pipeline_settings import named_values, with_settings
from studio.cli.pipelines import NOT_COMPLETED, submitted
from studio.core.draft import Draft
from studio.core.errors import InvalidInput, NotFound
from studio.core.pipeline import Pipeline
from studio.core.published import ScheduleSettings
from studio.exports.pipeline_yaml import draft_yaml, parse_pipeline_yaml
from studio.processes import stop_worker, worker_lock
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.compute.conftest import until
from tests.workspace.conftest import MakeDataset
from tests.workspace.test_published import half


@pytest.fixture
def file(tmp_path: Path, make_dataset: MakeDataset) -> Path:
    """A pipeline file, and the dataset it reads."""
    make_dataset()
    path = tmp_path / "half.yaml"
    path.write_text(draft_yaml(half()), encoding="utf-8")
    return path


def test_a_file_runs_headless_and_the_exit_status_says_how(
    studio: Studio, workspace: Workspace, file: Path, make_dataset: MakeDataset
) -> None:
    """0: completed. 1: failed or refused. 3: somebody ended it. A real worker carries it out."""
    workspace.publish(half(), "half")
    workspace.set_schedule("fresh", ScheduleSettings(pipeline="half", dataset="pets"))
    make_dataset(seed=1)
    try:
        done = studio(
            "pipeline", "run", file, "--set", "half.share=0.25", "--name", "one", "--json"
        )
        assert done.code == 0, done.err
        assert done.json["status"] == "completed"
        assert done.json["nodes"]["half"]["state"] == "completed"
        assert workspace.run("one").pipeline.params("half").model_dump()["share"] == 0.25
        again = studio("pipeline", "run", file, "--set", "half.share=0.25", "--json").json
        assert again["result"]["reused"] == 2
        broken = parse_pipeline_yaml(file.read_text())
        pipeline = broken.pipeline.add("none", "filter_classes", classes=["cow"])
        pipeline = pipeline.connect("data", "dataset", "none", "dataset")
        file.write_text(draft_yaml(broken.model_copy(update={"pipeline": pipeline})))
        failed = studio("pipeline", "run", file, "--name", "two")
        assert failed.code == 1
        assert "cow" in failed.refusal["what"]
        assert studio("pipeline", "resume", "two").code == 1
        states = {n: s.state for n, s in workspace.node_states("two-resumed").items()}
        assert states == {"data": "reused", "half": "reused", "none": "failed"}
        assert studio("pipeline", "cancel-node", "two", "none").code == 1
        assert studio("pipeline", "run", file, "--set", "half.share=5").code == 1
        assert studio("pipeline", "compare", "one", "two", "--json").json["only_second"] == ["none"]
        until(lambda: workspace.schedule_history("fresh"), 20)  # the worker saw the new version
    finally:
        stop_worker(workspace.home)
    (triggered,) = workspace.schedule_history("fresh")
    assert triggered.dataset == "pets:2"
    lock = worker_lock(workspace.home)
    assert lock.acquire()  # nobody carries it out
    ended = workspace.cancel_run(workspace.submit_pipeline(half(), name="three").name)
    reply = submitted(workspace, ended, Namespace(wait=True, as_json=True))
    lock.release()
    assert (ended.status, reply.code) == ("cancelled", NOT_COMPLETED)
    assert NOT_COMPLETED == 3


@pytest.mark.usefixtures("no_worker")
def test_drafts_are_made_shown_exported_and_taken_in(
    studio: Studio, workspace: Workspace, file: Path, tmp_path: Path
) -> None:
    assert studio("pipeline", "import", file, "--json").json == {
        "name": "half",
        "nodes": 2,
        "problems": {},
    }
    assert workspace.draft("half").draft == half()
    shown = studio("pipeline", "show", "half")
    assert "dataset from data.dataset" in shown.out
    assert "share" in shown.out
    target = tmp_path / "half.zip"
    assert studio("pipeline", "export", "half", "--format", "python", "--output", target).code == 0
    printed = studio("pipeline", "export", "half", "--json").json["yaml"]
    assert parse_pipeline_yaml(printed) == half()
    assert studio("pipeline", "new", "--sample", "text", "--json").json["name"] == "text"
    listed = studio("pipeline", "list", "--json").json
    assert {row["name"] for row in listed["drafts"]} == {"half", "text"}
    assert len(listed["samples"]) == 6
    refused = studio("pipeline", "run", "hlaf").refusal
    assert "half" in refused["fix"]


@pytest.mark.usefixtures("no_worker")
def test_published_pipelines_are_submitted_scheduled_and_handed_on(
    studio: Studio, workspace: Workspace, file: Path, tmp_path: Path, make_dataset: MakeDataset
) -> None:
    make_dataset("other")
    assert studio("pipeline", "publish", file, "half", "--json").json["version"] == 0
    studio("pipeline", "publish", file, "half", "--description", "better")
    run = studio(
        *("pipeline", "submit", "half:0", "--param", "share=0.75", "--data", "data=other:1"),
        *("--experiment", "tries", "--json"),
    ).json
    kept = workspace.pipeline_run(run["name"])
    assert (kept.version, kept.values) == (0, {"share": 0.75, "data": "other:1"})
    run = studio("pipeline", "run", "half", "--data", "data=other", "--no-wait", "--json").json
    assert workspace.pipeline_run(run["name"]).version == 1
    refused = studio("pipeline", "run", "half", "--set", "half.share=0.1", "--no-wait")
    assert "never change" in refused.refusal["what"]
    assert studio("pipeline", "default", "half", "0", "--json").json["default"]
    assert studio("pipeline", "disable", "half", "0", "--json").json["disabled"]
    assert studio("pipeline", "versions", "half", "--json").json["versions"][0]["default"]
    planned = studio(
        "pipeline", "schedule", "nightly", "half", "--cron", "0 3 * * *", "--json"
    ).json
    assert len(planned["next_times"]) == 3
    on = studio("pipeline", "schedule", "fresh", "half", "--on-version", "pets", "--as", "data")
    assert "a new version" in on.out
    assert "paused" in studio("pipeline", "schedule", "nightly", "--pause").out
    assert "paused" in studio("pipeline", "schedules").out
    assert studio("pipeline", "history", "fresh", "--json").json == {"history": []}
    assert studio("pipeline", "unschedule", "nightly").code == 0
    target = tmp_path / "half.zip"
    studio("pipeline", "export", "half", "--format", "published", "--output", target)
    taken = studio("pipeline", "import", target, "--publish", "--name", "copy", "--json").json
    assert (taken["name"], taken["version"]) == ("copy", 0)
    refused = studio("pipeline", "import", file, "--publish").refusal
    assert "pipeline publish" in refused["fix"]
    refused = studio("pipeline", "default", "half", "x").refusal
    assert refused["what"] == '"half:x" points at no version.'


def test_settings_and_values_are_read_by_their_places() -> None:
    draft = Draft(pipeline=Pipeline().add("a", "train").add("a.b", "train").add("d", "dataset"))
    changed = with_settings(
        draft,
        ["a.epochs=3", "a.b.optimizer=sgd", "a.model.input=text", 'a.model.layers=[{"kind":"dense"}]',
         "a.model.layers.0.units=7", "d.name=digits:2"],
    ).pipeline  # fmt: skip
    assert changed.params("a").model_dump()["model"]["layers"][0]["units"] == 7
    assert changed.node("a.b").params == {"optimizer": "sgd"}
    assert changed.node("d").params == {"name": "digits", "version": 2}
    asked = half()
    with_default = with_settings(asked, ["half.share=0.125"])
    assert with_default.bind().node("half").params["share"] == 0.125
    changed_draft, values = named_values(asked, ["share=0.5"], ["data=digits"])
    assert (changed_draft, values) == (asked, {"share": 0.5, "data": "digits"})
    for wrong in ("half.shrae=1", "nothing.share=1", "share"):
        with pytest.raises((NotFound, InvalidInput)):
            with_settings(asked, [wrong])
    for parameters, datasets in (["x=1"], []), ([], ["share=digits"]), (["share"], []):
        with pytest.raises((NotFound, InvalidInput)):
            named_values(asked, parameters, datasets)
    json.dumps(values)
