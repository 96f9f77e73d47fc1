"""Runs: one execution of one pipeline on pinned inputs, and the states it may pass through."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.core.control import RunControl
from studio.core.errors import Conflict
from studio.core.pipeline import Pipeline

RunStatus = Literal["queued", "running", "paused", "completed", "stopped", "cancelled", "failed"]
RunKind = Literal[
    "training", "search", "finder", "import", "quality", "export", "restore", "ranking", "prelabel",
    "evaluation", "calibration", "explain", "label_errors", "speed", "import_model",
    "model_export", "scoring", "pipeline",
]  # fmt: skip
RUN_KINDS: tuple[RunKind, ...] = (
    "training", "search", "finder", "import", "quality", "export", "restore", "ranking", "prelabel",
    "evaluation", "calibration", "explain", "label_errors", "speed", "import_model",
    "model_export", "scoring", "pipeline",
)  # fmt: skip

TRANSITIONS: dict[RunStatus, frozenset[RunStatus]] = {
    "queued": frozenset({"running", "paused", "stopped", "cancelled", "failed"}),
    "running": frozenset({"queued", "paused", "completed", "stopped", "cancelled", "failed"}),
    "paused": frozenset({"queued", "stopped", "cancelled", "failed"}),
    "completed": frozenset(),
    "stopped": frozenset(),
    "cancelled": frozenset(),
    "failed": frozenset(),
}
TERMINAL: frozenset[RunStatus] = frozenset(s for s, targets in TRANSITIONS.items() if not targets)
MAX_ATTEMPTS = 5
"""A run whose process died this often without coming any further is failed instead of resumed."""


class Failure(BaseModel):
    """Why a run failed, in the three parts of every error."""

    model_config = ConfigDict(frozen=True)

    what: str
    why: str
    fix: str


class Progress(BaseModel):
    """How far a run is. `seconds_left` and `rate` (units a second) are estimates, None when there are none yet."""

    model_config = ConfigDict(frozen=True)

    done: int
    total: int
    unit: str
    message: str = ""
    seconds_left: float | None = None
    rate: float | None = None


class RunArtifact(BaseModel):
    """A file that a run made, by name: model.keras, model.tflite, evaluation.json ..."""

    model_config = ConfigDict(frozen=True)

    name: str
    digest: str
    size: int


class Run(BaseModel):
    """One execution of one pipeline.

    Args:
        kind: What it does: training, search (among settings), finder (of a learning rate), import, quality
            (check), export, restore, ranking (of a labelling session's queue), prelabel (suggestions for one),
            evaluation (of a model that is there already), calibration (of such a model), explain (what a model looks
            at), label_errors (labels that look wrong), speed (of models, in turns), import_model (made by another
            program) or pipeline (any graph, drawn on the canvas).
        inputs: dataset node id -> id of the pinned dataset version.
        attempt: How often its process was started, not counting that it was paused and resumed.
        deaths: How often it was started since it came any further; MAX_ATTEMPTS of them are the end.
        checkpoint: How far it had come when it was started last, as its engine names it.
        epoch: Fencing number: grows with each claim, so that a late worker cannot write.
        seq: Number of the last event taken in.
        position: Place in the queue; the smallest is next.
        group: Name of the group of runs it belongs to, such as one training repeated with several seeds; "" for none.
        control: What people asked of it while it runs.
        waits_for: Why it is not started yet, for people; "" when it is simply not its turn.
        note: What people wrote beside it.
        tags: Words people gave it, in their order.
        archived: Unix seconds since when lists leave it out; None: they show it.
        deleted: Unix seconds since when it is in the bin; None: it is not.
        result: Facts the run ended with (a training: accuracy and so on; an import: dataset, version).
    """

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    kind: RunKind
    pipeline: Pipeline
    inputs: dict[str, int]
    status: RunStatus
    created: float
    started: float | None = None
    ended: float | None = None
    attempt: int = 0
    deaths: int = 0
    checkpoint: str = ""
    epoch: int = 0
    worker: str | None = None
    lease_until: float | None = None
    stop_requested: bool = False
    progress: Progress | None = None
    failure: Failure | None = None
    position: float = 0.0
    group: str = ""
    control: RunControl = RunControl()
    waits_for: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    archived: float | None = None
    deleted: float | None = None
    result: dict[str, object] = {}
    author: str = "unnamed"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in TERMINAL

    @property
    def seconds(self) -> float | None:
        """Seconds from start to end, None while either is missing."""
        if self.started is None or self.ended is None:
            return None
        return max(0.0, self.ended - self.started)  # the wall clock may have been set back


def transition(current: RunStatus, wanted: RunStatus) -> RunStatus:
    """Return `wanted` if a run may go there from `current`.

    Raises:
        Conflict: It may not.

    Example:
        >>> transition("queued", "running")
        'running'
    """
    if wanted in TRANSITIONS[current]:
        return wanted
    raise Conflict(
        f"A run that is {current} cannot become {wanted}.",
        f"From {current} a run goes to: {', '.join(sorted(TRANSITIONS[current])) or 'nowhere'}.",
        "Submit the pipeline again as a new run.",
    )


def kind_of(pipeline: Pipeline) -> RunKind:
    """Return what a run of this pipeline is called in lists."""
    components = {node.component for node in pipeline.nodes}
    if "train" in components:
        return "training"
    if "search" in components:
        return "search"
    if "rank" in components:
        return "ranking"
    if "calibrate" in components:
        return "calibration"
    if "scoring" in components:
        return "scoring"
    if "evaluate" in components:
        return "evaluation"
    kinds: tuple[RunKind, ...] = (
        "finder", "restore", "import", "quality", "export", "prelabel",
        "explain", "label_errors", "speed", "import_model", "model_export", "scoring",
    )  # fmt: skip
    return next((kind for kind in kinds if kind in components), "import")
