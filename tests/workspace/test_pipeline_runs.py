from __future__ import annotations

import pytest

from studio.core.configs import ModelConfig
from studio.core.draft import Draft, PipelineParameter
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.layers import Dense
from studio.core.pipeline import Pipeline
from studio.core.sources import DigitsSource
from studio.workspace import Workspace
from tests.compute.drawn import add_letters, branches, carry_out

NAMED = Draft(
    pipeline=branches().pipeline,
    parameters=(
        PipelineParameter(name="data", targets=(("data", "name"),), default="letters"),
        PipelineParameter(name="share", targets=(("split", "test_share"),), default=0.3),
    ),
)


@pytest.fixture
def letters(workspace: Workspace) -> Workspace:
    """A workspace with two versions of the dataset `letters`, the newest one larger."""
    add_letters(workspace).add_dataset("letters", DigitsSource())
    return workspace


def test_a_run_keeps_what_it_was_submitted_as(letters: Workspace) -> None:
    run = letters.submit_pipeline(
        NAMED,
        name="one",
        values={"data": "letters:1", "share": 0.5},
        draft_name="drawn",
        experiment="autumn",
        author="ann",
    )
    assert (run.kind, run.author) == ("pipeline", "ann")
    kept = letters.pipeline_run("one")
    assert kept.draft.pipeline == run.pipeline
    assert kept.draft.parameters == NAMED.parameters
    assert kept.values == {"data": "letters:1", "share": 0.5}
    assert (kept.draft_name, kept.experiment, kept.published) == ("drawn", "autumn", "")
    assert run.pipeline.params("split").model_dump()["test_share"] == 0.5
    assert letters.dataset_by_id(run.inputs["data"]).version == 1
    newest = letters.submit_pipeline(NAMED, name="two")
    assert letters.dataset_by_id(newest.inputs["data"]).version == 2
    assert [found.name for found in letters.runs_of_draft("drawn")] == ["one"]


def test_impossible_pipelines_are_refused_and_leave_nothing(letters: Workspace) -> None:
    with pytest.raises(NotFound, match="pipeline parameter"):
        letters.submit_pipeline(NAMED, name="one", values={"shares": 1})
    with pytest.raises(InvalidInput, match="test_share"):
        letters.submit_pipeline(NAMED, name="one", values={"share": 2})
    with pytest.raises(NotFound, match="dataset"):
        letters.submit_pipeline(NAMED, name="one", values={"data": "nowhere"})
    table = Draft(pipeline=Pipeline().add("rows", "table", name="letters"))
    with pytest.raises(InvalidInput, match="no table"):
        letters.submit_pipeline(table, name="one")
    assert not letters.runs()


def test_a_model_of_the_configure_page_is_pinned_as_it_is(letters: Workspace) -> None:
    mine = ModelConfig(layers=(Dense(units=3),))
    letters.save_model_config("mine", mine)
    draft = Draft(pipeline=Pipeline().add("model", "layers", name="mine"))
    run = letters.submit_pipeline(draft, name="one")
    assert run.pipeline.params("model").model_dump()["model"] == mine.model_dump()


def test_a_sweep_is_one_run_for_each_combination(letters: Workspace) -> None:
    runs = letters.submit_sweep(
        NAMED, {"share": [0.2, 0.4], "data": ["letters:1", "letters:2"]}, name="sweep"
    )
    assert [run.name for run in runs] == [f"sweep-{number}" for number in range(1, 5)]
    assert {run.group for run in runs} == {"sweep"}
    assert letters.pipeline_run("sweep-3").values == {"share": 0.4, "data": "letters:1"}
    with pytest.raises(Conflict, match="sweep"):
        letters.submit_sweep(NAMED, {"share": [0.2]}, name="sweep")
    grids: list[dict[str, list[float]]] = [{}, {"share": []}, {"share": [0.1] * 201}]
    for grid in grids:
        with pytest.raises(InvalidInput, match="sweep"):
            letters.submit_sweep(NAMED, grid, name="other")


def test_what_will_be_reused_is_known_before(letters: Workspace) -> None:
    values = {"data": "letters:1"}
    assert letters.reusable_nodes(NAMED, values) == {}
    letters.submit_pipeline(NAMED, name="one", values=values)
    carry_out(letters, "one")
    assert letters.reusable_nodes(NAMED, values).keys() == {"data", "split", "check", "file"}
    other = letters.reusable_nodes(NAMED, {**values, "share": 0.4})
    assert other.keys() == {"data", "check"}


def test_only_what_goes_on_is_cancelled_or_resumed(letters: Workspace) -> None:
    letters.submit_pipeline(NAMED, name="one", values={"data": "letters:1"})
    with pytest.raises(NotFound):
        letters.cancel_node("one", "nobody")
    assert letters.cancel_node("one", "file").control.cancel_nodes == ("file",)
    assert letters.cancel_node("one", "file").control.cancel_nodes == ("file",)
    carry_out(letters, "one")
    with pytest.raises(Conflict, match="cancelled"):
        letters.cancel_node("one", "split")
    with pytest.raises(Conflict, match="resumed"):
        letters.resume_run("one")


def test_two_runs_are_compared_node_by_node(letters: Workspace) -> None:
    letters.submit_pipeline(NAMED, name="one", values={"data": "letters:1"})
    pipeline = NAMED.pipeline.remove("check").add("more", "split")
    more = Draft(pipeline=pipeline.connect("data", "dataset", "more", "dataset"))
    letters.submit_pipeline(more, name="two")
    found = letters.compare_pipeline_runs("one", "two")
    assert (found.only_first, found.only_second) == (("check",), ("more",))
    assert found.changed == (("data", "version", 1, 2),)
    assert [link.target for link in found.wires_first] == ["check"]
    assert [link.target for link in found.wires_second] == ["more"]


def test_a_run_that_is_forgotten_takes_its_row_along(letters: Workspace) -> None:
    letters.submit_pipeline(NAMED, name="one", draft_name="drawn")
    letters.submit_pipeline(NAMED, name="two")
    letters.cancel_run("one")
    letters.delete_runs(["one"])
    letters.empty_bin(older_than=-1)
    assert letters.runs_of_draft("drawn") == []
    with pytest.raises(NotFound):
        letters.pipeline_run("one")
