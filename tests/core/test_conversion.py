from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.conversion import model_chains
from studio.core.conversion_plan import plan_conversion
from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.draft import Draft
from studio.core.errors import Conflict, InvalidInput
from studio.core.pipeline import Pipeline, component_of
from studio.core.port_values import DatasetValue, PortValue, TableValue, TransformValue
from studio.core.table import Column

COLUMNS = (
    Column(name="age", kind="number"),
    Column(name="colour", kind="category", categories=("red", "blue")),
    Column(name="pet", kind="category", categories=("cat", "dog")),
)


def manifest(**more: object) -> DatasetManifest:
    facts = {
        "samples": "a" * 64,
        "labels": "b" * 64,
        "split": "c" * 64,
        "class_names": ("cat", "dog"),
        "shape": (28, 28, 1),
        "count": 3,
        "class_counts": (2, 1),
        "split_counts": (1, 1, 1),
        "split_config": SplitConfig(),
        "source": {},
    }
    return DatasetManifest.model_validate(facts | more)


def outputs(pipeline: Pipeline, **more: object) -> dict[str, dict[str, PortValue]]:
    """Return something for every output port that a conversion may look at."""
    found: dict[str, dict[str, PortValue]] = {}
    for node in pipeline.nodes:
        for port, made in component_of(node).outputs.items():
            value: PortValue | None = {
                "Dataset": DatasetValue(manifest=manifest(**more)),
                "Table": TableValue(parquet="d" * 64, columns=COLUMNS, count=3),
                "Transform": TransformValue(component=node.component, fitted={"columns": ["age"]}),
            }.get(made)
            if value is not None:
                found.setdefault(node.id, {})[port] = value
    return found


def line(*nodes: tuple[str, str, dict[str, object]]) -> Pipeline:
    """Return nodes wired one behind the other by their first ports, a second port by the same source."""
    pipeline, before = Pipeline(), ""
    for name, component, params in nodes:
        pipeline = pipeline.add(name, component, **params)
        declared = component_of(pipeline.node(name))
        if before:
            given = component_of(pipeline.node(before)).outputs
            port = next(p for p, t in declared.inputs.items() if t in ("Dataset", "Table"))
            source = next(p for p, t in given.items() if t == declared.inputs[port])
            pipeline = pipeline.connect(before, source, name, port)
        before = name
    return pipeline


def drawings() -> Pipeline:
    pipeline = line(
        ("data", "dataset", {"name": "pets", "version": 2}),
        ("small", "resize", {"height": 16, "width": 16}),
        ("copies", "augment", {}),
        ("split", "split", {}),
        ("train", "train", {}),
    ).add("judge", "evaluate")
    pipeline = pipeline.connect("train", "model", "judge", "model")
    return pipeline.connect("split", "dataset", "judge", "dataset")


def table(*steps: tuple[str, str, dict[str, object]]) -> Pipeline:
    return line(
        ("rows", "table", {"name": "pets"}),
        *steps,
        ("target", "choose_target", {"target": "pet"}),
        ("train", "train", {}),
    )


def convert(pipeline: Pipeline, kind: str = "realtime", **more: object):
    given = {"run": "first", "model": "pets@champion", "outputs": outputs(pipeline)} | more
    return plan_conversion(Draft(pipeline=pipeline), kind, **given)  # type: ignore[arg-type]


def wires(draft: Draft) -> Iterator[str]:
    for link in draft.pipeline.links:
        yield f"{link.source}.{link.source_port}>{link.target}.{link.target_port}"


def test_pictures_come_by_request_and_answers_go_out() -> None:
    plan = convert(drawings())
    assert set(wires(plan.draft)) == {
        "web_input.dataset>small.dataset",
        "small.dataset>score.dataset",
        "model.model>score.model",
        "score.predictions>web_output.predictions",
    }
    assert plan.draft.pipeline.node("small").params == {"height": 16, "width": 16}
    assert plan.draft.pipeline.node("model").params == {"reference": "pets@champion"}
    assert plan.draft.pipeline.node("web_input").params["shape"] == [28, 28, 1]
    assert not plan.draft.problems()
    fates = {change.node: (change.fate, change.becomes) for change in plan.changes}
    assert fates == {
        "data": ("replaced", "web_input"),
        "small": ("kept", "small"),
        "copies": ("removed", ""),
        "split": ("removed", ""),
        "train": ("replaced", "model"),
        "judge": ("removed", ""),
        "web_input": ("added", "web_input"),
        "model": ("added", "model"),
        "score": ("added", "score"),
        "web_output": ("added", "web_output"),
    }
    assert all(len(change.why) > 20 for change in plan.changes)


def test_many_samples_come_from_a_dataset_that_each_run_names() -> None:
    plan = convert(drawings(), "batch")
    assert [p.name for p in plan.draft.parameters] == ["data", "save_as"]
    bound = plan.draft.bind({"data": "more:3", "save_as": "answered"})
    assert bound.node("data").params == {"name": "more", "version": 3}
    assert bound.node("save").params["name"] == "answered"
    bound.check()
    assert {"score.predictions>answers.predictions", "answers.table>save.table"} <= set(
        wires(plan.draft)
    )


def test_what_was_learned_about_columns_is_pinned_and_the_target_goes() -> None:
    plan = convert(
        table(
            ("chosen", "select_columns", {"columns": ["age", "colour", "pet"]}),
            ("whole", "clean_missing", {"method": "drop"}),
            ("scaled", "scale", {}),
        )
    )
    pipeline = plan.draft.pipeline
    assert set(wires(plan.draft)) == {
        "web_input.table>chosen.table",
        "chosen.table>scaled.table",
        "scaled-fitted.transform>scaled.transform",
        "scaled.table>rows-2.table",
        "rows-2.dataset>score.dataset",
        "model.model>score.model",
        "score.predictions>web_output.predictions",
    }
    assert [c["name"] for c in pipeline.node("web_input").params["columns"]] == ["age", "colour"]
    assert pipeline.node("chosen").params["columns"] == ["age", "colour"]
    assert pipeline.node("scaled-fitted").params["fitted"] == {"columns": ["age"]}
    assert {c.node: c.fate for c in plan.changes}["whole"] == "removed"
    assert not plan.draft.problems()


def test_rows_of_a_dataset_come_without_their_class() -> None:
    pipeline = line(("data", "dataset", {"name": "pets"}), ("train", "train", {}))
    rows = {"task": "table", "table": COLUMNS, "target": "pet", "shape": (0, 0, 0)}
    plan = convert(pipeline, outputs=outputs(pipeline, **rows))
    asked = plan.draft.pipeline.node("web_input").params
    assert (asked["task"], [c["name"] for c in asked["columns"]]) == ("table", ["age", "colour"])


def test_a_calibrated_and_registered_model_is_one() -> None:
    pipeline = drawings().add("cool", "calibrate").add("keep", "register", name="pets")
    pipeline = pipeline.connect("train", "model", "cool", "model")
    pipeline = pipeline.connect("split", "dataset", "cool", "dataset")
    pipeline = pipeline.connect("cool", "model", "keep", "model")
    assert model_chains(pipeline) == {"keep": ("train", "cool", "keep")}
    becomes = {c.node: c.becomes for c in convert(pipeline).changes}
    assert becomes["train"] == becomes["cool"] == becomes["keep"] == "model"


def test_one_of_several_models_has_to_be_chosen() -> None:
    pipeline = (
        drawings().add("other", "train", epochs=9).connect("split", "dataset", "other", "dataset")
    )
    with pytest.raises(InvalidInput, match="several models"):
        convert(pipeline)
    plan = convert(pipeline, node="other")
    assert {c.node: c.fate for c in plan.changes}["train"] == "removed"
    with pytest.raises(InvalidInput, match="no trained model"):
        convert(line(("data", "dataset", {"name": "pets"})))


def test_a_pipeline_that_only_asks_keeps_its_model() -> None:
    pipeline = line(("data", "dataset", {"name": "pets"}), ("ask", "score", {"split": "test"}))
    pipeline = pipeline.add("known", "model", reference="pets:3").connect(
        "known", "model", "ask", "model"
    )
    plan = convert(pipeline)
    assert (plan.model, plan.draft.pipeline.node("ask").params) == ("pets:3", {"split": "all"})


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (("script", "python_script", {}), "process of its own"),
        (("query", "sql", {"query": "SELECT *, pet = 'cat' AS small FROM first"}), "target column"),
    ],
)
def test_what_cannot_wait_for_a_request_is_refused_with_its_reason(step, words) -> None:
    with pytest.raises(InvalidInput, match=words):
        convert(table(step))


def test_a_second_table_stays_in_a_batch_pipeline_and_is_refused_in_a_request() -> None:
    pipeline = table(("joined", "join_tables", {"on": ["age"], "how": "left"}))
    pipeline = pipeline.add("prices", "table", name="prices").connect(
        "prices", "table", "joined", "second"
    )
    # `line` wired the first port; the second one is the look-up table.
    plan = convert(pipeline, "batch")
    assert "prices.table>joined.second" in set(wires(plan.draft))
    with pytest.raises(InvalidInput, match="second table"):
        convert(pipeline)


def test_samples_prepared_in_two_ways_are_refused() -> None:
    pipeline = line(
        ("data", "dataset", {"name": "pets"}),
        ("small", "resize", {}),
        ("both", "join_datasets", {}),
        ("train", "train", {}),
    ).add("more", "dataset", name="more")
    with pytest.raises(InvalidInput, match="two ways"):
        convert(pipeline.connect("more", "dataset", "both", "second"))


def test_an_inference_pipeline_is_not_converted_again() -> None:
    plan = convert(drawings())
    with pytest.raises(Conflict, match="already"):
        plan_conversion(plan.draft, "batch", run="first", outputs={}, model="pets@champion")


def test_a_run_whose_outputs_are_gone_is_refused() -> None:
    with pytest.raises(Conflict, match="not known any more"):
        convert(drawings(), outputs={})


STEPS = st.lists(
    st.sampled_from(
        ["sample", "resize", "normalise", "augment", "balance", "remove_duplicates", "split", "relabel"]
    ),
    max_size=7,
)  # fmt: skip


@given(STEPS, st.sampled_from(["realtime", "batch"]))
@settings(max_examples=40, deadline=None)
def test_any_line_of_nodes_becomes_a_pipeline_that_can_run(names: list[str], kind: str) -> None:
    pipeline = line(
        ("data", "dataset", {"name": "pets"}),
        *((f"n{i}", name, {}) for i, name in enumerate(names)),
        ("train", "train", {}),
    )
    plan = convert(pipeline, kind)
    plan.draft.bind().check()
    kept = [node.component for node in plan.draft.pipeline.nodes if node.id.startswith("n")]
    assert kept == [name for name in names if name in ("resize", "normalise")]
    assert [c.node for c in plan.changes[: len(pipeline.nodes)]] == [n.id for n in pipeline.nodes]


def test_a_query_that_chose_among_rows_is_refused() -> None:
    pipeline = table(("big", "sql", {"query": "SELECT * FROM first WHERE age > 2"}))
    known = outputs(pipeline)
    assert convert(pipeline, outputs=known).draft, "here it left out none"
    known["big"] = {"table": TableValue(parquet="d" * 64, columns=COLUMNS, count=2)}
    for kind in ("realtime", "batch"):
        with pytest.raises(InvalidInput, match="gave 2 rows for 3"):
            convert(pipeline, kind, outputs=known)


def test_a_query_may_name_the_target_in_any_case() -> None:
    with pytest.raises(InvalidInput, match="reads the target column"):
        convert(table(("some", "sql", {"query": "SELECT age, PET FROM first"})))


def test_a_registered_model_that_is_calibrated_is_a_new_one() -> None:
    pipeline = line(("data", "dataset", {"name": "pets"}), ("cool", "calibrate", {}))
    pipeline = pipeline.add("known", "model", reference="pets:3")
    pipeline = pipeline.connect("known", "model", "cool", "model")
    assert model_chains(pipeline) == {"cool": ("known", "cool")}
    plan = convert(pipeline)
    assert plan.model == "pets@champion"
    assert {c.node: c.becomes for c in plan.changes}["known"] == "model"
    both = pipeline.add("other", "train").connect("data", "dataset", "other", "dataset")
    assert set(model_chains(both)) == {"cool", "other"}
