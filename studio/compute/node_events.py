"""What one node of a pipeline says: told to the run's events under the node's name, and remembered for its outputs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from studio.compute.events import EventWriter
from studio.core.dataset import DatasetManifest
from studio.core.events import (
    ArtifactEvent,
    DatasetEvent,
    Event,
    LogEvent,
    MetricsEvent,
    ModelEvent,
    ObservationEvent,
    ProgressEvent,
    ResultEvent,
)
from studio.core.run import Progress, RunArtifact

Tell = Callable[[Progress], None]
SAY_SECONDS = 0.2
"""A node's progress is said at most so often."""


class NodeEvents(EventWriter):
    """Passes a node's events on to those of its run.

    Files, facts and curves of a second node of a kind get its name before their own, so that they do not take the
    place of the first one's; what such a node observes of its training is left out for the same reason.

    Args:
        run: The events of the run.
        node: Id of the node.
        prefix: What stands before its names; "" for the first of its kind.
        tell: Called with its progress; None: that is the run's progress.

    Attributes:
        files: What it made, by plain name.
        facts: What it added to the run's result, by plain name.
    """

    def __init__(self, run: EventWriter, node: str, prefix: str, tell: Tell | None = None) -> None:
        self._run = run
        self._node = node
        self._prefix = prefix
        self._tell = tell
        self._told = 0.0
        self._lock = threading.Lock()
        self._said_not_finite: set[str] = set()
        self.files: dict[str, RunArtifact] = {}
        self.facts: dict[str, Any] = {}

    def announced_manifest(self) -> DatasetManifest | None:
        """Return the next dataset that an earlier process announced for this node."""
        return self._run.announced_by(self._node)

    def take(self, event: Event) -> None:
        """Say what the node said in a process of its own."""
        if isinstance(event, DatasetEvent | ModelEvent):
            self._announce(event)
        else:
            self._write(event, durable=isinstance(event, ArtifactEvent))

    def expect(self, announced: Sequence[Event]) -> None:
        """Take note of what a process of the node announced before it died: said again, it counts once."""
        self._run.expect([each.model_copy(update={"node": self._node}) for each in announced])

    def again(self, files: dict[str, RunArtifact], facts: dict[str, Any]) -> None:
        """Say what the node made and found when it was carried out before."""
        for name, file in files.items():
            self._write(
                ArtifactEvent(**self._head(), artifact=file.model_copy(update={"name": name}))
            )
        if facts:
            self.result(facts)

    def _head(self) -> dict[str, Any]:
        return {"seq": 0, "time": time.time()}

    def _announce(self, event: DatasetEvent | ModelEvent) -> None:
        self._run._announce(event.model_copy(update={"node": self._node}))

    def _write(self, event: Event, *, durable: bool = False) -> None:
        match event:
            case ProgressEvent() if self._tell is not None:
                self._progress(event.progress)
                return
            case ObservationEvent() if self._prefix:
                return
            case LogEvent():
                event = event.model_copy(update={"node": self._node})
            case MetricsEvent() if self._prefix:
                points = [(f"{self._prefix}/{name}", at, value) for name, at, value in event.points]
                event = event.model_copy(update={"points": points})
            case ArtifactEvent():
                file = event.artifact
                self.files[file.name] = file
                named = file.model_copy(update={"name": self._named(file.name)})
                event = event.model_copy(update={"artifact": named})
            case ResultEvent():
                self.facts |= event.result
                facts = {self._named(name): value for name, value in event.result.items()}
                event = event.model_copy(update={"result": facts})
        # What a drawn pipeline loses by a power cut is said again: its nodes are kept one by one.
        self._run._write(event, durable=durable and self._tell is None)

    def _named(self, name: str) -> str:
        return f"{self._prefix}.{name}" if self._prefix else name

    def _progress(self, progress: Progress) -> None:
        assert self._tell is not None
        now = time.monotonic()
        if now - self._told >= SAY_SECONDS or progress.done == progress.total:
            self._told = now
            self._tell(progress)
