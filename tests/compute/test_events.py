from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.compute.events import EventReader, EventWriter, last_is_end
from studio.core.dataset import DatasetManifest, SplitConfig
from studio.core.errors import StudioError
from studio.core.events import DatasetEvent, LogEvent, MetricsEvent, parse_event
from studio.core.run import Failure, Progress, RunArtifact

MANIFEST = DatasetManifest(
    samples="a" * 64,
    labels="b" * 64,
    split="c" * 64,
    class_names=("0", "1"),
    shape=(8, 8, 1),
    count=2,
    class_counts=(1, 1),
    split_counts=(1, 0, 1),
    split_config=SplitConfig(),
    source={"kind": "digits"},
)


def numbers(path: Path) -> list[int]:
    return [parse_event(line).seq for line in path.read_bytes().splitlines()]


def test_events_are_numbered_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    emit = EventWriter(path)
    emit.progress(Progress(done=1, total=2, unit="steps"))
    emit.metrics([("loss", 1, 0.5)])
    emit.log("two\nlines")
    emit.artifact(RunArtifact(name="model.keras", digest="d" * 64, size=1))
    emit.result({"accuracy": 0.5})
    emit.dataset("digits", MANIFEST, author="ann", message="")
    emit.model("digits", None, {"dataset": "digits:1"})
    emit.end("failed", Failure(what="a", why="b", fix="c"))
    emit.close()
    kinds = [parse_event(line).type for line in path.read_bytes().splitlines()]
    assert kinds == [
        "progress",
        "metrics",
        "log",
        "artifact",
        "result",
        "dataset",
        "model",
        "end",
    ]
    assert numbers(path) == list(range(1, 9))
    assert last_is_end(path)


def test_what_is_no_number_is_left_out_and_said_once(tmp_path: Path) -> None:
    emit = EventWriter(tmp_path / "events.jsonl")
    emit.metrics([("loss", 1, math.nan), ("accuracy", 1, 0.5)])
    emit.metrics([("loss", 2, math.inf)])
    emit.close()
    events = EventReader(tmp_path / "events.jsonl").read(0)
    assert [e.points for e in events if isinstance(e, MetricsEvent)] == [[("accuracy", 1, 0.5)]]
    assert [e.text for e in events if isinstance(e, LogEvent)] == [
        "loss is nan at step 1: no number, left out of the curve."
    ]


def test_numbering_goes_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    EventWriter(path).log("one")
    EventWriter(path).log("two")
    EventWriter(path, after_seq=10).log("after what the worker has seen")
    assert numbers(path) == [1, 2, 11]


@given(cut=st.integers(0, 400))
def test_a_torn_line_is_removed_wherever_it_was_cut(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("run") / "events.jsonl"
    emit = EventWriter(path)
    for number in range(6):
        emit.log(f"line {number}")
    emit.close()
    whole = path.read_bytes()
    os.truncate(path, min(cut, len(whole)))
    kept = path.read_bytes().count(b"\n")
    emit = EventWriter(path)
    emit.log("next")
    emit.close()
    assert path.read_bytes().startswith(b"".join(whole.splitlines(keepends=True)[:kept]))
    assert numbers(path) == list(range(1, kept + 2))


def test_an_announced_dataset_is_not_announced_again(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    first = EventWriter(path)
    assert first.announced_manifest() is None
    first.dataset("one", MANIFEST, author="ann", message="")
    again = EventWriter(path)
    assert again.announced_manifest() == MANIFEST
    again.dataset("one", MANIFEST, author="ann", message="")
    assert again.announced_manifest() is None
    again.dataset("two", MANIFEST, author="ann", message="")
    events = EventReader(path).read(0)
    assert [e.name for e in events if isinstance(e, DatasetEvent)] == ["one", "two"]


def test_a_full_disk_leaves_whole_lines_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.jsonl"
    emit = EventWriter(path)
    emit.log("one")
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda file, line: write(file, line[:7]))
        with pytest.raises(StudioError, match="Make room"):
            emit.log("two")
    emit.log("three")
    assert numbers(path) == [1, 2]


def test_reader_takes_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    reader = EventReader(path)
    assert reader.read(0) == []
    emit = EventWriter(path)
    emit.log("one")
    emit.log("two")
    assert [event.seq for event in reader.read(0)] == [1, 2]
    assert reader.read(2) == []
    emit.log("three")
    assert [event.seq for event in reader.read(2)] == [3]
    assert [event.seq for event in reader.read(0)] == [1, 2, 3], "asked again from the start"
    assert [event.seq for event in EventReader(path).read(1)] == [2, 3]


def test_reader_leaves_a_torn_line_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    line = LogEvent(seq=1, time=0.0, text="one").model_dump_json().encode() + b"\n"
    reader = EventReader(path)
    for end in range(len(line)):
        path.write_bytes(line[:end])
        assert reader.read(0) == []
    path.write_bytes(line)
    assert [event.seq for event in reader.read(0)] == [1]


def test_reader_takes_in_a_long_file_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    emit = EventWriter(path)
    for number in range(2500):
        emit.log(f"{number} " + "x" * 1000)
    emit.close()
    reader, seen = EventReader(path), list[int]()
    while events := reader.read(seen[-1] if seen else 0):
        seen += [event.seq for event in events]
        assert len(events) < 2500
    assert seen == list(range(1, 2501))
    assert [event.seq for event in EventReader(path).read(2499)] == [2500]


def test_reader_refuses_a_damaged_line(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"seq": 1, "time": 0, "type": "log", "text": "a"}\n\x00\x00\n')
    with pytest.raises(StudioError, match="damaged"):
        EventReader(path).read(0)


def test_last_is_end_looks_at_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    assert not last_is_end(path)
    emit = EventWriter(path)
    assert not last_is_end(path)
    emit.log("x" * 2000)
    assert not last_is_end(path)
    emit.end("completed")
    assert last_is_end(path)
    os.truncate(path, path.stat().st_size - 1)
    assert not last_is_end(path)
