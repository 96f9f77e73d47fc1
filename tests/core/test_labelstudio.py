"""Label Studio's result lists and labelling pages."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import InvalidInput
from studio.core.label_answer import LabelValue, Span
from studio.core.label_session import LabelClass
from studio.core.labelstudio import Controls, controls_of, read_results, results_of, shares_of
from studio.core.labelstudio_page import labelling_config, read_config
from tests.answers import CLASSES, HIGH, TEXT, WIDE, boxed, labelled, session_of, values

KINDS = {
    "single": session_of("single"),
    "multi": session_of("multi"),
    "boxes": session_of("boxes"),
    "spans": session_of("single", task="text", spans=True),
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_values_come_back_out_of_results(kind: str, data: st.DataObject) -> None:
    session = KINDS[kind]
    value = data.draw(values(session))
    text = TEXT if session.task == "text" else None
    results = results_of(value, controls_of(session.task), text=text, size=(WIDE, HIGH), key="k")
    found, ignored = read_results(results, text=text)
    assert ignored == ()
    assert (found.classes, found.spans) == (value.classes, value.spans)
    flat = [
        [(b.class_name, b.left, b.top, b.width, b.height) for b in v.boxes] for v in (found, value)
    ]
    near = sorted(map(str, (b[0] for b in flat[0]))), sorted(map(str, (b[0] for b in flat[1])))
    assert near[0] == near[1]
    for theirs in flat[1]:
        assert any(
            b[0] == theirs[0] and b[1:] == pytest.approx(theirs[1:], abs=1e-12) for b in flat[0]
        )
    assert len({r["id"] for r in results}) == len(results)
    assert all(r["to_name"] == controls_of(session.task).target for r in results)


def test_results_have_the_shape_that_label_studio_reads() -> None:
    (result,) = results_of(
        boxed(("cat", 0.25, 0.5, 0.5, 0.25)), controls_of("images"), size=(40, 20), key="7-"
    )
    assert result == {
        "id": "7-0",
        "from_name": "box",
        "to_name": "image",
        "type": "rectanglelabels",
        "original_width": 40,
        "original_height": 20,
        "image_rotation": 0,
        "value": {"x": 25, "y": 50, "width": 50, "height": 25, "rotation": 0, "rectanglelabels": ["cat"]},
    }  # fmt: skip
    span = LabelValue(spans=(Span(start=4, end=5, class_name="cat"),))
    (result,) = results_of(span, controls_of("text"), text=TEXT)
    assert result["value"] == {"start": 4, "end": 5, "text": "🐈", "labels": ["cat"]}
    assert results_of(span, Controls("image", "image", classes="c")) == []


def span_result(**value: Any) -> list[Any]:
    return [{"type": "labels", "value": {"labels": ["cat"], **value}}]


def test_offsets_of_old_versions_are_put_right() -> None:
    """They counted an emoji as two."""
    (span,) = read_results(span_result(start=7, end=10, text="sat"), text=TEXT).value.spans
    assert TEXT[span.start : span.end] == "sat"
    (span,) = read_results(span_result(start=6, end=9, text="sat"), text=TEXT).value.spans
    assert (span.start, span.end) == (6, 9)
    (span,) = read_results(span_result(start=4, end=6, text="🐈"), text=TEXT).value.spans
    assert (span.start, span.end) == (4, 5)
    (span,) = read_results(
        span_result(start="/div/p[1]", end="/div/p[2]", globalOffsets={"start": 0, "end": 3}),
        text=TEXT,
    ).value.spans
    assert (span.start, span.end) == (0, 3)


def box_result(**value: Any) -> list[Any]:
    place = {"x": 0, "y": 0, "width": 10, "height": 10, "rectanglelabels": ["cat"]}
    return [{"type": "rectanglelabels", "value": {**place, **value}}]


BAD_RESULTS: list[tuple[Any, str]] = [
    ({}, "no list"),
    ([7], "no value"),
    ([{"value": 7}], "no value"),
    (box_result(x=math.nan), "finite"),
    (box_result(x="7"), "finite"),
    (box_result(x=10**400), "finite"),
    (box_result(width=0), "no width"),
    (box_result(x=95), "outside"),
    (box_result(y=-1), "outside"),
    (span_result(start=3, end=3), "goes from 3 to 3"),
    (span_result(start=-3, end=3), "goes from -3"),
    (span_result(start=1.5, end=3), "goes from 1.5"),
    (span_result(start=True, end=3), "goes from True"),
    (box_result(rectanglelabels=["x" * 200]), "cannot name a class"),
    (box_result() * 2001, "more marks"),
]


@pytest.mark.parametrize(
    ("results", "reason"), BAD_RESULTS, ids=[str(n) for n in range(len(BAD_RESULTS))]
)
def test_impossible_results_are_refused(results: Any, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_results(results, text=TEXT)


def test_other_marks_are_named() -> None:
    brush = {"type": "brushlabels", "value": {"rle": []}}
    choice = {"type": "choices", "value": {"choices": ["b", "a"]}}
    found = read_results([brush, choice, {"value": {}}])
    assert found.value == labelled("a", "b")
    assert found.ignored == ("brushlabels", "None")


def test_turned_boxes_become_upright_and_rounding_is_cut() -> None:
    (box,) = read_results(box_result(x=50, y=50, width=20, height=10, rotation=90)).value.boxes
    assert (box.left, box.top) == pytest.approx((0.4, 0.5))
    assert (box.width, box.height) == pytest.approx((0.1, 0.2))
    assert shares_of((-0.05, 0, 50.05, 100.08)) == pytest.approx((0, 0, 0.5, 1))


def test_pages_are_written_and_read() -> None:
    classes = [LabelClass(name=name, colour="#ff0000") for name in CLASSES]
    for task, answer, spans in (
        ("images", "single", False),
        ("images", "multi", False),
        ("images", "boxes", False),
        ("text", "multi", True),
    ):
        xml = labelling_config(classes, answer, task, spans=spans)  # type: ignore[arg-type]
        ET.fromstring(xml)
        found = read_config(xml)
        assert found.class_names == CLASSES
        assert (found.target, found.data) == (("text",) * 2 if task == "text" else ("image",) * 2)
        assert bool(found.boxes) == (answer == "boxes")
        assert bool(found.spans) == spans
        assert found.several == (answer == "multi")


def test_pages_of_strangers() -> None:
    page = """
    <View><Header value="Say"/><Style>.a { color: red }</Style>
      <Image name="img" value="$photo" zoom="true"/><Text name="t" value="$caption"/>
      <RectangleLabels name="r" toName="img"><Label value="Car" alias="car"/><Label value="Bus"/></RectangleLabels>
      <Choices name="other" toName="t"><Choice value="no"/></Choices>
      <Choices name="c" toName="img" choice="multiple"><View><Choice value="day"/></View></Choices>
    </View>"""
    assert read_config(page) == Controls(
        "img", "photo", classes="c", boxes="r", choices=("day",), box_labels=("car", "Bus"), several=True
    )  # fmt: skip


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("", "no element found"),
        ("<View>", "no element found"),
        ("<View/>", "shows no picture"),
        ('<View><Image name="i" value="$x"/></View>', "has no choices"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><View>&a;</View>', "document type"),
        ("<View>" + " " * 1_000_001 + "</View>", "1,000,000 characters"),
    ],
    ids=range(6),
)
def test_hostile_pages_are_refused(xml: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=f"(?i){reason}"):
        read_config(xml)
