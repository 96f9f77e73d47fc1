from __future__ import annotations

import typing

import pytest
from pydantic import ValidationError

from studio.core import events
from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.events import Event, parse_event
from studio.core.label_session import LearningPoint, Prelabels
from studio.core.run import Failure, Progress, RunArtifact

MANIFEST = DatasetManifest(
    samples="a" * 64,
    labels="b" * 64,
    split="c" * 64,
    class_names=("cat",),
    shape=(8, 8, 1),
    count=1,
    class_counts=(1,),
    split_counts=(1, 0, 0),
    split_config=SplitConfig(),
    source={"kind": "digits"},
)
EVENTS: list[Event] = [
    events.ProgressEvent(seq=1, time=1.5, progress=Progress(done=1, total=2, unit="steps")),
    events.MetricsEvent(seq=2, time=1.5, points=[("loss", 1, 0.5), ("val_loss", 10, 0.25)]),
    events.LogEvent(seq=3, time=1.5, text="“quoted”\nand a second line"),
    events.ArtifactEvent(
        seq=4, time=1.5, artifact=RunArtifact(name="model.keras", digest="d" * 64, size=9)
    ),
    events.ResultEvent(seq=5, time=1.5, result={"accuracy": 0.5, "nested": {"a": [1]}}),
    events.DatasetEvent(
        seq=6, time=1.5, name="pets", manifest=MANIFEST, author="ann", message="why"
    ),
    events.ModelEvent(seq=7, time=1.5, model="pets", alias=None, body={"files": {}}),
    events.QueueEvent(
        seq=8,
        time=1.5,
        session="by_hand",
        queue="e" * 64,
        strategy="margin",
        source="Made.",
        answers=40,
        curve=(LearningPoint(answers=30, accuracy=0.5),),
        prelabels=Prelabels(
            items="f" * 64, values="0" * 64, scores="1" * 64, count=1, source="file a.csv"
        ),
    ),
    events.ObservationEvent(
        seq=9, time=1.5, kind="finder", step=0, body={"learning_rates": [0.1], "losses": [0.5]}
    ),
    events.PauseEvent(seq=10, time=1.5),
    events.EndEvent(seq=11, time=1.5, status="failed", failure=Failure(what="a", why="b", fix="c")),
]


def test_every_event_survives_its_line() -> None:
    for event in EVENTS:
        line = event.model_dump_json()
        assert "\n" not in line
        assert parse_event(line) == parse_event(line.encode()) == event


def test_every_kind_is_tried() -> None:
    kinds = typing.get_args(typing.get_args(Event)[0])
    assert {type(event) for event in EVENTS} == set(kinds)


def test_torn_lines_are_refused() -> None:
    line = EVENTS[1].model_dump_json()
    for length in range(len(line)):
        with pytest.raises(ValidationError):
            parse_event(line[:length])


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        '{"type": "log", "text": "no number"}',
        '{"type": "unheard", "seq": 1, "time": 0}',
        '{"type": "end", "seq": 1, "time": 0, "status": "running"}',
        '{"type": "metrics", "seq": 1, "time": 0, "points": [["loss", 1]]}',
    ],
)
def test_foreign_lines_are_refused(line: str) -> None:
    with pytest.raises(ValidationError):
        parse_event(line)
