from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.catalog import CATALOG, EvaluateParams, SplitParams
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.errors import Conflict, InvalidInput, NotFound, StudioError
from studio.core.pipeline import Link, Node, Pipeline, component_of
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig

TRAINING = training_pipeline("pets", DRAWING_CLASSIFIER, TrainingConfig())


def test_every_verb_leaves_the_pipeline_as_it_was() -> None:
    before = TRAINING.model_copy(deep=True)
    TRAINING.add("more", "dataset", name="other")
    TRAINING.set_params("split", seed=9)
    TRAINING.remove("train")
    assert before == TRAINING


def test_ids_and_components_must_be_new_and_known() -> None:
    with pytest.raises(Conflict, match="split"):
        TRAINING.add("split", "split")
    with pytest.raises(NotFound) as caught:
        TRAINING.add("more", "splitt")
    assert "split" in caught.value.fix
    with pytest.raises(NotFound):
        component_of(Node(id="a", component="b"))


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (("dataset", "dataset", "nothing", "dataset"), NotFound, "nothing"),
        (("nothing", "dataset", "split", "dataset"), NotFound, "nothing"),
        (("dataset", "data", "split", "dataset"), NotFound, "output port"),
        (("dataset", "dataset", "split", "data"), NotFound, "input port"),
        (("train", "model", "second", "dataset"), InvalidInput, "not possible"),
        (("dataset", "dataset", "split", "dataset"), InvalidInput, "not possible"),
        (("second", "dataset", "second", "dataset"), InvalidInput, "circle"),
    ],
)
def test_illegal_wires_are_refused(
    wire: tuple[str, str, str, str], error: type[StudioError], words: str
) -> None:
    with pytest.raises(error, match=words):
        TRAINING.add("second", "split").connect(*wire)


def test_circles_are_refused_and_named() -> None:
    pipeline = (
        Pipeline().add("a", "split").add("b", "split").connect("a", "dataset", "b", "dataset")
    )
    with pytest.raises(InvalidInput, match="circle: ") as caught:
        pipeline.connect("b", "dataset", "a", "dataset")
    assert "a" in caught.value.what
    assert "b" in caught.value.what


def test_removing_a_node_removes_its_wires() -> None:
    left = TRAINING.remove("split")
    assert [node.id for node in left.nodes] == ["dataset", "train", "evaluate"]
    assert left.links == (
        Link(source="train", source_port="model", target="evaluate", target_port="model"),
    )
    with pytest.raises(NotFound):
        left.remove("split")


def test_params_are_checked_and_completed() -> None:
    split = TRAINING.set_params("split", stored=False, seed=3).params("split")
    assert split == SplitParams(stored=False, seed=3)
    assert TRAINING.params("evaluate") == EvaluateParams(top_k=5)
    with pytest.raises(NotFound, match="sed") as caught:
        TRAINING.set_params("split", sed=3).params("split")
    assert "seed" in caught.value.fix
    with pytest.raises(InvalidInput, match="seed = 'x'"):
        TRAINING.set_params("split", seed="x").params("split")
    with pytest.raises(NotFound):
        TRAINING.set_params("nothing", seed=3)


def test_order_follows_the_wires() -> None:
    for nodes in itertools.permutations(TRAINING.nodes):
        order = Pipeline(nodes=nodes, links=TRAINING.links).order()
        assert order == ["dataset", "split", "train", "evaluate"]


def test_inputs_name_where_they_come_from() -> None:
    assert TRAINING.inputs("evaluate") == {
        "model": ("train", "model"),
        "dataset": ("split", "dataset"),
    }
    assert TRAINING.inputs("dataset") == {}


def test_the_standard_pipeline_can_run() -> None:
    TRAINING.check()


BROKEN = {
    "empty": Pipeline(),
    "an open input": TRAINING.remove("split"),
    "an unknown setting": TRAINING.set_params("split", sed=1),
    "an impossible setting": TRAINING.set_params("split", test_share=2),
    "an unknown component": Pipeline(nodes=(Node(id="a", component="b"),)),
    "a missing setting": Pipeline(nodes=(Node(id="a", component="dataset"),)),
    "ids taken twice": Pipeline(nodes=(TRAINING.node("split"), TRAINING.node("split"))),
    "two wires into one input": Pipeline(nodes=TRAINING.nodes, links=TRAINING.links[:1] * 2),
    "a wire from nowhere": Pipeline(
        nodes=TRAINING.nodes,
        links=(Link(source="x", source_port="y", target="split", target_port="dataset"),),
    ),
}


@pytest.mark.parametrize("pipeline", BROKEN.values(), ids=BROKEN.keys())
def test_what_cannot_run_is_refused_with_what_to_do(pipeline: Pipeline) -> None:
    with pytest.raises(StudioError) as caught:
        pipeline.check()
    assert caught.value.what
    assert caught.value.why
    assert caught.value.fix


@given(st.permutations(TRAINING.nodes), st.permutations(TRAINING.links))
def test_the_digest_does_not_depend_on_order(nodes: list[Node], links: list[Link]) -> None:
    assert Pipeline(nodes=tuple(nodes), links=tuple(links)).digest == TRAINING.digest


def test_the_digest_depends_on_everything_else() -> None:
    others = [
        TRAINING.set_params("split", seed=1),
        TRAINING.remove("evaluate"),
        TRAINING.add("more", "dataset", name="other"),
        Pipeline(nodes=TRAINING.nodes, links=TRAINING.links[:-1]),
    ]
    assert len({TRAINING.digest, *(other.digest for other in others)}) == 5


def test_a_pipeline_survives_json() -> None:
    assert Pipeline.model_validate_json(TRAINING.model_dump_json()) == TRAINING
    assert TRAINING.node("train").component in CATALOG
