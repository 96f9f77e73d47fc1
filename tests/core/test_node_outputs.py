from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.catalog import CATALOG
from studio.core.component import Component
from studio.core.node_outputs import KeptOutputs, Pinned, file_prefix, node_key, reusable
from studio.core.pipeline import Pipeline
from studio.core.port_values import FileValue, PortValue
from studio.core.run import RunArtifact

PIPELINE = (
    Pipeline()
    .add("first", "split", seed=1)
    .add("second", "split", seed=2)
    .connect("first", "dataset", "second", "dataset")
)
SHARES = st.floats(0.1, 0.6).map(lambda share: round(share, 2))


def value(content: str, title: str = "") -> PortValue:
    return FileValue(title=title, file=RunArtifact(name="a", digest=content * 64, size=1))


@settings(max_examples=30)
@given(SHARES, SHARES, st.sampled_from("abc"), st.sampled_from("abc"), st.text(max_size=3))
def test_a_key_is_the_settings_and_the_content_and_nothing_else(
    share: float, other_share: float, content: str, other_content: str, title: str
) -> None:
    def key(test_share: float, came: PortValue) -> str:
        pipeline = Pipeline().add("split", "split", test_share=test_share)
        return node_key(pipeline, "split", {"dataset": came}, Pinned())

    same = share == other_share and content == other_content
    assert (key(share, value(content)) == key(other_share, value(other_content, title))) == same


def test_a_default_that_is_said_is_no_other_setting() -> None:
    said = Pipeline().add("a", "split", stored=True)
    assert node_key(said, "a", {}, Pinned()) == node_key(
        Pipeline().add("b", "split"), "b", {}, Pinned()
    )


def test_another_component_version_is_another_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = node_key(PIPELINE, "first", {}, Pinned())
    newer = Component(**{**vars(CATALOG["split"]), "version": 2})
    monkeypatch.setitem(CATALOG, "split", newer)
    assert node_key(PIPELINE, "first", {}, Pinned()) != before


def test_only_what_is_known_from_its_start_on_is_reusable() -> None:
    kept = KeptOutputs(outputs={"dataset": value("a")}, seconds=1, run="one", node="first")
    first = node_key(PIPELINE, "first", {}, Pinned())
    second = node_key(PIPELINE, "second", {"dataset": value("a")}, Pinned())
    assert reusable(PIPELINE, Pinned(), {first: kept}.get).keys() == {"first"}
    assert reusable(PIPELINE, Pinned(), {second: kept}.get) == {}
    assert reusable(PIPELINE, Pinned(), {first: kept, second: kept}.get).keys() == {
        "first",
        "second",
    }


def test_the_first_model_and_its_evaluation_have_the_plain_names() -> None:
    pipeline = (
        Pipeline()
        .add("judge-b", "evaluate")
        .add("a", "train")
        .add("b", "train")
        .add("cooler", "calibrate")
        .add("judge-a", "evaluate")
        .add("other", "quality")
        .connect("a", "model", "judge-a", "model")
        .connect("b", "model", "judge-b", "model")
    )
    assert {node.id: file_prefix(pipeline, node.id) for node in pipeline.nodes} == {
        "judge-b": "judge-b",
        "a": "",
        "b": "b",
        "cooler": "cooler",
        "judge-a": "",
        "other": "",
    }
