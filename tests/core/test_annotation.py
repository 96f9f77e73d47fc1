from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from studio.core.annotation import Annotation, AnnotationInput, resolve
from studio.core.errors import InvalidInput


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["cat", "dog", None])), max_size=30),
    st.randoms(use_true_random=False),
)
def test_the_latest_answer_counts_in_whatever_order_they_come(answers, random) -> None:
    annotations = [
        Annotation(
            id=i, op_id=str(i), sample=sample, class_name=name, annotator="ann", time=float(-i)
        )
        for i, (sample, name) in enumerate(answers)
    ]
    random.shuffle(annotations)
    assert resolve(annotations) == dict(answers)


def test_class_names_lose_surrounding_spaces() -> None:
    assert AnnotationInput(op_id="a", sample=0, class_name=" cat ").class_name == "cat"
    assert AnnotationInput(op_id="a", sample=0, class_name=None).class_name is None


@pytest.mark.parametrize(
    "values",
    [
        {"op_id": "", "sample": 0, "class_name": "cat"},
        {"op_id": "x" * 65, "sample": 0, "class_name": "cat"},
        {"op_id": "a", "sample": -1, "class_name": "cat"},
        {"op_id": "a", "sample": 0},
        {"op_id": "a", "sample": 0, "class_name": "cat", "time": 1},
    ],
)
def test_impossible_answers_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        AnnotationInput.model_validate(values)


def test_impossible_class_names_say_why() -> None:
    with pytest.raises(InvalidInput, match="cannot name a class"):
        AnnotationInput(op_id="a", sample=0, class_name="")
