"""A card says what is stored, in files that other programs read, and shows as it is what people typed."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.card_plots import SHOWN_CELLS, card_plots, confusion_picture
from studio.core.evaluation import ClassEvaluation, Evaluation, ReliabilityBin
from studio.core.model import ModelVersion
from studio.core.model_card import CardFacts, model_card, plain

HOSTILE = '<script>alert("x")</script> [a](javascript:x) | `b` **c** $d$ :e: \n# f'


def evaluated(class_names: tuple[str, ...], **more: Any) -> Evaluation:
    count = len(class_names)
    return Evaluation(
        dataset="pets:1",
        class_names=class_names,
        test_count=2 * count,
        accuracy=0.5,
        top_k=1.0,
        k=2,
        loss=0.5,
        mean_average_precision=0.8,
        per_class=tuple(
            ClassEvaluation(
                class_name=name,
                precision=0.5,
                recall=0.25,
                f1=1 / 3,
                support=2,
                average_precision=0.8,
            )
            for name in class_names
        ),
        confusion_matrix=tuple(
            tuple(int(abs(i - j) < 2) for j in range(count)) for i in range(count)
        ),
        milliseconds_per_sample=0.1,
        milliseconds_per_sample_batched=0.05,
        agreement=1.0,
        mistakes=(),
        model_size_bytes={"tflite": 15},
        parameters=100,
        expected_calibration_error=0.1,
        reliability=tuple(ReliabilityBin(count=i, confidence=0.1, accuracy=0.1) for i in range(15)),
        **more,
    )


def version(class_names: tuple[str, ...], **more: Any) -> ModelVersion:
    body = {
        "id": 1, "model": "pets", "version": 3, "run": "first", "dataset": "pets:1",
        "class_names": class_names, "shape": (8, 8, 1), "files": {}, "facts": {"accuracy": 0.5},
        "author": "ann", "created": 0.0,
    }  # fmt: skip
    return ModelVersion.model_validate({**body, **more})


def test_the_front_matter_is_yaml_with_what_hubs_read() -> None:
    names = ("cat", "dog")
    card = model_card(
        CardFacts(version=version(names, aliases=("champion",)), evaluation=evaluated(names))
    )
    front = yaml.safe_load(card.front_matter)
    assert front["tags"] == ["studio", "champion"]
    (entry,) = front["model-index"]
    measured = {m["type"]: m["value"] for m in entry["results"][0]["metrics"]}
    assert measured == {"accuracy": 0.5, "mean_average_precision": 0.8}
    assert card.markdown.startswith(f"---\n{card.front_matter}---\n\n# pets:3 (champion)")
    for name in card.plots:
        assert f"(plots/{name}.svg)" in card.text


def test_numbers_come_with_their_intervals() -> None:
    names = ("cat", "dog")
    evaluation = evaluated(names, intervals={"accuracy": (0.4, 0.6)})
    card = model_card(CardFacts(version=version(names), evaluation=evaluation))
    assert "| Accuracy | 0.5000 | 0.4000 to 0.6000 |" in card.text
    assert "On 4 test samples of pets:1." in card.text
    assert "fewer than 30 samples each" in card.text


def test_what_people_wrote_replaces_what_was_made() -> None:
    texts = {"intended_use": "Sorting\n\nin class", "limits": "- only by day", "note": "old"}
    card = model_card(CardFacts(version=version(("cat", "dog")), texts=texts))
    assert "## What it is for\n\nSorting\n\nin class\n" in card.text
    assert "## Limits\n\n\\- only by day\n" in card.text
    assert card.text.endswith("## Note\n\nold\n")
    assert card.plots == {}


def test_hostile_names_stay_text() -> None:
    names = (HOSTILE.replace("\n", " "), "dog")
    card = model_card(
        CardFacts(
            version=version(names),
            texts={"note": HOSTILE},
            evaluation=evaluated(names),
            data={"a": HOSTILE},
        )
    )
    assert "<script" not in card.text.replace("\\<script", "")
    assert "](javascript" not in card.text.replace("\\](javascript", "")
    rows = [line for line in card.text.splitlines() if line.startswith("| a ")]
    assert len(rows) == 1
    for picture in card.plots.values():
        root = ElementTree.fromstring(picture)
        assert not root.findall(".//{http://www.w3.org/2000/svg}script")
    assert json.loads(json.dumps(yaml.safe_load(card.front_matter), default=str))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_plain_text_is_one_line_without_live_marks(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    bare = shown.replace("\\\\", "")
    for mark in "`*_[]<>|$":
        assert bare.count(mark) == bare.count(f"\\{mark}")


def test_a_matrix_of_many_classes_shows_the_confused_ones() -> None:
    many = evaluated(tuple(f"class {i}" for i in range(345)))
    picture = confusion_picture(many)
    assert picture.count("rotate(") == SHOWN_CELLS
    assert set(card_plots(many)) == {"classes", "confusion", "calibration"}
    for drawn in card_plots(many).values():
        ElementTree.fromstring(drawn)
        assert len(drawn) < 200_000
