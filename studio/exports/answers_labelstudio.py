"""The answers of a labelling session as tasks of Label Studio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.label_answer import LabelRecord, LabelValue, SessionAnswer
from studio.core.labelstudio import controls_of, results_of
from studio.exports.answers_base import AnswerContent, Written, iso
from studio.exports.base import Paced


def write_labelstudio(content: AnswerContent, target: Path, tick: Paced) -> Written:
    """Write a list of tasks, one a sample, with an annotation an answer and a prediction where something is suggested.

    Label Studio refuses annotations of people it does not know, so names are not in `completed_by` but in `meta`, which
    it passes over; the answers then belong to whoever imports them. Known right values and decisions of reviewers are
    its ground truths. A picture is named as in the export of the dataset: `images/00000012.png` is sample 12.
    """
    written = Written()
    with target.open("w", encoding="utf-8", newline="\n") as file:
        separator = "[\n"
        for record in content.walk(tick):
            task = json.dumps(_task(content, record), ensure_ascii=False)
            file.write(separator + task)
            separator = ",\n"
            written.count(record)
        file.write("\n]\n")
    return written


def _task(content: AnswerContent, record: LabelRecord) -> dict[str, Any]:
    item, text = record.item, content.text(record.item)
    data: dict[str, Any] = {"image": f"images/{item:08}.png"} if text is None else {"text": text}
    data["item"] = item
    if name := content.name(item):
        data["name"] = name
    return {
        "id": item,
        "data": data,
        "annotations": list(_annotations(content, record, text)),
        "predictions": list(_predictions(content, item, text)),
        "meta": {"session": content.session.name, "state": record.state},
    }


def _annotations(
    content: AnswerContent, record: LabelRecord, text: str | None
) -> Iterator[dict[str, Any]]:
    for answer in record.answers:
        yield {
            "id": answer.id,
            "result": _results(content, answer.value, text, f"{answer.id}-"),
            "was_cancelled": answer.act == "skip",
            "ground_truth": False,
            "lead_time": answer.seconds,
            "created_at": iso(answer.time),
            "updated_at": iso(answer.time),
            "meta": _facts(answer),
        }
    for role, by, value in (
        ("gold", "", record.gold),
        ("decision", record.decided_by, record.value if record.state == "settled" else None),
    ):
        if value is not None:
            yield {
                "result": _results(content, value, text, f"{role}-{record.item}-"),
                "was_cancelled": False,
                "ground_truth": True,
                "lead_time": None,
                "meta": {"role": role, **({"annotator": by} if by else {})},
            }


def _facts(answer: SessionAnswer) -> dict[str, Any]:
    """Return what Label Studio has no place for; what is as usual is left out."""
    facts = answer.model_dump(include={"unsure", "comment", "accepted", "source"})
    counted = {} if answer.counted else {"counted": False}
    return {"annotator": answer.annotator, **{k: v for k, v in facts.items() if v}, **counted}


def _predictions(content: AnswerContent, item: int, text: str | None) -> Iterator[dict[str, Any]]:
    suggestion = content.suggestion(item)
    if suggestion is not None:
        yield {
            "model_version": suggestion.source,
            "score": suggestion.score,
            "result": _results(content, suggestion.value, text, f"suggestion-{item}-"),
        }


def _results(
    content: AnswerContent, value: LabelValue | None, text: str | None, key: str
) -> list[dict[str, Any]]:
    height, width, _ = content.manifest.shape
    return results_of(
        value or LabelValue(),
        controls_of(content.manifest.task),
        text=text,
        size=(width, height),
        key=key,
    )
