from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.draft import Draft
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.pipeline import Pipeline
from studio.exports.pipeline_yaml import draft_yaml, parse_pipeline_yaml
from tests.random_drafts import drafts, with_settled_wires


@settings(max_examples=60)
@given(drafts())
def test_yaml_brings_any_draft_back(draft: Draft) -> None:
    back = parse_pipeline_yaml(draft_yaml(draft))
    assert back == with_settled_wires(draft)
    assert back.pipeline.digest == draft.pipeline.digest
    assert draft_yaml(back) == draft_yaml(draft)


def test_people_may_write_it_by_hand() -> None:
    draft = parse_pipeline_yaml(
        """
        nodes:
          first: {component: enter_data, params: {csv: "on,yes\\n1,2"}}
          second: {component: enter_data}
          both:
            component: join_tables
            params: {on: [on], how: left}
            inputs: {first: first.table, second: second.table}
        parameters:
          kind: {default: inner, sets: [both.how]}
        """
    )
    assert draft.pipeline.node("both").params == {"on": ["on"], "how": "left"}
    assert draft.pipeline.inputs("both")["second"] == ("second", "table")
    assert draft.bind().node("both").params["how"] == "inner"


REFUSED = {
    "no yaml": ("nodes: [", InvalidInput, "YAML"),
    "a list": ("- 1", InvalidInput, "a list"),
    "nothing": ("", InvalidInput, "empty"),
    "a word": ("nodes: seven", InvalidInput, "'seven'"),
    "an alias": ("a: &a 1\nb: *a", InvalidInput, "Aliases"),
    "a name twice": ("nodes: {a: {component: dataset}, a: {component: dataset}}", InvalidInput, "twice"),
    "a tag": ("nodes: !!python/object/apply:os.system [ls]", InvalidInput, "YAML"),
    "an unknown word": ("node: {}", NotFound, "nodes"),
    "an unknown component": ("nodes: {a: {component: dataste}}", NotFound, "dataset"),
    "no component": ("nodes: {a: {}}", InvalidInput, "component"),
    "an unknown source": ("nodes: {a: {component: split, inputs: {dataset: b.dataset}}}", NotFound, "b"),
    "a source written wrongly": (
        "nodes: {rows: {component: dataset}, a: {component: split, inputs: {dataset: row.dataset}}}",
        NotFound,
        '"rows"',
    ),
    "a wire without a port": ("nodes: {a: {component: split, inputs: {dataset: b}}}", InvalidInput, "PORT"),
    "a later format": ("pipeline: 2", InvalidInput, "format"),
    "a circle": (
        "nodes: {a: {component: split, inputs: {dataset: b.dataset}}, "
        "b: {component: split, inputs: {dataset: a.dataset}}}",
        InvalidInput,
        "circle",
    ),
    "a parameter of nothing": (
        "nodes: {}\nparameters: {p: {default: 1, sets: [train.epochs]}}",
        NotFound,
        "train",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_is_refused_with_a_reason(case: str) -> None:
    text, kind, word = REFUSED[case]
    with pytest.raises((kind, Conflict)) as caught:
        parse_pipeline_yaml(text)
    assert word in str(caught.value)


@settings(max_examples=60)
@given(st.text(st.sampled_from(["\n", "\r", "\x85", "\u2028", " ", "\t", "a", "#", ":", "é", "-"])))
def test_yaml_brings_any_text_back_and_code_stays_readable(text: str) -> None:
    draft = Draft(pipeline=Pipeline().add("a", "python_script", code=text))
    assert parse_pipeline_yaml(draft_yaml(draft)) == draft
    code = "def run(table):\n    return table  # as it is\n"
    shown = draft_yaml(Draft(pipeline=Pipeline().add("a", "python_script", code=code)))
    assert "code: |\n" in shown
