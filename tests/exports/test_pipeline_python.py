from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings

from studio.core.draft import Draft
from studio.core.errors import InvalidInput, NotFound
from studio.core.pipeline import Pipeline
from studio.exports.pipeline_python import FORMS, draft_python, parse_pipeline_python
from tests.random_drafts import drafts, with_settled_wires


@settings(max_examples=60)
@given(drafts(FORMS))
def test_python_brings_any_draft_back(draft: Draft) -> None:
    text = draft_python(draft)
    back = parse_pipeline_python(text)
    assert back == with_settled_wires(draft)
    assert back.pipeline.digest == draft.pipeline.digest
    assert draft_python(back) == text
    ast.parse(text)


def test_people_may_write_it_by_hand() -> None:
    draft = parse_pipeline_python(
        "from steps import ask, dataset, split, train\n"
        "asked = ask({'rate': 0.1})\n"
        "digits = dataset(name='digits')\n"
        "parts = split(dataset=digits, stored=False)\n"
        "learned = train(dataset=parts, learning_rate=asked['rate'])\n"
    )
    assert draft.pipeline.order() == ["digits", "parts", "learned"]
    assert draft.bind({"rate": 0.5}).node("learned").params == {"learning_rate": 0.5}


def test_what_needs_the_studio_is_refused_by_its_name() -> None:
    with pytest.raises(InvalidInput, match="Register model"):
        draft_python(Draft(pipeline=Pipeline().add("a", "register", name="m").add("b", "dataset")))


REFUSED = {
    "no Python": ("digits = (", InvalidInput),
    "a call of something else": ("x = __import__('os')", NotFound),
    "a loop": ("for x in []: pass", InvalidInput),
    "an expression": ("x = dataset(name='a' + 'b')", InvalidInput),
    "a call inside": ("x = dataset(name=open('f'))", InvalidInput),
    "an unknown variable": ("x = split(dataset=y)", NotFound),
    "an unknown output": ("d = dataset(name='a')\nx = split(dataset=d.table)", NotFound),
    "a wire of another type": ("d = table(name='a')\nx = split(dataset=d)", InvalidInput),
    "settings without names": ("x = dataset('digits')", InvalidInput),
    "a component without a form": ("x = register(name='m')", NotFound),
    "an unknown parameter": ("x = dataset(name=asked['y'])", NotFound),
    "a name twice": ("x = dataset()\nx = dataset()", InvalidInput),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_script_is_refused_with_a_reason(case: str) -> None:
    text, kind = REFUSED[case]
    with pytest.raises(kind):
        parse_pipeline_python(text)
