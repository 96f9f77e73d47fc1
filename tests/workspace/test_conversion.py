from collections.abc import Callable

import pytest

from studio.core.catalog import SplitParams
from studio.core.configs import parse_model
from studio.core.draft import Draft
from studio.core.errors import Conflict
from studio.core.pipeline import Pipeline
from studio.core.run import Run
from studio.core.sources import DigitsSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.workspace.conftest import carried_through

TINY = {"layers": [{"kind": "dense", "units": 4}]}
SCHOOL = {"epochs": 1, "batch_size": 32}


def pictures() -> Draft:
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="digits")
        .add("some", "sample", share=0.1)
        .add("bigger", "resize", height=10, width=9)
        .add("copies", "augment", copies=1)
        .add("divided", "split", stored=False)
        .add("train", "train", model=TINY, **SCHOOL)
        .add("judge", "evaluate")
        .connect("data", "dataset", "some", "dataset")
        .connect("some", "dataset", "bigger", "dataset")
        .connect("bigger", "dataset", "copies", "dataset")
        .connect("copies", "dataset", "train", "dataset")
        .connect("train", "model", "judge", "model")
        .connect("copies", "dataset", "judge", "dataset")
        .remove("divided")
    )
    return Draft(pipeline=pipeline)


def rows(times: int = 1) -> Draft:
    def row(i: int) -> str:
        age, colour = "" if i % 7 == 0 else str(i % 13 * times), ("red", "blue", "")[i % 3]
        return f"{i},{age},{colour},{'cat' if i % 13 > 6 else 'dog'}"

    csv = "\n".join(["id,age,colour,pet", *map(row, range(90))])
    pipeline = (
        Pipeline()
        .add("typed", "enter_data", csv=csv)
        .add("chosen", "select_columns", columns=["id"], keep=False)
        .add("twice", "sql", query="SELECT *, age * 2 AS double FROM first")
        .add("divided", "split_table", target="pet", stratified=True)
        .add("whole", "clean_missing", method="median")
        .add("scaled", "scale")
        .add("target", "choose_target", target="pet")
        .add("kind", "table_classifier", units=[4])
        .add("train", "train", **SCHOOL)
        .connect("typed", "table", "chosen", "table")
        .connect("chosen", "table", "twice", "first")
        .connect("twice", "table", "divided", "table")
        .connect("divided", "table", "whole", "table")
        .connect("whole", "table", "scaled", "table")
        .connect("scaled", "table", "target", "table")
        .connect("target", "dataset", "train", "dataset")
        .connect("kind", "model", "train", "model")
    )
    return Draft(pipeline=pipeline)


@pytest.fixture
def done(workspace: Workspace) -> Callable[[Draft, str], Run]:
    """Return a pipeline carried out to its end."""

    def run(draft: Draft, name: str) -> Run:
        workspace.submit_pipeline(draft, name=name)
        ended = carried_through(workspace, name)
        assert ended.status == "completed", ended.failure
        return ended

    return run


def test_a_training_of_pictures_becomes_both_pipelines(
    workspace: Workspace, done: Callable[[Draft, str], Run]
) -> None:
    workspace.add_dataset("digits", DigitsSource())
    done(pictures(), "first")
    for kind in ("realtime", "batch"):
        tried = workspace.convert("first", kind)
        assert workspace.converted(tried.name) is None
        ended = carried_through(workspace, tried.name)
        assert ended.status == "completed", ended.failure
        told = ended.result["equivalence"]
        assert told["samples"] > 10
        assert told["largest"] <= 1e-5
        assert (told["model"], told["left_out"]) == ("first:1", 0)
        made = workspace.converted(tried.name)
        assert made is not None
        assert (made.name, made.draft.kind) == (f"first-{kind}", kind)
        assert made.draft.origin["run"] == "first"
        assert len(made.draft.origin["changes"]) >= 6
    assert [run.name for run in workspace.conversions("first")] == ["first-batch", "first-realtime"]
    answered = workspace.submit_pipeline(workspace.draft("first-batch").draft, name="answers")
    assert carried_through(workspace, answered.name).status == "completed"
    table = workspace.dataset("first-answers")
    assert (table.task, table.count) == ("table", 1797)
    assert {"answer", "confidence"} <= {column.name for column in table.table}


def test_a_training_of_rows_becomes_both_and_another_model_is_refused(
    workspace: Workspace, done: Callable[[Draft, str], Run]
) -> None:
    done(rows(), "second")
    for kind in ("realtime", "batch"):
        ended = carried_through(workspace, workspace.convert("second", kind).name)
        assert ended.status == "completed", ended.failure
        assert ended.result["equivalence"]["samples"] == 27
    endpoint, _ = workspace.deploy_pipeline(workspace.draft("second-realtime").draft, "pets")
    seen = workspace.endpoint_model(endpoint)
    assert [c.name for c in seen.table.columns] == ["id", "age", "colour"]

    again = rows(times=10)
    pipeline = again.pipeline.set_params("train", seed=5)
    pipeline = pipeline.add("keep", "register", name="second", alias="champion")
    pipeline = pipeline.connect("train", "model", "keep", "model")
    done(again.model_copy(update={"pipeline": pipeline}), "third")
    assert workspace.model("second", alias="champion").version == 2
    served = workspace.endpoint_model(endpoint)
    assert served.version == 2, "the endpoint follows the alias"
    newer = workspace.node_states("third")["scaled"].outputs["transform"]
    assert served.inference.steps[-1].transform.fitted == newer.fitted, (
        "and what was learned with it"
    )
    assert seen.inference.steps[-1].transform.fitted != newer.fitted
    answered = workspace.submit_pipeline(workspace.draft("second-batch").draft, name="answers")
    assert answered.pipeline.node("model").params["reference"] == "second:2"
    assert answered.pipeline.node("scaled-fitted").params["fitted"] == newer.fitted
    assert carried_through(workspace, answered.name).status == "completed"
    assert workspace.dataset("second-answers").count == 90

    refused = carried_through(workspace, workspace.convert("second", "batch").name)
    assert refused.status == "failed"
    assert "differently" in refused.failure.what
    assert "About sample" in refused.failure.why


def test_a_script_is_replayed_without_the_target_column(
    workspace: Workspace, done: Callable[[Draft, str], Run]
) -> None:
    workspace.allow_scripts(True)
    csv = "\n".join(["age,pet", *(f"{i % 13},{'cat' if i % 13 > 6 else 'dog'}" for i in range(40))])
    code = "def run(table):\n    table['long'] = table['pet'].str.len()\n    return table\n"
    pipeline = (
        Pipeline()
        .add("typed", "enter_data", csv=csv)
        .add("script", "python_script", code=code)
        .add("target", "choose_target", target="pet")
        .add("kind", "table_classifier", units=[2])
        .add("train", "train", **SCHOOL)
        .connect("typed", "table", "script", "first")
        .connect("script", "table", "target", "table")
        .connect("target", "dataset", "train", "dataset")
        .connect("kind", "model", "train", "model")
    )
    done(Draft(pipeline=pipeline), "peeking")
    tried = carried_through(workspace, workspace.convert("peeking", "batch").name)
    assert tried.failure is not None
    assert tried.failure.why == "KeyError: 'pet'."


def test_a_training_of_the_guided_page_is_converted_without_a_second_one(
    workspace: Workspace,
) -> None:
    workspace.add_dataset("digits", DigitsSource())
    split = SplitParams(stored=False, test_share=0.1, seed=4)
    pipeline = training_pipeline(
        "digits", parse_model(TINY), TrainingConfig(epochs=1, top_k=1), split=split
    )
    workspace.submit(pipeline, name="guided")
    assert not workspace.can_convert(workspace.pipeline_run("guided")), "it has no model yet"
    assert carried_through(workspace, "guided").status == "completed"
    assert workspace.can_convert(workspace.pipeline_run("guided"))
    for kind in ("realtime", "batch"):
        tried = carried_through(workspace, workspace.convert("guided", kind).name)
        assert tried.status == "completed", tried.failure
        assert tried.result["equivalence"]["samples"] == 180, "the part that this run kept for that"
    assert [run.kind for run in workspace.runs()] == ["pipeline", "pipeline", "training"]
    version = workspace.model("guided", alias="champion")
    assert (version.run, version.dataset) == ("guided", "digits:1")
    assert version.facts["accuracy"] == workspace.evaluation("guided").accuracy
    endpoint, _ = workspace.deploy_pipeline(workspace.draft("guided-realtime").draft, "drawn")
    assert workspace.endpoint_model(endpoint).version == 1
    assert workspace.draft("guided-batch").draft.parameters[0].default == "digits"


def test_only_a_completed_pipeline_is_converted(workspace: Workspace) -> None:
    workspace.add_dataset("digits", DigitsSource())
    workspace.submit_pipeline(pictures(), name="waiting")
    with pytest.raises(Conflict, match="cannot be converted"):
        workspace.convert("waiting", "realtime")
