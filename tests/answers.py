"""Answers of labelling sessions as tests need them: made by hand, and at random."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.label_answer import LabelRecord, LabelValue, SessionAnswer, Span
from studio.core.label_session import AnswerKind, LabelClass, LabelSession, SessionConfig
from studio.core.sample import Box
from studio.core.samples import Texts
from studio.exports.answers import AnswerContent
from studio.sources.answers import KnownSamples

CLASSES = ("cat", "dog; wet", "=1+1", "'quoted", "über", 'a"b,c')
"""Names that are hard on files."""
TEXT = "Tom 🐈 sat on the mat.\nSo did Ann, =1+1."
WIDE, HIGH = 40, 20


def labelled(*names: str) -> LabelValue:
    """A value of classes."""
    return LabelValue(classes=names)


def boxed(*boxes: tuple[str, float, float, float, float], names: Sequence[str] = ()) -> LabelValue:
    """A value of boxes: class, left, top, width, height."""
    found = [
        Box(class_name=name, left=left, top=top, width=width, height=height)
        for name, left, top, width, height in boxes
    ]
    return LabelValue(classes=tuple(names), boxes=tuple(found))


def answer(
    item: int, value: LabelValue | None, annotator: str = "ann", id: int = 1, **more: Any
) -> SessionAnswer:
    """What somebody said; None: they skipped it."""
    act = "skip" if value is None else "answer"
    facts = {"op_id": f"op-{id}", "act": act, "counted": True, "time": 1_700_000_000.0 + id}
    return SessionAnswer(
        **{**facts, "id": id, "item": item, "value": value, "annotator": annotator, **more}
    )


def record(
    item: int, *answers: SessionAnswer, value: LabelValue | None = None, **more: Any
) -> LabelRecord:
    """A record of answers; agreed where a value is given."""
    state = "open" if value is None else "agreed"
    return LabelRecord(**{"item": item, "state": state, "value": value, "answers": answers, **more})


def session_of(
    kind: AnswerKind = "single", *, task: str = "images", spans: bool = False, **more: Any
) -> LabelSession:
    """A session without a workspace."""
    config = SessionConfig(
        name="pets",
        dataset="zoo",
        answer=kind,
        spans=spans,
        classes=tuple(LabelClass(name=name) for name in CLASSES),
        **more,
    )
    return LabelSession(
        id=1,
        config=config,
        version_id=1,
        dataset_version=1,
        task=task,
        shape=(0, 0, 0) if task == "text" else (HIGH, WIDE, 1),
        samples="0" * 64,
        base="0" * 64,
        total=10,
        author="ann",
        created=0.0,
    )


def content_of(
    session: LabelSession,
    records: Iterable[LabelRecord],
    *,
    count: int = 10,
    names: Sequence[str] | None = None,
    **more: Any,
) -> AnswerContent:
    """What exporters read: all texts are TEXT with their number behind it."""
    manifest = DatasetManifest(
        task=session.task,
        samples=session.samples,
        labels="1" * 64,
        split="2" * 64,
        class_names=CLASSES,
        shape=session.shape,
        count=count,
        class_counts=(0,) * len(CLASSES),
        split_counts=(count, 0, 0),
        split_config=SplitConfig(),
        source={"kind": "test"},
    )
    texts = None
    if session.task == "text":
        texts = Texts.of([f"{TEXT} {number}" for number in range(count)])
    return AnswerContent(
        session=session,
        manifest=manifest,
        title="zoo:1",
        records=records,
        total=count,
        texts=texts,
        names=None if names is None else Texts.of(names),
        split=(np.arange(count) % 3).astype(np.uint8),
        **more,
    )


def samples_of(content: AnswerContent) -> KnownSamples:
    """The samples that answers in a file may be about."""
    manifest = content.manifest
    return KnownSamples(
        title=content.title,
        count=manifest.count,
        task=manifest.task,
        shape=manifest.shape,
        names=content.names,
        texts=content.texts,
    )


def silent(done: int, total: int, unit: str, message: str) -> None:
    """Report to nobody."""


PEOPLE = ("ann", "bob", "=cmd|' /C calc'", "zoë")
_comments = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)
_shares = st.floats(0, 0.75, allow_nan=False)
_lengths = st.floats(0.01, 0.25)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """A box within its picture."""
    left, top = draw(_shares), draw(_shares)
    return Box(
        class_name=draw(st.sampled_from(CLASSES)),
        left=left,
        top=top,
        width=min(draw(_lengths), 1 - left),
        height=min(draw(_lengths), 1 - top),
    )


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A span within TEXT."""
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, len(TEXT)))
    return Span(start=start, end=end, class_name=draw(st.sampled_from(CLASSES)))


@st.composite
def values(draw: st.DrawFn, session: LabelSession) -> LabelValue:
    """An answer to what the session asks."""
    kind = session.config.answer
    classes: list[str] = []
    if kind != "boxes":
        least, most = (1, 1) if kind == "single" else (0, 3)
        classes = draw(st.lists(st.sampled_from(CLASSES), min_size=least, max_size=most))
    return LabelValue(
        classes=tuple(classes),
        spans=tuple(draw(st.lists(spans(), max_size=3))) if session.config.spans else (),
        boxes=tuple(draw(st.lists(boxes(), max_size=3))) if kind == "boxes" else (),
    )


@st.composite
def records(draw: st.DrawFn, session: LabelSession, count: int = 10) -> list[LabelRecord]:
    """Some records of a session, ascending, each with something said."""
    found = []
    number = 0
    for item in draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4, unique=True)):
        answers = []
        for annotator in draw(
            st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)
        ):
            number += 1
            answers.append(
                answer(
                    item,
                    None if draw(st.integers(0, 4)) == 0 else draw(values(session)),
                    annotator,
                    number,
                    unsure=draw(st.booleans()),
                    comment=draw(_comments),
                    seconds=draw(st.none() | st.floats(0, 1000)),
                    counted=draw(st.booleans()),
                )
            )
        value = draw(st.none() | values(session))
        decided = "rita" if value is not None and draw(st.booleans()) else ""
        found.append(
            record(
                item,
                *answers,
                value=value,
                **({"decided_by": decided, "state": "settled"} if decided else {}),
            )
        )
    return sorted(found, key=lambda one: one.item)
