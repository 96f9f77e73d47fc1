"""A run's event file: one JSON object a line, numbered; written by the run's process, read by the worker."""

from __future__ import annotations

import math
import os
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from studio.core.dataset import DatasetManifest
from studio.core.errors import StudioError
from studio.core.events import (
    ArtifactEvent,
    DatasetEvent,
    EndEvent,
    Event,
    LogEvent,
    MetricsEvent,
    ModelEvent,
    ObservationEvent,
    ObservationKind,
    PauseEvent,
    Point,
    ProgressEvent,
    QueueEvent,
    ResultEvent,
    parse_event,
)
from studio.core.run import Failure, Progress, RunArtifact

LOG_TEXT_LIMIT = 2000
READ_BYTES = 1_000_000
"""The reader takes in at most this much at a time, unless one line is longer."""


class EventWriter:
    """Appends events to a file, going on after what an earlier process of the run wrote.

    A line that a kill cut off is removed. A dataset or model that an earlier process announced is not
    announced again, so that a repeated step makes no second version. Threads may share it.

    Args:
        path: The file; made when missing.
        after_seq: Number on from here at least.
    """

    def __init__(self, path: Path, after_seq: int = 0) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        self._said_not_finite: set[str] = set()
        self._announced: dict[tuple[str, str], deque[DatasetEvent | ModelEvent]] = {}
        self._lock = threading.Lock()
        self.ended = self.paused = False
        self._seq = max(after_seq, self._recover(path))

    def progress(self, progress: Progress) -> None:
        """Say how far the run is."""
        self._write(ProgressEvent(**self._head(), progress=progress))

    def metrics(self, points: list[Point]) -> None:
        """Say points of curves. A value that is no number is left out, and a log line says so once a curve."""
        finite = [point for point in points if math.isfinite(point[2])]
        if finite:
            self._write(MetricsEvent(**self._head(), points=finite))
        for name, step, value in points:
            if not math.isfinite(value) and name not in self._said_not_finite:
                self._said_not_finite.add(name)
                self.log(f"{name} is {value} at step {step:,}: no number, left out of the curve.")

    def observation(self, kind: ObservationKind, step: int, body: dict[str, Any]) -> None:
        """Say what was seen at a step that is no number. Args as `ObservationEvent`."""
        self._write(ObservationEvent(**self._head(), kind=kind, step=step, body=body))

    def pause(self) -> None:
        """Say that a checkpoint is saved and the process ends for now."""
        self._write(PauseEvent(**self._head()), durable=True)

    def log(self, text: str) -> None:
        """Say one line for people."""
        line = " ".join(text.split("\n"))
        self._write(LogEvent(**self._head(), text=line[:LOG_TEXT_LIMIT]))

    def artifact(self, artifact: RunArtifact) -> None:
        """Say that a file is in the artifact store."""
        self._write(ArtifactEvent(**self._head(), artifact=artifact), durable=True)

    def result(self, result: dict[str, Any]) -> None:
        """Say facts for the run's result."""
        self._write(ResultEvent(**self._head(), result=result))

    def dataset(
        self,
        name: str,
        manifest: DatasetManifest,
        *,
        author: str,
        message: str,
        append: bool = False,
    ) -> None:
        """Announce a dataset version, once."""
        self._announce(
            DatasetEvent(
                **self._head(),
                name=name,
                manifest=manifest,
                author=author,
                message=message,
                append=append,
            )
        )

    def model(
        self, model: str, alias: str | None, body: dict[str, Any], *, trained: bool = False
    ) -> None:
        """Announce a model, once. Args as `ModelEvent`."""
        self._announce(
            ModelEvent(**self._head(), model=model, alias=alias, body=body, trained=trained)
        )

    def queue(self, session: str, **facts: Any) -> None:
        """Say in which order a session's samples come, or what is suggested. Args as `QueueEvent`."""
        self._write(QueueEvent(**self._head(), session=session, **facts), durable=True)

    def announced_manifest(self) -> DatasetManifest | None:
        """Return the next dataset that an earlier process announced; `dataset` will not say it again."""
        return self.announced_by("")

    def announced_by(self, node: str) -> DatasetManifest | None:
        """Return the next dataset that an earlier process announced for a node of the pipeline."""
        waiting = self._announced.get(("dataset", node))
        event = waiting[0] if waiting else None
        return event.manifest if isinstance(event, DatasetEvent) else None

    def end(
        self,
        status: Literal["completed", "stopped", "cancelled", "failed"],
        failure: Failure | None = None,
    ) -> None:
        """Say the last line."""
        self._write(EndEvent(**self._head(), status=status, failure=failure), durable=True)
        self.ended = True

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _head(self) -> dict[str, Any]:
        return {"seq": self._seq + 1, "time": time.time()}

    def expect(self, announced: Sequence[Event]) -> None:
        """Take note of announcements that will be made again, and are then not said a second time."""
        with self._lock:
            for event in announced:
                if isinstance(event, DatasetEvent | ModelEvent):
                    self._announced.setdefault((event.type, event.node), deque()).append(event)

    def _announce(self, event: DatasetEvent | ModelEvent) -> None:
        with self._lock:
            waiting = self._announced.get((event.type, event.node))
            if waiting:
                waiting.popleft()
                return
        self._write(event, durable=True)

    def _write(self, event: Event, *, durable: bool = False) -> None:
        with self._lock:
            line = (
                event.model_copy(update={"seq": self._seq + 1}).model_dump_json().encode() + b"\n"
            )
            size = os.fstat(self._file).st_size
            try:
                if os.write(self._file, line) != len(line):
                    raise OSError("the disk took only a part of it")
                if durable:
                    os.fsync(self._file)
            except OSError as error:
                os.ftruncate(self._file, size)
                raise StudioError(
                    "The run could not write down what it did.",
                    f"The system says: {error.strerror or error}.",
                    "Make room on the disk of the workspace, then submit the run again.",
                ) from error
            self._seq += 1

    def _recover(self, path: Path) -> int:
        """Remove what a kill or a power cut left at the end; remember what was announced. Returns the last seq."""
        good = last = 0
        with open(path, "rb") as lines:
            for line in lines:
                event = _parsed(line) if line.endswith(b"\n") else None
                if event is None:
                    break
                good += len(line)
                last = event.seq
                self.ended = isinstance(event, EndEvent)
                self.paused = isinstance(event, PauseEvent)
                if isinstance(event, DatasetEvent | ModelEvent):
                    waiting = self._announced.setdefault((event.type, event.node), deque())
                    waiting.append(event)
        os.ftruncate(self._file, good)
        return last


class EventReader:
    """Reads a file of events little by little, while it grows.

    Args:
        path: The file; it may be missing yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._seq = 0

    def read(self, after_seq: int) -> list[Event]:
        """Return the next events after number `after_seq`; empty when there are none yet.

        A line without its end is being written, or was torn by a kill: it is left for later.

        Raises:
            StudioError: A whole line is no event.
        """
        if not self._path.exists():
            return []
        if after_seq < self._seq or self._path.stat().st_size < self._offset:
            self._offset = self._seq = 0
        found: list[Event] = []
        with open(self._path, "rb") as file:
            while not found:
                file.seek(self._offset)
                block = file.read(READ_BYTES)
                if block and not block.endswith(b"\n"):
                    block += file.readline()
                whole = block[: block.rfind(b"\n") + 1]
                if not whole:
                    break
                found = [
                    event for event in map(self._event, whole.splitlines()) if event.seq > after_seq
                ]
                self._offset += len(whole)
        if found:
            self._seq = found[-1].seq
        return found

    def _event(self, line: bytes) -> Event:
        event = _parsed(line)
        if event is None:
            raise StudioError(
                f"The events of the run in {self._path.parent.name} cannot be read.",
                f"A line of its {self._path.name} is damaged.",
                "Submit the run again under another name.",
            )
        return event


def last_is_end(path: Path) -> bool:
    """Return whether the last whole line of an event file is the end of the run."""
    if not path.exists():
        return False
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_536))
        lines = file.read().split(b"\n")[:-1]
    return bool(lines) and isinstance(_parsed(lines[-1]), EndEvent)


def _parsed(line: bytes) -> Event | None:
    try:
        return parse_event(line)
    except ValidationError:
        return None
