"""Events: what a run's child process says, one JSON object a line, numbered from 1.

The child appends to its own file and knows nothing of the database. The worker takes events in under
(run, seq), so that reading a line twice changes nothing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from studio.core.dataset import DatasetManifest
from studio.core.label_session import LearningPoint, Prelabels
from studio.core.run import Failure, Progress, RunArtifact

ObservationKind = Literal["engine", "predictions", "histograms", "trial", "finder", "node"]
Point = tuple[str, int, float]
"""(metric name, step, value)."""


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)

    seq: int
    time: float


class ProgressEvent(_Event):
    """How far the run is."""

    type: Literal["progress"] = "progress"
    progress: Progress


class MetricsEvent(_Event):
    """Points of curves. Names: loss and the metrics of the settings, and val_ before each for the validation split.

    The plain names (`loss`, `accuracy` ...) are means over the steps since the point before, every few steps;
    `epoch_*` and `val_*` are one point an epoch. `learning_rate`, `samples_per_second` and `memory` (bytes of the
    run's process) come with every plain point.
    """

    type: Literal["metrics"] = "metrics"
    points: list[Point]


class ObservationEvent(_Event):
    """What was seen at a step that is no number: replaces an earlier one of the same kind and step.

    Kinds and their `body`:
        engine: what computes, how and why: precision, reason, device, cores, loop, deterministic, parameters.
        predictions: {"epoch", "samples": [row, ...], "true": [class, ...], "top": [[[class, share], 3 of them], ...]}.
        histograms: {"epoch", "layers": [{"name", "weights": {"edges", "counts"}, "gradients": {...} | null}]}.
        trial: one trial of a search: {"number", "state", "params", "value", "epochs", "seconds", "importances"}.
        finder: {"learning_rates", "losses", "suggested"}.
        node: how a node of a pipeline run is, as `NodeState`; the step is its place in the pipeline.
    """

    type: Literal["observation"] = "observation"
    kind: ObservationKind
    step: int
    body: dict[str, Any]


class PauseEvent(_Event):
    """The process saved a checkpoint and ends because the run shall pause."""

    type: Literal["pause"] = "pause"


class LogEvent(_Event):
    """One line for people; `node` is the node of a pipeline run that it is about, "" for none."""

    type: Literal["log"] = "log"
    text: str
    node: str = ""


class ArtifactEvent(_Event):
    """A file is in the artifact store."""

    type: Literal["artifact"] = "artifact"
    artifact: RunArtifact


class ResultEvent(_Event):
    """Facts for the run's `result`, merged into what is there."""

    type: Literal["result"] = "result"
    result: dict[str, Any]


class DatasetEvent(_Event):
    """An import is complete: the worker records the version, behind the samples there are where `append` is set."""

    type: Literal["dataset"] = "dataset"
    name: str
    manifest: DatasetManifest
    author: str
    message: str
    append: bool = False
    node: str = ""


class ModelEvent(_Event):
    """A model is complete: the worker registers it.

    `body`: dataset, class_names, shape, files and facts of a `ModelVersion`, JSON-able. `trained`: the run trained and
    judged it, as the run's page shows.
    """

    type: Literal["model"] = "model"
    model: str
    alias: str | None
    body: dict[str, Any]
    trained: bool = False
    node: str = ""


class QueueEvent(_Event):
    """A labelling session's queue was put in order, or suggestions for it were made: the worker notes both.

    Args:
        session: Its name.
        queue: Digest of int64 (n,); "" leaves the order as it is. groups: Digest of int32 (n,), "" without.
        strategy: By which it was made: it counts only as long as the session wants that.
        source: How the order was made, in a sentence. answers: Acts it was made from.
        curve: Learning curve; None leaves it as it is.
        prelabels: Suggestions; None leaves them as they are.
    """

    type: Literal["queue"] = "queue"
    session: str
    queue: str = ""
    groups: str = ""
    strategy: str = ""
    source: str = ""
    answers: int = 0
    curve: tuple[LearningPoint, ...] | None = None
    prelabels: Prelabels | None = None


class EndEvent(_Event):
    """The last line of a run."""

    type: Literal["end"] = "end"
    status: Literal["completed", "stopped", "cancelled", "failed"]
    failure: Failure | None = None


Event = Annotated[
    ProgressEvent
    | MetricsEvent
    | ObservationEvent
    | PauseEvent
    | LogEvent
    | ArtifactEvent
    | ResultEvent
    | DatasetEvent
    | ModelEvent
    | QueueEvent
    | EndEvent,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[Event] = TypeAdapter(Event)


def parse_event(line: str | bytes) -> Event:
    """Return the event of one line.

    Raises:
        pydantic.ValidationError: The line is torn or foreign.
    """
    return _ADAPTER.validate_json(line)
