"""Answers in tasks of Label Studio: those that the studio wrote, and those of other projects."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.core.labelstudio import read_results
from studio.sources.answers_base import (
    MAX_FILE,
    Fault,
    Said,
    Wish,
    comment_of,
    score_of,
    seconds_of,
    word_of,
)
from studio.sources.answers_lookup import KnownSamples
from studio.sources.base import Progress
from studio.sources.labelstudio import is_task, text_of
from studio.sources.lookup import is_picture, path_of
from studio.sources.records import Records
from studio.sources.rows import guarded
from studio.sources.tree import Single

Json = dict[str, Any]


def read_labelstudio(
    path: Path, samples: KnownSamples, wish: Wish, progress: Progress
) -> Iterator[Said | Fault]:
    """Yield what each annotation of each task says, oldest first; cancelled ones are skips.

    Known right values and decisions of reviewers, which the studio writes as ground truths, are no answers. With
    suggestions a task's best prediction counts, or else its latest annotation.
    """
    size = path.stat().st_size

    def tick(done: int) -> None:
        progress(min(done, size), size, "bytes", "reading answers")

    with guarded(path.name), Single(path).stream(0) as stream:
        for number, (key, task) in enumerate(Records(stream, path.name, tick, longest=MAX_FILE), 1):
            place = f"task {number:,}"
            if key or not is_task(task):
                yield Fault(place, "it is no task of Label Studio, which has data and annotations")
                continue
            try:
                item = _item(task["data"], samples)
            except StudioError as error:
                yield Fault(place, error.what)
                continue
            found = list(_annotations(place, item, task, samples))
            if wish == "answers":
                yield from found
            else:
                yield from _suggested(place, item, task, found, samples)


def _item(data: Json, samples: KnownSamples) -> int:
    name = word_of(data.get("name"))
    if samples.task == "text":
        return samples.find(item=data.get("item"), name=name, text=text_of(data) or None)
    paths = [
        value
        for key, value in data.items()
        if key != "name" and isinstance(value, str) and is_picture(path_of(value))
    ]
    if data.get("item") is not None:
        return samples.find(item=data["item"], name=name)
    return samples.find(name=name or next(iter(paths), ""))


def _annotations(
    place: str, item: int, task: Json, samples: KnownSamples
) -> Iterator[Said | Fault]:
    given = task.get("annotations", task.get("completions"))
    annotations = [a for a in given if isinstance(a, dict)] if isinstance(given, list) else []
    for annotation in sorted(annotations, key=_rank):
        meta = annotation.get("meta")
        facts: Json = meta if isinstance(meta, dict) else {}
        if facts.get("role") in ("gold", "decision"):
            continue
        common: Json = {
            "annotator": word_of(facts.get("annotator")) or _person(annotation),
            "unsure": facts.get("unsure") is True,
            "comment": comment_of(facts.get("comment")),
            "seconds": seconds_of(annotation.get("lead_time")),
            "accepted": facts.get("accepted") is True,
            "time": word_of(annotation.get("created_at")),
        }
        if annotation.get("was_cancelled"):
            yield Said(place, item, None, **common)
        else:
            yield _read(place, item, annotation, samples, **common)


def _read(place: str, item: int, given: Json, samples: KnownSamples, **facts: Any) -> Said | Fault:
    try:
        value, ignored = read_results(given.get("result"), text=samples.text(item))
    except StudioError as error:
        return Fault(place, error.what)
    return Said(place, item, value, ignored=ignored, **facts)


def _suggested(
    place: str, item: int, task: Json, answered: list[Said | Fault], samples: KnownSamples
) -> Iterator[Said | Fault]:
    given = task.get("predictions")
    predictions = [p for p in given if isinstance(p, dict)] if isinstance(given, list) else []
    if predictions:
        best = max(predictions, key=lambda p: score_of(p.get("score")))
        yield _read(place, item, best, samples, score=score_of(best.get("score")))
        return
    yield from (found for found in answered if isinstance(found, Fault))
    said = [a for a in answered if isinstance(a, Said) and a.value is not None]
    yield from said[-1:]


def _rank(annotation: Json) -> tuple[str, float]:
    when = annotation.get("updated_at") or annotation.get("created_at")
    key = annotation.get("id")
    number = key if isinstance(key, int) and not isinstance(key, bool) else math.inf
    return when if isinstance(when, str) else "", number


def _person(annotation: Json) -> str:
    """Return who made an annotation, as Label Studio tells it: by number, address or name."""
    who = annotation.get("completed_by")
    if isinstance(who, dict):
        who = next((who[key] for key in ("email", "username", "id") if who.get(key)), "")
    if isinstance(who, bool) or not isinstance(who, int | str) or not who:
        return ""
    return f"user {who}" if isinstance(who, int) else who.strip()
