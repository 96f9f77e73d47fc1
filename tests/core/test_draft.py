from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.catalog import CATALOG
from studio.core.draft import Draft, NodeGroup, Note, PipelineParameter, parse_draft
from studio.core.draft_layout import laid_out
from studio.core.draft_parameters import (
    changed_parameter,
    parameter_of,
    setting,
    with_parameter,
    with_settings,
    without_parameter,
)
from studio.core.errors import Conflict, InvalidInput, NotFound, StudioError
from studio.core.pipeline import Link, Node, Pipeline

EVALUATED = (
    Pipeline()
    .add("dataset", "dataset", name="digits")
    .add("split", "split")
    .add("train", "train", epochs=3)
    .add("evaluate", "evaluate")
    .connect("dataset", "dataset", "split", "dataset")
    .connect("split", "dataset", "train", "dataset")
    .connect("train", "model", "evaluate", "model")
    .connect("split", "dataset", "evaluate", "dataset")
)

# What a hand may do on a canvas: all of it, legal or not.
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
PORTS = st.sampled_from(["dataset", "model", "table", "first", "second", "metrics", "transform"])
COMPONENTS = st.sampled_from(
    ["dataset", "split", "join_datasets", "train", "evaluate", "sql", "choose_target", "compare", "nothing"]
)  # fmt: skip
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), IDS, COMPONENTS),
        st.tuples(st.just("connect"), IDS, PORTS, IDS, PORTS),
        st.tuples(st.just("remove"), IDS),
    ),
    max_size=40,
)


def drawn(edits: list[tuple[Any, ...]]) -> Pipeline:
    """Return what is on the canvas after these edits; what is refused changes nothing."""
    pipeline = Pipeline()
    for verb, *rest in edits:
        try:
            pipeline = getattr(pipeline, verb)(*rest)
        except StudioError:
            continue
    return pipeline


@settings(max_examples=80)
@given(EDITS)
def test_random_edits_never_leave_a_circle_or_an_illegal_wire(
    edits: list[tuple[Any, ...]],
) -> None:
    pipeline = drawn(edits)
    Draft(pipeline=pipeline).check_drawn()
    place = {node: number for number, node in enumerate(pipeline.order())}
    kinds = {node.id: CATALOG[node.component] for node in pipeline.nodes}
    taken = [(link.target, link.target_port) for link in pipeline.links]
    assert len(set(taken)) == len(taken)
    for link in pipeline.links:
        assert place[link.source] < place[link.target]
        made = kinds[link.source].outputs[link.source_port]
        assert made == kinds[link.target].inputs[link.target_port]


@settings(max_examples=60)
@given(EDITS)
def test_what_may_be_drawn_is_what_could_have_been_drawn_edge_by_edge(
    edits: list[tuple[Any, ...]],
) -> None:
    nodes = tuple(Node(id=e[1], component=e[2]) for e in edits if e[0] == "add")
    links = tuple(
        Link(source=e[1], source_port=e[2], target=e[3], target_port=e[4])
        for e in edits
        if e[0] == "connect"
    )

    def by_hand() -> bool:
        pipeline = Pipeline()
        try:
            for node in nodes:
                pipeline = pipeline.add(node.id, node.component)
            for link in links:
                pipeline = pipeline.connect(
                    link.source, link.source_port, link.target, link.target_port
                )
        except StudioError:
            return False
        return True

    try:
        Draft(pipeline=Pipeline(nodes=nodes, links=links)).check_drawn()
    except StudioError:
        assert not by_hand()
    else:
        assert by_hand()


@settings(max_examples=60)
@given(EDITS, COMPONENTS, st.lists(st.tuples(IDS, PORTS, PORTS, st.booleans()), max_size=6))
def test_connect_then_remove_is_identity(
    edits: list[tuple[Any, ...]], component: str, wires: list[tuple[str, str, str, bool]]
) -> None:
    before = drawn(edits)
    if component == "nothing":
        return
    after = before.add("new", component)
    for other, its_port, new_port, outwards in wires:
        ends = (
            ("new", new_port, other, its_port) if outwards else (other, its_port, "new", new_port)
        )
        try:
            after = after.connect(*ends)
        except StudioError:
            continue
    assert after.remove("new") == before


@settings(max_examples=40)
@given(
    EDITS,
    st.dictionaries(IDS, st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=5),
    st.dictionaries(IDS, st.text(max_size=5), max_size=5),
    st.lists(IDS, unique=True, max_size=4),
)
def test_tidying_forgets_nodes_that_are_gone_and_nothing_else(
    edits: list[tuple[Any, ...]],
    positions: dict[str, tuple[float, float]],
    titles: dict[str, str],
    members: list[str],
) -> None:
    pipeline = drawn(edits)
    there = {node.id for node in pipeline.nodes}
    draft = Draft(
        pipeline=pipeline,
        positions=positions,
        titles=titles,
        groups=(NodeGroup(id="g", nodes=tuple(members)),),
        parameters=(PipelineParameter(name="p", targets=tuple((m, "seed") for m in members) or (("a", "seed"),)),),
        notes=(Note(id="n", text="stays"),),
    )  # fmt: skip
    tidy = draft.tidied()
    assert tidy.pipeline == pipeline
    assert tidy.notes == draft.notes
    assert tidy.positions == {node: at for node, at in draft.positions.items() if node in there}
    assert set(tidy.titles) == set(titles) & there
    assert [n for group in tidy.groups for n in group.nodes] == [m for m in members if m in there]
    assert all(node in there for p in tidy.parameters for node, _ in p.targets)
    assert tidy.tidied() == tidy
    assert parse_draft(tidy.model_dump(mode="json")) == tidy


def test_what_may_not_be_drawn_is_refused_with_the_rule() -> None:
    twice = Pipeline(nodes=(Node(id="a", component="split"), Node(id="a", component="split")))
    with pytest.raises(Conflict, match="a"):
        Draft(pipeline=twice).check_drawn()
    with pytest.raises(NotFound, match="spilt"):
        Draft(pipeline=Pipeline(nodes=(Node(id="a", component="spilt"),))).check_drawn()
    wire = Link(source="dataset", source_port="dataset", target="split", target_port="dataset")
    again = EVALUATED.model_copy(update={"links": (*EVALUATED.links, wire)})
    with pytest.raises(InvalidInput, match="one wire"):
        Draft(pipeline=again).check_drawn()
    notes = (Note(id="n"), Note(id="n"))
    with pytest.raises(InvalidInput, match="Two notes"):
        Draft(notes=notes).check_drawn()


def test_problems_are_said_by_node_and_in_words() -> None:
    draft = Draft(pipeline=Pipeline().add("t", "train", epochs=0).add("d", "dataset", name="x"))
    said = draft.problems()
    assert list(said) == ["t"]
    assert "epochs = 0" in said["t"][0]
    assert said["t"][1] == 'Input "dataset" is not connected.'
    fresh = Draft(pipeline=Pipeline().add("d", "dataset").add("s", "search"))
    assert fresh.problems() == {
        "d": ['"name" is not set in the settings of d.'],
        "s": ['Input "dataset" is not connected.'],
    }
    assert Draft(pipeline=EVALUATED).problems() == {}


def test_nodes_that_nobody_placed_stand_from_left_to_right() -> None:
    at = laid_out(EVALUATED).positions
    assert at["dataset"][0] < at["split"][0] < at["train"][0] < at["evaluate"][0]
    assert len(set(at.values())) == len(at)
    assert laid_out(Pipeline()).positions == {}


def test_a_setting_is_asked_for_under_a_name_that_is_free() -> None:
    draft = Draft(pipeline=EVALUATED.add("other", "split"))
    draft = with_parameter(draft, "train", "epochs")
    draft = with_parameter(draft, "dataset", "name")
    draft = with_parameter(draft, "split", "seed")
    draft = with_parameter(draft, "other", "seed")
    assert {p.name: p.default for p in draft.parameters} == {
        "epochs": 3, "data": "digits", "seed": 0, "other_seed": 0,
    }  # fmt: skip
    with pytest.raises(Conflict):
        with_parameter(draft, "train", "epochs")
    with pytest.raises(NotFound):
        with_parameter(draft, "train", "epoch")
    bound = draft.bind({"epochs": 7, "data": "pets:4"})
    assert bound.node("train").params["epochs"] == 7
    assert bound.node("dataset").params == {"name": "pets", "version": 4}
    with pytest.raises(NotFound, match="epoch"):
        draft.bind({"epoch": 7})


def test_one_parameter_may_set_several_settings() -> None:
    draft = Draft(pipeline=EVALUATED.add("other", "split", seed=5))
    draft = with_parameter(draft, "split", "seed")
    draft = with_parameter(draft, "other", "seed", "seed")
    assert [p.targets for p in draft.parameters] == [(("split", "seed"), ("other", "seed"))]
    assert setting(draft, "split", "seed") == setting(draft, "other", "seed") == 5
    draft = with_settings(draft, "split", {"seed": 9, "stored": False})
    assert setting(draft, "other", "seed") == draft.parameters[0].default == 9
    assert draft.pipeline.node("split").params["stored"] is False
    draft = without_parameter(draft, "split", "seed")
    assert parameter_of(draft, "split", "seed") is None
    assert parameter_of(draft, "other", "seed") is not None
    assert without_parameter(draft, "other", "seed").parameters == ()


def test_the_version_of_a_dataset_belongs_to_its_parameter() -> None:
    draft = with_parameter(Draft(pipeline=EVALUATED), "dataset", "name")
    draft = with_settings(draft, "dataset", {"version": 3})
    assert draft.parameters[0].default == "digits:3"
    draft = with_settings(draft, "dataset", {"name": "pets", "version": None})
    assert draft.parameters[0].default == "pets"
    assert draft.bind().node("dataset").params == {"name": "pets", "version": None}


def test_parameters_are_renamed_and_described() -> None:
    draft = with_parameter(Draft(pipeline=EVALUATED), "train", "epochs")
    draft = with_parameter(draft, "split", "seed")
    draft = changed_parameter(draft, "epochs", new_name="rounds", description="How often.")
    assert [(p.name, p.description) for p in draft.parameters] == [
        ("rounds", "How often."),
        ("seed", ""),
    ]
    with pytest.raises(Conflict):
        changed_parameter(draft, "rounds", new_name="seed", description="")
    with pytest.raises(InvalidInput):
        changed_parameter(draft, "rounds", new_name="", description="")
    with pytest.raises(NotFound):
        changed_parameter(draft, "epochs", new_name="x", description="")
